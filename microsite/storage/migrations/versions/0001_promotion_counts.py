"""Displays and clicks of promotions, as totals of a day."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "promotion_counts",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("locale", sa.String, primary_key=True),
        sa.Column("page", sa.String, primary_key=True),
        sa.Column("placement", sa.String, primary_key=True),
        sa.Column("promotion", sa.String, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("displays", sa.Integer, nullable=False, server_default="0"),
        sa.Column("clicks", sa.Integer, nullable=False, server_default="0"),
    )
