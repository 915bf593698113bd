"""Languages that readers have seen stay public, on every node and after a restart."""

import sqlalchemy as sa
from alembic import op

from microsite.storage.tables import Moment

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "public_languages",
        sa.Column("locale", sa.String, primary_key=True),
        sa.Column("public_from", sa.Integer, nullable=False),
        sa.Column("since", Moment, nullable=False),
    )
