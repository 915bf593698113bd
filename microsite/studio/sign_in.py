"""Signing in and out."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired

from microsite.studio import accounts, audit, current_store, is_studio, kept, studio
from microsite.studio.access import Role, begin_session, current_account, end_session, needs, public
from microsite.studio.pages import render


class SignInForm(FlaskForm):
    email = EmailField(lazy_gettext("E-mail address"), [InputRequired()])
    # TRANSLATORS: Names the field for the password of an account of the studio.
    password = PasswordField(lazy_gettext("Password"), [InputRequired()])
    next = HiddenField()
    kept = HiddenField()


@studio.route("/login", methods=["GET", "POST"])
@public
def login() -> str | Response:
    form = SignInForm(next=request.args.get("next"))
    if form.validate_on_submit():
        if account := accounts.verified(form.email.data, form.password.data):
            begin_session(account)
            audit.record("signed-in")
            return onward(form)
        audit.record("sign-in-refused")
        form.password.errors = [gettext("This address and this password do not belong together.")]
    return _page(form)


def _page(form: SignInForm) -> str:
    return render("login.html", gettext("Sign in"), form=form)


def ask_to_sign_in() -> Response | tuple[str, int]:
    """To the sign-in page, and back from there. A form that was sent waits in that page."""
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("studio.login", next=request.full_path.rstrip("?")), 303)
    if sent := kept.typed():
        # TRANSLATORS: Above the sign-in form, after somebody sent another form too late.
        flash(gettext("Your session has ended. Sign in, and what you typed comes back."))
    return _page(SignInForm(formdata=None, kept=kept.packed(sent))), 401


def onward(form: SignInForm) -> Response | str:
    """To where somebody wanted to go before signing in, or back to the form that they sent."""
    if sent := kept.unpacked(form.kept.data):
        return render("sent_again.html", gettext("What you typed is still here"), kept=sent)
    wanted = form.next.data or ""
    return redirect(wanted if is_studio(wanted) else url_for("studio.home"), 303)


@studio.post("/logout")
@needs(*Role)
def logout() -> Response:
    with current_store().begin() as session:
        accounts.end_sessions(session, current_account())
        audit.record("signed-out", within=session)
    end_session()
    return redirect(url_for("studio.login"), 303)
