"""How sure a figure is: stated where there is enough to state, and no surer than it is."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsite.promotions.figures import (
    MIN_IMPRESSIONS,
    Totals,
    WordingFigures,
    total,
    wilson,
    wording_figures,
)

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("clicks", "impressions", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_range_is_the_one_of_the_literature(clicks: int, impressions: int, low: float, high: float) -> None:
    """Newcombe 1998, table I, method 3."""
    assert wilson(Totals(impressions, clicks)) == pytest.approx((low, high), abs=0.00005)


@given(st.integers(1, 10**7), st.integers(0, 10**7))
def test_a_range_holds_its_rate_and_stays_possible(impressions: int, clicks: int) -> None:
    """For any figures: from nothing to everything, with the rate inside."""
    low, high = wilson(Totals(impressions, min(clicks, impressions)))
    assert 0 <= low <= min(clicks, impressions) / impressions + 1e-12
    assert min(clicks, impressions) / impressions - 1e-12 <= high <= 1


@pytest.mark.parametrize("share", [0.002, 0.01, 0.03])
def test_the_range_holds_the_true_rate_in_95_of_100_cases(share: float) -> None:
    """At the least sample that a rate is stated for, over every number of clicks that may come (exactly, no dice)."""
    chance, held = (1 - share) ** MIN_IMPRESSIONS, 0.0
    for clicks in range(200):
        low, high = wilson(Totals(MIN_IMPRESSIONS, clicks))
        held += chance if low <= share <= high else 0
        chance *= (MIN_IMPRESSIONS - clicks) / (clicks + 1) * share / (1 - share)
    assert 0.93 < held < 0.98


def test_a_rate_is_stated_from_a_thousand_impressions() -> None:
    """Below that, one click more or less would move it by more than one per thousand."""
    assert Totals(MIN_IMPRESSIONS - 1, 20).rate is None
    rate = Totals(MIN_IMPRESSIONS, 20).rate
    assert rate
    assert (rate.value, round(rate.low, 1), round(rate.high, 1)) == (20.0, 13.0, 30.7)
    assert Totals(MIN_IMPRESSIONS, 21).rate.value - rate.value == pytest.approx(1)  # type: ignore[union-attr]


def test_no_rate_where_there_are_more_clicks_than_impressions() -> None:
    """Somebody plays with the link: no figure is better than a wrong one."""
    assert Totals(2000, 2001).rate is None


def test_the_wording_shown_last_stands_first() -> None:
    """Also where an older one came back; clicks on links that nobody knows stand last."""
    days = {
        ("a", DAY - timedelta(days=9)): Totals(5, 1),
        ("a", DAY): Totals(7, 0),
        ("b", DAY - timedelta(days=5)): Totals(8, 2),
        ("unknown", DAY): Totals(0, 4),
    }
    assert [wording.digest for wording in wording_figures(days)] == ["a", "b", "unknown"]
    assert wording_figures(days)[0] == WordingFigures("a", DAY - timedelta(days=9), DAY, Totals(12, 1))
    assert total(wording.counted for wording in wording_figures(days)) == Totals(20, 7)
