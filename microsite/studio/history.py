"""The revisions of one promotion or message: what each one changed, and saving another."""

from datetime import datetime
from itertools import pairwise

from flask import abort
from flask_babel import gettext

from microsite.language.message import shortened
from microsite.language.studio_translations import CONTEXT_SEPARATOR
from microsite.runtime import current_runtime
from microsite.storage.revisions import Action, Revisions, Topic, topic_of
from microsite.storage.saving import Draft, save
from microsite.storage.tables import Revision
from microsite.studio import audit
from microsite.studio.access import current_account
from microsite.studio.blueprint import current_store
from microsite.studio.fields import number_in_form
from microsite.studio.word_diff import DiffSegment, word_diffs

History = list[tuple[Revision, dict[str, list[DiffSegment]]]]
ACTION_EVENTS = {Action.CATALOG: "returned", Action.PAUSE: "paused", Action.CANCEL: "called-off"}
"""The audit's event for each action of a revision that saves no words."""


def history_with_diffs(revisions: Revisions, topic: Topic) -> History:
    """Every revision of the topic, newest first, with the diff of its words to the words saved before it."""
    newest_first = revisions.of(topic).revisions[::-1]
    with_words = [revision for revision in newest_first if revision.action == Action.WORDS]
    words_before = {after.id: before.words for after, before in pairwise(with_words)}
    return [
        (revision, word_diffs(words_before.get(revision.id, revision.words), revision.words))
        for revision in newest_first
    ]


def revision_from_form(revisions: Revisions, topic: Topic) -> Revision:
    """The revision that the form's field `revision` names; 404 unless it is one of the topic and has words."""
    revision = revisions.by_id.get(number_in_form("revision"))
    if not revision or topic_of(revision) != topic or revision.action != Action.WORDS:
        abort(404)
    return revision


def repeat(revision: Revision, source: dict[str, str] | None = None) -> Draft:
    """A draft with the words of an older revision, and a note that says which one."""
    # TRANSLATORS: The note of a revision that repeats an older one. %(number)s is the older one's number.
    note = gettext("The words of revision %(number)s again", number=revision.id)
    return Draft(words=revision.words, note=note, confirmed_claims=revision.confirmed_claims, source=source)


def save_draft(topic: Topic, draft: Draft, based_on: int, moment: datetime, event: str = "saved") -> Revision:
    """Save a draft, with `event` in the audit in the same transaction. The revision is live in this process on return.

    An action without words is recorded as its own event (`ACTION_EVENTS`). Raises Conflict where somebody has saved a
    revision of the topic after `based_on`.
    """
    about = f"{shortened(topic.subject.replace(CONTEXT_SEPARATOR, ': '))}, {topic.locale}"
    event = ACTION_EVENTS.get(draft.action, event)
    author = current_account().email
    saved = save(
        current_store(),
        topic,
        draft,
        based_on,
        author,
        moment,
        lambda session: audit.record(session, event, about),
    )
    current_runtime().editions.poll_revisions()
    return saved
