"""The database: its transactions, its migrations. SQLite in the instance folder, or PostgreSQL."""

import os
import sqlite3
import threading
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    URL,
    Connection,
    Dialect,
    Engine,
    NullPool,
    PoolProxiedConnection,
    QueuePool,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.exc import SQLAlchemyError, TimeoutError
from sqlalchemy.orm import Session, sessionmaker

from microsite.storage.tables import Base
from microsite.storage.timeouts import (
    MAX_WAIT_SECONDS,
    MAX_WORK_SECONDS,
    is_long_running,
    limit_waits,
    seconds_left,
    timed_wait,
)

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

VERSIONS = sorted(path.name[:4] for path in (Path(__file__).parent / "migrations" / "versions").glob("[0-9]*.py"))
"""The numbers of all migrations there are: their files are named by them."""
NEWEST = VERSIONS[-1]
MIGRATION_LOCK = 7_340_021
"""The number of PostgreSQL's advisory lock that one migrating process holds at a time: any, but always the same."""


class Store:
    """The database behind an SQLAlchemy address. Making one opens no connection."""

    def __init__(self, address: str) -> None:
        self.url = make_url(address)
        self.engine = self.writer = _engine(self.url)
        if self.engine.dialect.name == "sqlite":
            # One writes at a time. Those of this process queue for its one connection, each in turn: SQLite's own way
            # of waiting, to try again and again, lets the unlucky one of many wait until it is refused.
            self.writer = _engine(self.url, writes=True, poolclass=_FairPool, pool_size=1, max_overflow=0)
        self._reading = sessionmaker(self.engine, expire_on_commit=False)
        self._writing = sessionmaker(self.writer, expire_on_commit=False)

    def begin(self) -> AbstractContextManager[Session]:
        """One transaction that may write: committed at the end of the block, rolled back by an exception in it."""
        return self._writing.begin()

    def read(self) -> AbstractContextManager[Session]:
        """One look at the database, which holds up no writer; nothing in it is kept."""
        return self._reading()

    def insert(self, table: type[Base]) -> "sqlite.Insert | postgresql.Insert":
        """An INSERT that knows ON CONFLICT: both databases do, in the same words, SQLAlchemy once for each."""
        from sqlalchemy.dialects import postgresql, sqlite  # PostgreSQL's takes a start 30 ms; SQLite needs none of it

        return postgresql.insert(table) if self.engine.dialect.name == "postgresql" else sqlite.insert(table)

    def close(self) -> None:
        """Close what is open; the next use opens again."""
        self.engine.dispose()
        self.writer.dispose()

    def is_reachable(self) -> bool:
        """Whether the database answers and has its tables."""
        return self._version() is not None

    def _version(self) -> str | None:
        """The last migration that the tables have seen; None where there are no tables, or no database."""
        try:
            with self.read() as session:
                version: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
                return version
        except SQLAlchemyError:
            return None

    def upgrade(self) -> None:
        """Bring the tables up to date, all or nothing. Of several processes one does it while the others wait.

        Tables of a later release stay as they are: an earlier one works with them, while the later one takes its place
        as well as when it is put back.
        """
        if self._version() not in (None, *VERSIONS[:-1]):
            return
        engine = _engine(self.url, writes=True, migrates=True, poolclass=NullPool)
        with limit_waits(MAX_WORK_SECONDS), engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            if inspect(connection).has_table("alembic_version"):
                migrate(connection)
            else:
                _make_tables(connection)


def migrate(connection: Connection, version: str = "head") -> None:
    """Run the migrations that the tables have not seen yet."""
    from alembic import command  # 60 ms and 11 MB, which a start need not spend where nothing is to do
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "microsite.storage:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def _make_tables(connection: Connection) -> None:
    """All tables of a new database, as the migrations would leave them, and Alembic's note that they have run."""
    Base.metadata.create_all(connection, checkfirst=False)
    key = "version_num VARCHAR(32) NOT NULL CONSTRAINT alembic_version_pkc PRIMARY KEY"
    connection.execute(text(f"CREATE TABLE alembic_version ({key})"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": NEWEST})


class _TimedPool(QueuePool):
    """SQLAlchemy's pool, where waiting for a connection counts as waiting for the database."""

    def connect(self) -> PoolProxiedConnection:
        with timed_wait():
            return super().connect()


class _FairPool(_TimedPool):
    """One connection, for which all wait in turn: SQLAlchemy's queue lets the unlucky one of many wait in vain."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._turn = threading.Lock()

    def connect(self) -> PoolProxiedConnection:
        with timed_wait():
            seconds = seconds_left()
            began = monotonic()
            if not self._turn.acquire(timeout=seconds):
                raise TimeoutError("others write all the time")
            try:
                self._timeout = max(0.0, seconds - (monotonic() - began))  # nobody else waits in there
                return super().connect()
            finally:
                self._turn.release()


def _engine(url: URL, writes: bool = False, migrates: bool = False, **options: Any) -> Engine:
    if not migrates:
        options = {"pool_timeout": MAX_WAIT_SECONDS, "poolclass": _TimedPool, **options}
    is_postgresql = url.get_backend_name() == "postgresql"
    if is_postgresql:
        from microsite.storage import postgresql  # SQLite needs none of it

        url = url.set(query={**postgresql.CONNECTION, **url.query})
        options["pool_pre_ping"] = True
    # hide_parameters: an error in a log shows the statement, never a value.
    engine = create_engine(url, hide_parameters=True, **options)
    if is_postgresql:
        _set_up_postgresql(engine)
    else:
        _set_up_sqlite(engine, writes, migrates)
    return engine


def _set_up_postgresql(engine: Engine) -> None:
    from microsite.storage import postgresql

    @event.listens_for(engine, "do_connect")
    def _connect(_: Dialect, record: object, arguments: Any, options: dict[str, Any]) -> Any:
        return postgresql.connect(*arguments, **options)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if is_long_running():
            connection.exec_driver_sql(postgresql.NO_TIMEOUTS)


def _set_up_sqlite(engine: Engine, writes: bool, migrates: bool) -> None:
    pragmas = (
        f"busy_timeout = {60_000 if migrates else MAX_WAIT_SECONDS * 1000:.0f}",
        # A migration rebuilds tables, and dropping the old one must not take along the rows that refer to it.
        f"foreign_keys = {'OFF' if migrates else 'ON'}",
        "synchronous = FULL",
    )

    @event.listens_for(engine, "do_connect")
    def _create_file(_: Dialect, record: object, arguments: list[str], options: object) -> None:
        # Made here for the sake of its mode. One that exists is not opened: to close it again would take away every
        # lock that this process has on it, and who closes last then deletes what is being written (SQLite's “How to
        # Corrupt”, 2.2). What else is wrong SQLite says better.
        with suppress(OSError):
            os.close(os.open(arguments[0], os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # transactions begin where `_begin` says, before tables change as well
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        with suppress(sqlite3.OperationalError):  # of two that switch a new file over at once, one is refused at once
            connection.execute("PRAGMA journal_mode = WAL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer waits for its turn here. Begun as a reader, it is refused if another wrote after its first look.
        with timed_wait():
            if writes and not migrates:
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {seconds_left() * 1000:.0f}")
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
