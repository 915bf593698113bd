"""The desk: all promotions in all languages; the history of each; the site at another moment."""

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext, pgettext
from werkzeug.wrappers import Response
from wtforms import Form
from wtforms.validators import InputRequired

from microsite import addresses
from microsite.promotions.promotion import Promotion, changes
from microsite.runtime import current_edition, current_locale
from microsite.storage.revisions import PROMOTION, Conflict, Topic
from microsite.studio.access import Role, needs
from microsite.studio.blueprint import now, studio
from microsite.studio.fields import MomentField, local_input, number_in_form
from microsite.studio.figures.figures import sparklines
from microsite.studio.history import history_with_diffs, repeat, revision_from_form, save_draft
from microsite.studio.layout import render
from microsite.studio.promotions.preview import Preview, signed
from microsite.studio.promotions.status import newest_edition, newest_id, page_title, standings, used

MOST_COMING = 20


class AsOfForm(Form):
    moment = MomentField(validators=[InputRequired()])


@studio.get("/promotions/")
@needs(Role.MARKETING)
def promotions() -> str | Response | tuple[str, int]:
    """The desk; with a moment, on to the site as of then."""
    edition, locale = newest_edition(), current_locale()
    form = AsOfForm(request.args)
    asked = "moment" in request.args
    if asked and form.validate() and form.moment.data:
        link = signed(Preview(moment=form.moment.data.isoformat()))
        return redirect(url_for("studio.preview", signed=link, path=f"{locale.tag}/"), 303)
    coming = {*changes(edition.promotions.values(), now()), *edition.revisions.changes(now())}
    page = render(
        "desk.html",
        pgettext("studio", "Promotions"),
        desk=[
            (one, [(standing, used(edition, one, standing.locale)) for standing in standings(edition, one)])
            for one in edition.promotions.values()
        ],
        form=form,
        now=now(),
        page_title=page_title,
        address_of=lambda key, locale: addresses.of_key(edition.content, key, locale),
        sparkline_of=sparklines(),
        coming=[(moment, local_input(moment)) for moment in sorted(coming)[:MOST_COMING]],
    )
    return (page, 422) if asked else page


@studio.get("/promotions/<key>/history/<tag>/")
@needs(Role.MARKETING)
def promotion_history(key: str, tag: str) -> str:
    promotion, topic = _find(key, tag)
    return _history_page(promotion, topic)


@studio.post("/promotions/<key>/history/<tag>/")
@needs(Role.MARKETING)
def restore(key: str, tag: str) -> Response | tuple[str, int]:
    """Save the words of an older revision again."""
    promotion, topic = _find(key, tag)
    old = revision_from_form(current_edition().revisions, topic)
    try:
        save_draft(topic, repeat(old), number_in_form("based_on"), now(), "restored")
    except Conflict:
        newest_edition()
        wrong = gettext("Somebody saved meanwhile: look at the newest revision first. Nothing has been changed.")
        return _history_page(promotion, topic, wrong), 409
    # TRANSLATORS: %(number)s is the number of an earlier revision.
    flash(gettext("The words of revision %(number)s are live again.", number=old.id))
    return redirect(url_for("studio.promotion_history", key=key, tag=tag), 303)


def _find(key: str, tag: str) -> tuple[Promotion, Topic]:
    edition = newest_edition()
    promotion, locale = edition.promotions.get(key), edition.content.site.locales.get(tag)
    if not promotion or not locale:
        abort(404)
    return promotion, Topic(PROMOTION, key, locale.id)


def _history_page(promotion: Promotion, topic: Topic, wrong: str = "") -> str:
    edition = current_edition()
    revisions = history_with_diffs(edition.revisions, topic)
    standing = next(one for one in standings(edition, promotion) if one.locale.id == topic.locale)
    return render(
        "history.html",
        # TRANSLATORS: Title of a page. %(promotion)s is the key of a promotion, such as summer-2027.
        gettext("History of %(promotion)s", promotion=promotion.key),
        promotion=promotion,
        standing=standing,
        revisions=revisions,
        cancelled={one.cancels for one, _ in revisions},
        now=now(),
        newest=newest_id(edition.revisions, topic),
        wrong=wrong,
    )
