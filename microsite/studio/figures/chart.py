"""Drawings of days, as numbers that a template writes into SVG: no script, no colour, no size in pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from microsite.promotions.figures import Period, Totals, total

GAP = 0.25
"""The part of a day's width that stays empty beside its bar."""
ROOM = 10
"""What the number of a revision takes on a phone, in per cent of the drawing's width."""
STEP, TALLEST = 4, 28
"""Of the small line: from day to day, and from its foot to its top."""


@dataclass(frozen=True)
class Bar:
    """In per cent of the drawing's width and height, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Bars:
    """How often one thing happened, day by day."""

    period: Period
    values: Sequence[int]

    @property
    def top(self) -> int:
        """Where the scale ends: a round number, and half of it is one too."""
        most, step = max(self.values, default=0), 1
        while 10 * step < most:
            step *= 10
        return next(step * factor for factor in (2, 4, 6, 8, 10) if step * factor >= most)

    @property
    def best(self) -> tuple[date, int]:
        """The day with most, the first of several."""
        most = max(self.values)
        return self.period.days[self.values.index(most)], most

    @property
    def total(self) -> int:
        return sum(self.values)

    @property
    def drawn(self) -> list[Bar]:
        width = 100 / len(self.values)
        found = []
        for day, value in enumerate(self.values):
            height = 100 * value / self.top
            numbers = (day + GAP / 2) * width, 100 - height, (1 - GAP) * width, height
            found.append(Bar(*(round(number, 3) for number in numbers)))
        return [bar for bar in found if bar.height]


@dataclass(frozen=True)
class Mark:
    """A day on which wordings were first shown, in per cent of the drawing's width."""

    x: float
    revision: int | None
    """The newest of them; None where its number has no room before that of a later day."""


def marks(period: Period, first_days: dict[int, date]) -> list[Mark]:
    """Wordings that began within the period, not with it."""
    newest = {day: revision for revision, day in sorted(first_days.items()) if day > period.first}
    found: list[Mark] = []
    room = 100.0 + ROOM
    for day in sorted(newest, reverse=True):
        x = round(100 * (day - period.first).days / len(period.days), 3)
        is_named = x <= room - ROOM
        found.insert(0, Mark(x, newest[day] if is_named else None))
        room = x if is_named else room
    return found


@dataclass(frozen=True)
class Month:
    """Some days in a few figures and a line as small as a word."""

    days: Sequence[Totals]

    @property
    def total(self) -> Totals:
        return total(self.days)

    @property
    def line(self) -> list[tuple[int, float]]:
        """Impressions, day by day. A point at the foot is a day without any."""
        most = max((day.impressions for day in self.days), default=0) or 1
        return [
            (STEP * number, round(TALLEST - (TALLEST - 2) * day.impressions / most, 1))
            for number, day in enumerate(self.days)
        ]
