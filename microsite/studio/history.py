"""What was saved of one thing before, what each revision changed, and saving its words again."""

from datetime import datetime
from itertools import pairwise

from flask import abort
from flask_babel import gettext

from microsite.editions.edition import current_editions
from microsite.language.catalogs import shortened
from microsite.language.studio_words import GLUE
from microsite.storage.revisions import Draft, Revisions, Topic, history, save, topic_of
from microsite.storage.tables import Revision
from microsite.studio import audit, current_store
from microsite.studio.access import current_account
from microsite.studio.difference import Piece, differences
from microsite.studio.fields import number_in_form

Past = list[tuple[Revision, dict[str, list[Piece]]]]
EVENTS = {"catalog": "returned", "pause": "paused", "discard": "called-off"}
"""What the audit calls it when no words are saved."""


def past(revisions: Revisions, topic: Topic) -> Past:
    """Every revision, newest first, with what it changed in the words before it."""
    found = history(revisions, topic)
    with_words = [revision for revision in found if revision.action == "words"]
    before = {after.id: before.words for after, before in pairwise(with_words)}
    return [(one, differences(before.get(one.id, one.words), one.words)) for one in found]


def asked_for(revisions: Revisions, topic: Topic) -> Revision:
    """The revision whose words the form wants back; none of another thing."""
    old = revisions.by_id.get(number_in_form("revision"))
    if not old or topic_of(old) != topic or old.action != "words":
        abort(404)
    return old


def again(old: Revision, source: dict[str, str] | None = None) -> Draft:
    """The words of an older revision, to be saved as a new one."""
    # TRANSLATORS: The note of a revision that repeats an older one. %(number)s is the older one's number.
    note = gettext("The words of revision %(number)s again", number=old.id)
    return Draft(words=old.words, note=note, claims=old.claims, source=source)


def save_draft(topic: Topic, draft: Draft, based_on: int, moment: datetime, what: str = "saved") -> Revision:
    """Save, with a line of the audit in the same transaction; live in this process on return. Raises Conflict."""
    about = f"{shortened(topic.subject.replace(GLUE, ': '))}, {topic.locale}"
    what = EVENTS.get(draft.action, what)
    author = current_account().email
    saved = save(
        current_store(),
        topic,
        draft,
        based_on,
        author,
        moment,
        lambda session: audit.record(what, about, session),
    )
    current_editions().look_for_revisions()
    return saved
