"""What was counted, read back: totals of a period, and rates with their intervals."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from math import sqrt
from statistics import NormalDist, median
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, case, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from microsite.promotions.counts import UNKNOWN
from microsite.storage.store import Store
from microsite.storage.tables import PromotionCount, Wording

MIN_IMPRESSIONS = 1000
"""Below this no rate is stated: one click more or less would move it by more than one per thousand."""
MIN_FORMER = 50
"""Impressions of the period before; below this nothing is said of a change."""
UNUSUAL = 5
"""How many times the median of its month a day has to exceed to stand out."""
CONFIDENCE = 0.95
ROWS_PER_FETCH = 1000
"""Rows that are in memory at a time while all of them are exported."""


class Period(NamedTuple):
    """Days in UTC, both included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days) for days in range((self.last - self.first).days + 1)]


def last_days(today: date, number: int) -> Period:
    """The `number` days that end with `today`."""
    return Period(today - timedelta(number - 1), today)


def days_before(period: Period) -> Period:
    """As many days, up to the one before its first."""
    return last_days(period.first - timedelta(1), len(period.days))


def months_of(period: Period) -> Period:
    """The period from the beginning of its first month to the end of its last."""
    next_month = (period.last.replace(day=1) + timedelta(31)).replace(day=1)
    return Period(period.first.replace(day=1), next_month - timedelta(1))


class Rate(NamedTuple):
    """Clicks per thousand impressions, with its confidence interval."""

    value: float
    low: float
    high: float


class Totals(NamedTuple):
    impressions: int = 0
    clicks: int = 0
    withheld: int = 0
    """Of the impressions, those of `Withheld` days, whose clicks are not among these."""

    @property
    def told(self) -> int:
        """The impressions whose clicks are known."""
        return self.impressions - self.withheld

    @property
    def rate(self) -> Rate | None:
        """None below `MIN_IMPRESSIONS`, and where clicks outnumber impressions: then not only readers click."""
        if self.told < MIN_IMPRESSIONS or self.clicks > self.told:
            return None
        return Rate(*(1000 * share for share in (self.clicks / self.told, *wilson(self))))


class Withheld(NamedTuple):
    """Days of a comparison that runs. Whoever knew the clicks of each could tell before the end which wording leads."""

    promotion: str
    locale: str
    """A locale's tag."""
    period: Period

    @property
    def condition(self) -> ColumnElement[bool]:
        return and_(
            PromotionCount.promotion == self.promotion,
            PromotionCount.locale == self.locale,
            PromotionCount.day.between(*self.period),
        )


def total(parts: Iterable[Totals]) -> Totals:
    """The sum of all of them."""
    return Totals(*map(sum, zip(*parts, strict=True)))


def wilson(counted: Totals) -> tuple[float, float]:
    """The score interval of the share of clicks (E. B. Wilson, 1927), which holds for few clicks and none as well."""
    clicks, n = counted.clicks, counted.told
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    middle = (clicks + z * z / 2) / (n + z * z)
    reach = z / (n + z * z) * sqrt(clicks * (n - clicks) / n + z * z / 4)
    return max(0.0, middle - reach), min(1.0, middle + reach)


class FigureChange(NamedTuple):
    """What became more (or, negative, fewer) than in the period before."""

    impressions: int
    """Per cent, rounded."""
    clicks: int | None
    """A number: so few are hardly ever a share worth stating. None where some of either period are withheld."""


def change(counted: Totals, former: Totals | None) -> FigureChange | None:
    """None where there was no such period, or where it had fewer than `MIN_FORMER` impressions."""
    if former is None or former.impressions < MIN_FORMER:
        return None
    more = counted.impressions - former.impressions
    is_told = not (counted.withheld or former.withheld)
    return FigureChange(round(100 * more / former.impressions), counted.clicks - former.clicks if is_told else None)


def against_goal(counted: Totals, goal: int) -> Literal["reached", "missed", "unsure", ""]:
    """Whether the rate has reached a goal, in clicks per thousand: sure where its whole interval is on one side."""
    if not counted.rate:
        return ""
    if counted.rate.low >= goal:
        return "reached"
    return "missed" if counted.rate.high < goal else "unsure"


