"""What readers were shown from when to when: the register of advertisements."""

import sqlalchemy as sa
from alembic import op

from microsite.storage.migrations.columns import columns
from microsite.storage.tables import Moment

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "showings",
        sa.Column("moment", Moment, primary_key=True),
        *columns(sa.String, "promotion", "locale", primary_key=True),
        *columns(sa.String, "wording", "advertiser"),
    )
