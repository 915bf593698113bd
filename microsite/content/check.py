"""What no file can know alone: whether links lead somewhere, slugs are unique, languages of one article agree."""

import re
from collections.abc import Collection, Container, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import unquote

from microsite.content.blocks import Prose, Reference
from microsite.content.document import Document, PartialDocument
from microsite.content.front_matter import ArticleMatter
from microsite.content.kinds import FIXED_PAGES, KINDS, RESERVED_SLUGS
from microsite.content.library import Content, Entry, Known
from microsite.content.markdown_parser import near_anchors
from microsite.faults import Fault

_HEADING = re.compile(r'<h[23] id="([^"]+)"')
MAX_NAMED = 30
"""Keys that a sentence lists."""


def check_site(known: Known) -> Iterator[Fault]:
    """What site.toml names wrongly."""
    site = known.site
    named = [("lead", "article", site.lead), *(("foot", "page", key) for key in site.foot)]
    for field, kind, key in named:
        if key and key not in known.of_kind(kind):
            what = f"`{field}` names “{key}”, which is no {kind}. {_near(key, known.of_kind(kind))}"
            yield Fault(site.path, site.lines.get(field, 1), what, is_tolerable=True)


def check_entry(entry: Entry, known: Known) -> Iterator[Fault]:
    """Faults and warnings of a text, in all its languages, but for slugs that others have as well."""
    is_article = issubclass(KINDS[entry.kind].fields, ArticleMatter)
    for document in entry.documents.values():
        yield from (Fault(document.path, line, what, warning=True) for line, what in document.warnings)
        yield from _references(document.file, document.key, document.references, known)
        yield from _reserved_slugs(document)
        if is_article:
            yield from _article(document, known)
            yield from _promotions(document, known)
    if is_article:
        yield from _languages_agree(entry, known)


def check_partial(file: PartialDocument, known: Known) -> Iterator[Fault]:
    """What is wrong with what a broken file names all the same."""
    yield from _references(str(file.path), file.path.parent.name, file.references, known)
    yield from _category(known, str(file.path), *file.category)


def _references(file: str, own: str, references: Collection[Reference], known: Known) -> Iterator[Fault]:
    """`own` is the key of the file."""
    in_blocks: set[str] = set()
    for reference in references:
        kind, key, line = reference.kind, reference.key, reference.line
        if key not in known.of_kind(kind):
            what = f"there is no {kind} “{key}”. {_near(key, known.of_kind(kind))}"
            yield Fault(Path(file), line, what, is_tolerable=True)
        elif kind != "article":
            continue
        elif key == own:
            yield Fault(Path(file), line, "an article that links to itself. Name another one.", is_tolerable=True)
        elif reference.block and key in in_blocks:
            yield Fault(Path(file), line, f"“{key}” stands in two blocks. Keep one.", is_tolerable=True)
        elif reference.block:
            in_blocks.add(key)


def _near(key: str, known: Collection[str]) -> str:
    names = sorted(known)
    if near := get_close_matches(key, names, n=1):
        return f"Did you mean “{near[0]}”?"
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return f"There are: {', '.join(names[:MAX_NAMED]) or 'none'}{more}."


def check_slugs(content: Content, entries: Mapping[str, Entry], settled: Container[str]) -> Iterator[Fault]:
    """Under one prefix, every slug and former slug means one thing, borrowed languages included.

    Of two that want the same one, the fault is with that whose file is not among the `settled`.
    """
    for locale in content.site.locales.values():
        taken: dict[str, Document] = {}
        documents = [content.document(entry, locale) for entry in entries.values()]
        documents.sort(key=lambda document: document.file not in settled)
        for document in documents:
            for slug in document.slugs:
                other = taken.setdefault(slug, document)
                if other is not document:
                    field = "slug" if slug == document.slug else "aliases"
                    what = f"the slug “{slug}” is taken under /{locale.tag}/ by {other.key}/{other.locale_id}.md."
                    yield Fault(document.path, document.lines.get(field, 1), f"{what} Choose another.")


def _languages_agree(entry: Entry, known: Known) -> Iterator[Fault]:
    first, *others = entry.documents.values()
    categories = known.site.categories
    for document in others:
        one, other = first.article.category, document.article.category
        if one != other and one in categories and other in categories:
            what = f"the category is “{first.article.category}” in {first.path.name}. Give both the same."
            yield Fault(document.path, document.lines["category"], what, is_tolerable=True)


def _article(document: Document, known: Known) -> Iterator[Fault]:
    matter, lines = document.article, document.lines
    yield from _category(known, document.file, matter.category, lines["category"])
    if matter.updated and matter.updated < matter.published:
        what = "`updated` lies before `published`. Mend one of them."
        yield Fault(document.path, lines["updated"], what, is_tolerable=True)
    if matter.published > date.today():
        yield Fault(document.path, lines["published"], "`published` lies ahead; readers see the article now.", True)
    others = (kind for kind, keys in known.keys.items() if kind != document.kind and document.key in keys)
    if other := next(others, "page" if document.key in FIXED_PAGES else None):
        yield Fault(document.path, 1, f"the key “{document.key}” is taken by a {other}. Rename the folder.")


def _category(known: Known, file: str, category: str, line: int) -> Iterator[Fault]:
    categories = known.site.categories
    if category and category not in categories:
        yield Fault(Path(file), line, f"“{category}” is no category. {_near(category, categories)}")


def _reserved_slugs(document: Document) -> Iterator[Fault]:
    for slug in document.slugs if KINDS[document.kind].address.startswith("{slug}") else ():
        if slug in RESERVED_SLUGS:
            field = "slug" if slug == document.slug else "aliases"
            yield Fault(
                document.path, document.lines[field], f"“{slug}” means something else here. Choose another slug."
            )


def _promotions(document: Document, known: Known) -> Iterator[Fault]:
    for reference in document.references:
        if reference.kind == "promotion" and "in-text" not in known.promotions.get(reference.key, ("in-text",)):
            what = f"the promotion “{reference.key}” may not stand in a text. Add in-text to its placements."
            yield Fault(document.path, reference.line, what, is_tolerable=True)


def fragment_warnings(content: Content) -> Iterator[Fault]:
    """Links to headings of other texts that are not there.

    No more than warnings: readers see the right text from its beginning, and whoever changed a heading there should
    not be kept from it by a link elsewhere.
    """
    locales = {locale.id: locale for locale in content.site.locales.values()}
    for document in (document for entry in content.entries() for document in entry.documents.values()):
        for reference in document.references:
            target = reference.fragment and content.texts[reference.kind].get(reference.key)
            locale = locales.get(document.locale_id)
            if target and locale:
                linked = content.document(target, locale)
                headings = _headings(linked)
                if unquote(reference.fragment) not in headings:
                    where = f"{linked.key}/{linked.locale_id}.md"
                    what = f"there is no heading “#{reference.fragment}” in {where}."
                    hint = near_anchors(reference.fragment, headings)
                    yield Fault(document.path, reference.line, f"{what} {hint}", warning=True)


def _headings(document: Document) -> set[str]:
    return {name for block in document.blocks if isinstance(block, Prose) for name in _HEADING.findall(block.html)}
