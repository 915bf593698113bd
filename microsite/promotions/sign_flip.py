"""The exact sign-flip test of paired differences (R. A. Fisher, 1935), and what it can show. Numbers alone."""

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist

LEVEL = 0.05
"""Of comparisons of equal things, the share that may be called different."""
POWER = 0.8
"""Of comparisons of things that differ by `smallest_difference`, the share that is called different."""
MIN_PAIRS = 6
"""Fewer show no difference, however great: of 2⁵ ways to set the signs, the two with all alike are 6 %."""
STEPS = 1024
"""Into which the differences together are divided, so that adding up all ways takes pairs × steps, not 2^pairs."""


def chance_of(differences: Sequence[float]) -> float:
    """How often a sum as far from 0 comes about if each difference might as well have had the other sign.

    Exactly, over all 2ⁿ ways to set the signs, of differences in whole `STEPS`. How they are rounded depends on their
    sizes, not their signs: that keeps the test's level whatever the numbers. 1 where nothing differs.
    """
    whole = sum(map(abs, differences))
    if not whole:
        return 1.0
    sizes = [round(abs(difference) * STEPS / whole) for difference in differences]
    positive = sum(size for size, difference in zip(sizes, differences, strict=True) if difference > 0)
    smaller = min(positive, sum(sizes) - positive)
    # One number holds how many ways there are to each sum, `width` bits for each: adding a difference is one shift.
    width = len(sizes) + 2
    ways = 1
    for size in sizes:
        ways += ways << (size * width)
    as_far = ways & ((1 << (smaller + 1) * width) - 1)
    number = as_far % ((1 << width) - 1)  # the sum of its digits, as casting out nines adds those of a decimal
    return float(min(1.0, 2 * number / 2 ** len(sizes)))


def smallest_difference(share: float, views_a_day: float, pairs: int) -> float:
    """How far two shares have to lie apart for so many pairs of days (`MIN_PAIRS` or more) to show it with `POWER`.

    As for Student's test (W. C. Guenther, 1981), with a pair less: few pairs have few ways to set the signs. It holds
    where days differ by chance alone: at best.
    """
    level, power = (NormalDist().inv_cdf(quantile) for quantile in (1 - LEVEL / 2, POWER))
    deviation = sqrt(2 * share * (1 - share) / views_a_day)
    return (level + power) * deviation / sqrt(pairs - level**2 / 2 - 1)
