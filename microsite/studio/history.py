"""The revisions of one promotion or message: what each one changed, and saving another."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from flask import abort
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from microsite.language.message import shortened
from microsite.language.studio_translations import CONTEXT_SEPARATOR
from microsite.runtime import current_edition, current_runtime
from microsite.storage.revisions import PROMOTION, Action, Revisions, Topic, TopicRevisions, topic_of
from microsite.storage.saving import Draft, save_all
from microsite.storage.tables import Revision
from microsite.studio import audit
from microsite.studio.access import current_account
from microsite.studio.blueprint import current_store, studio
from microsite.studio.fields import number_in_form
from microsite.studio.layout import moment, promotion_title
from microsite.studio.word_diff import DiffSegment, word_diffs

History = list[tuple[Revision, dict[str, list[DiffSegment]]]]
ACTION_EVENTS = {
    Action.WORDS: "saved",
    Action.CATALOG: "returned",
    Action.PAUSE: "paused",
    Action.CANCEL: "called-off",
    Action.COMPARE: "compared",
}
"""The audit's event for each action of a revision."""
MARKS = {
    # TRANSLATORS: A mark at an earlier text, or at something else that somebody did earlier.
    "earlier": lazy_gettext("Earlier"),
    # TRANSLATORS: A mark at the words that readers see now.
    "live": lazy_gettext("Live"),
    # TRANSLATORS: A mark at words, a pause or a comparison that will not begin.
    "unscheduled": lazy_gettext("Unscheduled"),
    # TRANSLATORS: A mark at words, a pause or a comparison in whose place there is another, with other dates.
    "replaced": lazy_gettext("Replaced"),
    # TRANSLATORS: A mark at words, a pause or a comparison that will begin by itself.
    "scheduled": lazy_gettext("Scheduled"),
    # TRANSLATORS: A mark at a pause, or at a comparison of two wordings, that runs now.
    "running": lazy_gettext("Running"),
    # TRANSLATORS: A mark at words that readers would see but for a pause or a comparison that runs now.
    "behind": lazy_gettext("Waiting behind it"),
    # TRANSLATORS: A mark at words whose time is over.
    "ended": lazy_gettext("Ended"),
}
"""What the history says of each revision beside its date."""


def history_with_diffs(revisions: Revisions, topic: Topic) -> History:
    """Every revision of the topic, newest first, with the diff of its words to those before: saved, or in the file."""
    newest_first = revisions.of(topic).revisions[::-1]
    with_words = [revision for revision in newest_first if revision.action == Action.WORDS]
    words_before: dict[int, Mapping[str, str]] = {after.id: before.words for after, before in pairwise(with_words)}
    return with_diffs(newest_first, lambda revision: words_before.get(revision.id) or revision.source or {})


def with_diffs(
    rows: Iterable[Revision],
    words_before: Callable[[Revision], Mapping[str, str]],
    as_shown: Callable[[Mapping[str, str]], Mapping[str, str]] = dict,
) -> History:
    """Each with the diff of its words to those that `words_before` gives; to nothing at all they are shown plain."""

    def diffs(revision: Revision) -> dict[str, list[DiffSegment]]:
        before, after = as_shown(words_before(revision)), as_shown(revision.words)
        return word_diffs(before if any(before.values()) else after, after)

    return [(revision, diffs(revision)) for revision in rows]


def revision_from_form(revisions: Revisions, topic: Topic) -> Revision:
    """The revision that the form's field `revision` names; 404 unless it is one of the topic and has words."""
    revision = revisions.by_id.get(number_in_form("revision"))
    if not revision or topic_of(revision) != topic or revision.action != Action.WORDS:
        abort(404)
    return revision


def repeat(revision: Revision, source: dict[str, str] | None = None) -> Draft:
    """A draft with the words of an older revision, and a note that says which one."""
    # TRANSLATORS: The note of a text that repeats an older one. %(moment)s is the date and time of that one.
    note = gettext("The words of %(moment)s again", moment=moment(revision.saved))
    return Draft(words=revision.words, note=note, confirmed_claims=revision.confirmed_claims, source=source)


def event_of(saved: Draft | Revision, former: Revision | None, moment: datetime) -> str:
    """What saving it does, as the audit calls it; `former` is what it replaces, else what decided before."""
    if saved.live_until and saved.live_until <= moment:
        return {Action.PAUSE: "resumed", Action.COMPARE: "comparison-ended"}.get(Action(saved.action), "saved")
    if saved.action == Action.CANCEL and former and former.action == Action.COMPARE:
        return "comparison-ended"
    if saved.action == Action.CATALOG and (former is None or former.action == Action.CATALOG):
        return "end-changed" if saved.live_until or (former and former.live_until) else "returned"
    same = (saved.action, saved.words, saved.live_from)
    if saved.action == Action.WORDS and former and same == (former.action, former.words, former.live_from):
        return "end-changed" if saved.live_until or former.live_until else "saved"
    return ACTION_EVENTS[Action(saved.action)]


@studio.app_template_filter("event")
def event_in_history(revision: Revision) -> str:
    """A template filter: `event_of` a revision."""
    return event_of(revision, former_of(revision), revision.saved)


@studio.app_template_filter("former")
def former_of(revision: Revision) -> Revision | None:
    """A template filter: what a revision replaces, and of original words what has decided before."""
    saved = current_edition().revisions.of(topic_of(revision))
    return saved.former(revision) or (saved.before(revision) if revision.action == Action.CATALOG else None)


def marks(saved: TopicRevisions, live: int, moment: datetime) -> dict[int, str]:
    """What the history says of each revision at a moment, by id; `live` is the id of the one that decides."""
    replacing = {row.cancels: row for row in saved.revisions if row.cancels}
    behind = saved.behind(moment)

    def mark(row: Revision) -> str:
        if other := replacing.get(row.id):
            came = event_in_history(other)
            return {"called-off": "unscheduled", "resumed": "ended", "comparison-ended": "ended"}.get(came, "replaced")
        if row.action != Action.CANCEL and row.live_from > moment:
            return "scheduled"
        if row.id == live:
            is_over = row.live_until and row.live_until <= moment
            return "ended" if is_over else "live" if row.action in (Action.WORDS, Action.CATALOG) else "running"
        return "behind" if row is behind else "earlier"

    return {row.id: str(MARKS[mark(row)]) for row in saved.revisions}


def save_drafts(drafts: Sequence[tuple[Topic, Draft, int]], now: datetime, event: str = "saved") -> list[Revision]:
    """Save a draft for each topic, or none: with an entry of the audit for each, in the same transaction.

    `event` is what the audit calls it where words are saved; anything else is recorded as `event_of` calls it. The
    revisions are live in this process on return. Raises Conflict where somebody has saved a revision of a topic after
    the number that its draft is based on.
    """
    edition = current_edition()

    def record(session: Session) -> None:
        for topic, draft, _ in drafts:
            saved = edition.revisions.of(topic)
            former = edition.revisions.by_id.get(draft.cancels or 0) or saved.behind(now)
            came = event_of(draft, former, now)
            audit.record(session, event if came == "saved" else came, _about(topic))

    saved = save_all(current_store(), drafts, current_account().email, now, record)
    current_runtime().editions.poll_revisions()
    return saved


def _about(topic: Topic) -> str:
    """A topic, as the audit names it."""
    if topic.kind == PROMOTION:
        return f"{audit.promotion_name(topic.subject, promotion_title(topic.subject))}, {topic.locale}"
    return f"{shortened(topic.subject.replace(CONTEXT_SEPARATOR, ': '))}, {topic.locale}"
