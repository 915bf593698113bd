"""A saved catalog is live in every process, and one that is broken in none. Two real servers over one folder."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from microsite.config import Settings
from microsite.language.po_file import catalog_path
from tests.language.conftest import SKIP
from tests.servers import Server, serve

WITHIN = 5
"""Seconds: a second is the promise, and the machine that tests is busy."""


@pytest.fixture
def servers(settings: Settings) -> Iterator[list[Server]]:
    with serve(settings, 2) as servers:
        yield servers


def page(server: Server, path: str = "/fr/") -> tuple[int, str]:
    connection = server.connect()
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def seconds_until(true: Callable[[], bool]) -> float:
    begin = monotonic()
    while monotonic() - begin < WITHIN:
        if true():
            return monotonic() - begin
        sleep(0.01)
    raise AssertionError(f"not so after {WITHIN} s")


def test_a_saved_catalog_is_live_in_every_process(servers: list[Server], settings: Settings) -> None:
    """No restart; then a broken one leaves both as they are, and both say why; then a mended one is live in both."""
    path: Path = catalog_path(settings.translations, "fr")
    good = path.read_text(encoding="utf-8")
    assert all(SKIP in page(server)[1] for server in servers)

    path.write_text(good.replace(SKIP, "Au contenu"), encoding="utf-8")
    seconds_until(lambda: all("Au contenu" in page(server)[1] for server in servers))

    path.write_text(good.replace(f'{SKIP}"', ""), encoding="utf-8")
    seconds_until(lambda: all("messages.po:" in page(server, "/readyz")[1] for server in servers))
    assert all((200, True) == (page(server)[0], "Au contenu" in page(server)[1]) for server in servers)

    path.write_text(good, encoding="utf-8")
    seconds_until(lambda: all(SKIP in page(server)[1] for server in servers))
    seconds_until(lambda: all('"degraded":{}' in page(server, "/readyz")[1] for server in servers))
