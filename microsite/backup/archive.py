"""Backups: the whole database as one file, made and taken back while the site serves.

The file is an SQLite database, whatever the site itself uses: so a backup of either kind is restored into either.
"""

import os
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, text, update

from microsite.backup.row import NoBackup
from microsite.backup.sqlite_file import read_backup
from microsite.storage.store import Store
from microsite.storage.tables import Account, Base, BrowserSession, OneTimeLink, PreviewLink, RecoveryCode, Revision

BATCH_ROWS = 500
"""Rows that are copied by one statement."""


class Contents(NamedTuple):
    """What a database holds, in short."""

    rows: dict[str, int]
    """How many each table has."""
    newest_revision: int
    """Its number; 0 without any."""

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def back_up(store: Store, path: Path) -> Contents:
    """Write all tables, as they are at one moment, to a new file; gives what they held. Raises FileExistsError.

    The file appears under its name when it is complete, and only its owner may read it: it holds password hashes.
    """
    if path.exists():
        raise FileExistsError(path)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as folder:
        file = Path(folder) / "backup.sqlite"
        copy = Store(f"sqlite:///{file}")
        copy.upgrade()
        with store.read() as reading, copy.begin() as writing:
            source = reading.connection()
            if source.dialect.name == "postgresql":  # one moment for all tables; SQLite's reading is that by itself
                source.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            _copy_tables(source, writing.connection())
            contents = _contents(source)
        copy.close()
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
        with file.open("rb") as written:
            os.fsync(written.fileno())
        file.rename(path)
    return contents


def prove(path: Path, contents: Contents) -> None:
    """Read a backup as a restore would, and compare it with what was written. Raises NoBackup."""
    with read_backup(path) as backup, backup.read() as reading:
        restored = _contents(reading.connection())
    for table, number in restored.rows.items():
        if number != (expected := contents.rows[table]):
            raise NoBackup(f"table {table} has {number} rows in it, and {expected} were written")
    if (newest := restored.newest_revision) != contents.newest_revision:
        raise NoBackup(f"its newest revision is {newest}, and {contents.newest_revision} was written")


def restore(store: Store, path: Path, before: Path | None = None, moment: datetime | None = None) -> int:
    """Put what a backup holds in the place of everything, all or nothing; gives the number of rows. Raises NoBackup.

    The file is checked whole before the database is touched; then what is in the database goes to the file `before`.
    Sessions and links that were open then work no more. `moment` is now, by the clock that the site goes by.
    """
    with read_backup(path) as backup:
        store.upgrade()
        if before:
            back_up(store, before)
        with backup.read() as reading, store.begin() as writing:
            target = writing.connection()
            _empty(target)
            _copy_tables(reading.connection(), target)
            rows = _contents(target).total
            _set_sequences(target)
            _end_sessions_and_links(target, moment or datetime.now(UTC))
    return rows


def _copy_tables(source: Connection, target: Connection) -> None:
    for table in Base.metadata.sorted_tables:
        for part in source.execute(select(table)).mappings().partitions(BATCH_ROWS):
            target.execute(insert(table), [dict(row) for row in part])


def _contents(connection: Connection) -> Contents:
    tables = Base.metadata.sorted_tables
    rows = {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}
    return Contents(rows, connection.scalar(select(func.max(Revision.id))) or 0)


def _empty(target: Connection) -> None:
    tables = list(reversed(Base.metadata.sorted_tables))
    if target.dialect.name == "postgresql":  # SQLite has one writer anyway
        names = ", ".join(table.name for table in tables)
        target.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
    for table in tables:
        target.execute(table.delete())


def _end_sessions_and_links(target: Connection, moment: datetime) -> None:
    """Sessions and links of the backup may have been ended or used since, and one-time codes as well."""
    for number in target.scalars(select(Account.id)).all():
        target.execute(update(Account).where(Account.id == number).values(fs_uniquifier=token_hex(16)))
    # A code that was used since must not be new again: the next one that works is that of a minute from now.
    counter = int(moment.timestamp()) // 30 + 1
    target.execute(update(Account).where(Account.totp_secret.is_not(None)).values(totp_counter=counter))
    for used_once in (OneTimeLink, RecoveryCode):
        target.execute(update(used_once).where(used_once.used.is_(None)).values(used=moment))
    target.execute(delete(PreviewLink))
    target.execute(delete(BrowserSession))


def _set_sequences(target: Connection) -> None:
    """PostgreSQL numbers new rows by itself: from behind the last one that was copied."""
    if target.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if table.autoincrement_column is not None:
            last = target.scalar(select(func.max(table.c.id))) or 0
            sequence = func.pg_get_serial_sequence(table.name, "id")
            target.execute(select(func.setval(sequence, max(last, 1), last > 0)))


def path_before_restore(folder: Path) -> Path:
    """The file for what is in the database before a restore takes its place."""
    return folder / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.sqlite"
