"""The page of an uploaded file: looked at, taken message by message, and taken back as a whole."""

from dataclasses import dataclass
from pathlib import Path

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from microsite.editions.edition import Edition
from microsite.faults import Faults
from microsite.language.locales import Locale
from microsite.language.po_file import read_bytes
from microsite.language.studio_translations import key_of, words_by_form
from microsite.storage.revisions import MESSAGE, Action, Revisions, Topic, topic_of
from microsite.storage.saving import Conflict, Draft, save_all
from microsite.storage.tables import Revision, Upload
from microsite.studio import audit
from microsite.studio.access import Role, current_account, needs
from microsite.studio.blueprint import current_store, newest_edition, now, studio
from microsite.studio.fields import ConfirmForm, number_in_form, number_or_abort
from microsite.studio.layout import render
from microsite.studio.translations.catalog_file import file_title, report_page
from microsite.studio.translations.queue import locale_or_404
from microsite.studio.translations.stored_uploads import LIFETIME, mark_taken, stored_upload
from microsite.studio.translations.upload_report import STANDINGS, Offer, UploadReport, report_on
from microsite.studio.word_diff import DiffSegment, word_diffs

MAX_BOXES = 10_000
"""Fields of the form on a file: one for each message."""


@studio.route("/translations/<tag>/uploads/<int:number>/", methods=["GET", "POST"])
@needs(Role.TRANSLATOR)
def upload_page(tag: str, number: int) -> ResponseReturnValue:
    edition, locale = newest_edition(), locale_or_404(tag)
    upload = stored_upload(number, locale) or abort(404)
    action = request.form.get("do")
    if upload.taken:
        page = _take_back if action == "back" else _taken_page
        return page(edition, locale, upload)
    try:
        return (_take if action == "take" else _waiting_page)(edition, locale, upload)
    except Faults as error:
        return report_page(locale, faults=error.faults), 422


@studio.before_app_request
def _allow_many_boxes() -> None:
    """A box for each message of a file: more than any other form has. Runs before anything reads the form."""
    if request.endpoint == "studio.upload_page":
        request.max_form_parts = MAX_BOXES


def _report(edition: Edition, locale: Locale, upload: Upload) -> UploadReport:
    """Raises Faults where the file is none for this language any more: the plural rule here may have changed."""
    path = Path(upload.name)
    return report_on(edition, locale, read_bytes(path, upload.text.encode(), locale, may_have_other_forms=True), path)


def _take(edition: Edition, locale: Locale, upload: Upload) -> ResponseReturnValue:
    """Save what is ticked, in one transaction; nothing where somebody has saved any of it since the page was made."""
    ticked = {number_or_abort(400, number) for number in request.form.getlist("take")}
    report = _report(edition, locale, upload)
    chosen = [offer for offer in report.offers if offer.number in ticked]
    if not chosen:
        wrong = gettext("No message that changes anything is ticked. Nothing has been imported.")
        return _waiting_page(edition, locale, upload, ticked, wrong), 422
    late = _saved_since(edition, locale, chosen, number_in_form("based_on"))
    if not late:
        try:
            _save_chosen(edition, locale, upload, chosen)
        except Conflict:
            known, edition = edition.revisions.last_id, newest_edition()
            late = _saved_since(edition, locale, chosen, known)
    if late:
        # TRANSLATORS: %(num)s is a number of messages whose boxes somebody had ticked.
        wrong = ngettext(
            "%(num)s of these messages was saved meanwhile: it is no longer ticked. Nothing has been imported yet.",
            "%(num)s of these messages were saved meanwhile: they are no longer ticked. Nothing has been imported yet.",
            len(late),
        )
        return _waiting_page(edition, locale, upload, ticked - late, wrong), 409
    newest_edition()
    # TRANSLATORS: After a file of translations was taken. %(num)s is a number of messages.
    flash(ngettext("%(num)s message of the file is live.", "%(num)s messages of the file are live.", len(chosen)))
    return redirect(request.path, 303)


def _saved_since(edition: Edition, locale: Locale, offers: list[Offer], last_id: int) -> set[int]:
    """The numbers of the offers whose messages have a revision after `last_id`."""
    topics = {offer.number: Topic(MESSAGE, offer.item.subject, locale.id) for offer in offers}
    return {number for number, topic in topics.items() if edition.revisions.of(topic).newest_id > last_id}


