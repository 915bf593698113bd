"""The time, which is not trusted: a machine's clock may have been wrong for a while, ahead or behind.

A session, link or lock holds from the moment that it was stamped with, for its lifetime. One of the future does not
hold: else whatever a wrong clock has stamped would hold until that time has come, and longer.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

EARLIEST, LATEST = datetime(1971, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""A clock beyond these is wrong. They leave room for computing with dates, which end in the years 1 and 9999."""
EARLIEST_SECONDS, LATEST_SECONDS = EARLIEST.timestamp(), LATEST.timestamp()
EARLIEST_DAY = date(2026, 11, 22)
"""No clock is right that shows an earlier day: this program is no older, nor are its first texts."""
SKEW = timedelta(minutes=1)
"""How much the clocks of two nodes may differ, both being right."""


def bounded(clock: Callable[[], datetime]) -> datetime:
    """The moment that a clock shows, within `EARLIEST` and `LATEST`."""
    try:
        return max(EARLIEST, min(clock(), LATEST))
    except (OverflowError, ValueError):  # from the year 2262 on, when nanoseconds overflow 64 bits; from 10000 on
        return LATEST


def midnight(day: date) -> datetime:
    """When a day begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def publication_day(moment: datetime) -> date:
    """The day (UTC) up to which texts are published: a clock that is years behind takes no site from its readers."""
    return max(moment.date(), EARLIEST_DAY)


def bounded_seconds(clock: Callable[[], float]) -> float:
    """The seconds since 1970 that a clock shows, within `EARLIEST` and `LATEST`."""
    try:
        return max(EARLIEST_SECONDS, min(clock(), LATEST_SECONDS))
    except OverflowError:
        return LATEST_SECONDS


def holds(since: datetime, lifetime: timedelta, moment: datetime) -> bool:
    """Whether something that was stamped at `since` and holds for `lifetime` holds at `moment`."""
    return moment - lifetime <= since <= moment + SKEW
