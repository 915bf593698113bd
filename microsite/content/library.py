"""The content snapshot: every text, read from files and checked together, looked up by key and by slug."""

from collections import ChainMap, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from microsite.content.document import Document
from microsite.content.front_matter import ArticleMatter, Change
from microsite.content.glossary import UNREADABLE, Glossary
from microsite.content.kinds import KINDS, TERM
from microsite.content.site_file import Site
from microsite.faults import Fault, Faults
from microsite.language.locales import Locale

Signature = tuple[int, ...]
"""Times, size and inode of a file: another signature means that the file has changed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A text in all the languages that it has."""

    kind: str
    """A key of KINDS."""
    key: str
    documents: dict[str, Document]
    """By locale id."""

    def only(self, is_kept: Callable[[str, Document], bool]) -> "Entry | None":
        """The text in those languages, given as locale id and document, that are kept; itself where all are."""
        documents = dict(item for item in self.documents.items() if is_kept(*item))
        if documents == self.documents:
            return self
        return replace(self, documents=documents) if documents else None

    @property
    def own_documents(self) -> Collection[Document]:
        """Each of its documents once: a regional locale may have that of its language."""
        return {document.path: document for document in self.documents.values()}.values()

    def speaks(self, locale: Locale) -> bool:
        """Whether it is written in the language of `locale`."""
        return locale.id in self.documents


@dataclass(frozen=True, slots=True)
class TextFile:
    """What is known of the file of a text."""

    kind: str
    """A key of KINDS."""
    signature: Signature
    read: Document | Faults
    """What the file says now."""
    served: Document | None
    """What readers see of it: the same, or its last good state."""

    @property
    def newest(self) -> Document | None:
        """What readers are to see of it, if the other texts allow it."""
        return self.read if isinstance(self.read, Document) else self.served


