"""What no file can know alone: whether links lead somewhere, slugs are unique, languages of one article agree."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from microsite.content.blocks import Reference
from microsite.content.document import Document, Unfinished
from microsite.content.faults import Fault
from microsite.content.fragments import fragment_warnings

if TYPE_CHECKING:
    from microsite.content.library import Content, Entry

RESERVED_SLUGS = {"blog", "go", "share"}
"""What follows the language in addresses that are no page's; a test asks the routes."""
HOME = "home"
"""Stands for the home page wherever an article's or page's key is asked for."""


def check_together(
    content: "Content",
    promotions: Mapping[str, Collection[str]],
    unread: Collection[Path],
    unfinished: Collection[Unfinished],
) -> list[Fault]:
    """Faults and warnings. `unread` are files with faults of their own: links to them are not faults as well."""
    folder = content.site.path.parent
    known = {
        "article": set(content.articles) | _keys_below(folder / "articles", unread),
        "page": set(content.pages) | _keys_below(folder / "pages", unread),
        "promotion": set(promotions),
    }
    faults: list[Fault] = []
    for entries in (content.articles, content.pages):
        for entry in entries.values():
            for document in entry.documents.values():
                faults += _references(document.file, document.key, document.references, known)
                faults += [Fault(document.path, line, what, warning=True) for line, what in document.warnings]
        faults += _slugs(content, entries)
    for entry in content.articles.values():
        faults += _languages_agree(content, entry)
        for document in entry.documents.values():
            faults += _article(content, document)
            faults += _promotions(document, promotions)
    for entry in content.pages.values():
        for document in entry.documents.values():
            faults += _page(content, document)
    for file in unfinished:
        faults += _references(str(file.path), file.path.parent.name, file.references, known)
        faults += _category(content, str(file.path), *file.category)
    return [*faults, *fragment_warnings(content), *_site(content, known)]


def _keys_below(folder: Path, paths: Collection[Path]) -> set[str]:
    return {path.parent.name for path in paths if path.is_relative_to(folder)}


def _site(content: "Content", known: dict[str, set[str]]) -> Iterator[Fault]:
    site = content.site
    named = [("lead", "article", site.lead), *(("foot", "page", key) for key in site.foot)]
    for field, kind, key in named:
        if key and key not in known[kind]:
            what = f"`{field}` names “{key}”, which is no {kind}. {_near(key, known[kind])}"
            yield Fault(site.path, site.lines.get(field, 1), what)


def _references(file: str, own: str, references: Collection[Reference], known: dict[str, set[str]]) -> Iterator[Fault]:
    """`own` is the key of the file."""
    in_blocks: set[str] = set()
    for reference in references:
        kind, key, line = reference.kind, reference.key, reference.line
        if key not in known[kind]:
            yield Fault(Path(file), line, f"there is no {kind} “{key}”. {_near(key, known[kind])}")
        elif kind != "article":
            continue
        elif key == own:
            yield Fault(Path(file), line, "an article that links to itself. Name another one.")
        elif reference.block and key in in_blocks:
            yield Fault(Path(file), line, f"“{key}” stands in two blocks. Keep one.")
        elif reference.block:
            in_blocks.add(key)


def _near(key: str, known: Collection[str]) -> str:
    near = get_close_matches(key, sorted(known), n=1)
    return f"Did you mean “{near[0]}”?" if near else f"There are: {', '.join(sorted(known)) or 'none'}."


def _slugs(content: "Content", entries: dict[str, "Entry"]) -> Iterator[Fault]:
    """Under one prefix, every slug and former slug means one thing, borrowed languages included."""
    for locale in content.site.locales.values():
        taken: dict[str, Document] = {}
        for entry in entries.values():
            document = content.document(entry, locale)
            for slug in (document.slug, *document.matter.aliases):
                other = taken.setdefault(slug, document)
                if other is not document:
                    field = "slug" if slug == document.slug else "aliases"
                    what = f"the slug “{slug}” is taken under /{locale.tag}/ by {other.key}/{other.locale_id}.md."
                    yield Fault(document.path, document.lines.get(field, 1), f"{what} Choose another.")


def _languages_agree(content: "Content", entry: "Entry") -> Iterator[Fault]:
    first, *others = entry.documents.values()
    known = content.site.categories
    for document in others:
        one, other = first.article.category, document.article.category
        if one != other and one in known and other in known:
            what = f"the category is “{first.article.category}” in {first.path.name}. Give both the same."
            yield Fault(document.path, document.lines["category"], what)


def _article(content: "Content", document: Document) -> Iterator[Fault]:
    matter, lines = document.article, document.lines
    yield from _category(content, document.file, matter.category, lines["category"])
    if matter.updated and matter.updated < matter.published:
        yield Fault(document.path, lines["updated"], "`updated` lies before `published`. Mend one of them.")
    if matter.published > date.today():
        yield Fault(document.path, lines["published"], "`published` lies ahead; readers see the article now.", True)
    if document.key == HOME or document.key in content.pages:
        yield Fault(document.path, 1, f"the key “{document.key}” is taken by a page. Rename the folder.")


def _category(content: "Content", file: str, category: str, line: int) -> Iterator[Fault]:
    known = content.site.categories
    if category and category not in known:
        yield Fault(Path(file), line, f"“{category}” is no category. {_near(category, known)}")


def _page(content: "Content", document: Document) -> Iterator[Fault]:
    for slug in (document.slug, *document.matter.aliases):
        if slug in RESERVED_SLUGS:
            field = "slug" if slug == document.slug else "aliases"
            yield Fault(
                document.path, document.lines[field], f"“{slug}” means something else here. Choose another slug."
            )


def _promotions(document: Document, promotions: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    for reference in document.references:
        if reference.kind == "promotion" and "in-text" not in promotions.get(reference.key, ("in-text",)):
            what = f"the promotion “{reference.key}” may not stand in a text. Add in-text to its placements."
            yield Fault(document.path, reference.line, what)
