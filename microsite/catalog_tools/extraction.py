"""The messages of templates, Python, `site.toml` and promotions, with the comments for translators."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

from microsite.content.toml import key_lines
from microsite.language.message import Key, has_placeholders, is_content, is_public_file
from microsite.promotions.wording import context

COMMENT_TAG = "TRANSLATORS:"
_IN_PROGRAM = [("microsite/**.py", "python")]
_IN_SITE = [
    ("site.toml", "microsite.catalog_tools.extraction:extract_site"),
    ("promotions/*.toml", "microsite.catalog_tools.extraction:extract_promotion"),
    ("templates/**.html", "jinja2"),
    ("templates/**.xml", "jinja2"),
]
_OPTIONS = {f"templates/**.{ending}": {"silent": "false"} for ending in ("html", "xml")}
KEYWORDS: dict[str, Any] = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_pgettext": ((1, "c"), 2)}

Extracted = tuple[int, str, tuple[str, str], list[str]]
"""What an extraction method of Babel's yields: line, function, context with msgid, comments."""
MAX_REFERENCES_LENGTH = 76
"""Characters of the references of a message that msgcat leaves on one line."""


def extract(root: Path, site_folder: Path | None = None) -> list[polib.POEntry]:
    """The messages of the program at `root` and of the folder of the site, in a stable order.

    References are files without line numbers: catalogs change where words change, and nowhere else.
    """
    entries: dict[Key, polib.POEntry] = {}
    last_place: tuple[str, int] | None = None
    last_comments: list[str] = []
    for file, line, message, comments, message_context in _messages(root, site_folder or root / "site"):
        if (file, line) == last_place:
            comments = comments or last_comments  # one comment for several messages of a line
        last_place, last_comments = (file, line), comments
        msgid, msgid_plural = message if isinstance(message, tuple) else (message, "")
        is_format_string = not is_content(message_context) and has_placeholders(msgid, msgid_plural)
        flags = ["python-format"] if is_format_string else []
        entry = polib.POEntry(msgctxt=message_context, msgid=msgid, msgid_plural=msgid_plural, flags=flags)
        entry = entries.setdefault((message_context, msgid), entry)
        if msgid_plural:
            entry.msgid_plural, entry.msgstr_plural = msgid_plural, {0: "", 1: ""}
        if (comment := " ".join(" ".join(comments).split())) and comment not in entry.comment:
            entry.comment = f"{entry.comment} {comment}".strip()
        entry.occurrences = _references([*(known for known, _ in entry.occurrences), file])
    return list(entries.values())


def _messages(root: Path, site_folder: Path) -> Iterator[tuple[Any, ...]]:
    """As Babel yields them: file, line, message, comments, context. The site is called `site/` wherever it lies."""
    for folder, methods, prefix in ((root, _IN_PROGRAM, ""), (site_folder, _IN_SITE, "site/")):
        messages = extract_from_dir(
            str(folder), methods, _OPTIONS, keywords=KEYWORDS, comment_tags=(COMMENT_TAG,), strip_comment_tags=True
        )
        yield from ((prefix + file, *rest) for file, *rest in messages)


def _references(files: list[str]) -> list[tuple[str, str]]:
    """Readers' pages before the studio; as many as stand on one line, or else tools would break it differently."""
    references: list[str] = []
    for file in sorted(set(files), key=lambda file: (not is_public_file(file), file)):
        if not references or len(" ".join((*references, file))) <= MAX_REFERENCES_LENGTH:
            references.append(file)
    return [(file, "") for file in references]


def extract_site(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Extracted]:
    """Babel's extraction method for `site.toml`: what the site says of itself and of its categories."""
    text = file.read().decode("utf-8")
    site, lines = tomllib.loads(text), key_lines(text)
    for field in ("motto", "description"):
        yield _message(text, lines[field], "site", site[field])
    for key, category in site["categories"].items():
        for field in ("name", "introduction"):
            if field in category:
                yield _message(text, lines[f"categories.{key}.{field}"], "category", category[field])


def extract_promotion(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Extracted]:
    """Babel's extraction method for a promotion: its default words, each with a context of its own."""
    text = file.read().decode("utf-8")
    lines = key_lines(text)
    for part, words in tomllib.loads(text)["wording"].items():
        yield _message(text, lines[f"wording.{part}"], context(Path(file.name).stem, part), words)


def _message(text: str, line: int, message_context: str, words: str) -> Extracted:
    """A message with the comment that stands right above it."""
    comments: list[str] = []
    for line_above in reversed(text.splitlines()[: line - 1]):
        if not (comment := re.match(r"\s*#\s?(.*)", line_above)):
            break
        comments.insert(0, comment[1])
    _, tag, note = " ".join(comments).partition(COMMENT_TAG)
    return line, "pgettext", (message_context, words), [note.strip()] if tag else []
