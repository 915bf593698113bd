"""The fields of articles and pages: what each may say."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, ValidationError

from microsite.content.other_fields import WITHHELD, hint
from microsite.content.site_file import Name, Sentences, Slug, Strict, Title
from microsite.content.validation_messages import explain, line_of
from microsite.content.web_address import split_address
from microsite.faults import Fault, Faults
from microsite.language.dates import PartialDate, PartialPeriod, is_day, parse_partial_date, parse_period

MIN_YEAR = 1900
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _day(value: object) -> object:
    """In quotes or not."""
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        value = parse_partial_date(value).first
    if not is_day(value):
        raise ValueError("not a date. Write 2026-01-31")
    if value.year < MIN_YEAR:
        raise ValueError(f"before the year {MIN_YEAR}. Write 2026-01-31")
    return value


def _switch(value: object) -> object:
    if not isinstance(value, bool):
        raise ValueError("takes `off` alone; where a promotion stands is said by a block in the text")
    return value


def _web_address(value: str) -> str:
    if not split_address(value):
        raise ValueError("not an address. Write all of it, from https://")
    return value


Day = Annotated[date, BeforeValidator(_day)]


class Source(Strict):
    publication: Name
    date: Annotated[PartialDate, BeforeValidator(parse_partial_date), PlainSerializer(str)]
    title: Title | None = None
    url: Annotated[str, AfterValidator(_web_address)] | None = None


class PageMatter(Strict):
    title: Title = Field(description="the title of the page")
    summary: Sentences = Field(description="one or two sentences")
    slug: Slug = Field(description="the last part of the address: small letters, digits, hyphens")
    updated: Day | None = None
    aliases: Annotated[tuple[Slug, ...], Field(max_length=50)] = ()


class ArticleMatter(PageMatter):
    category: str = Field(description="a category of site.toml")
    published: Day = Field(description="a date such as 2026-01-31")
    events: Annotated[PartialPeriod, BeforeValidator(parse_period), PlainSerializer(str)] | None = None
    sources: Annotated[tuple[Source, ...], Field(max_length=100)] = ()
    promotion: Annotated[bool, BeforeValidator(_switch)] = True


def check_fields(path: Path, data: dict[str, Any], lines: dict[str, int], model: type[PageMatter]) -> PageMatter:
    """Raises Faults."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        details = error.errors()
        faults = [Fault(path, line_of(lines, *one["loc"]), _explained(one, model)) for one in details]
        raise Faults(faults) from error


def _explained(detail: Any, model: type[PageMatter]) -> str:
    """One error, in the words of somebody who may know another generator."""
    field, value = str(detail["loc"][0]), detail["input"]
    if len(detail["loc"]) == 1 and detail["type"] == "extra_forbidden" and (what := hint(field, value)):
        return f"`{field}` is not a field here. {what}."
    if field == "published" and isinstance(value, bool):
        when = "Say since when: write a date such as 2026-01-31"
        return f"`published` is a date here. {when if value else WITHHELD}."
    return explain(detail, model)
