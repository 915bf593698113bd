"""One's own account: language, time zone, password, second factor."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from flask import flash, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import Field, Form, SelectField
from wtforms.validators import InputRequired, ValidationError

from microsite.editions.edition import current_edition
from microsite.studio import audit
from microsite.studio.access import Role, begin_session, current_account, needs
from microsite.studio.accounts import accounts, second_factor, throttle
from microsite.studio.accounts.passwords import MOST, NewPassword
from microsite.studio.accounts.sign_in import too_many
from microsite.studio.blueprint import current_store, studio
from microsite.studio.fields import MAX_CODE, PasswordField, StudioForm, TextField
from microsite.studio.layout import render


def is_own(form: Form, field: Field) -> None:
    """WTForms' validator: this account's password, tried no more often than when signing in."""
    is_own_so_far(form, field)
    _forget_tries()


def is_own_so_far(form: Form, field: Field) -> None:
    """The same where a code is asked for as well: until that is right, the password was only another try."""
    account = current_account()
    if left := throttle.wait(account.email):
        raise ValidationError(too_many(left))
    if not accounts.verified(account.email, field.data or ""):
        raise ValidationError(gettext("This is not your password."))


def is_current(form: Form, field: Field) -> None:
    """WTForms' validator: the code that the app shows now. Used up only beside the right password."""
    if form["password"].errors:
        return
    if not second_factor.is_right(current_account(), field.data or ""):
        raise ValidationError(gettext("This is not the code that the app shows now."))
    _forget_tries()


def _forget_tries() -> None:
    with current_store().begin() as writing:
        throttle.forget(writing, current_account().email)


@cache
def zones() -> list[str]:
    """Names of time zones that people live in."""
    regions = ["Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"]
    return [*sorted(name for name in available_timezones() if name.partition("/")[0] in regions), "UTC"]


class PreferencesForm(StudioForm):
    # TRANSLATORS: The language that the studio speaks to an account.
    locale = SelectField(lazy_gettext("Language"))
    timezone = SelectField(lazy_gettext("Time zone"))


class PasswordForm(NewPassword, StudioForm):
    password = PasswordField(lazy_gettext("Your password until now"), [InputRequired(), is_own], max_length=MOST)


class RemoveForm(StudioForm):
    """Whoever has the password alone, or an open browser alone, cannot take the second factor away.

    Where the app is lost, an admin's link for a new password does it.
    """

    password = PasswordField(lazy_gettext("Your password"), [InputRequired(), is_own_so_far], max_length=MOST)
    code = TextField(lazy_gettext("Code of the authenticator app"), [InputRequired(), is_current], max_length=MAX_CODE)


class SecondFactorForm(StudioForm):
    code = TextField(lazy_gettext("Code that the app shows"), [InputRequired()], max_length=MAX_CODE)
    password = PasswordField(lazy_gettext("Your password"), [InputRequired(), is_own], max_length=MOST)


@studio.route("/account", methods=["GET", "POST"])
@needs(*Role)
def account() -> ResponseReturnValue:
    mine = current_account()
    form = PreferencesForm(obj=mine)
    form.locale.choices = [(one.tag, one.name) for one in current_edition().content.site.locales.values()]
    form.timezone.choices = zones()
    if form.validate_on_submit():
        with current_store().begin() as writing:
            mine = accounts.own(writing)
            mine.locale, mine.timezone = form.locale.data, form.timezone.data
        return redirect(url_for("studio.account"), 303)
    return render("account.html", gettext("Your account"), form=form)


@studio.route("/account/password", methods=["GET", "POST"])
@needs(*Role)
def password() -> ResponseReturnValue:
    form = PasswordForm()
    form.owner = current_account().email
    if form.validate_on_submit():
        with current_store().begin() as writing:
            mine = accounts.own(writing)
            accounts.set_password(mine, form.new_password.data)
            audit.record("password-changed", within=writing)
        begin_session(mine)
        flash(gettext("Your password is changed. Wherever else you were signed in, you no longer are."))
        return redirect(url_for("studio.account"), 303)
    return render("password.html", gettext("New password"), form=form)


@studio.route("/account/second-factor", methods=["GET", "POST"], endpoint="second_factor")
@needs(*Role)
def add_second_factor() -> ResponseReturnValue:
    mine = current_account()
    if mine.totp_secret:
        return _second_factor_page(remove=RemoveForm())
    form = SecondFactorForm()
    secret = session.setdefault("totp", second_factor.new_secret())
    if form.validate_on_submit():
        if second_factor.is_right(mine, form.code.data, secret):
            _keep_second_factor(secret)
            flash(gettext("From now on, signing in asks for a code of this app."))
            return redirect(url_for("studio.account"), 303)
        form.code.errors = [gettext("This is not the code that the app shows now.")]
    return _second_factor_page(form=form, key=second_factor.key(secret), picture=second_factor.picture(mine, secret))


@studio.post("/account/second-factor/remove")
@needs(*Role)
def remove_second_factor() -> ResponseReturnValue:
    form = RemoveForm()
    if not form.validate_on_submit():
        return _second_factor_page(remove=form)
    _keep_second_factor(None)
    flash(gettext("Signing in no longer asks for a code."))
    return redirect(url_for("studio.account"), 303)


def _second_factor_page(**values: Any) -> str:
    return render("second_factor.html", gettext("Second factor"), **values)


def _keep_second_factor(secret: str | None) -> None:
    """From now on, everywhere: sessions from before end, but for this one."""
    with current_store().begin() as writing:
        mine = accounts.own(writing)
        mine.totp_secret = secret
        accounts.end_sessions(mine)
        audit.record("second-factor-added" if secret else "second-factor-removed", within=writing)
    begin_session(mine)
