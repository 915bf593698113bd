"""Drawings of days: whole within their frame, and true to their numbers."""

from datetime import timedelta

from microsite.promotions.figures import Period, Totals
from microsite.studio.figures.chart import Bars, marks, sparkline
from tests.conftest import NOW

TODAY = NOW.date()


def test_the_scale_ends_at_a_round_number() -> None:
    """Above the highest bar, so that halves are round as well."""
    period = Period(TODAY, TODAY)
    tops = {value: Bars(period, [value]).top for value in (0, 1, 2, 3, 9, 10, 11, 41, 99, 100, 101, 999, 12_345)}
    assert tops == {
        0: 2,
        1: 2,
        2: 2,
        3: 4,
        9: 10,
        10: 10,
        11: 20,
        41: 60,
        99: 100,
        100: 100,
        101: 200,
        999: 1000,
        12_345: 20_000,
    }


def test_bars_stand_within_their_drawing() -> None:
    """From left to right, a day without anything has none."""
    period = Period(TODAY - timedelta(days=3), TODAY)
    drawn = Bars(period, [0, 5, 10, 1]).drawn
    assert [bar.height for bar in drawn] == [50, 100, 10]
    assert all(bar.y + bar.height == 100 and 25 <= bar.x <= 100 - bar.width for bar in drawn)


def test_wordings_of_before_the_period_are_not_marked() -> None:
    """What was there on the first day did not begin on it."""
    period = Period(TODAY - timedelta(days=9), TODAY)
    assert [mark.number for mark in marks(period, [(period.first, "1"), (TODAY, "2")])] == ["2"]


def test_numbers_of_wordings_do_not_stand_over_one_another() -> None:
    """Of a day the newest, of neighbouring days the latest; each day has its line."""
    period = Period(TODAY - timedelta(days=99), TODAY)
    days = [(TODAY - timedelta(days=ago), name) for ago, name in ((40, "1"), (1, "9"), (1, "10"), (0, "11"))]
    assert [(mark.x, mark.number) for mark in marks(period, days)] == [(59, "1"), (98, ""), (99, "11")]


def test_a_month_is_a_line_of_its_days() -> None:
    """The highest day at the top, an empty one at the foot, a month of nothing a line at the foot."""
    assert [y for _, y in sparkline([Totals(0), Totals(5), Totals(10)])] == [28, 15, 2]
    assert {y for _, y in sparkline([Totals()] * 28)} == {28}
