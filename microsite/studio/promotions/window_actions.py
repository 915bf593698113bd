"""Pause, resume, unschedule, return to the catalog's words, end a comparison: pages that ask first, for all languages
or some."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from microsite.promotions.promotion import Promotion
from microsite.runtime import current_edition
from microsite.storage.revisions import PROMOTION, Action
from microsite.storage.saving import Conflict, Draft
from microsite.storage.tables import Revision
from microsite.studio.access import Role, needs
from microsite.studio.blueprint import newest_edition, now, studio
from microsite.studio.field_errors import field_errors
from microsite.studio.fields import ChoicesField, HiddenNumberField, MomentField, NoteField, StudioForm
from microsite.studio.history import save_drafts
from microsite.studio.layout import moment, render
from microsite.studio.promotions.claims_box import ClaimsBox
from microsite.studio.promotions.status import (
    End,
    PromotionStatus,
    is_scheduled,
    redirect_to_saved,
    statuses_of,
    with_other_end,
)


class ActionForm(StudioForm):
    # TRANSLATORS: Label of boxes to tick: English, French.
    languages = SelectMultipleField(lazy_gettext("Languages"))
    seen = HiddenNumberField()
    """The newest revision of the promotion that the page knew of."""
    note = NoteField()
    confirmed = ChoicesField()
    """What the boxes send that confirm claims, one for each language."""


class PauseForm(ActionForm):
    # TRANSLATORS: Label of a field: when a pause ends.
    until = MomentField(lazy_gettext("Until"), [Optional()])

    def validate_until(self, field: MomentField) -> None:
        """Raises ValidationError."""
        if field.data and field.data <= now():
            raise ValidationError(gettext("That has passed. Write a later moment, or leave it empty."))


@dataclass(frozen=True)
class WindowAction:
    """One of these pages: what it asks, and what it saves for each of the languages that it concerns."""

    promotion: Promotion
    title: str
    question: str
    button: str
    statuses: list[PromotionStatus]
    """Of the languages that it concerns; without any there is nothing to do."""
    draft: Callable[[PromotionStatus, Any], Draft]
    """Of a language, from the form; but for its note and the claims that are confirmed."""
    form: type[ActionForm] = ActionForm
    is_chosen: Callable[[PromotionStatus], bool] = lambda status: True
    """Whether a language is ticked before anybody has chosen."""
    words: Callable[[PromotionStatus], Mapping[str, str]] = lambda status: {}
    """What a language would say, by part, that nobody has looked at for what it claims."""

    def claims(self, status: PromotionStatus) -> ClaimsBox:
        return ClaimsBox(status.locale, self.words(status))


@studio.route("/promotions/<key>/pause/", methods=["GET", "POST"])
@needs(Role.MARKETING)
def pause(key: str) -> ResponseReturnValue:
    """Hide it, whatever begins meanwhile, until it is resumed or until a date; of what is paused, change that date."""
    promotion, statuses = _promotion_and_statuses(key)
    action = WindowAction(
        promotion,
        gettext("Pause"),
        gettext("Readers do not see the promotion until you resume it, or until the date that you set."),
        gettext("Pause now"),
        statuses,
        lambda status, form: _paused(status, form.until.data),
        PauseForm,
        # Of those that are paused already the end is changed only where nothing else is left to do.
        lambda status: not status.is_paused or all(other.is_paused for other in statuses),
    )
    return _answer(action)


@studio.route("/promotions/<key>/unpause/", methods=["GET", "POST"])
@needs(Role.MARKETING)
def unpause(key: str) -> ResponseReturnValue:
    """End a pause now."""
    promotion, statuses = _promotion_and_statuses(key)
    action = WindowAction(
        promotion,
        # TRANSLATORS: Ends the pause of a promotion: it is shown again.
        gettext("Resume"),
        gettext("Readers see again what there is: the words before the pause, or what has begun meanwhile."),
        gettext("Resume now"),
        [status for status in statuses if status.pause],
        lambda status, form: _paused(status, now()),
    )
    return _answer(action)


def _paused(status: PromotionStatus, until: datetime | None) -> Draft:
    """A pause from now on, or that which runs, with an end."""
    return with_other_end(status.pause, End(until)) if status.pause else Draft(Action.PAUSE, live_until=until)


@studio.route("/promotions/<key>/unschedule/<int:number>/", methods=["GET", "POST"])
@needs(Role.MARKETING)
def unschedule(key: str, number: int) -> ResponseReturnValue:
    """Cancel a scheduled revision, and what is scheduled for the same moment in other languages."""
    promotion, statuses = _promotion_and_statuses(key)
    revision = current_edition().revisions.by_id.get(number)
    if not revision or (revision.kind, revision.subject) != (PROMOTION, key) or not is_scheduled(revision):
        abort(404)
    begin = revision.live_from
    together = {status.locale: row.id for status in statuses for row in status.scheduled if row.live_from == begin}
    action = WindowAction(
        promotion,
        gettext("Unschedule"),
        # TRANSLATORS: %(begin)s is a date and a time.
        gettext("What is scheduled for %(begin)s will not happen. It stays in the history.", begin=moment(begin)),
        gettext("Unschedule"),
        [status for status in statuses if status.locale in together],
        lambda status, form: Draft(Action.CANCEL, cancels=together[status.locale]),
    )
    return _answer(action)


@studio.route("/promotions/<key>/catalog/", methods=["GET", "POST"])
@needs(Role.MARKETING)
def return_to_catalog(key: str) -> ResponseReturnValue:
    """Have the words of the catalog, which translators write, in place of marketing's."""
    promotion, statuses = _promotion_and_statuses(key)
    own = [status for status in statuses if promotion.wording and not (status.is_from_catalog or status.comparison)]
    action = WindowAction(
        promotion,
        gettext("Return to the original text"),
        gettext("Readers see the original text again. Yours stays in the history."),
        gettext("Return to the original text"),
        own,
        lambda status, form: Draft(Action.CATALOG),
        words=lambda status: status.typed(None),
    )
    return _answer(action)


