"""**Upgrade from every schema**: databases as each migration has left them, filled, and then this release is started
on them: all rows are there, all edits and counts, and everybody signs in and saves. Recovery is from the start of the
server to its first answer, the migration included."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, func, insert, select

from microsite.config import Settings
from microsite.storage.store import VERSIONS, Store, migrate
from microsite.studio.accounts.passwords import hash_password
from tests.faults.people import people
from tests.faults.report import Row, measured, together
from tests.faults.site import MARKETING, TRANSLATION, add_accounts, run_database, run_site
from tests.postgresql import fresh_database
from tests.studio.conftest import PASSWORD

TIMES = 300
"""Rows in each table."""
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FIRST_WITH_ACCOUNTS = "0003"
DECIDED_BY_START = {"alembic_version", "public_languages"}
"""Tables that say what is now, not what was."""
PASSWORD_HASH = hash_password(PASSWORD)
SAMPLES: dict[type, Callable[[int], object]] = {
    str: str,
    int: lambda number: number,
    bool: bool,
    date: lambda number: NOW.date() - timedelta(days=number),
    datetime: lambda number: NOW - timedelta(days=number),
    object: lambda number: {},
}
"""What stands in a column of this type in the row of a number, unless `PARTICULAR` says otherwise."""


def words(number: int) -> dict[str, str]:
    return {"headline": f"Old headline {number}", "text": "Text", "button": "Button"}


PARTICULAR: dict[str, dict[str, Callable[[int], object]]] = {
    "promotion_counts": {"locale": lambda _: "fr", "displays": lambda _: 7, "clicks": lambda _: 1},
    "revisions": {
        "kind": lambda _: "promotion",
        "subject": lambda _: "planet-freevpn",
        "locale": lambda _: "fr",
        "based_on": lambda number: number - 1,
        "action": lambda _: "words",
        "words": words,
        "discards": lambda _: None,
        "source": lambda _: None,
        "live_from": lambda number: NOW + timedelta(seconds=number),
        "live_until": lambda _: None,
        "claims": lambda _: [],
        "afterwards": lambda _: "before",
    },
    "accounts": {
        "email": lambda number: {1: MARKETING, 2: TRANSLATION}.get(number, f"{number}@example.org"),
        "password": lambda _: PASSWORD_HASH,
        "role": lambda number: "translator" if number == 2 else "marketing",
        "locale": lambda _: "en",
        "timezone": lambda _: "UTC",
        "totp_secret": lambda _: None,
        "totp_counter": lambda _: None,
    },
}


def run(folder: Path, times: int, _: float) -> list[Row]:
    with run_database() as server:
        databases: dict[str, Callable[[], str]] = {
            "SQLite": lambda: "",
            "PostgreSQL": lambda: fresh_database(server.address),
        }
        return [
            together(
                f"Upgrade from every schema, {name}",
                [upgraded(folder / f"{name}-{version}", address(), version, times) for version in VERSIONS],
            )
            for name, address in databases.items()
        ]


def upgraded(folder: Path, address: str, version: str, times: int) -> Row:
    before: dict[str, int] = {}

    def prepare(settings: Settings) -> None:
        store = Store(settings.database)
        with store.writer.begin() as connection:
            migrate(connection, version)
            fill(connection, times)
            before.update(totals(connection))
        store.close()

    with run_site(folder, address, prepare=prepare) as site:
        store = Store(site.settings.database)
        with store.engine.connect() as connection:
            after = totals(connection)
        store.close()
        if version < FIRST_WITH_ACCOUNTS:
            add_accounts(site.settings)
        with people(site) as crowd:
            crowd.recover()
            crowd.recoveries = [site.start_seconds]
        row = measured(version, times, site, crowd)
        old = sum(text.startswith("Old headline ") for text in site.saved())
    wanted = before | {"edits": before.get("revisions", 0)}
    there = after | {"edits": old}
    row.failures += [f"{there[name]} of {number} {name}" for name, number in wanted.items() if there[name] != number]
    return row


def fill(connection: Connection, times: int) -> None:
    """So many rows into each table that there is."""
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        if table.name not in DECIDED_BY_START:
            connection.execute(insert(table), [sample(table, number) for number in range(1, times + 1)])


def sample(table: Table, number: int) -> dict[str, Any]:
    own = PARTICULAR.get(table.name, {})

    def value(column: Column[Any]) -> object:
        return own.get(column.name, SAMPLES[column.type.python_type])(number)

    # A number that the database gives by itself is left to it, or it would give it again.
    return {column.name: value(column) for column in table.columns if column is not table.autoincrement_column}


def totals(connection: Connection) -> dict[str, int]:
    """Rows by table; in counts, what was counted."""
    metadata = MetaData()
    metadata.reflect(connection)
    return {
        name: connection.scalar(
            select(
                func.sum(table.c.displays + table.c.clicks) if name == "promotion_counts" else func.count()
            ).select_from(table)
        )
        or 0
        for name, table in metadata.tables.items()
        if name not in DECIDED_BY_START
    }
