"""Who may do what, and who is asking: roles, the marks of views, and the session of an account.

Every route of the studio says who may use it with `@needs` or `@public`; one that says nothing is closed
(`security.gate`).
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from flask import current_app, request, session
from flask_babel import pgettext
from sqlalchemy import select

from microsite.clock import holds
from microsite.language.locales import choose_locale
from microsite.runtime import current_edition, g
from microsite.storage.tables import Account
from microsite.studio.blueprint import current_store, now

IDLE_TIMEOUT = timedelta(hours=1)
ABSOLUTE_TIMEOUT = timedelta(hours=12)
"""NIST SP 800-63B-4 for two factors: an hour without a request, and a day at most."""

SESSION_ACCOUNT = "_user_id"
"""The key of the session that holds `Account.fs_uniquifier`. Cookies of earlier releases have it, by Flask-Login."""
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


def load_account() -> Account | None:
    """Set `g.account` to the account of this session (None for nobody), and `g.locale` to its language."""
    g.account = None
    g.account = _session_account()
    set_locale()
    return g.account


def _session_account() -> Account | None:
    """Ends the session after either timeout, and where its account has ended or signed out elsewhere."""
    if SESSION_ACCOUNT not in session:
        return None
    moment = now()
    idle_since, began = (datetime.fromtimestamp(session[name], UTC) for name in ("seen", "began"))
    if not (holds(idle_since, IDLE_TIMEOUT, moment) and holds(began, ABSOLUTE_TIMEOUT, moment)):
        end_session()
        return None
    account = account_by_uniquifier(session[SESSION_ACCOUNT])
    if not account:
        end_session()
        return None
    session.update(seen=moment.timestamp(), locale=account.locale)
    return account


def account_by_uniquifier(uniquifier: str) -> Account | None:
    """The active account that a session names so."""
    with current_store().read() as transaction:
        return transaction.scalar(select(Account).where(Account.fs_uniquifier == uniquifier, Account.active))


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


def begin_session(account: Account) -> None:
    """Sign in. Nothing of the session before survives, neither its CSRF token nor what an attacker planted in it."""
    end_session()
    moment = now().timestamp()
    session.update({SESSION_ACCOUNT: account.fs_uniquifier}, began=moment, seen=moment, locale=account.locale)
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
