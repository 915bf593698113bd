"""Comparing two wordings of a promotion: which of them all readers see on a day.

The site takes turns, nobody is assigned anything. Days in UTC stand in pairs; in each pair one day has wording A, which
was in force before, and one has B. A coin says which comes first. It is computed, so that every process and node agrees
and nothing is stored; it is thrown for each pair, so that nothing else that differs between days favours either.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from microsite.clock import midnight
from microsite.storage.revisions import TopicRevisions
from microsite.storage.tables import Revision


class Pair(NamedTuple):
    """Two days, one after the other."""

    day_a: date
    day_b: date

    @property
    def begin(self) -> datetime:
        return midnight(min(self))

    @property
    def end(self) -> datetime:
        return midnight(max(self)) + timedelta(days=1)


@dataclass(frozen=True)
class Comparison:
    """One that was begun, from a revision that holds both wordings."""

    number: int
    """Of the revision that began it: ending it early leaves the days before as they were."""
    begin: datetime
    planned_end: datetime
    """Both are the beginnings of days."""
    end: datetime
    """Earlier than planned where somebody ended it."""
    words_a: Mapping[str, str]
    words_b: Mapping[str, str]
    """As typed, by part."""

    @property
    def pairs(self) -> list[Pair]:
        first_days = range(0, (self.planned_end - self.begin).days, 2)
        return [self.pair_of(self.begin.date() + timedelta(days)) for days in first_days]

    def pair_of(self, day: date) -> Pair:
        """The pair that a day belongs to."""
        first = day - timedelta(days=(day - self.begin.date()).days % 2)
        second = first + timedelta(days=1)
        is_a_first = sha256(f"{self.number} {first.isoformat()}".encode()).digest()[0] % 2 == 0
        return Pair(first, second) if is_a_first else Pair(second, first)

    def has_b(self, day: date) -> bool:
        """Whether readers see wording B on a day, in UTC."""
        return self.pair_of(day).day_b == day

    def words_on(self, day: date) -> Mapping[str, str]:
        return self.words_b if self.has_b(day) else self.words_a

    def forbids(self, begin: datetime | None) -> bool:
        """Whether other words may not begin at that moment (None: now), since it would disturb the comparison."""
        return begin is None or begin < self.end

    @property
    def last_day(self) -> date:
        return last_day_before(self.end)

    @property
    def was_cut_short(self) -> bool:
        return self.end < self.planned_end


def comparison_of(saved: TopicRevisions, revision: Revision) -> Comparison:
    """The comparison that a revision with the action “compare”, one of `saved`, begins or ends early."""
    origin = saved.origin(revision)
    if revision.live_until is None or origin.live_until is None:
        raise ValueError(f"the comparison of revision {revision.id} has no end")
    return Comparison(
        origin.id, origin.live_from, origin.live_until, revision.live_until, revision.source or {}, revision.words
    )


def comparisons(saved: TopicRevisions) -> list[Comparison]:
    """All of a topic that were not unscheduled, in the order of beginning."""
    return [comparison_of(saved, revision) for revision in saved.comparisons()]


def last_day_before(end: datetime) -> date:
    """The last day of which anything is before `end`."""
    return (end - timedelta(microseconds=1)).date()
