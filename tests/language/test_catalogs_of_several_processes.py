"""A saved catalog is live in every process, and one that is broken in none. Two real servers over one folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from microsite.config import Settings
from microsite.language.po_file import catalog_path
from tests.language.conftest import SKIP
from tests.servers import Server, seconds_until, serve

WITHIN = 5
"""Seconds: a second is the promise, and the machine that tests is busy."""


@pytest.fixture
def servers(settings: Settings) -> Iterator[list[Server]]:
    with serve(settings, 2) as servers:
        yield servers


def test_a_saved_catalog_is_live_in_every_process(servers: list[Server], settings: Settings) -> None:
    """No restart; then a broken one leaves both as they are, and both say why; then a mended one is live in both."""
    path: Path = catalog_path(settings.translations, "fr")
    good = path.read_text(encoding="utf-8")
    assert all(SKIP in server.ask("/fr/")[1] for server in servers)

    path.write_text(good.replace(SKIP, "Au contenu"), encoding="utf-8")
    seconds_until(lambda: all("Au contenu" in server.ask("/fr/")[1] for server in servers), WITHIN)

    path.write_text(good.replace(f'{SKIP}"', ""), encoding="utf-8")
    seconds_until(lambda: all("messages.po:" in server.ask("/readyz")[1] for server in servers), WITHIN)
    assert all((200, True) == (server.ask("/fr/")[0], "Au contenu" in server.ask("/fr/")[1]) for server in servers)

    path.write_text(good, encoding="utf-8")
    seconds_until(lambda: all(SKIP in server.ask("/fr/")[1] for server in servers), WITHIN)
    seconds_until(lambda: all('"degraded":{}' in server.ask("/readyz")[1] for server in servers), WITHIN)
