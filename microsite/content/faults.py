"""What is wrong with a file, said so that a writer can mend it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Fault:
    """`what` says what is wrong and what to do. A warning never keeps content from readers."""

    path: Path
    line: int
    what: str
    warning: bool = False

    def __str__(self) -> str:
        return self.said_from(Path.cwd())

    def said_from(self, *folders: Path) -> str:
        """With the path from the first of these folders that it is in."""
        within = next((folder for folder in folders if self.path.is_relative_to(folder)), None)
        path = self.path.relative_to(within) if within else self.path
        return f"{path}:{self.line}: {'warning: ' if self.warning else ''}{self.what}"


class Faults(Exception):
    """Every fault that keeps files from being served, all at once."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__("\n".join(map(str, self.faults)))


@contextmanager
def collected(faults: list[Fault]) -> Iterator[None]:
    """Put what is wrong inside `with` into `faults`, and go on."""
    try:
        yield
    except Faults as found:
        faults += found.faults
