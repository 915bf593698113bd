"""What the body of a text is made of, in the writer's order."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, TypeAdapter

ProseKind = Literal["paragraph", "heading", "other"]


class Citation(NamedTuple):
    """A source of the front matter, as a text cites it."""

    number: int
    key: str


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph, heading, list ...: HTML whose links inside the site still go by key (`article:undersea-cable`)."""

    kind: ProseKind
    html: str
    words: int
    citations: tuple[Citation, ...] = ()
    """The sources that the text cites here for the first time."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation; `html` is its paragraphs, in the quotation marks of their language."""

    html: str
    words: int
    speaker: str
    when: str
    citations: tuple[Citation, ...] = ()
    kind: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing that lies beside the text, by its name; `caption` is the HTML of a line."""

    name: str
    caption: str
    citations: tuple[Citation, ...] = ()
    kind: Literal["figure"] = "figure"


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody whom a text names sent by their right of reply; `html` is its paragraphs and lists."""

    html: str
    words: int
    name: str
    day: date
    """On which they sent it."""
    kind: Literal["reply"] = "reply"


@dataclass(frozen=True, slots=True)
class Related:
    keys: tuple[str, ...]
    kind: Literal["related"] = "related"


@dataclass(frozen=True, slots=True)
class Also:
    """The line “Read also”."""

    key: str
    kind: Literal["also"] = "also"


class Event(NamedTuple):
    """Something that happened, told by a dossier itself."""

    date: str
    """As front matter says it: `2019-02-13`, `2019-02`."""
    text: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """Articles on one line of dates, with what became of their stories."""

    keys: tuple[str, ...]
    events: tuple[Event, ...]
    kind: Literal["dossier"] = "dossier"


@dataclass(frozen=True, slots=True)
class PromotionSlot:
    """Where the writer put a promotion."""

    key: str
    kind: Literal["promotion"] = "promotion"


@dataclass(frozen=True, slots=True)
class DefaultSlot:
    """Where a promotion goes in an article that names no place for one."""

    kind: Literal["default"] = "default"


WidgetName = Literal["advertisements", "corrections", "feed", "glossary", "publisher", "seen", "verified"]
"""Directives without argument or text."""


@dataclass(frozen=True, slots=True)
class Widget:
    """What the site itself says at this place of a text; `widgets/blocks.html` has the template of each.

    `seen` is what the server sees of the request that asked for the page: its page is never kept, nor cached.
    """

    kind: WidgetName


Block = Annotated[
    Prose | Quote | Figure | Reply | Related | Also | Dossier | PromotionSlot | DefaultSlot | Widget,
    Field(discriminator="kind"),
]
MIN_PARAGRAPHS_BEFORE = 3
"""Between the beginning of a text and the promotion that the site puts into it."""
_BLOCKS: TypeAdapter[tuple[Block, ...]] = TypeAdapter(tuple[Block, ...])


def pack(blocks: Sequence[Block]) -> bytes:
    """Compressed JSON: about 2 kB a text instead of 50 objects of 10 (French letters double the size of a string)."""
    return zlib.compress(_BLOCKS.dump_json(tuple(blocks)), 9)


def unpack(packed: bytes) -> tuple[Block, ...]:
    """What `pack` was given; takes 0.03 ms for an article. Raises ValueError or zlib.error for other bytes."""
    return _BLOCKS.validate_json(zlib.decompress(packed))


def joined(blocks: Iterable[Block]) -> list[Block]:
    """The same text with neighbouring prose as one block: it has a handful of blocks then, rather than dozens.

    Prose that cites something stands alone, so that its sources can stand beside it.
    """
    merged: list[Block] = []
    for is_prose, group in groupby(blocks, lambda block: isinstance(block, Prose) and not block.citations):
        if is_prose:
            prose = [block for block in group if isinstance(block, Prose)]
            html = "".join(block.html for block in prose)
            merged.append(Prose("other", html, sum(block.words for block in prose)))
        else:
            merged += group
    return merged


def with_default_slot(blocks: Sequence[Block]) -> list[Block]:
    """The text with a slot where the site puts a promotion, if the writer names no place for one."""
    named = any(isinstance(block, PromotionSlot) for block in blocks)
    index = None if named else default_slot(blocks)
    return [*blocks[:index], DefaultSlot(), *blocks[index:]] if index else list(blocks)


def default_slot(blocks: Sequence[Block]) -> int | None:
    """The index of the block before which a promotion goes; None for a text without paragraphs.

    After the third paragraph or later, between two sections or else two thoughts, as near to the middle as may be.
    """
    paragraphs = [index for index, block in enumerate(blocks) if _is(block, "paragraph")]
    slots = [index + 1 for index in paragraphs[MIN_PARAGRAPHS_BEFORE - 1 :] or paragraphs[-1:]]
    before_headings = [index for index in slots if index < len(blocks) and _is(blocks[index], "heading")]
    calm = [index for index in slots if index == len(blocks) or _is(blocks[index], "paragraph", "heading")]
    return min(before_headings or calm or slots, key=lambda index: abs(index - len(blocks) / 2), default=None)


def _is(block: Block, *kinds: str) -> bool:
    return isinstance(block, Prose) and block.kind in kinds


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that a file names by key, to be looked up once everything is read."""

    kind: str
    """A key of KINDS, `promotion`, TERM or FIGURE."""
    key: str
    line: int
    block: bool = False
    """In a block of its own, rather than in a link."""
    fragment: str = ""
    """The heading that it leads to, if it names one."""


@dataclass
class Body:
    """A rendered text."""

    blocks: list[Block] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    directives: list[tuple[int, str]] = field(default_factory=list)
    """Line and name of each."""
    citations: list[tuple[int, str]] = field(default_factory=list)
    """Line and key of the source of each."""
    uncited_quotations: list[int] = field(default_factory=list)
    """Line of each."""
    faults: list[tuple[int, str]] = field(default_factory=list)
    """Line and sentence of each."""
    warnings: list[tuple[int, str]] = field(default_factory=list)
    """As `faults`, but they keep nothing from readers."""
