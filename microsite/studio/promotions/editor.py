"""The page on which a promotion is written: every language side by side, with a preview and a button to publish."""

from datetime import datetime
from typing import Any, NamedTuple

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from microsite.promotions.promotion import Promotion
from microsite.runtime import current_edition, current_locale
from microsite.storage.revisions import PROMOTION, Topic, topic_of
from microsite.storage.saving import Conflict, newest
from microsite.storage.tables import Revision
from microsite.studio.access import Role, needs
from microsite.studio.blueprint import current_store, newest_edition, now, studio
from microsite.studio.fields import local_input, number_in_query
from microsite.studio.history import save_drafts
from microsite.studio.layout import moment, promotion_title, render, weekday
from microsite.studio.promotions import preview_links
from microsite.studio.promotions.draft_previews import previews_of
from microsite.studio.promotions.editor_drafts import (
    Drafts,
    LanguageColumn,
    all_confirmed,
    drafts_of,
    form_errors,
    is_end_alone_changed,
    saved_before,
)
from microsite.studio.promotions.editor_form import EditorForm, with_languages
from microsite.studio.promotions.status import (
    PromotionStatus,
    copied_words,
    is_scheduled,
    not_while_compared,
    redirect_to_saved,
    saved_revisions,
    scheduled_together,
    statuses_of,
)

PUBLISH = "publish:"
LATER, SHARE = "later", "share"


class PublishButton(NamedTuple):
    """The main button: what it says, and what it sends, so that nothing else is done than what was said."""

    value: str
    label: str


@studio.route("/promotions/<key>/", methods=["GET", "POST"])
@needs(Role.MARKETING)
def edit(key: str) -> ResponseReturnValue:
    editor = Editor(newest_edition().promotions.get(key) or abort(404))
    action = request.form.get("do", "")
    if action.startswith(PUBLISH):
        return editor.publish(action)
    if action == SHARE:
        return editor.share()
    if action.startswith(preview_links.WITHDRAW) and preview_links.withdraw(action):
        return editor.page(shared=gettext("The link is withdrawn: it opens nothing any more."))
    return editor.page()


