"""A backup as data from outside: a file that is ours in every table and row, or a sentence that says why not.

Nothing that the file itself defines is ever carried out. Its schema is compared with the one that the migrations of its
release leave; its rows are put into tables that were made here, these are brought up to date, and each row is checked.
"""

import os
import re
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from microsite.backup.row import NoBackup, WrongRow
from microsite.backup.rows import check_rows
from microsite.storage.store import VERSIONS, Store, migrate

GiB = 1024**3
MAX_BYTES = 2 * GiB
"""Of a backup: some hundred times what 44,000 revisions take."""
MAX_VALUE_BYTES = 4 * 1024 * 1024
"""Of one value of one row: a form that is sent may have 256 KiB."""
VERSION_TABLE = "alembic_version"
_WORD = re.compile(r"\w+")


@contextmanager
def read_backup(path: Path) -> Iterator[Store]:
    """What a backup holds, in tables of this release, every row checked. Raises NoBackup. The file stays as it is."""
    with tempfile.TemporaryDirectory(prefix="restore-") as folder:
        copy, checked = Path(folder) / "copy.sqlite", Path(folder) / "checked.sqlite"
        _copy(path, copy)
        store = Store(f"sqlite:///{checked}")
        try:
            with closing(sqlite3.connect(copy)) as backup:
                _harden(backup)
                with store.writer.begin() as connection:
                    migrate(connection, _version(backup))
                with closing(sqlite3.connect(checked)) as ours:
                    _fill(ours, backup)
            _upgrade(store)
            with closing(sqlite3.connect(checked)) as ours:
                check_rows(ours)
            yield store
        except sqlite3.Error as error:
            raise NoBackup(f"it is damaged or cut off ({error}). Restore another backup") from error
        finally:
            store.close()


def _copy(path: Path, copy: Path) -> None:
    """Opened without blocking, and examined after it was opened: of a pipe nothing would ever come."""
    try:
        source = open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK))  # noqa: SIM115  # below
    except OSError as error:
        raise NoBackup(f"it cannot be read: {error.strerror}. Name a file that this account may read") from error
    with source, copy.open("wb") as target:
        status = os.fstat(source.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise NoBackup("it is no file. Name the file that `flask backup` has written")
        if status.st_size > MAX_BYTES:
            raise NoBackup(f"it is larger than {MAX_BYTES // GiB} GiB, and no backup of a site like this one")
        shutil.copyfileobj(source, target)


def _harden(backup: sqlite3.Connection) -> None:
    backup.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
    backup.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    backup.execute("PRAGMA trusted_schema = OFF")
    backup.execute("PRAGMA cell_size_check = ON")


def _version(backup: sqlite3.Connection) -> str:
    """The release that the file is of, by its last migration. Raises NoBackup."""
    if not backup.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [VERSION_TABLE]).fetchone():
        raise NoBackup("it is no backup of this program: it does not say of which release it is")
    versions = backup.execute(f"SELECT version_num FROM {VERSION_TABLE} LIMIT 2").fetchall()
    if len(versions) == 1 and versions[0][0] in VERSIONS:
        return str(versions[0][0])
    raise NoBackup("it was made by a newer release of this program, or by none. Restore it with that release")


def _fill(ours: sqlite3.Connection, backup: sqlite3.Connection) -> None:
    """The backup's rows in the empty tables of its release. Raises NoBackup."""
    tables = _compare(backup, ours)
    damage = backup.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if damage != "ok":
        raise NoBackup(f"it is damaged: {damage}. Restore another backup")
    for table in tables:
        _copy_rows(table, backup, ours)
    ours.commit()


def _upgrade(store: Store) -> None:
    try:
        store.upgrade()
    except (SQLAlchemyError, TypeError, ValueError) as error:  # what is so wrong that a migration cannot read it
        raise NoBackup(f"it cannot be brought up to date ({type(error).__name__}). Restore another backup") from error


def _compare(backup: sqlite3.Connection, ours: sqlite3.Connection) -> list[str]:
    """The names of the tables, the same in both to the last index. Raises NoBackup for the first difference."""
    tables, expected = _tables(backup), _tables(ours)
    others = backup.execute("SELECT type, name FROM sqlite_master WHERE type NOT IN ('table', 'index')").fetchall()
    for kind, name in [*others, *(("table", name) for name in sorted(tables.keys() - expected.keys()))]:
        raise NoBackup(f"it holds the {kind} “{ascii(name)[1:-1][:80]}”, which no backup does. Restore another backup")
    for table, sql in expected.items():
        if table not in tables:
            raise NoBackup(f"table {table} is missing. Restore another backup")
        # The words: what else there may be in a table (checks, collations, rules for conflicts) has a word of its own.
        if _anatomy(backup, table) != _anatomy(ours, table) or not _words(tables[table]) <= _words(sql):
            raise NoBackup(f"table {table} is not as this program makes it. Restore another backup")
    return [table for table in expected if table != VERSION_TABLE]


def _tables(connection: sqlite3.Connection) -> dict[str, str]:
    """The statement that made each table, by its name; without SQLite's own tables, which nobody reads."""
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    return dict(connection.execute(query))


def _words(sql: str) -> set[str]:
    return set(_WORD.findall(sql.upper()))


def _anatomy(connection: sqlite3.Connection, table: str) -> tuple[list[Any], ...]:
    """Columns with types, defaults and keys; indexes with their columns; foreign keys."""

    def rows(pragma: str, columns: str, name: str) -> list[Any]:
        return connection.execute(f"SELECT {columns} FROM pragma_{pragma}(?)", [name]).fetchall()

    indexes = [
        (unique, origin, partial, rows("index_xinfo", "seqno, name, desc, coll, key", name))
        for name, unique, origin, partial in rows("index_list", "name, [unique], origin, partial", table)
    ]
    columns = rows("table_xinfo", "name, upper(type), [notnull], dflt_value, pk, hidden", table)
    return columns, sorted(indexes, key=str), rows("foreign_key_list", "[from], [table], [to], on_delete", table)


def _copy_rows(table: str, backup: sqlite3.Connection, ours: sqlite3.Connection) -> None:
    """All rows of a table, with their numbers. Both have the same columns by now. Raises WrongRow."""
    names = [name for (name,) in ours.execute("SELECT name FROM pragma_table_info(?)", [table])]
    columns = ", ".join(["rowid", *names])
    insert = f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * (len(names) + 1))})"
    for number, *values in backup.execute(f"SELECT {columns} FROM {table} ORDER BY rowid"):
        try:
            ours.execute(insert, [number, *values])
        except UnicodeEncodeError as error:
            raise WrongRow(table, number, "holds bytes that are no text in UTF-8") from error
        except sqlite3.IntegrityError as error:
            raise WrongRow(table, number, f"cannot stand beside the others: {error}") from error
