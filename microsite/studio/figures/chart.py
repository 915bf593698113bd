"""Charts of days as numbers that a template writes into SVG: no script, no colours, no sizes in pixels."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from microsite.promotions.figures import Period, Totals

GAP = 0.25
"""The part of a day's width that stays empty beside its bar."""
LABEL_WIDTH = 10
"""What the number of a wording takes on a phone, in per cent of the chart's width."""
SPARKLINE_STEP, SPARKLINE_HEIGHT, SPARKLINE_TOP = 4, 28, 2
"""In units of its SVG: from day to day, and where the least and the greatest value are drawn."""


class Bar(NamedTuple):
    """In per cent of the chart's width and height, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float
    is_unusual: bool


@dataclass(frozen=True)
class Bars:
    """A bar chart of one number a day."""

    period: Period
    values: Sequence[int]
    unusual: Collection[date] = ()
    """Days whose bars are drawn as outlines."""

    @property
    def top(self) -> int:
        """The end of the scale: a round number no less than any value, whose half is round as well."""
        greatest, step = max(self.values, default=0), 1
        while 10 * step < greatest:
            step *= 10
        return next(step * factor for factor in (2, 4, 6, 8, 10) if step * factor >= greatest)

    @property
    def best(self) -> tuple[date, int]:
        """The day with the greatest value, the first of several, and that value."""
        greatest = max(self.values)
        return self.period.days[self.values.index(greatest)], greatest

    @property
    def total(self) -> int:
        return sum(self.values)

    @property
    def drawn(self) -> list[Bar]:
        """A bar for each day that has a value."""
        width = 100 / len(self.values)
        bars = []
        for day, value in enumerate(self.values):
            if height := 100 * value / self.top:
                numbers = (day + GAP / 2) * width, 100 - height, (1 - GAP) * width, height
                x, y, bar_width, bar_height = (round(number, 3) for number in numbers)
                bars.append(Bar(x, y, bar_width, bar_height, self.period.days[day] in self.unusual))
        return bars


class Mark(NamedTuple):
    """A line at the first day of wordings, in per cent of the chart's width."""

    x: float
    number: str
    """Of the newest wording of that day; empty where it would overlap that of a later day."""


def marks(period: Period, first_days: Iterable[tuple[date, str]]) -> list[Mark]:
    """The wordings that began after the first day of the period, from first days and numbers."""
    oldest_first = sorted(first_days, key=lambda first: (first[0], len(first[1]), first[1]))
    newest = {day: number for day, number in oldest_first if number and day > period.first}
    drawn: list[Mark] = []
    next_label = 100.0 + LABEL_WIDTH
    for day in sorted(newest, reverse=True):
        x = round(100 * (day - period.first).days / len(period.days), 3)
        is_labelled = x <= next_label - LABEL_WIDTH
        drawn.insert(0, Mark(x, newest[day] if is_labelled else ""))
        next_label = x if is_labelled else next_label
    return drawn


def sparkline(days: Sequence[Totals]) -> list[tuple[int, float]]:
    """Impressions, day by day, as points of a line as small as a word (E. Tufte's term).

    A day without any is a point at the foot.
    """
    greatest = max((day.impressions for day in days), default=0) or 1
    height = SPARKLINE_HEIGHT - SPARKLINE_TOP
    return [
        (SPARKLINE_STEP * number, round(SPARKLINE_HEIGHT - height * day.impressions / greatest, 1))
        for number, day in enumerate(days)
    ]
