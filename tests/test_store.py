"""The database: the same on SQLite and PostgreSQL, up to date after every start, and nothing lost between writers."""

import os
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from microsite.config import load_settings
from microsite.storage.store import NEWEST, Store
from microsite.storage.tables import AuditEntry, Base, PromotionCount
from tests.conftest import NOW
from tests.postgresql import fresh_database, old_database


def count(**values: object) -> PromotionCount:
    spot = {"locale": "fr", "page": "vpn", "placement": "home", "promotion": "p", "wording": "unknown"}
    return PromotionCount(**spot | {"day": date(2026, 11, 22), "impressions": 0, "clicks": 0} | values)


def anatomy(store: Store) -> dict[str, Any]:
    """All that the database says of its tables, by table, and how many rows they have."""
    with store.engine.connect() as connection:
        look = inspect(connection)
        return {
            name: (
                [{**column, "type": repr(column["type"])} for column in look.get_columns(name)],
                look.get_pk_constraint(name),
                look.get_foreign_keys(name),
                sorted(look.get_unique_constraints(name), key=str),
                sorted(look.get_check_constraints(name), key=str),
                sorted(look.get_indexes(name), key=str),
                connection.scalar(text(f"SELECT count(*) FROM {name}")),
            )
            for name in look.get_table_names()
        }


def test_migrations_and_models_say_the_same(address: str) -> None:
    """A database that was migrated has exactly the tables that the program knows."""
    store = old_database(address, "head")
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
        primary_key = inspect(connection).get_pk_constraint("promotion_counts")
    assert primary_key["name"] == "pk_promotion_counts"
    assert primary_key["constrained_columns"] == ["day", "locale", "page", "placement", "promotion", "wording"]
    store.close()


@pytest.mark.parametrize("version", [f"{number:04}" for number in range(1, int(NEWEST) + 1)])
def test_an_older_database_becomes_like_a_new_one(store: Store, address: str, tmp_path: Path, version: str) -> None:
    """Columns, types, defaults, keys, constraints, indexes: the same, whichever release made the database."""
    if store.engine.dialect.name == "sqlite":
        older = old_database(f"sqlite:///{tmp_path / 'older.sqlite'}", version)
    else:
        older = old_database(fresh_database(address), version)
    older.upgrade()
    assert anatomy(store) == anatomy(older)
    assert older.is_reachable()
    older.close()


def test_upgrading_again_changes_nothing(store: Store) -> None:
    """Every start upgrades: what is there stays."""
    with store.begin() as session:
        session.add(count(clicks=7))
    store.upgrade()
    with store.read() as session:
        assert session.scalar(select(PromotionCount.clicks)) == 7


def test_tables_of_a_later_release_stay_as_they_are(store: Store) -> None:
    """Whoever goes back to this release starts it, and finds everything when they go forward again."""
    with store.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        session.add(count(clicks=7))
    before = anatomy(store)
    store.upgrade()
    assert store.is_reachable()
    assert before == anatomy(store)


def test_processes_that_start_at_once_all_start(address: str) -> None:
    """Four processes upgrade an empty database together: each ends well, and the tables are made once."""
    begin = f"from microsite.storage.store import Store; s = Store({address!r})"
    program = f"{begin}; input(); s.upgrade(); print(s.is_reachable())"
    processes = [
        subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60)[0] for process in processes] == ["True\n"] * 4


def test_a_command_beside_the_server_costs_nothing_that_is_saved(address: str) -> None:
    """Another process looks into the database and ends; what the server saves afterwards is seen by all others."""
    program = f"""if True:
        from sqlalchemy import func, select
        from microsite.storage.store import Store
        from microsite.storage.tables import PromotionCount
        store = Store({address!r})
        with store.read() as session:
            print(session.scalar(select(func.count()).select_from(PromotionCount)))
        store.close()
    """

    def looks() -> str:
        return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    server = Store(address)
    server.upgrade()
    for saved in range(3):
        assert f"{saved}\n" == looks()
        with server.begin() as session:
            session.add(count(day=date(2026, 11, 1 + saved)))
        with server.read() as session:
            assert saved + 1 == len(session.scalars(select(PromotionCount.day)).all())
    server.close()


def test_a_failed_migration_leaves_nothing_behind(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All or nothing: tables are made in the same transaction as the note that they were made."""
    create_table = op.create_table

    def break_after(*arguments: Any, **options: Any) -> None:
        create_table(*arguments, **options)
        raise RuntimeError("broken")

    store = old_database(address, "0001")
    before = anatomy(store)
    monkeypatch.setattr(op, "create_table", break_after)
    with pytest.raises(RuntimeError, match="broken"):
        store.upgrade()
    assert anatomy(store) == before
    monkeypatch.undo()
    store.upgrade()
    assert store.is_reachable()
    store.close()


def test_a_failed_start_leaves_nothing_behind(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does a new database that could not be finished: the next start makes it whole."""
    store = Store(address)
    monkeypatch.setattr("microsite.storage.store.NEWEST", object())  # the note, made last, is refused
    with pytest.raises(DBAPIError):
        store.upgrade()
    assert anatomy(store) == {}
    monkeypatch.undo()
    store.upgrade()
    assert store.is_reachable()
    store.close()


def test_sqlite_keeps_its_promises(tmp_path: Path) -> None:
    """Every connection: write-ahead log, foreign keys, full sync, two seconds of waiting for a lock."""
    store = Store(f"sqlite:///{tmp_path / 'test.sqlite'}")
    with store.engine.connect() as reader, store.writer.connect() as writer:
        for connection in (reader, writer):
            wanted = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 2000}
            assert {name: connection.scalar(text(f"PRAGMA {name}")) for name in wanted} == wanted
    store.close()


