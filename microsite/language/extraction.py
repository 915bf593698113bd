"""Which messages there are: from templates, Python, `site.toml` and promotions, with what translators need to know."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

from microsite.content.toml import key_lines
from microsite.promotions.wording import context

NOTE = "TRANSLATORS:"
BUGS_ADDRESS = "https://freevpnplanet.com/"
_METHODS = [
    ("site/site.toml", "microsite.language.extraction:extract_site"),
    ("site/promotions/*.toml", "microsite.language.extraction:extract_promotion"),
    ("site/templates/**.html", "jinja2"),
    ("site/templates/**.xml", "jinja2"),
    ("microsite/**.py", "python"),
]
# `newstyle_gettext`: otherwise a message with % in {% trans %} is extracted under another msgid than it is asked by.
_OPTIONS = {
    f"site/templates/**.{ending}": {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}
    for ending in ("html", "xml")
}
_KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "lazy_pgettext": ((1, "c"), 2),
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}

Message = tuple[int, str, tuple[str, str], list[str]]


def extract(root: Path, known: Catalog | None = None) -> Catalog:
    """The template catalog (`messages.pot`) of the project at `root`, in a stable order.

    No line numbers and no dates of its own: the file changes where words change, and nowhere else.
    """
    catalog = Catalog(
        project="Planet Privacy",
        version="1",
        copyright_holder="the makers of Planet FreeVPN",
        msgid_bugs_address=BUGS_ADDRESS,
        creation_date=known.creation_date if known else None,
        charset="utf-8",
    )
    found = extract_from_dir(
        str(root), _METHODS, _OPTIONS, keywords=_KEYWORDS, comment_tags=(NOTE,), strip_comment_tags=True
    )
    for filename, _, message, comments, message_context in found:
        catalog.add(message, None, [(filename, 0)], auto_comments=comments, context=message_context)
    return catalog


def extract_site(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Message]:
    """Babel's extraction method for `site.toml`: what the site says of itself, and the names of categories."""
    text = file.read().decode("utf-8")
    site, lines = tomllib.loads(text), key_lines(text)
    for field in ("motto", "description"):
        yield _message(text, lines[field], "site", site[field])
    for key, category in site["categories"].items():
        yield _message(text, lines[f"categories.{key}.name"], "category", category["name"])


def extract_promotion(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Message]:
    """Babel's extraction method for a promotion: its default words, each with a context of its own."""
    text = file.read().decode("utf-8")
    lines = key_lines(text)
    for part, words in tomllib.loads(text)["wording"].items():
        yield _message(text, lines[f"wording.{part}"], context(Path(file.name).stem, part), words)


def _message(text: str, line: int, message_context: str, words: str) -> Message:
    """A message with the comment that stands right above it."""
    comments: list[str] = []
    for above in reversed(text.splitlines()[: line - 1]):
        if not (comment := re.match(r"\s*#\s?(.*)", above)):
            break
        comments.insert(0, comment[1])
    note = " ".join(comments)
    return line, "pgettext", (message_context, words), [note.partition(NOTE)[2].strip()] if NOTE in note else []
