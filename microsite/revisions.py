"""Wordings as people saved them: read whole, in force at a moment, saved without overwriting anybody.

One table for the words of promotions and for interface messages; `store.Revision` says what a row holds.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from microsite.store import Store
from microsite.tables import Revision

PROMOTION, MESSAGE = "promotion", "message"


class Topic(NamedTuple):
    """What a revision is about."""

    kind: str
    subject: str
    locale: str
    """A locale's id, `pt_BR`."""


class Revisions(NamedTuple):
    """All that were ever saved, by id, oldest first. A snapshot: nobody changes it."""

    by_id: Mapping[int, Revision] = {}
    mark: tuple[Any, ...] = ()
    """Differs whenever the table does."""


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
        # The number as well as the last id: PostgreSQL shows ids in the order of commits, not in theirs.
        counted = session.execute(select(func.count(Revision.id), func.max(Revision.id), func.max(Revision.saved)))
        mark = tuple(counted.one())
        if mark == last.mark:
            return last
        rows = session.scalars(select(Revision).order_by(Revision.id)).all()
        return Revisions({row.id: row for row in rows}, mark)


def topic_of(revision: Revision) -> Topic:
    return Topic(revision.kind, revision.subject, revision.locale)


def history(revisions: Revisions, topic: Topic) -> list[Revision]:
    """Newest first."""
    return [revision for revision in reversed(list(revisions.by_id.values())) if topic_of(revision) == topic]


def in_force(revisions: Revisions, moment: datetime) -> dict[Topic, Revision]:
    """Of those that have begun, not ended and not been called off, the latest to begin; of two at once the newer."""
    found: dict[Topic, Revision] = {}
    for revision in not_called_off(revisions):
        if revision.live_from <= moment and (revision.live_until is None or moment < revision.live_until):
            topic = topic_of(revision)
            if topic not in found or found[topic].live_from <= revision.live_from:
                found[topic] = revision
    return found


def scheduled(revisions: Revisions, topic: Topic, moment: datetime) -> list[Revision]:
    """What is still to begin, in the order of beginning."""
    coming = [one for one in not_called_off(revisions) if topic_of(one) == topic and one.live_from > moment]
    return sorted(coming, key=lambda one: (one.live_from, one.id))


def changes(revisions: Revisions, after: datetime) -> list[datetime]:
    """The moments after `after` at which a revision begins or ends."""
    moments = (moment for revision in not_called_off(revisions) for moment in (revision.live_from, revision.live_until))
    return [moment for moment in moments if moment and moment > after]


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
            seen = _newest_ids(session, {(topic.kind, topic.locale) for topic, _, _ in drafts})
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


def _newest_ids(session: Session, kinds: Iterable[tuple[str, str]]) -> dict[Topic, int]:
    """The last revision of everything of these kinds and locales."""
    newest = select(Revision.subject, func.max(Revision.id)).group_by(Revision.subject)
    return {
        Topic(kind, subject, locale): last
        for kind, locale in kinds
        for subject, last in session.execute(newest.where(Revision.kind == kind, Revision.locale == locale))
    }


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


def not_called_off(revisions: Revisions) -> Iterable[Revision]:
    """All but those called off, and the calling off itself."""
    called_off = {revision.discards for revision in revisions.by_id.values()}
    return [one for one in revisions.by_id.values() if one.action != "discard" and one.id not in called_off]
