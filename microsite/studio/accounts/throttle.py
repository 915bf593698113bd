"""How often signing in may be tried, in all processes together: counted in the database before a password is read.

Our own, because Flask-Limiter keeps its counts in Redis or in one process's memory, and needs an address to count by.
"""

import hmac
from datetime import datetime, timedelta
from secrets import token_urlsafe

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import ColumnElement, case, delete, or_, update
from sqlalchemy.orm import Session

from microsite.clock import SKEW
from microsite.storage.tables import SignInTries
from microsite.studio import audit
from microsite.studio.accounts import accounts
from microsite.studio.blueprint import PREFIX, current_store, now

WINDOW = timedelta(minutes=15)
PER_ACCOUNT, OVERALL = 8, 120
EVERYBODY = "everybody"
KNOWN_FOR = timedelta(days=365)


def wait(email: str) -> timedelta | None:
    """Count a try to sign in. None: go on. Else how long to wait before the next one is looked at.

    A browser that has signed in to the account before is counted by itself: whoever else hammers at the account, or at
    all of them, does not keep its owner out. Another browser gets in with a link from `flask accounts reset`.
    """
    key, moment = _key(email), now()
    is_known = key != _account_key(email)
    tries, since, limit = 0, moment, OVERALL
    with current_store().begin() as session:
        if not is_known:  # all of them first: a try that is refused here leaves no row, whatever address it made up
            tries, since = _count(session, EVERYBODY, moment)
            session.execute(delete(SignInTries).where(_is_over(moment)))
        if tries <= limit:
            tries, since = _count(session, key, moment)
            limit = PER_ACCOUNT
            if tries > limit and not is_known:
                _count_less(session)
        if tries == limit + 1:
            account = accounts.find(session, email)
            audit.record("throttled", account.email if account else "", within=session)
    return min(since + WINDOW - moment, WINDOW) if tries > limit else None


def forget(within: Session, email: str) -> None:
    """A try that succeeded counts no more, and this browser is known from now on."""
    key = _key(email)
    if key == _account_key(email):
        _count_less(within)
    within.execute(delete(SignInTries).where(SignInTries.key == key))
    remember_browser(email)


def _count_less(within: Session) -> None:
    """One try of all is no attack on all: it succeeded, or its own account has to wait already."""
    everybody = update(SignInTries).where(SignInTries.key == EVERYBODY, SignInTries.tries > 0)
    within.execute(everybody.values(tries=SignInTries.tries - 1))


def _count(within: Session, key: str, moment: datetime) -> tuple[int, datetime]:
    """One more, in one statement: two processes cannot both be the last that is let through."""
    over = _is_over(moment)
    statement = current_store().insert(SignInTries).values(key=key, since=moment, tries=1)
    statement = statement.on_conflict_do_update(
        index_elements=[SignInTries.key],
        set_={
            "tries": case((over, 1), else_=SignInTries.tries + 1),
            "since": case((over, moment), else_=SignInTries.since),
        },
    )
    row = within.execute(statement.returning(SignInTries.tries, SignInTries.since)).one()
    return row.tries, row.since


def _is_over(moment: datetime) -> ColumnElement[bool]:
    """Whether a window has ended, or began when a clock was ahead: nobody is kept out until that time has come."""
    return or_(SignInTries.since <= moment - WINDOW, SignInTries.since > moment + SKEW)


def _key(email: str) -> str:
    """What tries are counted by. Never the typed address itself: it may be a password in the wrong field."""
    account = _account_key(email)
    try:
        known, browser = _serializer().loads(request.cookies.get(_cookie(), ""))
    except (BadSignature, ValueError):
        return account
    return f"browser:{browser}" if known == account else account


def _account_key(email: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return "account:" + hmac.digest(secret, email.strip().lower().encode(), "sha256").hex()


def remember_browser(email: str) -> None:
    """A cookie that signs nobody in: it says that this browser once did. It is never renewed while it holds."""
    if _key(email) != _account_key(email):
        return
    value = _serializer().dumps([_account_key(email), token_urlsafe()])

    @after_this_request
    def _set(response: Response) -> Response:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(
            _cookie(), str(value), KNOWN_FOR, path=PREFIX, secure=secure, httponly=True, samesite="Strict"
        )
        return response


def _cookie() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-known"


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="known-browser")
