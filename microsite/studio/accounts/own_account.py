"""One's own account: language, time zone, password, second factor."""

from collections.abc import Collection
from typing import Any

from flask import session
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import Field, Form, SelectField
from wtforms.validators import InputRequired, ValidationError

from microsite.runtime import current_edition
from microsite.studio import audit
from microsite.studio.access import Role, begin_session, current_account, needs, set_locale
from microsite.studio.accounts import accounts, recovery_codes, second_factor, throttle
from microsite.studio.accounts.passwords import NewPasswordFields
from microsite.studio.accounts.time_zones import name_of_today, time_zones
from microsite.studio.blueprint import current_store, studio
from microsite.studio.fields import CodeField, PasswordField, StudioForm
from microsite.studio.layout import go_to, render

PREFIXES = {"remove": "", "renew": "renew_"}
"""Of the names of fields: both forms stand on one page."""


def check_current_password(form: Form, field: Field) -> None:
    """A validator of WTForms: the account's own password, with the same limit of attempts as signing in.

    With a second factor `check_code` follows: until the code is right as well, this was only another attempt.
    """
    account = current_account()
    if wait := throttle.count_attempt(account.email):
        raise ValidationError(throttle.too_many(wait))
    if not accounts.authenticate(account.email, field.data or ""):
        raise ValidationError(gettext("This is not your password."))
    if not account.totp_secret:
        _attempt_succeeded()


def check_code(form: Form, field: Field) -> None:
    """A validator of WTForms: the code that the app shows now. What is wrong beside it does not use the code up."""
    if form.errors:
        return
    if refusal := second_factor.spend_code_or_recovery_code(current_account(), field.data or ""):
        raise ValidationError(refusal)
    _attempt_succeeded()


def _attempt_succeeded() -> None:
    with current_store().begin() as transaction:
        throttle.attempt_succeeded(transaction, current_account().email)


def _languages() -> list[tuple[str, str]]:
    return [(tag, locale.name) for tag, locale in current_edition().content.site.locales.items()]


def _zones() -> list[tuple[str, str, dict[str, str]]]:
    return [(name, name, {"data-also": " ".join(also)} if also else {}) for name, also in time_zones().items()]


class PreferencesForm(StudioForm):
    # TRANSLATORS: The language that the studio speaks to an account.
    locale = SelectField(lazy_gettext("Language"), choices=_languages)
    timezone = SelectField(lazy_gettext("Time zone"), None, name_of_today, _zones, default=accounts.DEFAULT_TIMEZONE)


class ReauthenticationForm(StudioForm):
    """Whoever has the password alone, or an open browser alone, changes nothing of how the account signs in.

    Where the app is lost, a recovery code or an admin's link for a new password helps.
    """

    password = PasswordField(lazy_gettext("Your password"), [InputRequired(), check_current_password])
    code = CodeField(lazy_gettext("Code of the app, or a recovery code"), check_code)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        if not current_account().totp_secret:
            del self.code


class ChangePasswordForm(NewPasswordFields, ReauthenticationForm):
    password = PasswordField(lazy_gettext("Your password until now"), [InputRequired(), check_current_password])
    code = ReauthenticationForm.code  # after the new password: what is wrong with that uses no code up


class AddSecondFactorForm(StudioForm):
    password = ReauthenticationForm.password
    code = CodeField(lazy_gettext("Code that the app shows"))


@studio.route("/account", methods=["GET", "POST"])
@needs(*Role)
def own_account() -> ResponseReturnValue:
    form = PreferencesForm(obj=current_account())
    if form.validate_on_submit():
        with current_store().begin() as transaction:
            form.populate_obj(accounts.own(transaction))
        session["locale"] = form.locale.data
        set_locale()
        return go_to("studio.own_account", gettext("Your language and time zone are saved."))
    return render("accounts/own_account.html", gettext("Your account"), form=form, left=codes_left())


@studio.route("/account/password", methods=["GET", "POST"])
@needs(*Role)
def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    form.owner = current_account().email
    if form.validate_on_submit():
        with audit.recorded("password-changed") as transaction:
            account = accounts.own(transaction)
            accounts.set_password(account, form.new_password.data)
            begin_session(transaction, account)
        message = gettext("Your password is changed. Wherever else you were signed in, you no longer are.")
        return go_to("studio.own_account", message)
    return render("accounts/change_password.html", gettext("New password"), form=form)


@studio.route("/account/second-factor", methods=["GET", "POST"])
@needs(*Role)
def add_second_factor() -> ResponseReturnValue:
    account = current_account()
    if account.totp_secret:
        return _second_factor_page()
    form = AddSecondFactorForm()
    secret = session.setdefault("totp", second_factor.new_secret())
    if form.validate_on_submit():
        refusal = second_factor.spend_code(account, form.code.data, secret)
        if not refusal:
            return _codes_page(_save_second_factor(secret))
        form.code.errors = [refusal]
    address = second_factor.app_address(account, secret)
    values = {"app_address": address, "qr_code": second_factor.qr_code(address)}
    return _second_factor_page(form=form, key=second_factor.pretty_key(secret), **values)


@studio.post("/account/second-factor/remove")
@needs(*Role)
def remove_second_factor() -> ResponseReturnValue:
    if not current_account().totp_secret:
        return go_to("studio.add_second_factor")
    form = ReauthenticationForm()
    if not form.validate_on_submit():
        return _second_factor_page(remove=form)
    _save_second_factor(None)
    return go_to("studio.own_account", gettext("Signing in no longer asks for a code."))


@studio.post("/account/recovery-codes")
@needs(*Role)
def renew_recovery_codes() -> ResponseReturnValue:
    if not current_account().totp_secret:
        return go_to("studio.add_second_factor")
    form = ReauthenticationForm(prefix=PREFIXES["renew"])
    if not form.validate_on_submit():
        return _second_factor_page(renew=form)
    codes = recovery_codes.make(current_account())
    with current_store().begin() as transaction:
        recovery_codes.keep(transaction, accounts.own(transaction), codes)
    return _codes_page(codes)


def _codes_page(codes: Collection[str]) -> str:
    return render("accounts/recovery_codes.html", gettext("Recovery codes"), codes=codes)


def _second_factor_page(**forms: Any) -> str:
    if current_account().totp_secret:
        empty = {name: ReauthenticationForm(formdata=None, prefix=prefix) for name, prefix in PREFIXES.items()}
        forms = {**empty, **forms}
    return render("accounts/second_factor.html", gettext("Second factor"), left=codes_left(), **forms)


def codes_left() -> int:
    """How many recovery codes the account has not used yet."""
    with current_store().read() as transaction:
        return recovery_codes.left(transaction, current_account())


def _save_second_factor(secret: str | None) -> Collection[str]:
    """Ends all sessions of the account but this one. The recovery codes that come with a second factor."""
    codes = recovery_codes.make(current_account()) if secret else {}
    with audit.recorded("second-factor-added" if secret else "second-factor-removed") as transaction:
        account = accounts.own(transaction)
        if secret:
            account.totp_secret = secret
            recovery_codes.keep(transaction, account, codes)
        else:
            accounts.remove_second_factor(transaction, account)
        accounts.end_sessions(account)
        begin_session(transaction, account)
    return codes
