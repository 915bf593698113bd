"""The week ahead, as a calendar in lanes: what may stand at each placement, in each language, on each day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from microsite.editions.edition import Edition, as_of
from microsite.language.locales import Locale
from microsite.promotions.placement import Placement
from microsite.promotions.promotion import change_moments
from microsite.promotions.selection import candidates

DAYS = 7
MAX_CHANGES = 40
"""Each costs an edition; a week with more of them is drawn up to the day that has the last."""


class Step(NamedTuple):
    """What stands from a moment on."""

    since: datetime | None
    """None: from the beginning of the day."""
    keys: tuple[str, ...]
    """Of promotions: the one that comes first, and those behind it; in texts each has a place of its own."""


class DaySpan(NamedTuple):
    """Days on which the same holds."""

    first: date
    last: date
    steps: tuple[Step, ...]

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1


class Lane(NamedTuple):
    placement: Placement
    locale: Locale
    spans: list[DaySpan]

    @property
    def has_order(self) -> bool:
        """Whether several promotions at once stand behind one another, rather than in places of their own."""
        return self.placement is not Placement.IN_TEXT


class Week(NamedTuple):
    days: list[date]
    lanes: list[Lane]


def week_ahead(edition: Edition, zone: ZoneInfo) -> Week:
    """Today and the days after it, as they are in a time zone, in the languages that readers see."""
    today = edition.moment.astimezone(zone).date()
    midnights = [datetime.combine(today + timedelta(n), time(), zone).astimezone(UTC) for n in range(DAYS + 1)]
    coming = change_moments(edition.promotions, edition.revisions, edition.moment)
    coming = [moment for moment in coming if moment < midnights[-1]]
    if len(coming) > MAX_CHANGES:
        midnights = [midnights[0], *(midnight for midnight in midnights[1:] if midnight <= coming[MAX_CHANGES])]
    editions = [edition, *(as_of(edition, moment) for moment in coming[:MAX_CHANGES])]
    days = [today + timedelta(n) for n in range(len(midnights) - 1)]
    lanes = []
    for placement in Placement:
        for locale in edition.content.site.locales.values():
            standing = [(snapshot.moment, _standing(snapshot, placement, locale)) for snapshot in editions]
            steps = [tuple(_steps(standing, start, end)) for start, end in pairwise(midnights)]
            lanes.append(Lane(placement, locale, list(_spans(days, steps))))
    return Week(days, lanes)


def _standing(edition: Edition, placement: Placement, locale: Locale) -> tuple[str, ...]:
    """The keys of the promotions that can be shown at a placement in a language, in their order."""
    keys = tuple(placed.promotion.key for placed in candidates(edition, locale, placement))
    if placement is not Placement.IN_TEXT:
        return keys
    content = edition.content
    texts = [content.document(entry, locale) for entry in content.listing(locale)]
    return tuple(key for key in keys if any(placement.is_in(text, key) for text in texts))


def _steps(standing: list[tuple[datetime, tuple[str, ...]]], start: datetime, end: datetime) -> Iterator[Step]:
    """What stands between two moments: at the first, and whatever differs from it afterwards."""
    former = next((keys for moment, keys in reversed(standing) if moment <= start), standing[0][1])
    yield Step(None, former)
    for moment, keys in standing:
        if start < moment < end and keys != former:
            yield Step(moment, keys)
            former = keys


def _spans(days: list[date], steps: list[tuple[Step, ...]]) -> Iterator[DaySpan]:
    for same, of_days in groupby(zip(days, steps, strict=True), key=lambda day: day[1]):
        dates = [day for day, _ in of_days]
        yield DaySpan(dates[0], dates[-1], same)
