"""How long the database is waited for: two seconds, in all of a request; as long as it takes, in a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

MAX_WAIT_SECONDS = 2.0
"""In all of a request; elsewhere, for each wait."""
MAX_WORK_SECONDS = 3_600.0
"""For a migration, a backup or a restore: the operator may end those at any time."""


class _Budget:
    """The seconds that may still be spent with waiting, by whatever runs under it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.since: float | None = None
        """When the wait that is going on now began, by the monotonic clock."""

    @property
    def left(self) -> float:
        return max(0.0, self.seconds - (0 if self.since is None else monotonic() - self.since))


_budget: ContextVar[_Budget | None] = ContextVar("budget", default=None)


@contextmanager
def limit_waits(seconds: float) -> Iterator[None]:
    """All waits for the database in this block take no longer than that together."""
    token = _budget.set(_Budget(seconds))
    try:
        yield
    finally:
        _budget.reset(token)


@contextmanager
def timed_wait() -> Iterator[None]:
    """One wait for the database, whose time is taken off the limit; those within it count as part of it."""
    budget = _budget.get()
    if budget is None or budget.since is not None:
        yield
        return
    budget.since = monotonic()
    try:
        yield
    finally:
        budget.seconds, budget.since = budget.left, None


def seconds_left() -> float:
    """How long the next wait may take."""
    budget = _budget.get()
    return MAX_WAIT_SECONDS if budget is None else budget.left


def is_long_running() -> bool:
    """Whether more may be waited than the database is told to work on one statement."""
    return seconds_left() > MAX_WAIT_SECONDS
