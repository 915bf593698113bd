"""What the editor's form would save: which languages, with which words, from when until when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext

from microsite.language.locales import Locale
from microsite.promotions.claims import ClaimMatch, find_claims
from microsite.promotions.wording import catalog_words
from microsite.runtime import current_edition
from microsite.storage.revisions import Action, is_hidden
from microsite.storage.saving import Draft
from microsite.storage.tables import Revision
from microsite.studio.fields import FieldError, field_errors, fingerprint
from microsite.studio.promotions.editor_form import EditorForm, End, LanguagesForm, WordsForm
from microsite.studio.promotions.status import PromotionStatus, is_scheduled, typed_words
from microsite.studio.word_diff import DiffSegment


@dataclass
class LanguageColumn:
    """One language of the page."""

    status: PromotionStatus
    form: WordsForm
    start: Revision | None
    """The revision whose words the author began with; None: the catalog's."""
    theirs: Revision | None = None
    """What somebody else saved meanwhile."""
    diffs: dict[str, list[DiffSegment]] = field(default_factory=dict)
    """From the words of `theirs` to those of the form, by part."""

    @property
    def locale(self) -> Locale:
        return self.status.locale

    @property
    def claim_matches(self) -> list[ClaimMatch]:
        return find_claims(self.form.words, current_edition().files.claims.get(self.locale.id, {}))

    @property
    def claims_to_confirm(self) -> list[str]:
        """The words that claim too much; a revision keeps those that its author has confirmed."""
        return list(dict.fromkeys(match.words for match in self.claim_matches))

    @property
    def claims_id(self) -> str:
        """Of the box that confirms them, as the page names it."""
        return f"claims_{self.locale.id}"

    @property
    def confirmation(self) -> str:
        """The value of the box that confirms these claims: other claims need another confirmation."""
        return fingerprint(self.claims_to_confirm)

    @property
    def has_new_claims(self) -> bool:
        """Whether nobody has confirmed these words with what they claim."""
        known = self.start.confirmed_claims if self.start and not self.is_changed else []
        return not set(self.claims_to_confirm) <= set(known)

    @property
    def is_confirmed(self) -> bool:
        return not self.has_new_claims or self.form.confirmed.data == self.confirmation

    @property
    def is_changed(self) -> bool:
        return self.form.words != typed_words(current_edition(), self.status.promotion, self.locale, self.start)

    @property
    def is_written(self) -> bool:
        """Whether there is anything in its fields: a language without words is left alone."""
        return any(self.form.words.values())

    @property
    def has_original_text(self) -> bool:
        return any(catalog_words(self.status.promotion, current_edition().catalogs[self.locale.id]).values())

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

    @property
    def starts_scheduled(self) -> bool:
        """Whether the author began with a revision that is still to begin: saving replaces it."""
        return self.start is not None and is_scheduled(self.start)


def drafts_of(form: EditorForm, columns: Sequence[LanguageColumn]) -> dict[str, Draft]:
    """By language tag; a chosen language in which nothing would become different is missing.

    Where that is so of all, those are saved again that are older than another, or claim what nobody has confirmed:
    their words still hold.
    """
    chosen = [column for column in columns if column.form.chosen.data and column.is_written]
    drafts = {column.locale.tag: draft for column in chosen if (draft := _draft(form, column))}
    if drafts:
        return drafts
    return {
        column.locale.tag: _words(form, column, None, (column.status.end, column.status.afterwards))
        for column in chosen
        if (column.status.outdated_by or column.has_new_claims) and not form.is_scheduled
    }


def _draft(form: EditorForm, column: LanguageColumn) -> Draft | None:
    """None where nothing would become different."""
    status, start = column.status, column.start
    if start and column.starts_scheduled:
        is_same = (start.live_from, start.live_until, start.afterwards) == (form.begin, *form.end)
        return None if is_same and not column.is_changed else _words(form, column, form.begin, form.end, start)
    if column.is_changed or status.has_ended:
        # The end of the words before is the end of those that mend them, unless the author says otherwise.
        is_own = not form.is_end_changed and not form.is_scheduled and status.end
        end = (status.end, status.afterwards) if is_own else form.end
        return _words(form, column, form.begin, end)
    if start is not status.last_words:  # the words of an older revision, unchanged
        return _words(form, column, form.begin, form.end)
    if is_end_alone_changed(form, column):
        return _with_other_end(form, status)
    if form.is_end_changed and form.end != (status.end, status.afterwards):
        return _words(form, column, form.begin, form.end)  # the same words from then on, that leave something else
    return None


def is_end_alone_changed(form: EditorForm, column: LanguageColumn) -> bool:
    """Whether the words that are live are given another end, and nothing else."""
    status = column.status
    is_live = column.start is status.last_words and not column.is_changed and not status.has_ended
    is_other = form.is_end_changed and form.end != (status.end, status.afterwards)
    return is_live and is_other and not form.is_scheduled and not column.starts_scheduled


def _words(
    form: EditorForm, column: LanguageColumn, begin: datetime | None, end: End, replaced: Revision | None = None
) -> Draft:
    """The words of the fields; those of the catalog stay the catalog's, unless they are changed or claim something."""
    live_until, afterwards = end
    cancels = replaced.id if replaced else None
    is_catalog = column.start is None or column.start.action == Action.CATALOG
    if is_catalog and not column.is_changed and not column.claims_to_confirm:
        return Draft(Action.CATALOG, {}, begin, live_until, afterwards, form.note.data, cancels=cancels)
    claims = column.claims_to_confirm
    return Draft(Action.WORDS, column.form.words, begin, live_until, afterwards, form.note.data, claims, cancels)


def _with_other_end(form: EditorForm, status: PromotionStatus) -> Draft:
    """What is live with another end, in its own place: the same words from the same moment."""
    live_until, afterwards = form.end
    live = status.behind
    if live is None:
        return Draft(Action.CATALOG, {}, None, live_until, afterwards, form.note.data)
    claims = list(live.confirmed_claims)
    return Draft(
        Action(live.action), live.words, live.live_from, live_until, afterwards, form.note.data, claims, live.id
    )


def all_confirmed(columns: Sequence[LanguageColumn]) -> bool:
    """Whether all claims in words that are to be shown are confirmed; where they are not, the box has an error."""
    unconfirmed = [column for column in columns if not column.is_confirmed]
    for column in unconfirmed:
        column.form.confirmed.errors = [", ".join(column.claims_to_confirm)]
    return not unconfirmed


def form_errors(form: LanguagesForm, columns: Sequence[LanguageColumn]) -> list[FieldError]:
    """What the summary of errors says and links to: fields, and the boxes of claims that are not confirmed."""
    # TRANSLATORS: Names words that a promotion had better not use: anonymous, guaranteed.
    label = gettext("Claims")
    return [
        *field_errors(form),
        *(
            FieldError(column.claims_id, f"{column.locale.name}, {label}", str(error))
            for column in columns
            for error in column.form.confirmed.errors
        ),
    ]
