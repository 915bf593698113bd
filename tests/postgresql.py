"""A PostgreSQL of the tests' own, from this machine's programs: in a temporary folder, reached by its socket alone.

And the fixtures that put a test to both databases.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from microsite.storage.store import Store

_numbers = count(1)


def programs() -> Path | None:
    """The folder with the newest server programs: Debian keeps them out of the PATH."""
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    folders = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in folders), key=lambda path: float(path.parent.name), default=None)


@pytest.fixture(scope="session")
def postgresql_address() -> Iterator[str]:
    """The address of a running PostgreSQL; tests take a `fresh_database` each."""
    if not (binaries := programs()):
        pytest.skip("needs PostgreSQL (Debian: postgresql)")
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        account = _unprivileged(folder)

        def run(program: str, *arguments: str) -> None:
            subprocess.run([binaries / program, *arguments], user=account, cwd=folder, check=True, capture_output=True)

        data = f"{folder}/data"
        run("initdb", "--no-sync", "--auth=trust", "--username=tests", "--encoding=UTF8", "--locale=C", data)
        # Without fsync: what these tests are about is what the database promises, not what the disk does.
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "start", "--wait", f"--pgdata={data}", f"--log={folder}/log", f"--options={options}")
        try:
            yield f"postgresql+psycopg://tests@/postgres?host={folder}"
        finally:
            run("pg_ctl", "stop", "--wait", f"--pgdata={data}", "--mode=immediate")


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
