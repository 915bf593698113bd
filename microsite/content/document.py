"""One file of a text, parsed, checked by itself and rendered: all that can be known without the others."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import Base64Bytes, BeforeValidator, SerializeAsAny, ValidationInfo

from microsite.content.blocks import (
    Block,
    Body,
    Citation,
    Figure,
    Prose,
    Quote,
    Reference,
    Reply,
    Widget,
    joined,
    pack,
    unpack,
    with_default_slot,
)
from microsite.content.fields import with_typeset
from microsite.content.front_matter import ArticleMatter, Source, TextMatter, matter_message
from microsite.content.kinds import KINDS
from microsite.content.markdown import render
from microsite.content.text_checks import decode_text
from microsite.content.validation_messages import line_of, validated
from microsite.content.yaml_fields import read_fields, split_front_matter
from microsite.faults import Fault, Faults, collecting, failing_alone
from microsite.regular_files import MiB, read_regular_file
from microsite.text import text_warnings

MAX_TEXT_BYTES = 1 * MiB
"""Of a text: some 150,000 words, more than a novel."""
WORDS_PER_MINUTE = 230
MIN_WORDS_PER_PROMOTION = 600
MAX_SLUG_SEARCH_BYTES = 16 * 1024
_SLUG_LINE = re.compile(rb"""^slug:[ \t]*["']?([a-z0-9-]{1,200})\b""", re.MULTILINE)


def _matter(value: Any, info: ValidationInfo) -> Any:
    """Front matter that the parse cache holds, as the model of its kind of text."""
    return KINDS[info.data["kind"]].fields.model_validate(value) if isinstance(value, dict) else value


@dataclass(frozen=True, slots=True)
class Document:
    """A text in one language, its words typeset.

    Sites have thousands: what lists and checks ask of a text is held as objects, its blocks packed.
    """

    kind: str
    """A key of KINDS."""
    path: Path
    key: str
    locale_id: str
    matter: Annotated[SerializeAsAny[TextMatter], BeforeValidator(_matter)]
    words: int
    is_personal: bool
    """Whether the page shows something of the request that asked for it."""
    references: tuple[Reference, ...]
    warnings: tuple[tuple[int, str], ...]
    """By line and sentence."""
    lines: Mapping[str, int]
    """Of the fields of the front matter, but for what is inside them."""
    packed: Base64Bytes
    """The blocks, see `blocks.pack`. Base64 in JSON alone."""

    @property
    def title(self) -> str:
        return self.matter.title

    @property
    def summary(self) -> str:
        return self.matter.summary

    @property
    def slug(self) -> str:
        return self.matter.slug

    @property
    def slugs(self) -> tuple[str, ...]:
        """Former ones first."""
        return (*self.matter.aliases, self.matter.slug)

    @property
    def article_matter(self) -> ArticleMatter:
        """The front matter, for callers that know the text to be an article; others check the type of `matter`."""
        return cast(ArticleMatter, self.matter)

    @property
    def published(self) -> date:
        """The day from which readers see it, from midnight UTC; of a page, the first that there is."""
        return self.matter.published if isinstance(self.matter, ArticleMatter) else date.min

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Unpacked at each call; neighbouring prose is one block."""
        return unpack(self.packed)

    def numbered_sources(self) -> list[Source]:
        """Those of an article by the numbers that its text cites them by, then those that it does not cite."""
        numbers = {citation.key: citation.number for citation in _citations(self.blocks)}
        return sorted(self.article_matter.sources, key=lambda source: numbers.get(source.key or "", len(numbers) + 1))

    def uncited_sources(self, blocks: Iterable[object]) -> list[Source]:
        """Those of an article that stand beside none of its blocks, nor with what became of the story."""
        cited = {citation.key for citation in _citations(blocks)}
        cited |= {note.key for note in self.article_matter.since if note.key}
        return [source for source in self.article_matter.sources if source.key not in cited]

    @property
    def minutes(self) -> int:
        """Reading time, at least one minute."""
        return max(1, round(self.words / WORDS_PER_MINUTE))


class UnreadableText(Faults):
    """Faults of a file that could be parsed in part, with its references, so that these are checked in the same run."""

    def __init__(self, path: Path, faults: list[Fault], references: list[Reference], category: tuple[str, int]) -> None:
        super().__init__(faults)
        self.path = path
        self.references = references
        self.category = category
        """Key and line; an empty key where the file names none."""


def read_document(path: Path, kind: str) -> Document:
    """The file `<key>/<locale>.md` of a text of this kind. Raises Faults, all of the file's at once."""
    return parse_document(path, kind, read_regular_file(path, MAX_TEXT_BYTES))


def parse_document(path: Path, kind: str, data: bytes) -> Document:
    """As `read_document`, of the bytes of the file. Raises Faults, whatever is wrong; their `slugs` are set."""
    try:
        with failing_alone(path):
            return _parsed(path, kind, data)
    except Faults as error:
        error.slugs = slugs_named(data)
        raise


def slugs_named(data: bytes) -> tuple[str, ...]:
    """The slug of a text that cannot be read otherwise, if there is a line that says it near its beginning."""
    return tuple(slug.decode() for slug in _SLUG_LINE.findall(data[:MAX_SLUG_SEARCH_BYTES])[:1])


