"""The time, which is not trusted: a machine's clock may have been wrong for a while, ahead or behind.

What is stamped with a moment holds from that moment on and for as long as its rule says. So a stamp of the future holds
nothing: else what a wrong clock has stamped would hold until that time has come, and longer.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EARLIEST, LATEST = datetime(1971, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""A clock beyond these is wrong; dates are computed with from it, which calendars end for."""
SKEW = timedelta(minutes=1)
"""By which the clocks of two nodes may differ, both being right."""


def bounded(clock: Callable[[], datetime]) -> datetime:
    """What a clock says, within `EARLIEST` and `LATEST`."""
    try:
        return max(EARLIEST, min(clock(), LATEST))
    except OverflowError:  # from the year 2262 on, which nanoseconds in 64 bits end with
        return LATEST


def bounded_seconds(clock: Callable[[], float]) -> float:
    """What a clock of seconds since 1970 says, within `EARLIEST` and `LATEST`."""
    try:
        return max(EARLIEST_SECONDS, min(clock(), LATEST_SECONDS))
    except OverflowError:
        return LATEST_SECONDS


EARLIEST_SECONDS, LATEST_SECONDS = EARLIEST.timestamp(), LATEST.timestamp()


def holds(since: datetime, lifetime: timedelta, moment: datetime) -> bool:
    """Whether what began at `since` and holds for `lifetime` holds at `moment`."""
    return moment - lifetime <= since <= moment + SKEW
