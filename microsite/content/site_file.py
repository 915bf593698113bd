"""`site.toml`: name, publisher, locales, categories."""

import re
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from microsite.content.faults import Fault
from microsite.content.toml import line_of, read_toml
from microsite.language.locales import Locale, make_locale

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
_PLACEHOLDER = re.compile(r"^\[.*\]$")


class Strict(BaseModel):
    """Checked, unchangeable, and no field that we do not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Publisher(Strict):
    """What only the publisher can know. A value in [square brackets] is a placeholder that `content check` warns of."""

    name: str
    product: str = Field(description="the product that promotions are for")
    product_url: str = Field(pattern=r"^https://[^\s]+$", description="its home page, from https://")
    address: str
    registration: str
    director: str
    host: str
    email: str

    def filled(self, field: str) -> str | None:
        """The value of `field`, or None while it is a placeholder."""
        value: str = getattr(self, field)
        return None if _PLACEHOLDER.match(value) else value


class Category(Strict):
    """Its key joins languages; its name is translated through the catalogs, its slug stands here for each locale."""

    name: str
    slug: dict[str, Slug]


class Site(Strict):
    """The whole file. `locales` are in the order in which the language switch shows them."""

    path: Path
    lines: dict[str, int] = {}
    """The line of each key in the file."""
    name: str
    motto: str = Field(description="the line over the home page")
    description: str = Field(description="one or two sentences on what the site is")
    locales: dict[str, Locale]
    default_locale: str
    public_from: dict[str, Annotated[int, Field(ge=0, le=100)]] = Field(
        {}, description="by locale, how much of it must be translated, in percent, before readers see it"
    )
    lead: str | None = Field(None, description="the key of the article that leads the home page; else the newest")
    foot: tuple[str, ...] = Field((), description="the keys of the pages that every page's foot leads to, in order")
    promotion_hosts: list[str] = Field(description="hosts that promotions may lead to")
    publisher: Publisher
    categories: dict[str, Category]

    @field_validator("locales", mode="before")
    @classmethod
    def _known_locales(cls, identifiers: list[str]) -> dict[str, Locale]:
        locales = [make_locale(identifier) for identifier in identifiers]
        return {locale.tag: locale for locale in locales}

    @model_validator(mode="after")
    def _consistent(self) -> "Site":
        if self.default_locale not in {locale.id for locale in self.locales.values()}:
            raise ValueError(f"`default_locale` is “{self.default_locale}”, which is not among `locales`")
        for locale_id in self.public_from:
            if locale_id == self.default_locale or locale_id not in {locale.id for locale in self.locales.values()}:
                raise ValueError(f"`public_from` names “{locale_id}”; only other languages of `locales` can wait there")
        for tag, locale in self.locales.items():
            taken: dict[str, str] = {}
            for key, category in self.categories.items():
                if locale.id not in category.slug:
                    raise ValueError(f"category “{key}” has no slug for {tag}. Add slug.{locale.id}")
                if other := taken.get(category.slug[locale.id]):
                    raise ValueError(f"categories “{other}” and “{key}” have one slug for {tag}. Change one")
                if category.slug[locale.id] == "page":
                    raise ValueError(f"category “{key}” cannot have the slug “page”: /blog/page/2/ means another page")
                taken[category.slug[locale.id]] = key
        return self

    @cached_property
    def default(self) -> Locale:
        return next(locale for locale in self.locales.values() if locale.id == self.default_locale)

    def category_by_slug(self, slug: str, locale: Locale) -> str | None:
        """The key of a category, or None."""
        return next((key for key, found in self.categories.items() if found.slug[locale.id] == slug), None)


def read_site(path: Path) -> Site:
    """Raises Faults."""
    site, lines = read_toml(path, Site, {"path": path})
    return site.model_copy(update={"lines": lines})


def placeholders(site: Site) -> list[Fault]:
    """A warning for each value that only the publisher can fill in, and has not."""
    return [
        Fault(
            site.path,
            line_of(site.lines, "publisher", field),
            f"`publisher.{field}` is still a placeholder. Fill it in.",
            warning=True,
        )
        for field in Publisher.model_fields
        if site.publisher.filled(field) is None
    ]
