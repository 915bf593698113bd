"""Where a one-time link leads: a form that makes an account, or gives one a new password."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.validators import Email, InputRequired

from microsite.runtime import current_locale
from microsite.storage.tables import Account, OneTimeLink
from microsite.studio import audit
from microsite.studio.access import begin_session, public
from microsite.studio.accounts import accounts, one_time_links, throttle
from microsite.studio.accounts.own_account import PreferencesForm
from microsite.studio.accounts.passwords import NewPasswordFields
from microsite.studio.blueprint import current_store, studio
from microsite.studio.fields import EmailField
from microsite.studio.layout import render


class AcceptInvitationForm(NewPasswordFields, PreferencesForm):
    """Asks for what the link does not say: the first account's address; no preferences for a reset."""

    email = EmailField(lazy_gettext("E-mail address"), [InputRequired(), Email()])

    def __init__(self, link: OneTimeLink, **values: Any) -> None:
        super().__init__(locale=current_locale().tag, **values)
        self.owner = link.email
        if link.purpose != "first":
            del self.email
        if link.purpose == "reset":
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
        with current_store().begin() as session:
            link = one_time_links.redeem(session, secret) or abort(410)  # used meanwhile, or there is an account now
            account = _account(session, link, form)
            begin_session(account)
            throttle.set_device_cookie(account.email)
            audit.record(session, "password-reset" if link.purpose == "reset" else "joined")
        if link.purpose == "reset":
            flash(gettext("Your password is changed. Set up a second factor again: yours was removed."))
        else:
            flash(gettext("Welcome. A second factor makes your account much harder to steal: set one up now."))
        return redirect(url_for("studio.add_second_factor"), 303)
    title = gettext("Choose a new password") if link.purpose == "reset" else gettext("Your account for the studio")
    return render("accounts/accept_invitation.html", title, form=form, link=link)


def _account(within: Session, link: OneTimeLink, form: AcceptInvitationForm) -> Account:
    """The new account, or the one whose password was reset. Aborts with 410 where the link came too late."""
    password = form.new_password.data
    if link.purpose != "reset":
        email = accounts.normalize_email(link.email or form.email.data)
        if accounts.find(within, email):  # joined since, by another link: nobody's account is made anew over it
            abort(410)
        one_time_links.revoke(within, email)
        return accounts.add(within, email, password, link.role, form.locale.data, form.timezone.data)
    account = accounts.find(within, link.email)
    if not account:  # ended since
        abort(410)
    accounts.set_password(account, password)
    accounts.remove_second_factor(within, account)
    return account
