"""Keeping editions true: threads that look at files, revisions and the clock, none of which holds up another.

The system tells of most changes of files at once. It does not where a folder was exchanged, a link was turned, a mount
is of a network, or all its watches are used up; so the folders are looked through as well, as often as costs little.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic

from watchfiles import watch

from microsite.config import Settings
from microsite.faults import Fault

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.5
MAX_SHARE = 0.02
"""Of a processor, for looking through the folders."""
STALLED_SECONDS = 5
"""A thread that has not come round for so long is reported."""
SEEN_SECONDS = 2
"""What is promised for an edit."""
MAX_DEPTH = 5
DEBOUNCE_MILLISECONDS = 200


class Watch:
    """The threads. Each body is guarded: whatever is raised, the thread goes on."""

    def __init__(
        self,
        settings: Settings,
        refresh: Callable[[], object],
        poll_revisions: Callable[[], object],
        check_clock: Callable[[], object],
    ) -> None:
        self._folders = settings.site, settings.translations
        self._refresh = refresh
        self._poll_revisions = poll_revisions
        self._check_clock = check_clock
        self._stopped = threading.Event()
        self._changed = threading.Event()
        self._came_round: dict[str, float] = {}
        """When each thread last came round, by `monotonic`."""
        self._untold = ""
        """Why the system does not tell of changes."""
        self._pause = 2 * LOOK_SECONDS
        """Seconds from one scan to the next."""

    @property
    def is_alive(self) -> bool:
        return bool(self._came_round) and not self._stopped.is_set()

    def start(self) -> None:
        self._changed.set()  # nobody watched between the first reading and now
        for name, body in {
            "files": self._follow_files,
            "changes": self._listen,
            "revisions": lambda: self._repeat("revisions", self._poll_revisions),
            "clock": lambda: self._repeat("clock", self._check_clock),
        }.items():
            self._came_round[name] = monotonic()
            threading.Thread(target=body, name=name, daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()
        self._changed.set()

    def faults(self) -> list[Fault]:
        """Why an edit, a saved wording or a schedule may be seen late, or not at all."""
        folder, now = self._folders[0], monotonic()
        late = {name: now - when for name, when in self._came_round.items() if now - when > STALLED_SECONDS}
        if not self.is_alive:
            return []
        faults = [
            Fault(folder, 1, f"the thread “{name}” has been waiting for {seconds:.0f} s. Does the disk answer?")
            for name, seconds in late.items()
        ]
        if self._untold and self._pause > SEEN_SECONDS:
            what = f"is looked through every {self._pause:.0f} s only: {self._untold}"
            faults.append(Fault(folder, 1, f"{what}. An edit shows that much later."))
        return faults

    def _repeat(self, name: str, body: Callable[[], object]) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            self._guarded(name, body)

    def _guarded(self, name: str, body: Callable[[], object]) -> None:
        self._came_round[name] = monotonic()
        try:
            body()
        except Exception:
            log.exception("the last good edition keeps serving")
        self._came_round[name] = monotonic()

    def _follow_files(self) -> None:
        known: int | None = None
        next_scan = 0.0

        def look() -> None:
            nonlocal known, next_scan
            is_told = self._changed.is_set()
            self._changed.clear()
            if not is_told and monotonic() < next_scan:
                return
            if is_told:  # at once; what changes between this and the scan is told as well
                self._refresh()
            began = monotonic()
            seen = fingerprint(*self._folders)
            self._pause = max(2 * LOOK_SECONDS, (monotonic() - began) / MAX_SHARE)
            next_scan = monotonic() + self._pause
            if not is_told and seen != known:
                self._refresh()  # what changes meanwhile is not in `seen`, and is read the next time
            known = seen

        while not self._stopped.is_set():
            self._guarded("files", look)
            self._changed.wait(LOOK_SECONDS)

    def _listen(self) -> None:
        """Wait for what the system tells, anew wherever a folder is another one than it was, or listening failed."""
        while not self._stopped.is_set():
            try:
                self._listen_once()
            except Exception as error:
                reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
                if reason != self._untold:
                    log.warning("the system does not tell of changed files: %s", reason)
                self._untold = reason
                self._came_round["changes"] = monotonic()
                self._stopped.wait(2 * LOOK_SECONDS)

    def _listen_once(self) -> None:
        folders = [folder for folder in self._folders if folder.is_dir()]
        watched = identities(self._folders)
        if not folders:
            raise FileNotFoundError("there is no folder to watch")
        for changes in watch(
            *folders,
            stop_event=self._stopped,
            rust_timeout=int(LOOK_SECONDS * 1000),
            yield_on_timeout=True,
            debounce=DEBOUNCE_MILLISECONDS,
            raise_interrupt=False,
        ):
            self._untold = ""
            self._came_round["changes"] = monotonic()
            if changes:
                self._changed.set()
            if identities(self._folders) != watched:
                self._changed.set()
                return


def identities(folders: tuple[Path, ...]) -> list[tuple[str, int, int] | None]:
    """What differs once a folder is another one, under the same name."""
    found: list[tuple[str, int, int] | None] = []
    for folder in folders:
        try:
            status = folder.stat()
            found.append((os.path.realpath(folder), status.st_dev, status.st_ino))
        except OSError:
            found.append(None)
    return found


def fingerprint(*folders: Path) -> int:
    """A number that changes with every file below; links to folders are followed as far as an article's folder."""
    return hash(tuple(one for folder in folders for one in _signatures(str(folder), 0)))


def _signatures(folder: str, depth: int) -> Iterator[tuple[str, int, int, int]]:
    try:
        with os.scandir(folder) as entries:
            ordered = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        yield folder, error.errno or 0, 0, 0
        return
    for entry in ordered:
        with suppress(OSError):
            if entry.is_dir(follow_symlinks=depth <= 1):
                if depth < MAX_DEPTH:
                    yield from _signatures(entry.path, depth + 1)
                continue
            status = entry.stat()
            yield entry.path, status.st_mtime_ns, status.st_size, status.st_ino
