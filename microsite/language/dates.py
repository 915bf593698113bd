"""Days, months and periods: as front matter says them, and as a language writes them."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TypeGuard

from babel.dates import format_date, format_interval, format_skeleton

from microsite.language.locales import Locale
from microsite.language.typography import NBSP, typeset

MAX_CACHED_DATES = 4096
"""Written dates that are cached: Babel takes 30 µs for one, and a list shows the same ones again."""
_BREAKS = re.compile("(?<=[0-9])(?=[年月日])|(?<=[年月])(?=[0-9])")
"""Where browsers would part a Chinese or Japanese date: 2020 from its 年."""
_DAY = re.compile(r"(?<=\d) (?=[^\W\d])|(?<=\d\.) (?=[^\W\d])")
"""Between a day and its month: no line begins with `Mai 2019`."""
WORD_JOINER = "\u2060"
_PARTIAL = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day, or a month of which the day does not matter."""

    first: date
    last: date

    def __str__(self) -> str:
        """As front matter says it: `2020-07-06`, `2020-07`."""
        return f"{self.first}" if self.is_day else f"{self.first:%Y-%m}"

    @property
    def is_day(self) -> bool:
        return self.first == self.last


@dataclass(frozen=True, slots=True)
class PartialPeriod:
    """From one partial date to another: when a story happened."""

    start: PartialDate
    end: PartialDate

    def __str__(self) -> str:
        """As front matter says it: `2019-06 to 2020-07-06`."""
        return f"{self.start} to {self.end}"

    @property
    def is_day(self) -> bool:
        return self.start == self.end and self.start.is_day


def parse_partial_date(value: object) -> PartialDate:
    """A day as YAML reads it, or `2020-07-06`, `2020-07`. Raises ValueError with a sentence for the writer."""
    if is_day(value):
        return PartialDate(value, value)
    match = _PARTIAL.fullmatch(str(value).strip())
    if not match:
        raise ValueError("not a date. Write 2020-07-06, or 2020-07 for a month")
    year, month = int(match[1]), int(match[2])
    try:
        if match[3]:
            day = date(year, month, int(match[3]))
            return PartialDate(day, day)
        return PartialDate(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
    except ValueError:
        raise ValueError("not a date of the calendar") from None


def parse_period(value: object) -> PartialPeriod:
    """What `parse_partial_date` takes, or two of them: `2019-06 to 2020-07-06`. Raises ValueError as well."""
    start, _, end = str(value).partition(" to ")
    if not all(_PARTIAL.fullmatch(part.strip()) for part in (start, end or start)):
        raise ValueError("not a date. Write 2020-07-06, or 2020-07 for a month, or 2019-06 to 2020-07-01")
    first = parse_partial_date(start)
    period = PartialPeriod(first, parse_partial_date(end) if end else first)
    if period.end.last < period.start.first:
        raise ValueError("ends before it starts. Write the earlier date first")
    return period


def is_day(value: object) -> TypeGuard[date]:
    """In Python, a moment is a date as well."""
    return isinstance(value, date) and not isinstance(value, datetime)


@lru_cache(MAX_CACHED_DATES)
def long_date(day: date, locale: Locale) -> str:
    """`1 July 2020`, `1er juillet 2020` (Babel leaves out the French ordinal and the no-break space)."""
    if locale.id == "en":
        return f"{day.day} {format_date(day, 'MMMM y', 'en')}"
    written = format_date(day, "long", locale.babel)
    if locale.language == "fr" and day.day == 1:
        written = "1er" + written[1:]
    return _in_one_piece(typeset(written, locale.language))


def _in_one_piece(written: str) -> str:
    return _DAY.sub(NBSP, _BREAKS.sub(WORD_JOINER, written))


@lru_cache(MAX_CACHED_DATES)
def short_day(day: date, locale: Locale) -> str:
    """`Wed 1 Jul`, `mer. 1er juil.`: a day near today, without its year."""
    if locale.id == "en":
        return format_date(day, "EEE d MMM", "en")
    written = format_skeleton("MMMEd", day, locale=locale.babel)
    if locale.language == "fr" and day.day == 1:
        written = re.sub(r"\b1\b", "1er", written)
    return _in_one_piece(typeset(written, locale.language))


@lru_cache(MAX_CACHED_DATES)
def month(day: date, locale: Locale) -> str:
    """`July 2020`, `juillet 2020`, `2020年7月`: CLDR's pattern for the skeleton `yMMMM`, which is no pattern itself."""
    return _in_one_piece(format_skeleton("yMMMM", day, locale=locale.babel))


def partial_date(value: PartialDate, locale: Locale) -> str:
    """As `long_date` or `month`, for the middle of a line: English days stay with their months there as well."""
    return _in_one_piece(long_date(value.first, locale)) if value.is_day else month(value.first, locale)


@lru_cache(MAX_CACHED_DATES)
def months(period: PartialPeriod, locale: Locale) -> str:
    """`July 2020`, or `June 2019 – July 2020`."""
    start, end = period.start.first, period.end.first
    if (start.year, start.month) == (end.year, end.month):
        return month(start, locale)
    # Babel's thin spaces let a line begin with the dash.
    written = format_interval(start, end, "yMMMM", locale=locale.babel).replace("\u2009–\u2009", f"{NBSP}– ")
    return _in_one_piece(written)


def full_years(since: date, today: date) -> int:
    """The number of whole years between two days."""
    return today.year - since.year - ((today.month, today.day) < (since.month, since.day))


def full_months(since: date, today: date) -> int:
    """The number of whole months between two days."""
    return 12 * (today.year - since.year) + today.month - since.month - (today.day < since.day)


def rfc3339(day: date) -> str:
    """A day as feeds write it: midnight UTC."""
    return datetime(day.year, day.month, day.day).isoformat() + "Z"
