"""`site/glossary.toml`: what terms mean, what each language calls them, and the words that it does not use for them."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from pydantic import Field, RootModel

from microsite.content.fields import KEY, Name, Sentences, Strict, with_typeset
from microsite.content.site_file import Site
from microsite.content.toml import MAX_TOML_BYTES, read_toml
from microsite.content.validation_messages import line_of
from microsite.faults import Fault, Faults
from microsite.language.catalog import SOURCE_LANGUAGE
from microsite.language.locales import Locale, make_locale
from microsite.language.message import Message, without_placeholders
from microsite.language.message_checks import Finding
from microsite.regular_files import read_regular_file
from microsite.text import N_, Sentence, folded

GLOSSARY_TOML = "glossary.toml"
PAGE = "glossary"
"""The key of the page that readers find the terms on."""
_WORD = re.compile(r"\w+")


class Avoided(Strict):
    """Words that a language does not use for a term."""

    words: tuple[Name, ...] = Field(min_length=1, description="the words, each as it stands in a text")
    why: Sentences = Field(description="a sentence that says why")


class Term(Strict):
    """A term in one language."""

    term: Name
    definition: Sentences | None = Field(None, description="one sentence; a term without one is for translators alone")
    forms: tuple[Name, ...] = Field((), description="how else it stands in a text: plurals, verbs")
    is_ambiguous: bool = Field(False, alias="ambiguous", description="whether the word means other things as well")
    avoid: tuple[Avoided, ...] = ()
    language: str | None = Field(None, pattern=r"^[a-z]{2,3}$", description="the language that it is borrowed from")


class _File(RootModel[dict[str, dict[str, Term]]]):
    pass


class Occurrence(NamedTuple):
    """A term, or words to be avoided, in a text."""

    key: str
    start: int
    words: str
    avoided: Avoided | None = None


@dataclass(frozen=True, eq=False)
class Glossary:
    """The file; its words are typeset. Equal where it was made of the same."""

    terms: Mapping[str, Mapping[str, Term]] = field(default_factory=dict)
    """By key, then by locale id."""
    lines: Mapping[str, int] = field(default_factory=dict)
    origin: tuple[bytes, frozenset[str]] = (b"", frozenset())
    """What it was made of: the bytes of the file, and the ids of the site's locales."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Glossary) and self.origin == other.origin

    def __hash__(self) -> int:
        return hash(self.origin)

    def entry(self, key: str, locale: Locale) -> Term | None:
        """A term in a locale, or in its language; None where it has none."""
        by_locale = self.terms.get(key, {})
        return by_locale.get(locale.id) or by_locale.get(locale.language)

    def defined(self, locale: Locale) -> list[tuple[str, Term]]:
        """Key and entry of each term that readers find in a locale, in the order of its alphabet."""
        entries = ((key, entry) for key in self.terms if (entry := self.entry(key, locale)) and entry.definition)
        return sorted(entries, key=lambda term: folded(term[1].term))

    def by_letter(self, locale: Locale) -> list[tuple[str, list[tuple[str, Term]]]]:
        """The same under the letters that they begin with; all under an empty one where letters gather few of them.

        So they do in Chinese, where a word's first sign is seldom another's as well.
        """
        terms = self.defined(locale)
        groups = groupby(terms, key=lambda term: folded(term[1].term)[:1].upper())
        letters = [(letter, list(group)) for letter, group in groups]
        return letters if 1 < len(letters) < 0.75 * len(terms) else [("", terms)]

    def occurrences(self, text: str, locale: Locale) -> list[Occurrence]:
        """Each term, and words that are avoided, that stand in a text: whole words, whatever their case."""
        index = self._index.get(locale.id) or self._index.get(locale.language) or {}
        words = [(match[0].casefold(), match.start(), match.end()) for match in _WORD.finditer(text)]
        occurrences, number = [], 0
        while number < len(words):
            for form, key, avoided in index.get(words[number][0], ()):
                if form == tuple(word for word, *_ in words[number : number + len(form)]):
                    end = words[number + len(form) - 1][2]
                    occurrences.append(Occurrence(key, words[number][1], text[words[number][1] : end], avoided))
                    number += len(form) - 1
                    break
            number += 1
        return occurrences

    @cached_property
    def _index(self) -> dict[str, dict[str, list[tuple[tuple[str, ...], str, Avoided | None]]]]:
        """The forms of terms by locale id and first word, the longest first."""
        forms = [
            (locale_id, tuple(_WORD.findall(words.casefold())), key, avoided)
            for key, by_locale in self.terms.items()
            for locale_id, entry in by_locale.items()
            for words, avoided in _forms(entry)
        ]
        index: dict[str, dict[str, list[tuple[tuple[str, ...], str, Avoided | None]]]] = {}
        for locale_id, form, key, avoided in sorted(forms, key=lambda entry: -len(entry[1])):
            if form:
                index.setdefault(locale_id, {}).setdefault(form[0], []).append((form, key, avoided))
        return index


