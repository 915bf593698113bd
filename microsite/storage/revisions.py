"""Wordings as people saved them: in force at a moment, saved without overwriting anybody.

One table for the words of promotions and for interface messages; `tables.Revision` says what a row holds. Rows are
added and never changed: a save costs the rows that it added and the topics that they are about, however many there are.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from microsite.storage.store import Store
from microsite.storage.tables import Revision
from microsite.storage.topics import Topic as Topic
from microsite.storage.topics import TopicRevisions, is_live
from microsite.storage.topics import topic_of as topic_of

PROMOTION, MESSAGE = "promotion", "message"
RECENT_IDS = 500
"""How far below the last id a late one is looked for twice a second. Any later, and the next save brings it along."""
SAVE_LOCK = 7_340_022
"""The number of PostgreSQL's advisory lock that one saving process holds at a time: any, but always the same."""
MAX_SUBJECTS = 500
"""Named in one query; of more than these, all of their kind are asked for. Databases allow some thousands."""


class Mark(NamedTuple):
    """What differs whenever the table does, and is cheap to ask for: by its key, no row but one is read."""

    recent_count: int
    """Of the ids within `RECENT_IDS` of the last: PostgreSQL may show ids in another order than theirs."""
    last_id: int | None
    saved: datetime | None
    """When the last that is known was saved: another moment tells that the database was restored or exchanged."""


@dataclass(frozen=True)
class Revisions:
    """All that were ever saved. A snapshot: nobody changes it."""

    by_id: Mapping[int, Revision] = field(default_factory=dict)
    """Oldest first."""
    by_topic: Mapping[Topic, TopicRevisions] = field(default_factory=dict)
    called_off: frozenset[int] = frozenset()
    """The ids that any revision discards."""

    @cached_property
    def recent_ids(self) -> list[int]:
        """The last one, and what is within `RECENT_IDS` of it."""
        ids = list(self.by_id)
        return list(takewhile(lambda id: id > ids[-1] - RECENT_IDS, reversed(ids)))

    @cached_property
    def mark(self) -> Mark:
        """As the database would answer if it holds just these."""
        if not self.by_id:
            return Mark(0, None, None)
        return Mark(len(self.recent_ids), self.last_id, self.by_id[self.last_id].saved)

    @property
    def last_id(self) -> int:
        """0 where there is none."""
        return next(iter(self.recent_ids), 0)

    def and_also(self, rows: Sequence[Revision]) -> "Revisions":
        """These and `rows`, which are none of them."""
        rows = sorted(rows, key=lambda one: one.id)
        by_id = {**self.by_id, **{row.id: row for row in rows}}
        if rows and rows[0].id < self.last_id:
            by_id = dict(sorted(by_id.items()))
        called_off = self.called_off.union(row.discards for row in rows if row.discards)
        touched: dict[Topic, list[Revision]] = defaultdict(list)
        for row in rows:
            touched[topic_of(row)].append(row)
            if off := by_id.get(row.discards or 0):
                touched[topic_of(off)] += ()
        by_topic = dict(self.by_topic)
        for topic, added in touched.items():
            known = by_topic[topic].revisions if topic in by_topic else ()
            revisions = tuple(sorted((*known, *added), key=lambda one: one.id))
            valid = tuple(one for one in revisions if one.action != "discard" and one.id not in called_off)
            by_topic[topic] = TopicRevisions(revisions, valid)
        return Revisions(by_id, by_topic, called_off)


@dataclass(frozen=True)
class Draft:
    """A revision that is not saved."""

    action: str = "words"
    words: dict[str, str] = field(default_factory=dict)
    live_from: datetime | None = None
    """None: from the moment of saving."""
    live_until: datetime | None = None
    note: str = ""
    claims: list[str] = field(default_factory=list)
    discards: int | None = None
    source: dict[str, str] | None = None


class Conflict(Exception):
    """Somebody else saved since this author began. Nothing was written; both are here."""

    def __init__(self, mine: Draft, theirs: Revision | None) -> None:
        super().__init__("saved by somebody else meanwhile")
        self.mine = mine
        self.theirs = theirs


def read_revisions(store: Store, last: Revisions) -> Revisions:
    """Every revision; `last` itself where the table is as it was. Raises SQLAlchemyError."""
    with store.read() as session:
        mark = _mark(session, last)
        if mark == last.mark:
            return last
        if last.by_id and mark.saved == last.mark.saved:
            newer = select(Revision).where(Revision.id > last.last_id - RECENT_IDS, Revision.id.not_in(last.recent_ids))
            rows = session.scalars(newer.order_by(Revision.id)).all()
            if session.scalar(select(func.count(Revision.id))) == len(last.by_id) + len(rows):
                return last.and_also(rows)
        everything = select(Revision).order_by(Revision.id).execution_options(yield_per=1000)
        return Revisions().and_also(session.scalars(everything).all())


def _mark(session: Session, last: Revisions) -> Mark:
    """As the table is. In one statement: on PostgreSQL the next one may see more."""
    return Mark(
        *session.execute(
            select(
                select(func.count(Revision.id)).where(Revision.id > last.last_id - RECENT_IDS).scalar_subquery(),
                select(func.max(Revision.id)).scalar_subquery(),
                select(Revision.saved).where(Revision.id == last.last_id).scalar_subquery(),
            )
        ).one()
    )


