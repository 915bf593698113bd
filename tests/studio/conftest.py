"""What tests of the studio may ask for: an account of any role, already signed in."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.language.po_file import catalog_path
from microsite.runtime import runtime_of
from microsite.storage.store import Store
from microsite.storage.tables import Account
from microsite.studio.access import Role
from microsite.studio.accounts import accounts, second_factor
from microsite.studio.blueprint import now
from tests.studio.browser import Editor as Editor
from tests.studio.browser import inputs_of as inputs_of
from tests.studio.browser import soup as soup
from tests.studio.editors import Writing
from tests.studio.translators import French

ON_BOTH_DATABASES = pytest.mark.usefixtures("address")
"""Of a test, a class or a module (`pytestmark`): it runs on SQLite and on PostgreSQL."""
PASSWORD = "a quiet planet, far out"
NEW = "seven lamps under the sea"
"""Another password that is accepted."""
NEW_ACCOUNT = {"new_password": NEW, "again_password": NEW, "locale": "en", "timezone": "UTC"}
"""What somebody types who accepts an invitation."""


def add_account(app: Flask, email: str, role: Role | str, locale: str = "en") -> str:
    """An account with the password `PASSWORD`; gives its address."""
    with app.test_request_context("/studio/"), runtime_of(app).store.begin() as session:
        accounts.add(session, email, PASSWORD, str(role), locale)
    return email


def link_on(text: str) -> str:
    match = re.search(r"http://localhost(/studio/join/[\w-]+)", text)
    assert match, text
    return match[1]


def made_link(admin: Editor, path: str = "/studio/accounts", *, on: str = "", **fields: str) -> str:
    """The address of the link that an admin makes with this form, from the page that it leads to."""
    answer = admin.fill_in(path, on=on, **fields)
    assert answer.location == "/studio/accounts/link", answer.status
    return link_on(admin.get(answer.location).get_data(as_text=True))


def account(app: Flask, email: str) -> Account:
    with runtime_of(app).store.read() as session:
        return session.scalars(select(Account).where(Account.email == email)).one()


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
    assert soup(answer).select("#studio_codes"), soup(answer).get_text()
    return secret


def forget_used_codes(app: Flask) -> None:
    """As if half a minute had passed."""
    with runtime_of(app).store.begin() as session:
        session.scalars(select(Account).limit(1)).one().totp_counter = None


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """On the database of `address`, where a test has that."""
    if "address" in request.fixturenames:
        return settings.model_copy(update={"database_url": request.getfixturevalue("address")})
    return settings


@pytest.fixture
def store(app: Flask) -> Store:
    return runtime_of(app).store


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
    existing: set[str] = set()

    def signed_in(role: Role | str, locale: str = "en") -> Editor:
        email = f"{role}-{locale}@example.org"
        if email not in existing:
            existing.add(add_account(app, email, role, locale))
        client = app.test_client()
        assert isinstance(client, Editor)
        answer = client.fill_in("/studio/login", email=email, password=PASSWORD)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return client

    return signed_in


@pytest.fixture
def marketer(sign_in: Callable[..., Editor]) -> Editor:
    return sign_in(Role.MARKETING)


@pytest.fixture
def writing(marketer: Editor) -> Writing:
    return Writing.open(marketer)


@pytest.fixture
def translator(sign_in: Callable[..., Editor]) -> Editor:
    return sign_in(Role.TRANSLATOR)


@pytest.fixture
def french(settings: Settings, editions: Editions) -> French:
    editions.refresh()
    return French(catalog_path(settings.translations, "fr"), editions)
