"""What tests save, and what a database holds then."""

from datetime import datetime

from sqlalchemy import JSON, column, select, table

from microsite.storage.revisions import Topic
from microsite.storage.saving import Draft, newest, save
from microsite.storage.store import Store
from microsite.storage.tables import Base, Moment, Revision
from tests.conftest import NOW

Rows = dict[str, list[tuple[object, ...]]]
OLD = table(
    "revisions",
    *(column(name) for name in ("id", "kind", "subject", "locale", "based_on", "action", "discards", "author", "note")),
    *(column(name, JSON) for name in ("words", "source", "claims")),
    *(column(name, Moment) for name in ("live_from", "live_until", "saved")),
)
"""Revisions as the releases before migration 0004 had them."""


def save_next(store: Store, topic: Topic, draft: Draft, author: str = "", now: datetime = NOW) -> Revision:
    """As somebody does who has seen the newest revision."""
    last = newest(store, topic)
    return save(store, topic, draft, last.id if last else 0, author, now)


def all_rows(store: Store) -> Rows:
    """By table, in the order of their keys."""
    with store.read() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }
