"""A message as gettext has it: its key, its plural forms, and whether it is a format string."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Key = tuple[str | None, str]
"""Context (msgctxt) and msgid: what a message is looked up by."""
PROMOTION_CONTEXT = "promotion "
"""How the context begins of the words of a promotion."""
_PLACEHOLDER = re.compile(r"%\(\w+\)s")
_NOT_FOR_READERS = re.compile(r"microsite/(?!reader/)|site/templates/studio/")
_SPLIT = re.compile(rf"({_PLACEHOLDER.pattern})")


@dataclass(frozen=True)
class Message:
    """An entry of the template or of a catalog."""

    context: str | None
    """Its msgctxt."""
    msgid: str
    msgid_plural: str | None
    """The msgid for several, where the message counts something."""
    forms: tuple[str, ...]
    """Its msgstr, a string for each plural form; all empty where there is no translation."""
    comment: str
    """What programmers tell translators, after `#.`."""
    references: tuple[str, ...]
    """The files that it comes from, after `#:`."""
    fuzzy: bool
    previous_msgid: str | None
    """The msgid that a fuzzy translation was made for, where the source has changed since."""
    line: int
    """Of its first msgstr."""

    @property
    def key(self) -> Key:
        return self.context, self.msgid

    @property
    def is_content(self) -> bool:
        return is_content(self.context)

    @property
    def is_format_string(self) -> bool:
        """As gettext's flag `python-format` has it: a message with a placeholder, `%(name)s`.

        In a format string a per cent sign is written `%%`. Every other message is plain text: a per cent sign in it is
        a letter, and nothing formats it.
        """
        return not self.is_content and has_placeholders(self.msgid, self.msgid_plural)

    @property
    def usable_forms(self) -> tuple[str, ...]:
        """The forms that may be served: none of a message that is fuzzy or not wholly translated."""
        return self.forms if all(self.forms) and not self.fuzzy else ()

    @property
    def is_for_readers(self) -> bool:
        """Whether public pages say it, and not the studio or a command alone. So does one without references."""
        return not self.references or any(map(is_public_file, self.references))


def is_public_file(name: str) -> bool:
    """Whether messages of a file stand on pages of readers: not those of the studio, nor what is wrong with a file."""
    return not _NOT_FOR_READERS.match(name)


def is_content(context: str | None) -> bool:
    """Whether messages of a context are words of `site.toml` or of a promotion: never format strings."""
    return context in ("site", "category") or (context or "").startswith(PROMOTION_CONTEXT)


def has_placeholders(*texts: str | None) -> bool:
    """Whether a message with these texts, msgid and msgid_plural, has a placeholder `%(name)s`."""
    return any(text and _PLACEHOLDER.search(text) for text in texts)


def split_at_placeholders(text: str) -> list[str]:
    """A text in pieces: every second one is a placeholder."""
    return _SPLIT.split(text)


def placeholders_of(*texts: str | None) -> list[str]:
    """The placeholders of texts, in order, each once."""
    return list(dict.fromkeys(name for text in texts if text for name in _PLACEHOLDER.findall(text)))


def without_placeholders(text: str) -> str:
    """A text with a space in the place of each of its placeholders, whose names are no words."""
    return _PLACEHOLDER.sub(" ", text)


def format_message(text: str, values: Mapping[str, Any], msgid: str, msgid_plural: str | None = None) -> str:
    """`text`, the translation of a message, with its values; unchanged where the message has no placeholder.

    A translation that cannot be formatted gives way to its source: the checks refuse such a one, and no page may fail
    where they have missed it. Values are escaped if `text` is Markup.
    """
    if not values or not has_placeholders(msgid, msgid_plural):
        return text
    try:
        return text % values
    except (ArithmeticError, LookupError, TypeError, ValueError):
        logging.getLogger(__name__).exception("a translation of “%s” cannot be filled in", msgid)
        return (msgid if msgid_plural is None or values.get("num") == 1 else msgid_plural) % values


def shortened(text: str, max_length: int = 60) -> str:
    """The beginning of a text, with an ellipsis where it is cut off."""
    return text if len(text) <= max_length else text[: max_length - 1] + "…"
