"""A message that somebody translates: its words in the form, what the checks find in them, what lies around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import url_for
from flask_babel import gettext

from microsite.content.glossary import translation_findings
from microsite.editions.edition import Edition
from microsite.language.locales import Locale
from microsite.language.message_checks import Finding, check_translation, source_of_form
from microsite.language.studio_translations import forms_of, words_by_form
from microsite.promotions.claim_checks import claim_warnings, find_message_claims
from microsite.promotions.claims import ClaimMatch, claimed_words
from microsite.storage.revisions import MESSAGE, Action, Topic, topic_of
from microsite.storage.saving import Draft
from microsite.studio.access import current_account
from microsite.studio.blueprint import newest_edition
from microsite.studio.field_errors import FieldError, field_errors
from microsite.studio.fields import fingerprint, number_in_query
from microsite.studio.translations.memory import Similar, same_source, similar_messages
from microsite.studio.translations.message_form import MessageForm, message_form
from microsite.studio.translations.message_usage import page_that_says
from microsite.studio.translations.queue import hidden_address, locale_or_404
from microsite.studio.translations.queue_filter import Position, QueueFilter, filter_from_query
from microsite.studio.translations.queue_items import MessageItem, Queue, queue_of


@dataclass
class MessageDesk:
    """One message in one language, for one request."""

    edition: Edition
    locale: Locale
    filter: QueueFilter
    """Of the queue that the translator goes through."""
    queue: Queue
    item: MessageItem
    form: MessageForm
    same: list[MessageItem]
    """The other messages with the same source, each with a box to say the translation there too."""

    def topic(self, item: MessageItem) -> Topic:
        return Topic(MESSAGE, item.subject, self.locale.id)

    @property
    def ticked(self) -> list[MessageItem]:
        return [other for other in self.same if other.id in (self.form.also.data or ())]

    def findings(self, item: MessageItem) -> list[Finding]:
        """What the checks find in the words of the form, as those of a message. None in words that are too long: the
        form refuses these.
        """
        if not self.form.is_short:
            return []
        message, forms, glossary = item.message, self.form.forms, self.edition.all_content.glossary
        findings = check_translation(message, forms, self.locale)
        findings += translation_findings(glossary, message, forms, self.locale)
        return findings + claim_warnings(self.claims(item, forms))

    @property
    def refusals(self) -> list[Finding]:
        """Of the words that were sent, as those of this message."""
        findings = self.findings(self.item) if self.form.is_submitted() else []
        return [finding for finding in findings if finding.grade == "refused"]

    def further_findings(self, other: MessageItem) -> list[Finding]:
        """What the checks find in the words of the form as those of another message, and not as those of this one."""
        own = self.findings(self.item)
        return [finding for finding in self.findings(other) if finding not in own]

    def claims(self, item: MessageItem, forms: Sequence[str]) -> list[ClaimMatch]:
        return find_message_claims(item.message, forms, self.edition.files.claims.get(self.locale.id, {}))

    @property
    def is_sent_twice(self) -> bool:
        """Whether the newest revision is the author's own, from this very page: a double click."""
        newest = self.edition.revisions.by_id.get(self.newest_id(self.item))
        return bool(newest and newest.author == current_account().email and newest.based_on == self.form.based_on.data)

    def newest_id(self, item: MessageItem) -> int:
        return self.edition.revisions.of(self.topic(item)).newest_id

    def fill_in(self, id: str) -> None:
        """Put the words of another message into the form, where it is one that the page offers."""
        taken = next((similar for similar in self.similar if similar.item.id == id), None)
        for field, words in zip(self.form.words, taken.forms if taken else (), strict=False):
            field.data = words

    @cached_property
    def similar(self) -> list[Similar]:
        return similar_messages(self.queue, self.item, len(self.form.words))

    @property
    def position(self) -> Position:
        return self.filter.position(self.queue, self.item)

    def address(self, item: MessageItem | None, **query: Any) -> str:
        """Of a message, or of the queue where `item` is None."""
        query |= self.filter.query
        if not item:
            return url_for("studio.translation_queue", tag=self.locale.tag, **query)
        return url_for("studio.translation", tag=self.locale.tag, id=item.id, **query)

    def own(self, draft: Draft) -> tuple[Topic, Draft, int]:
        """A draft of this message, after what the author has seen."""
        return self.topic(self.item), draft, self.form.based_on.data

    def draft(self, item: MessageItem) -> Draft:
        """The words of the form for a message, and what its catalog file says now: what that says later wins."""
        return Draft(
            words=words_by_form(self.form.forms),
            note=self.form.note.data,
            source=words_by_form(item.file_forms),
            confirmed_claims=claimed_words(self.claims(item, self.form.forms)),
        )

    @property
    def seen(self) -> str:
        """The fingerprint of what has warnings: the words, and the messages that are to say them."""
        return fingerprint((*self.form.forms, *(other.id for other in self.ticked)))

    @property
    def focused(self) -> int:
        """The plural form in whose field the cursor stands: one to be mended, or that is empty still, or the first."""
        empty = (number for number, words in enumerate(self.form.forms) if not words)
        return next((finding.form for finding in self.refusals), next(empty, 0))

    def source_of_form(self, number: int) -> str:
        return source_of_form(self.item.message, number, self.locale)

    def errors(self) -> list[FieldError]:
        """What the summary at the top of the page links to: of the form, and of the checks."""
        fields = list(self.form.words)
        refused = [(fields[finding.form].id, fields[finding.form].label.text, finding) for finding in self.refusals]
        refused += [
            (f"also-{other.id}", other.message.context or ", ".join(other.message.references), finding)
            for other in self.ticked
            for finding in self.further_findings(other)
            if finding.grade == "refused"
        ]
        of_checks = [FieldError(id, label, finding.sentence.translated(gettext)) for id, label, finding in refused]
        return [*field_errors(self.form), *of_checks]

    def page_that_says(self) -> str | None:
        """The address of a public page, or of its preview while the language is hidden; None for the studio's own."""
        if not self.item.message.is_for_readers:
            return None
        address = page_that_says(self.item.message.key, self.edition, self.locale)
        return address if self.is_public or not address else hidden_address(address)

    @property
    def is_public(self) -> bool:
        """Whether readers see the language."""
        return self.locale.tag in self.edition.content.site.locales


def open_message(tag: str, id: str) -> MessageDesk | None:
    """None where the site has no message with this id."""
    edition, locale = newest_edition(), locale_or_404(tag)
    queue = queue_of(edition, locale)
    item = queue.by_id.get(id)
    if not item:
        return None
    topic = Topic(MESSAGE, item.subject, locale.id)
    start = edition.revisions.by_id.get(number_in_query("from"))
    is_own = start is not None and topic_of(start) == topic and start.action == Action.WORDS
    forms = forms_of(start.words) if start and is_own else item.forms
    newest_id = edition.revisions.of(topic).newest_id
    form = message_form(item.message, edition.catalogs[locale.id], locale, forms, newest_id)
    same = same_source(queue, item)
    form.also.choices = [(other.id, other.message.msgid) for other in same]
    return MessageDesk(edition, locale, filter_from_query(), queue, item, form, same)
