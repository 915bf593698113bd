"""A database that is there and says nothing: readers notice nothing, and the studio says so after two seconds."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from microsite.config import Settings
from microsite.storage.store import Store
from microsite.storage.timeouts import MAX_WAIT_SECONDS, limit_waits
from microsite.threads import READER_THREADS, STUDIO_THREADS
from tests.postgresql import fresh_database
from tests.servers import Server, serve

PATIENCE = 30.0
LEEWAY = 1.5
"""Seconds that a busy machine may take beyond the waits themselves."""


@contextmanager
def silent(store: Store) -> Iterator[None]:
    """All server processes of this database are stopped where they are: connections stay, answers do not come."""
    with psycopg.connect(host=str(store.url.query["host"]), user="tests", dbname="postgres") as server:
        of_it = "SELECT pid FROM pg_stat_activity WHERE datname = %s"
        processes = [row[0] for row in server.execute(of_it, [store.url.database]).fetchall()]
    for number in processes:
        os.kill(number, signal.SIGSTOP)
    try:
        yield
    finally:
        for number in processes:
            os.kill(number, signal.SIGCONT)


@pytest.fixture
def store(postgresql_address: str) -> Iterator[Store]:
    store = Store(fresh_database(postgresql_address))
    store.upgrade()
    yield store
    store.close()


def test_a_statement_is_given_up(store: Store) -> None:
    """Two seconds; then the connection is thrown away, and the next one works."""
    with pytest.raises(SQLAlchemyError), store.read() as session:
        session.execute(text("SELECT 1"))
        with silent(store):
            began = monotonic()
            session.execute(text("SELECT 2"))
    assert monotonic() - began < MAX_WAIT_SECONDS + LEEWAY
    assert store.is_reachable()


def test_all_waits_of_a_request_together_are_two_seconds(store: Store) -> None:
    """Whoever tries again after the first has failed waits no more."""
    assert store.is_reachable()
    with silent(store):
        began = monotonic()
        with limit_waits(MAX_WAIT_SECONDS):
            assert [False] * 3 == [store.is_reachable() for _ in range(3)]
    assert monotonic() - began < MAX_WAIT_SECONDS + LEEWAY


def test_the_database_ends_what_nobody_waits_for(store: Store) -> None:
    """A statement or a lock that takes longer is ended there as well; a backup or a migration may take its time."""
    limits = "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"
    with store.read() as session:
        assert ("2s", "2s") == tuple(session.execute(text(limits)).one())
    with limit_waits(600), store.read() as session:
        assert ("0", "0") == tuple(session.execute(text(limits)).one())
    with store.read() as session:
        assert ("2s", "2s") == tuple(session.execute(text(limits)).one())


def test_sqlite_that_another_program_holds_is_given_up(tmp_path: Path) -> None:
    """Queue and lock together: two seconds for all who would write at the same time."""
    store = Store(f"sqlite:///{tmp_path}/test.sqlite")
    store.upgrade()
    waits = []

    def write(_: int) -> None:
        began = monotonic()
        with pytest.raises(SQLAlchemyError), limit_waits(MAX_WAIT_SECONDS), store.begin() as session:
            session.execute(text("DELETE FROM audit"))
        waits.append(monotonic() - began)

    other = create_engine(store.url)
    with other.connect() as holding, ThreadPoolExecutor(3) as crowd:
        holding.exec_driver_sql("BEGIN IMMEDIATE")
        list(crowd.map(write, range(3)))
        holding.rollback()
    other.dispose()
    store.close()

    assert max(waits) < MAX_WAIT_SECONDS + LEEWAY


def _get(server: Server, path: str) -> tuple[int, float]:
    """The status, and how long it took."""
    began = monotonic()
    with closing(server.connect()) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status, monotonic() - began


def test_readers_notice_nothing(settings: Settings, store: Store) -> None:
    """More people than the server has threads ask for the studio, others follow promotions: readers are served."""
    address = store.url.render_as_string(hide_password=False)
    given = settings.model_copy(update={"database_url": address, "base_url": "http://127.0.0.1"})
    with serve(given, 1) as (server,), ThreadPoolExecutor(READER_THREADS + STUDIO_THREADS + 40) as crowd:
        assert 200 == _get(server, "/studio/login")[0]
        assert 410 == _get(server, "/studio/join/x")[0]  # asks the database
        with silent(store):
            in_studio = [
                crowd.submit(_get, server, "/studio/join/x") for _ in range(READER_THREADS + STUDIO_THREADS + 20)
            ]
            clicks = [crowd.submit(_get, server, "/en/go/planet-freevpn/home/home/0") for _ in range(20)]
            pages = [_get(server, path) for path in ("/en/", "/fr/", "/en/about/", "/en/blog/", "/fr/blog/") * 4]
            left = [future.result(PATIENCE) for future in in_studio]
            followed = [future.result(PATIENCE) for future in clicks]

    assert {200} == {status for status, _ in pages}
    assert max(seconds for _, seconds in pages) < LEEWAY
    assert {503} <= {status for status, _ in left} <= {410, 503}  # a new connection is answered again
    assert max(seconds for _, seconds in left) < 2 * MAX_WAIT_SECONDS + 2 * LEEWAY
    assert {302} == {status for status, _ in followed}
    assert max(seconds for _, seconds in followed) < MAX_WAIT_SECONDS + LEEWAY
