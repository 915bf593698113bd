"""What tests of the studio may ask for: an account of any role, already signed in."""

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from microsite.runtime import runtime_of
from microsite.storage.tables import Account
from microsite.studio.access import Role
from microsite.studio.accounts import accounts, second_factor
from microsite.studio.blueprint import now

PASSWORD = "a quiet planet, far out"
NEW = "seven lamps under the sea"
"""Another password that is taken."""


class Editor(FlaskClient):
    """Fills in forms as a browser does: with the token of the page that they stand on."""

    def fill_in(self, path: str, *, on: str = "", **fields: str | list[str]) -> TestResponse:
        """POST to `path` what somebody typed, with the token of the form on the page `on` (else of the page itself)."""
        page = self.get(on or path)
        token = soup(page).select_one("[name=csrf_token]")
        assert token, f"{on or path}: no form ({page.status})"
        return self.post(path, data={"csrf_token": str(token["value"]), **fields})


def soup(response: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(response.get_data(as_text=True), "html.parser")


def add_account(app: Flask, email: str, role: Role | str, locale: str = "en") -> str:
    """An account with the password `PASSWORD`; gives its address."""
    with app.test_request_context("/studio/"), runtime_of(app).store.begin() as session:
        accounts.add(session, email, PASSWORD, str(role), locale)
    return email


def link_on(text: str) -> str:
    found = re.search(r"http://localhost(/studio/join/[\w-]+)", text)
    assert found, text
    return found[1]


def account(app: Flask, email: str) -> Account:
    with runtime_of(app).store.read() as session:
        found: Account = session.scalars(select(Account).where(Account.email == email)).one()
        return found


def code(app: Flask, secret: str) -> str:
    with app.test_request_context("/studio/"):
        return second_factor.totp(secret).at(now())


def add_second_factor(app: Flask, editor: Editor) -> str:
    """Through the page, as its owner does; gives the secret that the app has then."""
    page = soup(editor.get("/studio/account/second-factor"))
    with editor.session_transaction("/studio/") as session:
        secret = str(session["totp"])
    assert page.select("main svg.qr")
    answer = editor.fill_in("/studio/account/second-factor", code=code(app, secret), password=PASSWORD)
    assert answer.location == "/studio/account", soup(answer).get_text()
    return secret


def forget_used_codes(app: Flask) -> None:
    """As if half a minute had passed."""
    with runtime_of(app).store.begin() as session:
        session.scalars(select(Account).limit(1)).one().totp_counter = None


@pytest.fixture
def editor(app: Flask) -> Editor:
    """Somebody at the studio's door, who has not signed in."""
    app.test_client_class = Editor
    client = app.test_client()
    assert isinstance(client, Editor)
    return client


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., Editor]:
    """`sign_in(Role.MARKETING, locale="fr")`: a browser in which an account of that role is signed in.

    Each call is another browser; the same role and locale are the same account, `marketing-fr@example.org`.
    """
    app.test_client_class = Editor
    made: set[str] = set()

    def signed_in(role: Role | str, locale: str = "en") -> Editor:
        email = f"{role}-{locale}@example.org"
        if email not in made:
            made.add(add_account(app, email, role, locale))
        client = app.test_client()
        assert isinstance(client, Editor)
        answer = client.fill_in("/studio/login", email=email, password=PASSWORD)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return client

    return signed_in
