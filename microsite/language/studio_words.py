"""Translations saved in the studio: the newer of file and studio is what the site says."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from microsite.language.po_file import Key, Message
from microsite.storage.revisions import MESSAGE, Topic
from microsite.storage.tables import Revision

GLUE = "\x04"
"""As gettext joins context and msgid."""


@dataclass(frozen=True)
class StudioWords:
    """A translation as somebody saved it, and what the file said when it was made."""

    forms: tuple[str, ...]
    source: tuple[str, ...] = ()

    def hold(self, in_file: Message | None) -> bool:
        """Whether the file still says what these words were made from. Else the file is newer, and they are superseded.

        A file that says nothing, or has taken these very words in, says nothing newer.
        """
        said = in_file.said if in_file else ()
        return said in ((), self.source, self.forms)


Words = Mapping[Key, StudioWords]
"""The studio's words in force in one locale."""


def words_by_locale(in_force: Mapping[Topic, Revision]) -> dict[str, Words]:
    """The studio's words for interface messages, by locale id."""
    words: dict[str, dict[Key, StudioWords]] = defaultdict(dict)
    for topic, revision in in_force.items():
        if topic.kind == MESSAGE and revision.action == "words":
            words[topic.locale][key_of(topic.subject)] = _words_of(revision)
    return dict(words)


_made: WeakKeyDictionary[Revision, StudioWords] = WeakKeyDictionary()
"""By revision: an edition tells what changed by what is another object."""


def _words_of(revision: Revision) -> StudioWords:
    made = _made.get(revision)
    if made is None:
        made = _made[revision] = studio_words(revision.words, revision.source)
    return made


def subject(key: Key) -> str:
    """How a revision names a message."""
    context, msgid = key
    return msgid if context is None else f"{context}{GLUE}{msgid}"


def key_of(subject: str) -> Key:
    context, glue, msgid = subject.partition(GLUE)
    return (context, msgid) if glue else (None, subject)


def studio_words(words: Mapping[str, str], source: Mapping[str, str] | None) -> StudioWords:
    """From a revision, which has a part for each plural form: “0”, “1”, ..."""
    return StudioWords(_forms(words), _forms(source or {}))


def _forms(parts: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(parts[number] for number in sorted(parts, key=int))
