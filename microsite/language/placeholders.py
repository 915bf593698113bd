"""Which messages are format strings, and filling them in.

As gettext's flag `python-format` has it: a message with a placeholder, `%(name)s`, is a format string, in which a per
cent sign is written `%%`. Every other message is plain text: a per cent sign in it is a letter, and nothing formats it.
"""

import logging
import re
from collections.abc import Mapping
from typing import Any

PLACEHOLDER = re.compile(r"%\(\w+\)s")


def is_data(context: str | None) -> bool:
    """Whether messages of this context are words from a file, `site.toml` or a promotion: never format strings."""
    return context in ("site", "category") or (context or "").startswith("promotion ")


def has_placeholders(*texts: str | None) -> bool:
    """Whether a message of these texts, singular and plural, is a format string."""
    return any(text and PLACEHOLDER.search(text) for text in texts)


def filled(text: str, values: Mapping[str, Any], source: str, plural: str | None = None) -> str:
    """`text`, a translation of `source`, with its values.

    One that cannot be filled in gives way to its source: the checks refuse such a translation, and no page may fail
    where they have missed one. Markup escapes the values.
    """
    if not values or not has_placeholders(source, plural):
        return text
    try:
        return text % values
    except (ArithmeticError, LookupError, TypeError, ValueError):
        logging.getLogger(__name__).exception("a translation of “%s” cannot be filled in", source)
        return (source if plural is None or values.get("num") == 1 else plural) % values
