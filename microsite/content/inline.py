"""The words of a paragraph between the parser and typography: joined first, with what no rule may change set aside."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from markdown_it.token import Token

LITERAL = "\U000f0000"
"""Stands in a paragraph's plain words for what is no word to look at: code, escaped signs, the edges of a link."""
_TEXT_TYPES = {"text", "text_special", "softbreak"}


def typed_words(children: Iterable[Token]) -> str:
    """The words of a paragraph, line by line, as they were typed; LITERAL for whatever else stands there."""
    lines = {"softbreak": "\n", "hardbreak": "\n"}
    return "".join(
        child.content if child.type == "text" or _is_no_escape(child) else lines.get(child.type, LITERAL)
        for child in children
    )


def unwrapped(children: Iterable[Token]) -> list[Token]:
    """The same with neighbouring words as one text, in `meta` the signs that no rule of typography may change.

    A line that ends within a sentence is a space in it: French may have to make it a firm one. An escaped sign (`\\*`)
    stays what it is, as do `&lt;`, `&gt;` and `&amp;`; any other entity is the character that it names.
    """
    joined: list[Token] = []
    for is_text, group in groupby(children, lambda child: child.type in _TEXT_TYPES):
        parts = list(group)
        if not is_text:
            joined += parts
            continue
        literals: list[str] = []
        content = "".join(_typed(part, literals) for part in parts)
        joined.append(Token("text", "", 0, content=content, level=parts[0].level, meta={"literals": literals}))
    return joined


def _is_no_escape(child: Token) -> bool:
    """A backslash before a letter is itself, though the parser takes it for an escape."""
    return child.type == "text_special" and child.info == "escape" and child.content == child.markup


def _typed(part: Token, literals: list[str]) -> str:
    """The words of a piece of text; a sign to be left alone goes to `literals`, with LITERAL in its place."""
    if part.type == "softbreak":
        return " "
    is_escape = part.info == "escape" and not _is_no_escape(part)
    if part.type == "text_special" and (is_escape or part.content in {"<", ">", "&"}):
        literals.append(part.content)
        return LITERAL
    literals += LITERAL * part.content.count(LITERAL)
    return part.content


def texts(tokens: Iterable[Token]) -> Iterator[Token]:
    return (child for token in tokens for child in token.children or () if child.type == "text")
