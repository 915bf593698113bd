"""Catalogs that are looked at before they are taken, and can be taken back as a whole."""

import sqlalchemy as sa
from alembic import op

from microsite.storage.migrations.columns import columns
from microsite.storage.tables import Moment

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.Integer, primary_key=True),
        *columns(sa.String, "locale", "name", "text"),
        sa.Column("made", Moment, nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("taken", Moment),
    )
