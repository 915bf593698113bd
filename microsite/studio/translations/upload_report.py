"""What an uploaded catalog would change, message by message, before any of it is live."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from microsite.content.glossary import translation_findings
from microsite.editions.edition import Edition
from microsite.faults import Fault, Faults
from microsite.language.locales import Locale
from microsite.language.message import Message
from microsite.language.message_checks import Finding, check_translation, refusals
from microsite.language.plural_order import form_order
from microsite.language.po_file import PoFile, plural_count
from microsite.language.studio_translations import forms_of, words_by_form
from microsite.promotions.claim_checks import claim_refusals, find_message_claims
from microsite.storage.revisions import MESSAGE, Action
from microsite.studio.translations.queue_items import MessageItem, queue_of
from microsite.studio.word_diff import DiffSegment, word_diffs
from microsite.text import N_, Sentence

OfferState = Literal["new", "changed", "newer-here", "older"]
"""How words of a file stand to those here:

- new: there are none here;
- changed: others;
- newer-here: others, which were saved here after the file was last worked on;
- older: newer words have replaced these before.
"""
STANDINGS: tuple[OfferState, ...] = ("newer-here", "changed", "new", "older")
"""In the order of the report: first what wants a decision."""
MINUTE = timedelta(minutes=1)
"""How exact the date of a file is."""
MAX_PROJECT = 100
"""Characters of a project's name."""
OTHER_RULE = N_(
    "The plural rule in the header divides numbers otherwise than this site. Copy it from the present catalog."
)
NO_PROJECTS = ("", "package", "project")
"""What programs write for a project's name where nobody has given one."""


@dataclass(frozen=True)
class Offer:
    """A message of the file that can be taken."""

    item: MessageItem
    message: Message
    standing: OfferState
    diffs: dict[str, list[DiffSegment]]
    """To the words here, by plural form."""
    remarks: list[Finding]

    @property
    def number(self) -> int:
        """Names it in the form: its line in the file."""
        return self.message.line


@dataclass
class UploadReport:
    offers: list[Offer] = field(default_factory=list)
    unchanged: int = 0
    untranslated: int = 0
    """Fuzzy, or without words."""
    refused: list[tuple[Message, list[Finding]]] = field(default_factory=list)
    unknown: list[Message] = field(default_factory=list)
    """Not asked for by the site."""
    duplicates: list[Message] = field(default_factory=list)
    missing: int = 0
    """Asked for by the site, and not in the file; they stay as they are."""
    messages: int = 0
    """In the file."""
    other_project: str = ""
    """The name in the header, where it is not the one here."""
    is_reordered: bool = False
    """Whether the plural forms have another order than in the file."""

    @property
    def is_mostly_unknown(self) -> bool:
        return 2 * len(self.unknown) > self.messages

    @property
    def ticked(self) -> set[int]:
        """The numbers of the offers that are ticked before anybody has chosen."""
        is_foreign = self.other_project or self.is_mostly_unknown
        return set() if is_foreign else {offer.number for offer in self.offers if offer.standing in ("new", "changed")}

    def offers_of(self, standing: OfferState) -> list[Offer]:
        return [offer for offer in self.offers if offer.standing == standing]


def report_on(edition: Edition, locale: Locale, file: PoFile, path: Path) -> UploadReport:
    """Raises Faults, see `in_our_order`."""
    uploaded, is_reordered = in_our_order(edition, locale, file, path)
    known = queue_of(edition, locale).by_key
    earlier = _earlier_forms(edition, locale)
    revised = _revised(file)
    report = UploadReport(missing=len(known), messages=len(file.messages), duplicates=file.duplicates)
    report.is_reordered, report.other_project = is_reordered, _other_project(edition, locale, file)
    for message in uploaded:
        item = known.get(message.key)
        if not item:
            report.unknown.append(message)
            continue
        report.missing -= 1
        if findings := _refusals(edition, locale, item, message):
            report.refused.append((message, findings))
        elif not message.usable_forms:
            report.untranslated += 1
        elif message.forms == item.forms and item.is_live:
            report.unchanged += 1
        else:
            standing = _standing(item, message, earlier, revised)
            report.offers.append(_offer(edition, locale, item, message, standing))
    return report


def in_our_order(edition: Edition, locale: Locale, file: PoFile, path: Path) -> tuple[list[Message], bool]:
    """The messages of the file with their plural forms in our order, and whether that is another than the file's.

    Raises Faults where a form of theirs stands for other numbers than any of ours.
    """
    uploaded, count = list(file.messages.values()), plural_count(locale)
    if not any(message.msgid_plural for message in uploaded):
        return uploaded, False
    order = form_order(file.plural_rule, edition.catalogs[locale.id].plural_rule, count)
    if order is None:
        raise Faults([Fault(path, 1, Sentence(OTHER_RULE))])
    reordered = [_reordered(message, order) for message in uploaded]
    return reordered, reordered != uploaded


def _reordered(message: Message, order: tuple[int, ...]) -> Message:
    if not message.msgid_plural or len(message.forms) <= max(order):
        return message
    return replace(message, forms=tuple(message.forms[number] for number in order))


def _refusals(edition: Edition, locale: Locale, item: MessageItem, message: Message) -> list[Finding]:
    findings = refusals(item.message, message.forms, locale)
    if findings or message.forms == item.forms or not message.usable_forms:
        return findings
    claims = edition.files.claims.get(locale.id, {})
    return claim_refusals(find_message_claims(item.message, message.forms, claims))


def _standing(
    item: MessageItem, message: Message, earlier: dict[str, list[tuple[str, ...]]], revised: datetime | None
) -> OfferState:
    if not item.revision:
        return "changed" if item.forms else "new"
    if message.forms in (*earlier.get(item.subject, ()), item.file_forms):
        return "older"
    is_late = revised is not None and item.revision.saved > revised + MINUTE
    return "newer-here" if is_late and message.forms != item.forms else "changed"


def _offer(edition: Edition, locale: Locale, item: MessageItem, message: Message, standing: OfferState) -> Offer:
    findings = check_translation(item.message, message.forms, locale)
    findings += translation_findings(edition.all_content.glossary, item.message, message.forms, locale)
    diffs = word_diffs(words_by_form(item.forms), words_by_form(message.forms))
    return Offer(item, message, standing, diffs, findings)


def _revised(file: PoFile) -> datetime | None:
    """When somebody last worked on the file, as its header says; None where it says nothing that is a date."""
    try:
        return datetime.strptime(file.header.get("PO-Revision-Date", "")[:40], "%Y-%m-%d %H:%M%z")
    except (ValueError, OverflowError):
        return None


def _other_project(edition: Edition, locale: Locale, file: PoFile) -> str:
    """The project that the file names, where the catalog here names another one."""
    here = [_project(read.file).casefold() for read in edition.catalogs[locale.id].files.values()]
    project = _project(file)
    return project if here and project.casefold() not in (*here, *NO_PROJECTS) else ""


def _project(file: PoFile) -> str:
    """The name of its project, without the version."""
    return file.header.get("Project-Id-Version", "")[:MAX_PROJECT].rstrip("0123456789. \t")


def _earlier_forms(edition: Edition, locale: Locale) -> dict[str, list[tuple[str, ...]]]:
    """All words that were ever saved for each message in the studio, by its subject."""
    return {
        topic.subject: [forms_of(revision.words) for revision in saved.revisions if revision.action == Action.WORDS]
        for topic, saved in edition.revisions.by_topic.items()
        if (topic.kind, topic.locale) == (MESSAGE, locale.id)
    }