def _parsed(path: Path, kind: str, data: bytes) -> Document:
    text = decode_text(path, data)
    head, below, first_line = split_front_matter(path, text)
    body = render(below, path.stem, first_line)
    faults: list[Fault] = []
    problems = list(body.faults)
    if not body.blocks and not body.faults:
        problems.append((first_line, "there is no text. Write it below the front matter."))
    for line, name in body.directives:
        if where := KINDS[kind].refused_blocks.get(name):
            problems.append((line, f"the block `{name}` stands {where}. Remove it."))
    matter, fields, lines = None, dict[str, object](), dict[str, int]()
    with collecting(faults):
        fields, lines = read_fields(path, head)
        matter = validated(path, KINDS[kind].fields, fields, lines, matter_message)
    problems += _check_promotions(body, matter) if matter else ()
    problems += _check_citations(body, fields, lines) if fields else ()
    faults += (Fault(path, line, message) for line, message in problems)
    if faults or matter is None:
        category = fields.get("category") if issubclass(KINDS[kind].fields, ArticleMatter) else None
        named = category if isinstance(category, str) else ""
        raise UnreadableText(path, faults, body.references, (named, lines.get("category", 1)))
    return _document(path, kind, text, body, matter, lines)


def _document(path: Path, kind: str, text: str, body: Body, matter: TextMatter, lines: Mapping[str, int]) -> Document:
    """The document of a file without faults."""
    return Document(
        kind=kind,
        path=path,
        key=path.parent.name,
        locale_id=path.stem,
        matter=_typeset(matter, path.stem.partition("_")[0]),
        words=_words(body.blocks),
        is_personal=Widget("seen") in body.blocks,
        references=tuple(body.references),
        warnings=(*text_warnings(text), *body.warnings, *_warn_of_promotions(body), *_warn_of_quotations(body, matter)),
        lines={name: line for name, line in lines.items() if "." not in name},
        packed=pack(joined(with_default_slot(body.blocks) if _may_advertise(matter) else body.blocks)),
    )


def _may_advertise(matter: TextMatter) -> bool:
    return isinstance(matter, ArticleMatter) and matter.promotion


def _promotion_lines(body: Body) -> list[int]:
    return [reference.line for reference in body.references if reference.kind == "promotion"]


def _check_promotions(body: Body, matter: TextMatter) -> Iterator[tuple[int, str]]:
    """Line and sentence of what is wrong with the places of promotions."""
    kinds, lines = [block.kind for block in body.blocks], _promotion_lines(body)
    if not lines or not isinstance(matter, ArticleMatter):
        return
    if "paragraph" not in kinds[: kinds.index("promotion")]:
        yield lines[0], "a promotion before the first paragraph. Move it further down."
    words = _words(body.blocks)
    allowed = max(1, words // MIN_WORDS_PER_PROMOTION)
    if len(lines) > allowed:
        message = f"{len(lines)} promotions in {words} words; at most one for {MIN_WORDS_PER_PROMOTION}. Remove one."
        yield lines[allowed], message
    if not matter.promotion:
        yield lines[0], "a promotion, though the front matter says `promotion: off`. Keep one."


def _warn_of_promotions(body: Body) -> Iterator[tuple[int, str]]:
    """Line and sentence of each promotion that divides a section: a pronoun after it may mean a noun before it."""
    kinds, lines = [block.kind for block in body.blocks], iter(_promotion_lines(body))
    for kind, kind_after in zip(kinds, [*kinds[1:], "heading"], strict=True):
        if kind == "promotion":
            line = next(lines)
            if "heading" in kinds and kind_after != "heading":
                message = "a promotion within a section. Put it before a heading, so that it parts no two sentences."
                yield line, message


def _warn_of_quotations(body: Body, matter: TextMatter) -> Iterator[tuple[int, str]]:
    """Line and sentence of each quotation of an article that cites no source."""
    for line in body.uncited_quotations if isinstance(matter, ArticleMatter) else ():
        yield line, "a quotation without its source. Write `[^key]` after its last word, with the key of the source."


def _check_citations(body: Body, fields: Mapping[str, Any], lines: dict[str, int]) -> Iterator[tuple[int, str]]:
    """Citations of what is no source, each with its line; of front matter that has other faults as well."""
    keys = list(_keys_in(fields.get("sources")).values())
    if double := next((key for key in keys if keys.count(key) > 1), None):
        yield lines.get("sources", 1), f"two sources have the key `{double}`. Give each its own."
    for line, key in body.citations:
        if key not in keys:
            near = get_close_matches(key, keys, n=1)
            hint = f"Did you mean `[^{near[0]}]`?" if near else f"Write `key: {key}` beside the source it means."
            yield line, f"`[^{key}]` is the key of no source, and there are no footnotes. {hint}"
    for index, key in _keys_in(fields.get("since")).items():
        if key not in keys:
            message = f"`{key}` is the key of no source. Write it beside the source it means."
            yield line_of(lines, "since", index, "key"), message


def _keys_in(items: Any) -> dict[int, str]:
    """The key that each of these fields names, as far as they are a list that names any."""
    named = enumerate(items) if isinstance(items, list) else ()
    return {index: str(item["key"]) for index, item in named if isinstance(item, dict) and item.get("key")}


def _citations(blocks: Iterable[object]) -> Iterator[Citation]:
    return (citation for block in blocks if isinstance(block, Prose | Quote | Figure) for citation in block.citations)


def _words(blocks: Iterable[Block]) -> int:
    return sum(block.words for block in blocks if isinstance(block, Prose | Quote | Reply))


def _typeset(matter: TextMatter, language: str) -> TextMatter:
    """The front matter with its words, and those of its sources, as `language` sets them."""

    def typeset_source(source: Source) -> Source:
        return with_typeset(with_typeset(source, language, "publication"), source.language or language, "title")

    words: dict[str, object] = {"changes": tuple(with_typeset(change, language, "text") for change in matter.changes)}
    if isinstance(matter, ArticleMatter):
        words["sources"] = tuple(map(typeset_source, matter.sources))
        words["since"] = tuple(with_typeset(note, language, "text") for note in matter.since)
    return with_typeset(matter.model_copy(update=words), language, "title", "summary")
