"""The page on which a comparison of two wordings is begun: B, for how long, and what so many days can show."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from microsite.promotions.figures import last_days, sums, total
from microsite.promotions.promotion import Promotion
from microsite.promotions.sign_flip import smallest_difference
from microsite.promotions.wording import typeset_words
from microsite.runtime import current_edition
from microsite.storage.revisions import Action, next_midnight, topic_of
from microsite.storage.saving import Conflict, Draft
from microsite.storage.tables import PromotionCount, Revision
from microsite.studio.access import Role, needs
from microsite.studio.blueprint import current_store, newest_edition, now, studio
from microsite.studio.fields import ChoiceField, NoteField, number_in_query
from microsite.studio.history import save_drafts
from microsite.studio.layout import moment, render
from microsite.studio.promotions.draft_previews import previews_of
from microsite.studio.promotions.editor_drafts import LanguageColumn, all_confirmed, form_errors, saved_before
from microsite.studio.promotions.editor_form import LanguagesForm, with_languages
from microsite.studio.promotions.status import PromotionStatus, redirect_to_saved, statuses_of

BEGIN, FROM_EDITOR = "begin", "compare"
LENGTHS = (14, 28, 42, 56, 84)
"""Days: whole weeks, in whole pairs. The first is chosen unless somebody chooses, and fits wherever any does."""
MEASURED_DAYS = 28
"""Of the past, by which the page says what a comparison can show."""


class CompareForm(LanguagesForm):
    # TRANSLATORS: Over a choice of numbers of days: how long two wordings of an advertisement take turns.
    days = ChoiceField(lazy_gettext("How long"), [(str(days), "") for days in LENGTHS])
    note = NoteField()


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
        statuses = statuses_of(promotion)
        self.form = self._form(statuses)
        self.all_columns = [LanguageColumn(status, self.form.of(status.locale), None) for status in statuses]
        self.columns = [column for column in self.all_columns if column.status.can_be_compared]

    def _form(self, statuses: list[PromotionStatus]) -> CompareForm:
        """Each language begins with its words in force, or with those of a revision that the query names."""
        named = current_edition().revisions.by_id.get(number_in_query("from"))
        words: dict[str, dict[str, Any]] = {}
        for status in statuses:
            own = named if named and topic_of(named) == status.topic else status.last_words
            fits = not any(self._too_early(status, _end(min(LENGTHS))))
            words[status.locale.id] = {**status.typed(own), "based_on": status.newest_id, "chosen": fits}
        return with_languages(CompareForm, [status.locale for status in statuses], words)

    def leave_out_unchanged(self) -> None:
        """Where the editor's words are new in some languages, the others are not ticked."""
        unchanged = [column for column in self.columns if self._says_the_same(column)]
        if len(unchanged) < len(self.columns):
            for column in unchanged:
                column.form.chosen.data = False

    def _says_the_same(self, column: LanguageColumn) -> bool:
        """Whether readers could not tell B from A."""
        words = column.status.last_typed, column.form.words
        a, b = (typeset_words(each, column.locale.language) for each in words)
        return a == b

    @property
    def chosen(self) -> list[LanguageColumn]:
        return [column for column in self.columns if column.form.chosen.data]

    @property
    def end(self) -> datetime:
        return _end(int(self.form.days.data))

    def begin(self) -> ResponseReturnValue:
        """Begin in the chosen languages, in one transaction, or in none."""
        if not self.chosen and (repeated := self._begun_before()):
            return redirect_to_saved(self.promotion.key, repeated)
        if not self.form.is_right(column.form for column in self.chosen):
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
        if (own := status.end.live_until) and own < end:
            # TRANSLATORS: %(language)s is the name of a language, %(end)s a date and a time.
            yield gettext("%(language)s: the words that are live end on %(end)s.", language=name, end=moment(own))
        if (until := self.promotion.until) and until < end:
            # TRANSLATORS: Of an advertisement. %(language)s is the name of a language, %(end)s a date and a time.
            yield gettext("%(language)s: the promotion itself ends on %(end)s.", language=name, end=moment(until))

    def _save(self) -> ResponseReturnValue:
        try:
            saved = save_drafts([column.sent(self._draft(column)) for column in self.chosen], now())
        except Conflict:
            return self._page_with_conflict(), 409
        return redirect_to_saved(self.promotion.key, saved)

    def _begun_before(self) -> list[Revision]:
        """What this author has begun from this very page, where nothing can be compared any more since."""
        chosen = [column for column in self.all_columns if column.form.chosen.data]
        return [row for row in saved_before(chosen) if row.action == Action.COMPARE]

    def _draft(self, column: LanguageColumn) -> Draft:
        behind = column.status.last_words
        claims = [*(behind.confirmed_claims if behind else ()), *column.claims.words]
        return Draft(
            Action.COMPARE,
            column.form.words,
            next_midnight(now()),
            self.end,
            note=self.form.note.data,
            confirmed_claims=list(dict.fromkeys(claims)),
            source=dict(column.status.last_typed),
        )

    def _page_with_conflict(self) -> str:
        """The page as things stand now, with what was typed."""
        newest_edition()
        page = ComparePage(self.promotion)
        for column in page.columns:
            column.form.based_on.replace(column.status.newest_id)
        return page.shown(gettext("Somebody saved meanwhile: look at what there is now. Nothing has been changed."))

    def shown(self, wrong: str = "") -> str:
        words_a = {column.locale.id: column.status.last_typed for column in self.columns}
        words_b = {column.locale.id: column.form.words for column in self.columns}
        return render(
            "promotions/compare.html",
            # TRANSLATORS: Title of a page on which two wordings are compared. %(promotion)s names an advertisement.
            gettext("Compare two wordings: %(promotion)s", promotion=self.promotion.title),
            frames=True,
            promotion=self.promotion,
            form=self.form,
            others=[column.status for column in self.all_columns if not column.status.can_be_compared],
            columns=self.columns,
            previews=[previews_of(self.promotion, words, "").addresses for words in (words_a, words_b)],
            lengths=list(zip(self.form.days, self._lengths(), strict=True)),
            begin=next_midnight(now()),
            wrong=wrong,
            errors=form_errors(self.form, self.columns),
        )

    def _lengths(self) -> list[Length]:
        shown = {column.locale.name: _smallest_difference(column.status) for column in self.columns}
        lengths = []
        for days in LENGTHS:
            end = _end(days)
            differences = [(name, 1000 * smallest(pairs=days // 2)) for name, smallest in shown.items() if smallest]
            too_early = [list(self._too_early(column.status, end)) for column in self.columns]
            lengths.append(Length(days, end, differences, list(chain(*too_early)), fits=not all(too_early)))
        return lengths


def _end(days: int) -> datetime:
    return next_midnight(now()) + timedelta(days=days)


def _smallest_difference(status: PromotionStatus) -> Callable[..., float] | None:
    """`smallest_difference` of a number of `pairs`, by the days of the last `MEASURED_DAYS` that are over and have
    views; None where nobody has followed the promotion yet.
    """
    days = last_days(now().date() - timedelta(days=1), MEASURED_DAYS)
    of_days = sums(current_store(), days, PromotionCount.day, promotion=status.promotion.key, locale=status.locale.tag)
    seen = [counted for counted in of_days.values() if counted.impressions]
    views, clicks, _ = total(seen)
    return partial(smallest_difference, clicks / views, views / len(seen)) if 0 < clicks < views else None
