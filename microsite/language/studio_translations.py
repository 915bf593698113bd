"""Translations saved in the studio: the newer of file and studio is served."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from microsite.language.message import Key, Message
from microsite.storage.revisions import MESSAGE, Action, Topic
from microsite.storage.tables import Revision

CONTEXT_SEPARATOR = "\x04"
"""Between context and msgid, as in gettext's `.mo` files."""


@dataclass(frozen=True)
class StudioTranslation:
    """A translation as somebody saved it, and what the file said then."""

    forms: tuple[str, ...]
    source: tuple[str, ...] = ()

    def is_current(self, in_file: Message | None) -> bool:
        """Whether the file still says what it said when this was saved; else the file is newer, and this superseded.

        A file that says nothing, or has taken these very words in, says nothing newer.
        """
        return (in_file.usable_forms if in_file else ()) in ((), self.source, self.forms)


StudioTranslations = Mapping[Key, StudioTranslation]
"""The studio's translations in force in one locale."""


def translations_by_locale(in_force: Mapping[Topic, Revision]) -> dict[str, StudioTranslations]:
    """The studio's translations among the revisions in force, by locale id."""
    translations: dict[str, dict[Key, StudioTranslation]] = defaultdict(dict)
    for topic, revision in in_force.items():
        if topic.kind == MESSAGE and revision.action == Action.WORDS:
            translations[topic.locale][key_of(topic.subject)] = _translation_of(revision)
    return dict(translations)


_by_revision: WeakKeyDictionary[Revision, StudioTranslation] = WeakKeyDictionary()
"""One object for each revision: an edition finds out what has changed by comparing identities."""


def _translation_of(revision: Revision) -> StudioTranslation:
    translation = _by_revision.get(revision)
    if translation is None:
        forms, source = forms_of(revision.words), forms_of(revision.source or {})
        translation = _by_revision[revision] = StudioTranslation(forms, source)
    return translation


def subject_of(key: Key) -> str:
    """The subject of the revisions of a message."""
    context, msgid = key
    return msgid if context is None else f"{context}{CONTEXT_SEPARATOR}{msgid}"


def key_of(subject: str) -> Key:
    """The message that a revision is about."""
    context, separator, msgid = subject.partition(CONTEXT_SEPARATOR)
    return (context, msgid) if separator else (None, subject)


def forms_of(words: Mapping[str, str]) -> tuple[str, ...]:
    """The plural forms in a revision, which has them by number: “0”, “1”, ..."""
    return tuple(words[number] for number in sorted(words, key=int))


def words_by_form(forms: Sequence[str]) -> dict[str, str]:
    """Plural forms as the words of a revision, by number: “0”, “1”, ... The opposite of `forms_of`."""
    return {str(number): form for number, form in enumerate(forms)}
