"""Keeping editions true: threads that poll files, revisions and the clock, none of which holds up another.

The system notifies of most changes of files at once (inotify, by `watchfiles`). It does not where a folder was
exchanged, a link was turned, a mount is of a network, or all watches are used up; so the folders are scanned as well,
as often as costs little.
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
POLL_SECONDS = 0.5
MAX_CPU_SHARE = 0.02
"""Of a processor, for scanning the folders."""
STALLED_SECONDS = 2
"""A thread without a heartbeat for so long is reported."""
MAX_DELAY_SECONDS = 2
"""What is promised for an edit."""
MAX_DEPTH = 5
"""Of folders within the site's, to be scanned."""
DEBOUNCE_MILLISECONDS = 200


class Watch:
    """The threads. Whatever one of the functions raises is logged, and its thread goes on."""

    def __init__(
        self,
        settings: Settings,
        refresh: Callable[[], object],
        poll_database: Callable[[], object],
        check_clock: Callable[[], object],
    ) -> None:
        self._folders = settings.site, settings.translations
        self._refresh = refresh
        self._poll_database = poll_database
        self._check_clock = check_clock
        self._stopped = threading.Event()
        self._notified = threading.Event()
        self._heartbeats: dict[str, float] = {}
        """When each thread last began or ended its work, by `monotonic`."""
        self._notify_error = ""
        """Why the system does not notify of changes; empty while it does."""
        self._pause = 2 * POLL_SECONDS
        """Seconds from the end of a scan to the next."""
        self._next_scan = 0.0
        self._scanned: int | None = None
        """The `fingerprint` of the folders, as of the last scan."""

    @property
    def is_alive(self) -> bool:
        return bool(self._heartbeats) and not self._stopped.is_set()

    def start(self) -> None:
        self._notified.set()  # nobody watched between the first reading and now, so read once more
        for name, body in {
            "files": lambda: self._poll("files", self._scan, self._notified),
            "changes": self._listen,
            "revisions": lambda: self._poll("revisions", self._poll_database, self._stopped),
            "clock": lambda: self._poll("clock", self._check_clock, self._stopped),
        }.items():
            self._heartbeats[name] = monotonic()
            threading.Thread(target=body, name=name, daemon=True).start()

    def check_again(self) -> None:
        """Have the files read again soon, on the thread that does so."""
        self._notified.set()

    def stop(self) -> None:
        self._stopped.set()
        self._notified.set()

    def faults(self) -> list[Fault]:
        """Why an edit, a saved wording or a schedule may be seen late, or not at all."""
        if not self.is_alive:
            return []
        folder, now = self._folders[0], monotonic()
        faults = [
            Fault(folder, 1, f"the thread “{name}” has been waiting for {now - when:.0f} s. Does the disk answer?")
            for name, when in self._heartbeats.items()
            if now - when > STALLED_SECONDS
        ]
        if self._notify_error and self._pause > MAX_DELAY_SECONDS:
            message = f"is looked through every {self._pause:.0f} s only: {self._notify_error}"
            faults.append(Fault(folder, 1, f"{message}. An edit shows that much later."))
        return faults

    def _poll(self, name: str, body: Callable[[], object], wake: threading.Event) -> None:
        """Call `body` again and again: every `POLL_SECONDS`, and at once where `wake` is set."""
        while not self._stopped.is_set():
            self._heartbeats[name] = monotonic()
            try:
                body()
            except Exception:
                log.exception("watch-failed: the last good edition keeps serving")
            self._heartbeats[name] = monotonic()
            wake.wait(POLL_SECONDS)

    def _scan(self) -> None:
        """Have the files read where they are not as they were, or somebody said so."""
        is_notified = self._notified.is_set()
        self._notified.clear()
        if not is_notified and monotonic() < self._next_scan:
            return
        began = monotonic()
        scanned = fingerprint(*self._folders)
        self._pause = max(2 * POLL_SECONDS, (monotonic() - began) / MAX_CPU_SHARE)
        self._next_scan = monotonic() + self._pause
        if is_notified or scanned != self._scanned:
            self._refresh()  # after the scan: what is saved meanwhile differs from `scanned` the next time
        self._scanned = scanned

    def _listen(self) -> None:
        """Wait for notifications; begin anew where a folder is another one than it was, or listening failed."""
        while not self._stopped.is_set():
            try:
                self._listen_once()
            except Exception as error:
                reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
                if reason != self._notify_error:
                    log.warning("changes-untold: the system does not tell of changed files: %s", reason)
                self._notify_error = reason
                self._heartbeats["changes"] = monotonic()
                self._stopped.wait(2 * POLL_SECONDS)

    def _listen_once(self) -> None:
        folders = [folder for folder in self._folders if folder.is_dir()]
        watched = [*map(identity, self._folders)]
        if not folders:
            raise FileNotFoundError("there is no folder to watch")
        for changes in watch(
            *folders,
            stop_event=self._stopped,
            rust_timeout=int(POLL_SECONDS * 1000),
            yield_on_timeout=True,
            debounce=DEBOUNCE_MILLISECONDS,
            raise_interrupt=False,
        ):
            self._notify_error = ""
            self._heartbeats["changes"] = monotonic()
            if changes:
                self._notified.set()
            if [*map(identity, self._folders)] != watched:
                self._notified.set()
                return


def identity(folder: Path) -> tuple[str, int, int] | None:
    """Its path, device and inode; None where there is none: another folder has another identity."""
    with suppress(OSError):
        status = folder.stat()
        return os.path.realpath(folder), status.st_dev, status.st_ino
    return None


def fingerprint(*folders: Path) -> int:
    """A number that changes with every file below; links to folders are followed as far as an article's folder."""
    return hash(tuple(signature for folder in folders for signature in _signatures(str(folder), 0)))


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
