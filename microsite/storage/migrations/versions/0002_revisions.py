"""Wordings of promotions and messages, as somebody saved them: added, never changed."""

import sqlalchemy as sa
from alembic import op

from microsite.storage.migrations.columns import columns
from microsite.storage.tables import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer, primary_key=True),
        *columns(sa.String, "kind", "subject", "locale"),
        sa.Column("based_on", sa.Integer, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("words", sa.JSON, nullable=False),
        sa.Column("discards", sa.Integer),
        sa.Column("source", sa.JSON),
        sa.Column("live_from", Moment, nullable=False),
        sa.Column("live_until", Moment),
        *columns(sa.String, "author", "note"),
        sa.Column("claims", sa.JSON, nullable=False),
        sa.Column("saved", Moment, nullable=False),
        sa.UniqueConstraint("kind", "subject", "locale", "based_on"),
    )