def unusual_days(days: Mapping[date, Totals]) -> dict[date, float]:
    """The days beyond `UNUSUAL` times the median of impressions of their month, with that median.

    `days` are those of whole months; of each, the days on which anything was shown are counted.
    """
    months: dict[tuple[int, int], list[int]] = {}
    for day, counted in days.items():
        if counted.impressions:
            months.setdefault((day.year, day.month), []).append(counted.impressions)
    medians = {month: median(values) for month, values in months.items()}
    return {
        day: medians[day.year, day.month]
        for day, counted in sorted(days.items())
        if counted.impressions and counted.impressions > UNUSUAL * medians[day.year, day.month]
    }


class WordingFigures(NamedTuple):
    """What one wording did in a period."""

    digest: str
    """What `PromotionCount.wording` says."""
    first: date
    last: date
    """The first and the last day on which anything of it was counted."""
    counted: Totals


def wording_figures(days: Mapping[tuple[str, date], Totals]) -> list[WordingFigures]:
    """Figures per wording, from totals by digest and day; the wording that was shown last comes first."""
    wordings = []
    for digest in {digest for digest, _ in days}:
        own = {day: counted for (other, day), counted in days.items() if other == digest}
        wordings.append(WordingFigures(digest, min(own), max(own), total(own.values())))

    def newness(wording: WordingFigures) -> tuple[bool, date, date, str]:
        return wording.digest != UNKNOWN, wording.last, wording.first, wording.digest

    return sorted(wordings, key=newness, reverse=True)


def sums(
    store: Store,
    period: Period,
    *group_by: InstrumentedAttribute[Any],
    withheld: Iterable[Withheld] = (),
    **filters: object,
) -> dict[tuple[Any, ...], Totals]:
    """Totals of the period by the values of `group_by`; `filters` are columns, as in `promotion="planet-freevpn"`."""
    is_withheld = _any_of(withheld)
    counted = (
        func.sum(PromotionCount.impressions),
        func.sum(case((is_withheld, 0), else_=PromotionCount.clicks)),
        func.sum(case((is_withheld, PromotionCount.impressions), else_=0)),
    )
    query = select(*group_by, *counted).where(*_conditions(period, filters)).group_by(*group_by).order_by(*group_by)
    with store.read() as session:
        return {tuple(row[:-3]): Totals(*map(int, row[-3:])) for row in session.execute(query)}


def rows(store: Store, period: Period, withheld: Iterable[Withheld] = (), **filters: object) -> Iterator[Row[Any]]:
    """Every row of the period, day by day, with the names of `PromotionCount`, read `ROWS_PER_FETCH` at a time.

    Clicks are None where they are withheld.
    """
    table = PromotionCount.__table__
    told = case((_any_of(withheld), None), else_=PromotionCount.clicks).label("clicks")
    attributes = (attribute.class_attribute for attribute in PromotionCount.__mapper__.column_attrs)
    columns = (told if attribute is PromotionCount.clicks else attribute for attribute in attributes)
    query = select(*columns).where(*_conditions(period, filters)).order_by(*table.primary_key)
    with store.read() as session:
        yield from session.execute(query.execution_options(yield_per=ROWS_PER_FETCH))


def _any_of(withheld: Iterable[Withheld]) -> ColumnElement[bool]:
    return or_(false(), *(days.condition for days in withheld))


def _conditions(period: Period, filters: Mapping[str, object]) -> list[ColumnElement[bool]]:
    equal: list[ColumnElement[bool]] = [getattr(PromotionCount, name) == value for name, value in filters.items()]
    return [PromotionCount.day.between(*period), *equal]


def shown_wordings(store: Store, **filters: str) -> list[Wording]:
    """Every wording that readers were shown, first shown first; `filters` as in `promotion="planet-freevpn"`."""
    query = select(Wording).filter_by(**filters).order_by(Wording.first_shown, Wording.digest)
    with store.read() as session:
        return list(session.scalars(query))


def by_day(store: Store, period: Period) -> dict[tuple[str, str], list[Totals]]:
    """By promotion and language tag, the totals of each day of the period, days without any included."""
    counted = sums(store, period, PromotionCount.promotion, PromotionCount.locale, PromotionCount.day)
    return {key: [counted.get((*key, day), Totals()) for day in period.days] for key in {key[:2] for key in counted}}
