"""What is wrong with a file, said so that a writer can mend it."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)
MAX_REASON = 200
"""Characters of an exception's own words in a fault."""


@dataclass(frozen=True, order=True)
class Fault:
    """Something wrong in a file: `message` says what, and what to do. A warning never keeps content from readers."""

    path: Path
    line: int
    message: str
    warning: bool = False
    is_tolerable: bool = False
    """A text that has no good state to go back to is shown with it: a link that leads nowhere is then plain words."""

    def __str__(self) -> str:
        return self.relative_to(Path.cwd())

    def relative_to(self, *folders: Path) -> str:
        """With the path from the first of these folders that it is in."""
        within = next((folder for folder in folders if self.path.is_relative_to(folder)), None)
        path = readable_name(self.path.relative_to(within) if within else self.path)
        return f"{path}:{self.line}: {'warning: ' if self.warning else ''}{self.message}"


class Faults(Exception):
    """Every fault that keeps files from being served, all at once."""

    slugs: tuple[str, ...] = ()
    """The last parts of the addresses under which the file would have stood, as far as they can be known."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__("\n".join(map(str, self.faults)))


@contextmanager
def collecting(faults: list[Fault]) -> Iterator[None]:
    """Put what is wrong inside `with` into `faults`, and go on."""
    try:
        yield
    except Faults as found:
        faults += found.faults


def unexpected(path: Path, error: Exception, line: int = 1) -> Fault:
    """What to say of a file that this program does not get along with; the log has the trace."""
    log.error("%s: %s", readable_name(path), type(error).__name__, exc_info=error)
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:MAX_REASON]
    what = f"this program fails on it ({reason}). Undo the last change to it, and report this."
    return Fault(path, line, what)


def readable_name(path: Path | str) -> str:
    """The name as it can be printed: bytes that are no UTF-8 as \\xff."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
