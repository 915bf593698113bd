"""Where a one-time link leads: a form that makes an account, or gives one a new password."""

from typing import Any

from flask import abort
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import Field, Form
from wtforms.validators import Email, InputRequired, ValidationError

from microsite.runtime import current_locale
from microsite.storage.tables import Account, OneTimeLink
from microsite.studio import audit
from microsite.studio.access import begin_session, public
from microsite.studio.accounts import accounts, one_time_links, second_factor, throttle
from microsite.studio.accounts.own_account import PreferencesForm
from microsite.studio.accounts.passwords import NewPasswordFields
from microsite.studio.blueprint import current_store, studio
from microsite.studio.fields import CodeField, EmailField
from microsite.studio.layout import go_to, render

REPLACES_PASSWORD = ("password", "reset")
"""Purposes of links for an account that there is."""
EVENTS = {"password": "password-replaced", "reset": "password-reset"}
"""What the audit is told, by purpose; of any other that somebody joined."""


def check_code_of_owner(form: Form, field: Field) -> None:
    """A validator of WTForms: a code of the account that the link is for. What is wrong beside it uses none up."""
    with current_store().read() as session:
        account = accounts.find(session, form.owner)
    if form.errors or not account or not account.totp_secret:  # or it was removed since the link was made
        return
    if wait := throttle.count_attempt(account.email):
        raise ValidationError(throttle.too_many(wait))
    if refusal := second_factor.spend_code_or_recovery_code(account, field.data or ""):
        raise ValidationError(refusal)


class AcceptInvitationForm(NewPasswordFields, PreferencesForm):
    """Asks for what the link does not say: the first account's address; for a lost password a code of the app."""

    email = EmailField(lazy_gettext("E-mail address"), [InputRequired(), Email()])
    code = CodeField(lazy_gettext("Code of the app, or a recovery code"), check_code_of_owner)

    def __init__(self, link: OneTimeLink, **values: Any) -> None:
        super().__init__(locale=current_locale().tag, **values)
        self.owner = link.email
        if link.purpose != "first":
            del self.email
        if link.purpose != "password":
            del self.code
        if link.purpose in REPLACES_PASSWORD:
            del self.locale, self.timezone


@studio.route("/join/<secret>", methods=["GET", "POST"])
@public
def accept_invitation(secret: str) -> str | Response:
    """Rendered at once: a link in a mail program comes without the cookie, and a redirect could not bring it."""
    with current_store().read() as session:
        link = one_time_links.find(session, secret)
    if not link:
        abort(410)
    form = AcceptInvitationForm(link)
    if form.validate_on_submit():
        with audit.recorded(EVENTS.get(link.purpose, "joined")) as session:
            link = one_time_links.redeem(session, secret) or abort(410)  # used meanwhile, or there is an account now
            account = _account(session, link, form)
            begin_session(session, account)
            throttle.set_device_cookie(account.email)
        if link.purpose == "password":
            message = gettext("Your password is changed. Wherever else you were signed in, you no longer are.")
            return go_to("studio.home", message)
        message = gettext("Welcome. A second factor makes your account much harder to steal: set one up now.")
        if link.purpose == "reset":
            message = gettext("Your password is changed. Set up a second factor again: yours was removed.")
        return go_to("studio.add_second_factor", message)
    is_new = link.purpose not in REPLACES_PASSWORD
    title = gettext("Your account for the studio") if is_new else gettext("Choose a new password")
    return render("accounts/accept_invitation.html", title, form=form, link=link)


def _account(within: Session, link: OneTimeLink, form: AcceptInvitationForm) -> Account:
    """The new account, or the one whose password was reset. Aborts with 410 where the link came too late."""
    password = form.new_password.data
    if link.purpose not in REPLACES_PASSWORD:
        email = accounts.normalize_email(link.email or form.email.data)
        if accounts.find(within, email):  # joined since, by another link: nobody's account is made anew over it
            abort(410)
        one_time_links.revoke(within, email)
        return accounts.add(within, email, password, link.role, form.locale.data, form.timezone.data)
    account = accounts.find(within, link.email) or abort(410)  # ended since
    accounts.set_password(account, password)
    if link.purpose == "reset":
        accounts.remove_second_factor(within, account)
    return account
