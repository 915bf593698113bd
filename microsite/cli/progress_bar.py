"""The bar that shows how far a command is."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar, where there is a terminal; what it gives is told how many are done, and of how many."""
    with click.progressbar(length=0, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def advance(done: int, known: int) -> None:
            bar.length = known
            bar.update(done - bar.pos)

        yield advance
