"""Pauses that an earlier release saved, which ended when anything else began, show what they showed."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select

from microsite.storage.revision_rows import read_revisions
from microsite.storage.revisions import Action, Revisions, is_hidden
from microsite.storage.store import Store
from tests.conftest import NOW
from tests.saves import OLD

TOPICS = 200
SAVES = 8
"""Of each topic."""
MOMENTS = [NOW + timedelta(hours=hours) for hours in range(8)]


def old_rows(dice: random.Random) -> list[dict[str, object]]:
    """What its studio could save: words for a time or from now on, pauses without an end, and calling off."""
    rows: list[dict[str, object]] = []
    for number in range(TOPICS):
        own: list[int] = []
        for _ in range(SAVES):
            action = dice.choice(["words", "words", "catalog", "pause", "pause", "discard"] if own else ["pause"])
            begin = dice.choice(MOMENTS)
            later = [moment for moment in MOMENTS if moment > begin]
            rows.append(
                {
                    "id": len(rows) + 1,
                    **{"kind": "promotion", "subject": str(number), "locale": "fr", "based_on": own[-1] if own else 0},
                    **{"action": action, "discards": dice.choice(own) if action == "discard" else None},
                    **{"author": "", "note": "", "source": None, "claims": [], "saved": NOW},
                    "words": {"headline": str(len(rows) + 1)} if action == "words" else {},
                    "live_from": begin,
                    "live_until": dice.choice([None, *later]) if action == "words" else None,
                }
            )
            own.append(len(rows))
    return rows


def shown_before(rows: Sequence[Row[Any]], moment: datetime) -> dict[str, int]:
    """By subject, the revision whose words the release before showed; 0 where it paused."""
    cancelled = {row.discards for row in rows}
    live = [
        row
        for row in rows
        if row.action != "discard" and row.id not in cancelled and row.live_from <= moment
        if row.live_until is None or moment < row.live_until
    ]
    latest = {row.subject: row for row in sorted(live, key=lambda row: (row.live_from, row.id))}
    return {subject: 0 if row.action == "pause" else row.id for subject, row in latest.items()}


def shown_now(revisions: Revisions, moment: datetime) -> dict[str, int]:
    in_force = revisions.in_force(moment)
    return {topic.subject: 0 if is_hidden(row, moment) else row.id for topic, row in in_force.items()}


def test_what_was_shown_stays_as_it_was(old_store: Callable[[str], Store]) -> None:
    """At every moment of 200 random histories, before and after the migration."""
    store = old_store("0003")
    with store.writer.begin() as connection:
        connection.execute(insert(OLD), old_rows(random.Random(12)))
        rows = connection.execute(select(OLD)).all()
    store.upgrade()

    revisions = read_revisions(store, Revisions())
    for moment in (NOW - timedelta(days=1), *MOMENTS, NOW + timedelta(days=365)):
        before = shown_before(rows, moment)
        assert before == shown_now(revisions, moment), moment
    ends = [row for row in revisions.by_id.values() if row.action == Action.PAUSE and row.live_until]
    assert len(ends) > TOPICS
