"""What is wrong with a file, said so that a writer can mend it."""

import logging
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from microsite.text import N_, Sentence, translate_value

log = logging.getLogger(__name__)
MAX_REASON = 200
"""Characters of an exception's own words in a fault."""
MAX_COMPARED = 100
"""Characters of a name that are compared with others."""
MAX_NAMED = 30
"""Names that a sentence lists."""


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

    def translated(self, gettext: Callable[[str], str]) -> "Fault":
        """The same in the language of `gettext`, as far as its message can be said in another one."""
        return replace(self, message=str(translate_value(self.message, gettext)))

    def relative_to(self, *folders: Path) -> str:
        """`file:line: message`, with the path from the first of these folders that it is in."""
        folder = next((folder for folder in folders if self.path.is_relative_to(folder)), None)
        path = readable_name(self.path.relative_to(folder) if folder else self.path)
        return f"{path}:{self.line}: {'warning: ' if self.warning else ''}{self.message}"


class Faults(Exception):
    """Every fault that keeps files from being served, all at once, sorted by file and line."""

    slugs: tuple[str, ...] = ()
    """The slugs under which the file would have stood, as far as they can be known."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__("\n".join(map(str, self.faults)))


@contextmanager
def collecting(faults: list[Fault]) -> Iterator[None]:
    """Append what is raised inside `with` as Faults to `faults`, and go on after it."""
    try:
        yield
    except Faults as error:
        faults += error.faults


def unexpected(path: Path, error: Exception, line: int = 1) -> Fault:
    """The fault of a file that this program does not get along with; the log has the traceback."""
    log.error("file-failed: %s: %s", readable_name(path), type(error).__name__, exc_info=error)
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:MAX_REASON]
    # TRANSLATORS: Behind a file's name. %(reason)s is an error of the program, in English.
    message = N_("this program fails on it (%(reason)s). Undo the last change to it, and report this.")
    return Fault(path, line, Sentence(message, reason=reason))


@contextmanager
def failing_alone(path: Path) -> Iterator[None]:
    """Raise as Faults of a file whatever its reading raises: one that nobody thought of must not hold up the others."""
    try:
        yield
    except Faults:
        raise
    except Exception as error:
        raise Faults([unexpected(path, error)]) from error


def suggestion(name: str, known: Collection[str], quoted: str = "“{}”") -> str:
    """A sentence for a name that is none of the known ones: the nearest of them, else what there is."""
    names = sorted(known)
    if nearest := get_close_matches(name[:MAX_COMPARED], names, n=1):
        return f"Did you mean {quoted.format(nearest[0])}?"
    return f"There are: {named(names) or 'none'}."


def named(names: Sequence[str]) -> str:
    """The first of these names, and how many more there are."""
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return f"{', '.join(names[:MAX_NAMED])}{more}"


def readable_name(path: Path | str) -> str:
    """The name as it can be printed: bytes that are not UTF-8 as \\xff."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
