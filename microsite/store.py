"""The database: its tables, its transactions, its migrations. SQLite in the instance folder, or PostgreSQL."""

import os
import sqlite3
from contextlib import AbstractContextManager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    URL,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    NullPool,
    TypeDecorator,
    UniqueConstraint,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

NEWEST = max(path.name for path in (Path(__file__).parent / "migrations" / "versions").glob("[0-9]*.py"))[:4]
"""The number of the last migration there is: their files are named by it."""
MIGRATION_LOCK = 7_340_021
"""The number of PostgreSQL's advisory lock that one migrating process holds at a time: any, but always the same."""


class Base(DeclarativeBase):
    """Every table. What changes here changes in `migrations/versions` as well; a test compares the two.

    A new database gets its tables from here, an older one by the migrations.
    """

    # SQLite can alter a constraint only by its name.
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no time zone: this one gives it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value and value.astimezone(UTC)


class PromotionCount(Base):
    """How often one wording was shown and followed at one place on one UTC day: totals, nothing of any reader."""

    __tablename__ = "promotion_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(primary_key=True)
    placement: Mapped[str] = mapped_column(primary_key=True)
    promotion: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    displays: Mapped[int] = mapped_column(server_default="0")
    clicks: Mapped[int] = mapped_column(server_default="0")


class Revision(Base):
    """One wording of something in one locale, as somebody saved it. Rows are added, never changed, never deleted.

    A promotion (`kind` “promotion”, `subject` its key) has the parts headline, text and button; an interface message
    (`kind` “message”, `subject` its context and msgid) has a part for each plural form, “0”, “1”, ...
    """

    __tablename__ = "revisions"
    # Nobody overwrites what they have not seen: of two who began from the same revision, one is refused.
    __table_args__ = (UniqueConstraint("kind", "subject", "locale", "based_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    locale: Mapped[str]
    """A locale's id, `pt_BR`."""
    based_on: Mapped[int]
    """The newest revision of the same thing when its author began; 0 before there was any."""
    action: Mapped[str]
    """`words` puts words in force; `pause` shows nothing; `catalog` returns to the catalog's; `discard` calls off."""
    words: Mapped[dict[str, str]] = mapped_column(JSON)
    """As typed, by part; empty unless the action is `words`."""
    discards: Mapped[int | None]
    """The revision that `discard` calls off before its time."""
    source: Mapped[dict[str, str] | None] = mapped_column(JSON)
    """What the catalog file said when this was made: where it says something new, the file wins."""
    live_from: Mapped[datetime] = mapped_column(Moment)
    live_until: Mapped[datetime | None] = mapped_column(Moment)
    author: Mapped[str]
    """The account's address, as it was; empty for a command."""
    note: Mapped[str]
    claims: Mapped[list[str]] = mapped_column(JSON)
    """What the list of claims warned of, and the author confirmed."""
    saved: Mapped[datetime] = mapped_column(Moment)


class Account(Base):
    """Somebody who may sign in to the studio. Accounts are ended, never deleted: history names them."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    """Lower case."""
    password: Mapped[str]
    """Its argon2id hash."""
    active: Mapped[bool]
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    """What sessions name the account by (Flask-Security's name for it). A new one ends all sessions."""
    role: Mapped[str]
    locale: Mapped[str]
    """The tag of the language that the studio speaks to this account."""
    timezone: Mapped[str]
    totp_secret: Mapped[str | None]
    """Of the authenticator app, encrypted; none: no second factor."""
    totp_counter: Mapped[int | None]
    """The last code's number in time: no code works twice."""
    made: Mapped[datetime] = mapped_column(Moment)

    # What Flask-Login asks of an account. Flask-Security's mixin has it too, and costs 10 MiB before anybody signs in.
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.active

    @property
    def is_authenticated(self) -> bool:
        return self.active

    def get_id(self) -> str:
        return self.fs_uniquifier


class AccountLink(Base):
    """An invitation or a reset: an address that works once, until it expires. Only the hash of its secret is kept."""

    __tablename__ = "account_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    """`first` makes the first account, `invite` a further one, `reset` gives an account a new password."""
    email: Mapped[str]
    """Empty for the first account, which chooses its own."""
    role: Mapped[str]
    made: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str]
    """The account's address; empty for a command."""
    expires: Mapped[datetime] = mapped_column(Moment)
    used: Mapped[datetime | None] = mapped_column(Moment)


class SignInTries(Base):
    """How often signing in was tried in the current window, by account, by known browser, and overall."""

    __tablename__ = "sign_in_tries"

    key: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(Moment)
    tries: Mapped[int]


class AuditEntry(Base):
    """Something that an account did or was refused. Rows are added, never changed; no reader is in them, no address."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    what: Mapped[str]
    account: Mapped[str]
    """Its e-mail address, as it was; empty for a command, or for somebody without an account."""
    about: Mapped[str]


class Store:
    """The database behind an SQLAlchemy address. Making one opens no connection."""

    def __init__(self, address: str) -> None:
        self.url = make_url(address)
        self.engine = self.writer = _engine(self.url)
        if self.engine.dialect.name == "sqlite":
            # One writes at a time. Those of this process queue for its one connection, each in turn: SQLite's own way
            # of waiting, to try again and again, lets the unlucky one of many wait until it is refused.
            self.writer = _engine(self.url, writes=True, pool_size=1, max_overflow=0)
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
                found: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
                return found
        except SQLAlchemyError:
            return None

    def upgrade(self) -> None:
        """Bring the tables up to date, all or nothing. Of several processes one does it while the others wait."""
        if self._version() == NEWEST:
            return
        with _engine(self.url, writes=True, migrates=True, poolclass=NullPool).begin() as connection:
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
    config.set_main_option("script_location", "microsite:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def _make_tables(connection: Connection) -> None:
    """All tables of a new database, as the migrations would leave them, and Alembic's note that they have run."""
    Base.metadata.create_all(connection, checkfirst=False)
    key = "version_num VARCHAR(32) NOT NULL CONSTRAINT alembic_version_pkc PRIMARY KEY"
    connection.execute(text(f"CREATE TABLE alembic_version ({key})"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": NEWEST})


def _engine(url: URL, writes: bool = False, migrates: bool = False, **options: Any) -> Engine:
    if not migrates:
        options["pool_timeout"] = 5
    if url.get_backend_name() == "postgresql":
        patience = {"connect_timeout": "2", "tcp_user_timeout": "2000"}
        url = url.set(query={**patience, **url.query})
        options["pool_pre_ping"] = True
    # hide_parameters: an error in a log shows the statement, never a value.
    engine = create_engine(url, hide_parameters=True, **options)
    if engine.dialect.name == "sqlite":
        _set_up_sqlite(engine, writes, migrates)
    return engine


def _set_up_sqlite(engine: Engine, writes: bool, migrates: bool) -> None:
    pragmas = (
        f"busy_timeout = {60_000 if migrates else 5_000}",
        # A migration rebuilds tables, and dropping the old one must not take along the rows that refer to it.
        f"foreign_keys = {'OFF' if migrates else 'ON'}",
        "synchronous = FULL",
    )

    @event.listens_for(engine, "do_connect")
    def _make(_: Dialect, record: object, arguments: list[str], options: object) -> None:
        with suppress(OSError):  # SQLite says better what is wrong
            os.close(os.open(arguments[0], os.O_CREAT | os.O_RDWR, 0o600))

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
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
