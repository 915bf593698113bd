"""Which article leads the home page, and where a reader of one may go on."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from microsite.content.document import Document
from microsite.content.dossiers import articles_on, dossiers
from microsite.content.library import Content, Entry
from microsite.language.locales import Locale

MAX_ONWARD = 4
"""Articles that the foot of another leads to."""


@dataclass(frozen=True)
class Onward:
    """The articles that the foot of another leads to, each of them once; all of them written in one language."""

    next: Entry | None
    """The one to read next."""
    more: tuple[Entry, ...]
    dossier: Entry | None = None
    """The page of the dossier that the article is part of."""
    before: Entry | None = None
    """In that dossier."""
    is_after: bool = False
    """Whether `next` follows in that dossier."""


def lead_article(content: Content, locale: Locale) -> Entry | None:
    """The article that site.toml names, or the newest of the category that it names; else the newest of all."""
    named = content.site.lead or ""
    of_category = content.listing(locale, named if named in content.site.categories else None)
    return content.articles.get(named) or next(iter(of_category), None)


def onward(content: Content, document: Document, locale: Locale) -> Onward:
    """In a dossier, what comes before and after on its line; else the next of the category's order, else the newest."""
    dossier, before, after = None, None, None
    for page, timeline in dossiers(content, locale):
        line = articles_on(timeline)
        if any(entry.key == document.key for entry in line):
            dossier = page
            before, after = _neighbours(line, document, locale)
            break
    is_after = after is not None
    if not dossier:
        order = content.site.categories[document.article_matter.category].order
        _, after = _neighbours([content.articles[key] for key in order if key in content.articles], document, locale)
    others = _others(content, document, locale, [before, after])
    after = after or next(others, None)
    more = islice(others, MAX_ONWARD - sum(entry is not None for entry in (before, after)))
    return Onward(after, tuple(more), dossier, before, is_after)


def _neighbours(line: list[Entry], document: Document, locale: Locale) -> tuple[Entry | None, Entry | None]:
    """The ones before and after an article, of those written in `locale`; none where it is not on the line itself."""
    keys = [entry.key for entry in line]
    if document.key not in keys:
        return None, None
    place = keys.index(document.key)
    before = (entry for entry in reversed(line[:place]) if entry.speaks(locale))
    after = (entry for entry in line[place + 1 :] if entry.speaks(locale))
    return next(before, None), next(after, None)


def _others(content: Content, document: Document, locale: Locale, offered: Collection[Entry | None]) -> Iterator[Entry]:
    """Those written in `locale`: same category first, then newest; none that is offered, or that the text links to."""
    known = {reference.key for reference in document.references if reference.kind == "article"} | {document.key}
    known |= {entry.key for entry in offered if entry}
    for entry in chain(content.listing(locale, document.article_matter.category), content.listing(locale)):
        if entry.key not in known and entry.speaks(locale):
            known.add(entry.key)
            yield entry