class Editor:
    """The page of one promotion, for one request."""

    def __init__(self, promotion: Promotion) -> None:
        self.promotion = promotion
        self.form = _form(promotion)
        self.columns = self._columns()
        self.form.settle_afterwards(self.has_words_before)

    @property
    def has_words_before(self) -> bool:
        return any(column.has_words_before for column in self.columns)

    def _columns(self) -> list[LanguageColumn]:
        edition = current_edition()
        columns = []
        for status in statuses_of(self.promotion):
            form = self.form.of(status.locale)
            start = edition.revisions.by_id.get(form.start.data)
            is_own = start is not None and topic_of(start) == status.topic
            columns.append(LanguageColumn(status, form, start if is_own else None))
        return columns

    @property
    def chosen(self) -> list[LanguageColumn]:
        return [column for column in self.columns if column.form.chosen.data and column.is_written]

    @property
    def barred(self) -> list[PromotionStatus]:
        """Where a comparison forbids what the main button would do, with the form as it is."""
        begins = [(column, draft.live_from) for column, draft in drafts_of(self.form, self.columns)]
        begins = begins or [(column, self.form.begin) for column in self.chosen]
        return [column.status for column, begin in begins if column.status.forbids(begin)]

    @property
    def button(self) -> PublishButton:
        """What pressing the main button would do with the form as it is."""
        if self.form.begin and not self.form.live_from.errors:
            begin = self.form.begin
            # TRANSLATORS: Button: words will be shown from then on. “Schedule for Friday, 27 November 2026, 09:00”.
            label = gettext("Schedule for %(weekday)s, %(begin)s", weekday=weekday(begin), begin=moment(begin))
            return PublishButton(PUBLISH + local_input(begin), label)
        if self.form.is_scheduled:
            # TRANSLATORS: Button: words will be shown from a date on, which is not written yet.
            return PublishButton(PUBLISH + LATER, gettext("Schedule"))
        if self.chosen and all(column.status.is_paused for column in self.chosen):
            # TRANSLATORS: Button: words are saved; readers see them when the pause of the promotion has ended.
            return PublishButton(PUBLISH, gettext("Save for after the pause"))
        drafts = drafts_of(self.form, self.columns)
        if drafts and all(is_end_alone_changed(self.form, column) for column, _ in drafts):
            return PublishButton(PUBLISH, self._end_label)
        # TRANSLATORS: Button: readers see the words at once.
        return PublishButton(PUBLISH, gettext("Publish now"))

    @property
    def _end_label(self) -> Any:
        end: datetime | None = self.form.live_until.data
        if not self.form.live_until.raw_data_is_given:
            # TRANSLATORS: Button: words that are live go on without an end.
            return gettext("Remove the end")
        if not end:
            # TRANSLATORS: Button: words that are live will end at a date, which is not written as one yet.
            return gettext("Change the end")
        # TRANSLATORS: Button: words that are live will end then. “End on Friday, 27 November 2026, 09:00”.
        return gettext("End on %(weekday)s, %(end)s", weekday=weekday(end), end=moment(end))

    @property
    def tab(self) -> str:
        """The tag of the language that a narrow screen shows: where something is to be mended, else as it was."""
        tags = [column.locale.tag for column in self.columns]
        wrong = [column.locale.tag for column in self.columns if column.theirs or any(column.form.errors.values())]
        asked = [*wrong, str(self.form.tab.data), current_locale().tag, *tags]
        return next(tag for tag in asked if tag in tags)

    def publish(self, pressed: str) -> ResponseReturnValue:
        """Save the chosen languages, in one transaction, if the button that was pressed said what would be done."""
        drafts = drafts_of(self.form, self.columns)
        if not self.form.is_right([column.form for column, _ in drafts]):
            wrong = gettext("Something needs fixing. Nothing has been saved.")
        elif not self.chosen:
            wrong = gettext("No language is chosen. Nothing has been saved.")
        elif not drafts and (repeated := saved_before(self.chosen)):
            return redirect_to_saved(self.promotion.key, repeated)
        elif not drafts:
            wrong = gettext("Nothing would change: neither words nor dates are other than they are.")
        elif barred := self.barred:
            wrong = not_while_compared(barred)
        elif not all_confirmed([column for column, draft in drafts if draft.words]):
            wrong = gettext(
                "Some words claim too much. Change them, or confirm that they are meant. Nothing has been saved."
            )
        elif pressed != self.button.value:
            # TRANSLATORS: %(button)s is what the main button says, such as “Schedule for Friday, 27 November”.
            wrong = gettext("Nothing has been saved yet. To do so, press “%(button)s”.", button=self.button.label)
        else:
            return self._save(drafts)
        return self.page(wrong), 422

    def _save(self, drafts: Drafts) -> ResponseReturnValue:
        """A redirect to the page, which says how things stand; the page itself where words are left in it."""
        concerned = [column for column, _ in drafts]
        try:
            saved = save_drafts([column.sent(draft) for column, draft in drafts], now())
        except Conflict:
            return self._page_with_conflicts(concerned), 409
        newest_edition()
        if any(column.is_changed for column in self.columns if column not in concerned):
            for column, revision in zip(concerned, saved, strict=True):
                column.form.based_on.replace(revision.id)
                column.form.start.replace(revision.id)
            self.columns = self._columns()
            return self.page(saved=saved)
        return redirect_to_saved(self.promotion.key, saved)

    def _page_with_conflicts(self, concerned: list[LanguageColumn]) -> str:
        """The page with what others saved meanwhile, beside what was typed."""
        newest_edition()
        late: dict[Topic, Revision] = {}
        for column in concerned:
            theirs = newest(current_store(), column.status.topic)
            if theirs and theirs.id != column.form.based_on.data:
                column.form.based_on.replace(theirs.id)
                late[column.status.topic] = theirs
        self.columns = self._columns()
        for column in self.columns:
            column.theirs = late.get(column.status.topic)
        names = ", ".join(column.locale.name for column in self.columns if column.theirs)
        # TRANSLATORS: Said when two people wrote at once. %(languages)s names the languages that somebody else saved.
        return self.page(gettext("Nothing was saved: somebody saved %(languages)s while you wrote.", languages=names))

    @property
    def words(self) -> dict[str, dict[str, str]]:
        """As they stand in the fields, by locale id and part."""
        return {column.locale.id: column.form.words for column in self.columns}

    def share(self) -> str:
        """The page, with a link to the words in its fields for somebody without an account."""
        where = previews_of(self.promotion, self.words, self.form.where.data or "").where
        preview_links.make_link(self.promotion.key, self.words, where)
        return self.page(shared=gettext("The link stands below. It goes on showing these words when you write others."))

    def page(self, wrong: str = "", saved: list[Revision] | None = None, shared: str = "") -> str:
        by_topic = {column.status.topic: column.status for column in self.columns}
        if saved is None:
            saved = saved_revisions(by_topic) if request.method == "GET" else []
        is_copy = "copy" in request.args and not any(column.start for column in self.columns)
        return render(
            "promotions/editor.html",
            self.promotion.title,
            frames=True,
            promotion=self.promotion,
            form=self.form,
            columns=self.columns,
            button=self.button,
            has_words_before=self.has_words_before,
            offers_words_before=any(column.offers_words_before for column in self.columns),
            barred=self.barred,
            outcomes=[(revision, by_topic[topic_of(revision)]) for revision in saved],
            scheduled=scheduled_together(column.status for column in self.columns),
            wrong=wrong,
            errors=form_errors(self.form, self.columns),
            tab=self.tab,
            now=now(),
            ends_differ=len({column.status.end.live_until for column in self.columns if column.is_written}) > 1,
            previews=previews_of(self.promotion, self.words, self.form.where.data or ""),
            links=preview_links.links_to(self.promotion.key),
            shared=shared,
            copied_from=promotion_title(request.args["copy"]) if is_copy else "",
            unsaved=is_copy,
        )


