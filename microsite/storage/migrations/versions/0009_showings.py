"""What readers were shown from when to when: the register of advertisements."""

import sqlalchemy as sa
from alembic import op

from microsite.storage.tables import Moment

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "showings",
        sa.Column("moment", Moment, primary_key=True),
        sa.Column("promotion", sa.String, primary_key=True),
        sa.Column("locale", sa.String, primary_key=True),
        sa.Column("wording", sa.String, nullable=False),
        sa.Column("advertiser", sa.String, nullable=False),
    )
