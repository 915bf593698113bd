"""What the log says: where in the program something failed, never whose request it was; and what the manual lists."""

import ast
import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import product

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from app import create_app
from microsite.config import ROOT, Settings
from microsite.logs import EVENT, FORMATTERS, Format
from microsite.runtime import runtime_of
from microsite.storage.store import Store
from microsite.studio.access import Role
from tests.studio.browser import Editor
from tests.studio.conftest import PASSWORD, add_account
from tests.studio.editors import EDIT
from tests.studio.translators import FRENCH

HERS = {
    "User-Agent": "s3cret",
    "Referer": "https://s3cret.example/s3cret",
    "X-Forwarded-For": "203.0.113.77",
    "Accept-Language": "s3cret",
}
"""What no log may know of somebody, no more than what they asked for and typed."""
METHODS = ["GET", "HEAD", "POST", "PUT", "OPTIONS"]
PATHS = [
    "/",
    "/fr/",
    "/fr/blog/actualites/le-cable/?utm_source=s3cret",
    "/fr/blog/s3cret/",
    "/s3cret",
    "/%ff/s3cret",
    "/fr/go/planet-freevpn/both/in-text/0?s3cret",
    "/fr/go/s3cret/s3cret/s3cret/0",
    "/static/s3cret",
    "/studio/",
    "/studio/login?next=s3cret",
    "/studio/join/s3cret",
    "/studio/s3cret",
    f"{EDIT}?s3cret",
    f"{FRENCH}?q=s3cret",
]


@pytest.fixture
def visited(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings.model_copy(update={"proxies": 1}))
    app.test_client_class = Editor
    runtime_of(app).store.upgrade()
    add_account(app, "s3cret@example.com", Role.ADMIN)
    yield app
    runtime_of(app).store.close()


def visit(app: Flask) -> set[int]:
    """Look at every path in every way, first as anybody, then signed in; the statuses of the answers."""
    client, seen = app.test_client(), set()
    assert isinstance(client, Editor)
    client.environ_base.update({"REMOTE_ADDR": "203.0.113.77"})
    for password in ("s3cret", PASSWORD):
        with suppress(AssertionError):  # there is no form where there is no database
            sent = client.fill_in("/studio/login", email="s3cret@example.com", password=password)
            seen |= {sent.status_code, client.fill_in(EDIT, **{"en-headline": "s3cret"}).status_code}
        seen |= {client.open(path, method=method, headers=HERS).status_code for path, method in product(PATHS, METHODS)}
    return seen | {client.get("/fr/", headers={"Host": "s3cret.example"}).status_code}


@contextmanager
def logged(form: Format) -> Iterator[io.StringIO]:
    """All that is logged meanwhile, as operators read it."""
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(FORMATTERS[form])
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    root.handlers = [handler]  # alone: the test runner's own can pass on no half characters
    root.setLevel(logging.DEBUG)
    try:
        yield output
    finally:
        root.handlers = handlers
        root.setLevel(level)


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_log_knows_who_came_what_for_and_what_they_typed(
    visited: Flask, monkeypatch: pytest.MonkeyPatch, form: Format
) -> None:
    """Readers, strangers at the studio's door, an admin: pages, errors, faults of ours, and the database away."""
    with logged(form) as output:
        assert {200, 302, 303, 400, 404, 405} <= visit(visited)
        with monkeypatch.context() as patched:
            for name in ("read", "begin"):
                patched.setattr(Store, name, away)
            assert 503 in visit(visited)
        visited.before_request_funcs.setdefault(None, []).insert(0, fail)
        assert 500 in visit(visited)
    log = output.getvalue()

    assert "studio-without-database" in log and "request-failed" in log and "a fault of ours" in log
    assert "s3cret" not in log and "203.0.113.77" not in log


def away(*_: object) -> None:
    raise OperationalError("SELECT 's3cret'", {"s3cret": "s3cret"}, Exception("s3cret"))


def fail() -> None:
    raise RuntimeError("a fault of ours")


def test_an_event_is_a_line_of_json() -> None:
    """Whatever is in it, line breaks and half characters too; a clock that is wrong loses none."""
    with logged("json") as output:
        log = logging.getLogger("microsite.promotions.counts")
        log.error("counts-lost: lost:\n%s", "\udc80 “x”")
        try:
            raise OverflowError
        except OverflowError:
            log.exception("counts-lost: lost")
        logging.getLogger("library").warning("error: %d%%", 5)
        far = logging.makeLogRecord({"name": "microsite.x", "msg": "watch-failed: x", "created": 1e18, "levelno": 40})
        logging.getLogger().handle(far)
    first, second, third, fourth = map(json.loads, output.getvalue().splitlines())

    assert ("counts-lost", "lost:\n\udc80 “x”", "error") == (first["event"], first["message"], first["level"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first["time"])
    assert "OverflowError" in second["trace"]
    assert ("other", "error: 5%") == (third["event"], third["message"])
    assert "9000-01-01T00:00:00.000Z" == fourth["time"]


def events() -> Iterator[tuple[str, str]]:
    """Each event of the code, and its level."""
    levels = {"info", "warning", "error", "exception"}
    for path in (ROOT / "app.py", *sorted((ROOT / "microsite").rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in levels:
                owner = ast.unparse(node.func.value)
                if owner in ("log", "self.logger"):
                    sentence = node.args[0].value if isinstance(node.args[0], ast.Constant) else ""
                    named = EVENT.match(str(sentence))
                    assert named, f"{path}:{node.lineno}: begin the sentence with the event's name: `name: sentence`"
                    yield named[1], node.func.attr.replace("exception", "error")


def test_the_manual_lists_every_event_and_no_other() -> None:
    """docs/operations.md, under Events: name, level, and what it means."""
    section = (ROOT / "docs" / "operations.md").read_text().partition("\n## Events\n")[2].partition("\n## ")[0]
    rows = set(re.findall(r"^\| `([a-z-]+)` \| (\w+) \| \S", section, re.MULTILINE))

    assert rows - {("other", "any")} == set(events())
