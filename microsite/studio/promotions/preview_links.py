"""Links to previews for people without an account: short, listed, withdrawn by anybody of marketing."""

from collections.abc import Mapping
from datetime import datetime
from secrets import token_urlsafe

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import Select, delete, select
from wtforms import Form
from wtforms.validators import InputRequired

from microsite.clock import SKEW
from microsite.content.kinds import HOME
from microsite.runtime import current_runtime
from microsite.storage.tables import Account, PreviewLink
from microsite.studio import audit
from microsite.studio.access import Role, current_account, needed_by, needs
from microsite.studio.blueprint import current_store, now, studio
from microsite.studio.fields import MomentField, StudioForm, number_or_abort
from microsite.studio.layout import go_to, promotion_title, render
from microsite.studio.promotions.preview import LIFETIME, TOKEN_BYTES, Preview, bounded_words

WITHDRAW = "withdraw:"
"""What the button that withdraws a link sends, before the link's number."""


WordsByLocale = Mapping[str, Mapping[str, str]]
"""As typed, by locale id and part."""


class AsOfForm(Form):
    """A moment in the query."""

    moment = MomentField(validators=[InputRequired()])


class PreviewLinkForm(StudioForm):
    moment = MomentField(validators=[InputRequired()])


def links_to(promotion: str | None = None) -> list[PreviewLink]:
    """The links that work, newest first: those to drafts of one promotion, or all."""
    working = _working().order_by(PreviewLink.id.desc())
    if promotion is not None:
        working = working.where(PreviewLink.promotion == promotion)
    with current_store().read() as session:
        return list(session.scalars(working))


def link_with(token: str) -> tuple[PreviewLink, Account] | None:
    """The link that a token names, and the account that made it; None for one that does not work."""
    with current_store().read() as session:
        return session.execute(_working().where(PreviewLink.token == token)).first()


def _working() -> Select[PreviewLink, Account]:
    """Links whose time is not over, nor still to come, with their makers, as long as these may make any.

    Whoever ended and began again under the same address has made none of those before.
    """
    moment, roles = now(), needed_by("studio.preview_links") or ()
    return (
        select(PreviewLink, Account)
        .join(Account, Account.email == PreviewLink.made_by)
        .where(PreviewLink.expires > moment, PreviewLink.made <= moment + SKEW)
        .where(Account.active, Account.role.in_(roles), Account.made <= PreviewLink.made)
    )


def preview_of(link: PreviewLink) -> Preview:
    return Preview(link.promotion, link.words, link.moment.isoformat() if link.moment else "")


@studio.app_template_filter("preview_address")
def address_of(link: PreviewLink) -> str:
    """As it is handed over."""
    return f"{current_runtime().settings.studio_origin}{url_for('studio.preview', token=link.token)}"


def make_link(promotion: str, words: WordsByLocale, page: str, moment: datetime | None = None) -> PreviewLink:
    """A link to a draft, or to the site as of a moment; the account's own that shows the same, if there is one."""
    shown = {"made_by": current_account().email, "words": bounded_words(words), "page": page, "moment": moment}
    for link in links_to(promotion):
        if all(getattr(link, name) == value for name, value in shown.items()):
            return link
    made = now()
    link = PreviewLink(
        token=token_urlsafe(TOKEN_BYTES), promotion=promotion, made=made, expires=made + LIFETIME, **shown
    )
    with audit.recorded("preview-link-made", _about(link)) as session:
        session.execute(delete(PreviewLink).where(PreviewLink.expires <= made))
        session.add(link)
    return link


def withdraw(action: str) -> bool:
    """Whether there was a link with the number that a button names: from now on it opens nothing. 400 for no number."""
    number = number_or_abort(400, action.removeprefix(WITHDRAW))
    with current_store().begin() as session:
        link = session.scalar(delete(PreviewLink).where(PreviewLink.id == number).returning(PreviewLink))
        if link:
            audit.record(session, "preview-link-withdrawn", _about(link))
    return link is not None


def _about(link: PreviewLink) -> str:
    if link.promotion:
        return audit.promotion_name(link.promotion, promotion_title(link.promotion))
    return link.moment.isoformat(" ", "minutes") if link.moment else ""


@studio.route("/promotions/preview_links/", methods=["GET", "POST"])
@needs(Role.MARKETING)
def preview_links() -> ResponseReturnValue:
    """All links that work; a new one to the site as of a moment, which the query may bring along."""
    if request.method != "POST":
        return _page(AsOfForm(request.args))
    action, form, message = request.form.get("do", ""), PreviewLinkForm(), ""
    if action.startswith(WITHDRAW):
        message = gettext("The link is withdrawn: it opens nothing any more.") if withdraw(action) else ""
    elif form.validate():
        make_link("", {}, HOME, form.moment.data)
    else:
        return _page(form), 422
    return go_to("studio.preview_links", message)


def _page(form: Form) -> str:
    return render(
        "promotions/preview_links.html",
        # TRANSLATORS: Title of a page. Such links show a preview: words or a moment that readers do not see yet.
        gettext("Links for people without an account"),
        form=form,
        links=links_to(),
    )
