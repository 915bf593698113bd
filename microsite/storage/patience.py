"""How long the database is waited for: two seconds, in all of a request; as long as it takes, in a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

MAX_WAIT_SECONDS = 2.0
"""In all of a request; elsewhere, for each wait."""
MAX_WORK_SECONDS = 3_600.0
"""For a migration, a backup or a restore: the operator may end those at any time."""


class _Patience:
    """What is left of the seconds that may be spent with waiting, in whatever runs under it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.since: float | None = None
        """When the wait began that is going on now, by the monotonic clock."""

    @property
    def left(self) -> float:
        return max(0.0, self.seconds - (0 if self.since is None else monotonic() - self.since))


_current: ContextVar[_Patience | None] = ContextVar("patience", default=None)


@contextmanager
def waiting_at_most(seconds: float) -> Iterator[None]:
    """All waits for the database in this block take no longer than that together."""
    token = _current.set(_Patience(seconds))
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def waiting() -> Iterator[None]:
    """One wait for the database, or several that are one: its time is taken off."""
    patience = _current.get()
    if patience is None or patience.since is not None:
        yield
        return
    patience.since = monotonic()
    try:
        yield
    finally:
        patience.seconds, patience.since = patience.left, None


def seconds_left() -> float:
    """How long the next wait may take."""
    patience = _current.get()
    return MAX_WAIT_SECONDS if patience is None else patience.left


def is_long() -> bool:
    """Whether more may be waited than the database is told to work on one statement."""
    return seconds_left() > MAX_WAIT_SECONDS
