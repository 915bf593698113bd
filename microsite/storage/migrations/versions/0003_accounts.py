"""Accounts of the studio, their links, tries to sign in, and the audit."""

import sqlalchemy as sa
from alembic import op

from microsite.storage.migrations.columns import columns
from microsite.storage.tables import Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, primary_key=True),
        *columns(sa.String, "email", "password"),
        sa.Column("active", sa.Boolean, nullable=False),
        *columns(sa.String, "fs_uniquifier", "role", "locale", "timezone"),
        sa.Column("totp_secret", sa.String),
        sa.Column("totp_counter", sa.Integer),
        sa.Column("made", Moment, nullable=False),
        sa.UniqueConstraint("email"),
        sa.UniqueConstraint("fs_uniquifier"),
    )
    op.create_table(
        "account_links",
        sa.Column("id", sa.Integer, primary_key=True),
        *columns(sa.String, "secret_hash", "purpose", "email", "role"),
        sa.Column("made", Moment, nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("expires", Moment, nullable=False),
        sa.Column("used", Moment),
        sa.UniqueConstraint("secret_hash"),
    )
    op.create_table(
        "sign_in_tries",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("since", Moment, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", Moment, nullable=False),
        *columns(sa.String, "what", "account", "about"),
    )
