"""Markdown to blocks: prose as HTML, and the directives `::: name` that stand between."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Any, get_args

from markdown_it.token import Token

from microsite.content.blocks import (
    Also,
    Block,
    Body,
    Citation,
    Dossier,
    Event,
    Figure,
    PromotionSlot,
    Prose,
    ProseKind,
    Quote,
    Reference,
    Related,
    Reply,
    Widget,
    WidgetName,
)
from microsite.content.fields import KEY, MAX_NAME
from microsite.content.kinds import FIGURE, KINDS, TERM
from microsite.content.markdown_parser import (
    MAX_TEXT,
    WORD,
    count_words,
    end_of_block,
    markdown_parser,
    missing_anchors,
    skipped_levels,
)
from microsite.content.notations import INDENTED, MARKS, footnotes, is_in_marks, leads_nowhere, misread_as, notations
from microsite.faults import suggestion
from microsite.language.dates import parse_partial_date
from microsite.language.typography import quoted, typeset

_CLOSE = re.compile(r"\s*:{3,}\s*")
_KINDS: dict[str, ProseKind] = {"paragraph_open": "paragraph", "heading_open": "heading"}
_REPLY = f"a reply needs here who sent it, in at most {MAX_NAME} characters, and the day: `::: reply Name; 2026-01-31`."
_FIGURE = "a figure has its name and its caption on this line, and no text below: `::: figure name; Caption.[^key]`."
_DATED = re.compile(r"(\d{4}-\d{2}(?:-\d{2})?): (.+)")


class _BlockError(Exception):
    """Something wrong with a directive, in a sentence."""


def render(text: str, language: str, first_line: int = 1) -> Body:
    """`text` as blocks, typeset for `language` (or a locale's id: `pt_PT`); lines are counted from `first_line`."""
    if len(text) > MAX_TEXT:
        message = f"{len(text)} characters; a text has at most {MAX_TEXT}. Make several of it."
        return Body(faults=[(first_line, message)])
    return _BlockReader(text, language, first_line).read()


class _BlockReader:
    """Walks the tokens of one text and collects its blocks, references and faults in `body`."""

    def __init__(self, text: str, language: str, first_line: int) -> None:
        self.parser = markdown_parser(language)
        self.language = language
        self.source = text.split("\n")
        self.first_line = first_line
        self.fragments: list[tuple[int, str]] = []
        self.body = Body()
        self.cited: set[str] = set()
        self.env: dict[str, Any] = {"faults": []}
        self.tokens = self.parser.parse(text, self.env)
        for token, message in self.env["faults"]:
            self._fault(token, message)

    def read(self) -> Body:
        self.body.faults += [(self.first_line + line, message) for line, message in footnotes(self.env)]
        start = 0
        while start < len(self.tokens):
            end = end_of_block(self.tokens, start)
            span = self.tokens[start:end]
            if span[0].type == "container_block_open":
                self._directive(span)
            else:
                self._prose(span)
            start = end
        self.body.faults += missing_anchors(self.fragments, self.tokens)
        self.body.warnings += [(self._line_of(heading), message) for heading, message in skipped_levels(self.tokens)]
        return self.body

    def _prose(self, span: Sequence[Token]) -> None:
        for token in span:
            if token.type == "container_block_open":
                self._fault(token, "a block inside a list or quotation. Let it stand alone between blank lines.")
            self._check(token)
        kind = _KINDS.get(span[0].type, "other")
        self.body.blocks.append(Prose(kind, self._html(span), count_words(span), self._citations(span)))

    def _citations(self, span: Sequence[Token]) -> tuple[Citation, ...]:
        """What the tokens cite, but for what the text has cited before."""
        new: dict[str, int] = {}
        for inline in span:
            for child in inline.children or ():
                if child.type == "citation":
                    key, number = child.meta["key"], child.meta["number"]
                    if key not in self.cited:
                        new[key] = number
                        self.cited.add(key)
                    self.body.citations.append((self._line_of(inline, f"[^{key}]"), key))
        return tuple(Citation(number, key) for key, number in new.items())

    def _check(self, token: Token) -> None:
        """Faults of what prose and quotations must not hold."""
        if token.type == "heading_open" and token.tag == "h1":
            self._fault(token, "a first-level heading. The title comes from the front matter; write `## `.")
        if message := misread_as(token, self.source):
            self._fault(token, message)
        if token.type == "code_block":
            self.body.warnings.append((self._line_of(token), INDENTED))
        self._links(token)

    def _links(self, inline: Token) -> None:
        for notation in notations(inline.meta.get("plain", "")):
            self.body.faults.append((self._line_of(inline, notation.words, notation.line), notation.message))
        for child in inline.children or ():
            if child.type == "image":
                self._fault(
                    inline, "a picture. Articles have drawings: an SVG beside the text, placed by `::: figure`."
                )
            if child.type != "link_open":
                continue
            href = str(child.attrs.get("href", ""))
            scheme, _, rest = href.partition(":")
            line = self._line_of(inline, href)
            if scheme == TERM:
                self.body.references.append(Reference(TERM, rest, line))
            elif scheme in KINDS:
                key, _, fragment = rest.partition("#")
                self.body.references.append(Reference(scheme, key, line, fragment=fragment))
            elif href.startswith("#"):
                self.fragments.append((line, href[1:]))
            elif message := leads_nowhere(href):
                self.body.faults.append((line, message))

    def _directive(self, span: Sequence[Token]) -> None:
        opening, inner = span[0], span[1:-1]
        name, _, argument = opening.info.strip().partition(" ")
        self.body.directives.append((self._line_of(opening), name))
        try:
            if name not in DIRECTIVES:
                raise _BlockError(f"`{f'::: {name}'.strip()}` opens no block. {suggestion(name, DIRECTIVES, '`{}`')}")
            self._check_closed(opening, name, inner)
            self.body.blocks.append(DIRECTIVES[name](self, opening, argument.strip(), inner))
        except _BlockError as error:
            self._fault(opening, str(error))

    def _check_closed(self, opening: Token, name: str, inner: Sequence[Token]) -> None:
        """The parser closes a block at the end of the text, or with the `:::` of the next one, which is then inside."""
        end = opening.map[1] if opening.map else 0
        closed = end < len(self.source) and _CLOSE.fullmatch(self.source[end])
        if not closed or any(token.type == "container_block_open" for token in inner):
            raise _BlockError(f"the block `{name}` is not closed. End it with a line `:::`.")

    def _quote(self, opening: Token, argument: str, inner: Sequence[Token]) -> Block:
        speaker, _, when = (part.strip() for part in argument.partition(";"))
        if not speaker or not inner or inner[0].type != "paragraph_open":
            raise _BlockError("a quotation needs its speaker on this line and its words below.")
        for token in inner:
            self._check(token)
        start, _, rest = self._html(inner).partition("<p>")
        text, _, end = rest.rpartition("</p>")
        if is_in_marks("\n".join(token.meta.get("plain", "") for token in inner)):
            self.body.warnings.append((self._line_of(inner[0]), MARKS))
        if not any(child.type == "citation" for token in inner for child in token.children or ()):
            self.body.uncited_quotations.append(self._line_of(opening))
        speaker, when = (typeset(part, self.language) for part in (speaker, when))
        html = f"{start}<p>{quoted(text, self.language)}</p>{end}"
        return Quote(html, count_words(inner), speaker, when, self._citations(inner))

    def _figure(self, opening: Token, argument: str, inner: Sequence[Token]) -> Block:
        name = argument.partition(";")[0].strip()
        if not KEY.fullmatch(name) or [token.type for token in inner] != ["inline"]:
            raise _BlockError(_FIGURE)
        if any(reference.kind == FIGURE and reference.key == name for reference in self.body.references):
            raise _BlockError(f"the figure `{name}` stands here twice. Keep one.")
        if not any(child.type == "citation" for child in inner[0].children or ()):
            raise _BlockError("a figure that names no source. Cite one at the end of its caption: `[^key]`.")
        self._check(inner[0])
        self.body.references.append(Reference(FIGURE, name, self._line_of(opening), block=True))
        return Figure(name, self._html(inner), self._citations(inner))

    def _reply(self, opening: Token, argument: str, inner: Sequence[Token]) -> Block:
        name, _, day = (part.strip() for part in argument.rpartition(";"))
        sent = _day(day)
        if not WORD.search(name) or len(name) > MAX_NAME or not sent:
            raise _BlockError(_REPLY)
        if not inner:
            raise _BlockError("a reply without its words. They stand below this line.")
        for token in inner:
            self._check(token)
            if token.type == "heading_open":
                self._fault(token, "a heading in a reply. It would be one of the article; make a paragraph of it.")
        if self._citations(inner):
            raise _BlockError("a reply that cites one of our sources. Cite it above, or write a link.")
        return Reply(self._html(inner), count_words(inner), typeset(name, self.language), sent)

    def _related(self, opening: Token, argument: str, inner: Sequence[Token]) -> Block:
        items = _items(argument, inner, "a related list needs one line `- key` for each article.")
        return Related(self._articles(items))

    def _dossier(self, opening: Token, argument: str, inner: Sequence[Token]) -> Block:
        message = "a dossier needs a line `- key` for each article, and may have others: `- 2019-02: What happened.`"
        events: list[Event] = []
        articles: list[Token] = []
        for item in _items(argument, inner, message):
            dated = _DATED.fullmatch(" ".join(item.content.split()))
            if not dated:
                articles.append(item)
                continue
            try:
                parse_partial_date(dated[1])
            except ValueError as error:
                self._fault(item, f"“{dated[1]}” is {error}.")
            events.append(Event(dated[1], typeset(dated[2], self.language)))
        return Dossier(self._articles(articles), tuple(events))

    def _articles(self, items: Sequence[Token]) -> tuple[str, ...]:
        """The keys that the items of a list name."""
        keys = [(item.content.strip(), self._line_of(item)) for item in items]
        self.body.references += [Reference("article", key, line, block=True) for key, line in keys]
        return tuple(key for key, _ in keys)

    def _named(self, kind: str, opening: Token, argument: str, inner: Sequence[Token]) -> str:
        """The key that a block without text names."""
        if not KEY.fullmatch(argument):
            raise _BlockError(f"name one {kind} on this line, by its key.")
        if inner:
            raise _BlockError("this block takes no text. Is it closed with a line `:::`?")
        self.body.references.append(Reference(kind, argument, self._line_of(opening), block=True))
        return argument

    def _widget(self, opening: Token, argument: str, inner: Sequence[Token], widget: WidgetName) -> Block:
        if argument or inner:
            raise _BlockError("this block takes neither a name nor text. Is it closed with a line `:::`?")
        return Widget(widget)

    def _html(self, tokens: Sequence[Token]) -> str:
        return str(self.parser.renderer.render(tokens, self.parser.options, {}))

    def _line_of(self, token: Token, part: str = "", after: int = 0) -> int:
        """The line of a token, or of the first of its lines that holds `part`, beginning with its line `after`."""
        start, end = token.map or (0, 1)
        start += after
        within = next((n for n in range(start, min(end, len(self.source))) if part in self.source[n]), start)
        return self.first_line + within

    def _fault(self, token: Token, message: str) -> None:
        self.body.faults.append((self._line_of(token), message))


DIRECTIVES: dict[str, Callable[..., Block]] = {
    **{widget: partial(_BlockReader._widget, widget=widget) for widget in get_args(WidgetName)},
    "also": lambda reader, *directive: Also(reader._named("article", *directive)),
    "promotion": lambda reader, *directive: PromotionSlot(reader._named("promotion", *directive)),
    "dossier": _BlockReader._dossier,
    "figure": _BlockReader._figure,
    "quote": _BlockReader._quote,
    "related": _BlockReader._related,
    "reply": _BlockReader._reply,
}
"""What makes a block of `::: name`, of the reader, the opening token, what follows the name, and the tokens inside."""


def _items(argument: str, inner: Sequence[Token], message: str) -> list[Token]:
    """The words of each item of a block that is a list and nothing else. Raises _BlockError with the message."""
    items = [token for token in inner if token.type == "inline"]
    if argument or not items or any(token.type == "paragraph_open" and not token.hidden for token in inner):
        raise _BlockError(message)
    return items


def _day(text: str) -> date | None:
    with suppress(ValueError):
        if (parsed := parse_partial_date(text)).is_day:
            return parsed.first
    return None
