"""Totals are kept by what was said, not by who saved it when: by the digest of a wording, its words beside it."""

from collections import Counter
from datetime import datetime

import sqlalchemy as sa
from alembic import op

from microsite.promotions.wording import PARTS, WordsInForce, typeset_words
from microsite.storage.tables import FORMER_CATALOG, Moment

revision = "0006"
down_revision = "0005"

KEYS = ("day", "locale", "page", "placement", "promotion")
old_counts = sa.table(
    "promotion_counts",
    sa.column("day", sa.Date),
    *(sa.column(name, sa.String) for name in KEYS[1:]),
    *(sa.column(name, sa.Integer) for name in ("revision", "displays", "clicks")),
)
revisions = sa.table(
    "revisions",
    sa.column("id", sa.Integer),
    sa.column("locale", sa.String),
    sa.column("action", sa.String),
    sa.column("kind", sa.String),
    sa.column("words", sa.JSON),
    sa.column("live_from", Moment),
)


def upgrade() -> None:
    connection = op.get_bind()
    counted = connection.execute(sa.select(old_counts)).all()
    wordings = read_wordings(connection)
    op.drop_table("promotion_counts")
    counts_table, wordings_table = create_tables()
    displays, clicks = Counter[tuple[object, ...]](), Counter[tuple[object, ...]]()
    shown: dict[tuple[str, str, str], tuple[WordsInForce, datetime]] = {}
    for row in counted:
        digest = "unknown" if row.revision < 0 else FORMER_CATALOG
        if row.revision in wordings:
            words, live_from = wordings[row.revision]
            digest = words.digest
            key = digest, row.promotion, row.locale
            shown[key] = words, min(live_from, shown.get(key, (words, live_from))[1])
        spot = row.day, row.locale, row.page, row.placement, row.promotion, digest
        displays[spot] += row.displays
        clicks[spot] += row.clicks
    rows = [
        {**dict(zip((*KEYS, "wording"), spot, strict=True)), "displays": displays[spot], "clicks": clicks[spot]}
        for spot in displays
    ]
    op.bulk_insert(counts_table, rows)
    op.bulk_insert(
        wordings_table,
        [
            {
                **dict(zip(("digest", "promotion", "locale"), key, strict=True)),
                **{part: getattr(words, part) for part in PARTS},
                "first_shown": first_shown,
            }
            for key, (words, first_shown) in shown.items()
        ],
    )


def read_wordings(connection: sa.Connection) -> dict[int, tuple[WordsInForce, datetime]]:
    """By revision its words as pages show them, and when they went live."""
    return {
        row.id: (typeset_words(row.words, row.locale.partition("_")[0]), row.live_from)
        for row in connection.execute(sa.select(revisions).where(revisions.c.kind == "promotion"))
        if row.action == "words" and set(PARTS) <= row.words.keys()
    }


def create_tables() -> tuple[sa.Table, sa.Table]:
    """Those of counts and of wordings."""
    counts = op.create_table(
        "promotion_counts",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("locale", sa.String, primary_key=True),
        sa.Column("page", sa.String, primary_key=True),
        sa.Column("placement", sa.String, primary_key=True),
        sa.Column("promotion", sa.String, primary_key=True),
        sa.Column("wording", sa.String, primary_key=True),
        sa.Column("displays", sa.Integer, nullable=False, server_default="0"),
        sa.Column("clicks", sa.Integer, nullable=False, server_default="0"),
    )
    wordings = op.create_table(
        "wordings",
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("promotion", sa.String, primary_key=True),
        sa.Column("locale", sa.String, primary_key=True),
        sa.Column("headline", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("button", sa.String, nullable=False),
        sa.Column("first_shown", Moment, nullable=False),
    )
    return counts, wordings
