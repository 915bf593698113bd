"""Accounts, for admins: who there is, invitations, roles, an end."""

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
    """WTForms' validator: the address of somebody new."""
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


class SureForm(StudioForm):
    """What ends somebody's access asks twice: the box, and the button."""

    sure = BooleanField(validators=[InputRequired()])


class EndInvitationForm(SureForm):
    email = EmailField()


@studio.get("/accounts")
@needs(Role.ADMIN)
def accounts_list() -> str:
    return _list(InviteForm(formdata=None))


@studio.post("/accounts")
@needs(Role.ADMIN)
def invite() -> str:
    form = InviteForm()
    if not form.validate_on_submit():
        return _list(form)
    email = accounts.address(form.email.data)
    with current_store().begin() as session:
        address = one_time_links.make(session, "invite", email, form.role.data, current_account().email)
        audit.record("invited", f"{email} ({form.role.data})", within=session)
    # TRANSLATORS: Title of the page with the link that invites somebody.
    title = gettext("Invitation")
    return render("link.html", title, address=address, email=email, days=one_time_links.LIVES["invite"].days)


@studio.post("/accounts/invitations/end")
@needs(Role.ADMIN)
def end_invitation() -> Response:
    form = EndInvitationForm()
    if not form.validate_on_submit():
        return _not_sure(url_for("studio.accounts_list"))
    with current_store().begin() as session:
        one_time_links.end(session, form.email.data or "")
        audit.record("invitation-ended", accounts.address(form.email.data or ""), within=session)
    flash(gettext("The invitation no longer works."))
    return redirect(url_for("studio.accounts_list"), 303)


@studio.route("/accounts/<int:number>", methods=["GET", "POST"])
@needs(Role.ADMIN)
def one_account(number: int) -> str | Response:
    """An account; sent, the form changes its role."""
    found = _found(number)
    form = RoleForm(role=found.role)
    if not form.validate_on_submit():
        return render("one_account.html", found.email, form=form, found=found)
    with current_store().begin() as session:
        changed = accounts.change_role(session, session.get_one(Account, number), form.role.data)
        if changed:
            audit.record("role-changed", f"{found.email} ({form.role.data})", within=session)
    return _done(changed, gettext("The role is changed."))


@studio.post("/accounts/<int:number>/reset")
@needs(Role.ADMIN)
def reset_account(number: int) -> str:
    """A link for somebody who has lost a password or a second factor."""
    found = _found(number)
    with current_store().begin() as session:
        address = one_time_links.make(session, "reset", found.email, found.role, current_account().email)
        audit.record("reset-made", found.email, within=session)
    title = gettext("Link for a new password")
    return render("link.html", title, address=address, email=found.email, days=one_time_links.LIVES["reset"].days)


@studio.post("/accounts/<int:number>/end")
@needs(Role.ADMIN)
def end_account(number: int) -> Response:
    found = _found(number)
    if not SureForm().validate_on_submit():
        return _not_sure(url_for("studio.one_account", number=number))
    with current_store().begin() as session:
        closed = accounts.close(session, session.get_one(Account, number))
        if closed:
            audit.record("account-ended", found.email, within=session)
    return _done(closed, gettext("The account has ended, and with it every session that it had."))


def _done(done: bool, sentence: str) -> Response:
    if done:
        flash(sentence)
    else:
        flash(gettext("Nothing was changed: this is the only admin. Make another one first."), "alert")
    return redirect(url_for("studio.accounts_list"), 303)


def _not_sure(page: str) -> Response:
    flash(gettext("Nothing has ended: tick the box beside the button first."), "alert")
    return redirect(page, 303)


def _found(number: int) -> Account:
    with current_store().read() as session:
        found = session.get(Account, number)
    if not found or not found.active:
        abort(404)
    return found


def _list(form: InviteForm) -> str:
    with current_store().read() as session:
        everybody, invitations = accounts.everybody(session), one_time_links.invitations(session)
    # TRANSLATORS: Title of the page that lists who may sign in.
    title = gettext("Accounts")
    return render("accounts.html", title, form=form, everybody=everybody, invitations=invitations)
