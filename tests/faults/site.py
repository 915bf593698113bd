"""The real site as in production: nginx in front of one or two nodes, as deploy/ has them, over either database."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from sqlalchemy import select

from app import create_app
from microsite.config import ROOT, Settings
from microsite.runtime import runtime_of
from microsite.storage.store import Store
from microsite.storage.tables import Revision
from microsite.studio.access import Role
from tests.postgresql import PostgreSQL, run_postgresql
from tests.servers import Server, serve, serve_by_nginx
from tests.studio.conftest import add_account
from tests.test_deploy import configured

HOST = "localhost"
"""By which nobody needs a second factor, whose codes work once in half a minute: editors sign in more often."""
ON_DISK = "/var/tmp"
"""Not /tmp, which may be memory: fsync is to cost what it costs."""
MARKETING, TRANSLATION = "mia@example.org", "tom@example.org"
UNIT = (ROOT / "deploy" / "planet-privacy.service").read_text()
VARIABLES = dict(re.findall(r"(MALLOC_\w+)=(\S+)", UNIT))
RESTART_SECONDS = float(re.findall(r"^RestartSec=([\d.]+)$", UNIT, re.MULTILINE)[0])
"""How long systemd waits before it starts again what was killed."""


@dataclass
class Site:
    """Where people come in, and what is behind it."""

    settings: Settings
    port: int
    nodes: list[Server]
    start_seconds: float
    """From the start of its nodes to the first answer of each."""

    def saved(self) -> list[str]:
        """All words that the database has, in the order in which they were saved."""
        store = Store(self.settings.database)
        with store.read() as session:
            rows = session.scalars(select(Revision).order_by(Revision.id)).all()
        store.close()
        return [words for row in rows for words in row.words.values()]


def add_accounts(settings: Settings) -> None:
    """Into a new database."""
    app = create_app(settings)
    runtime_of(app).store.upgrade()
    add_account(app, MARKETING, Role.MARKETING)
    add_account(app, TRANSLATION, Role.TRANSLATOR)
    runtime_of(app).store.close()


@contextmanager
def run_site(
    folder: Path,
    database: str = "",
    nodes: int = 1,
    variables: Mapping[str, str] | None = None,
    prepare: Callable[[Settings], None] = add_accounts,
    holds_ports: bool = False,
) -> Iterator[Site]:
    """All of it is in the folder; without the address of a database that one too, in `instance`."""
    settings = Settings(instance=folder / "instance", base_url=f"http://{HOST}", database_url=database)
    settings.instance.mkdir(parents=True, exist_ok=True)
    (folder / "nginx").mkdir()
    folder.chmod(0o755)
    prepare(settings)
    started = monotonic()
    environment = {**VARIABLES, **(variables or {})}
    with serve(settings, nodes, environment, holds_ports=holds_ports, proxies="1", secret_key="k" * 32) as servers:
        start_seconds = monotonic() - started
        configuration, port, _ = configured(*(server.port for server in servers))
        with serve_by_nginx(configuration.replace("privacy.example", HOST), port, folder / "nginx"):
            yield Site(settings, port, servers, start_seconds)


@contextmanager
def run_database() -> Iterator[PostgreSQL]:
    """A PostgreSQL as it is installed, on the disk."""
    with run_postgresql(parent=ON_DISK) as server:
        yield server
