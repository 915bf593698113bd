"""What a revision leaves at its end; a pause holds until it is ended, where what began next used to end it."""

from collections import defaultdict
from itertools import pairwise

import sqlalchemy as sa
from alembic import op

from microsite.storage.tables import Moment

revision = "0004"
down_revision = "0003"

revisions = sa.table(
    "revisions",
    *(sa.column(name, sa.Integer) for name in ("id", "discards")),
    *(sa.column(name, sa.String) for name in ("kind", "subject", "locale", "action", "afterwards")),
    *(sa.column(name, Moment) for name in ("live_from", "live_until")),
)


def upgrade() -> None:
    op.add_column("revisions", sa.Column("afterwards", sa.String, nullable=False, server_default="before"))
    end_old_pauses(op.get_bind())


def end_old_pauses(connection: sa.Connection) -> None:
    """Have each pause end when the next revision of its topic begins, and leave nothing behind.

    So every moment shows what it showed: the pause also came back when what began after it had ended.
    """
    rows = connection.execute(sa.select(revisions)).all()
    cancelled = {row.discards for row in rows}
    topics = defaultdict(list)
    for row in rows:
        if row.action != "discard" and row.id not in cancelled:
            topics[row.kind, row.subject, row.locale].append(row)
    for valid in topics.values():
        for row, following in pairwise(sorted(valid, key=lambda row: (row.live_from, row.id))):
            if row.action == "pause":
                ended = sa.update(revisions).where(revisions.c.id == row.id)
                connection.execute(ended.values(live_until=following.live_from, afterwards="nothing"))
