"""How far a language is: how its messages and texts stand. `flask catalogs status` and the studio both ask here."""

from collections import Counter
from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import is_

from microsite.content.front_matter import ArticleMatter
from microsite.content.glossary import Glossary, translation_findings
from microsite.content.library import Content, Entry
from microsite.content.validation_messages import line_of
from microsite.faults import Fault
from microsite.language.catalog import SOURCE_LANGUAGE, Catalog
from microsite.language.locales import Locale
from microsite.language.message import Key, Message
from microsite.language.message_checks import Finding, check_translation
from microsite.language.reading import is_newer
from microsite.language.studio_translations import StudioTranslation
from microsite.text import N_, Sentence

STATES = ("missing", "fuzzy", "failing", "changed", "superseded")
"""What may be said of a message in a language, and of a text the first and the fourth:

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
    in_studio: StudioTranslation | None
    """As the studio has it."""
    forms: tuple[str, ...]
    """The newest words of file and studio, as somebody typed them, one for each plural form; empty if there are none.
    """
    is_served: bool
    """Whether readers see a translation: these words, or the last good ones."""
    findings: tuple[Finding, ...]
    states: frozenset[str]

    @property
    def made_of(self) -> tuple[Message, Message | None, StudioTranslation | None, bool]:
        """What all else of it is computed from."""
        return self.message, self.in_file, self.in_studio, self.is_served

    @property
    def file_forms(self) -> tuple[str, ...]:
        """The words of the file that may be served."""
        return self.in_file.usable_forms if self.in_file else ()

    @property
    def is_refused(self) -> bool:
        return any(finding.grade == "refused" for finding in self.findings)

    @property
    def is_live(self) -> bool:
        """Whether readers see these very words."""
        return bool(self.forms) and self.is_served and "fuzzy" not in self.states and not self.is_refused


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
    """How many messages are in each of `STATES`."""
    texts: Counter[str]
    """How many texts are missing, and how many changed."""
    percent: int
    """Of the messages that readers see, in percent. Decides with `lacking` whether the language is public."""
    public_from: int
    lacking: list[str]
    """Files of the texts that it needs before readers see it, see `Content.lacking`."""
    is_public: bool
    untranslated: int
    """Messages that readers see, in English."""

    @property
    def has_fallen_behind(self) -> bool:
        """Whether readers see it, and would not if it became public only now."""
        return self.is_public and (self.percent < self.public_from or bool(self.lacking))


def progress(
    catalog: Catalog,
    locale: Locale,
    content: Content,
    translations: Collection[Translation],
    public: Container[str] = (),
) -> Progress:
    """How far a language is: its messages are counted over `translations`, its texts over `content`.

    `public` are the tags of languages that stay public whatever they lose, see `Edition.public`.
    """
    percent, public_from = catalog.percent_translated(), content.site.public_from.get(locale.id, 0)
    return Progress(
        locale,
        len(translations),
        sum(translation.is_served for translation in translations),
        sum(translation.is_refused for translation in translations),
        Counter(state for translation in translations for state in translation.states),
        Counter(state for entry in content.entries() if (state := text_state(entry, locale))),
        percent,
        public_from,
        content.lacking(locale) if public_from else [],
        locale.tag in public or is_ready(catalog, locale, content),
        catalog.untranslated(),
    )


def is_ready(catalog: Catalog, locale: Locale, content: Content) -> bool:
    """Whether readers may see a language: those that do not wait under `public_from` always are."""
    least = content.site.public_from.get(locale.id)
    return not least or (catalog.percent_translated() >= least and not content.lacking(locale))


def fallen_behind(catalogs: Mapping[str, Catalog], content: Content, public: Container[str]) -> Iterator[Fault]:
    """A warning for each language that readers see, and would not see if it became public only now."""
    site = content.site
    for tag, locale in site.locales.items():
        if tag in public and not is_ready(catalogs[locale.id], locale, content):
            # TRANSLATORS: %(language)s is a language's name, %(messages)s a number, %(texts)s names of files, or 0.
            message = N_(
                "%(language)s has fallen behind, and stays public. Messages for readers without a translation: "
                "%(messages)s; required texts that are missing: %(texts)s. To hide it, raise its number here, to 101 "
                "at most."
            )
            values = {"language": locale.name, "messages": catalogs[locale.id].untranslated()}
            values |= {"texts": ", ".join(content.lacking(locale)) or 0}
            line = line_of(site.lines, "public_from", locale.id)
            yield Fault(site.path, line, Sentence(message, **values), warning=True)


def translations(
    catalog: Catalog, locale: Locale, glossary: Glossary, known: Mapping[Key, Translation] | None = None
) -> Iterator[Translation]:
    """Every message of the template in a language, with the studio's words that `catalog` has been given.

    None in the source language: it needs no translation. Of `known`, made with the same glossary, those are taken that
    were made of the same: objects that nobody changes.
    """
    if locale.language == SOURCE_LANGUAGE:
        return
    known, entries = known or {}, catalog.entries()
    for key, message in (catalog.template or entries).items():
        made_of = message, entries.get(key), catalog.studio.get(key), key in catalog.messages
        former = known.get(key)
        if former and all(map(is_, former.made_of, made_of)):
            yield former
        else:
            yield _translation(catalog, locale, glossary, *made_of)


def _translation(
    catalog: Catalog,
    locale: Locale,
    glossary: Glossary,
    message: Message,
    in_file: Message | None,
    in_studio: StudioTranslation | None,
    is_served: bool,
) -> Translation:
    if in_studio and is_newer(in_studio, catalog, message.key, in_file):
        forms, is_fuzzy, is_superseded = in_studio.forms, False, False
    else:
        forms = in_file.forms if in_file and any(in_file.forms) else ()
        is_fuzzy, is_superseded = in_file is not None and in_file.fuzzy, in_studio is not None
    findings = _findings(message, forms, locale, glossary)
    is_variant = len(catalog.files) > 1
    conditions = {
        "missing": not forms and not (is_variant and is_served),
        "fuzzy": is_fuzzy,
        "failing": bool(findings),
        "changed": is_fuzzy and in_file is not None and in_file.previous_msgid is not None,
        "superseded": is_superseded,
    }
    states = frozenset(state for state, holds in conditions.items() if holds)
    return Translation(message, in_file, in_studio, forms, is_served, findings, states)


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
    changed = (other.article_matter.updated or other.article_matter.published for other in entry.documents.values())
    return "changed" if max(changed) > document.matter.checked else None
