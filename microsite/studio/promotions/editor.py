"""The page on which a promotion is written: every language side by side, with a preview and buttons to publish."""

from dataclasses import dataclass, field

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from microsite.language.locales import Locale
from microsite.promotions.claims import ClaimMatch, find_claims
from microsite.promotions.promotion import MAX_LENGTHS, Promotion
from microsite.runtime import current_edition
from microsite.storage.revisions import Action, topic_of
from microsite.storage.saving import Conflict, Draft
from microsite.storage.tables import Revision
from microsite.studio.access import Role, current_account, needs
from microsite.studio.blueprint import newest_edition, now, studio
from microsite.studio.fields import fingerprint, number_in_query, number_or_abort
from microsite.studio.history import save_draft
from microsite.studio.layout import render
from microsite.studio.promotions.editor_form import EditorForm, WordsForm, editor_form
from microsite.studio.promotions.preview import previews_of
from microsite.studio.promotions.status import (
    PromotionStatus,
    copied_words,
    is_scheduled,
    resumed,
    statuses,
    typed_words,
)
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
    diffs: dict[str, list[DiffSegment]] = field(default_factory=dict)
    """From the words of `theirs` to those of the form, by part."""

    @property
    def locale(self) -> Locale:
        return self.status.locale

    @property
    def claim_matches(self) -> list[ClaimMatch]:
        return find_claims(self.form.words, current_edition().claims.get(self.locale.id, {}))

    @property
    def claims_to_confirm(self) -> list[str]:
        """The words that claim too much; a revision keeps those that its author has confirmed."""
        return list(dict.fromkeys(match.words for match in self.claim_matches))

    @property
    def confirmation(self) -> str:
        """The value of the box that confirms these claims: other claims need another confirmation."""
        return fingerprint(self.claims_to_confirm)

    @property
    def is_confirmed(self) -> bool:
        return not self.claims_to_confirm or self.form.confirmed.data == self.confirmation

    @property
    def is_changed(self) -> bool:
        return self.form.words != typed_words(current_edition(), self.status.promotion, self.locale, self.start)

    @property
    def starts_scheduled(self) -> bool:
        """Whether the author began with a revision that is still to begin: saving replaces it."""
        return self.start is not None and is_scheduled(self.start)


@studio.route("/promotions/<key>/", methods=["GET", "POST"])
@needs(Role.MARKETING)
def edit(key: str) -> ResponseReturnValue:
    editor = Editor(newest_edition().promotions.get(key) or abort(404))
    action, _, target = request.form.get("do", "").partition(":")
    match action:
        case "publish":
            return editor.publish(target)
        case Action.PAUSE | Action.CATALOG:
            tags = [column.locale.tag for column in editor.columns]
            return editor.save({target: Draft(action=Action(action))}) if target in tags else abort(404)
        case "resume":
            pauses = {column.locale.tag: column.status.pause for column in editor.columns}
            pause = pauses.get(target) or abort(404)
            return editor.save({target: resumed(pause, now())})
        case Action.CANCEL:
            revision = current_edition().revisions.by_id.get(number_or_abort(404, target)) or abort(404)
            tags = [column.locale.tag for column in editor.columns if column.status.topic == topic_of(revision)]
            return (
                editor.save({tag: Draft(action=Action.CANCEL, cancels=revision.id) for tag in tags})
                if tags
                else abort(404)
            )
        case _:
            return editor.page()


