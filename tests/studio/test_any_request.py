"""Whatever arrives at the studio, from whomever is signed in, it has an answer, and the log has no fault of ours.

Requests are made from the routes and the forms that there are, so that a new one is tried without a line here.
"""

import json
import logging
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse
from wtforms import Form

from app import create_app
from microsite.config import Settings
from microsite.runtime import g, runtime_of
from microsite.storage.tables import Account
from microsite.studio.access import Role
from microsite.studio.fields import StudioForm
from microsite.studio.promotions.preview import TOKEN_LENGTHS, Preview, own_token
from microsite.studio.promotions.preview_links import make_link
from tests.conftest import NOW
from tests.postgresql import fresh_database
from tests.studio.conftest import PASSWORD, Editor, add_account, soup

REQUESTS = int(os.environ.get("ANY_REQUESTS", "500"))
"""Of each kind of visitor; there are four. More are sent with ANY_REQUESTS=5000."""
REQUESTS_ON_POSTGRESQL = REQUESTS // 10
METHODS = ["GET"] * 8 + ["POST"] * 8 + ["HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "PROPFIND"]
NUMBERS = ["0", "1", "2", "-1", "2147483647", "2147483648", "9223372036854775808", "9" * 4301, "1e3", "0x1", "\u0661"]
MOMENTS = ["0001-01-01T00:00", "9999-12-31T23:59", "2026-10-25T02:30", "2026-03-29T02:30", "2027-01-01T00:00", "now"]
TEXTS = [
    *("", " ", "a", "home", "words", "en", "fr", "xx", "fr; en", "next", "stay", "publish", "publish:fr", "pause:en"),
    *("catalog:fr", "discard:1", "discard:" + "9" * 4301, "discard:\u00b2", "restore", "file", "y", "on", "admin"),
    *("marketing-en@example.org", "a@b", "a@[\x00]", "x" * 300 + "@example.org", "\ud7ff\ue000", "\ufeff\u202e\u2066"),
    *("\x00", "a\x00b", "\r", "\r\n" * 50, "\u0000\ufffe", "e\u0301" * 400, "\U0001f468\u200d\U0001f469", "x" * 20_000),
    *("%s%(count)s%%", "{{ 7*7 }}", "<script>", "=1+1", "../../etc/passwd", "//evil.example", "/studio/\\evil"),
    *('["/studio/", [["note", "\\ud800"]]]', "[" * 3_000, "null", "Europe/Paris", "Mars/Olympus", "totally anonymous"),
]
NAMES = ["do", "from", "before", "moment", "since", "until", "page", "show", "q", "next", "excerpt", "revision"]
RAW = [
    b"\xff\xfe",
    b"%",
    b"%zz=%00&=&&;",
    b"a=%ED%A0%80",
    b"do=publish\x00",
    b"{",
    b'{"email": 5}',
    b"[[1]]",
    b"--x\r\n",
]
TYPES = [
    *("application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-7", "multipart/form-data"),
    *(
        "multipart/form-data; boundary=x",
        "multipart/form-data; boundary=" + "x" * 300,
        "application/json",
        "text/plain",
    ),
]
HEADERS = {
    "Accept-Language": ["fr", "*;q=,", "x" * 900],
    "Cookie": ["studio=x.y.z", "studio-known=a.b", ";;=", "studio=\xff"],
    "Origin": ["null", "http://evil.example", "http://localhost"],
    "Sec-Fetch-Dest": ["iframe", "empty"],
    "Sec-Fetch-Site": ["cross-site", "same-origin", "none", "same-site"],
    "X-CSRFToken": ["x", "\xff"],
}


@dataclass
class Visitor:
    """Somebody who sends anything, by a dice whose throws are the same each time."""

    app: Flask
    editor: Editor
    previews: list[str]
    dice: random.Random
    token: str = ""

    def __post_init__(self) -> None:
        self.names = [*NAMES, *sorted(_field_names(StudioForm))]
        self.rules = sorted((rule for rule in self.app.url_map.iter_rules() if "/studio" in rule.rule), key=str)

    def send(self) -> tuple[str, TestResponse]:
        """A request of any kind, and what came back."""
        dice, method = self.dice, self.dice.choice(METHODS)
        address = self._address()
        headers = {name: dice.choice(HEADERS[name]) for name in HEADERS if dice.random() < 0.05}
        query = dice.choice(RAW).decode("latin-1") if dice.random() < 0.1 else self._form(2)
        body, kind = self._body() if method not in ("GET", "HEAD") else (b"", None)
        answer = self.editor.open(
            address,
            method=method,
            headers=headers,
            data=body,
            content_type=kind,
            environ_overrides={"QUERY_STRING": query},
        )
        return f"{method} {address[:200]}?{query[:200]} {kind} {body[:300]!r} {headers}", answer

    def _address(self) -> str:
        rule = self.dice.choice(self.rules)
        return "/".join(self._value(piece) if "<" in piece else piece for piece in rule.rule.split("/"))

    def _value(self, piece: str) -> str:
        """What stands for a part of an address: mostly something that there is."""
        if "token" in piece:
            return self.dice.choice(self.previews)
        if "path" in piece:
            return self.dice.choice(
                ["en/", "fr/blog/", "en/go/planet-freevpn/home/home/0", "share/x.png", "healthz", "\x00"]
            )
        known = ["planet-freevpn", "fr", "en", "fr", "1", "none", "unknown"]
        chosen = self.dice.choice([*known, *known, *NUMBERS, *TEXTS[:4], "\x00", "\u202e", "%", "..", "x" * 500])
        return quote_from_bytes(chosen.encode(errors="replace"))

    def _words(self) -> str:
        return self.dice.choice(self.dice.choice([NUMBERS, MOMENTS, TEXTS]))

    def _pairs(self, most: int) -> list[tuple[str, str]]:
        return [(self.dice.choice(self.names), self._words()) for _ in range(self.dice.randint(0, most))]

    def _form(self, most: int) -> str:
        return "&".join(
            f"{name}={quote_from_bytes(words.encode(errors='replace'))}" for name, words in self._pairs(most)
        )

    def _body(self) -> tuple[bytes, str | None]:
        """Mostly a form with its token; else one in another shape, or no form at all."""
        dice = self.dice
        pairs = [("csrf_token", self.token), *self._pairs(9)]
        match dice.randint(0, 9):
            case 0:
                return dice.choice(RAW), dice.choice([*TYPES, None])
            case 1:
                return json.dumps(dict(pairs)).encode(), "application/json"
            case 2 | 3:
                start = '--x\r\nContent-Disposition: form-data; name="'
                parts = [
                    f'{start}{name}"{dice.choice(["", "; filename=a.po"])}\r\n\r\n{words}\r\n'
                    for name, words in [*pairs, ("file", self._words())]
                ]
                return ("".join(parts) + dice.choice(["--x--\r\n", ""])).encode(
                    errors="replace"
                ), "multipart/form-data; boundary=x"
            case _:
                form = "&".join(f"{name}={quote_from_bytes(words.encode(errors='replace'))}" for name, words in pairs)
                return form.encode(), TYPES[0]


def _field_names(kind: type[Form]) -> Iterator[str]:
    """Of every form, those of each language and plural form among them."""
    for form in kind.__subclasses__():
        yield from _field_names(form)
        yield from (name for name in dir(form) if hasattr(getattr(form, name), "field_class"))
    yield from (
        f"words_{tag}-{part}" for tag in ("en", "fr") for part in ("headline", "text", "button", "confirmed", "start")
    )
    yield from ("words-0", "words-1", "words-99999999999", "words-" + "9" * 4301, "words-\u00b2", "file", "csrf_token")


# Werkzeug leaves the temporary file of a multipart body that breaks off to the garbage collector, which says so.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.mark.parametrize("role", [None, *Role])
def test_nothing_that_arrives_at_the_studio_is_a_fault_of_ours(
    app: Flask, editor: Editor, sign_in: Callable[..., Editor], caplog: pytest.LogCaptureFixture, role: Role | None
) -> None:
    """No method, address, query, header, cookie or form: never a 500, a 503 or a traceback, always the policy."""
    _send_anything(app, editor, sign_in, caplog, role, REQUESTS)


def test_nor_on_postgresql(settings: Settings, postgresql_address: str, caplog: pytest.LogCaptureFixture) -> None:
    """Whose numbers are smaller, and whose texts hold no NUL: nobody is told that it cannot be reached."""
    app = create_app(settings.model_copy(update={"database_url": fresh_database(postgresql_address)}))
    runtime_of(app).store.upgrade()
    app.test_client_class = Editor
    add_account(app, "admin-en@example.org", Role.ADMIN)

    def sign_in(role: Role) -> Editor:
        browser = app.test_client()
        assert isinstance(browser, Editor)
        browser.fill_in("/studio/login", email="admin-en@example.org", password=PASSWORD)
        return browser

    _send_anything(app, sign_in(Role.ADMIN), sign_in, caplog, Role.ADMIN, REQUESTS_ON_POSTGRESQL)
    runtime_of(app).editions.stop()
    runtime_of(app).store.close()


def _send_anything(
    app: Flask,
    editor: Editor,
    sign_in: Callable[..., Editor],
    caplog: pytest.LogCaptureFixture,
    role: Role | None,
    times: int,
) -> None:
    caplog.set_level(logging.ERROR)
    previews = _previews(app, sign_in)
    visitor = Visitor(app, editor, previews, random.Random(f"{role}"))  # the same throws each time
    is_outside = True
    for _ in range(times):
        if is_outside:
            visitor.editor = sign_in(role) if role else editor
            page = soup(visitor.editor.get("/studio/account" if role else "/studio/login"))
            visitor.token = str(page.select("[name=csrf_token]")[0]["value"])
        sent, answer = visitor.send()
        is_outside = answer.status_code == 401 or "login" in (answer.location or "")
        assert answer.status_code < 500, sent
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], sent
        assert not [record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR], sent


def _previews(app: Flask, sign_in: Callable[..., Editor]) -> list[str]:
    """Links that are valid, one each of what a preview may show, and one that is forged."""
    sign_in(Role.MARKETING)
    words = {"en": dict.fromkeys(("headline", "text", "button"), "A word \u202e and \x00 more")}
    with app.test_request_context("/studio/"):
        with runtime_of(app).store.read() as session:
            g.account = session.scalars(select(Account)).first()
        links = [
            own_token(Preview("planet-freevpn", words)),
            own_token(Preview(moment=NOW.isoformat())),
            own_token(Preview(shows_all_languages=True)),
            make_link("planet-freevpn", words, "home").token,
        ]
    return [*links, links[0][:-3] + "abc", "x", "x" * max(TOKEN_LENGTHS)]
