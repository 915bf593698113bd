"""The fields of texts: what each may say."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, StringConstraints

from microsite.content.fields import Name, Sentences, Slug, Strict, Title, WebAddress
from microsite.content.foreign_fields import WITHHELD, hint
from microsite.content.validation_messages import validation_message
from microsite.language.dates import PartialDate, PartialPeriod, is_day, parse_partial_date, parse_period

MIN_YEAR = 1900
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _day(value: object) -> object:
    """A date, as YAML reads it or as text in quotes."""
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        value = parse_partial_date(value).first
    if not is_day(value):
        raise ValueError("not a date. Write 2026-01-31: year, month, day")
    if value.year < MIN_YEAR:
        raise ValueError(f"before the year {MIN_YEAR}. Write 2026-01-31")
    return value


def _switch(value: object) -> object:
    """`on` or `off`, which YAML reads as booleans."""
    if not isinstance(value, bool):
        raise ValueError("takes `off` alone; where a promotion stands is said by a block in the text")
    return value


def _newest_first(changes: tuple["Change", ...]) -> tuple["Change", ...]:
    return tuple(sorted(changes, key=lambda change: change.date, reverse=True))


def _oldest_first(notes: tuple["Since", ...]) -> tuple["Since", ...]:
    return tuple(sorted(notes, key=lambda note: note.date.first))


LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")]
Day = Annotated[date, BeforeValidator(_day)]


class Source(Strict):
    """What an article is based on."""

    publication: Name
    key: Slug | None = Field(default=None, description="a short name: the text cites the source with [^name]")
    date: Annotated[PartialDate, BeforeValidator(parse_partial_date), PlainSerializer(str)]
    title: Title | None = None
    language: LanguageTag | None = Field(default=None, description="the title's language, if another: en, pt-BR")
    url: WebAddress | None = None
    archive: WebAddress | None = Field(default=None, description="the address of an archived copy")


class Change(Strict):
    """What changed in a text after it had appeared."""

    date: Day = Field(description="the day of the change, such as 2026-01-31")
    text: Sentences = Field(description="what changed, in a sentence")
    correction: bool = Field(default=False, description="`true` where it corrects an error")


class Since(Strict):
    """What became of the story of an article."""

    date: Annotated[PartialDate, BeforeValidator(parse_partial_date), PlainSerializer(str)]
    text: Sentences = Field(description="what happened, in a sentence or two")
    key: Slug | None = Field(default=None, description="the key of the source that says so")


class TextMatter(Strict):
    """The front matter of every text."""

    title: Title = Field(description="the title of the page")
    summary: Sentences = Field(description="one or two sentences")
    slug: Slug = Field(description="the last part of the address: small letters, digits, hyphens")
    aliases: Annotated[tuple[Slug, ...], Field(max_length=50)] = ()
    changes: Annotated[tuple[Change, ...], Field(max_length=100), AfterValidator(_newest_first)] = ()

    @property
    def updated(self) -> date | None:
        """The day of the newest change."""
        return self.changes[0].date if self.changes else None


class ArticleMatter(TextMatter):
    """With a category, dates, sources, and a place for promotions."""

    category: str = Field(description="a category of site.toml")
    published: Day = Field(description="a date such as 2026-01-31")
    events: Annotated[PartialPeriod, BeforeValidator(parse_period), PlainSerializer(str)] | None = None
    sources: Annotated[tuple[Source, ...], Field(max_length=100)] = ()
    since: Annotated[tuple[Since, ...], Field(max_length=100), AfterValidator(_oldest_first)] = ()
    promotion: Annotated[bool, BeforeValidator(_switch)] = True
    reviewed: Day | None = None

    @property
    def checked(self) -> date:
        """The day on which somebody last wrote, changed or reviewed it."""
        return max(filter(None, (self.published, self.updated, self.reviewed)))

    def source(self, key: str) -> Source:
        """The source of this key. Raises KeyError."""
        return {source.key: source for source in self.sources}[key]


def matter_message(detail: Any, model: type[TextMatter]) -> str:
    """One of pydantic's errors, said to a writer who may know another generator."""
    field, value = str(detail["loc"][0]), detail["input"]
    if len(detail["loc"]) == 1 and detail["type"] == "extra_forbidden" and (advice := hint(field, value)):
        return f"`{field}` is not a field here. {advice}."
    if field == "published" and isinstance(value, bool):
        advice = "Say since when: write a date such as 2026-01-31" if value else WITHHELD
        return f"`published` is a date here. {advice}."
    return validation_message(detail, model)
