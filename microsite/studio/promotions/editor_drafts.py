"""What the editor's form would save: which languages, with which words, from when until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from microsite.language.locales import Locale
from microsite.runtime import current_edition
from microsite.storage.revisions import Action, Topic, is_hidden
from microsite.storage.saving import Draft
from microsite.storage.tables import Revision
from microsite.studio.access import current_account
from microsite.studio.field_errors import FieldError, field_errors
from microsite.studio.promotions.claims_box import ClaimsBox
from microsite.studio.promotions.editor_form import EditorForm, LanguagesForm, WordsForm
from microsite.studio.promotions.status import End, PromotionStatus, is_scheduled, with_other_end
from microsite.studio.word_diff import DiffSegment, word_diffs


@dataclass
class LanguageColumn:
    """One language of the page."""

    status: PromotionStatus
    form: WordsForm
    start: Revision | None
    """The revision whose words the author began with; None: the catalog's."""
    theirs: Revision | None = None
    """What somebody else saved meanwhile."""

    @property
    def locale(self) -> Locale:
        return self.status.locale

    @property
    def diffs(self) -> dict[str, list[DiffSegment]]:
        """From the words of `theirs` to those of the form, by part."""
        return word_diffs(self.theirs.words, self.form.words) if self.theirs else {}

    @cached_property
    def claims(self) -> ClaimsBox:
        return ClaimsBox(self.locale, self.form.words)

    @property
    def has_new_claims(self) -> bool:
        """Whether nobody has confirmed these words with what they claim."""
        known = self.start.confirmed_claims if self.start and not self.is_changed else []
        return not set(self.claims.words) <= set(known)

    @property
    def is_confirmed(self) -> bool:
        return not self.has_new_claims or self.form.confirmed.data == self.claims.value

    @property
    def is_changed(self) -> bool:
        return self.form.words != self.status.typed(self.start)

    @property
    def is_written(self) -> bool:
        """Whether there is anything in its fields: a language without words is left alone."""
        return any(self.form.words.values())

    @property
    def has_original_text(self) -> bool:
        return any(self.status.typed(None).values())

    @property
    def offers_words_before(self) -> bool:
        """Whether other words than those in force, or the same from a later date on, would have words before them."""
        return self.has_original_text or not (self.status.behind is None or self.status.has_ended)

    @property
    def has_words_before(self) -> bool:
        """Whether there are words to return to when those in the fields have ended."""
        if self.has_original_text:
            return True
        edition, before = current_edition(), self.status.behind
        if before and before is self.start and not self.is_changed:  # those that are live are given an end
            before = edition.revisions.of(self.status.topic).before(before)
        return before is not None and not is_hidden(before, edition.moment)

    def sent(self, draft: Draft) -> tuple[Topic, Draft, int]:
        """A draft for this language, after what the author has seen."""
        return self.status.topic, draft, self.form.based_on.data

    @property
    def starts_scheduled(self) -> bool:
        """Whether the author began with a revision that is still to begin: saving replaces it."""
        return self.start is not None and is_scheduled(self.start)


Drafts = list[tuple[LanguageColumn, Draft]]
"""What is to be saved in which languages."""


def drafts_of(form: EditorForm, columns: Sequence[LanguageColumn]) -> Drafts:
    """Of the chosen languages in which anything would become different.

    Where that is so of none, those are saved again that are older than another, or claim what nobody has confirmed:
    their words still hold.
    """
    chosen = [column for column in columns if column.form.chosen.data and column.is_written]
    return [(column, draft) for column in chosen if (draft := _draft(form, column))] or [
        (column, _words(form, column, None, column.status.end))
        for column in chosen
        if (column.status.outdated_by or column.has_new_claims) and not form.is_scheduled
    ]


def _draft(form: EditorForm, column: LanguageColumn) -> Draft | None:
    """None where nothing would become different."""
    status, start = column.status, column.start
    if start and column.starts_scheduled:
        is_same = (start.live_from, start.live_until, start.afterwards) == (form.begin, *form.end)
        return None if is_same and not column.is_changed else _words(form, column, form.begin, form.end, start)
    if column.is_changed or status.has_ended:
        # The end of the words before is the end of those that mend them, unless the author says otherwise.
        is_own = not form.is_end_changed and not form.is_scheduled and status.end.live_until
        return _words(form, column, form.begin, status.end if is_own else form.end)
    if start is not status.last_words:  # the words of an older revision, unchanged
        return _words(form, column, form.begin, form.end)
    if is_end_alone_changed(form, column):
        if live := status.behind:
            return with_other_end(live, form.end, form.note.data)
        return Draft(Action.CATALOG, {}, None, *form.end, form.note.data)
    if form.is_end_changed and form.end != status.end:
        return _words(form, column, form.begin, form.end)  # the same words from then on, that leave something else
    return None


def is_end_alone_changed(form: EditorForm, column: LanguageColumn) -> bool:
    """Whether the words that are live are given another end, and nothing else."""
    status = column.status
    is_live = column.start is status.last_words and not column.is_changed and not status.has_ended
    is_other = form.is_end_changed and form.end != status.end
    return is_live and is_other and not form.is_scheduled and not column.starts_scheduled


def _words(
    form: EditorForm, column: LanguageColumn, begin: datetime | None, end: End, replaced: Revision | None = None
) -> Draft:
    """The words of the fields; those of the catalog stay the catalog's, unless they are changed or claim something."""
    is_catalog = column.start is None or column.start.action == Action.CATALOG
    is_kept = is_catalog and not column.is_changed and not column.claims.words
    action, words = (Action.CATALOG, {}) if is_kept else (Action.WORDS, column.form.words)
    return Draft(action, words, begin, *end, form.note.data, column.claims.words, replaced.id if replaced else None)


def saved_before(columns: Sequence[LanguageColumn]) -> list[Revision]:
    """What this author has saved from this very page, in each language: a form may be sent twice."""
    by_id, author = current_edition().revisions.by_id, current_account().email
    newest = [(by_id.get(column.status.newest_id), column.form.based_on.data) for column in columns]
    return [row for row, based_on in newest if row and (row.based_on, row.author) == (based_on, author)]


def all_confirmed(columns: Sequence[LanguageColumn]) -> bool:
    """Whether all claims in words that are to be shown are confirmed; where they are not, the box has an error."""
    unconfirmed = [column for column in columns if not column.is_confirmed]
    for column in unconfirmed:
        column.form.confirmed.errors = [column.claims.error.text]
    return not unconfirmed


def form_errors(form: LanguagesForm, columns: Sequence[LanguageColumn]) -> list[FieldError]:
    """What the summary of errors says and links to: fields, and the boxes of claims that are not confirmed."""
    return [*field_errors(form), *(column.claims.error for column in columns if column.form.confirmed.errors)]
