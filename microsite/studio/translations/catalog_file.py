"""A language's catalog as a `.po` file: downloaded with the studio's words in it; uploaded, checked, and saved."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from microsite.catalog_tools.writing import merged_catalog
from microsite.editions.edition import Edition
from microsite.faults import Faults
from microsite.language.locales import Locale
from microsite.language.message import Message
from microsite.language.message_checks import Finding, refusals
from microsite.language.po_file import MAX_CATALOG_BYTES, catalog_path, read_bytes
from microsite.language.studio_translations import forms_of, translations_by_locale, words_by_form
from microsite.promotions.claim_checks import claim_refusals, find_message_claims
from microsite.runtime import current_runtime
from microsite.storage.revisions import MESSAGE, Action, Topic
from microsite.storage.saving import Conflict, Draft, save_all
from microsite.studio import audit
from microsite.studio.access import Role, current_account, needs
from microsite.studio.blueprint import current_store, newest_edition, now, studio
from microsite.studio.layout import render
from microsite.studio.translations.queue import language_name, locale_or_404
from microsite.studio.translations.queue_items import MessageItem, queue_of
from microsite.studio.word_diff import DiffSegment, word_diff

FORM_OVERHEAD_BYTES = 64 * 1024
"""Of a form beside its file."""


@dataclass
class UploadReport:
    """What became of an uploaded file, message by message."""

    accepted: list[tuple[MessageItem, Message, list[DiffSegment]]] = field(default_factory=list)
    """With the diff to the words before."""
    unchanged: int = 0
    untranslated: int = 0
    """Fuzzy, or without words."""
    outdated: list[tuple[MessageItem, Message]] = field(default_factory=list)
    """With words that newer ones have replaced: the newer ones stay."""
    refused: list[tuple[Message, list[Finding]]] = field(default_factory=list)
    unknown: list[Message] = field(default_factory=list)
    """Not asked for by the site."""
    duplicates: list[Message] = field(default_factory=list)
    missing: int = 0
    """Asked for by the site, and not in the file; they stay as they are."""


@studio.get("/translations/<tag>/messages.po")
@needs(Role.TRANSLATOR)
def download(tag: str) -> ResponseReturnValue:
    edition, locale = newest_edition(), locale_or_404(tag)
    folder = current_runtime().editions.settings.translations
    path = catalog_path(folder, locale.id)
    if not path.is_file():
        abort(404)
    served = edition.catalogs[locale.id].files.get(path)
    words = translations_by_locale(edition.revisions.in_force(edition.moment)).get(locale.id, {})
    try:
        data = merged_catalog(folder, locale, words, served and served.file)
    except Faults as error:
        return _report_page(locale, faults=error.faults), 409
    response = Response(data, mimetype="text/x-gettext-translation")
    response.headers.set("Content-Disposition", "attachment", filename=f"{locale.id}.po")
    return response


@studio.before_app_request
def _allow_large_upload() -> None:
    """A catalog is larger than any other form. Runs before anything reads the form."""
    if request.endpoint == "studio.upload":
        request.max_content_length = MAX_CATALOG_BYTES + FORM_OVERHEAD_BYTES


@studio.post("/translations/<tag>/upload/")
@needs(Role.TRANSLATOR)
def upload(tag: str) -> ResponseReturnValue:
    edition, locale = newest_edition(), locale_or_404(tag)
    file = request.files.get("file")
    if not file or not file.filename:
        return _report_page(locale, wrong=gettext("No file was chosen. Choose a .po file and send it again.")), 422
    name = Path(file.filename.replace("\\", "/")).name
    try:
        po_file = read_bytes(Path(name), file.read(), locale)
    except Faults as error:
        return _report_page(locale, faults=error.faults), 422
    report = _check(edition, locale, po_file.messages.values())
    report.duplicates = po_file.duplicates
    try:
        _save(edition, locale, report, name)
    except Conflict:
        wrong = gettext("Somebody else saved in the meantime. Nothing has been imported from the file: send it again.")
        return _report_page(locale, wrong=wrong), 409
    newest_edition()
    return _report_page(locale, report=report, name=name)


def _check(edition: Edition, locale: Locale, uploaded: Iterable[Message]) -> UploadReport:
    """What is new in the messages of a file, and what may not be served."""
    known = queue_of(edition, locale).by_key
    earlier = _earlier_forms(edition, locale)
    claims = edition.claims.get(locale.id, {})
    report = UploadReport(missing=len(known))
    for message in uploaded:
        item = known.get(message.key)
        if not item:
            report.unknown.append(message)
            continue
        report.missing -= 1
        findings = refusals(item.message, message.forms, locale)
        if not findings and message.forms != item.forms and message.usable_forms:
            findings += claim_refusals(find_message_claims(item.message, message.forms, claims))
        if findings:
            report.refused.append((message, findings))
        elif not message.usable_forms:
            report.untranslated += 1
        elif message.forms == item.forms and item.is_served and "fuzzy" not in item.states:
            report.unchanged += 1
        elif item.revision and message.forms in (*earlier.get(item.subject, ()), item.file_forms):
            report.outdated.append((item, message))
        else:
            report.accepted.append((item, message, word_diff("\n".join(item.forms), "\n".join(message.forms))))
    return report


def _earlier_forms(edition: Edition, locale: Locale) -> dict[str, list[tuple[str, ...]]]:
    """All words that were ever saved for each message in the studio, by its subject."""
    return {
        topic.subject: [forms_of(revision.words) for revision in saved.revisions if revision.action == Action.WORDS]
        for topic, saved in edition.revisions.by_topic.items()
        if (topic.kind, topic.locale) == (MESSAGE, locale.id)
    }


def _save(edition: Edition, locale: Locale, report: UploadReport, name: str) -> None:
    """Save everything that was accepted, in one transaction. Raises Conflict."""
    # TRANSLATORS: The note of revisions that came with a file. %(file)s is its name.
    note = gettext("From the file %(file)s", file=name[:100])
    drafts = []
    for item, message, _ in report.accepted:
        topic = Topic(MESSAGE, item.subject, locale.id)
        draft = Draft(words=words_by_form(message.forms), note=note, source=words_by_form(item.file_forms))
        drafts.append((topic, draft, edition.revisions.of(topic).newest_id))
    save_all(
        current_store(),
        drafts,
        current_account().email,
        now(),
        lambda session: audit.record(session, "uploaded", f"{locale.id}: {len(drafts)}"),
    )


def _report_page(locale: Locale, **values: Any) -> str:
    # TRANSLATORS: Over the report on a file of translations that somebody sent. %(language)s is a language's name.
    title = gettext("The file for %(language)s", language=language_name(locale))
    return render("translations/catalog_file.html", title, language=locale, **values)
