"""What was counted, read back: sums of a period, by whatever they are asked for."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import InstrumentedAttribute

from microsite.promotions.rates import Totals
from microsite.storage.store import Store
from microsite.storage.tables import PromotionCount

Column = InstrumentedAttribute[Any]
PART = 1000
"""Rows that are in memory at a time while all of them are exported."""


class Period(NamedTuple):
    """Days in UTC, both included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days) for days in range((self.last - self.first).days + 1)]


def last_days(today: date, number: int) -> Period:
    return Period(today - timedelta(number - 1), today)


def sums(store: Store, period: Period, *by: Column, **only: object) -> dict[tuple[Any, ...], Totals]:
    """Totals by the columns of `by`, in their order; `only` says which rows, as in `promotion="planet-freevpn"`."""
    counted = func.sum(PromotionCount.displays), func.sum(PromotionCount.clicks)
    asked = select(*by, *counted).where(*_which(period, only)).group_by(*by).order_by(*by)
    with store.read() as session:
        return {tuple(row[:-2]): Totals(int(row[-2]), int(row[-1])) for row in session.execute(asked)}


def rows(store: Store, period: Period, **only: object) -> Iterator[Row[Any]]:
    """All that was counted, day by day, however much that is; with the names of `PromotionCount`."""
    table = PromotionCount.__table__
    asked = select(*table.columns).where(*_which(period, only)).order_by(*table.primary_key)
    with store.read() as session:
        yield from session.execute(asked.execution_options(yield_per=PART))


def _which(period: Period, only: Mapping[str, object]) -> list[ColumnElement[bool]]:
    equal: list[ColumnElement[bool]] = [getattr(PromotionCount, name) == value for name, value in only.items()]
    return [PromotionCount.day.between(*period), *equal]


def by_day(store: Store, period: Period) -> dict[tuple[str, str], list[Totals]]:
    """The days of each promotion in each language (its tag), those without anything counted among them."""
    counted = sums(store, period, PromotionCount.promotion, PromotionCount.locale, PromotionCount.day)
    return {spot: [counted.get((*spot, day), Totals()) for day in period.days] for spot in {key[:2] for key in counted}}
