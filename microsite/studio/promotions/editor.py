"""Writing a promotion: every language side by side, seen in the real page, saved without overwriting anybody."""

from dataclasses import dataclass, field

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import Field

from microsite.language.locales import Locale
from microsite.promotions.claims import Warned, find_claims
from microsite.promotions.promotion import BUTTON, HEADLINE, TEXT, Promotion
from microsite.runtime import current_edition
from microsite.storage.revisions import PROMOTION, Conflict, Draft, Topic, topic_of
from microsite.storage.tables import Revision
from microsite.studio.access import Role, current_account, needs
from microsite.studio.blueprint import now, studio
from microsite.studio.fields import fingerprint, number_in_query, number_or_abort
from microsite.studio.history import save_draft
from microsite.studio.layout import render
from microsite.studio.promotions.editor_form import EditingForm, WordsForm, editing_form
from microsite.studio.promotions.preview_frames import frames_of
from microsite.studio.promotions.status import Standing, is_coming, newest_edition, standings, typed_words
from microsite.studio.word_diff import DiffSegment, word_diffs

LIMITS = {"headline": HEADLINE, "text": TEXT, "button": BUTTON}
Answer = Response | tuple[str, int] | str


@dataclass
class Column:
    """One language of the editing page."""

    standing: Standing
    words: WordsForm
    start: Revision | None
    """Whose words its author began with; None: the catalog's."""
    theirs: Revision | None = None
    """What somebody else saved meanwhile."""
    changes: dict[str, list[DiffSegment]] = field(default_factory=dict)
    """From their words to mine."""

    @property
    def locale(self) -> Locale:
        return self.standing.locale

    @property
    def topic(self) -> Topic:
        return Topic(PROMOTION, self.standing.promotion.key, self.locale.id)

    @property
    def warned(self) -> list[Warned]:
        return find_claims(self.words.words, current_edition().claims.get(self.locale.id, {}))

    @property
    def claims(self) -> list[str]:
        """What a tick confirms, and what is kept with the revision."""
        return list(dict.fromkeys(warned.words for warned in self.warned))

    @property
    def confirmation(self) -> str:
        """What the tick sends: it stands for these claims, others need another one."""
        return fingerprint(self.claims)

    @property
    def is_confirmed(self) -> bool:
        return not self.claims or self.words.confirmed.data == self.confirmation

    @property
    def is_changed(self) -> bool:
        edition = current_edition()
        return self.words.words != typed_words(edition, self.standing.promotion, self.locale, self.start)


@studio.route("/promotions/<key>/", methods=["GET", "POST"])
@needs(Role.MARKETING)
def edit(key: str) -> Answer:
    promotion = newest_edition().promotions.get(key) or abort(404)
    form = _form(promotion)
    columns = _columns(promotion, form)
    verb, _, what = request.form.get("do", "").partition(":")
    match verb:
        case "publish":
            return _publish(promotion, form, columns, what)
        case "pause" | "catalog":
            column = next((one for one in columns if one.locale.tag == what), None) or abort(404)
            return _act(promotion, form, columns, {column.locale.tag: Draft(action=verb)})
        case "discard":
            off = current_edition().revisions.by_id.get(number_or_abort(404, what)) or abort(404)
            column = next((one for one in columns if one.topic == topic_of(off)), None) or abort(404)
            return _act(promotion, form, columns, {column.locale.tag: Draft(action=verb, cancels=off.id)})
        case _:
            return _page(promotion, form, columns)


def _form(promotion: Promotion) -> EditingForm:
    """Each language begins with its words in force, or with those of the revision that the address names."""
    edition = current_edition()
    start = edition.revisions.by_id.get(number_in_query("from"))
    words = {}
    ends = set()
    for standing in standings(edition, promotion):
        topic = Topic(PROMOTION, promotion.key, standing.locale.id)
        begin = start if start and topic_of(start) == topic else standing.last_words
        typed = typed_words(edition, promotion, standing.locale, begin)
        words[standing.locale.id] = {**typed, "based_on": standing.newest, "start": begin.id if begin else 0}
        ends.add(standing.end)
    ends.discard(None)
    # A fix of words that have an end keeps it, unless the author takes it away.
    moments = {"live_until": ends.pop()} if len(ends) == 1 else {}
    if start and is_coming(start):
        moments = {"live_from": start.live_from, "live_until": start.live_until}
    return editing_form(list(edition.content.site.locales.values()), words, **moments)


def _columns(promotion: Promotion, form: EditingForm) -> list[Column]:
    edition = current_edition()
    columns = []
    for standing in standings(edition, promotion):
        words = form.of(standing.locale)
        column = Column(standing, words, edition.revisions.by_id.get(words.start.data or 0))
        if column.start and topic_of(column.start) != column.topic:
            column.start = None
        columns.append(column)
    return columns


