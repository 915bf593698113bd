"""The keys of the desk, and what it types for a translator: placeholders, and characters that keyboards lack."""

from typing import NamedTuple

from flask_babel import gettext, pgettext

from microsite.language.locales import Locale
from microsite.language.message import Message, placeholders_of
from microsite.language.typography import NBSP, quotation_marks

MAX_KEYS = 9
"""Placeholders that have a key: one for each figure but 0, which is for the source."""


class Insertion(NamedTuple):
    """What a button of the desk types into a field."""

    text: str
    name: str
    """What the character is called; empty for a placeholder, which says so itself."""
    keys: str
    """As `aria-keyshortcuts` names them (WAI-ARIA 1.2); empty where there is none."""


class Insertions(NamedTuple):
    placeholders: list[Insertion]
    """Of the message; none where it is no format string."""
    characters: list[Insertion]
    """The no-break space, the quotation marks of the language, apostrophe and ellipsis."""
    has_similar: bool
    """Whether the page offers the words of another message."""

    @property
    def character_keys(self) -> str:
        """The keys that are held for a character, beside its figure."""
        return _shown("Control+Shift")

    @property
    def keys(self) -> dict[str, str]:
        """Every key that the page has in an `aria-keyshortcuts`, as keyboards have it written, with what it does."""
        fixed = {
            "Control+Enter": gettext("Save and go on"),
            "Alt+ArrowDown": pgettext("message", "Next"),
            "Alt+ArrowUp": pgettext("message", "Previous"),
            "Alt+0": gettext("The English words"),
        }
        if self.has_similar:
            fixed["Alt+Enter"] = gettext("The words of the message that is most like this one")
        inserted = {each.keys: each.name or each.text for each in (*self.placeholders, *self.characters) if each.keys}
        keys = {**fixed, **inserted, "F1": gettext("This list")}
        return {_shown(shortcut): does for shortcut, does in keys.items()}


def insertions_for(message: Message, locale: Locale, has_similar: bool) -> Insertions:
    names = placeholders_of(message.msgid, message.msgid_plural) if message.is_format_string else []
    placeholders = [
        Insertion(name, "", f"Alt+{number}" if number <= MAX_KEYS else "") for number, name in enumerate(names, start=1)
    ]
    return Insertions(placeholders, _characters(locale), has_similar)


def _characters(locale: Locale) -> list[Insertion]:
    opening, closing, *_ = (mark.strip(NBSP) for mark in quotation_marks(locale.id))
    names = {
        # TRANSLATORS: The name of the character “…”.
        "…": gettext("Ellipsis"),
        # TRANSLATORS: The name of the character “’”.
        "’": gettext("Apostrophe"),
        closing: gettext("Closing quotation mark"),
        opening: gettext("Opening quotation mark"),
        NBSP: gettext("No-break space"),
    }  # where a language has one character for two of them, the later name holds
    return [
        Insertion(text, name, f"Control+Shift+{number}")
        for number, (text, name) in enumerate(reversed(names.items()), start=1)
    ]


def _shown(shortcut: str) -> str:
    """Keys as keyboards have them written."""
    names = {
        # TRANSLATORS: What stands on this key of a keyboard.
        "Control": pgettext("key", "Ctrl"),
        # TRANSLATORS: What stands on this key of a keyboard.
        "Shift": pgettext("key", "Shift"),
        # TRANSLATORS: What stands on this key of a keyboard.
        "Enter": pgettext("key", "Enter"),
        "ArrowDown": "↓",
        "ArrowUp": "↑",
    }
    return " + ".join(names.get(key, key) for key in shortcut.split("+"))
