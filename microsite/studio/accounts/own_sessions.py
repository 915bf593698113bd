"""The browsers in which an account is signed in: seen by its owner, and ended one by one."""

from flask import session
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from sqlalchemy import delete, select

from microsite.storage.tables import BrowserSession
from microsite.studio import audit
from microsite.studio.access import ABSOLUTE_TIMEOUT, SESSION_TOKEN, Role, current_account, needs
from microsite.studio.accounts.own_account import ReauthenticationForm
from microsite.studio.blueprint import current_store, now, studio
from microsite.studio.fields import ChoicesField
from microsite.studio.layout import go_to, moment, render


def _others() -> list[tuple[str, str]]:
    """Sessions of the account that are not over by their age, but for the one that asks: choices, newest first."""
    own = BrowserSession.fs_uniquifier == current_account().fs_uniquifier
    others = select(BrowserSession).where(
        own, BrowserSession.token != session[SESSION_TOKEN], BrowserSession.began > now() - ABSOLUTE_TIMEOUT
    )
    with current_store().read() as transaction:
        newest_first = transaction.scalars(others.order_by(BrowserSession.id.desc())).all()
    # TRANSLATORS: %(moment)s is a date and a time.
    return [(str(other.id), gettext("since %(moment)s", moment=moment(other.began))) for other in newest_first]


class EndSessionsForm(ReauthenticationForm):
    ended = ChoicesField(lazy_gettext("Other browsers in which you are signed in"), choices=_others)


@studio.route("/account/sessions", methods=["GET", "POST"])
@needs(*Role)
def own_sessions() -> ResponseReturnValue:
    form = EndSessionsForm()
    if form.validate_on_submit():
        with audit.recorded("own-sessions-ended") as transaction:
            ended = BrowserSession.id.in_(map(int, form.ended.data or ()))
            transaction.execute(delete(BrowserSession).where(ended))
        return go_to("studio.own_sessions", gettext("The browsers that you ticked are signed out."))
    return render("accounts/own_sessions.html", gettext("Where you are signed in"), form=form)