def _form(promotion: Promotion) -> EditorForm:
    """The form, in which each language begins with its words in force, or with a revision that the query names.

    Where that one is scheduled, so do the others with what is scheduled for the same moment; those that have nothing
    scheduled for it are not chosen. One without any words begins with those of the promotion that `copy` names.
    """
    edition = current_edition()
    named = edition.revisions.by_id.get(number_in_query("from"))
    start = named if named and (named.kind, named.subject) == (PROMOTION, promotion.key) else None
    begin = start.live_from if start and is_scheduled(start) else None
    copied = copied_words(request.args.get("copy", ""))
    statuses, words, ends = statuses_of(promotion), {}, []
    compared = [status for status in statuses if status.forbids(None)]
    is_free = not compared or any(status.words for status in statuses if status not in compared)
    for status in statuses:
        together = [row for row in status.scheduled if row.live_from == begin]
        own = start if start and topic_of(start) == status.topic else None
        first = own or (together[-1] if together else status.last_words)
        typed = status.typed(first)
        if not any(typed.values()):
            typed = copied.get(status.locale.id, typed)
        is_chosen = bool(together) if begin else status not in compared or not is_free
        numbers = {"based_on": status.newest_id, "start": first.id if first else 0}
        words[status.locale.id] = {**typed, **numbers, "chosen": is_chosen}
        if status.end.live_until:
            ends.append(status.end)
    # A fix of words that have an end keeps it, unless the author takes it away.
    times: dict[str, Any] = max(ends)._asdict() if ends else {}
    if not is_free:
        # Words may be scheduled for afterwards, and none before.
        times = {"when": LATER, "live_from": max(status.comparison.end for status in compared if status.comparison)}
    if start and begin:
        times = {"when": LATER, "live_from": begin, "live_until": start.live_until, "afterwards": start.afterwards}
    return with_languages(EditorForm, list(edition.content.site.locales.values()), words, **times)
