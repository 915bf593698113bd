"""Pause, resume, unschedule, return to the catalog's words, end a comparison: pages that ask first, for all languages
or some."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from microsite.promotions.claims import ClaimMatch, find_claims
from microsite.promotions.promotion import Promotion
from microsite.promotions.wording import catalog_words
from microsite.storage.revisions import PROMOTION, Action
from microsite.storage.saving import Conflict, Draft
from microsite.storage.tables import Revision
from microsite.studio.access import Role, current_account, needs
from microsite.studio.blueprint import newest_edition, now, studio
from microsite.studio.fields import (
    ChoicesField,
    FieldError,
    HiddenNumberField,
    MomentField,
    NoteField,
    StudioForm,
    field_errors,
    fingerprint,
)
from microsite.studio.history import save_drafts
from microsite.studio.layout import moment, render
from microsite.studio.promotions.status import PromotionStatus, is_scheduled, resumed, statuses


class ActionForm(StudioForm):
    # TRANSLATORS: Label of boxes to tick: English, French.
    languages = SelectMultipleField(lazy_gettext("Languages"))
    seen = HiddenNumberField(default=0)
    """The newest revision of the promotion that the page knew of."""
    note = NoteField()


class OriginalForm(ActionForm):
    confirmed = ChoicesField()
    """The fingerprints of the claims that are confirmed, of each language."""


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

    title: str
    question: str
    button: str
    statuses: list[PromotionStatus]
    """Of the languages that it concerns; without any there is nothing to do."""
    draft: Callable[[PromotionStatus, Any], Draft]
    """Of a language, from the form."""
    form: type[ActionForm] = ActionForm
    is_chosen: Callable[[PromotionStatus], bool] = lambda status: True
    """Whether a language is ticked before anybody has chosen."""
    claims: Callable[[PromotionStatus], list[ClaimMatch]] = lambda status: []
    """What the words of a language would claim: for the author to confirm, in a form with `confirmed`."""

    def claims_to_confirm(self, status: PromotionStatus) -> list[str]:
        return list(dict.fromkeys(match.words for match in self.claims(status)))

    def confirmation(self, status: PromotionStatus) -> str:
        """The value of the box that confirms these claims."""
        return fingerprint([status.locale.id, *self.claims_to_confirm(status)])


@studio.route("/promotions/<key>/pause/", methods=["GET", "POST"])
@needs(Role.MARKETING)
def pause(key: str) -> ResponseReturnValue:
    """Hide it, whatever begins meanwhile, until it is resumed or until a date; of what is paused, change that date."""
    rows = statuses(newest_edition(), _promotion(key))

    def draft(status: PromotionStatus, form: PauseForm) -> Draft:
        former = status.pause
        begin = former.live_from if former else None
        cancels = former.id if former else None
        return Draft(Action.PAUSE, {}, begin, form.until.data, note=form.note.data, cancels=cancels)

    action = WindowAction(
        gettext("Pause"),
        gettext("Readers do not see the promotion until you resume it, or until the date that you set."),
        gettext("Pause now"),
        rows,
        draft,
        PauseForm,
        # Of those that are paused already the end is changed only where nothing else is left to do.
        lambda status: not status.is_paused or all(row.is_paused for row in rows),
    )
    return _answer(key, action)


@studio.route("/promotions/<key>/unpause/", methods=["GET", "POST"])
@needs(Role.MARKETING)
def unpause(key: str) -> ResponseReturnValue:
    """End a pause now."""
    paused = [status for status in statuses(newest_edition(), _promotion(key)) if status.pause]
    action = WindowAction(
        # TRANSLATORS: Ends the pause of a promotion: it is shown again.
        gettext("Resume"),
        gettext("Readers see again what there is: the words before the pause, or what has begun meanwhile."),
        gettext("Resume now"),
        paused,
        lambda status, form: resumed(status.pause or abort(404), now(), form.note.data),
    )
    return _answer(key, action)


@studio.route("/promotions/<key>/unschedule/<int:number>/", methods=["GET", "POST"])
@needs(Role.MARKETING)
def unschedule(key: str, number: int) -> ResponseReturnValue:
    """Cancel a scheduled revision, and what is scheduled for the same moment in other languages."""
    edition, promotion = newest_edition(), _promotion(key)
    revision = edition.revisions.by_id.get(number)
    if not revision or (revision.kind, revision.subject) != (PROMOTION, key) or not is_scheduled(revision):
        abort(404)

    def together(status: PromotionStatus) -> list[Revision]:
        return [row for row in status.scheduled if row.live_from == revision.live_from]

    action = WindowAction(
        gettext("Unschedule"),
        # TRANSLATORS: %(begin)s is a date and a time.
        gettext(
            "What is scheduled for %(begin)s will not happen. It stays in the history.",
            begin=moment(revision.live_from),
        ),
        gettext("Unschedule"),
        [status for status in statuses(edition, promotion) if together(status)],
        lambda status, form: Draft(Action.CANCEL, note=form.note.data, cancels=together(status)[-1].id),
    )
    return _answer(key, action)


@studio.route("/promotions/<key>/catalog/", methods=["GET", "POST"])
@needs(Role.MARKETING)
def return_to_catalog(key: str) -> ResponseReturnValue:
    """Have the words of the catalog, which translators write, in place of marketing's."""
    promotion = _promotion(key)
    edition = newest_edition()

    def original_claims(status: PromotionStatus) -> list[ClaimMatch]:
        words = catalog_words(promotion, edition.catalogs[status.locale.id])
        return find_claims(words, edition.files.claims.get(status.locale.id, {}))

    own = [
        row
        for row in statuses(edition, promotion)
        if promotion.wording and not row.is_from_catalog and not row.comparison
    ]
    action = WindowAction(
        gettext("Return to the original text"),
        gettext("Readers see the original text again. Yours stays in the history."),
        gettext("Return to the original text"),
        own,
        lambda status, form: Draft(
            Action.CATALOG, note=form.note.data, confirmed_claims=action.claims_to_confirm(status)
        ),
        OriginalForm,
        claims=original_claims,
    )
    return _answer(key, action)


