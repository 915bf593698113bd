"""Wordings as people saved them: in force at a moment, saved without overwriting anybody.

One table for the words of promotions and for interface messages; `tables.Revision` says what a row holds. Rows are
added and never changed: a save costs the rows that it added and the topics that they are about, however many there are.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import takewhile
from math import inf
from typing import NamedTuple

from microsite.clock import midnight
from microsite.storage.tables import Revision

PROMOTION, MESSAGE, DEFINITION = "promotion", "message", "definition"
"""Kinds of revisions: the words of a promotion, an interface message, and what else a promotion is."""
RECENT_IDS = 500
"""How far below the last id a late one is looked for at each poll. Any later, and the next save brings it along."""


class Action(StrEnum):
    """What a revision does from the moment that it goes live, as the database names it."""

    WORDS = "words"
    """Puts its own words in force."""
    PAUSE = "pause"
    """Shows nothing."""
    CATALOG = "catalog"
    """Returns to the words of the catalog."""
    CANCEL = "discard"
    """Cancels a scheduled revision before it begins."""
    COMPARE = "compare"
    """Has its own words take turns, from day to day, with those of its `source`: those in force when it was saved."""


class Afterwards(StrEnum):
    """What a revision leaves behind at its end, as the database names it."""

    BEFORE = "before"
    """Whatever began before it."""
    NOTHING = "nothing"
    """Nothing is shown, until something else begins."""


class Topic(NamedTuple):
    """What a revision is about."""

    kind: str
    subject: str
    locale: str
    """A locale's id, `pt_BR`."""


def topic_of(revision: Revision) -> Topic:
    return Topic(revision.kind, revision.subject, revision.locale)


@dataclass(frozen=True)
class TopicRevisions:
    """What was saved about one topic. A snapshot: nobody changes it.

    The latest to begin decides: while it runs, its words; after its end what it says, the words before or nothing.
    Over this lies a pause: while one runs nothing is shown, whatever begins meanwhile. A comparison begins and ends as
    words do; the studio lets nothing begin or end between.
    """

    revisions: tuple[Revision, ...] = ()
    """Oldest first."""
    valid: tuple[Revision, ...] = ()
    """Without those that were cancelled or replaced, and the cancelling itself; oldest first."""

    @cached_property
    def _timeline(self) -> tuple[list[datetime], list[Revision | None]]:
        """Every moment at which one begins or ends, in order, and which decides from each on."""
        moments = sorted({moment for row in self.valid for moment in (row.live_from, row.live_until) if moment})
        pauses = _latest_begun([row for row in self.valid if row.action == Action.PAUSE], moments, _has_ended)
        words = _latest_begun(self.valid, moments, _is_over)
        return moments, [pause or row for pause, row in zip(pauses, words, strict=True)]

    def in_force(self, moment: datetime) -> Revision | None:
        """Which decides: a pause that runs, else the latest to begin; of two at once the newer.

        It has ended already (`is_hidden`) where nothing is to be shown after its end.
        """
        moments, in_force = self._timeline
        step = bisect_right(moments, moment)
        return in_force[step - 1] if step else None

    @property
    def newest_id(self) -> int:
        """What whoever saves next must have seen: the id of the last one; 0 where there is none."""
        return self.revisions[-1].id if self.revisions else 0

    def behind(self, moment: datetime) -> Revision | None:
        """What would decide if nobody had paused the topic, nor compared its words with others."""
        return self._lasting(moment, (moment, inf))

    def before(self, revision: Revision) -> Revision | None:
        """What decided, or would have without a pause or comparison, right before `revision` begins."""
        return self._lasting(revision.live_from, _begin(revision))

    def _lasting(self, moment: datetime, end: tuple[datetime, float]) -> Revision | None:
        """The latest of those that begin before `end` and are not over at a moment; no pause, no comparison."""
        lasting = (row for row in self.valid if row.action not in (Action.PAUSE, Action.COMPARE))
        begun = (row for row in lasting if _begin(row) < end and not _is_over(row, moment))
        return max(begun, key=_begin, default=None)

    def pauses(self, moment: datetime) -> list[Revision]:
        """The pauses that run."""
        return [row for row in self.valid if row.action == Action.PAUSE and _is_live(row, moment)]

    def comparisons(self) -> list[Revision]:
        """All but those that were unscheduled, in the order of beginning."""
        return sorted((row for row in self.valid if row.action == Action.COMPARE), key=_begin)

    def former(self, revision: Revision) -> Revision | None:
        """The one that it cancels or replaces."""
        return self._by_id.get(revision.cancels or 0)

    def origin(self, revision: Revision) -> Revision:
        """The one that brought its words: the first of those that it replaces to give them another window."""
        former = self.former(revision)
        while former and (former.action, former.words) == (revision.action, revision.words):
            revision, former = former, self.former(former)
        return revision

    @cached_property
    def _by_id(self) -> dict[int, Revision]:
        return {row.id: row for row in self.revisions}

    def scheduled(self, moment: datetime) -> list[Revision]:
        """What is still to begin, in the order of beginning."""
        return sorted((row for row in self.valid if row.live_from > moment), key=_begin)

    def change_moments(self, after: datetime) -> list[datetime]:
        """Every moment after `after` at which one begins or ends, in order; while a comparison runs, midnight too."""
        moments, _ = self._timeline
        coming = moments[bisect_right(moments, after) :]
        if any(_is_live(row, after) for row in self.valid if row.action == Action.COMPARE):
            return sorted({*coming, next_midnight(after)})
        return coming


