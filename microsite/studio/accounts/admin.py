"""What admins do with accounts: list, invite, change a role, reset a password, end."""

from typing import Any

from flask import abort, session
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import Field, Form, SelectField
from wtforms.validators import Email, InputRequired, ValidationError

from microsite.runtime import current_edition
from microsite.storage.tables import Account
from microsite.studio import audit
from microsite.studio.access import Role, account_zone, current_account, needs, role_name
from microsite.studio.accounts import accounts, one_time_links
from microsite.studio.blueprint import current_store, studio
from microsite.studio.fields import ConfirmForm, EmailField, StudioForm
from microsite.studio.layout import go_to, moment, render
from microsite.text import N_

LETTERS = {
    # TRANSLATORS: A mail that an admin sends. %(site)s is the site's name, %(address)s a link on a line of its own,
    # %(moment)s a date and a time, %(zone)s a time zone.
    "invite": N_(
        "You are invited to the studio of %(site)s. Open this link and choose a password:\n\n%(address)s\n\n"
        "It works once, until %(moment)s (%(zone)s)."
    ),
    # TRANSLATORS: A mail that an admin sends. %(site)s is the site's name, %(address)s a link on a line of its own,
    # %(moment)s a date and a time, %(zone)s a time zone.
    "password": N_(
        "Choose a new password for the studio of %(site)s under this link:\n\n%(address)s\n\n"
        "It works once, until %(moment)s (%(zone)s), and asks for a code of your app, or a recovery code."
    ),
    # TRANSLATORS: A mail that an admin sends. %(site)s is the site's name, %(address)s a link on a line of its own,
    # %(moment)s a date and a time, %(zone)s a time zone.
    "reset": N_(
        "Choose a new password for the studio of %(site)s under this link:\n\n%(address)s\n\n"
        "It works once, until %(moment)s (%(zone)s), and removes your second factor."
    ),
}
"""By purpose of the link."""


def has_no_account(form: Form, field: Field) -> None:
    """A validator of WTForms: the address has no active account."""
    with current_store().read() as transaction:
        if accounts.find(transaction, field.data or ""):
            raise ValidationError(gettext("This address has an account already."))


class RoleForm(StudioForm):
    # TRANSLATORS: What an account may do: marketing, translation or everything.
    role = SelectField(lazy_gettext("Role"), choices=lambda: [(role.value, role_name(role)) for role in Role])


class InviteForm(RoleForm):
    email = EmailField(lazy_gettext("E-mail address"), [InputRequired(), Email(), has_no_account])


class EndInvitationForm(ConfirmForm):
    email = EmailField()


@studio.route("/accounts", methods=["GET", "POST"])
@needs(Role.ADMIN)
def accounts_list() -> str | Response:
    """Who may sign in; sent, the form invites somebody."""
    form = InviteForm()
    if form.validate_on_submit():
        email = accounts.normalize_email(form.email.data)
        return _make_link("invite", email, form.role.data, "invited", f"{email} ({form.role.data})")
    with current_store().read() as transaction:
        active, invitations = accounts.active_accounts(transaction), one_time_links.open_invitations(transaction)
    # TRANSLATORS: Title of the page that lists who may sign in.
    title = gettext("Accounts")
    return render("accounts/accounts_list.html", title, form=form, active_accounts=active, invitations=invitations)


@studio.post("/accounts/invitations/end")
@needs(Role.ADMIN)
def end_invitation() -> Response:
    form = EndInvitationForm()
    if not form.validate_on_submit():
        return _ask_to_confirm("studio.accounts_list")
    email = accounts.normalize_email(form.email.data or "")
    with audit.recorded("invitation-ended", email) as transaction:
        one_time_links.revoke(transaction, email)
    return go_to("studio.accounts_list", gettext("The invitation no longer works."))


@studio.route("/accounts/<int:number>", methods=["GET", "POST"])
@needs(Role.ADMIN)
def account_details(number: int) -> str | Response:
    """An account; sent, the form changes its role."""
    account = _active_account(number)
    form = RoleForm(role=account.role)
    if not form.validate_on_submit():
        return render("accounts/account_details.html", account.email, form=form, details=account)
    with audit.recorded("role-changed", f"{account.email} ({form.role.data})") as transaction:
        accounts.change_role(transaction, transaction.get_one(Account, number), form.role.data)
    return go_to("studio.accounts_list", gettext("The role is changed."))


@studio.errorhandler(accounts.LastAdmin)
def refuse_last_admin(_: accounts.LastAdmin) -> Response:
    failed = gettext("Nothing was changed: this is the only admin. Make another one first.")
    return go_to("studio.accounts_list", alert=failed)


@studio.post("/accounts/<int:number>/reset")
@needs(Role.ADMIN)
def reset_account(number: int) -> Response:
    """A link for somebody who has lost a password, or with the box ticked a second factor as well."""
    account = _active_account(number)
    purpose = "reset" if ConfirmForm().validate_on_submit() or not account.totp_secret else "password"
    return _make_link(purpose, account.email, account.role, "reset-made", account.email)


@studio.post("/accounts/<int:number>/sign-out")
@needs(Role.ADMIN)
def sign_out_account(number: int) -> Response:
    """For a telephone that is lost, or a browser that was left open."""
    account = _active_account(number)
    with audit.recorded("sessions-ended", account.email) as transaction:
        accounts.end_sessions(transaction.get_one(Account, number))
    return go_to("studio.accounts_list", gettext("The account is signed out everywhere."))


@studio.get("/accounts/link")
@needs(Role.ADMIN)
def one_time_link() -> str | Response:
    """The link that was made last in this session: its secret is nowhere else, the database has its hash."""
    secret = session.get("link", "")
    with current_store().read() as transaction:
        link = one_time_links.find(transaction, secret)
    if not link:
        failed = gettext("That link can no longer be shown: it was used or withdrawn, or its time is over.")
        return go_to("studio.accounts_list", alert=failed)
    values: dict[str, Any] = {"address": one_time_links.address(secret), "zone": account_zone().key}
    site = current_edition().content.site.name
    ready = gettext(LETTERS[link.purpose], **values, site=site, moment=moment(link.expires))
    title = gettext("Link for a new password")
    if link.purpose == "invite":
        # TRANSLATORS: Title of the page with the link that invites somebody.
        title = gettext("Invitation")
    return render("accounts/one_time_link.html", title, link=link, ready=ready, **values)


@studio.post("/accounts/<int:number>/end")
@needs(Role.ADMIN)
def end_account(number: int) -> Response:
    account = _active_account(number)
    if not ConfirmForm().validate_on_submit():
        return _ask_to_confirm("studio.account_details", number=number)
    with audit.recorded("account-ended", account.email) as transaction:
        accounts.end(transaction, transaction.get_one(Account, number))
    return go_to("studio.accounts_list", gettext("The account has ended, and all its sessions with it."))


def _active_account(number: int) -> Account:
    """404 for an account that there is not, or that has ended."""
    with current_store().read() as transaction:
        return transaction.scalar(select(Account).where(Account.id == number, Account.active)) or abort(404)


def _make_link(purpose: str, email: str, role: str, event: str, about: str) -> Response:
    """Make a link, record it, and lead to the page that shows it."""
    with audit.recorded(event, about) as transaction:
        session["link"] = one_time_links.create(transaction, purpose, email, role, current_account().email)
    return go_to("studio.one_time_link")


def _ask_to_confirm(endpoint: str, **values: Any) -> Response:
    failed = gettext("No account was ended: tick the box next to the button first.")
    return go_to(endpoint, alert=failed, **values)
