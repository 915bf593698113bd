"""The page on which a comparison of two wordings is begun: B, for how long, and what so many days can show."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from microsite.promotions.figures import last_days, sums, total
from microsite.promotions.promotion import MAX_LENGTHS, Promotion
from microsite.promotions.sign_flip import smallest_difference
from microsite.promotions.wording import typeset_words
from microsite.runtime import current_edition
from microsite.storage.revisions import Action, next_midnight, topic_of
from microsite.storage.saving import Conflict, Draft
from microsite.storage.tables import PromotionCount, Revision
from microsite.studio.access import Role, current_account, needs
from microsite.studio.blueprint import current_store, newest_edition, now, studio
from microsite.studio.fields import ChoiceField, NoteField, number_in_query
from microsite.studio.history import save_drafts
from microsite.studio.layout import moment, render
from microsite.studio.promotions.draft_previews import LanguagePreview, previews_of
from microsite.studio.promotions.editor_drafts import LanguageColumn, all_confirmed, form_errors
from microsite.studio.promotions.editor_form import LanguagesForm, with_languages
from microsite.studio.promotions.status import PromotionStatus, statuses, typed_words

BEGIN, FROM_EDITOR = "begin", "compare"
LENGTHS = (14, 28, 42, 56, 84)
"""Days: whole weeks, in whole pairs. The first is chosen unless somebody chooses, and fits wherever any does."""
MEASURED_DAYS = 28
"""Of the past, by which the page says what a comparison can show."""


class CompareForm(LanguagesForm):
    # TRANSLATORS: Over a choice of numbers of days: how long two wordings of an advertisement take turns.
    days = ChoiceField(lazy_gettext("How long"), [(str(days), "") for days in LENGTHS])
    note = NoteField()

    def is_right(self, columns: list[LanguageColumn]) -> bool:
        """Whether everything can be saved; the words of other languages are not validated."""
        return all([self.note.validate(self), *(column.form.validate() for column in columns)])


class Measured(NamedTuple):
    """What a promotion did in a language on its days of the past."""

    views_a_day: float
    share: float
    """Of views that are followed."""


class Length(NamedTuple):
    """A choice of how long."""

    days: int
    end: datetime
    differences: list[tuple[str, float]]
    """By language, the smallest difference in clicks per thousand that it shows; without any past, none."""
    obstacles: list[str]
    """Why it is too long, in each language in which it is."""
    fits: bool
    """Whether it is short enough for any language."""


class TakingPart(NamedTuple):
    """A language in which words can be compared."""

    column: LanguageColumn
    words_a: Mapping[str, str]
    previews: tuple[LanguagePreview, LanguagePreview]
    """Of A and B."""


@studio.route("/promotions/<key>/compare/", methods=["GET", "POST"])
@needs(Role.MARKETING)
def compare(key: str) -> ResponseReturnValue:
    """Begin a comparison with a POST that says so; any other shows the words that it brings, as from the editor."""
    page = ComparePage(newest_edition().promotions.get(key) or abort(404))
    if request.form.get("do") == FROM_EDITOR:
        page.leave_out_unchanged()
    return page.begin() if request.form.get("do") == BEGIN else page.shown()


class ComparePage:
    """The page of one promotion, for one request."""

    def __init__(self, promotion: Promotion) -> None:
        self.promotion = promotion
        self.statuses = statuses(current_edition(), promotion)
        self.form = self._form()
        self.columns = [
            LanguageColumn(status, self.form.of(status.locale), None)
            for status in self.statuses
            if status.can_be_compared
        ]

    def _form(self) -> CompareForm:
        """Each language begins with its words in force, or with those of a revision that the query names."""
        edition = current_edition()
        named = edition.revisions.by_id.get(number_in_query("from"))
        words: dict[str, dict[str, Any]] = {}
        for status in self.statuses:
            own = named if named and topic_of(named) == status.topic else status.last_words
            typed = typed_words(edition, self.promotion, status.locale, own)
            fits = not any(self._too_early(status, self._end(min(LENGTHS))))
            words[status.locale.id] = {**typed, "based_on": status.newest_id, "chosen": fits}
        return with_languages(CompareForm, [status.locale for status in self.statuses], words)

    def leave_out_unchanged(self) -> None:
        """Where the editor's words are new in some languages, the others are not ticked."""
        unchanged = [column for column in self.columns if self._says_the_same(column)]
        if len(unchanged) < len(self.columns):
            for column in unchanged:
                column.form.chosen.data = False

    def _says_the_same(self, column: LanguageColumn) -> bool:
        """Whether readers could not tell B from A."""
        words = self._words_a(column.status), column.form.words
        a, b = (typeset_words(each, column.locale.language) for each in words)
        return a.digest == b.digest

    @property
    def chosen(self) -> list[LanguageColumn]:
        return [column for column in self.columns if column.form.chosen.data]

    @property
    def end(self) -> datetime:
        return self._end(int(self.form.days.data))

    def _end(self, days: int) -> datetime:
        return next_midnight(now()) + timedelta(days=days)

    def begin(self) -> ResponseReturnValue:
        """Begin in the chosen languages, in one transaction, or in none."""
        if not self.chosen and (repeated := self._saved_before()):
            return self._redirect(repeated)
        if not self.form.is_right(self.chosen):
            wrong = gettext("Something needs fixing. Nothing has been saved.")
        elif not self.chosen:
            wrong = gettext("No language is chosen. Nothing has been saved.")
        elif obstacles := [text for column in self.chosen for text in self._obstacles(column)]:
            wrong = " ".join([*obstacles, gettext("Nothing has been saved.")])
        elif not all_confirmed(self.chosen):
            wrong = gettext(
                "Some words claim too much. Change them, or confirm that they are meant. Nothing has been saved."
            )
        else:
            return self._save()
        return self.shown(wrong), 422

    def _obstacles(self, column: LanguageColumn) -> Iterator[str]:
        """Why words cannot be compared in a language for so long."""
        status, name = column.status, column.locale.name
        if self._says_the_same(column):
            # TRANSLATORS: A and B name two wordings of an advertisement. %(language)s is the name of a language.
            yield gettext("%(language)s: B says the same as A.", language=name)
        yield from self._too_early(status, self.end)

    def _too_early(self, status: PromotionStatus, end: datetime) -> Iterator[str]:
        """What begins or ends in a language before a comparison would."""
        name = status.locale.name
        if status.scheduled and (begin := status.scheduled[0].live_from) < end:
            # TRANSLATORS: %(language)s is the name of a language, %(begin)s a date and a time.
            yield gettext(
                "%(language)s: something else is scheduled for %(begin)s.", language=name, begin=moment(begin)
            )
        if (own := status.end) and own < end:
            # TRANSLATORS: %(language)s is the name of a language, %(end)s a date and a time.
            yield gettext("%(language)s: the words that are live end on %(end)s.", language=name, end=moment(own))
        if (until := self.promotion.until) and until < end:
            # TRANSLATORS: Of an advertisement. %(language)s is the name of a language, %(end)s a date and a time.
            yield gettext("%(language)s: the promotion itself ends on %(end)s.", language=name, end=moment(until))

    def _words_a(self, status: PromotionStatus) -> Mapping[str, str]:
        return typed_words(current_edition(), self.promotion, status.locale, status.last_words)

    def _save(self) -> ResponseReturnValue:
        drafts = [(column.status.topic, self._draft(column), column.form.based_on.data or 0) for column in self.chosen]
        try:
            saved = save_drafts(drafts, now())
        except Conflict:
            return self._page_with_conflict(), 409
        return self._redirect(saved)

    def _saved_before(self) -> list[Revision]:
        """What this author has begun from this very page: a form may be sent twice."""
        by_id, author = current_edition().revisions.by_id, current_account().email
        latest = [(self.form.of(status.locale), by_id.get(status.newest_id)) for status in self.statuses]
        return [
            row
            for form, row in latest
            if row
            and form.chosen.data
            and (row.action, row.based_on, row.author) == (Action.COMPARE, form.based_on.data or 0, author)
        ]

    def _redirect(self, saved: list[Revision]) -> ResponseReturnValue:
        """To the editor, which says how things stand now."""
        numbers = ",".join(str(revision.id) for revision in saved)
        return redirect(url_for("studio.edit", key=self.promotion.key, saved=numbers), 303)

    def _draft(self, column: LanguageColumn) -> Draft:
        behind = column.status.last_words
        claims = [*(behind.confirmed_claims if behind else ()), *column.claims_to_confirm]
        return Draft(
            Action.COMPARE,
            column.form.words,
            next_midnight(now()),
            self.end,
            note=self.form.note.data,
            confirmed_claims=list(dict.fromkeys(claims)),
            source=dict(self._words_a(column.status)),
        )

    def _page_with_conflict(self) -> str:
        """The page as things stand now, with what was typed."""
        newest_edition()
        page = ComparePage(self.promotion)
        for column in page.columns:
            column.form.based_on.replace(column.status.newest_id)
        return page.shown(gettext("Somebody saved meanwhile: look at what there is now. Nothing has been changed."))

    def shown(self, wrong: str = "") -> str:
        return render(
            "promotions/compare.html",
            # TRANSLATORS: Title of a page on which two wordings are compared. %(promotion)s names an advertisement.
            gettext("Compare two wordings: %(promotion)s", promotion=self.promotion.title),
            frames=True,
            promotion=self.promotion,
            form=self.form,
            others=[status for status in self.statuses if status not in [column.status for column in self.columns]],
            languages=self._taking_part(),
            lengths=list(zip(self.form.days, self._lengths(), strict=True)),
            begin=next_midnight(now()),
            limits=MAX_LENGTHS,
            wrong=wrong,
            errors=form_errors(self.form, self.columns),
        )

    def _taking_part(self) -> list[TakingPart]:
        """Each language with a page in which A stands, and one in which B does."""
        words_a = {column.locale.id: self._words_a(column.status) for column in self.columns}
        words_b = {column.locale.id: column.form.words for column in self.columns}
        shown_a, shown_b = (previews_of(self.promotion, words, "").languages for words in (words_a, words_b))
        return [
            TakingPart(column, words_a[column.locale.id], (shown_a[column.locale.id], shown_b[column.locale.id]))
            for column in self.columns
        ]

    def _lengths(self) -> list[Length]:
        measured = {column.locale.name: _measured(column.status) for column in self.columns}
        too_early = {
            days: [list(self._too_early(column.status, self._end(days))) for column in self.columns] for days in LENGTHS
        }
        return [
            Length(
                days,
                self._end(days),
                [
                    (name, 1000 * smallest_difference(past.share, past.views_a_day, days // 2))
                    for name, past in measured.items()
                    if past
                ],
                [sentence for sentences in too_early[days] for sentence in sentences],
                not all(too_early[days]),
            )
            for days in LENGTHS
        ]


def _measured(status: PromotionStatus) -> Measured | None:
    """By the days of the last `MEASURED_DAYS` that are over and have views; None where nobody has followed it yet."""
    days = last_days(now().date() - timedelta(days=1), MEASURED_DAYS)
    counted = sums(
        current_store(),
        days,
        PromotionCount.day,
        promotion=status.promotion.key,
        locale=status.locale.tag,
    )
    seen = [of_day for of_day in counted.values() if of_day.impressions]
    views, clicks, _ = total(seen)
    return Measured(views / len(seen), clicks / views) if 0 < clicks < views else None
