"""Signing in, with a password and where there is one a second factor, and signing out."""

from datetime import UTC, datetime, timedelta
from math import ceil
from urllib.parse import unquote

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired

from microsite.clock import holds
from microsite.runtime import g
from microsite.storage.tables import Account
from microsite.studio import audit
from microsite.studio.access import Role, begin_session, end_session, needs, public
from microsite.studio.accounts import accounts, second_factor, throttle
from microsite.studio.blueprint import current_store, is_studio, now, studio
from microsite.studio.fields import MAX_NEXT, CodeField, EmailField, HiddenField, PasswordField, StudioForm
from microsite.studio.layout import go_to, render
from microsite.studio.resubmission import MAX_SERIALIZED, PendingForm

CODE_TIMEOUT = timedelta(minutes=10)
"""Between the password and the code."""


class ContinueForm(StudioForm):
    """Carries through signing in what comes after it: an address of the studio, or a form that was sent too late."""

    next = HiddenField(max_length=MAX_NEXT)
    pending_form = HiddenField(max_length=MAX_SERIALIZED)


class SignInForm(ContinueForm):
    email = EmailField(lazy_gettext("E-mail address"), [InputRequired()])
    # TRANSLATORS: Label of a field.
    password = PasswordField(lazy_gettext("Password"), [InputRequired()])


class SignInCodeForm(ContinueForm):
    code = CodeField(lazy_gettext("Code of the authenticator app"))


@studio.route("/login", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    if is_cross_site_navigation():
        return same_site_bounce()
    if request.method == "GET" and g.account:
        return go_to("studio.home")
    form = SignInForm(next=request.args.get("next"))
    if "password" not in request.form or not form.validate_on_submit():
        return _sign_in_page(form)
    email = form.email.data
    if wait := throttle.count_attempt(email):
        form.password.errors = [throttle.too_many(wait)]
        return _sign_in_page(form), 429, _retry_after(wait)
    account = accounts.authenticate(email, form.password.data)
    if not account:
        form.password.errors = [gettext("This address and this password do not belong together.")]
        _record_refusal(email)
        return _sign_in_page(form)
    if account.totp_secret:
        end_session()
        session["pending_second_factor"] = [account.fs_uniquifier, now().timestamp()]
        return _code_page(SignInCodeForm(formdata=None, next=form.next.data, pending_form=form.pending_form.data))
    return _complete(account, form)


@studio.route("/login/code", methods=["GET", "POST"])
@public
def sign_in_code() -> ResponseReturnValue:
    account = _account_pending_second_factor()
    if not account:
        return go_to("studio.sign_in", alert=gettext("That took too long. Start again with your password."))
    form = SignInCodeForm()
    if not form.validate_on_submit():
        return _code_page(form)
    if wait := throttle.count_attempt(account.email):
        form.code.errors = [throttle.too_many(wait)]
        return _code_page(form), 429, _retry_after(wait)
    if refusal := second_factor.spend_code_or_recovery_code(account, form.code.data):
        form.code.errors = [refusal]
        _record_refusal(account.email)
        return _code_page(form)
    return _complete(account, form)


@studio.post("/logout")
@needs(*Role)
def sign_out() -> Response:
    with audit.recorded("signed-out") as transaction:
        accounts.end_sessions(accounts.own(transaction))
    end_session()
    response = go_to("studio.sign_in")
    # What this browser stored of the studio's pages. Not "cookies": the device cookie is to stay.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@studio.errorhandler(401)
def ask_to_sign_in(_: Unauthorized) -> ResponseReturnValue:
    """Redirect to the sign-in page, and back from there. A form that was sent is carried through signing in."""
    if request.method in ("GET", "HEAD"):
        if is_cross_site_navigation():
            return same_site_bounce()
        return go_to("studio.sign_in", next=_current_address())
    pending_form = PendingForm.from_request()
    if pending_form:
        # TRANSLATORS: Above the sign-in form, after somebody sent another form too late.
        flash(gettext("Your session has ended. Sign in, and what you typed comes back."))
    serialized = pending_form.dumps() if pending_form else ""
    return _sign_in_page(SignInForm(formdata=None, pending_form=serialized)), 401, {}


def is_cross_site_navigation() -> bool:
    """Whether a link of another site led here. The browser then keeps back a SameSite=Strict cookie.

    So somebody who is signed in looks as if they were not.
    """
    return request.method == "GET" and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")


def same_site_bounce() -> str:
    """A page that asks for its own address once more: now from this site, and so with the cookie."""
    return render("accounts/same_site_bounce.html", gettext("One moment"), address=_current_address())


def _current_address() -> str:
    return request.full_path.rstrip("?")


def _account_pending_second_factor() -> Account | None:
    """The account whose password was right less than `CODE_TIMEOUT` ago, in this browser."""
    uniquifier, since = session.get("pending_second_factor", ("", 0))
    if not holds(datetime.fromtimestamp(since, UTC), CODE_TIMEOUT, now()):
        return None
    with current_store().read() as transaction:
        return transaction.scalar(select(Account).where(Account.fs_uniquifier == uniquifier, Account.active))


def _complete(account: Account, form: ContinueForm) -> ResponseReturnValue:
    """Begin the session, and go on to what the form carries."""
    with audit.recorded("signed-in") as transaction:
        begin_session(transaction, account)
        throttle.attempt_succeeded(transaction, account.email)
    if pending_form := PendingForm.loads(form.pending_form.data):
        return render("resubmit.html", gettext("What you typed is still here"), pending_form=pending_form)
    address = form.next.data or ""
    return redirect(address if _is_of_the_studio(address) else url_for("studio.home"), 303)


def _is_of_the_studio(address: str) -> bool:
    """As browsers read it: they follow “..”, also one that is encoded, out of the studio."""
    return is_studio(address) and address.isprintable() and ".." not in unquote(address.partition("?")[0])


def _record_refusal(email: str) -> None:
    """The audit names an account that exists; a typed address that has none may be a password in the wrong field."""
    with current_store().begin() as transaction:
        account = accounts.find(transaction, email)
        audit.record(transaction, "sign-in-refused", account.email if account else "")


def _retry_after(wait: timedelta) -> dict[str, str]:
    return {"Retry-After": str(ceil(wait.total_seconds()))}


def _sign_in_page(form: SignInForm) -> str:
    minutes = ceil(throttle.WINDOW / timedelta(minutes=1))
    title = gettext("Sign in")
    return render("accounts/sign_in.html", title, form=form, tries=throttle.MAX_PER_ACCOUNT, minutes=minutes)


def _code_page(form: SignInCodeForm) -> str:
    return render("accounts/sign_in_code.html", gettext("Second factor"), form=form)
