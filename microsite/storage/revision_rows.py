"""Reading revisions from the database: all of them at a start, then those that were saved since."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from microsite.storage.revisions import RECENT_IDS, Revisions
from microsite.storage.store import Store
from microsite.storage.tables import Revision


class TableState(NamedTuple):
    """What differs whenever the table does, and is cheap to ask for: by the primary key, no row but one is read."""

    recent_count: int
    """How many ids there are within `RECENT_IDS` of the last: PostgreSQL may show ids in another order than theirs."""
    last_id: int | None
    saved: datetime | None
    """When the last known revision was saved: another moment tells that the database was restored or exchanged."""


def read_revisions(store: Store, last: Revisions) -> Revisions:
    """Every revision; `last` itself where the table is as it was. Raises SQLAlchemyError."""
    with store.read() as session:
        state = _state(session, last)
        if state == (known := _known_state(last)):
            return last
        if last.by_id and state.saved == known.saved:
            newer = select(Revision).where(Revision.id > last.last_id - RECENT_IDS, Revision.id.not_in(last.recent_ids))
            rows = session.scalars(newer.order_by(Revision.id)).all()
            if session.scalar(select(func.count(Revision.id))) == len(last.by_id) + len(rows):
                return last.added(rows)
        rows = session.scalars(select(Revision).order_by(Revision.id).execution_options(yield_per=1000)).all()
        return Revisions().added(rows)


def _known_state(last: Revisions) -> TableState:
    """As the table would be if it held just these."""
    if not last.by_id:
        return TableState(0, None, None)
    return TableState(len(last.recent_ids), last.last_id, last.by_id[last.last_id].saved)


def _state(session: Session, last: Revisions) -> TableState:
    """As the table is. In one statement: on PostgreSQL the next one may see more."""
    return TableState(
        *session.execute(
            select(
                select(func.count(Revision.id)).where(Revision.id > last.last_id - RECENT_IDS).scalar_subquery(),
                select(func.max(Revision.id)).scalar_subquery(),
                select(Revision.saved).where(Revision.id == last.last_id).scalar_subquery(),
            )
        ).one()
    )
