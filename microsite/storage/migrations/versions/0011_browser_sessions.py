"""Sessions are named one by one, so that each can be ended."""

import sqlalchemy as sa
from alembic import op

from microsite.storage.migrations.columns import columns
from microsite.storage.tables import Moment

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "browser_sessions",
        sa.Column("id", sa.Integer, primary_key=True),
        *columns(sa.String, "token", "fs_uniquifier"),
        sa.Column("began", Moment, nullable=False),
        sa.UniqueConstraint("token"),
    )
