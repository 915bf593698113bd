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
        path = self.path
        if path.is_relative_to(Path.cwd()):
            path = path.relative_to(Path.cwd())
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
