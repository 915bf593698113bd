"""What revisions are about, and which of those of one topic is in force at a moment."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from microsite.storage.tables import Revision


class Topic(NamedTuple):
    """What a revision is about."""

    kind: str
    subject: str
    locale: str
    """A locale's id, `pt_BR`."""


@dataclass(frozen=True)
class TopicRevisions:
    """What was saved of one topic. Nobody changes it."""

    revisions: tuple[Revision, ...]
    """Oldest first."""
    valid: tuple[Revision, ...]
    """All but those called off, and the calling off itself; oldest first."""

    @cached_property
    def _timeline(self) -> tuple[list[datetime], list[Revision | None]]:
        """Every moment at which one begins or ends, in order, and which is in force from each on."""
        moments = sorted({moment for one in self.valid for moment in (one.live_from, one.live_until) if moment})
        waiting = sorted(self.valid, key=lambda one: (one.live_from, one.id), reverse=True)
        begun: list[Revision] = []
        winners: list[Revision | None] = []
        for moment in moments:
            while waiting and waiting[-1].live_from <= moment:
                begun.append(waiting.pop())
            while begun and not is_live(begun[-1], moment):
                begun.pop()  # what has ended never comes back
            winners.append(begun[-1] if begun else None)
        return moments, winners

    def in_force(self, moment: datetime) -> Revision | None:
        """Of those that have begun and not ended, the latest to begin; of two at once the newer."""
        moments, winners = self._timeline
        step = bisect_right(moments, moment)
        return winners[step - 1] if step else None

    def changes(self, after: datetime) -> list[datetime]:
        """Every moment after `after` at which one begins or ends, in order."""
        moments, _ = self._timeline
        return moments[bisect_right(moments, after) :]


def topic_of(revision: Revision) -> Topic:
    return Topic(revision.kind, revision.subject, revision.locale)


def is_live(revision: Revision, moment: datetime) -> bool:
    """Whether it has begun and not ended."""
    return revision.live_from <= moment and (revision.live_until is None or moment < revision.live_until)
