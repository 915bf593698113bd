"""How sure a figure is: stated where there is enough to state, and no surer than it is."""

from datetime import date, timedelta
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsite.promotions.figures import (
    MIN_IMPRESSIONS,
    Totals,
    WordingFigures,
    comparisons_with_newest,
    rate_difference,
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


def test_the_range_of_a_difference_is_the_one_of_the_literature() -> None:
    """Newcombe 1998, table II, method 10: 56 of 70 beside 48 of 80, and nothing beside nothing."""
    assert rate_difference(Totals(70, 56), Totals(80, 48)) == pytest.approx((52.4, 333.9), abs=0.05)
    assert rate_difference(Totals(10, 0), Totals(20, 0)) == pytest.approx((-161.1, 277.5), abs=0.05)


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
    found = Totals(MIN_IMPRESSIONS, 20).rate
    assert found
    assert (found.value, round(found.low, 1), round(found.high, 1)) == (20.0, 13.0, 30.7)
    assert Totals(MIN_IMPRESSIONS, 21).rate.value - found.value == pytest.approx(1)  # type: ignore[union-attr]


def test_no_rate_where_there_are_more_clicks_than_impressions() -> None:
    """Somebody plays with the link: no figure is better than a wrong one."""
    assert Totals(2000, 2001).rate is None


def test_several_comparisons_are_each_asked_to_be_surer() -> None:
    """Twenty wordings would otherwise make one difference out of nothing."""
    one, other = Totals(5000, 100), Totals(5000, 70)
    widths = [high - low for low, high in (rate_difference(one, other, number) for number in (1, 2, 20))]
    assert widths == sorted(widths)
    assert rate_difference(one, other)[0] > 0 > rate_difference(one, other, 20)[0]
    assert 1 - (1 - 0.95) / 20 == pytest.approx(2 * NormalDist().cdf(3.0233) - 1, abs=1e-4)


def wording(digest: str, ago: int, impressions: int, clicks: int) -> WordingFigures:
    day = DAY - timedelta(days=ago)
    return WordingFigures(digest, day, day, Totals(impressions, clicks))


def test_wordings_are_compared_with_the_newest() -> None:
    """More, fewer, or no difference that chance could not make; nothing where one has not enough."""
    found = [
        wording("9", 0, 9000, 180),
        wording("8", 1, 9000, 360),
        wording("7", 2, 9000, 60),
        wording("6", 3, 9000, 190),
        wording("5", 4, 900, 90),
    ]
    assert {digest: one.verdict for digest, one in comparisons_with_newest(found).items()} == {
        "8": "more",
        "7": "fewer",
        "6": "none",
    }
    assert all(0 < one.low < one.high for one in comparisons_with_newest(found).values() if one.verdict != "none")


def test_nothing_is_compared_with_a_newest_that_has_not_enough() -> None:
    """On Monday after a change on Sunday evening nothing is known yet."""
    assert (
        comparisons_with_newest([wording("9", 0, 999, 50), wording("8", 1, 9000, 360), wording("7", 2, 9000, 60)]) == {}
    )
    assert comparisons_with_newest([]) == {}


def test_the_wording_shown_last_stands_first() -> None:
    """Also where an older one came back; clicks on links that nobody knows stand last."""
    days = {
        ("a", DAY - timedelta(days=9)): Totals(5, 1),
        ("a", DAY): Totals(7, 0),
        ("b", DAY - timedelta(days=5)): Totals(8, 2),
        ("unknown", DAY): Totals(0, 4),
    }
    assert [one.digest for one in wording_figures(days)] == ["a", "b", "unknown"]
    assert wording_figures(days)[0] == WordingFigures("a", DAY - timedelta(days=9), DAY, Totals(12, 1))
    assert total(one.counted for one in wording_figures(days)) == Totals(20, 7)
