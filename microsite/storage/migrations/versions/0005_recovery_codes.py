"""Codes that stand in for an authenticator app that was lost."""

import sqlalchemy as sa
from alembic import op

from microsite.storage.tables import Moment

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("code_hash", sa.String, nullable=False),
        sa.Column("made", Moment, nullable=False),
        sa.Column("used", Moment),
        sa.UniqueConstraint("code_hash"),
    )
