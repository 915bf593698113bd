"""Totals are kept by what was said, not by who saved it when: by the digest of a wording, its words beside it."""

from collections import Counter, defaultdict
from datetime import datetime

import sqlalchemy as sa
from alembic import op

from microsite.promotions.wording import PARTS, WordsInForce, typeset_words
from microsite.storage.migrations.columns import columns
from microsite.storage.tables import FORMER_CATALOG, Moment

revision = "0006"
down_revision = "0005"

old_counts = sa.table(
    "promotion_counts",
    sa.column("day", sa.Date),
    *(sa.column(name, sa.String) for name in ("locale", "page", "placement", "promotion")),
    *(sa.column(name, sa.Integer) for name in ("revision", "displays", "clicks")),
)
revisions = sa.table(
    "revisions",
    sa.column("id", sa.Integer),
    *(sa.column(name, sa.String) for name in ("locale", "action", "kind")),
    sa.column("words", sa.JSON),
    sa.column("live_from", Moment),
)


def upgrade() -> None:
    connection = op.get_bind()
    counted = connection.execute(sa.select(old_counts)).all()
    wordings = read_wordings(connection)
    op.drop_table("promotion_counts")
    counts_table, wordings_table = create_tables()
    totals: dict[tuple[object, ...], Counter[str]] = defaultdict(Counter)
    shown: dict[tuple[str, str, str], tuple[WordsInForce, datetime]] = {}
    for row in counted:
        digest = "unknown" if row.revision < 0 else FORMER_CATALOG
        if row.revision in wordings:
            words, live_from = wordings[row.revision]
            digest = words.digest
            key = digest, row.promotion, row.locale
            shown[key] = words, min(live_from, shown.get(key, (words, live_from))[1])
        spot = row.day, row.locale, row.page, row.placement, row.promotion, digest
        totals[spot].update(displays=row.displays, clicks=row.clicks)
    names = [column.name for column in counts_table.primary_key]
    op.bulk_insert(counts_table, [dict(zip(names, spot, strict=True)) | total for spot, total in totals.items()])
    names = [column.name for column in wordings_table.columns]
    rows = [(*key, words.headline, words.text, words.button, first) for key, (words, first) in shown.items()]
    op.bulk_insert(wordings_table, [dict(zip(names, row, strict=True)) for row in rows])


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
        *columns(sa.String, "locale", "page", "placement", "promotion", "wording", primary_key=True),
        *columns(sa.Integer, "displays", "clicks", server_default="0"),
    )
    wordings = op.create_table(
        "wordings",
        *columns(sa.String, "digest", "promotion", "locale", primary_key=True),
        *columns(sa.String, "headline", "text", "button"),
        sa.Column("first_shown", Moment, nullable=False),
    )
    return counts, wordings
