"""Where the site is served, the studio is made when somebody first asks for it, beside the app of the readers."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

import app as site
from app import create_app, create_readers_app
from microsite.config import ROOT, Settings
from microsite.delivery.studio_later import init_studio_later
from microsite.studio.accounts.one_time_links import first_link
from tests.studio.conftest import NEW, Editor, link_on

FIRST_READER = """
import json, sys
from microsite.delivery.server import create_served_app

served = create_served_app()
status = served.test_client().get("/en/").status_code
print(json.dumps([status, *{name.partition(".")[0] for name in sys.modules}]))
"""
LATER = {"alembic", "argon2", "cryptography", "flask_login", "flask_security", "flask_wtf", "PIL", "segno", "zxcvbn"}


@pytest.fixture
def served(settings: Settings) -> Iterator[Flask]:
    """The site as a server has it, with a database and without an account."""
    app = create_readers_app(settings)
    init_studio_later(app, settings)
    app.test_client_class = Editor
    app.extensions["store"].upgrade()
    yield app
    app.extensions["store"].close()


def test_a_reader_needs_nothing_of_the_studio(settings: Settings) -> None:
    """The first start of a new instance loads no migrations, no forms, no cryptography."""
    environment = {f"MICROSITE_{name.upper()}": str(value) for name, value in settings.model_dump().items()}
    command = [sys.executable, "-c", FIRST_READER]
    ran = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    status, *loaded = json.loads(ran.stdout.splitlines()[-1])
    assert 200 == status
    assert set() == LATER & set(loaded)
    assert "sqlalchemy" in loaded


def test_one_signs_in_where_readers_read(served: Flask) -> None:
    """The first account is made and signed in; what the readers' app has, the studio has."""
    editor = served.test_client()
    assert isinstance(editor, Editor)
    address = link_on(first_link(served) or "")
    form = {"new_password": NEW, "again_password": NEW, "locale": "en", "timezone": "UTC"}
    editor.fill_in(address, email="ada@example.org", **form)
    home = editor.get("/studio/")
    assert 200 == home.status_code
    assert "no-store" == home.headers["Cache-Control"]

    page = editor.get("/en/")
    assert 200 == page.status_code
    assert "Set-Cookie" not in page.headers
    assert 404 == editor.get("/studiously/").status_code


def test_a_crowd_at_the_door_gets_one_studio(served: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many who are first at once, each is answered; it is made a single time."""
    made = []

    def counted(*given: Any, **named: Any) -> Flask:
        made.append(create_app(*given, **named))
        return made[-1]

    monkeypatch.setattr(site, "create_app", counted)
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: served.test_client().get("/studio/login").status_code, range(16)))
    assert [200] * 16 == statuses
    assert 1 == len(made)
    assert made[0].extensions["store"] is served.extensions["store"]
