"""How far a language is: how its messages and texts stand. `flask catalogs status` and the studio both ask here."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from microsite.content.front_matter import ArticleMatter
from microsite.content.glossary import Glossary, translation_findings
from microsite.content.library import Content, Entry
from microsite.content.validation_messages import line_of
from microsite.faults import Fault
from microsite.language.catalog import SOURCE_LANGUAGE, Catalog
from microsite.language.locales import Locale
from microsite.language.message import Message
from microsite.language.message_checks import Finding, check_translation
from microsite.language.reading import is_newer
from microsite.text import N_, Sentence

STATES = ("missing", "fuzzy", "failing", "changed", "superseded")
"""What may be said of a message or text in a language:

- missing: there are no words in the file, in that of the language of a variant, or in the studio; a text does not exist
  in the language;
- fuzzy: the file marks its words as doubtful, and readers see the source;
- failing: the checks refuse the words, or remark on them;
- changed: fuzzy because the source has changed since; a text was updated in another language since;
- superseded: the file says something newer than the studio's words.
"""


@dataclass(frozen=True)
class Translation:
    """A message in a language."""

    message: Message
    """As the template has it."""
    in_file: Message | None
    """As the catalog has it."""
    forms: tuple[str, ...]
    """The newest words of file and studio, as somebody typed them, one for each plural form; empty if there are none.
    """
    is_served: bool
    """Whether readers see a translation: these words, or the last good ones."""
    findings: tuple[Finding, ...]
    states: frozenset[str]

    @property
    def file_forms(self) -> tuple[str, ...]:
        """The words of the file that may be served."""
        return self.in_file.usable_forms if self.in_file else ()

    @property
    def is_refused(self) -> bool:
        return any(finding.grade == "refused" for finding in self.findings)


class HasStates(Protocol):
    @property
    def states(self) -> frozenset[str]: ...


@dataclass(frozen=True)
class Progress:
    """How far a language is."""

    locale: Locale
    messages: int
    translated: int
    """Messages of which readers see a translation."""
    refused: int
    """Messages whose words may not be served."""
    states: Counter[str]
    """How many messages and texts are in each of `STATES`."""
    share: int
    """Of the messages that readers see, in percent. Decides with `lacking` whether the language is public."""
    public_from: int
    lacking: list[str]
    """Files of the texts that it needs before readers see it, see `Content.lacking`."""
    is_public: bool


def progress(
    catalog: Catalog, locale: Locale, content: Content, items: Iterable[HasStates], public: Container[str] = ()
) -> Progress:
    """How far a language is, counted over `items`: its translations, and texts if they are to be counted too.

    `public` are the tags of languages that stay public whatever their share is, see `Edition.public`.
    """
    items = list(items)
    translations = [item for item in items if isinstance(item, Translation)]
    share, public_from = catalog.share(), content.site.public_from.get(locale.id, 0)
    return Progress(
        locale,
        len(translations),
        sum(translation.is_served for translation in translations),
        sum(translation.is_refused for translation in translations),
        Counter(state for item in items for state in item.states),
        share,
        public_from,
        content.lacking(locale) if public_from else [],
        locale.tag in public or is_ready(catalog, locale, content),
    )


def is_ready(catalog: Catalog, locale: Locale, content: Content) -> bool:
    """Whether readers may see a language: those that do not wait under `public_from` always are."""
    least = content.site.public_from.get(locale.id)
    return not least or (catalog.share() >= least and not content.lacking(locale))


def fallen_behind(catalogs: Mapping[str, Catalog], content: Content, public: Container[str]) -> Iterator[Fault]:
    """A warning for each language that readers see, and would not see if it became public only now."""
    site = content.site
    for tag, locale in site.locales.items():
        if tag in public and not is_ready(catalogs[locale.id], locale, content):
            # TRANSLATORS: %(language)s is a language's name, %(share)s and %(least)s are numbers, %(texts)s names.
            message = N_(
                "%(language)s has fallen behind: %(share)s%% of the interface is translated, of %(least)s%% that are "
                "asked for; texts that it lacks: %(texts)s. It stays public until the site is started anew. To keep "
                "it public after that, take its line out."
            )
            values = {"language": locale.name, "share": catalogs[locale.id].share()}
            values |= {"least": site.public_from[locale.id], "texts": ", ".join(content.lacking(locale)) or "–"}
            line = line_of(site.lines, "public_from", locale.id)
            yield Fault(site.path, line, Sentence(message, **values), warning=True)


def translations(catalog: Catalog, locale: Locale, glossary: Glossary) -> Iterator[Translation]:
    """Every message of the template in a language, with the studio's words that `catalog` has been given.

    None in the source language: it needs no translation.
    """
    if locale.language == SOURCE_LANGUAGE:
        return
    entries, is_variant = catalog.entries(), len(catalog.files) > 1
    for key, message in (catalog.template or entries).items():
        in_file, studio = entries.get(key), catalog.studio.get(key)
        if studio and is_newer(studio, catalog, key, in_file):
            forms, is_fuzzy, is_superseded = studio.forms, False, False
        else:
            forms = in_file.forms if in_file and any(in_file.forms) else ()
            is_fuzzy, is_superseded = in_file is not None and in_file.fuzzy, studio is not None
        findings = _findings(message, forms, locale, glossary)
        conditions = {
            "missing": not forms and not (is_variant and key in catalog.messages),
            "fuzzy": is_fuzzy,
            "failing": bool(findings),
            "changed": is_fuzzy and in_file is not None and in_file.previous_msgid is not None,
            "superseded": is_superseded,
        }
        states = frozenset(state for state, holds in conditions.items() if holds)
        yield Translation(message, in_file, forms, key in catalog.messages, findings, states)


@lru_cache(20_000)
def _findings(message: Message, forms: tuple[str, ...], locale: Locale, glossary: Glossary) -> tuple[Finding, ...]:
    """Cached: each page of the translations desk asks for the findings of all messages."""
    findings = check_translation(message, forms, locale)
    return (*findings, *translation_findings(glossary, message, forms, locale))


def text_state(entry: Entry, locale: Locale) -> str | None:
    """The one of `STATES` that a text is in: missing, changed, or None. Pages have no dates, and are never changed."""
    document = entry.documents.get(locale.id)
    if document is None:
        return "missing"
    if not isinstance(document.matter, ArticleMatter):
        return None
    changed = (other.article.updated or other.article.published for other in entry.documents.values())
    return "changed" if max(changed) > document.matter.checked else None
