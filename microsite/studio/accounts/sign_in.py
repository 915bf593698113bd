"""Signing in and out."""

from datetime import UTC, datetime, timedelta
from math import ceil

from flask import flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext, ngettext
from sqlalchemy import select
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired

from microsite.clock import holds
from microsite.storage.tables import Account
from microsite.studio import audit
from microsite.studio.access import Role, begin_session, end_session, needs, public
from microsite.studio.accounts import accounts, second_factor, throttle
from microsite.studio.accounts.passwords import MOST
from microsite.studio.blueprint import current_store, is_studio, now, studio
from microsite.studio.fields import MAX_CODE, MAX_NEXT, EmailField, HiddenField, PasswordField, StudioForm, TextField
from microsite.studio.layout import render
from microsite.studio.resubmission import MAX_SERIALIZED, PendingForm

HALFWAY = timedelta(minutes=10)
"""Between the password and the code."""


class OnwardForm(StudioForm):
    """Carries through signing in where somebody wanted to go, or the form that they sent too late."""

    next = HiddenField(max_length=MAX_NEXT)
    pending_form = HiddenField(max_length=MAX_SERIALIZED)


class SignInForm(OnwardForm):
    email = EmailField(lazy_gettext("E-mail address"), [InputRequired()])
    # TRANSLATORS: Label of a field.
    password = PasswordField(lazy_gettext("Password"), [InputRequired()], max_length=MOST)


class CodeForm(OnwardForm):
    code = TextField(lazy_gettext("Code of the authenticator app"), [InputRequired()], max_length=MAX_CODE)


@studio.route("/login", methods=["GET", "POST"])
@public
def login() -> ResponseReturnValue:
    if came_by_link():
        return step_inside()
    if request.method == "GET" and g.account:
        return redirect(url_for("studio.home"), 303)
    form = SignInForm(next=request.args.get("next"))
    if "password" not in request.form or not form.validate_on_submit():
        return _sign_in_page(form)
    email = form.email.data
    if left := throttle.wait(email):
        form.password.errors = [too_many(left)]
        return _sign_in_page(form), 429, _retry_after(left)
    account = accounts.verified(email, form.password.data)
    if not account:
        form.password.errors = [gettext("This address and this password do not belong together.")]
        _note_refusal(email)
        return _sign_in_page(form)
    if account.totp_secret:
        end_session()
        session["half"] = [account.fs_uniquifier, now().timestamp()]
        return _code_page(CodeForm(formdata=None, next=form.next.data, pending_form=form.pending_form.data))
    return _let_in(account, form)


@studio.route("/login/code", methods=["GET", "POST"])
@public
def login_code() -> ResponseReturnValue:
    account = _halfway()
    if not account:
        flash(gettext("That took too long. Start again with your password."), "alert")
        return redirect(url_for("studio.login"), 303)
    form = CodeForm()
    if not form.validate_on_submit():
        return _code_page(form)
    if left := throttle.wait(account.email):
        form.code.errors = [too_many(left)]
        return _code_page(form), 429, _retry_after(left)
    if not second_factor.is_right(account, form.code.data):
        form.code.errors = [gettext("This is not the code that the app shows now.")]
        _note_refusal(account.email)
        return _code_page(form)
    return _let_in(account, form)


@studio.post("/logout")
@needs(*Role)
def logout() -> Response:
    with current_store().begin() as session:
        accounts.end_sessions(accounts.own(session))
        audit.record("signed-out", within=session)
    end_session()
    answer = redirect(url_for("studio.login"), 303)
    # What this browser kept of the studio's pages. Not "cookies": the one that knows this browser is to stay.
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@studio.errorhandler(401)
def ask_to_sign_in(_: Unauthorized) -> ResponseReturnValue:
    """To the sign-in page, and back from there. A form that was sent waits in that page."""
    if request.method in ("GET", "HEAD"):
        return step_inside() if came_by_link() else redirect(url_for("studio.login", next=_here()), 303)
    if pending_form := PendingForm.from_request():
        # TRANSLATORS: Above the sign-in form, after somebody sent another form too late.
        flash(gettext("Your session has ended. Sign in, and what you typed comes back."))
    serialized = pending_form.dumps() if pending_form else ""
    return _sign_in_page(SignInForm(formdata=None, pending_form=serialized)), 401, {}


def came_by_link() -> bool:
    """From another site, which keeps a SameSite=Strict cookie at home: somebody signed in looks as if they were not."""
    return request.method == "GET" and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")


def step_inside() -> str:
    """A page that asks for the same address once more, now from here, with the cookie."""
    return render("step_inside.html", gettext("One moment"), here=_here())


def _here() -> str:
    return request.full_path.rstrip("?")


def _halfway() -> Account | None:
    """Whose password was right a moment ago."""
    uniquifier, since = session.get("half", ("", 0))
    if not holds(datetime.fromtimestamp(since, UTC), HALFWAY, now()):
        return None
    with current_store().read() as reading:
        return reading.scalar(select(Account).where(Account.fs_uniquifier == uniquifier, Account.active))


def _let_in(account: Account, form: OnwardForm) -> ResponseReturnValue:
    begin_session(account)
    with current_store().begin() as session:
        throttle.forget(session, account.email)
        audit.record("signed-in", within=session)
    if pending_form := PendingForm.loads(form.pending_form.data):
        return render("resubmit.html", gettext("What you typed is still here"), pending_form=pending_form)
    wanted = form.next.data or ""
    return redirect(wanted if is_studio(wanted) and wanted.isprintable() else url_for("studio.home"), 303)


def _note_refusal(email: str) -> None:
    """The audit names an account that exists; a typed address that has none may be a password in the wrong field."""
    with current_store().begin() as session:
        account = accounts.find(session, email)
        audit.record("sign-in-refused", account.email if account else "", within=session)


def too_many(left: timedelta) -> str:
    minutes = ceil(left / timedelta(minutes=1))
    # TRANSLATORS: %(num)s is a number of minutes.
    sentence = ngettext(
        "Too many tries. The next one is looked at in %(num)s minute.",
        "Too many tries. The next one is looked at in %(num)s minutes.",
        minutes,
    )
    return str(sentence)


def _retry_after(left: timedelta) -> dict[str, str]:
    return {"Retry-After": str(ceil(left.total_seconds()))}


def _sign_in_page(form: SignInForm) -> str:
    return render("login.html", gettext("Sign in"), form=form)


def _code_page(form: CodeForm) -> str:
    return render("code.html", gettext("Second factor"), form=form)