@studio.route("/promotions/<key>/compare/end/", methods=["GET", "POST"])
@needs(Role.MARKETING)
def end_comparison(key: str) -> ResponseReturnValue:
    """End a comparison before its day: its words A are back, and nothing is said of which were better."""
    edition = newest_edition()
    rows = statuses(edition, _promotion(key))

    def draft(status: PromotionStatus, form: ActionForm) -> Draft:
        begun = edition.revisions.by_id[status.comparison.number] if status.comparison else abort(404)
        if is_scheduled(begun):
            return Draft(Action.CANCEL, note=form.note.data, cancels=begun.id)
        return Draft(
            Action.COMPARE,
            begun.words,
            begun.live_from,
            now(),
            note=form.note.data,
            confirmed_claims=begun.confirmed_claims,
            cancels=begun.id,
            source=begun.source,
        )

    action = WindowAction(
        gettext("End the comparison"),
        gettext(
            # TRANSLATORS: A names the words of an advertisement that were there before they were compared with others.
            "Readers see words A alone again, at once. A comparison that is ended early says nothing about which words "
            "are better, and cannot be taken up again."
        ),
        gettext("End the comparison now"),
        [row for row in rows if row.comparison],
        draft,
    )
    return _answer(key, action)


def _promotion(key: str) -> Promotion:
    return newest_edition().promotions.get(key) or abort(404)


def _answer(key: str, action: WindowAction) -> ResponseReturnValue:
    """The page that asks, or what comes of its form."""
    if not action.statuses:
        return redirect(url_for("studio.edit", key=key), 303)
    tags = [status.locale.tag for status in action.statuses if action.is_chosen(status)]
    newest_id = max(status.newest_id for status in action.statuses)
    form = action.form(data={"languages": tags, "seen": newest_id})
    form.languages.choices = [SelectChoice(status.locale.tag, status.locale.name) for status in action.statuses]
    if isinstance(form, OriginalForm):
        form.confirmed.choices = [SelectChoice(action.confirmation(status), "") for status in action.statuses]
    if request.method != "POST":
        return _page(key, action, form)
    if not form.validate():
        return _page(key, action, form), 422
    chosen = [status for status in action.statuses if status.locale.tag in form.languages.data]
    if not chosen:
        return _page(key, action, form, gettext("No language is chosen. Nothing has been changed.")), 422
    if errors := [error for status in chosen for error in _unconfirmed(action, status, form)]:
        wrong = gettext(
            "Some words claim too much. Confirm that they are meant, or keep yours. Nothing has been changed."
        )
        return _page(key, action, form, wrong, errors), 422
    try:
        saved = _save(chosen, action, form)
    except Conflict:
        form.seen.replace(newest_id)
        wrong = gettext("Somebody saved meanwhile: look at what there is now. Nothing has been changed.")
        return _page(key, action, form, wrong), 409
    return redirect(url_for("studio.edit", key=key, saved=",".join(str(revision.id) for revision in saved)), 303)


def _save(chosen: Iterable[PromotionStatus], action: WindowAction, form: ActionForm) -> list[Revision]:
    """Raises Conflict, also where the page did not know of what was saved last."""
    drafts = [(status.topic, action.draft(status, form), status.newest_id) for status in chosen]
    if late := [draft for _, draft, newest_id in drafts if newest_id > (form.seen.data or 0)]:
        raise Conflict(late[0], None)
    saved = save_drafts(drafts, now())
    newest_edition()
    return saved


def _unconfirmed(action: WindowAction, status: PromotionStatus, form: ActionForm) -> list[FieldError]:
    """What the summary of errors says of a language whose claims are not confirmed."""
    claims = action.claims_to_confirm(status)
    if not claims or (isinstance(form, OriginalForm) and action.confirmation(status) in (form.confirmed.data or ())):
        return []
    return [FieldError(f"claims_{status.locale.id}", f"{status.locale.name}, {gettext('Claims')}", ", ".join(claims))]


def _page(
    key: str, action: WindowAction, form: ActionForm, wrong: str = "", errors: list[FieldError] | None = None
) -> str:
    return render(
        "promotions/window_action.html",
        # TRANSLATORS: Title of a page. %(action)s is “Pause”, %(promotion)s the name of an advertisement.
        gettext("%(action)s: %(promotion)s", action=action.title, promotion=_promotion(key).title),
        action=action,
        form=form,
        promotion_key=key,
        wrong=wrong,
        errors=errors or list(field_errors(form)),
        zone=current_account().timezone,
    )
