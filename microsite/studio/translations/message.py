"""The page on which a message is translated: its words, what the checks find in them, its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from microsite.content.glossary import terms_of_message, translation_findings
from microsite.editions.edition import Edition
from microsite.language.locales import Locale
from microsite.language.message import shortened
from microsite.language.message_checks import Finding, check_translation, length_limit, refusals, source_of_form
from microsite.language.studio_translations import forms_of, words_by_form
from microsite.promotions.claim_checks import claim_warnings, find_message_claims
from microsite.promotions.claims import ClaimMatch
from microsite.runtime import current_edition
from microsite.storage.revisions import MESSAGE, Action, Topic, topic_of
from microsite.storage.saving import Conflict, Draft
from microsite.storage.tables import Revision
from microsite.studio.access import Role, current_account, needs
from microsite.studio.blueprint import newest_edition, now, studio
from microsite.studio.fields import FieldError, field_errors, fingerprint, number_in_query
from microsite.studio.history import history_with_diffs, marks, repeat, revision_from_form, save_draft
from microsite.studio.layout import moment, render
from microsite.studio.resubmission import PendingForm
from microsite.studio.translations.file_words import file_words
from microsite.studio.translations.insertions import insertions_for
from microsite.studio.translations.message_form import MessageForm, message_form
from microsite.studio.translations.message_usage import page_that_says
from microsite.studio.translations.queue import hidden_address, language_name, locale_or_404
from microsite.studio.translations.queue_filter import QueueFilter, filter_from_query
from microsite.studio.translations.queue_items import MessageItem, Queue, queue_of
from microsite.studio.word_diff import word_diff, word_diffs

MAX_TITLE = 40
"""Characters of the message in the title of its page: browsers show the beginning of it in a tab."""


@studio.route("/translations/<tag>/messages/<id>/", methods=["GET", "POST"])
@needs(Role.TRANSLATOR)
def translation(tag: str, id: str) -> ResponseReturnValue:
    editor = _editor(tag, id)
    if not editor:
        sentence = gettext("This message is no longer used on the site.")
        title, pending = gettext("There is nothing at this address"), PendingForm.from_request()
        return render("error.html", title, sentence=sentence, pending_form=pending), 404
    match request.form.get("do"):
        case "next" | "stay":
            return editor.save_words()
        case "restore":
            return editor.restore()
        case "file":
            return editor.save(Draft(action=Action.CATALOG, source=editor.source))
        case _:
            return editor.page()


def _editor(tag: str, id: str) -> "MessageEditor | None":
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
    form = message_form(item.message, locale, forms, edition.revisions.of(topic).newest_id)
    form.label(item.message, locale, edition.catalogs[locale.id])
    return MessageEditor(edition, locale, filter_from_query(), queue, item, form)


@dataclass
class MessageEditor:
    """The page of one message in one language, for one request."""

    edition: Edition
    locale: Locale
    filter: QueueFilter
    """Of the queue that the translator goes through."""
    queue: Queue
    item: MessageItem
    form: MessageForm

    @property
    def topic(self) -> Topic:
        return Topic(MESSAGE, self.item.subject, self.locale.id)

    @property
    def source(self) -> dict[str, str]:
        """What the catalog file says now. A revision keeps it: where the file says something else later, that wins."""
        return words_by_form(self.item.file_forms)

    @property
    def claim_matches(self) -> list[ClaimMatch]:
        return self.claims_in(self.form.forms)

    @property
    def findings(self) -> list[Finding]:
        """What the checks find in the words of the form. None in words that are too long: the form refuses these."""
        if not self.form.is_short:
            return []
        message, forms, glossary = self.item.message, self.form.forms, self.edition.all_content.glossary
        findings = check_translation(message, forms, self.locale)
        findings += translation_findings(glossary, message, forms, self.locale)
        return findings + claim_warnings(self.claim_matches)

    def claims_in(self, forms: Sequence[str]) -> list[ClaimMatch]:
        return find_message_claims(self.item.message, forms, self.edition.claims.get(self.locale.id, {}))

    @property
    def is_sent_twice(self) -> bool:
        """Whether the newest revision is the author's own, from this very page: a double click."""
        newest = self.edition.revisions.by_id.get(self.edition.revisions.of(self.topic).newest_id)
        return bool(newest and newest.author == current_account().email and newest.based_on == self.form.based_on.data)

    def neighbours(self) -> tuple[MessageItem | None, MessageItem | None]:
        """The messages before and after this one in the filtered queue, of which it need not be part any more."""
        return self.filter.neighbours(self.queue, self.item)

    def address(self, item: MessageItem | None, **query: Any) -> str:
        """Of a message, or of the queue where `item` is None."""
        query |= self.filter.query
        if not item:
            return url_for("studio.translation_queue", tag=self.locale.tag, **query)
        return url_for("studio.translation", tag=self.locale.tag, id=item.id, **query)

    def save_words(self) -> ResponseReturnValue:
        """Save the words of the form, unless a check refuses them or has warnings that the page has not shown yet."""
        item, form, findings = self.item, self.form, self.findings
        if not form.validate() or any(finding.grade == "refused" for finding in findings):
            return self.page(gettext("Something needs fixing. Nothing has been saved.")), 422
        if not any(form.forms):
            return self.page(gettext("There are no words. Nothing has been saved.")), 422
        if findings and form.seen.data != fingerprint(form.forms):
            wrong = gettext("There are warnings. Edit the text, or save it again as it is. Nothing has been saved.")
            return self.page(wrong), 422
        is_live = item.forms in (form.typed, form.forms) and item.is_served and "fuzzy" not in item.states
        if is_live and not self.is_sent_twice:
            flash(gettext("No word has been changed."))
            return self._go_on()
        confirmed_claims = list(dict.fromkeys(match.words for match in self.claim_matches))
        draft = Draft(
            words=words_by_form(form.forms),
            note=form.note.data or "",
            source=self.source,
            confirmed_claims=confirmed_claims,
        )
        return self.save(draft)

    def restore(self) -> ResponseReturnValue:
        """Save the words of an older revision again; put them into the form where the checks refuse them, or where
        they claim what nobody has confirmed: the list may be longer than it was."""
        revision = revision_from_form(self.edition.revisions, self.topic)
        forms = forms_of(revision.words)
        claims = {match.words for match in self.claims_in(forms)}
        if refusals(self.item.message, forms, self.locale) or claims - set(revision.confirmed_claims):
            # TRANSLATORS: %(moment)s is the date and time of an older translation.
            wrong = gettext(
                "The words of %(moment)s cannot be served as they are. Mend them here.", moment=moment(revision.saved)
            )
            flash(wrong, "alert")
            return redirect(self.address(self.item, **{"from": revision.id}), 303)
        return self.save(repeat(revision, self.source), "restored")

    def save(self, draft: Draft, event: str = "saved") -> ResponseReturnValue:
        try:
            save_draft(self.topic, draft, self.form.based_on.data or 0, now(), event)
        except Conflict as conflict:
            self.edition = newest_edition()
            self.form.based_on.replace(conflict.theirs.id if conflict.theirs else 0)
            return self.page(theirs=conflict.theirs), 409
        newest_edition()
        beginning = shortened(self.item.message.msgid)
        if draft.action == Action.WORDS:
            # TRANSLATORS: After saving a translation. %(message)s is the beginning of the message in English.
            flash(gettext("“%(message)s” is live.", message=beginning))
        else:
            # TRANSLATORS: After giving up a translation of the studio. %(message)s is the beginning of the message.
            flash(gettext("“%(message)s”: the file’s words are live again.", message=beginning))
        return self._go_on()

    def _go_on(self) -> ResponseReturnValue:
        """To the next message or, at the end of the queue, back to it; to this one after “Save”."""
        return redirect(self.address(self.neighbours()[1] if request.form.get("do") == "next" else self.item), 303)

    def page(self, wrong: str = "", theirs: Revision | None = None) -> str:
        """The page; `theirs` is what somebody else has saved meanwhile."""
        item, form, findings = self.item, self.form, self.findings
        form.seen.data = fingerprint(form.forms)
        before, after = self.neighbours()
        shown = [item.id for item in self.filter.applied_to(self.queue) if isinstance(item, MessageItem)]
        previous = item.in_file.previous_msgid if item.in_file and "changed" in item.states else None
        revisions = current_edition().revisions
        live = item.revision.id if item.revision and "superseded" not in item.states else 0
        return render(
            "translations/message.html",
            # TRANSLATORS: Title of a browser tab. %(message)s is the beginning of a message in English, %(language)s
            # the name of a language in your language.
            gettext(
                "“%(message)s” into %(language)s",
                message=shortened(item.message.msgid, MAX_TITLE),
                language=language_name(self.locale),
            ),
            editor=self,
            item=item,
            language=self.locale,
            language_name=language_name(self.locale),
            form=form,
            focuses_field=not theirs,
            insertions=insertions_for(item.message, self.locale),
            errors=self._errors(),
            findings=[[finding for finding in findings if finding.form == number] for number in range(len(form.words))],
            limit=length_limit(item.message) or 0,
            wrong=wrong,
            theirs=theirs,
            mine=words_by_form(form.forms),
            conflict_diffs=word_diffs(theirs.words, words_by_form(form.forms)) if theirs else {},
            source_diff=word_diff(previous, item.message.msgid) if previous else [],
            before=before,
            after=after,
            place=shown.index(item.id) + 1 if item.id in shown else 0,
            places=len(shown),
            terms=terms_of_message(self.edition.all_content.glossary, item.message, self.locale).values(),
            page_that_says=self._page_that_says(),
            file_words=file_words(item),
            revisions=history_with_diffs(revisions, self.topic),
            live=live,
            marks=marks(revisions.of(self.topic), live, now()),
            newest_id=revisions.of(self.topic).newest_id,
        )

    @property
    def focused(self) -> int:
        """The plural form in whose field the cursor stands: one to be mended, or that is empty still, or the first."""
        findings = self.findings if self.form.is_submitted() else []
        refused = (finding.form for finding in findings if finding.grade == "refused")
        empty = (number for number, words in enumerate(self.form.forms) if not words)
        return next(refused, next(empty, 0))

    def source_of_form(self, number: int) -> str:
        return source_of_form(self.item.message, number, self.locale)

    def _errors(self) -> list[FieldError]:
        """What the summary at the top of the page links to: of the form, and of the checks."""
        fields = list(self.form.words)
        findings = self.findings if self.form.is_submitted() else []
        refused = [
            FieldError(fields[finding.form].id, fields[finding.form].label.text, finding.sentence.translated(gettext))
            for finding in findings
            if finding.grade == "refused"
        ]
        return [*field_errors(self.form), *refused]

    def _page_that_says(self) -> str | None:
        """The address of a public page, or of its preview while the language is hidden; None for the studio's own."""
        if not self.item.message.is_for_readers:
            return None
        address = page_that_says(self.item.message.key, self.edition, self.locale)
        is_public = self.locale.tag in self.edition.content.site.locales
        return address if is_public or not address else hidden_address(address)
