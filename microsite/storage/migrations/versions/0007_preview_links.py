"""Links to previews for people without an account, short and revocable."""

import sqlalchemy as sa
from alembic import op

from microsite.storage.migrations.columns import columns
from microsite.storage.tables import Moment

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "preview_links",
        sa.Column("id", sa.Integer, primary_key=True),
        *columns(sa.String, "token", "promotion"),
        sa.Column("words", sa.JSON, nullable=False),
        sa.Column("page", sa.String, nullable=False),
        sa.Column("moment", Moment),
        sa.Column("made", Moment, nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("expires", Moment, nullable=False),
        sa.UniqueConstraint("token"),
    )