def test_postgresql_is_given_up_soon() -> None:
    """A server that does not answer costs two seconds, unless the operator's address says otherwise."""
    assert Store("postgresql+psycopg://host/name").engine.url.query["connect_timeout"] == "2"
    assert Store("postgresql+psycopg://host/name?connect_timeout=9").engine.url.query["connect_timeout"] == "9"


def test_postgresql_may_restart(postgresql_address: str) -> None:
    """A connection that the server has cut is replaced before anybody works with it."""
    store = Store(fresh_database(postgresql_address))
    store.upgrade()
    assert store.is_reachable()
    with psycopg.connect(host=str(store.url.query["host"]), user="tests", dbname="postgres") as server:
        cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s"
        assert server.execute(cut, [store.url.database]).fetchone() == (1,)
    assert store.is_reachable()
    store.close()


def test_making_a_store_needs_no_database(tmp_path: Path) -> None:
    """The site starts without its database; it is asked for when it is needed."""
    assert not Store(f"sqlite:///{tmp_path}/missing/test.sqlite").is_reachable()
    assert not Store(f"postgresql+psycopg://tests@/postgres?host={tmp_path}").is_reachable()
    assert list(tmp_path.iterdir()) == []


def test_reachable_means_with_its_tables(address: str) -> None:
    """An empty database is no database of ours."""
    store = Store(address)
    assert not store.is_reachable()
    store.upgrade()
    assert store.is_reachable()
    store.close()


def test_an_exception_undoes_the_transaction(store: Store) -> None:
    """What a block that fails has written is not there."""
    with pytest.raises(ZeroDivisionError), store.begin() as session:
        session.add(count())
        session.flush()
        raise ZeroDivisionError
    with store.read() as session:
        assert session.scalar(select(PromotionCount)) is None


def test_who_reads_then_writes_loses_nothing(store: Store) -> None:
    """5 threads (more never write in a server) add one to a number, 200 times: whoever is let through was counted."""
    with store.begin() as session:
        session.add(count())

    def add_one(_: int) -> int:
        with store.begin() as session:
            clicks = session.scalar(select(PromotionCount.clicks)) or 0
            same = update(PromotionCount).where(PromotionCount.clicks == clicks)
            return len(session.scalars(same.values(clicks=clicks + 1).returning(PromotionCount.clicks)).all())

    with ThreadPoolExecutor(5) as pool:
        saved = sum(pool.map(add_one, range(200)))
    with store.read() as session:
        assert session.scalar(select(PromotionCount.clicks)) == saved
    assert saved == 200 or store.engine.dialect.name == "postgresql"  # SQLite's writers queue before they look


def test_a_reader_holds_up_no_writer(store: Store) -> None:
    """A page of the studio that is open in mid-query delays no click."""
    with store.read() as reading:
        reading.scalars(select(PromotionCount)).all()
        with store.begin() as writing:
            writing.add(count())
        assert reading.scalars(select(PromotionCount.day)).all() in ([], [date(2026, 11, 22)])


def test_errors_show_no_values(store: Store) -> None:
    """An error may go to a log: it names the statement, not what somebody typed."""
    with pytest.raises(DBAPIError, match="FROM nowhere") as caught, store.read() as session:
        session.execute(text("SELECT 1 FROM nowhere WHERE name = :typed"), {"typed": "canary"})
    assert "canary" not in str(caught.value)


def test_threads_share_a_store(store: Store) -> None:
    """One store serves all threads of a process."""
    answers: list[bool] = []
    threads = [threading.Thread(target=lambda: answers.append(store.is_reachable())) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 20


def test_what_the_instance_keeps_is_its_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folder and database, with all that SQLite puts beside it: password hashes are in there."""
    before = os.umask(0o022)
    try:
        settings = load_settings({"MICROSITE_INSTANCE": str(tmp_path / "new" / "instance")})
        store = Store(settings.database)
        store.upgrade()
        with store.begin() as session:
            session.add(AuditEntry(at=NOW, what="refused", account="", about=""))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in settings.instance.iterdir()}
        store.close()
    finally:
        os.umask(before)

    assert 0o700 == stat.S_IMODE(settings.instance.stat().st_mode)
    assert {"microsite.sqlite", "microsite.sqlite-wal", "microsite.sqlite-shm"} == set(modes)
    assert {0o600} == set(modes.values())