class Editor:
    """The page of one promotion, for one request."""

    def __init__(self, promotion: Promotion) -> None:
        self.promotion = promotion
        self.form = _form(promotion)
        self.columns = self._columns()

    def _columns(self) -> list[LanguageColumn]:
        edition = current_edition()
        columns = []
        for status in statuses(edition, self.promotion):
            form = self.form.of(status.locale)
            start = edition.revisions.by_id.get(form.start.data or 0)
            is_own = start is not None and topic_of(start) == status.topic
            columns.append(LanguageColumn(status, form, start if is_own else None))
        return columns

    def publish(self, tag: str) -> ResponseReturnValue:
        """Save the language with this tag, or all that were changed where it is empty."""
        chosen = [
            column for column in self.columns if column.locale.tag == tag or (not tag and self._is_to_publish(column))
        ]
        if not chosen:
            wrong = gettext(
                "No word has been changed. To publish the same words again, use the button of their language."
            )
        elif not self.form.is_right([column.locale for column in chosen]):
            wrong = gettext("Something needs fixing. Nothing has been saved.")
        elif not all(column.is_confirmed for column in chosen):
            wrong = gettext(
                "Some words claim too much. Change them, or confirm that they are meant. Nothing has been saved."
            )
        else:
            return self.save({column.locale.tag: self._draft(column) for column in chosen}, leave=True)
        return self.page(wrong), 422

    def _is_to_publish(self, column: LanguageColumn) -> bool:
        """Whether “Publish what was changed” saves a language: its words were changed, or the time that is theirs.

        All languages share the two fields of time. Where no word was changed, these concern a language only if

        - it began with a scheduled revision, whose times they held: then both fields count;
        - its words in force have an end which the field held: then that field counts. It does not hold that end where
          languages end at different times, and means another one where any language began with a scheduled revision.
          Nor does it count for a paused language: publishing would end the pause.
        """
        if column.is_changed or not column.start:
            return column.is_changed
        live_from, live_until = self.form.live_from, self.form.live_until
        if column.starts_scheduled:
            return bool((live_from.data, live_until.data) != (column.start.live_from, column.start.live_until))
        end = column.status.end
        if not end or column.status.is_paused or any(other.starts_scheduled for other in self.columns):
            return False
        return bool(live_until.object_data == end != live_until.data)

    def _draft(self, column: LanguageColumn) -> Draft:
        """The words as typed, in place of the scheduled revision that they began with, if they did."""
        return Draft(
            words=column.form.words,
            live_from=self.form.live_from.data,
            live_until=self.form.live_until.data,
            note=self.form.note.data,
            confirmed_claims=column.claims_to_confirm,
            cancels=column.start.id if column.start and column.starts_scheduled else None,
        )

    def save(self, drafts: dict[str, Draft], leave: bool = False) -> ResponseReturnValue:
        """Save a draft for some languages, by tag. Words that were typed in other languages stay in the form.

        Answers with a redirect if all were saved and `leave` is set or nothing else was typed; else with the page.
        """
        moment = now()
        theirs: dict[str, Revision | None] = {}
        for column in self.columns:
            if draft := drafts.get(column.locale.tag):
                try:
                    saved = save_draft(column.status.topic, draft, column.form.based_on.data or 0, moment)
                except Conflict as conflict:
                    theirs[column.locale.tag] = conflict.theirs
                    column.form.based_on.replace(conflict.theirs.id if conflict.theirs else 0)
                else:
                    flash(_success(draft, column.locale))
                    column.form.based_on.replace(saved.id)
                    if draft.action == Action.WORDS:
                        column.form.start.replace(saved.id)
        newest_edition()
        self.columns = self._columns()
        if not theirs and (leave or not any(column.is_changed for column in self.columns)):
            return redirect(url_for("studio.edit", key=self.promotion.key), 303)
        return self._page_with_conflicts(theirs), 409 if theirs else 200

    def _page_with_conflicts(self, theirs: dict[str, Revision | None]) -> str:
        """The page with what others saved meanwhile, by language tag, beside what was typed."""
        wrong = []
        for column in self.columns:
            if column.locale.tag not in theirs:
                continue
            wrong.append(
                # TRANSLATORS: Said when two people wrote at once. %(language)s is the language that was not saved.
                gettext("%(language)s was not saved: somebody saved while you wrote.", language=column.locale.name)
            )
            if revision := theirs[column.locale.tag]:
                column.theirs, column.diffs = revision, word_diffs(revision.words, column.form.words)
        return self.page(" ".join(wrong))

    def page(self, wrong: str = "") -> str:
        words = {column.locale.id: column.form.words for column in self.columns if any(column.form.words.values())}
        return render(
            "promotions/editor.html",
            self.promotion.title,
            frames=True,
            promotion=self.promotion,
            form=self.form,
            columns=self.columns,
            limits=MAX_LENGTHS,
            wrong=wrong,
            zone=current_account().timezone,
            ends_differ=len({column.status.end for column in self.columns} - {None}) > 1,
            previews=previews_of(self.promotion, words, self.form.where.data or ""),
        )


def _form(promotion: Promotion) -> EditorForm:
    """The form, in which each language begins with its words in force, or with the revision of the query's `from`.

    One without any words begins with those of the promotion that the query's `copy` names.
    """
    edition = current_edition()
    start = edition.revisions.by_id.get(number_in_query("from"))
    words, ends = {}, set()
    copied = copied_words(edition, request.args.get("copy", ""))
    for status in statuses(edition, promotion):
        first = start if start and topic_of(start) == status.topic else status.last_words
        typed = typed_words(edition, promotion, status.locale, first)
        if not any(typed.values()):
            typed = copied.get(status.locale.id, typed)
        words[status.locale.id] = {**typed, "based_on": status.newest_id, "start": first.id if first else 0}
        ends.add(status.end)
    ends.discard(None)
    # A fix of words that have an end keeps it, unless the author takes it away.
    times = {"live_until": ends.pop()} if len(ends) == 1 else {}
    if start and is_scheduled(start):
        times = {"live_from": start.live_from, "live_until": start.live_until}
    return editor_form(list(edition.content.site.locales.values()), words, **times)


def _success(draft: Draft, locale: Locale) -> str:
    """What the page says after a draft was saved."""
    match draft.action:
        case Action.WORDS if draft.live_from:
            # TRANSLATORS: Said after a button was pressed. %(language)s is the language whose words these are.
            return str(gettext("%(language)s: saved. It goes live by itself.", language=locale.name))
        case Action.WORDS:
            # TRANSLATORS: Said after a button was pressed. %(language)s is the language whose words these are.
            return str(gettext("%(language)s is live.", language=locale.name))
        case Action.PAUSE if draft.cancels:
            # TRANSLATORS: Said after a button was pressed. %(language)s is the language whose words these are.
            return str(gettext("%(language)s: resumed.", language=locale.name))
        case Action.PAUSE:
            # TRANSLATORS: Said after a button was pressed. %(language)s is the language whose words these are.
            return str(gettext("%(language)s: paused. Readers do not see the promotion.", language=locale.name))
        case Action.CATALOG:
            # TRANSLATORS: Said after a button was pressed. %(language)s is the language whose words these are.
            return str(gettext("%(language)s: the catalog’s words are live again.", language=locale.name))
        case _:
            # TRANSLATORS: Said after a button was pressed. %(language)s is the language whose words these are.
            return str(gettext("%(language)s: called off.", language=locale.name))