def _publish(promotion: Promotion, form: EditingForm, columns: list[Column], tag: str) -> Answer:
    """Save one language, or with an empty tag all that were changed."""
    chosen = [
        column for column in columns if column.locale.tag == tag or (not tag and _is_to_save(column, form, columns))
    ]
    if not chosen:
        wrong = gettext("No word has been changed. To publish the same words again, use the button of their language.")
        return _page(promotion, form, columns, wrong), 422
    if not form.is_right([column.locale for column in chosen]):
        return _page(promotion, form, columns, gettext("Something has to be mended. Nothing has been saved.")), 422
    if not all(column.is_confirmed for column in chosen):
        wrong = gettext(
            "Some words claim too much. Change them, or confirm that they are meant. Nothing has been saved."
        )
        return _page(promotion, form, columns, wrong), 422
    return _act(promotion, form, columns, {column.locale.tag: _draft(form, column) for column in chosen}, onward=True)


def _is_to_save(column: Column, form: EditingForm, columns: list[Column]) -> bool:
    """Whether its words were changed, or the time that those which it began with have.

    The field speaks of the end of running words only where it began with it: not where the languages have different
    ends, nor where it holds the time of scheduled words.
    """
    start = column.start
    if column.is_changed or not start:
        return column.is_changed
    if is_coming(start):
        return bool((form.live_from.data, form.live_until.data) != (start.live_from, start.live_until))
    end = column.standing.end
    if not end or column.standing.is_paused or any(one.start and is_coming(one.start) for one in columns):
        return False
    return bool(form.live_until.data != end == form.live_until.object_data)


def _draft(form: EditingForm, column: Column) -> Draft:
    """The words as typed. Those that begin with scheduled ones take their place."""
    return Draft(
        words=column.words.words,
        live_from=form.live_from.data,
        live_until=form.live_until.data,
        note=form.note.data,
        claims=column.claims,
        cancels=column.start.id if column.start and is_coming(column.start) else None,
    )


def _act(
    promotion: Promotion, form: EditingForm, columns: list[Column], drafts: dict[str, Draft], onward: bool = False
) -> Answer:
    """Save a draft for some languages, and show what came of it. What was typed beside it stays."""
    moment = now()
    theirs: dict[str, Revision | None] = {}
    for column in columns:
        if draft := drafts.get(column.locale.tag):
            try:
                saved = save_draft(column.topic, draft, column.words.based_on.data or 0, moment)
            except Conflict as found:
                theirs[column.locale.tag] = found.theirs
                _put(column.words.based_on, found.theirs.id if found.theirs else 0)
            else:
                flash(_said(draft, column.locale))
                _put(column.words.based_on, saved.id)
                if draft.action == "words":
                    _put(column.words.start, saved.id)
    newest_edition()
    columns = _columns(promotion, form)
    if not theirs and (onward or not any(column.is_changed for column in columns)):
        return redirect(url_for("studio.edit", key=promotion.key), 303)
    for column in columns:
        if other := theirs.get(column.locale.tag):
            column.theirs, column.changes = other, word_diffs(other.words, column.words.words)
    wrong = " ".join(
        # TRANSLATORS: Said when two people wrote at once. %(language)s is the language whose words were not taken.
        gettext("%(language)s was not saved: somebody saved while you wrote.", language=column.locale.name)
        for column in columns
        if column.locale.tag in theirs
    )
    return _page(promotion, form, columns, wrong), 409 if theirs else 200


def _said(draft: Draft, locale: Locale) -> str:
    if draft.action == "words" and draft.live_from:
        # TRANSLATORS: Said after a button was pressed. %(language)s is the language whose words these are.
        said = gettext("%(language)s: saved. It goes live by itself.", language=locale.name)
    elif draft.action == "words":
        # TRANSLATORS: Said after a button was pressed. %(language)s is the language whose words these are.
        said = gettext("%(language)s: live.", language=locale.name)
    elif draft.action == "pause":
        # TRANSLATORS: Said after a button was pressed. %(language)s is the language whose words these are.
        said = gettext("%(language)s: paused. Readers do not see the promotion.", language=locale.name)
    elif draft.action == "catalog":
        # TRANSLATORS: Said after a button was pressed. %(language)s is the language whose words these are.
        said = gettext("%(language)s: the catalog’s words are live again.", language=locale.name)
    else:
        # TRANSLATORS: Said after a button was pressed. %(language)s is the language whose words these are.
        said = gettext("%(language)s: called off.", language=locale.name)
    return str(said)


def _put(hidden: Field, value: int) -> None:
    hidden.data, hidden.raw_data = value, None


def _page(promotion: Promotion, form: EditingForm, columns: list[Column], wrong: str = "") -> str:
    written = [column for column in columns if any(column.words.words.values())]
    words = {column.locale.id: column.words.previewed for column in written}
    return render(
        "editing.html",
        promotion.key,
        frames=True,
        promotion=promotion,
        form=form,
        columns=columns,
        limits=LIMITS,
        wrong=wrong,
        zone=current_account().timezone,
        ends_differ=len({column.standing.end for column in columns} - {None}) > 1,
        preview=frames_of(promotion, words, form.where.data or ""),
    )
