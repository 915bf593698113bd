"""Which messages there are: from templates, Python, `site.toml` and promotions, with what translators need to know."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import polib
from babel.messages.extract import extract_from_dir

from microsite.content.toml import key_lines
from microsite.language.message import STUDIO_REFERENCES, Key, has_placeholders, is_content
from microsite.promotions.wording import context

NOTE = "TRANSLATORS:"
_IN_PROGRAM = [("microsite/**.py", "python")]
_IN_SITE = [
    ("site.toml", "microsite.catalog_tools.extraction:extract_site"),
    ("promotions/*.toml", "microsite.catalog_tools.extraction:extract_promotion"),
    ("templates/**.html", "jinja2"),
    ("templates/**.xml", "jinja2"),
]
_OPTIONS = {f"templates/**.{ending}": {"silent": "false"} for ending in ("html", "xml")}
_KEYWORDS: dict[str, Any] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "lazy_pgettext": ((1, "c"), 2),
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}

Message = tuple[int, str, tuple[str, str], list[str]]


LONGEST_PLACES = 76
"""Characters of the list of places that msgcat leaves on one line."""


def extract(root: Path, site_folder: Path | None = None) -> list[polib.POEntry]:
    """What there is to say in the program at `root` and in the folder of the site, in a stable order.

    With the files that it comes from, and no line numbers: catalogs change where words change, and nowhere else.
    """
    entries: dict[Key, polib.POEntry] = {}
    above: tuple[object, list[str]] = None, []
    for place, line, message, comments, message_context in _found(root, site_folder or root / "site"):
        if (place, line) == above[0]:
            comments = comments or above[1]  # one comment for several messages of a line
        above = (place, line), comments
        msgid, plural = message if isinstance(message, tuple) else (message, "")
        takes_values = not is_content(message_context) and has_placeholders(msgid, plural)
        flags = ["python-format"] if takes_values else []
        entry = polib.POEntry(msgctxt=message_context, msgid=msgid, msgid_plural=plural, flags=flags)
        entry = entries.setdefault((message_context, msgid), entry)
        if plural:
            entry.msgid_plural, entry.msgstr_plural = plural, {0: "", 1: ""}
        if (comment := " ".join(" ".join(comments).split())) and comment not in entry.comment:
            entry.comment = f"{entry.comment} {comment}".strip()
        entry.occurrences = _places([*(known for known, _ in entry.occurrences), place])
    return list(entries.values())


def _found(root: Path, site_folder: Path) -> Iterator[tuple[Any, ...]]:
    """As Babel finds it: file, line, message, comments, context. The site is called `site/` wherever it lies."""
    for folder, methods, prefix in ((root, _IN_PROGRAM, ""), (site_folder, _IN_SITE, "site/")):
        messages = extract_from_dir(
            str(folder), methods, _OPTIONS, keywords=_KEYWORDS, comment_tags=(NOTE,), strip_comment_tags=True
        )
        yield from ((prefix + place, *rest) for place, *rest in messages)


def _places(places: list[str]) -> list[tuple[str, str]]:
    """Readers' pages before the studio; as many as stand on one line, or else tools would break it differently."""
    told: list[str] = []
    for place in sorted(set(places), key=lambda place: (place.startswith(STUDIO_REFERENCES), place)):
        if not told or len(" ".join((*told, place))) <= LONGEST_PLACES:
            told.append(place)
    return [(place, "") for place in told]


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