def next_midnight(moment: datetime) -> datetime:
    """The end of its day in UTC."""
    return midnight(moment.astimezone(UTC).date() + timedelta(days=1))


def is_hidden(revision: Revision, moment: datetime) -> bool:
    """Whether nothing is shown where `revision` decides: it is a pause, or has left nothing behind."""
    return revision.action == Action.PAUSE or _has_ended(revision, moment)


def _latest_begun(
    rows: Sequence[Revision], moments: Sequence[datetime], is_over: Callable[[Revision, datetime], bool]
) -> list[Revision | None]:
    """For each of `moments`, in their order, the latest to begin of the rows that have begun and are not over."""
    waiting = sorted(rows, key=_begin, reverse=True)
    begun: list[Revision] = []
    latest: list[Revision | None] = []
    for moment in moments:
        while waiting and waiting[-1].live_from <= moment:
            begun.append(waiting.pop())
        while begun and is_over(begun[-1], moment):
            begun.pop()  # what is over never comes back
        latest.append(begun[-1] if begun else None)
    return latest


def _begin(revision: Revision) -> tuple[datetime, int]:
    return revision.live_from, revision.id


def _has_ended(revision: Revision, moment: datetime) -> bool:
    return revision.live_until is not None and revision.live_until <= moment


def _is_over(revision: Revision, moment: datetime) -> bool:
    """Whether it has ended and gives way to what began before."""
    return _has_ended(revision, moment) and revision.afterwards != Afterwards.NOTHING


def _is_live(revision: Revision, moment: datetime) -> bool:
    """Whether it has begun and not ended."""
    return revision.live_from <= moment and not _has_ended(revision, moment)


@dataclass(frozen=True)
class Revisions:
    """All that were ever saved. A snapshot: nobody changes it."""

    by_id: dict[int, Revision] = field(default_factory=dict)
    """Oldest first."""
    by_topic: Mapping[Topic, TopicRevisions] = field(default_factory=dict)
    cancelled: frozenset[int] = frozenset()
    """The ids that any revision cancels or replaces."""

    @cached_property
    def recent_ids(self) -> list[int]:
        """The last one, and those within `RECENT_IDS` of it."""
        last_id = next(reversed(self.by_id), 0)
        return list(takewhile(lambda id: id > last_id - RECENT_IDS, reversed(self.by_id)))

    @property
    def last_id(self) -> int:
        """0 where there is none."""
        return next(iter(self.recent_ids), 0)

    def added(self, rows: Sequence[Revision]) -> "Revisions":
        """These and `rows`, which are none of them."""
        rows = sorted(rows, key=lambda row: row.id)
        by_id = {**self.by_id, **{row.id: row for row in rows}}
        if rows and rows[0].id < self.last_id:
            by_id = dict(sorted(by_id.items()))
        cancelled = self.cancelled.union(row.cancels for row in rows if row.cancels)
        new: dict[Topic, list[Revision]] = defaultdict(list)
        for row in rows:
            new[topic_of(row)].append(row)
            if target := by_id.get(row.cancels or 0):
                new[topic_of(target)] += ()
        by_topic = dict(self.by_topic)
        for topic, added in new.items():
            revisions = tuple(sorted((*self.of(topic).revisions, *added), key=lambda row: row.id))
            valid = tuple(row for row in revisions if row.action != Action.CANCEL and row.id not in cancelled)
            by_topic[topic] = TopicRevisions(revisions, valid)
        return Revisions(by_id, by_topic, cancelled)

    def of(self, topic: Topic) -> TopicRevisions:
        return self.by_topic.get(topic) or TopicRevisions()

    def of_all_locales(self, kind: str, subject: str) -> list[Revision]:
        """The valid ones in all languages, oldest first."""
        topics = (topic for topic in self.by_topic if (topic.kind, topic.subject) == (kind, subject))
        return sorted((row for topic in topics for row in self.of(topic).valid), key=lambda row: row.id)

    def in_force(self, moment: datetime) -> dict[Topic, Revision]:
        """By topic, which decides; a topic of which nothing does is missing."""
        return {topic: row for topic, saved in self.by_topic.items() if (row := saved.in_force(moment))}

    def change_moments(self, after: datetime) -> list[datetime]:
        """The moments after `after` at which any revision begins or ends."""
        return [moment for saved in self.by_topic.values() for moment in saved.change_moments(after)]
