"""How often signing in may be tried, in all processes together: counted in the database before a password is checked.

Our own, because Flask-Limiter keeps its counts in Redis or in one process's memory, and needs an address to count by.
"""

import hmac
from datetime import datetime, timedelta
from math import ceil
from secrets import token_urlsafe

from flask import Response, after_this_request, current_app, request
from flask_babel import ngettext
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import ColumnElement, case, delete, or_, update
from sqlalchemy.orm import Session

from microsite.clock import SKEW
from microsite.storage.tables import SignInTries
from microsite.studio import audit
from microsite.studio.accounts import accounts
from microsite.studio.blueprint import current_store, now

WINDOW = timedelta(minutes=15)
MAX_PER_ACCOUNT, MAX_OVERALL = 8, 120
"""Attempts in a window."""
EVERYBODY = "everybody"
"""The key that the attempts at all accounts together are counted by."""
DEVICE_COOKIE_LIFETIME = timedelta(days=365)


def count_attempt(email: str) -> timedelta | None:
    """Count an attempt to sign in. None: check the password. Else how long to wait before another one is checked.

    A browser with a device cookie of the account (OWASP: “Slow Down Online Guessing Attacks with Device Cookies”) is
    counted by itself: whoever else hammers at the account, or at all of them, does not keep its owner out. From another
    browser the owner gets in with a link from `flask accounts reset`.
    """
    key, moment = _key(email), now()
    has_device_cookie = key != _account_key(email)
    tries, since, limit = 0, moment, MAX_OVERALL
    with current_store().begin() as session:
        if not has_device_cookie:  # all accounts first: a refusal here leaves no row, whatever address it made up
            tries, since = _count(session, EVERYBODY, moment)
            session.execute(delete(SignInTries).where(_is_over(moment)))
        if tries <= limit:
            tries, since = _count(session, key, moment)
            limit = MAX_PER_ACCOUNT
            if tries > limit and not has_device_cookie:
                _uncount_overall(session)
        if tries == limit + 1:
            account = accounts.find(session, email)
            audit.record(session, "throttled", account.email if account else "")
    return min(since + WINDOW - moment, WINDOW) if tries > limit else None


def too_many(wait: timedelta) -> str:
    """The sentence beside a password or code that was not checked."""
    minutes = ceil(wait / timedelta(minutes=1))
    # TRANSLATORS: %(num)s is a number of minutes.
    sentence = ngettext(
        "Too many attempts. Try again in %(num)s minute.",
        "Too many attempts. Try again in %(num)s minutes.",
        minutes,
    )
    return str(sentence)


def attempt_succeeded(within: Session, email: str) -> None:
    """Forget the attempts that this browser's success ends, and give it the account's device cookie."""
    key = _key(email)
    if key == _account_key(email):
        _uncount_overall(within)
    within.execute(delete(SignInTries).where(SignInTries.key == key))
    set_device_cookie(email)


def _uncount_overall(within: Session) -> None:
    """Take one attempt off all accounts' count: it succeeded, or its own account has to wait already."""
    everybody = update(SignInTries).where(SignInTries.key == EVERYBODY, SignInTries.tries > 0)
    within.execute(everybody.values(tries=SignInTries.tries - 1))


def _count(within: Session, key: str, moment: datetime) -> tuple[int, datetime]:
    """Attempts in this window with the new one, and its beginning.

    One statement: of two processes that count at once, each gets a number of its own.
    """
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
    """What attempts are counted by: the device, where it has a cookie of this account, else the account."""
    account_key = _account_key(email)
    try:
        cookie_key, device = _serializer().loads(request.cookies.get(_cookie_name(), ""))
    except (BadSignature, ValueError):
        return account_key
    return f"browser:{device}" if cookie_key == account_key else account_key


def _account_key(email: str) -> str:
    """A keyed hash, never the typed address itself: that may be a password in the wrong field."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return "account:" + hmac.digest(secret, accounts.normalize_email(email).encode(), "sha256").hex()


def set_device_cookie(email: str) -> None:
    """Mark this browser as one that has signed in to the account. The cookie alone signs nobody in.

    It is not renewed while it is valid: a stolen one ends within `DEVICE_COOKIE_LIFETIME`.
    """
    if _key(email) != _account_key(email):
        return
    value = str(_serializer().dumps([_account_key(email), token_urlsafe()]))

    @after_this_request
    def _set(response: Response) -> Response:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(
            _cookie_name(), value, DEVICE_COOKIE_LIFETIME, secure=secure, httponly=True, samesite="Strict"
        )
        return response


def _cookie_name() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-known"


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="known-browser")