@dataclass(frozen=True, slots=True)
class DrawingFile:
    """What is known of the file of a drawing."""

    signature: Signature
    html: Mapping[str, str]
    """What readers see of it, by locale id: what the file says, or its last good state."""
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Content:
    """Immutable. A new one shares with the last the documents that did not change."""

    site: Site
    texts: dict[str, dict[str, Entry]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    """By kind and key."""
    warnings: tuple[Fault, ...] = ()
    faults: tuple[Fault, ...] = ()
    """Why texts are older than their files, or not there."""
    text_files: Mapping[str, TextFile] = field(default_factory=dict)
    drawings: Mapping[str, DrawingFile] = field(default_factory=dict)
    """By path."""
    glossary: Glossary = UNREADABLE
    keys: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Of texts, by kind; of broken files as well, or links to them would be faults too."""
    promotions: Mapping[str, Collection[str]] = field(default_factory=dict)
    """The placements of those that texts may name, by key."""
    today: date = date.min
    """The day (UTC) as of which the texts were checked."""

    @property
    def articles(self) -> dict[str, Entry]:
        return self.texts["article"]

    @property
    def pages(self) -> dict[str, Entry]:
        return self.texts["page"]

    def keys_of(self, kind: str) -> Collection[str]:
        """The keys that a reference of this kind may name."""
        others: dict[str, Collection[str]] = {"promotion": self.promotions, TERM: self.glossary.terms}
        return others[kind] if kind in others else self.keys[kind]

    def drawing_beside(self, text: Path, name: str) -> DrawingFile | None:
        """The drawing of this name beside a text: in its language, else for all."""
        place = f"{text.parent}/{name}"
        return self.drawings.get(f"{place}.{text.stem}.svg") or self.drawings.get(f"{place}.svg")

    def drawing(self, document: Document, name: str) -> str | None:
        """The HTML of a drawing beside a text; None where its file was never good."""
        file = self.drawing_beside(document.path, name)
        return file.html.get(document.locale_id) if file else None

    def entries(self) -> Iterator[Entry]:
        """Every text, kind by kind."""
        return (entry for entries in self.texts.values() for entry in entries.values())

    @cached_property
    def by_key(self) -> Mapping[str, Entry]:
        """Texts of every kind. The key of an article is no other text's (`check._check_article`)."""
        return ChainMap(*self.texts.values())

    @cached_property
    def upcoming(self) -> dict[str, date]:
        """The day on which each article appears that is not there `today` in any language."""
        first: dict[str, date] = {}
        for document in filter(None, (file.newest for file in self.text_files.values())):
            first[document.key] = min(document.published, first.get(document.key, document.published))
        return {key: day for key, day in first.items() if day > self.today}

    @cached_property
    def last_published(self) -> date:
        """The day from which every article is there."""
        documents = (document for entry in self.entries() for document in entry.documents.values())
        return max((document.published for document in documents), default=date.min)

    def published_by(self, day: date) -> "Content":
        """The same without the articles, and languages of articles, that are published after `day`."""
        if self.last_published <= day:
            return self
        return replace(self, texts=self._each(lambda entry: entry.only(lambda _, document: document.published <= day)))

    def limited_to(self, locales: Mapping[str, Locale]) -> "Content":
        """The same in these locales (by tag) alone. What is written in none of them stays, or links would break."""
        if locales == self.site.locales:
            return self
        ids = {locale.id for locale in locales.values()}
        texts = self._each(lambda entry: entry.only(lambda locale_id, _: locale_id in ids) or entry)
        return replace(self, site=self.site.model_copy(update={"locales": dict(locales)}), texts=texts)

    def _each(self, change: Callable[[Entry], Entry | None]) -> dict[str, dict[str, Entry]]:
        """The texts as `change` makes them, without those of which it makes none."""
        return {
            kind: {key: changed for key, entry in entries.items() if (changed := change(entry))}
            for kind, entries in self.texts.items()
        }

    def document(self, entry: Entry, locale: Locale) -> Document:
        """The entry in `locale`; where it lacks that language, in the default one, or the first that it has."""
        documents = entry.documents
        return documents.get(locale.id) or documents.get(self.site.default_locale) or next(iter(documents.values()))

    def locales_of(self, entry: Entry) -> list[Locale]:
        """The locales that the entry is written in, in the site's order."""
        return [locale for locale in self.site.locales.values() if entry.speaks(locale)]

    def lacking(self, locale: Locale) -> list[str]:
        """The files that site.toml requires of a language that waits, and `locale` lacks; which articles is open."""
        required = self.site.required
        keys = [key for key in required.pages if key in self.pages and not self.pages[key].speaks(locale)]
        files = [f"pages/{key}/{locale.id}.md" for key in keys]
        missing = sum(not entry.speaks(locale) for entry in self.articles.values())
        if (wanted := min(missing, required.articles - len(self.articles) + missing)) > 0:
            files.append(f"{wanted} × articles/*/{locale.id}.md")
        return files

    def by_slug(self, kind: str, slug: str, locale: Locale) -> Entry | None:
        """The text of this kind whose slug, or former slug, this is under `locale`."""
        key = self.slugs[kind, locale.id].get(slug)
        return self.texts[kind][key] if key else None

    @cached_property
    def withheld(self) -> set[tuple[str, str, str]]:
        """Kind, locale id and slug, or else key, of what cannot be shown: its file is broken, and was at the start."""
        return {
            (file.kind, Path(path).stem, slug)
            for path, file in self.text_files.items()
            if not file.served
            for slug in file.read.slugs or [Path(path).parent.name]
        }

    @cached_property
    def slugs(self) -> dict[tuple[str, str], dict[str, str]]:
        """Keys by slug and former slug, of each kind and locale id."""
        slugs: dict[tuple[str, str], dict[str, str]] = {}
        for kind, entries in self.texts.items():
            for locale in self.site.locales.values():
                keys = slugs[kind, locale.id] = {}
                for entry in entries.values():
                    keys |= dict.fromkeys(self.document(entry, locale).slugs, entry.key)
        return slugs

    @cached_property
    def slug_words(self) -> dict[str, set[str]]:
        """The keys of articles by the words of their slugs in every language."""
        keys: dict[str, set[str]] = defaultdict(set)
        for entry in self.articles.values():
            for document in entry.documents.values():
                for word in document.slug.split("-"):
                    keys[word].add(entry.key)
        return dict(keys)

    def listing(self, locale: Locale, category: str | None = None) -> list[Entry]:
        """Articles, newest first: by publication, then by the day of their last event or, without one, of writing.

        Of those of one day, which their category orders, the first to read comes first.
        """
        return self._listings[locale.id].get(category, [])

    def with_slots(self, locale: Locale) -> Iterator[Entry]:
        """Texts of every kind that may hold promotions; articles first, as they are listed."""
        yield from self.listing(locale)
        for kind, entries in self.texts.items():
            if kind != "article" and issubclass(KINDS[kind].fields, ArticleMatter):
                yield from entries.values()

    def in_reading_order(self, locale: Locale, category: str) -> list[Entry]:
        """The articles of a category as its page lists them: those of its `order`, then the others, newest first."""
        place = {key: number for number, key in enumerate(self.site.categories[category].order)}
        return sorted(self.listing(locale, category), key=lambda entry: place.get(entry.key, len(place)))

    @cached_property
    def _listings(self) -> dict[str, dict[str | None, list[Entry]]]:
        """By locale id and category; None for all of them."""
        listings: dict[str, dict[str | None, list[Entry]]] = {}
        for locale in self.site.locales.values():
            of_locale = listings[locale.id] = defaultdict(list)
            documents = (self.document(entry, locale) for entry in self.articles.values())
            for document in sorted(documents, key=lambda document: _recency(document, self.site), reverse=True):
                entry = self.articles[document.key]
                of_locale[None].append(entry)
                of_locale[document.article_matter.category].append(entry)
        return listings

    def corrections(self, locale: Locale) -> list[tuple[Entry, Change]]:
        """What texts in the language of `locale` had wrong, and when it was put right; newest first."""
        corrections = [
            (entry, change)
            for entry in self.entries()
            if (document := entry.documents.get(locale.id))
            for change in document.matter.changes
            if change.correction
        ]
        return sorted(corrections, key=lambda correction: correction[1].date, reverse=True)


def _recency(document: Document, site: Site) -> tuple[date, date, int, str]:
    events = document.article_matter.events
    published = document.article_matter.published
    order = site.categories[document.article_matter.category].order
    place = order.index(document.key) if document.key in order else len(order)
    return published, events.end.last if events else published, -place, document.key
