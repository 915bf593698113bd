"""What admins do with accounts: list, invite, change a role, reset a password, end."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, Field, Form, SelectField
from wtforms.validators import Email, InputRequired, ValidationError

from microsite.storage.tables import Account
from microsite.studio import audit
from microsite.studio.access import Role, current_account, needs, role_name
from microsite.studio.accounts import accounts, one_time_links
from microsite.studio.blueprint import current_store, studio
from microsite.studio.fields import EmailField, StudioForm
from microsite.studio.layout import render


def has_no_account(form: Form, field: Field) -> None:
    """A validator of WTForms: the address has no active account."""
    with current_store().read() as session:
        if accounts.find(session, field.data or ""):
            raise ValidationError(gettext("This address has an account already."))


class RoleForm(StudioForm):
    # TRANSLATORS: What an account may do: marketing, translation or everything.
    role = SelectField(lazy_gettext("Role"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.role.choices = [(role.value, role_name(role)) for role in Role]


class InviteForm(RoleForm):
    email = EmailField(lazy_gettext("E-mail address"), [InputRequired(), Email(), has_no_account])


class ConfirmForm(StudioForm):
    """A box to tick beside the button, for what ends somebody's access."""

    confirm = BooleanField(validators=[InputRequired()])


class EndInvitationForm(ConfirmForm):
    email = EmailField()


@studio.get("/accounts")
@needs(Role.ADMIN)
def accounts_list() -> str:
    return _accounts_page(InviteForm(formdata=None))


@studio.post("/accounts")
@needs(Role.ADMIN)
def invite() -> str:
    form = InviteForm()
    if not form.validate_on_submit():
        return _accounts_page(form)
    email = accounts.normalize_email(form.email.data)
    # TRANSLATORS: Title of the page with the link that invites somebody.
    return _link_page(gettext("Invitation"), "invite", email, form.role.data, "invited", f"{email} ({form.role.data})")


@studio.post("/accounts/invitations/end")
@needs(Role.ADMIN)
def end_invitation() -> Response:
    form = EndInvitationForm()
    if not form.validate_on_submit():
        return _ask_to_confirm(url_for("studio.accounts_list"))
    email = accounts.normalize_email(form.email.data or "")
    with current_store().begin() as session:
        one_time_links.revoke(session, email)
        audit.record(session, "invitation-ended", email)
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
    with current_store().begin() as session:
        is_changed = accounts.change_role(session, session.get_one(Account, number), form.role.data)
        if is_changed:
            audit.record(session, "role-changed", f"{account.email} ({form.role.data})")
    return _back_to_list(is_changed, gettext("The role is changed."))


@studio.post("/accounts/<int:number>/reset")
@needs(Role.ADMIN)
def reset_account(number: int) -> str:
    """A link for somebody who has lost a password or a second factor."""
    account = _active_account(number)
    title = gettext("Link for a new password")
    return _link_page(title, "reset", account.email, account.role, "reset-made", account.email)


@studio.post("/accounts/<int:number>/end")
@needs(Role.ADMIN)
def end_account(number: int) -> Response:
    account = _active_account(number)
    if not ConfirmForm().validate_on_submit():
        return _ask_to_confirm(url_for("studio.account_details", number=number))
    with current_store().begin() as session:
        is_ended = accounts.end(session, session.get_one(Account, number))
        if is_ended:
            audit.record(session, "account-ended", account.email)
    return _back_to_list(is_ended, gettext("The account has ended, and with it every session that it had."))


def _active_account(number: int) -> Account:
    """404 for an account that there is not, or that has ended."""
    with current_store().read() as session:
        account = session.get(Account, number)
    if not account or not account.active:
        abort(404)
    return account


def _accounts_page(form: InviteForm) -> str:
    with current_store().read() as session:
        active, invitations = accounts.active_accounts(session), one_time_links.open_invitations(session)
    # TRANSLATORS: Title of the page that lists who may sign in.
    title = gettext("Accounts")
    return render("accounts/accounts_list.html", title, form=form, active_accounts=active, invitations=invitations)


def _link_page(title: str, purpose: str, email: str, role: str, event: str, about: str) -> str:
    """Make a link, record it, and show it: this once."""
    with current_store().begin() as session:
        address = one_time_links.create(session, purpose, email, role, current_account().email)
        audit.record(session, event, about)
    days = one_time_links.LIFETIMES[purpose].days
    return render("accounts/one_time_link.html", title, address=address, email=email, days=days)


def _back_to_list(is_done: bool, sentence: str) -> Response:
    if is_done:
        flash(sentence)
    else:
        flash(gettext("Nothing was changed: this is the only admin. Make another one first."), "alert")
    return redirect(url_for("studio.accounts_list"), 303)


def _ask_to_confirm(page: str) -> Response:
    flash(gettext("Nothing has ended: tick the box beside the button first."), "alert")
    return redirect(page, 303)
