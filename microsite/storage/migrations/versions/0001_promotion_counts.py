"""Displays and clicks of promotions, as totals of a day."""

import sqlalchemy as sa
from alembic import op

from microsite.storage.migrations.columns import columns

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "promotion_counts",
        sa.Column("day", sa.Date, primary_key=True),
        *columns(sa.String, "locale", "page", "placement", "promotion", primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        *columns(sa.Integer, "displays", "clicks", server_default="0"),
    )
