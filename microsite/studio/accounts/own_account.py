"""One's own account: language, time zone, password, second factor."""

from typing import Any

from flask import flash, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import Field, Form, SelectField
from wtforms.validators import InputRequired, ValidationError

from microsite.runtime import current_edition
from microsite.studio import audit
from microsite.studio.access import Role, begin_session, current_account, needs, set_locale
from microsite.studio.accounts import accounts, second_factor, throttle
from microsite.studio.accounts.passwords import NewPasswordFields
from microsite.studio.accounts.time_zones import name_of_today, time_zones
from microsite.studio.blueprint import current_store, studio
from microsite.studio.fields import MAX_CODE, PasswordField, StudioForm, TextField
from microsite.studio.layout import render


def check_current_password(form: Form, field: Field) -> None:
    """A validator of WTForms: the account's own password, with the same limit of attempts as signing in."""
    check_password_before_code(form, field)
    _attempt_succeeded()


def check_password_before_code(form: Form, field: Field) -> None:
    """The same, where `check_code` follows: until the code is right as well, the password was only another attempt."""
    account = current_account()
    if wait := throttle.count_attempt(account.email):
        raise ValidationError(throttle.too_many(wait))
    if not accounts.authenticate(account.email, field.data or ""):
        raise ValidationError(gettext("This is not your password."))


def check_code(form: Form, field: Field) -> None:
    """A validator of WTForms: the code that the app shows now. A wrong password beside it does not use the code up."""
    if form["password"].errors:
        return
    if not second_factor.verify(current_account(), field.data or ""):
        raise ValidationError(gettext("This is not the code that the app shows now."))
    _attempt_succeeded()


def _attempt_succeeded() -> None:
    with current_store().begin() as transaction:
        throttle.attempt_succeeded(transaction, current_account().email)


class PreferencesForm(StudioForm):
    # TRANSLATORS: The language that the studio speaks to an account.
    locale = SelectField(lazy_gettext("Language"))
    timezone = SelectField(lazy_gettext("Time zone"), default=accounts.DEFAULT_TIMEZONE, coerce=name_of_today)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        locales = current_edition().content.site.locales.values()
        self.locale.choices = [(locale.tag, locale.name) for locale in locales]
        self.timezone.choices = [
            (name, name, {"data-also": " ".join(also)} if also else {}) for name, also in time_zones().items()
        ]


class ChangePasswordForm(NewPasswordFields, StudioForm):
    password = PasswordField(lazy_gettext("Your password until now"), [InputRequired(), check_current_password])


class AddSecondFactorForm(StudioForm):
    code = TextField(lazy_gettext("Code that the app shows"), [InputRequired()], max_length=MAX_CODE)
    password = PasswordField(lazy_gettext("Your password"), [InputRequired(), check_current_password])


class RemoveSecondFactorForm(StudioForm):
    """Whoever has the password alone, or an open browser alone, cannot take the second factor away.

    Where the app is lost, an admin's link for a new password does it.
    """

    password = PasswordField(lazy_gettext("Your password"), [InputRequired(), check_password_before_code])
    code = TextField(lazy_gettext("Code of the authenticator app"), [InputRequired(), check_code], max_length=MAX_CODE)


@studio.route("/account", methods=["GET", "POST"])
@needs(*Role)
def own_account() -> ResponseReturnValue:
    form = PreferencesForm(obj=current_account())
    if form.validate_on_submit():
        with current_store().begin() as transaction:
            form.populate_obj(accounts.own(transaction))
        session["locale"] = form.locale.data
        set_locale()
        flash(gettext("Your language and time zone are saved."))
        return redirect(url_for("studio.own_account"), 303)
    return render("accounts/own_account.html", gettext("Your account"), form=form)


@studio.route("/account/password", methods=["GET", "POST"])
@needs(*Role)
def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    form.owner = current_account().email
    if form.validate_on_submit():
        with current_store().begin() as transaction:
            account = accounts.own(transaction)
            accounts.set_password(account, form.new_password.data)
            audit.record(transaction, "password-changed")
        begin_session(account)
        flash(gettext("Your password is changed. Wherever else you were signed in, you no longer are."))
        return redirect(url_for("studio.own_account"), 303)
    return render("accounts/change_password.html", gettext("New password"), form=form)


@studio.route("/account/second-factor", methods=["GET", "POST"])
@needs(*Role)
def add_second_factor() -> ResponseReturnValue:
    account = current_account()
    if account.totp_secret:
        return _second_factor_page(remove=RemoveSecondFactorForm())
    form = AddSecondFactorForm()
    secret = session.setdefault("totp", second_factor.new_secret())
    if form.validate_on_submit():
        if second_factor.verify(account, form.code.data, secret):
            _save_second_factor(secret)
            flash(gettext("From now on, signing in asks for a code of this app."))
            return redirect(url_for("studio.own_account"), 303)
        form.code.errors = [gettext("This is not the code that the app shows now.")]
    return _second_factor_page(
        form=form, key=second_factor.pretty_key(secret), qr_code=second_factor.qr_code(account, secret)
    )


@studio.post("/account/second-factor/remove")
@needs(*Role)
def remove_second_factor() -> ResponseReturnValue:
    form = RemoveSecondFactorForm()
    if not form.validate_on_submit():
        return _second_factor_page(remove=form)
    _save_second_factor(None)
    flash(gettext("Signing in no longer asks for a code."))
    return redirect(url_for("studio.own_account"), 303)


def _second_factor_page(**values: Any) -> str:
    return render("accounts/second_factor.html", gettext("Second factor"), **values)


def _save_second_factor(secret: str | None) -> None:
    """Ends all sessions of the account but this one."""
    with current_store().begin() as transaction:
        account = accounts.own(transaction)
        account.totp_secret = secret
        accounts.end_sessions(account)
        audit.record(transaction, "second-factor-added" if secret else "second-factor-removed")
    begin_session(account)
