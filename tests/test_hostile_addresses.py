"""Every method of every route, with hostile values in its variables: nothing is opened, nothing kept, nothing fails."""

import gc
import os
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from microsite.config import ROOT, Settings

METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE"]
MAX_GROWTH_BYTES = 150_000
"""What `SPELLINGS` requests may leave behind: caches of Python's own, of some hundred entries, are half of it."""
SPELLINGS = 300


class Opened:
    """Files that were opened while it listens, except below folders that the site is made of. It forbids the others."""

    def __init__(self) -> None:
        self.is_listening = False
        self.allowed: tuple[str, ...] = ()
        self.forbidden: list[str] = []

    def hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.is_listening or event != "open" or not isinstance(arguments[0], str | bytes | os.PathLike):
            return
        path = os.path.realpath(os.fsdecode(arguments[0]))
        if not path.startswith(self.allowed):
            self.forbidden.append(path)
            raise PermissionError(path)  # a pipe would keep the test for ever


opened = Opened()
sys.addaudithook(opened.hook)  # for good: none can be taken away again


@pytest.fixture
def outside(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """A folder beside the site with a pipe and a secret; nothing outside the site may be opened meanwhile."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "secret").write_text("secret")
    roots = (settings.site, settings.translations, settings.instance, ROOT, Path(sys.prefix), Path(sys.base_prefix))
    opened.allowed = tuple(os.path.realpath(root) + os.sep for root in roots)
    opened.forbidden = []
    opened.is_listening = True
    yield tmp_path
    opened.is_listening = False


def hostile_values(outside: Path) -> list[str]:
    """As they stand in an address: ways out of a folder, things that block, things that are no text."""
    up = os.path.relpath(outside, ROOT / "static")
    paths = [f"{up}/secret", f"{up}/pipe", f"{outside}/pipe", "../../../../dev/zero", "../app.py", "./././favicon.svg"]
    return [*(quote(path, safe="") for path in paths), "..%00", "a%00b", "%ff%fe", "x" * 5_000]


def addresses_of(rule: Rule, outside: Path) -> set[str]:
    """The address of a rule with each hostile value in each of its variables, and in all of them."""
    good = {"tag": "en", "promotion": "planet-freevpn", "category": "news", "slug": "the-cable", "key": "home"}
    filled = set()
    for value in hostile_values(outside):
        for changed in [None, *(rule.arguments if len(rule.arguments) > 1 else ())]:
            address = ""
            for is_dynamic, data in rule._trace:
                part = str(data).lstrip("|")
                if is_dynamic:
                    part = good.get(part, "1") if changed not in (part, None) else value
                address += part
            filled.add(address)
    return filled


def test_no_method_of_any_route_opens_what_an_address_names(client: FlaskClient, app: Flask, outside: Path) -> None:
    """Whatever stands where a name should: no file outside is opened, by nobody, and no answer is a fault of ours."""
    client.get("/en/")
    client.get("/studio/login")
    faults = []
    for address in sorted({address for rule in app.url_map.iter_rules() for address in addresses_of(rule, outside)}):
        for method in METHODS:
            answer = client.open(address, method=method, headers={"Origin": "http://localhost"})
            if answer.status_code >= 500 or opened.forbidden:
                faults.append((method, address[:80], answer.status, list(opened.forbidden)))
                opened.forbidden.clear()

    assert [] == faults


@pytest.mark.parametrize("path", ["/static/{}favicon.svg", "/static/favicon.svg?v={}", "/en/{}", "/en/?x={}"])
@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_spellings_of_an_address_take_no_memory(client: FlaskClient, path: str, method: str) -> None:
    """Thousands of ways to write one address are answered, and forgotten."""

    def ask(start: int) -> None:
        for number in range(start, start + SPELLINGS):
            client.open(path.format(f"{'./' * (number % 7)}{number:0100}/"), method=method)

    ask(0)
    gc.collect()
    tracemalloc.start()
    try:
        ask(SPELLINGS)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert grown < MAX_GROWTH_BYTES


def test_a_file_that_is_no_file_is_not_served(client: FlaskClient, outside: Path) -> None:
    """A name that is not that of a file under static/ is no address, whatever one asks of it."""
    for name in ("nothing.css", "%2e/favicon.svg", "x/../favicon.svg", quote(f"{outside}/secret", safe="")):
        for method in ("GET", "HEAD", "OPTIONS"):
            assert 404 == client.open(f"/static/{name}", method=method).status_code, name
    assert 200 == client.options("/static/favicon.svg").status_code