def _save_chosen(edition: Edition, locale: Locale, upload: Upload, chosen: list[Offer]) -> None:
    """Raises Conflict."""
    # TRANSLATORS: The note of revisions that came with a file. %(file)s is its name.
    note, drafts = gettext("From the file %(file)s", file=upload.name), []
    for offer in chosen:
        topic = Topic(MESSAGE, offer.item.subject, locale.id)
        draft = Draft(words=words_by_form(offer.message.forms), note=note, source=words_by_form(offer.item.file_forms))
        drafts.append((topic, draft, edition.revisions.of(topic).newest_id))
    moment = now()

    def mark(session: Session) -> None:
        if not mark_taken(session, upload, moment):
            raise Conflict(drafts[0][1], None)
        audit.record(session, "uploaded", f"{locale.id}: {len(drafts)}")

    save_all(current_store(), drafts, current_account().email, moment, mark)


def _waiting_page(
    edition: Edition, locale: Locale, upload: Upload, ticked: set[int] | None = None, wrong: str = ""
) -> str:
    report = _report(edition, locale, upload)
    return render(
        "translations/upload.html",
        file_title(locale),
        language=locale,
        upload=upload,
        until=upload.made + LIFETIME,
        report=report,
        standings=STANDINGS,
        ticked=report.ticked if ticked is None else ticked,
        based_on=edition.revisions.last_id,
        wrong=wrong,
    )


@dataclass(frozen=True)
class Taken:
    """A message that an upload has changed."""

    revision: Revision
    before: Revision | None
    """Whose words it has replaced; None: those of the file."""
    is_newest: bool
    """Whether nobody has saved it since."""

    @property
    def msgid(self) -> str:
        return key_of(self.revision.subject)[1]

    @property
    def diffs(self) -> dict[str, list[DiffSegment]]:
        """To the words before, by plural form."""
        return word_diffs(self.before.words if self.before else self.revision.source or {}, self.revision.words)

    def undo(self, upload: Upload) -> Draft:
        """What was in force before: with what the file said then, so that whatever it has said since holds."""
        # TRANSLATORS: The note of revisions that undo what a file had brought. %(file)s is the file's name.
        before, note = self.before, gettext("The file %(file)s was taken back", file=upload.name)
        if not before:
            return Draft(action=Action.CATALOG, note=note, source=self.revision.source)
        return Draft(words=before.words, note=note, confirmed_claims=before.confirmed_claims, source=before.source)


def _taken_messages(revisions: Revisions, locale: Locale, upload: Upload) -> list[Taken]:
    brought = (MESSAGE, locale.id, upload.made_by, upload.taken)
    rows = [row for row in revisions.by_id.values() if (row.kind, row.locale, row.author, row.saved) == brought]
    messages = []
    for row in rows:
        former = revisions.by_id.get(row.based_on)
        before = former if former and former.action == Action.WORDS else None
        messages.append(Taken(row, before, revisions.of(topic_of(row)).newest_id == row.id))
    return messages


def _taken_page(edition: Edition, locale: Locale, upload: Upload, wrong: str = "") -> str:
    messages = _taken_messages(edition.revisions, locale, upload)
    return render(
        "translations/taken_upload.html",
        file_title(locale),
        language=locale,
        upload=upload,
        messages=[message for message in messages if message.is_newest],
        changed_since=[message for message in messages if not message.is_newest],
        wrong=wrong,
    )


def _take_back(edition: Edition, locale: Locale, upload: Upload) -> ResponseReturnValue:
    """Let every message that is as the upload left it say again what it said before; the others stay."""
    if not ConfirmForm().validate_on_submit():
        wrong = gettext("Tick the box to take the file back. Nothing has been changed.")
        return _taken_page(edition, locale, upload, wrong), 422
    drafts = [
        (topic_of(message.revision), message.undo(upload), message.revision.id)
        for message in _taken_messages(edition.revisions, locale, upload)
        if message.is_newest
    ]

    def record(session: Session) -> None:
        audit.record(session, "upload-taken-back", f"{locale.id}: {len(drafts)}")

    try:
        if drafts:
            save_all(current_store(), drafts, current_account().email, now(), record)
    except Conflict:
        wrong = gettext("Somebody saved in the meantime. Nothing has been taken back: look at the list again.")
        return _taken_page(newest_edition(), locale, upload, wrong), 409
    newest_edition()
    flash(
        # TRANSLATORS: After a file of translations was taken back. %(num)s is a number of messages.
        ngettext(
            "%(num)s message says again what it said before.",
            "%(num)s messages say again what they said before.",
            len(drafts),
        )
    )
    return redirect(request.path, 303)
