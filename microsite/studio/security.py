"""Flask-Security's parts, under our own pages: its user loader, password hashing, one-time codes and way of signing in.

Its views are left out: they know nothing of throttling in the database, of invitations without mail, or of a form that
outlives its session, and their QR code is a `data:` image, which our policy blocks.
"""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login.utils import _user_context_processor
from flask_security.core import Security
from flask_security.datastore import UserDatastore
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import select

from microsite.storage.store import Store
from microsite.storage.tables import Account
from microsite.studio import PREFIX, is_studio

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ARGON2 = {"argon2__type": "ID", "argon2__memory_cost": 19_456, "argon2__time_cost": 2, "argon2__parallelism": 1}
"""OWASP's least-memory choice (19 MiB): the same process serves readers."""


def init_security(app: Flask) -> None:
    origin = urlsplit(app.config["BASE_URL"])
    # Browsers drop a __Secure- cookie that came over plain http, even from this machine.
    plain = origin.scheme == "http" and origin.hostname in LOOPBACK
    app.config.update(
        SESSION_COOKIE_NAME="studio" if plain else "__Secure-studio",
        SESSION_COOKIE_PATH=PREFIX,
        SESSION_COOKIE_SECURE=not plain,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        WTF_CSRF_CHECK_DEFAULT=False,  # `access.gate` checks, after it knows whether the session has expired
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session
        WTF_CSRF_SSL_STRICT=False,  # `kept.came_from_here` asks what browsers say themselves, not the referrer
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],  # a new secret key must not lock everybody out
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=ARGON2,
    )
    app.session_interface = StudioSessions()
    CSRFProtect(app)
    security = Security(app, Accounts(app.extensions["store"]), register_blueprint=False)
    # Who is asking is a question of the studio's alone: no account is looked up for a reader, for an error page
    # while the database is away, or by a token.
    app.template_context_processors[None].remove(_user_context_processor)
    security.principal.identity_loaders.clear()
    security.login_manager.request_loader(lambda _: None)
    security.login_manager.session_protection = None  # it compares addresses, and phones change theirs


class StudioSessions(SecureCookieSessionInterface):
    """Readers have no session, not even an empty one: writing to it is an error."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return super().open_session(app, request) if is_studio(request.path) else self.make_null_session(app)


class Accounts(UserDatastore):
    """Flask-Security's view of the accounts, each look a transaction of its own."""

    def __init__(self, store: Store) -> None:
        super().__init__(Account, None)  # type: ignore[arg-type]  # a role is a word, not a table
        self.store = store

    def find_user(  # type: ignore[override]  # see `Account`
        self, case_insensitive: bool = False, **kwargs: Any
    ) -> Account | None:
        with self.store.read() as session:
            return session.scalar(select(Account).filter_by(**kwargs))

    def put(self, model: Account) -> None:
        with self.store.begin() as session:
            session.merge(model)
