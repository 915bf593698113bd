"""The revisions of one promotion or message: what each one changed, and saving another."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from flask import abort
from flask_babel import gettext
from sqlalchemy.orm import Session

from microsite.language.message import shortened
from microsite.language.studio_translations import CONTEXT_SEPARATOR
from microsite.runtime import current_runtime
from microsite.storage.revisions import Action, Revisions, Topic, topic_of
from microsite.storage.saving import Draft, save_all
from microsite.storage.tables import Revision
from microsite.studio import audit
from microsite.studio.access import current_account
from microsite.studio.blueprint import current_store
from microsite.studio.fields import number_in_form
from microsite.studio.layout import moment
from microsite.studio.word_diff import DiffSegment, word_diffs

History = list[tuple[Revision, dict[str, list[DiffSegment]]]]
ACTION_EVENTS = {
    Action.CATALOG: "returned",
    Action.PAUSE: "paused",
    Action.CANCEL: "called-off",
    Action.COMPARE: "compared",
}
"""The audit's event for each action of a revision that saves no words."""


def history_with_diffs(revisions: Revisions, topic: Topic) -> History:
    """Every revision of the topic, newest first, with the diff of its words to those before: saved, or in the file."""
    newest_first = revisions.of(topic).revisions[::-1]
    with_words = [revision for revision in newest_first if revision.action == Action.WORDS]
    words_before: dict[int, Mapping[str, str]] = {after.id: before.words for after, before in pairwise(with_words)}
    return with_diffs(newest_first, lambda revision: words_before.get(revision.id) or revision.source or {})


def with_diffs(rows: Iterable[Revision], words_before: Callable[[Revision], Mapping[str, str]]) -> History:
    """Each with the diff of its words to those that `words_before` gives; to nothing at all they are shown plain."""

    def diffs(revision: Revision) -> dict[str, list[DiffSegment]]:
        before = words_before(revision)
        return word_diffs(before if any(before.values()) else revision.words, revision.words)

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


def save_draft(topic: Topic, draft: Draft, based_on: int, now: datetime, event: str = "saved") -> Revision:
    """As `save_drafts`, of one topic."""
    return save_drafts([(topic, draft, based_on)], now, event)[0]


def save_drafts(drafts: Sequence[tuple[Topic, Draft, int]], now: datetime, event: str = "saved") -> list[Revision]:
    """Save a draft for each topic, or none: with an entry of the audit for each, in the same transaction.

    `event` is what the audit calls it; an action without words is recorded as its own (`ACTION_EVENTS`). The revisions
    are live in this process on return. Raises Conflict where somebody has saved a revision of a topic after the number
    that its draft is based on.
    """

    def record(session: Session) -> None:
        for topic, draft, _ in drafts:
            about = f"{shortened(topic.subject.replace(CONTEXT_SEPARATOR, ': '))}, {topic.locale}"
            audit.record(session, _event(draft, now) or event, about)

    saved = save_all(current_store(), drafts, current_account().email, now, record)
    current_runtime().editions.poll_revisions()
    return saved


def _event(draft: Draft, now: datetime) -> str | None:
    if draft.live_until and draft.live_until <= now:
        return {Action.PAUSE: "resumed", Action.COMPARE: "comparison-ended"}.get(draft.action)
    return ACTION_EVENTS.get(draft.action)
