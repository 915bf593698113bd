"""A `.po` file line by line, before polib reads it: it takes a file that was cut off, and fails on some good ones."""

import re
from collections.abc import Iterator
from pathlib import Path

from microsite.faults import Fault
from microsite.text import CONFLICT, CONFLICT_MESSAGE, N_, Sentence

MAX_STRING = 20_000
"""Characters of one string over all its lines. polib joins them in quadratic time."""
MAX_COMMENT_LINES = 2000
"""One after the other: polib copies what it has of a comment with each further line of it."""

NOT_A_LINE = Sentence(N_("This is not a line of a message catalog. Is the file whole?"))
_NO_CATALOG = Sentence(N_("This is no message catalog. Choose a .po file, or save it as one."))
_NO_MESSAGE = Sentence(N_("No message stands in this file. Is it the right one, and whole?"))
_NOT_QUOTED = Sentence(
    N_(
        "Write the words of this line between two straight quotation marks, with a backslash before any among them. "
        "Is the file whole?"
    )
)
_OUT_OF_PLACE = Sentence(N_("This line is out of place. Is the file whole?"))
_MISNUMBERED = Sentence(N_("The plural forms of a message are numbered from 0 on, in this order. Is the file whole?"))
_TOO_LONG = Sentence(N_("This text is longer than any message. Is a quotation mark missing before it?"))
_LONG_COMMENT = Sentence(N_("This comment has more lines than any message needs. Take some of them out."))
_ENDS_A_LINE = Sentence(N_("There is a character here that ends a line for some programs. Type it again."))
_WITHOUT = Sentence(N_("This message has no translation, not even an empty one. Is the file whole?"))

# polib and Babel take a file that was cut off in the middle of a string: every line must be one of these.
_LINE = re.compile(r'^(?:#.*|(?:(msgctxt|msgid_plural|msgid|msgstr\[\d+\]|msgstr)\s+)?"(?:[^"\\]|\\.)*"|)\s*$')
_LINE_END = re.compile("[\v\f\x1c-\x1e\x85\u2028\u2029]")
"""What `str.splitlines` takes for the end of a line, beside the one that a file has."""
_FOLLOWS = {
    "": ("msgctxt", "msgid"),
    "msgctxt": ("msgid",),
    "msgid": ("msgid_plural", "msgstr"),
    "msgid_plural": ("msgstr[]",),
    "msgstr": ("msgctxt", "msgid"),
    "msgstr[]": ("msgstr[]", "msgctxt", "msgid"),
}
"""Which keyword may come after which."""
_ESCAPE, _KNOWN_ESCAPES = re.compile(r"\\(.)"), '\\"nrtbfv'
"""The characters that may follow a backslash: all that polib reads. Others, as `\\303` for a byte, are of times before
UTF-8.
"""
_CLOSE_COMMENT = re.compile(r"^([ \t]*#(?>~\||[,.:|~=]|))(?=\S)", re.MULTILINE)
_STICKY_FLAGS = re.compile("^#=", re.MULTILINE)


def spaced_comments(text: str) -> str:
    """With the space behind the sign of each comment that polib wants and gettext does not: `#,fuzzy`. The flags of
    gettext's newest form, `#=`, are those of `#,`.
    """
    return _STICKY_FLAGS.sub("#,", _CLOSE_COMMENT.sub(r"\1 ", text))


class _Reader:
    """Where in a message the lines read so far have led."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.keyword, self.keyword_line = "", 1
        self._length = self._comment_lines = self._forms = 0

    def fault(self, number: int, line: str) -> Sentence | None:
        """What is wrong with the next line."""
        match = _LINE.match(line)
        self._length = len(line) + (self._length if line.startswith('"') else 0)
        self._comment_lines = self._comment_lines + 1 if line.startswith("#") else 0
        if not match:
            if line.startswith("msg") or (line.startswith('"') and self.keyword):
                return _NOT_QUOTED
            return NOT_A_LINE if self.keyword else _NO_CATALOG
        if self._comment_lines:
            return _LONG_COMMENT if self._comment_lines > MAX_COMMENT_LINES else None
        if self._length > MAX_STRING:
            return _TOO_LONG
        if "\\" in line and (
            escape := next((sign for sign in _ESCAPE.findall(line) if sign not in _KNOWN_ESCAPES), "")
        ):
            # TRANSLATORS: Behind a file's name. %(escape)s is a backslash and a character.
            text = N_("the escape %(escape)s is none of a catalog in UTF-8. Type the letter itself.")
            return Sentence(text, escape=f"\\{escape}")
        if match[1]:
            return self._step(match[1], number)
        return _OUT_OF_PLACE if line.startswith('"') and not self.keyword else None

    def _step(self, keyword: str, number: int) -> Sentence | None:
        """What is wrong with a keyword here."""
        name, _, index = keyword.partition("[")
        name += "[]" if index else ""
        if name not in _FOLLOWS[self.keyword]:
            return _OUT_OF_PLACE
        self._forms = self._forms + 1 if index and self.keyword == "msgstr[]" else 0
        self.keyword, self.keyword_line = name, number
        return _MISNUMBERED if index and index != f"{self._forms}]" else None


def broken_lines(path: Path, text: str) -> Iterator[Fault]:
    """The lines that no catalog has, in the order of the file. What comes after the first may be right by itself."""
    has_line_ends = bool(_LINE_END.search(text))  # asked of the text, not of each of 40,000 lines
    reader = _Reader(path)
    for number, line in enumerate(text.split("\n"), 1):
        if CONFLICT.match(line):
            yield Fault(path, number, Sentence(CONFLICT_MESSAGE))
        line = line.strip(" \t")  # msgcat --indent
        if has_line_ends and len(line.splitlines()) > 1:
            yield Fault(path, number, _ENDS_A_LINE)
        if sentence := reader.fault(number, line):
            yield Fault(path, number, sentence)
    if not reader.keyword:
        yield Fault(path, 1, _NO_MESSAGE)
    elif not reader.keyword.startswith("msgstr"):
        yield Fault(path, reader.keyword_line, _WITHOUT)
