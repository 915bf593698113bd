"""The desk: all promotions in all languages, the history of each, and a way to the site at another moment."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, pgettext

from microsite.editions.edition import Edition
from microsite.promotions.figures import Totals, last_days
from microsite.promotions.promotion import change_moments
from microsite.promotions.state import Standing
from microsite.promotions.wording import typeset_words
from microsite.runtime import current_edition, current_locale
from microsite.storage.revisions import Action
from microsite.storage.saving import Conflict
from microsite.storage.tables import PromotionCount
from microsite.studio.access import Role, needs
from microsite.studio.blueprint import newest_edition, now, studio
from microsite.studio.fields import LATEST, number_in_form
from microsite.studio.figures.comparisons import told_sums
from microsite.studio.figures.period_choice import DEFAULT_DAYS
from microsite.studio.history import marks, repeat, revision_from_form, save_drafts, with_diffs
from microsite.studio.layout import go_to, moment, render, typeset
from microsite.studio.paging import asked_page
from microsite.studio.promotions.claims_box import ClaimsBox
from microsite.studio.promotions.definition import left_out
from microsite.studio.promotions.preview import Preview, own_token
from microsite.studio.promotions.preview_links import AsOfForm
from microsite.studio.promotions.status import PromotionStatus, not_while_compared, statuses_of
from microsite.studio.search import MAX_SEARCH, asked_for, matching
from microsite.studio.sorting import Column, sort_table

MAX_COMING = 20
MAX_REVISIONS = 20
"""Revisions on a page of the history."""


@studio.get("/promotions/")
@needs(Role.MARKETING)
def promotions() -> ResponseReturnValue:
    """The desk; with `moment` in the query, a redirect to a preview of the site at that moment."""
    edition, locale = newest_edition(), current_locale()
    form = AsOfForm(request.args)
    is_sent = "moment" in request.args
    if is_sent and form.validate() and form.moment.data:
        token = own_token(Preview(moment=form.moment.data.isoformat()))
        return redirect(url_for("studio.preview", token=token, path=f"{locale.tag}/"), 303)
    coming = change_moments(edition.promotions, edition.revisions, now())
    q, every_row = asked_for(), _rows(edition)
    rows, heads = sort_table(matching(every_row, q, lambda row: row.searched), _columns(), q=q or None)
    page = render(
        "promotions/desk.html",
        pgettext("studio", "Promotions"),
        rows=rows,
        heads=heads,
        q=q,
        max_search=MAX_SEARCH,
        sort=request.args.get("sort", "") if any(head.order for head in heads) else "",
        left_out=left_out(),
        form=form,
        coming=coming[:MAX_COMING],
    )
    return (page, 422) if is_sent else page


class DeskRow(NamedTuple):
    """A promotion in a language, with what the last `DEFAULT_DAYS` days brought."""

    status: PromotionStatus
    words: Mapping[str, str]
    """By part: those in force, else those behind a pause, else those that come or came, else the original text; empty
    where there is none."""
    counted: Totals

    @property
    def searched(self) -> str:
        promotion = self.status.promotion
        return " ".join((promotion.title, promotion.key, promotion.advertiser, promotion.target, *self.words.values()))


def _rows(edition: Edition) -> list[DeskRow]:
    """All promotions, by name, in all languages."""
    days = last_days(now().date(), DEFAULT_DAYS)
    counted = told_sums(days, PromotionCount.promotion, PromotionCount.locale)
    return [
        DeskRow(status, _words(status), counted.get((promotion.key, status.locale.tag), Totals()))
        for promotion in sorted(edition.promotions.values(), key=lambda promotion: promotion.title.casefold())
        for status in statuses_of(promotion)
    ]


def _words(status: PromotionStatus) -> Mapping[str, str]:
    shown = status.words
    if not shown:
        coming = (revision for revision in status.scheduled if revision.action == Action.WORDS)
        typed = status.waiting or status.typed(next(coming, status.last_words))
        shown = typeset_words(typed, status.locale.language) if any(typed.values()) else None
    return shown.by_part if shown else {}


def _columns() -> list[Column[DeskRow]]:
    def urgency(row: DeskRow) -> tuple[int, datetime]:
        return list(Standing).index(row.status.state.standing), row.status.state.moment or LATEST

    return [
        # TRANSLATORS: Head of a column: live, scheduled, paused, ended, on no page.
        Column("state", pgettext("column", "State"), urgency),
        # TRANSLATORS: Head of a column: advertisements.
        Column("promotion", pgettext("column", "Promotion"), lambda row: row.status.promotion.title.casefold()),
        # TRANSLATORS: Head of a column: English, French.
        Column("language", pgettext("column", "Language"), lambda row: row.status.locale.name.casefold()),
        # TRANSLATORS: Head of a column: the words that readers see.
        Column("words", pgettext("column", "Words"), lambda row: row.words.get("headline", "").casefold() or None),
        # TRANSLATORS: Head of a column: how often a promotion was seen in the last 28 days.
        Column("views", pgettext("column", "Views, 28 days"), lambda row: row.counted.impressions, is_number=True),
        # TRANSLATORS: Head of a column: how often a promotion was followed.
        Column("clicks", pgettext("column", "Clicks"), lambda row: row.counted.clicks, is_number=True),
    ]


@studio.get("/promotions/<key>/history/<tag>/")
@needs(Role.MARKETING)
def promotion_history(key: str, tag: str) -> str:
    return _history_page(_newest_status(key, tag))


@studio.post("/promotions/<key>/history/<tag>/")
@needs(Role.MARKETING)
def restore(key: str, tag: str) -> ResponseReturnValue:
    """Save the words of an older revision again, with the end of those that they replace, as a fix has it."""
    status = _newest_status(key, tag)
    revision = revision_from_form(current_edition().revisions, status.topic)
    if status.forbids(None):
        return _history_page(status, not_while_compared([status])), 422
    if not set(ClaimsBox(status.locale, revision.words).words) <= set(revision.confirmed_claims):
        # The list of claims may be longer than it was.
        wrong = gettext("These words claim too much, which nobody has confirmed. Nothing has been published yet.")
        start: dict[str, Any] = {"from": revision.id, "_anchor": f"words_{status.locale.id}"}
        return go_to("studio.edit", alert=wrong, key=key, **start)
    try:
        again = replace(repeat(revision), **status.end._asdict())
        save_drafts([(status.topic, again, number_in_form("based_on"))], now(), "restored")
    except Conflict:
        wrong = gettext(
            "Somebody else saved in the meantime: look at what there is now first. Nothing has been changed."
        )
        return _history_page(_newest_status(key, tag), wrong), 409
    # TRANSLATORS: %(moment)s is the date and time at which words were saved first.
    sentence = gettext("The words of %(moment)s are saved again.", moment=moment(revision.saved))
    if end := status.end.live_until:
        # TRANSLATORS: Of older words that are published again. %(end)s is a date and a time.
        sentence += " " + gettext("They keep the end of those that they replace: %(end)s.", end=moment(end))
    return go_to("studio.promotion_history", sentence, key=key, tag=tag)


def _newest_status(key: str, tag: str) -> PromotionStatus:
    """The status of a promotion in a language; 404 where either does not exist."""
    promotion = newest_edition().promotions.get(key) or abort(404)
    return next((status for status in statuses_of(promotion) if status.locale.tag == tag), None) or abort(404)


def _history_page(status: PromotionStatus, wrong: str = "") -> str:
    saved = current_edition().revisions.of(status.topic)

    def as_shown(words: Mapping[str, str]) -> Mapping[str, str]:
        return {part: typeset(text, status.locale) for part, text in words.items()}

    page = asked_page(saved.revisions[::-1], MAX_REVISIONS)
    return render(
        "promotions/history.html",
        # TRANSLATORS: Title of a page. %(promotion)s is the name of a promotion.
        gettext("History of %(promotion)s", promotion=status.promotion.title),
        status=status,
        page=page,
        revisions=with_diffs(page.items, lambda row: status.typed(saved.before(row)), as_shown),
        digest_of=lambda revision: typeset_words(revision.words, status.locale.language).digest,
        marks=marks(saved, status.revision.id if status.revision else 0, now()),
        ended_by={revision.cancels: revision for revision in saved.revisions[::-1]},
        now=now(),
        wrong=wrong,
    )
