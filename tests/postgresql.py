"""A PostgreSQL of the tests' own, from this machine's programs: in a temporary folder, reached by its socket alone.

And the fixtures that put a test to both databases.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from microsite.storage.store import Store, migrate

_numbers = count(1)


def programs() -> Path | None:
    """The folder with the newest server programs: Debian keeps them out of the PATH."""
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    folders = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in folders), key=lambda path: float(path.parent.name), default=None)


class PostgreSQL:
    """One that runs; `address` is that of a database in it which is always there."""

    def __init__(self, folder: str, *options: str) -> None:
        self.address = f"postgresql+psycopg://tests@/postgres?host={folder}"
        self.socket = f"{folder}/.s.PGSQL.5432"
        self._folder = folder
        self._account = _unprivileged(folder)
        data = f"--pgdata={folder}/data"
        self._run("initdb", "--no-sync", "--auth=trust", "--username=tests", "--encoding=UTF8", "--locale=C", data)
        options = (f"unix_socket_directories={folder}", "listen_addresses=", *options)
        self._control("start", f"--log={folder}/log", f"--options={' '.join(f'-c {option}' for option in options)}")

    def restart(self) -> None:
        """As after a crash: nobody is waited for, and what was committed is read from its log."""
        self._control("restart", f"--log={self._folder}/log", "--mode=immediate")

    def stop(self) -> None:
        self._control("stop", "--mode=immediate")

    def _control(self, command: str, *arguments: str) -> None:
        self._run("pg_ctl", command, "--wait", f"--pgdata={self._folder}/data", *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        binaries = programs()
        assert binaries
        command = [str(binaries / program), *arguments]
        subprocess.run(command, user=self._account, cwd=self._folder, check=True, capture_output=True)


@contextmanager
def run_postgresql(*options: str, parent: str | None = None) -> Iterator[PostgreSQL]:
    """In a temporary folder of its own (in `parent`), with these options in its configuration."""
    with tempfile.TemporaryDirectory(prefix="pg-", dir=parent) as folder:
        server = PostgreSQL(folder, *options)
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def postgresql_address() -> Iterator[str]:
    """The address of a running PostgreSQL; tests take a `fresh_database` each."""
    if not programs():
        pytest.skip("needs PostgreSQL (Debian: postgresql)")
    # Without fsync: what these tests are about is what the database promises, not what the disk does.
    with run_postgresql("fsync=off") as server:
        yield server.address


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.sqlite'}"
    return fresh_database(request.getfixturevalue("postgresql_address"))


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    """A database with its tables."""
    store = Store(address)
    store.upgrade()
    yield store
    store.close()


def old_database(address: str, version: str) -> Store:
    """A database as the release with this migration has left it; its tables are upgraded by who asks for it."""
    store = Store(address)
    with store.writer.begin() as connection:
        migrate(connection, version)
    return store


@pytest.fixture
def old_store(address: str) -> Iterator[Callable[[str], Store]]:
    """`old_store("0004")` is an `old_database`."""
    stores: list[Store] = []

    def make(version: str) -> Store:
        stores.append(old_database(address, version))
        return stores[-1]

    yield make
    for store in stores:
        store.close()


def fresh_database(address: str, create: bool = True) -> str:
    """The address of a new, empty database beside the given one; with `create=False` of one that is still to come."""
    fresh = make_url(address).set(database=f"test_{os.getpid()}_{next(_numbers)}").render_as_string(hide_password=False)
    if create:
        create_database(fresh)
    return fresh


def create_database(address: str) -> None:
    url = make_url(address)
    with psycopg.connect(host=str(url.query["host"]), user=url.username, dbname="postgres", autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{url.database}"'.encode())


def _unprivileged(folder: str) -> str | None:
    """PostgreSQL refuses to run as root: then somebody else owns the folder."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    account = "postgres" if "postgres" in names else "nobody"
    os.chown(folder, pwd.getpwnam(account).pw_uid, -1)
    return account
