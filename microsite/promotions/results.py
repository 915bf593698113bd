"""What each wording did, and how far two of them can be told apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from microsite.promotions.counts import UNKNOWN_REVISION
from microsite.promotions.rates import Totals, difference, total


@dataclass(frozen=True)
class Result:
    """One wording in a period. `revision` 0 is the catalog's, -1 one that no longer is known."""

    revision: int
    first: date
    last: date
    """The first and the last day on which anything of it was counted."""
    counted: Totals


@dataclass(frozen=True)
class Comparison:
    """How many clicks per thousand displays one wording gets more (or fewer) than another: from `low` to `high`."""

    verdict: Literal["more", "fewer", "none"]
    low: float
    high: float


def results(days: Mapping[tuple[int, date], Totals]) -> list[Result]:
    """The wordings of totals by revision and day, the one that was shown last first."""
    found = []
    for revision in {revision for revision, _ in days}:
        own = {day: counted for (other, day), counted in days.items() if other == revision}
        found.append(Result(revision, min(own), max(own), total(own.values())))

    def newness(one: Result) -> tuple[bool, date, date, int]:
        return one.revision != UNKNOWN_REVISION, one.last, one.first, one.revision

    return sorted(found, key=newness, reverse=True)


def compared(found: list[Result]) -> dict[int, Comparison]:
    """Each wording with the one shown last, by revision; those that have enough displays, if that one has."""
    known = [one for one in found if one.counted.rate and one.revision != UNKNOWN_REVISION]
    if not known or known[0] is not found[0]:
        return {}
    latest, others = known[0], known[1:]
    return {one.revision: _compare(one.counted, latest.counted, len(others)) for one in others}


def _compare(one: Totals, latest: Totals, comparisons: int) -> Comparison:
    """A difference is stated only where chance alone would hardly make it."""
    low, high = difference(one, latest, comparisons)
    if low > 0:
        return Comparison("more", low, high)
    if high < 0:
        return Comparison("fewer", -high, -low)
    return Comparison("none", low, high)
