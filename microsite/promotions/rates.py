"""Clicks per thousand displays, and how sure that is."""

from collections.abc import Iterable
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

ENOUGH = 1000
"""Displays below which no rate is stated: one click more or less would move it by more than one per thousand."""
SURE = 0.95


class Rate(NamedTuple):
    """Clicks per thousand displays; `low` to `high` is where the true rate lies in 95 of 100 such cases."""

    value: float
    low: float
    high: float


class Totals(NamedTuple):
    displays: int = 0
    clicks: int = 0

    @property
    def rate(self) -> Rate | None:
        """None for too few displays, or fewer of them than clicks: then somebody else than readers clicks."""
        if self.displays < ENOUGH or self.clicks > self.displays:
            return None
        return Rate(*(1000 * share for share in (self.clicks / self.displays, *wilson(self))))


def total(several: Iterable[Totals]) -> Totals:
    """All of them together."""
    found = list(several)
    return Totals(sum(one.displays for one in found), sum(one.clicks for one in found))


def wilson(counted: Totals, sure: float = SURE) -> tuple[float, float]:
    """The score interval of a share (E. B. Wilson, 1927): true to its word for few clicks as well, and for none."""
    clicks, n = counted.clicks, counted.displays
    z = NormalDist().inv_cdf((1 + sure) / 2)
    middle = (clicks + z * z / 2) / (n + z * z)
    reach = z / (n + z * z) * sqrt(clicks * (n - clicks) / n + z * z / 4)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def difference(one: Totals, other: Totals, comparisons: int = 1) -> tuple[float, float]:
    """Between which figures the rate of `one` lies above that of `other`, per thousand (R. G. Newcombe, 1998).

    Each of several comparisons is asked to be that much surer (Bonferroni), so that all of them together are wrong
    in no more than five of a hundred cases.
    """
    sure = 1 - (1 - SURE) / comparisons
    (low, high), (other_low, other_high) = wilson(one, sure), wilson(other, sure)
    share, other_share = one.clicks / one.displays, other.clicks / other.displays
    apart = share - other_share
    below = sqrt((share - low) ** 2 + (other_high - other_share) ** 2)
    above = sqrt((high - share) ** 2 + (other_share - other_low) ** 2)
    return 1000 * (apart - below), 1000 * (apart + above)
