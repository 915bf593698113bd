"""Locales, and which one a request is in."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache

import babel
from babel.core import get_global
from babel.lists import format_list
from babel.messages.plurals import get_plural
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

MAX_RANGES = 20
"""Of an Accept-Language header: browsers send up to ten."""
MAX_RANGE_LENGTH = 60
"""Characters: the longest tag of RFC 5646 (4.4.1) with its quality, and spaces."""
PSEUDO = "en_XA"
"""The pseudo-language, see `pseudo.py`. Babel does not know it, and is asked for English."""


@dataclass(frozen=True)
class Locale:
    """A language (and script or region) that the site is published in."""

    id: str
    """As Babel writes it, `fr` or `pt_BR`: names files and catalogs."""
    tag: str
    """As BCP 47 writes it, `fr` or `pt-BR`: stands in addresses, `lang` and `hreflang`."""
    name: str
    """In its own language, as the language switch shows it."""
    direction: str
    """`ltr` or `rtl`."""

    @property
    def language(self) -> str:
        return self.id.partition("_")[0]

    @property
    def lineage(self) -> tuple[str, ...]:
        """Its id, then those of the languages whose words its readers have where it has none: `fr_CA`, `fr`.

        They have its script: `zh_Hant` takes nothing from `zh`, nor `sr_Latn` from `sr`. The pseudo-language takes
        nothing: what is English must not pass for it.
        """
        if self.id == PSEUDO:
            return (self.id,)
        ids = [self.id]
        while parent := get_global("parent_exceptions").get(ids[-1]) or ids[-1].rpartition("_")[0]:
            if script(parent) != script(self.id):
                break
            ids.append(parent)
        return tuple(ids)

    @property
    def meaning(self) -> tuple[str, ...]:
        """Language, script, region and variant, the second and third as CLDR completes them: those of `de_DE` for `de`.

        Bokmål is `no` to some programs and `nb` to others.
        """
        if self.id == PSEUDO:
            return (self.id,)
        written, likely = self.babel, get_global("likely_subtags")
        completed = likely.get(f"{self.language}_{script(self.id)}") or likely.get(self.language, "")
        language = "nb" if self.language == "no" else self.language
        return language, script(self.id), written.territory or completed.rpartition("_")[2], written.variant or ""

    @property
    def babel(self) -> babel.Locale:
        return _parse("en" if self.id == PSEUDO else self.id)


@cache
def _parse(identifier: str) -> babel.Locale:
    return babel.Locale.parse(identifier)


def script(identifier: str) -> str:
    """`Latn`: named in an identifier, or what CLDR holds to be likely."""
    likely = get_global("likely_subtags")
    written = next(part for part in (identifier, identifier.partition("_")[0]) if part in likely or part != identifier)
    parts = [*identifier.split("_"), *likely.get(written, "").split("_")]
    return next((part for part in parts if len(part) == 4), "")


_ARABIC_PLURALS = "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)"
"""As gettext, Weblate and Poedit number the forms. Babel has the last two the other way round."""


@cache
def plural_forms(locale: Locale) -> tuple[int, str]:
    """The number of plural forms of a language, and the rule for them in C, both as gettext's tools write them."""
    rule = get_plural(locale.babel)
    return rule.num_plurals, _ARABIC_PLURALS if locale.language == "ar" else rule.plural_expr


def canonical_id(identifier: str) -> str:
    """How Babel writes a locale that somebody wrote as `DE` or `pt-br`; what no locale is stays as it is."""
    try:
        return str(babel.Locale.parse(identifier.replace("-", "_")))
    except (babel.UnknownLocaleError, ValueError, TypeError):
        return identifier


def runs_right_to_left(identifier: str) -> bool:
    """Whether a locale is written so; what is none is not."""
    with suppress(ValueError):
        return make_locale(identifier).direction == "rtl"
    return False


def names_of(locales: Iterable[Locale], locale: Locale) -> str:
    """`French, English and German`: languages as `locale` names and lists them, itself first.

    English here is that of Britain, which has no comma before the last one.
    """
    itself_first = sorted(locales, key=lambda other: other != locale)
    names = (other.babel.get_display_name(locale.babel) or other.id for other in itself_first)
    return format_list([*names], locale="en_GB" if locale.language == "en" else locale.babel)


@lru_cache(64)
def make_locale(identifier: str) -> Locale:
    """The locale of a Babel identifier. Raises ValueError for one that Babel does not know."""
    try:
        parsed = _parse(identifier)
        if str(parsed) != identifier:  # such as EN: its addresses would lead nowhere
            raise ValueError(identifier)
    except (babel.UnknownLocaleError, ValueError, TypeError) as error:
        raise ValueError(f"“{identifier}” is not a locale that Babel knows; write fr or pt_BR") from error
    name = parsed.get_display_name(parsed) or identifier
    direction = "rtl" if parsed.character_order == "right-to-left" else "ltr"
    return Locale(identifier, identifier.replace("_", "-"), name[0].upper() + name[1:], direction)


def choose_locale(
    path: str, accept_language: str | None, locales: Mapping[str, Locale], default: Locale, chosen: str | None = None
) -> Locale:
    """The locale of a request. In this order:

    1. the first part of the address, where it is the tag of one of `locales` (by tag): /fr/... is French, whoever asks;
    2. the tag that an account of the studio has chosen: its addresses have no prefix;
    3. the `Accept-Language` header (RFC 9110, 12.5.4): best quality first, `fr-CA` is content with `fr`, and `*` is
       whatever the header does not name;
    4. the site's default, or else the first that the header does not refuse (`en;q=0`).

    Only `/` and addresses outside every prefix come to 3 and 4. For readers there is no cookie to ask.
    """
    prefix = path.lstrip("/").partition("/")[0]
    for tag in (prefix, chosen):
        if tag and tag in locales:
            return locales[tag]
    accepted = _accepted(accept_language or "")
    refused = {tag for tag, quality in accepted if quality <= 0}
    welcome = [locale for locale in (default, *locales.values()) if locale.tag.lower() not in refused]
    named = {lookup(tag, welcome) for tag, _ in accepted if tag != "*"}
    unnamed = [locale for locale in welcome if locale not in named]
    for tag, quality in sorted(accepted, key=lambda language_range: -language_range[1]):
        candidates = unnamed if tag == "*" else welcome
        if quality > 0 and (locale := lookup(tag, candidates)):
            return locale
    return welcome[0] if welcome else default


def _accepted(header: str) -> list[tuple[str, float]]:
    """Tag and quality of the first `MAX_RANGES` ranges of an Accept-Language header; overlong ones are skipped."""
    ranges = header.split(",", MAX_RANGES)[:MAX_RANGES]
    short = ",".join(language_range for language_range in ranges if len(language_range) <= MAX_RANGE_LENGTH)
    return [(tag.lower().replace("_", "-"), quality) for tag, quality in parse_accept_header(short, LanguageAccept)]


def lookup(tag: str, locales: Sequence[Locale]) -> Locale | None:
    """The locale for a language range, dropping its last part until one fits (RFC 4647, 3.4), or its plain language.

    Werkzeug's own `best_match` prefers any exact match to this one: `fr-CA, en;q=0.9` would be answered in English.
    """
    if tag == "*":
        return locales[0] if locales else None
    by_tag = {locale.tag.lower(): locale for locale in reversed(locales)}
    parts = tag.split("-")
    shorter = ("-".join(parts[:end]) for end in range(len(parts), 0, -1))
    same_language = (locale.tag.lower() for locale in locales if locale.language == parts[0])
    return next((by_tag[candidate] for candidate in (*shorter, *same_language) if candidate in by_tag), None)
