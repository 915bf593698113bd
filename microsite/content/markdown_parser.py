"""The Markdown parser, with our own steps: bounds, typography, the ids of headings and the links to them.

The words of a paragraph are joined before typography sees them, with what no rule may change set aside.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby, pairwise
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

from microsite.content.fields import heading_id
from microsite.content.kinds import FIGURE
from microsite.faults import suggestion
from microsite.language.locales import runs_right_to_left
from microsite.language.typography import marked_figures, put_back, quotation_marks, set_aside, typeset

MAX_TEXT = 100_000
"""Characters of a text below its front matter: 15,000 words, an hour's reading."""
MAX_PARAGRAPH = 10_000
"""Characters of a paragraph, heading or list item: the parser's quotation marks take the square of its length."""
MAX_NESTING = 16
"""How deep lists and quotations may stand in one another. The parser drops, without a word, what is deeper than 20."""
CITATION = re.compile(r"\[\^([a-z0-9]+(?:-[a-z0-9]+){0,9})\]")
"""`[^key]`: the key of a source of the front matter."""
LITERAL = "\U000f0000"
"""Stands in a paragraph's plain words for what is not one of them: code, escaped signs, the edges of a link."""
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORD = re.compile(rf"[{_IDEOGRAPHS}]|[^\W{_IDEOGRAPHS}](?:[^\W{_IDEOGRAPHS}]|[’'-])*")
"""A word; each sign of Chinese and Japanese is one."""
_TEXT_TYPES = {"text", "text_special", "softbreak"}


@cache
def markdown_parser(language: str) -> MarkdownIt:
    """CommonMark with strikethrough, `:::` blocks and the quotation marks of `language`; without HTML.

    Parsing takes an `env` with a list `faults`, to which tokens that are too long or too deep are added, with a
    sentence. Inline tokens have in `meta["plain"]` what `plain_lines` says of them.
    """
    quotes = quotation_marks(language)
    parser = MarkdownIt("commonmark", {"html": False, "typographer": True, "quotes": list(quotes)})
    parser.enable(["smartquotes", "strikethrough"])
    container_plugin(parser, "block", validate=lambda params, markup: True)

    def set_type(state: StateCore) -> None:
        for text in text_tokens(state.tokens):
            words = put_back(typeset(text.content, language), text.meta.pop("hidden"))
            before, *after = words.split(LITERAL)
            signs = zip(text.meta.pop("literals"), after, strict=True)
            text.content = before + "".join(sign + rest for sign, rest in signs)

    parser.inline.ruler.before("link", "citation", read_citation)
    # By itself: behind a Latin name it would be read with it, and take the full stop between to the wrong side.
    apart = ' dir="rtl"' if runs_right_to_left(language) else ""
    parser.add_render_rule("citation", lambda renderer, tokens, *rest: _citation_html(apart, tokens, *rest))
    parser.add_render_rule(
        "text",
        lambda renderer, tokens, index, options, env: marked_figures(escapeHtml(tokens[index].content), language),
    )
    parser.core.ruler.after("block", "captions", set_captions)
    parser.core.ruler.after("captions", "bounds", check_bounds)
    parser.core.ruler.before("smartquotes", "hide", hide_addresses)
    parser.core.ruler.push("anchors", set_anchors)
    parser.core.ruler.push("typography", set_type)
    return parser


def hide_addresses(state: StateCore) -> None:
    """Keep addresses from the parser's smart quotes, which would set the apostrophes in them."""
    for token in state.tokens:
        if token.children:
            token.meta["plain"] = plain_lines(token.children)
            token.children = unwrapped(token.children)
    for text in text_tokens(state.tokens):
        text.content, text.meta["hidden"] = set_aside(text.content)


def read_citation(state: StateInline, silent: bool) -> bool:
    """`[^key]` becomes a token `citation`. Sources are numbered in the order in which a text cites them."""
    match = CITATION.match(state.src, state.pos)
    if not match:
        return False
    if not silent:
        numbers: dict[str, int] = state.env.setdefault("citations", {})
        number = numbers.setdefault(match[1], len(numbers) + 1)
        state.push("citation", "", 0).meta = {"key": match[1], "number": number}
    state.pos = match.end()
    return True


