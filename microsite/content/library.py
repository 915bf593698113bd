"""The content snapshot: every article and page, read from files, checked together, looked up by key and by slug."""

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from operator import attrgetter
from pathlib import Path

from microsite.content.check import check_together
from microsite.content.document import KINDS, Document, Unfinished, read_document
from microsite.content.faults import Fault, Faults, collected
from microsite.content.kept import KeptTexts
from microsite.content.site_file import KEY, Site
from microsite.language.locales import Locale

Signature = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """An article or page in all the languages that it has."""

    key: str
    documents: dict[str, Document]
    """By locale id."""

    def limited_to(self, locale_ids: Collection[str]) -> "Entry":
        kept = {locale_id: document for locale_id, document in self.documents.items() if locale_id in locale_ids}
        return Entry(self.key, kept) if kept and len(kept) < len(self.documents) else self

    def speaks(self, locale: Locale) -> bool:
        return locale.id in self.documents


@dataclass(frozen=True)
class Content:
    """Unchangeable. A new one shares with the last whatever file did not change."""

    site: Site
    articles: dict[str, Entry]
    pages: dict[str, Entry]
    warnings: tuple[Fault, ...]
    files: dict[str, tuple[Signature, Document]]

    def with_warnings(self, warnings: list[Fault]) -> "Content":
        return replace(self, warnings=(*warnings, *self.warnings))

    def limited_to(self, locales: Mapping[str, Locale]) -> "Content":
        """The same in these locales (by tag) alone. What is written in none of them stays, or links would break."""
        if locales == self.site.locales:
            return self
        known = {locale.id for locale in locales.values()}

        def limited(entries: dict[str, Entry]) -> dict[str, Entry]:
            return {key: entry.limited_to(known) for key, entry in entries.items()}

        site = self.site.model_copy(update={"locales": dict(locales)})
        return replace(self, site=site, articles=limited(self.articles), pages=limited(self.pages))

    def document(self, entry: Entry, locale: Locale) -> Document:
        """The entry in `locale`; where it lacks that language, in the default one, or the first that it has."""
        documents = entry.documents
        return documents.get(locale.id) or documents.get(self.site.default_locale) or next(iter(documents.values()))

    def locales_of(self, entry: Entry) -> list[Locale]:
        """The locales that the entry is written in, in the site's order."""
        return [locale for locale in self.site.locales.values() if entry.speaks(locale)]

    def article_by_slug(self, slug: str, locale: Locale) -> Entry | None:
        """The article whose slug, or former slug, this is under `locale`."""
        key = self._article_slugs[locale.id].get(slug)
        return self.articles[key] if key else None

    def page_by_slug(self, slug: str, locale: Locale) -> Entry | None:
        key = self._page_slugs[locale.id].get(slug)
        return self.pages[key] if key else None

    def foot_pages(self) -> list[Entry]:
        return [self.pages[key] for key in self.site.foot]

    @cached_property
    def _article_slugs(self) -> dict[str, dict[str, str]]:
        return {locale.id: self._slugs(self.articles, locale) for locale in self.site.locales.values()}

    @cached_property
    def _page_slugs(self) -> dict[str, dict[str, str]]:
        return {locale.id: self._slugs(self.pages, locale) for locale in self.site.locales.values()}

    def _slugs(self, entries: dict[str, Entry], locale: Locale) -> dict[str, str]:
        slugs: dict[str, str] = {}
        for entry in entries.values():
            document = self.document(entry, locale)
            slugs |= dict.fromkeys((*document.matter.aliases, document.slug), entry.key)
        return slugs

    @cached_property
    def slug_words(self) -> dict[str, set[str]]:
        """The keys of articles by the words of their slugs in every language."""
        found: dict[str, set[str]] = {}
        for entry in self.articles.values():
            for document in entry.documents.values():
                for word in document.slug.split("-"):
                    found.setdefault(word, set()).add(entry.key)
        return found

    @cached_property
    def _newest_first(self) -> dict[str, list[Entry]]:
        return {
            locale.id: sorted(
                self.articles.values(), key=lambda entry: _recency(self.document(entry, locale)), reverse=True
            )
            for locale in self.site.locales.values()
        }

    def listing(self, locale: Locale, category: str | None = None) -> list[Entry]:
        """Articles, newest first: by publication, then by the day of their last event or, without one, of writing."""
        if category is None:
            return self._newest_first[locale.id]
        return self._by_category[locale.id].get(category, [])

    @cached_property
    def _by_category(self) -> dict[str, dict[str, list[Entry]]]:
        found: dict[str, dict[str, list[Entry]]] = {locale.id: {} for locale in self.site.locales.values()}
        for locale in self.site.locales.values():
            for entry in self._newest_first[locale.id]:
                category = self.document(entry, locale).article.category
                found[locale.id].setdefault(category, []).append(entry)
        return found


