"""What admins do with accounts: list, invite, change a role, reset a password, end."""

from typing import Any

from flask import abort, flash, redirect, session, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Field, Form, SelectField
from wtforms.validators import Email, InputRequired, ValidationError

from microsite.runtime import current_edition
from microsite.storage.tables import Account, OneTimeLink
from microsite.studio import audit
from microsite.studio.access import Role, account_zone, current_account, needs, role_name
from microsite.studio.accounts import accounts, one_time_links
from microsite.studio.blueprint import current_store, studio
from microsite.studio.fields import ConfirmForm, EmailField, StudioForm
from microsite.studio.layout import moment, render


def has_no_account(form: Form, field: Field) -> None:
    """A validator of WTForms: the address has no active account."""
    with current_store().read() as transaction:
        if accounts.find(transaction, field.data or ""):
            raise ValidationError(gettext("This address has an account already."))


class RoleForm(StudioForm):
    # TRANSLATORS: What an account may do: marketing, translation or everything.
    role = SelectField(lazy_gettext("Role"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.role.choices = [(role.value, role_name(role)) for role in Role]


class InviteForm(RoleForm):
    email = EmailField(lazy_gettext("E-mail address"), [InputRequired(), Email(), has_no_account])


class EndInvitationForm(ConfirmForm):
    email = EmailField()


@studio.get("/accounts")
@needs(Role.ADMIN)
def accounts_list() -> str:
    return _accounts_page(InviteForm(formdata=None))


@studio.post("/accounts")
@needs(Role.ADMIN)
def invite() -> str | Response:
    form = InviteForm()
    if not form.validate_on_submit():
        return _accounts_page(form)
    email = accounts.normalize_email(form.email.data)
    return _make_link("invite", email, form.role.data, "invited", f"{email} ({form.role.data})")


@studio.post("/accounts/invitations/end")
@needs(Role.ADMIN)
def end_invitation() -> Response:
    form = EndInvitationForm()
    if not form.validate_on_submit():
        return _ask_to_confirm(url_for("studio.accounts_list"))
    email = accounts.normalize_email(form.email.data or "")
    with current_store().begin() as transaction:
        one_time_links.revoke(transaction, email)
        audit.record(transaction, "invitation-ended", email)
    flash(gettext("The invitation no longer works."))
    return redirect(url_for("studio.accounts_list"), 303)


@studio.route("/accounts/<int:number>", methods=["GET", "POST"])
@needs(Role.ADMIN)
def account_details(number: int) -> str | Response:
    """An account; sent, the form changes its role."""
    account = _active_account(number)
    form = RoleForm(role=account.role)
    if not form.validate_on_submit():
        return render("accounts/account_details.html", account.email, form=form, details=account)
    with current_store().begin() as transaction:
        is_changed = accounts.change_role(transaction, transaction.get_one(Account, number), form.role.data)
        if is_changed:
            audit.record(transaction, "role-changed", f"{account.email} ({form.role.data})")
    return _back_to_list(is_changed, gettext("The role is changed."))


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
    with current_store().begin() as transaction:
        accounts.end_sessions(transaction.get_one(Account, number))
        audit.record(transaction, "sessions-ended", account.email)
    return _back_to_list(True, gettext("The account is signed out everywhere."))


@studio.get("/accounts/link")
@needs(Role.ADMIN)
def one_time_link() -> str | Response:
    """The link that was made last in this session: its secret is nowhere else, the database has its hash."""
    secret = session.get("link", "")
    with current_store().read() as transaction:
        link = one_time_links.find(transaction, secret)
    if not link:
        flash(gettext("That link can no longer be shown: it was used or withdrawn, or its time is over."), "alert")
        return redirect(url_for("studio.accounts_list"), 303)
    address = one_time_links.address(secret)
    title, ready = _ready_to_send(link, address)
    zone = account_zone().key
    return render("accounts/one_time_link.html", title, link=link, address=address, zone=zone, ready=ready)


def _ready_to_send(link: OneTimeLink, address: str) -> tuple[str, str]:
    """The title of the page with a link, and what an admin may write to whom it is for."""
    values = {"site": current_edition().content.site.name, "address": address}
    values |= {"moment": moment(link.expires), "zone": account_zone().key}
    if link.purpose == "invite":
        # TRANSLATORS: A mail that an admin sends. %(site)s is the site's name, %(address)s a link on a line of its own,
        # %(moment)s a date and a time, %(zone)s a time zone.
        text = gettext(
            "You are invited to the studio of %(site)s. Open this link and choose a password:\n\n%(address)s\n\n"
            "It works once, until %(moment)s (%(zone)s).",
            **values,
        )
        # TRANSLATORS: Title of the page with the link that invites somebody.
        return gettext("Invitation"), text
    if link.purpose == "password":
        # TRANSLATORS: A mail that an admin sends. %(site)s is the site's name, %(address)s a link on a line of its own,
        # %(moment)s a date and a time, %(zone)s a time zone.
        text = gettext(
            "Choose a new password for the studio of %(site)s under this link:\n\n%(address)s\n\n"
            "It works once, until %(moment)s (%(zone)s), and asks for a code of your app, or a recovery code.",
            **values,
        )
    else:
        # TRANSLATORS: A mail that an admin sends. %(site)s is the site's name, %(address)s a link on a line of its own,
        # %(moment)s a date and a time, %(zone)s a time zone.
        text = gettext(
            "Choose a new password for the studio of %(site)s under this link:\n\n%(address)s\n\n"
            "It works once, until %(moment)s (%(zone)s), and removes your second factor.",
            **values,
        )
    return gettext("Link for a new password"), text


@studio.post("/accounts/<int:number>/end")
@needs(Role.ADMIN)
def end_account(number: int) -> Response:
    account = _active_account(number)
    if not ConfirmForm().validate_on_submit():
        return _ask_to_confirm(url_for("studio.account_details", number=number))
    with current_store().begin() as transaction:
        is_ended = accounts.end(transaction, transaction.get_one(Account, number))
        if is_ended:
            audit.record(transaction, "account-ended", account.email)
    return _back_to_list(is_ended, gettext("The account has ended, and all its sessions with it."))


def _active_account(number: int) -> Account:
    """404 for an account that there is not, or that has ended."""
    with current_store().read() as transaction:
        account = transaction.get(Account, number)
    if not account or not account.active:
        abort(404)
    return account


def _accounts_page(form: InviteForm) -> str:
    with current_store().read() as transaction:
        active, invitations = accounts.active_accounts(transaction), one_time_links.open_invitations(transaction)
    # TRANSLATORS: Title of the page that lists who may sign in.
    title = gettext("Accounts")
    return render("accounts/accounts_list.html", title, form=form, active_accounts=active, invitations=invitations)


def _make_link(purpose: str, email: str, role: str, event: str, about: str) -> Response:
    """Make a link, record it, and lead to the page that shows it."""
    with current_store().begin() as transaction:
        session["link"] = one_time_links.create(transaction, purpose, email, role, current_account().email)
        audit.record(transaction, event, about)
    return redirect(url_for("studio.one_time_link"), 303)


def _back_to_list(is_done: bool, sentence: str) -> Response:
    if is_done:
        flash(sentence)
    else:
        flash(gettext("Nothing was changed: this is the only admin. Make another one first."), "alert")
    return redirect(url_for("studio.accounts_list"), 303)


def _ask_to_confirm(page: str) -> Response:
    flash(gettext("No account was ended: tick the box next to the button first."), "alert")
    return redirect(page, 303)