def translation_findings(
    glossary: Glossary, message: Message, forms: Sequence[str], locale: Locale
) -> Iterator[Finding]:
    """Warnings of a translation that has another word than the glossary for a term of its source, or one to avoid."""
    present: set[str] = set()
    for number, form in enumerate(forms):
        for key, _, used, avoided in glossary.occurrences(without_placeholders(form), locale):
            if avoided:
                # TRANSLATORS: %(words)s stands in a translation, %(why)s is a sentence in the same language.
                text = N_("“%(words)s” is avoided here: %(why)s")
                yield Finding("warning", Sentence(text, words=used, why=avoided.why), number)
            present.add(key)
    for key, (source, entry) in terms_of_message(glossary, message, locale).items() if any(forms) else ():
        if entry and key not in present and not source.is_ambiguous:
            # TRANSLATORS: %(term)s is in the language translated into, %(source)s in English.
            text = N_("The glossary has “%(term)s” for “%(source)s”.")
            yield Finding("warning", Sentence(text, term=entry.term, source=source.term))


def terms_of_message(glossary: Glossary, message: Message, locale: Locale) -> dict[str, tuple[Term, Term | None]]:
    """The terms of the glossary in the source of a message: in English, and in `locale` if it has them; by key."""
    source = make_locale(SOURCE_LANGUAGE)
    terms: dict[str, tuple[Term, Term | None]] = {}
    for text in (message.msgid, message.msgid_plural or ""):
        for key, *_ in glossary.occurrences(without_placeholders(text), source):
            if in_source := glossary.entry(key, source):
                terms[key] = in_source, glossary.entry(key, locale)
    return terms


UNREADABLE = Glossary(origin=(b"unreadable", frozenset()))
"""Stands for a file that was never good: nobody knows which terms it has."""


def _forms(entry: Term) -> Iterator[tuple[str, Avoided | None]]:
    """Everything that a text may have: the term without what stands in brackets, its forms, words to be avoided."""
    yield from ((words, None) for words in (re.sub(r"\([^()]*\)", "", entry.term), *entry.forms))
    yield from ((words, avoided) for avoided in entry.avoid for words in avoided.words)


def read_glossary(path: Path, site: Site, last: Glossary | None = None) -> Glossary:
    """All terms, those of `last` where nothing has changed; none where there is no file. Raises Faults."""
    if not os.path.lexists(path):  # a broken symbolic link exists, and is a fault
        return Glossary()
    locales = frozenset(locale.id for locale in site.locales.values())
    origin = read_regular_file(path, MAX_TOML_BYTES), locales
    if last and last.origin == origin:
        return last
    file, lines = read_toml(path, _File, {}, origin[0])
    if faults := list(_faults(path, file.root, lines, locales)):
        raise Faults(faults)
    terms = {
        key: {locale_id: _typeset(entry, locale_id.partition("_")[0]) for locale_id, entry in by_locale.items()}
        for key, by_locale in file.root.items()
    }
    return Glossary(terms, lines, origin)


def _faults(
    path: Path, terms: Mapping[str, Mapping[str, Term]], lines: dict[str, int], locales: frozenset[str]
) -> Iterator[Fault]:
    for key, by_locale in terms.items():
        if not KEY.fullmatch(key):
            message = f"“{key}” is no key of a term. Write small letters without accents, figures and hyphens."
            yield Fault(path, line_of(lines, key), message)
        for locale_id in by_locale.keys() - locales:
            message = f"“{locale_id}” is not among `locales` of site.toml. Add it there or remove its lines."
            yield Fault(path, line_of(lines, key, locale_id, "term"), message)


def _typeset(entry: Term, language: str) -> Term:
    avoid = tuple(with_typeset(avoided, language, "why") for avoided in entry.avoid)
    return with_typeset(entry.model_copy(update={"avoid": avoid}), language, "term", "definition")
