"""One file of an article or page, read, checked by itself and rendered: all that can be known without the others."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

from microsite.content.blocks import Block, Prose, Quote, Reference, Seen
from microsite.content.faults import Fault, Faults
from microsite.content.front_matter import ArticleMatter, PageMatter, Source, check_fields, read_fields, split
from microsite.content.markdown import render
from microsite.content.typography import typeset

WORDS_A_MINUTE = 230
KINDS: dict[str, type[PageMatter]] = {"articles": ArticleMatter, "pages": PageMatter}
_ELSEWHERE = {
    "articles": {"publisher": "on pages only", "seen": "on pages only"},
    "pages": {"promotion": "in articles only"},
}
"""The blocks that do not belong in a folder, and where they do."""


@dataclass(frozen=True)
class Document:
    """An article or page in one language. `title` and `summary` are typeset."""

    path: Path
    key: str
    locale_id: str
    title: str
    summary: str
    matter: PageMatter
    blocks: tuple[Block, ...]
    references: tuple[Reference, ...]
    lines: dict[str, int]

    @property
    def slug(self) -> str:
        return self.matter.slug

    @cached_property
    def article(self) -> ArticleMatter:
        """The front matter of an article; pages have none of its fields."""
        return cast(ArticleMatter, self.matter)

    @cached_property
    def words(self) -> int:
        return sum(block.words for block in self.blocks if isinstance(block, Prose | Quote))

    @property
    def minutes(self) -> int:
        """Reading time."""
        return max(1, round(self.words / WORDS_A_MINUTE))

    @cached_property
    def is_personal(self) -> bool:
        """Whether the page shows something of the request that asked for it."""
        return any(isinstance(block, Seen) for block in self.blocks)


class Unfinished(Faults):
    """Faults of one file, and what it names all the same, so that what is wrong with that is told at once too."""

    def __init__(self, path: Path, faults: list[Fault], references: list[Reference], category: tuple[str, int]) -> None:
        super().__init__(faults)
        self.path = path
        self.references = references
        self.category = category
        """With its line; empty where the file names none."""


def read_document(path: Path, folder: str) -> Document:
    """The file `<folder>/<key>/<locale>.md`. Raises Faults, all of the file's at once."""
    try:
        return parse_document(path, folder, path.read_bytes())
    except OSError as error:
        raise Faults([Fault(path, 1, f"cannot be read: {error.strerror}. Save it as UTF-8 text.")]) from error


def parse_document(path: Path, folder: str, data: bytes) -> Document:
    """What `read_document` makes of the bytes of the file."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise Faults([Fault(path, 1, f"cannot be read: {error}. Save it as UTF-8 text.")]) from error
    language = path.stem.partition("_")[0]
    head, below, first_line = split(path, text)
    body = render(below, language, first_line)
    faults = [Fault(path, line, what) for line, what in body.faults]
    if not body.blocks and not body.faults:
        faults.append(Fault(path, first_line, "there is no text. Write it below the front matter."))
    for line, name in body.directives:
        if where := _ELSEWHERE[folder].get(name):
            faults.append(Fault(path, line, f"the block `{name}` stands {where}. Remove it."))
    matter, fields, lines = None, dict[str, object](), dict[str, int]()
    try:
        fields, lines = read_fields(path, head)
        matter = check_fields(path, fields, lines, KINDS[folder])
    except Faults as found:
        faults += found.faults
    if faults or matter is None:
        category = fields.get("category") if folder == "articles" else None
        named = category if isinstance(category, str) else ""
        raise Unfinished(path, faults, body.references, (named, lines.get("category", 1)))
    return Document(
        path=path,
        key=path.parent.name,
        locale_id=path.stem,
        title=typeset(matter.title, language),
        summary=typeset(matter.summary, language),
        matter=_typeset(matter, language),
        blocks=tuple(body.blocks),
        references=tuple(body.references),
        lines=lines,
    )


def _typeset(matter: PageMatter, language: str) -> PageMatter:
    """The front matter with the names and titles of its sources as `language` sets them."""

    def said(source: Source) -> Source:
        title = source.title and typeset(source.title, language)
        return source.model_copy(update={"publication": typeset(source.publication, language), "title": title})

    if not isinstance(matter, ArticleMatter):
        return matter
    return matter.model_copy(update={"sources": tuple(map(said, matter.sources))})
