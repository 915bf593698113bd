"""A message on the desk: its words, what the checks say of them, its history; saved without overwriting anybody."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from microsite.editions.edition import Edition
from microsite.language.locales import Locale
from microsite.language.message import shortened
from microsite.language.message_checks import Finding, check, limit, refusals
from microsite.language.studio_translations import forms_of, words_of
from microsite.promotions.claims import ClaimMatch
from microsite.runtime import current_edition
from microsite.storage.revisions import MESSAGE, Conflict, Draft, Topic, topic_of
from microsite.storage.tables import Revision
from microsite.studio.access import Role, needs
from microsite.studio.blueprint import newest_edition, now, studio
from microsite.studio.fields import fingerprint, number_in_query
from microsite.studio.history import history_with_diffs, repeat, revision_from_form, save_draft
from microsite.studio.layout import render
from microsite.studio.resubmission import PendingForm
from microsite.studio.translations.claims import claim_findings, claims_in
from microsite.studio.translations.desk import Asked, find_locale, hidden_page, name_of, what_is_asked
from microsite.studio.translations.message_form import TranslationForm, by_form, put, translation_form
from microsite.studio.translations.message_usage import page_that_says
from microsite.studio.translations.queue import MessageItem, QueueItem, chosen, messages, neighbours, queue
from microsite.studio.word_diff import word_diff, word_diffs

Answer = Response | tuple[str, int] | str


@dataclass
class Desk:
    """What lies on it for one request."""

    edition: Edition
    locale: Locale
    asked: Asked
    items: list[QueueItem]
    item: MessageItem
    form: TranslationForm

    @property
    def topic(self) -> Topic:
        return Topic(MESSAGE, self.item.subject, self.locale.id)

    @property
    def findings(self) -> list[Finding]:
        """Of words that are not too long for them; longer ones have been refused already."""
        if not self.form.is_short:
            return []
        return check(self.item.message, self.form.forms, self.locale) + claim_findings(self.claims)

    @property
    def claims(self) -> list[ClaimMatch]:
        return claims_in(self.item.message, self.form.forms, self.locale)

    @property
    def source(self) -> dict[str, str]:
        """What the file says now: a revision remembers it, and holds until that changes."""
        return words_of(self.item.file_forms)

    def neighbours(self) -> tuple[MessageItem | None, MessageItem | None]:
        return neighbours(self.items, self.item, chosen(self.items, *self.asked))

    def address(self, item: MessageItem | None) -> str:
        """Of a message, or of the queue where there is none."""
        if not item:
            return url_for("studio.translation_queue", tag=self.locale.tag, **self.asked.query)
        return url_for("studio.translation", tag=self.locale.tag, id=item.id, **self.asked.query)


@studio.route("/translations/<tag>/messages/<id>/", methods=["GET", "POST"])
@needs(Role.TRANSLATOR)
def translation(tag: str, id: str) -> Answer:
    desk = _desk(tag, id)
    if not desk:
        sentence = gettext("The site says no such message any more.")
        page = render(
            "error.html",
            gettext("There is nothing at this address"),
            sentence=sentence,
            pending_form=PendingForm.from_request(),
        )
        return page, 404
    match request.form.get("do"):
        case "next" | "stay":
            return _save_words(desk)
        case "restore":
            return _restore(desk)
        case "file":
            return _save(desk, Draft(action="catalog", source=desk.source))
        case _:
            return _page(desk)


def _desk(tag: str, id: str) -> Desk | None:
    edition, locale = newest_edition(), find_locale(tag)
    items = queue(edition, locale)
    item = next(
        (one for one in (*items, *messages(edition, locale)) if isinstance(one, MessageItem) and one.id == id), None
    )
    if not item:
        return None
    topic = Topic(MESSAGE, item.subject, locale.id)
    start = edition.revisions.by_id.get(number_in_query("from"))
    words = item.forms
    if start and topic_of(start) == topic and start.action == "words":
        words = forms_of(start.words)
    form = translation_form(item.message, locale, words, edition.revisions.of(topic).newest_id)
    form.label(item.message, locale, edition.catalogs[locale.id])
    return Desk(edition, locale, what_is_asked(), items, item, form)


def _save_words(desk: Desk) -> Answer:
    item, form, findings = desk.item, desk.form, desk.findings
    if not form.validate() or any(finding.grade == "refused" for finding in findings):
        return _page(desk, gettext("Something has to be mended. Nothing has been saved.")), 422
    if not any(form.forms):
        return _page(desk, gettext("There are no words. Nothing has been saved.")), 422
    if findings and form.seen.data != fingerprint(form.forms):
        wrong = gettext(
            "There are remarks. Mend the words, or save them once more as they are. Nothing has been saved."
        )
        return _page(desk, wrong), 422
    if form.forms == item.forms and item.is_served and "fuzzy" not in item.states:
        flash(gettext("No word has been changed."))
        return _onward(desk)
    claims = list(dict.fromkeys(warned.words for warned in desk.claims))
    draft = Draft(words=words_of(form.forms), note=form.note.data or "", source=desk.source, claims=claims)
    return _save(desk, draft)


def _restore(desk: Desk) -> Answer:
    old = revision_from_form(desk.edition.revisions, desk.topic)
    if refusals(desk.item.message, forms_of(old.words), desk.locale):
        # TRANSLATORS: %(number)s is the number of an older revision.
        said = gettext("The words of revision %(number)s cannot be served as they are. Mend them here.", number=old.id)
        flash(said, "alert")
        start: dict[str, Any] = {**desk.asked.query, "from": old.id}
        return redirect(url_for("studio.translation", tag=desk.locale.tag, id=desk.item.id, **start), 303)
    return _save(desk, repeat(old, desk.source), "restored")


def _save(desk: Desk, draft: Draft, what: str = "saved") -> Answer:
    try:
        save_draft(desk.topic, draft, desk.form.based_on.data or 0, now(), what)
    except Conflict as found:
        desk.edition = newest_edition()
        put(desk.form.based_on, found.theirs.id if found.theirs else 0)
        return _page(desk, theirs=found.theirs), 409
    newest_edition()
    said = shortened(desk.item.message.msgid)
    if draft.action == "words":
        # TRANSLATORS: After saving a translation. %(message)s is the beginning of the message in English.
        flash(gettext("“%(message)s”: live.", message=said))
    else:
        # TRANSLATORS: After giving up a translation of the studio. %(message)s is the beginning of the message.
        flash(gettext("“%(message)s”: the file’s words are live again.", message=said))
    return _onward(desk)


def _onward(desk: Desk) -> Response:
    """To the next message of those that are looked at, if there is one; else back to them."""
    return redirect(desk.address(desk.neighbours()[1] if request.form.get("do") == "next" else desk.item), 303)


def _page(desk: Desk, wrong: str = "", theirs: Revision | None = None) -> str:
    item, form = desk.item, desk.form
    form.seen.data = fingerprint(form.forms)
    before, after = desk.neighbours()
    among = [one for one in chosen(desk.items, *desk.asked) if isinstance(one, MessageItem)]
    previous = item.in_file.previous_msgid if item.in_file and "changed" in item.states else None
    return render(
        "translation.html",
        # TRANSLATORS: Over a message that is translated. %(language)s is the name of a language in your language.
        gettext("Translate into %(language)s", language=name_of(desk.locale)),
        desk=desk,
        item=item,
        target=desk.locale,
        findings=by_form(desk.findings, len(form.words)),
        limit=limit(item.message) or 0,
        wrong=wrong,
        theirs=theirs,
        mine=words_of(form.forms),
        changes=word_diffs(theirs.words, words_of(form.forms)) if theirs else {},
        source_changes=word_diff(previous, item.message.msgid) if previous else [],
        before=before,
        after=after,
        place=next((number for number, one in enumerate(among, 1) if one.id == item.id), 0),
        places=len(among),
        shown_at=_shown_at(desk),
        revisions=history_with_diffs(current_edition().revisions, desk.topic),
        live=item.revision.id if item.revision and "superseded" not in item.states else 0,
        newest=current_edition().revisions.of(desk.topic).newest_id,
    )


def _shown_at(desk: Desk) -> str | None:
    """The address of a page that says the message; one of the studio's own knows no page."""
    if not desk.item.message.is_for_readers:
        return None
    address = page_that_says(desk.item.message.key, desk.edition, desk.locale)
    is_public = desk.locale.tag in desk.edition.content.site.locales
    return address if is_public or not address else hidden_page(address)
