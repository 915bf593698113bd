"""A language's `.po` file: downloaded with the studio's words in it; uploaded, graded, and taken in one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from flask import Response, abort, request
from flask_babel import gettext

from microsite.catalog_tools.writing import merged_catalog
from microsite.editions.edition import Edition
from microsite.faults import Fault, Faults
from microsite.language.locales import Locale
from microsite.language.message import Message
from microsite.language.message_checks import Finding, refusals
from microsite.language.po_file import MAX_CATALOG_BYTES, catalog_path, read_bytes
from microsite.language.studio_translations import forms_of, translations_by_locale, words_of
from microsite.runtime import current_runtime
from microsite.storage.revisions import MESSAGE, Conflict, Draft, Topic, save_all
from microsite.storage.tables import Revision
from microsite.studio import audit
from microsite.studio.access import Role, current_account, needs
from microsite.studio.blueprint import current_store, newest_edition, now, studio
from microsite.studio.layout import render
from microsite.studio.translations.claims import claims_in, refused_claims
from microsite.studio.translations.desk import find_locale, name_of
from microsite.studio.translations.queue import MessageItem, messages
from microsite.studio.word_diff import DiffSegment, word_diff

AROUND = 64 * 1024
"""Bytes of a form beside its file."""


@dataclass
class Report:
    """What became of an uploaded file, message by message."""

    taken: list[tuple[MessageItem, Message, list[DiffSegment]]] = field(default_factory=list)
    """With what changed."""
    unchanged: int = 0
    silent: int = 0
    """Those that are fuzzy, or say nothing."""
    older: list[tuple[MessageItem, Message]] = field(default_factory=list)
    """Those with words that newer ones have replaced: the newer ones stay."""
    refused: list[tuple[Message, list[Finding]]] = field(default_factory=list)
    unknown: list[Message] = field(default_factory=list)
    """Those that the site does not say."""
    duplicates: list[Message] = field(default_factory=list)
    lacking: int = 0
    """Those that the site says and the file does not have at all; they stay as they are."""


@studio.get("/translations/<tag>/messages.po")
@needs(Role.TRANSLATOR)
def download(tag: str) -> Response | tuple[str, int]:
    edition, locale = newest_edition(), find_locale(tag)
    folder = current_runtime().editions.settings.translations
    if not catalog_path(folder, locale.id).is_file():
        abort(404)
    words = translations_by_locale(edition.revisions.in_force(edition.moment)).get(locale.id, {})
    try:
        data = merged_catalog(folder, locale, words)
    except Faults as found:
        return _report_page(locale, faults=found.faults), 409
    answer = Response(data, mimetype="text/x-gettext-translation")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{locale.id}.po")
    return answer


@studio.before_app_request
def _room_for_a_catalog() -> None:
    """A catalog is larger than any other form. Before anything reads the form."""
    if request.endpoint == "studio.upload":
        request.max_content_length = MAX_CATALOG_BYTES + AROUND


@studio.post("/translations/<tag>/upload/")
@needs(Role.TRANSLATOR)
def upload(tag: str) -> str | tuple[str, int]:
    edition, locale = newest_edition(), find_locale(tag)
    file = request.files.get("file")
    if not file or not file.filename:
        return _report_page(locale, wrong=gettext("No file was chosen. Choose a .po file and send it again.")), 422
    name = Path(file.filename.replace("\\", "/")).name
    try:
        read = read_bytes(Path(name), file.read(), locale)
    except Faults as found:
        return _report_page(locale, faults=found.faults), 422
    report = _graded(edition, locale, read.messages.values())
    report.duplicates = read.duplicates
    try:
        _take(edition, locale, report, name)
    except Conflict:
        wrong = gettext("Somebody saved meanwhile. Nothing of the file has been taken: send it again.")
        return _report_page(locale, wrong=wrong), 409
    newest_edition()
    return _report_page(locale, report, name=name)


def _graded(edition: Edition, locale: Locale, sent: Iterable[Message]) -> Report:
    """What is new in a file, and what cannot be served."""
    known = {item.message.key: item for item in messages(edition, locale)}
    earlier = _earlier(edition, locale)
    report = Report(lacking=len(known))
    for message in sent:
        item = known.get(message.key)
        if not item:
            report.unknown.append(message)
            continue
        report.lacking -= 1
        is_new = message.forms != item.forms
        findings = refusals(item.message, message.forms, locale)
        if is_new and message.usable_forms:
            findings += refused_claims(claims_in(item.message, message.forms, locale))
        if findings:
            report.refused.append((message, findings))
        elif not message.usable_forms:
            report.silent += 1
        elif message.forms == item.forms and item.is_served and "fuzzy" not in item.states:
            report.unchanged += 1
        elif item.revision and message.forms in (*earlier.get(item.subject, ()), item.file_forms):
            report.older.append((item, message))
        else:
            changes = word_diff("\n".join(item.forms), "\n".join(message.forms))
            report.taken.append((item, message, changes))
    return report


def _earlier(edition: Edition, locale: Locale) -> dict[str, list[tuple[str, ...]]]:
    """What each message has ever said in the studio."""
    words: dict[str, list[tuple[str, ...]]] = {}
    for revision in _revisions(edition, locale):
        if revision.action == "words":
            words.setdefault(revision.subject, []).append(forms_of(revision.words))
    return words


def _revisions(edition: Edition, locale: Locale) -> list[Revision]:
    """Of this language's messages, oldest first."""
    return [row for row in edition.revisions.by_id.values() if (row.kind, row.locale) == (MESSAGE, locale.id)]


def _take(edition: Edition, locale: Locale, report: Report, name: str) -> None:
    """Raises Conflict, and then nothing is taken."""
    newest = {revision.subject: revision.id for revision in _revisions(edition, locale)}
    # TRANSLATORS: The note of revisions that came with a file. %(file)s is its name.
    note = gettext("From the file %(file)s", file=name[:100])
    drafts = [
        (
            Topic(MESSAGE, item.subject, locale.id),
            Draft(words=words_of(message.forms), note=note, source=words_of(item.file_forms)),
            newest.get(item.subject, 0),
        )
        for item, message, _ in report.taken
    ]
    about = f"{locale.id}: {len(drafts)}"
    save_all(
        current_store(),
        drafts,
        current_account().email,
        now(),
        lambda session: audit.record("uploaded", about, session),
    )


def _report_page(
    locale: Locale,
    report: Report | None = None,
    faults: list[Fault] | None = None,
    wrong: str = "",
    name: str = "",
) -> str:
    # TRANSLATORS: Over the report on a file of translations that somebody sent. %(language)s is a language's name.
    title = gettext("The file for %(language)s", language=name_of(locale))
    return render(
        "translation_report.html", title, target=locale, report=report, faults=faults or [], wrong=wrong, name=name
    )
