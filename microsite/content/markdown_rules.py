"""What we add to the Markdown parser's own steps: bounds, the ids of headings, and links to them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from itertools import pairwise
from urllib.parse import unquote

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

MAX_TEXT = 100_000
"""Characters of a text below its front matter: 15,000 words, an hour's reading."""
MAX_PARAGRAPH = 10_000
"""Characters of a paragraph, heading or list item: the parser's quotation marks take the square of its length."""
MAX_NESTING = 16
"""How deep lists and quotations may stand in one another. The parser drops, without a word, what is deeper than 20."""
MAX_NAMED_HEADINGS = 10
"""Headings that a fault lists."""


def anchor(title: str) -> str:
    """The id of a heading: its words in plain letters."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain)) or "section"


def check_bounds(state: StateCore) -> None:
    """What is too long or too deep becomes a fault, and is read no further. The faults are in `state.env`."""
    faults: list[tuple[Token, str]] = state.env["faults"]
    if deep := next((token for token in state.tokens if token.level >= MAX_NESTING and token.map), None):
        faults.append(
            (deep, f"lists more than {MAX_NESTING // 2 - 1} deep in one another, or quotations. Write it flatter.")
        )
    for token in state.tokens:
        if token.type == "inline" and len(token.content) > MAX_PARAGRAPH:
            what = f"a paragraph of {len(token.content)} characters; at most {MAX_PARAGRAPH}. Make several of it."
            faults.append((token, what))
            token.content = ""


def set_anchors(state: StateCore) -> None:
    """Ids of headings: of equal ones the second ends with -1, the third with -2.

    `mdit_py_plugins.anchors` gives the same, but counts from 1 again at each: 3,200 equal headings took it 1.7 s.
    """
    ids: set[str] = set()
    last: Counter[str] = Counter()
    for heading, inline in pairwise(state.tokens):
        if heading.type != "heading_open" or heading.tag not in ("h2", "h3"):
            continue
        children = inline.children or ()
        slug = unique = anchor("".join(child.content for child in children if child.type in ("text", "code_inline")))
        while unique in ids:
            last[slug] += 1
            unique = f"{slug}-{last[slug]}"
        ids.add(unique)
        heading.attrSet("id", unique)


def missing_anchors(links: Iterable[tuple[int, str]], tokens: Iterable[Token]) -> Iterator[tuple[int, str]]:
    """Which links within a text, by line and fragment, lead to none of its headings; each with a sentence."""
    headings = {str(token.attrs.get("id", "")) for token in tokens if token.type == "heading_open"} - {""}
    for line, fragment in links:
        if unquote(fragment) not in headings:
            yield line, f"there is no heading “#{fragment}” in this text. {near_anchors(fragment, headings)}"


def near_anchors(fragment: str, headings: Collection[str]) -> str:
    """A hint; only so much of a long fragment is compared."""
    near = get_close_matches(fragment[:100], headings, n=1)
    if near:
        return f"Did you mean “#{near[0]}”?"
    return f"There are: {', '.join(f'#{name}' for name in sorted(headings)[:MAX_NAMED_HEADINGS]) or 'none'}."