def history(revisions: Revisions, topic: Topic) -> list[Revision]:
    """Newest first."""
    return list(reversed(_of(revisions, topic).revisions))


def in_force(revisions: Revisions, moment: datetime) -> dict[Topic, Revision]:
    """Of those that have begun, not ended and not been called off, the latest to begin; of two at once the newer."""
    return {topic: revision for topic, saved in revisions.by_topic.items() if (revision := saved.in_force(moment))}


def behind_pauses(revisions: Revisions, topic: Topic, moment: datetime) -> Revision | None:
    """What would be in force if nobody had paused the topic."""
    live = [one for one in _of(revisions, topic).valid if one.action != "pause" and is_live(one, moment)]
    return max(live, key=lambda one: (one.live_from, one.id), default=None)


def scheduled(revisions: Revisions, topic: Topic, moment: datetime) -> list[Revision]:
    """What is still to begin, in the order of beginning."""
    coming = [one for one in _of(revisions, topic).valid if one.live_from > moment]
    return sorted(coming, key=lambda one: (one.live_from, one.id))


def changes(revisions: Revisions, after: datetime) -> list[datetime]:
    """The moments after `after` at which a revision begins or ends."""
    return [moment for saved in revisions.by_topic.values() for moment in saved.changes(after)]


def not_called_off(revisions: Revisions, kind: str, subject: str) -> list[Revision]:
    """In all languages, oldest first: all but those called off, and the calling off itself."""
    topics = (topic for topic in revisions.by_topic if (topic.kind, topic.subject) == (kind, subject))
    return sorted((one for topic in topics for one in _of(revisions, topic).valid), key=lambda one: one.id)


def _of(revisions: Revisions, topic: Topic) -> TopicRevisions:
    return revisions.by_topic.get(topic) or TopicRevisions((), ())


def save(
    store: Store,
    topic: Topic,
    draft: Draft,
    based_on: int,
    author: str,
    now: datetime,
    also: Callable[[Session], None] = lambda session: None,
) -> Revision:
    """Add a revision to what the author saw, which ended with `based_on`. Raises Conflict, SQLAlchemyError."""
    return save_all(store, [(topic, draft, based_on)], author, now, also)[0]


def save_all(
    store: Store,
    drafts: Sequence[tuple[Topic, Draft, int]],
    author: str,
    now: datetime,
    also: Callable[[Session], None] = lambda session: None,
) -> list[Revision]:
    """Add a revision to each topic, or none at all. Raises Conflict, SQLAlchemyError.

    `also` writes more in the same transaction. Of two who save at once, the database's own constraint lets one through.
    """
    revisions = [_made(topic, draft, based_on, author, now) for topic, draft, based_on in drafts]
    try:
        with store.begin() as session:
            if store.engine.dialect.name == "postgresql":
                # One saves at a time, as on SQLite: ids are seen in their order, so that none is read over.
                session.execute(select(func.pg_advisory_xact_lock(SAVE_LOCK)))
            seen = _newest_ids(session, [topic for topic, _, _ in drafts])
            for topic, draft, based_on in drafts:
                if seen.get(topic, 0) != based_on:
                    raise Conflict(draft, None)
            session.add_all(revisions)
            also(session)
    except (Conflict, IntegrityError):
        topic, draft, _ = next((one for one in drafts if _is_late(store, one)), drafts[0])
        raise Conflict(draft, newest(store, topic)) from None
    return revisions


def _made(topic: Topic, draft: Draft, based_on: int, author: str, now: datetime) -> Revision:
    return Revision(
        **topic._asdict(),
        based_on=based_on,
        action=draft.action,
        words=draft.words,
        discards=draft.discards,
        source=draft.source,
        live_from=draft.live_from or now,
        live_until=draft.live_until,
        author=author,
        note=draft.note,
        claims=draft.claims,
        saved=now,
    )


def _newest_ids(session: Session, topics: Iterable[Topic]) -> dict[Topic, int]:
    """The last revision of each of these that has any."""
    subjects: dict[tuple[str, str], list[str]] = defaultdict(list)
    for topic in topics:
        subjects[topic.kind, topic.locale].append(topic.subject)
    newest: dict[Topic, int] = {}
    for (kind, locale), some in subjects.items():
        ids = select(Revision.subject, func.max(Revision.id)).where(Revision.kind == kind, Revision.locale == locale)
        if len(some) <= MAX_SUBJECTS:
            ids = ids.where(Revision.subject.in_(some))
        for subject, last in session.execute(ids.group_by(Revision.subject)):
            newest[Topic(kind, subject, locale)] = last
    return newest


def _is_late(store: Store, draft: tuple[Topic, Draft, int]) -> bool:
    topic, _, based_on = draft
    last = newest(store, topic)
    return (last.id if last else 0) != based_on


def newest(store: Store, topic: Topic) -> Revision | None:
    """Straight from the database. Raises SQLAlchemyError."""
    with store.read() as session:
        return session.scalars(
            select(Revision).filter_by(**topic._asdict()).order_by(Revision.id.desc()).limit(1)
        ).first()