def _recency(document: Document) -> tuple[date, date, str]:
    events = document.article.events
    published = document.article.published
    return published, events.end.last if events else published, document.key


def read_content(
    folder: Path,
    site: Site,
    promotions: Mapping[str, Collection[str]],
    texts: KeptTexts,
    last: Content | None = None,
) -> Content:
    """Every article and page under `folder`; files that `last` has read already are not read again.

    `promotions` are the placements that each may take. Raises Faults.
    """
    faults: list[Fault] = []
    unfinished: list[Unfinished] = []
    known = last.files if last else {}
    files: dict[str, tuple[Signature, Document]] = {}
    entries: dict[str, dict[str, Entry]] = {kind: {} for kind in KINDS}
    found: list[tuple[str, str]] = []
    signatures: dict[str, Signature] = {}
    for kind, file in _files(folder, site, faults):
        with collected(faults):
            signatures[file] = _signature(file)
            found.append((kind, file))
    changed = [(kind, file) for kind, file in found if file not in known or known[file][0] != signatures[file]]
    if last is None:
        texts.forget_others(len(found))
    parsed = texts.read(changed)
    for kind, file in found:
        document = parsed[file] if file in parsed else known[file][1]
        if isinstance(document, Faults):
            faults += document.faults
            if isinstance(document, Unfinished):
                unfinished.append(document)
            continue
        files[document.file] = signatures[file], document
        entries[kind].setdefault(document.key, Entry(document.key, {})).documents[document.locale_id] = document
    content = Content(site, entries["articles"], entries["pages"], (), files)
    found_together = check_together(content, promotions, {fault.path for fault in faults}, unfinished)
    faults += [fault for fault in found_together if not fault.warning]
    if faults:
        raise Faults(faults)
    warnings = tuple(fault for fault in found_together if fault.warning)
    return Content(site, entries["articles"], entries["pages"], warnings, files)


def _signature(file: str) -> Signature:
    """What changes with the file. Raises Faults for one that leads nowhere."""
    try:
        status = os.stat(file)
    except OSError as error:
        what = f"cannot be read: {error.strerror}. Remove it or put the file there."
        raise Faults([Fault(Path(file), 1, what)]) from error
    return status.st_mtime_ns, status.st_size


def read_each(folder: Path) -> list[Fault]:
    """The faults that texts have by themselves: all that can be known without site.toml."""
    faults: list[Fault] = []
    for kind in KINDS:
        for path in sorted((folder / kind).glob("*/[!.]*.md")):
            with collected(faults):
                read_document(path, kind)
    return faults


def _markdown_below(folder: str) -> Iterator[str]:
    """Texts at any depth, in the order of their names; with a dot begins what an editor keeps beside a file."""
    with suppress(OSError), os.scandir(folder) as found:
        for one in sorted(found, key=attrgetter("name")):
            if one.is_dir(follow_symlinks=False):
                yield from _markdown_below(one.path)
            elif one.name.endswith(".md") and not one.name.startswith("."):
                yield one.path


def _files(folder: Path, site: Site, faults: list[Fault]) -> Iterator[tuple[str, str]]:
    """Each content file with the folder it is in; what does not belong there becomes a fault. Plain text: fast."""
    names = [f"{locale.id}.md" for locale in site.locales.values()]
    for kind in KINDS:
        for file in _markdown_below(f"{folder}/{kind}"):
            within, key, name = file.rsplit("/", 2)
            if within != f"{folder}/{kind}":
                what = f"not in a folder of its own. Move it to {folder.name}/{kind}/<key>/{names[0]}."
            elif not KEY.fullmatch(key):
                what = f"the folder “{key}” is no key. Name it in small letters without accents, digits, hyphens."
            elif name not in names:
                what = f"not a language of this site. Name it one of {', '.join(names)}, or add its locale."
            else:
                yield kind, file
                continue
            faults.append(Fault(Path(file), 1, what))
