"""`site.toml`: name, publisher, locales, categories."""

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from microsite.content.fields import HttpsAddress, Name, Sentences, Slug, Strict, Title
from microsite.content.toml import read_toml
from microsite.content.validation_messages import line_of
from microsite.faults import Fault, Faults
from microsite.language.locales import PSEUDO, Locale, make_locale
from microsite.language.pseudo import pseudo

RESERVED_CATEGORY_SLUGS = {"page"}
"""What follows `blog/` in addresses of the site's own; a test asks the routes."""
WITHDRAWN = 101
"""Of `public_from`: more percent than any language has."""
_PLACEHOLDER = re.compile(r"^\[.*\]$")
_TAGGING_ENTITY = re.compile(r"[a-z0-9][a-z0-9.-]{0,200},\d{4}(?:-\d\d){0,2}")
"""Authority and date (RFC 4151, 2.1), without addresses of mail."""


def _tagging_entity(value: str) -> str:
    if not _TAGGING_ENTITY.fullmatch(value):
        raise ValueError("not a domain and a date. Write “example.com,2026-01-31”, and never change it")
    return value


class Publisher(Strict):
    """What only the publisher can know. A value in [square brackets] is a placeholder that `content check` warns of."""

    name: Name
    product: Name = Field(description="the product that promotions are for")
    product_url: HttpsAddress = Field(description="its home page, from https://")
    address: Sentences
    registration: Sentences
    director: Name
    host: Sentences
    email: Name

    def filled(self, field: str) -> str | None:
        """The value of `field`, or None while it is a placeholder."""
        value: str = getattr(self, field)
        return None if _PLACEHOLDER.match(value) else value


class Category(Strict):
    """Its key joins languages; its name is translated through the catalogs, its slug stands here for each locale."""

    name: Name
    slug: dict[str, Slug]
    review_months: Annotated[int, Field(ge=1, le=120)] | None = Field(
        None, description="after how many months an article has to be read again"
    )
    introduction: Sentences | None = Field(None, description="stands over its list: what it holds, where to begin")
    order: tuple[str, ...] = Field((), description="the keys of articles that its page lists first, in this order")
    news: bool = Field(False, description="`true` where search engines are told that its articles are news")


class Required(Strict):
    """Texts that a language must have before readers see it, where it waits under `public_from`."""

    pages: tuple[str, ...] = Field((), description="keys of pages")
    articles: Annotated[int, Field(ge=0, le=1000)] = Field(0, description="how many articles, at least")


class Site(Strict):
    """The whole file. `locales` are in the order in which the language switch shows them."""

    path: Path
    lines: dict[str, int] = Field(default_factory=dict)
    """The line of each key in the file."""
    name: Name
    motto: Title = Field(description="the line over the home page")
    description: Sentences = Field(description="one or two sentences on what the site is")
    locales: dict[str, Locale]
    default_locale: str
    public_from: dict[str, Annotated[int, Field(ge=0, le=WITHDRAWN)]] = Field(
        {}, description="by locale, how much of it must be translated, in percent, before readers see it; 101: never"
    )
    required: Required = Required()
    lead: str | None = Field(None, description="the article that leads the home page, or a category for its newest")
    foot: tuple[str, ...] = Field((), description="the keys of the pages that every page's foot leads to, in order")
    promotion_hosts: list[str] = Field(description="hosts that promotions may lead to")
    feed_authority: Annotated[str, AfterValidator(_tagging_entity)] = Field(
        "freevpnplanet.com,2026", description="a domain of the publisher's, a comma, and a day on which it was theirs"
    )
    """What the ids of feeds begin with (RFC 4151, 2.1). Whoever changes it shows every article anew in feed readers."""
    publisher: Publisher
    categories: dict[str, Category]

    @field_validator("locales", mode="before")
    @classmethod
    def _known_locales(cls, identifiers: object) -> dict[str, Locale]:
        if not isinstance(identifiers, list) or not all(isinstance(identifier, str) for identifier in identifiers):
            raise ValueError('not a list of locales. Write ["en", "fr"]')
        locales = [make_locale(identifier) for identifier in identifiers]
        return {locale.tag: locale for locale in locales}

    @cached_property
    def default(self) -> Locale:
        return next(locale for locale in self.locales.values() if locale.id == self.default_locale)

    def category_by_slug(self, slug: str, locale: Locale) -> str | None:
        """The key of a category, or None."""
        return next((key for key, category in self.categories.items() if category.slug[locale.id] == slug), None)

    def category_meant(self, slug: str, locale: Locale) -> str | None:
        """The category of this slug, in this language or else in any: of two, nobody knows which is meant."""
        keys = {self.category_by_slug(slug, other) for other in self.locales.values()} - {None}
        return self.category_by_slug(slug, locale) or (keys.pop() if len(keys) == 1 else None)


