"""The test that says whether two wordings differ: exact, whatever the numbers, and no stronger than it says."""

from bisect import bisect
from itertools import accumulate, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsite.promotions.sign_flip import LEVEL, MIN_PAIRS, STEPS, chance_of, smallest_difference

MAIZE = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
"""Darwin's maize, crossed less self-fertilized, in eighths of an inch: Fisher's own example."""


def by_counting(sizes: list[int], total: int) -> float:
    """All ways to set the signs, one by one."""
    sums = [
        sum(sign * size for sign, size in zip(signs, sizes, strict=True))
        for signs in product((1, -1), repeat=len(sizes))
    ]
    return sum(abs(each) >= abs(total) for each in sums) / len(sums)


def test_fishers_own_example() -> None:
    """1,726 of 32,768 ways are as far from 0 (The Design of Experiments, § 21), but for ties that rounding parts."""
    assert by_counting([abs(each) for each in MAIZE], sum(MAIZE)) == 1726 / 32768
    assert chance_of(MAIZE) == pytest.approx(1726 / 32768, abs=0.002)


@given(st.lists(st.integers(-40, 40), min_size=1, max_size=9).filter(any))
def test_it_counts_every_way_to_set_the_signs(differences: list[int]) -> None:
    """As one would by hand, of differences in whole steps."""
    whole = sum(map(abs, differences))
    sizes = [round(abs(each) * STEPS / whole) for each in differences]
    total = sum(size if each > 0 else -size for size, each in zip(sizes, differences, strict=True))
    assert chance_of(differences) == by_counting(sizes, total)


@given(st.lists(st.floats(0.01, 100), min_size=MIN_PAIRS, max_size=10))
@settings(max_examples=20)
def test_it_is_wrong_in_five_of_a_hundred_cases_at_most(sizes: list[float]) -> None:
    """Of equal things each way to set the signs is as likely: of all of them, exactly counted, no dice."""
    ways = [
        [size if up else -size for size, up in zip(sizes, ups, strict=True)]
        for ups in product((0, 1), repeat=len(sizes))
    ]
    assert sum(chance_of(way) <= LEVEL for way in ways) <= LEVEL * len(ways)


def test_fewer_than_six_pairs_show_nothing() -> None:
    """However far apart; six may."""
    assert chance_of([1000.0] * (MIN_PAIRS - 1)) > LEVEL >= chance_of([1000.0] * MIN_PAIRS)


def test_where_nothing_differs_chance_explains_all() -> None:
    """Also where everything but one day is equal."""
    assert chance_of([0.0] * 20) == chance_of([]) == 1
    assert chance_of([0.0] * 19 + [3.0]) == 1


@pytest.mark.parametrize(("pairs", "least"), [(7, 12.3), (14, 7.5), (28, 5.0)])
def test_a_difference_as_large_as_promised_is_found_in_four_of_five_cases(pairs: int, least: float) -> None:
    """At 20 clicks per thousand and 500 views a day; by a thousand comparisons, seeded."""
    promised = smallest_difference(0.02, 500, pairs)
    assert 1000 * promised == pytest.approx(least, abs=0.05)

    dice = Random(2026)
    low, high = (binomial(500, share) for share in (0.02 - promised / 2, 0.02 + promised / 2))

    def is_found() -> bool:
        days = [(bisect(low, dice.random()), bisect(high, dice.random())) for _ in range(pairs)]
        return chance_of([clicks - others for clicks, others in days]) <= LEVEL

    assert sum(is_found() for _ in range(1000)) == pytest.approx(800, abs=40)


def binomial(views: int, share: float) -> list[float]:
    """How likely so many clicks or fewer are, for 0, 1, 2, …"""
    chances = [(1 - share) ** views]
    for clicks in range(60):
        chances.append(chances[-1] * (views - clicks) / (clicks + 1) * share / (1 - share))
    return list(accumulate(chances))
