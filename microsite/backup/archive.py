"""Backups: the whole database as one file, made and taken back while the site serves.

The file is an SQLite database, whatever the site itself uses: so a backup of either kind is restored into either.
"""

import os
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, Table, func, insert, select, text, update

from microsite.storage.store import Store
from microsite.storage.tables import Account, AccountLink, Base

AT_ONCE = 500
"""Rows that are taken over together."""


class NoBackup(Exception):
    """The file is none that can be restored; its words say why, and what to do."""


def back_up(store: Store, path: Path) -> int:
    """Write all tables, as they are at one moment, to a new file; gives the number of rows.

    The file appears under its name when it is complete, and only its owner may read it: it holds password hashes.
    """
    if path.exists():
        raise FileExistsError(path)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as folder:
        made = Path(folder) / "backup.sqlite"
        copy = Store(f"sqlite:///{made}")
        copy.upgrade()
        with store.read() as reading, copy.begin() as writing:
            source = reading.connection()
            if source.dialect.name == "postgresql":  # one moment for all tables; SQLite's reading is that by itself
                source.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            rows = _take_over(source, writing.connection())
        copy.close()
        with closing(sqlite3.connect(made)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
        with made.open("rb") as file:
            os.fsync(file.fileno())
        made.rename(path)
    return rows


def restore(store: Store, path: Path, before: Path | None = None, moment: datetime | None = None) -> int:
    """Put what a backup holds in the place of everything, all or nothing; gives the number of rows. Raises NoBackup.

    The file is looked at whole before the database is touched; then what is in the database goes to the file `before`.
    Sessions and links that were open then work no more: they may have been ended or used since. `moment` is now, by
    the clock that the site goes by.
    """
    from microsite.backup.sqlite_file import (
        opened,  # its checks are the studio's, which a process for readers does not load
    )

    with opened(path) as backup:
        store.upgrade()
        if before:
            back_up(store, before)
        with backup.read() as reading, store.begin() as writing:
            target = writing.connection()
            _empty(target)
            rows = _take_over(reading.connection(), target)
            _go_on_counting(target)
            _end_what_was_open(target, moment or datetime.now(UTC))
    return rows


def _take_over(source: Connection, target: Connection) -> int:
    rows = 0
    for table in Base.metadata.sorted_tables:
        for part in source.execute(select(table)).mappings().partitions(AT_ONCE):
            target.execute(insert(table), [dict(row) for row in part])
            rows += len(part)
    return rows


def _empty(target: Connection) -> None:
    tables = list(reversed(Base.metadata.sorted_tables))
    if target.dialect.name == "postgresql":  # SQLite has one writer anyway
        names = ", ".join(table.name for table in tables)
        target.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
    for table in tables:
        target.execute(table.delete())


def _end_what_was_open(target: Connection, moment: datetime) -> None:
    for number in target.scalars(select(Account.id)).all():
        target.execute(update(Account).where(Account.id == number).values(fs_uniquifier=uuid4().hex))
    # A code that was used since must not be new again: the next one that works is that of a minute from now.
    counter = int(moment.timestamp()) // 30 + 1
    target.execute(update(Account).where(Account.totp_secret.is_not(None)).values(totp_counter=counter))
    target.execute(update(AccountLink).where(AccountLink.used.is_(None)).values(used=moment))


def _go_on_counting(target: Connection) -> None:
    """PostgreSQL numbers new rows by itself: from behind the last one that was taken over."""
    if target.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if _is_numbered(table):
            last = target.scalar(select(func.max(table.c.id))) or 0
            sequence = func.pg_get_serial_sequence(table.name, "id")
            target.execute(select(func.setval(sequence, max(last, 1), last > 0)))


def _is_numbered(table: Table) -> bool:
    return table.autoincrement_column is not None


def beside(path: Path) -> Path:
    """Where what is there goes before a restore takes its place."""
    return path / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.sqlite"
