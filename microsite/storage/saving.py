"""Saving a revision: added to what its author saw, or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from microsite.storage.revisions import Action, Afterwards, Topic
from microsite.storage.store import Store
from microsite.storage.tables import Revision

SAVE_LOCK = 7_340_022
"""The number of PostgreSQL's advisory lock that one saving process holds at a time: any, but always the same."""
MAX_TOPICS = 500
"""Named in one query: databases allow some thousands of parameters, and each topic has three."""
MAX_REPEATED = 20
"""Topics that are looked up to see whether a form was sent twice: a promotion has as many, a catalog has more."""


@dataclass(frozen=True)
class Draft:
    """A revision that is not saved; its fields are columns of it."""

    action: Action = Action.WORDS
    words: dict[str, str] = field(default_factory=dict)
    live_from: datetime | None = None
    """None: from the moment of saving."""
    live_until: datetime | None = None
    afterwards: Afterwards = Afterwards.BEFORE
    note: str = ""
    confirmed_claims: list[str] = field(default_factory=list)
    cancels: int | None = None
    source: dict[str, str] | None = None


SENT = ("author", "based_on", *(field.name for field in fields(Draft) if field.name != "live_from"))
"""The columns that a form fills in, but for `live_from`."""


class Conflict(Exception):
    """Somebody else saved since this author began. Nothing was written; both are here."""

    def __init__(self, mine: Draft, theirs: Revision | None) -> None:
        super().__init__("saved by somebody else meanwhile")
        self.mine = mine
        self.theirs = theirs


def save(
    store: Store,
    topic: Topic,
    draft: Draft,
    based_on: int,
    author: str,
    now: datetime,
    also: Callable[[Session], None] = lambda session: None,
) -> Revision:
    """Add a revision to what the author saw, which ended with `based_on`. Raises Conflict, SQLAlchemyError.

    What the same author has saved already, from the same page, is not saved twice: it is that revision.
    """
    return save_all(store, [(topic, draft, based_on)], author, now, also)[0]


def save_all(
    store: Store,
    drafts: Sequence[tuple[Topic, Draft, int]],
    author: str,
    now: datetime,
    also: Callable[[Session], None] = lambda session: None,
) -> list[Revision]:
    """Add a revision to each topic, or none at all. Raises Conflict, SQLAlchemyError.

    All saved already, by the same author from the same page, they are those revisions: a form was sent twice.
    `also` writes more in the same transaction. Of two who save at once, the database's own constraint lets one through.
    """
    revisions = [_revision(topic, draft, based_on, author, now) for topic, draft, based_on in drafts]
    try:
        with store.begin() as session:
            if store.engine.dialect.name == "postgresql":
                # One saves at a time, as on SQLite: ids are seen in their order, so that none is read over.
                session.execute(select(func.pg_advisory_xact_lock(SAVE_LOCK)))
            if late := _first_late(session, drafts):
                raise Conflict(late[1], None)
            session.add_all(revisions)
            also(session)
    except (Conflict, IntegrityError):
        theirs = [newest(store, topic) for topic, _, _ in drafts[:MAX_REPEATED]]
        saved = [revision for revision, mine in zip(theirs, revisions, strict=False) if _is_repeated(revision, mine)]
        if len(saved) == len(drafts):
            return [revision for revision in saved if revision]
        with store.read() as session:
            topic, draft, _ = _first_late(session, drafts) or drafts[0]
        raise Conflict(draft, newest(store, topic)) from None
    return revisions


def _is_repeated(saved: Revision | None, draft: Revision) -> bool:
    """Whether `saved` says the same, from the same author and page; a draft that begins at once has done so since."""
    if saved is None or any(getattr(saved, name) != getattr(draft, name) for name in SENT):
        return False
    return saved.live_from == (saved.saved if draft.live_from == draft.saved else draft.live_from)


def _revision(topic: Topic, draft: Draft, based_on: int, author: str, now: datetime) -> Revision:
    columns = {**vars(draft), "live_from": draft.live_from or now}
    return Revision(**topic._asdict(), **columns, based_on=based_on, author=author, saved=now)


def _first_late(session: Session, drafts: Sequence[tuple[Topic, Draft, int]]) -> tuple[Topic, Draft, int] | None:
    """The first draft that is not based on the newest revision of its topic."""
    columns = Revision.kind, Revision.subject, Revision.locale
    newest: dict[Topic, int] = {}
    for start in range(0, len(drafts), MAX_TOPICS):
        topics = [topic for topic, _, _ in drafts[start : start + MAX_TOPICS]]
        ids = select(*columns, func.max(Revision.id)).where(tuple_(*columns).in_(topics)).group_by(*columns)
        newest |= {Topic(*topic): last for *topic, last in session.execute(ids)}
    return next((draft for draft in drafts if newest.get(draft[0], 0) != draft[2]), None)


def newest(store: Store, topic: Topic) -> Revision | None:
    """Straight from the database. Raises SQLAlchemyError."""
    with store.read() as session:
        return session.scalar(select(Revision).filter_by(**topic._asdict()).order_by(Revision.id.desc()).limit(1))