@studio.route("/promotions/<key>/compare/end/", methods=["GET", "POST"])
@needs(Role.MARKETING)
def end_comparison(key: str) -> ResponseReturnValue:
    """End a comparison before its day: its words A are back, and nothing is said of which were better."""
    promotion, statuses = _promotion_and_statuses(key)

    def draft(status: PromotionStatus, form: ActionForm) -> Draft:
        number = status.comparison.number if status.comparison else 0
        begun = current_edition().revisions.by_id.get(number) or abort(404)
        if is_scheduled(begun):
            return Draft(Action.CANCEL, cancels=begun.id)
        return with_other_end(begun, End(now()))

    action = WindowAction(
        promotion,
        gettext("End the comparison"),
        gettext(
            # TRANSLATORS: A names the words of an advertisement that were there before they were compared with others.
            "Readers see words A alone again, at once. A comparison that is ended early says nothing about which words "
            "are better, and cannot be taken up again."
        ),
        gettext("End the comparison now"),
        [status for status in statuses if status.comparison],
        draft,
    )
    return _answer(action)


def _promotion_and_statuses(key: str) -> tuple[Promotion, list[PromotionStatus]]:
    promotion = newest_edition().promotions.get(key) or abort(404)
    return promotion, statuses_of(promotion)


def _answer(action: WindowAction) -> ResponseReturnValue:
    """The page that asks, or what comes of its form."""
    if not action.statuses:
        return redirect_to_saved(action.promotion.key, [])
    tags = [status.locale.tag for status in action.statuses if action.is_chosen(status)]
    newest_id = max(status.newest_id for status in action.statuses)
    form = action.form(data={"languages": tags, "seen": newest_id})
    form.languages.choices = [SelectChoice(status.locale.tag, status.locale.name) for status in action.statuses]
    form.confirmed.choices = [SelectChoice(action.claims(status).value, "") for status in action.statuses]
    if request.method != "POST":
        return _page(action, form)
    if not form.validate():
        return _page(action, form), 422
    chosen = [status for status in action.statuses if status.locale.tag in form.languages.data]
    if not chosen:
        return _page(action, form, gettext("No language is chosen. Nothing has been changed.")), 422
    boxes = [box for box in map(action.claims, chosen) if box.words and box.value not in (form.confirmed.data or ())]
    if boxes:
        wrong = gettext(
            "Some words claim too much. Confirm that they are meant, or keep yours. Nothing has been changed."
        )
        return _page(action, form, wrong, boxes), 422
    try:
        saved = _save(chosen, action, form)
    except Conflict:
        form.seen.replace(newest_id)
        wrong = gettext("Somebody saved meanwhile: look at what there is now. Nothing has been changed.")
        return _page(action, form, wrong), 409
    return redirect_to_saved(action.promotion.key, saved)


def _save(chosen: Iterable[PromotionStatus], action: WindowAction, form: ActionForm) -> list[Revision]:
    """Raises Conflict, also where the page did not know of what was saved last."""
    drafts = []
    for status in chosen:
        draft = action.draft(status, form)
        claims = [*draft.confirmed_claims, *action.claims(status).words]
        draft = replace(draft, note=form.note.data, confirmed_claims=claims)
        drafts.append((status.topic, draft, status.newest_id))
    if late := [draft for _, draft, newest_id in drafts if newest_id > form.seen.data]:
        raise Conflict(late[0], None)
    return save_drafts(drafts, now())


def _page(action: WindowAction, form: ActionForm, wrong: str = "", unconfirmed: Iterable[ClaimsBox] = ()) -> str:
    return render(
        "promotions/window_action.html",
        # TRANSLATORS: Title of a page. %(action)s is “Pause”, %(promotion)s the name of an advertisement.
        gettext("%(action)s: %(promotion)s", action=action.title, promotion=action.promotion.title),
        action=action,
        form=form,
        wrong=wrong,
        errors=[*field_errors(form), *(box.error for box in unconfirmed)],
    )
