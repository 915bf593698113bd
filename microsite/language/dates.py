"""Dates as a language writes them."""

from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date, format_interval, format_skeleton

from microsite.content.front_matter import PartialDate, Period
from microsite.language.locales import Locale
from microsite.language.typography import FIRM, typeset

MOST_KEPT = 4096
"""Dates that are remembered as they are written: Babel takes 30 µs for one, and a list shows the same ones again."""


@lru_cache(MOST_KEPT)
def long_date(day: date, locale: Locale) -> str:
    """`1 July 2020`, `1er juillet 2020` (Babel leaves out the French ordinal and the no-break space)."""
    if locale.id == "en":
        return f"{day.day} {format_date(day, 'MMMM y', 'en')}"
    written = format_date(day, "long", locale.babel)
    if locale.language == "fr" and day.day == 1:
        written = "1er" + written[1:]
    return typeset(written, locale.language)


@lru_cache(MOST_KEPT)
def month(day: date, locale: Locale) -> str:
    """`July 2020`, `juillet 2020`, `2020年7月`: CLDR's pattern for the skeleton `yMMMM`, which is no pattern itself."""
    return format_skeleton("yMMMM", day, locale=locale.babel)


def partial_date(value: PartialDate, locale: Locale) -> str:
    return long_date(value.first, locale) if value.is_day else month(value.first, locale)


@lru_cache(MOST_KEPT)
def months(period: Period, locale: Locale) -> str:
    """`July 2020`, or `June 2019 – July 2020`."""
    start, end = period.start.first, period.end.first
    if (start.year, start.month) == (end.year, end.month):
        return month(start, locale)
    # Babel's thin spaces let a line begin with the dash.
    return format_interval(start, end, "yMMMM", locale=locale.babel).replace("\u2009–\u2009", f"{FIRM}– ")


def full_years(since: date, today: date) -> int:
    """How many whole years lie between two days."""
    return today.year - since.year - ((today.month, today.day) < (since.month, since.day))


def rfc3339(day: date) -> str:
    """A day as feeds write it: midnight UTC."""
    return datetime(day.year, day.month, day.day).isoformat() + "Z"
