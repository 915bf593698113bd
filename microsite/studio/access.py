"""Who may do what. Every route of the studio says it with `@needs` or `@public`; one that says nothing is closed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from flask import abort, current_app, g, request, session
from flask_login import current_user
from flask_security.utils import login_user
from werkzeug.wrappers import Response

from microsite.clock import holds
from microsite.editions.edition import current_edition
from microsite.language.locales import choose_locale
from microsite.storage.tables import Account
from microsite.studio import audit, now, resubmission, studio
from microsite.studio.roles import Role as Role

IDLE = timedelta(hours=1)
ABSOLUTE = timedelta(hours=12)
"""NIST SP 800-63B-4 for two factors: an hour without a request, and a day at most."""

MAX_FIELDS = 1000
"""Of a form, as Werkzeug has it for those with a file: 60 languages of a promotion have 420."""

Answer = str | Response | tuple[str, int, dict[str, str]]
"""What a view gives."""
View = TypeVar("View", bound=Callable[..., Any])


NOBODY: frozenset[Role] = frozenset()
_needed: dict[Callable[..., Any], frozenset[Role]] = {}


def needs(*roles: Role) -> Callable[[View], View]:
    """Marks a view as open to accounts with one of these roles. An admin may do everything."""

    def mark(view: View) -> View:
        _needed[view] = frozenset({*roles, Role.ADMIN})
        return view

    return mark


def public(view: View) -> View:
    """Marks a view of the studio as open to people without an account."""
    _needed[view] = NOBODY
    return view


def needed_by(endpoint: str) -> frozenset[Role] | None:
    """Roles that a route is open to, none of them for a public one; None where its view does not say."""
    return _needed.get(current_app.view_functions[endpoint])


@studio.before_request
def gate() -> Answer | None:
    """Let a request through to its view: the account first, then its role, then the form's token."""
    needed = needed_by(request.endpoint or "")
    if not request.path.isprintable():  # no page has such an address, and PostgreSQL cannot be asked for it
        abort(404)
    account = load_account()
    if needed is None:
        abort(403)
    if needed and not account:
        from microsite.studio.accounts.sign_in import ask_to_sign_in

        return ask_to_sign_in()
    if account and needed and account.role not in needed:
        audit.record("refused", request.path)
        abort(403)
    if sum(map(len, request.form.listvalues())) > MAX_FIELDS:
        abort(413)
    resubmission.check_token()
    return None


def load_account() -> Account | None:
    """Take the account of this session and its language."""
    g.account = None
    g.account = _account()
    settle_locale()
    return cast(Account | None, g.account)


def _account() -> Account | None:
    """A session ends an hour after its last request, and half a day after its first."""
    if "_user_id" not in session:
        return None
    moment = now()
    if not (holds(_stamp("seen"), IDLE, moment) and holds(_stamp("began"), ABSOLUTE, moment)):
        end_session()
        return None
    account = cast(Account, current_user._get_current_object())
    if not account.is_authenticated:  # signed out elsewhere, or ended
        end_session()
        return None
    session.update(seen=moment.timestamp(), locale=account.locale)
    return account


def _stamp(name: str) -> datetime:
    return datetime.fromtimestamp(session[name], UTC)


def current_account() -> Account:
    """The account that asks. Only where a view has `@needs`."""
    return cast(Account, g.account)


def account_zone() -> ZoneInfo:
    """The time zone of the account that asks; UTC for nobody, and for a name that this machine does not know."""
    account = g.get("account")
    try:
        return ZoneInfo(account.timezone if account else "UTC")
    except (KeyError, ValueError, OSError):  # a zone that was renamed since, or came with a restored database
        return ZoneInfo("UTC")


def begin_session(account: Account) -> None:
    """Sign in. Nothing of the session before survives: neither what somebody planted in it, nor its token."""
    end_session()
    login_user(account, remember=False)  # type: ignore[arg-type]  # see `Account`
    del session["_id"]  # Flask-Login's hash of address and browser
    moment = now().timestamp()
    session.update(began=moment, seen=moment, locale=account.locale)
    g.account = account
    settle_locale()


def end_session() -> None:
    session.clear()
    g.pop("csrf_token", None)


def settle_locale() -> None:
    site = current_edition().content.site
    chosen = session.get("locale")
    g.locale = choose_locale(request.path, request.headers.get("Accept-Language"), site.locales, site.default, chosen)