def _citation_html(attributes: str, tokens: Sequence[Token], index: int, options: object, env: object) -> str:
    number = tokens[index].meta["number"]
    return f'<sup{attributes}><a href="#source-{number}" role="doc-noteref">{number}</a></sup>'


def set_captions(state: StateCore) -> None:
    """The caption on the opening line of a figure is words of the text as any others, where it stands."""
    tokens: list[Token] = []
    for token in state.tokens:
        tokens.append(token)
        name, _, caption = token.info.partition(";")
        if token.type == "container_block_open" and name.split()[:1] == [FIGURE] and caption.strip():
            tokens.append(Token("inline", "", 0, content=caption.strip(), map=token.map, children=[], level=1))
    state.tokens = tokens


def check_bounds(state: StateCore) -> None:
    """Add a fault to `state.env` for what is too long or too deep; what is too long is read no further."""
    faults: list[tuple[Token, str]] = state.env["faults"]
    if deep := next((token for token in state.tokens if token.level >= MAX_NESTING and token.map), None):
        message = f"lists more than {MAX_NESTING // 2 - 1} deep in one another, or quotations. Write it flatter."
        faults.append((deep, message))
    for token in state.tokens:
        if token.type == "inline" and len(token.content) > MAX_PARAGRAPH:
            message = f"a paragraph of {len(token.content)} characters; at most {MAX_PARAGRAPH}. Make several of it."
            faults.append((token, message))
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
        words = (child.content for child in inline.children or () if child.type in ("text", "code_inline"))
        slug = unique = heading_id("".join(words))
        while unique in ids:
            last[slug] += 1
            unique = f"{slug}-{last[slug]}"
        ids.add(unique)
        heading.attrSet("id", unique)


def skipped_levels(tokens: Iterable[Token]) -> Iterator[tuple[Token, str]]:
    """Headings more than one level below the last, with a sentence: who listens to a page goes through it by them."""
    last = 1
    for heading in (token for token in tokens if token.type == "heading_open"):
        level = int(heading.tag[1:])
        if level > last + 1:
            right = "#" * (last + 1)
            yield heading, f"a heading of level {level} below one of level {last}. Write `{right} `."
        last = level


def missing_anchors(links: Iterable[tuple[int, str]], tokens: Iterable[Token]) -> Iterator[tuple[int, str]]:
    """Which links within a text, by line and fragment, lead to none of its headings; each with a sentence."""
    anchors = {str(token.attrs.get("id", "")) for token in tokens if token.type == "heading_open"} - {""}
    for line, fragment in links:
        if unquote(fragment) not in anchors:
            yield line, missing_anchor(fragment, anchors, "this text")


def missing_anchor(fragment: str, anchors: Iterable[str], file: str) -> str:
    """A sentence for a fragment that names no heading of a text."""
    typed = f"#{unquote(fragment)}"
    return f"there is no heading “{typed}” in {file}. {suggestion(typed, {f'#{anchor}' for anchor in anchors})}"


def plain_lines(children: Iterable[Token]) -> str:
    """The words of a paragraph, line by line, as they were typed; LITERAL for whatever else stands there."""
    lines = {"softbreak": "\n", "hardbreak": "\n"}
    return "".join(
        child.content if child.type == "text" or _is_no_escape(child) else lines.get(child.type, LITERAL)
        for child in children
    )


def unwrapped(children: Iterable[Token]) -> list[Token]:
    """The same tokens with neighbouring words as one text; in its `meta`, the signs that typography must not change.

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


def text_tokens(tokens: Iterable[Token]) -> Iterator[Token]:
    return (child for token in tokens for child in token.children or () if child.type == "text")


def end_of_block(tokens: Sequence[Token], start: int) -> int:
    """The index after the top-level block that starts at `start`."""
    depth = 0
    for index in range(start, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index + 1
    return len(tokens)


def count_words(tokens: Sequence[Token]) -> int:
    """Of the text: in Chinese and Japanese, each sign is one.

    People read 255 signs of Chinese in a minute where they read 228 words of English (IReST, 2012).
    """
    return sum(len(WORD.findall(text.content)) for text in text_tokens(tokens))
