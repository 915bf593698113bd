"""Who may do what, and who is asking: roles, the marks of views, and the session of an account.

Every route of the studio says who may use it with `@needs` or `@public`; one that says nothing is closed
(`security.gate`).
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from secrets import token_hex
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from flask import current_app, request, session
from flask_babel import pgettext
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from microsite.clock import holds
from microsite.language.locales import choose_locale
from microsite.runtime import current_edition, g
from microsite.storage.tables import Account, BrowserSession
from microsite.studio.blueprint import current_store, now

IDLE_TIMEOUT = timedelta(hours=1)
ABSOLUTE_TIMEOUT = timedelta(hours=12)
"""NIST SP 800-63B-4 for two factors: an hour without a request, and a day at most."""

SESSION_TOKEN = "token"
"""The key of the session that holds `BrowserSession.token`."""
View = TypeVar("View", bound=Callable[..., Any])


class Role(StrEnum):
    MARKETING = "marketing"
    TRANSLATOR = "translator"
    ADMIN = "admin"


def role_name(role: str) -> str:
    """The role in the language of the account. Raises ValueError for a role that does not exist."""
    names = {
        # TRANSLATORS: A role: writes promotions.
        Role.MARKETING: pgettext("role", "Marketing"),
        # TRANSLATORS: A role: translates the interface.
        Role.TRANSLATOR: pgettext("role", "Translation"),
        # TRANSLATORS: A role: may do everything, and invites others.
        Role.ADMIN: pgettext("role", "Admin"),
    }
    return str(names[Role(role)])


PUBLIC: frozenset[Role] = frozenset()
_needed: dict[Callable[..., Any], frozenset[Role]] = {}


def needs(*roles: Role) -> Callable[[View], View]:
    """Open a view to accounts with one of these roles. An admin may do everything."""

    def mark(view: View) -> View:
        _needed[view] = frozenset({*roles, Role.ADMIN})
        return view

    return mark


def public(view: View) -> View:
    """Open a view of the studio to people without an account."""
    _needed[view] = PUBLIC
    return view


def needed_by(endpoint: str) -> frozenset[Role] | None:
    """The roles that may use a route, `PUBLIC` where none is needed; None where its view has no mark."""
    return _needed.get(current_app.view_functions[endpoint])


def may(endpoint: str) -> bool:
    """Whether the account that sent this request may use a route that asks for a role; False for nobody."""
    return g.account is not None and g.account.role in (needed_by(endpoint) or ())


def load_account() -> Account | None:
    """Set `g.account` to the account of this session (None for nobody), and `g.locale` to its language."""
    g.account = None
    g.account = _session_account()
    set_locale()
    return g.account


def _session_account() -> Account | None:
    """Ends the session after either timeout, and where it, or its account, was ended elsewhere."""
    if SESSION_TOKEN not in session:
        return None
    moment = now()
    idle_since, began = (datetime.fromtimestamp(session[name], UTC) for name in ("seen", "began"))
    if not (holds(idle_since, IDLE_TIMEOUT, moment) and holds(began, ABSOLUTE_TIMEOUT, moment)):
        end_session()
        return None
    signed_in = select(Account).join(BrowserSession, BrowserSession.fs_uniquifier == Account.fs_uniquifier)
    with current_store().read() as transaction:
        account = transaction.scalar(signed_in.where(BrowserSession.token == session[SESSION_TOKEN], Account.active))
    if not account:
        end_session()
        return None
    session.update(seen=moment.timestamp(), locale=account.locale)
    return account


def current_account() -> Account:
    """The account that sent this request. Only for views with `@needs`: there is none in a public one."""
    return cast(Account, g.account)


def account_zone() -> ZoneInfo:
    """The time zone of the account that sent this request; UTC for nobody."""
    return zone_of(g.account) if g.account else ZoneInfo("UTC")


def zone_of(account: Account) -> ZoneInfo:
    """The time zone of an account; UTC for a name that this machine does not know."""
    try:
        return ZoneInfo(account.timezone)
    except (KeyError, ValueError, OSError):  # a zone that was renamed since, or came with a restored database
        return ZoneInfo("UTC")


def begin_session(within: Session, account: Account) -> None:
    """Sign in. Nothing of the session before survives, neither its CSRF token nor what an attacker planted in it.

    Nor does a copy of it that somebody else has.
    """
    moment, token = now(), token_hex(16)
    is_over = or_(BrowserSession.token == session.get(SESSION_TOKEN), BrowserSession.began < moment - ABSOLUTE_TIMEOUT)
    within.execute(delete(BrowserSession).where(is_over))
    within.add(BrowserSession(token=token, fs_uniquifier=account.fs_uniquifier, began=moment))
    end_session()
    session.update({SESSION_TOKEN: token}, began=moment.timestamp(), seen=moment.timestamp(), locale=account.locale)
    g.account = account
    set_locale()


def end_session() -> None:
    """Sign this browser out. `accounts.end_sessions` signs out all browsers of an account."""
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF's copy of the token in the session


def set_locale() -> None:
    """Set `g.locale`: the account's language, which outlives its session in the cookie, else the browser's."""
    site = current_edition().content.site
    chosen = session.get("locale")
    g.locale = choose_locale(request.path, request.headers.get("Accept-Language"), site.locales, site.default, chosen)