def read_site(path: Path, content: bytes | None = None) -> Site:
    """The file; `content` are its bytes, for callers that have read it. Raises Faults."""
    site, lines = read_toml(path, Site, {"path": path, "lines": {}}, content)
    site = site.model_copy(update={"lines": lines})
    if faults := list(_contradictions(site)):
        raise Faults(faults)
    return site


def with_pseudo(site: Site) -> Site:
    """The site with the pseudo-language, at the addresses of its default language's words."""
    locale = Locale(PSEUDO, PSEUDO.replace("_", "-"), pseudo("Pseudo"), "ltr")
    categories = {
        key: category.model_copy(update={"slug": {**category.slug, PSEUDO: category.slug[site.default_locale]}})
        for key, category in site.categories.items()
    }
    return site.model_copy(update={"locales": {**site.locales, locale.tag: locale}, "categories": categories})


def _contradictions(site: Site) -> Iterator[Fault]:
    """Faults that no field can know alone."""
    if site.default_locale not in {locale.id for locale in site.locales.values()}:
        message = f"“{site.default_locale}” is not among `locales`. Add it there or choose one of them."
        yield Fault(site.path, line_of(site.lines, "default_locale"), message)
    for locale_id in site.public_from:
        if locale_id == site.default_locale or locale_id not in {locale.id for locale in site.locales.values()}:
            message = f"`public_from` names “{locale_id}”. Only another language of `locales` can wait there."
            yield Fault(site.path, line_of(site.lines, "public_from", locale_id), message)
    for tag, locale in site.locales.items():
        owners: dict[str, str] = {}
        for key, category in site.categories.items():
            line = line_of(site.lines, "categories", key, "slug", locale.id)
            slug = category.slug.get(locale.id)
            if slug is None:
                yield Fault(site.path, line, f"category “{key}” has no slug for {tag}. Add slug.{locale.id}.")
                continue
            if slug in RESERVED_CATEGORY_SLUGS:
                yield Fault(site.path, line, f"the slug “{slug}” means another page of the blog. Choose another.")
            if owner := owners.get(slug):
                yield Fault(site.path, line, f"categories “{owner}” and “{key}” have one slug for {tag}. Change one.")
            owners[slug] = key


def placeholders(site: Site) -> Iterator[Fault]:
    """A warning for each value that only the publisher can fill in, and has not."""
    for field in Publisher.model_fields:
        if site.publisher.filled(field) is None:
            message = f"`publisher.{field}` is still a placeholder. Fill it in."
            yield Fault(site.path, line_of(site.lines, "publisher", field), message, warning=True)


def twins(site: Site) -> Iterator[Fault]:
    """A warning for each language that says what one before it says already, as `de` and `de_DE`."""
    first: dict[tuple[str, ...], Locale] = {}
    for locale in site.locales.values():
        if (twin := first.setdefault(locale.meaning, locale)) != locale:
            message = f"“{locale.id}” is the same language as “{twin.id}”. Take one out, or name its region."
            yield Fault(site.path, site.lines.get("locales", 1), message, warning=True)
