"""The front matter of articles and pages: YAML between two lines `---`."""

import re
from calendar import monthrange
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BeforeValidator, Field, StringConstraints, ValidationError

from microsite.content.faults import Fault, Faults
from microsite.content.site_file import Slug, Strict
from microsite.content.toml import explain

_SPLIT = re.compile(r"\A---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)", re.DOTALL)
_PARTIAL = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


@dataclass(frozen=True)
class PartialDate:
    """A day, or a month of which the day does not matter."""

    first: date
    last: date

    @property
    def is_day(self) -> bool:
        return self.first == self.last


@dataclass(frozen=True)
class Period:
    """When a story happened."""

    start: PartialDate
    end: PartialDate

    @property
    def is_day(self) -> bool:
        return self.start == self.end and self.start.is_day


def _partial_date(value: object) -> PartialDate:
    if isinstance(value, date):
        return PartialDate(value, value)
    found = _PARTIAL.fullmatch(str(value).strip())
    if not found:
        raise ValueError("not a date. Write 2020-07-06, or 2020-07 for a month")
    year, month = int(found[1]), int(found[2])
    try:
        if found[3]:
            day = date(year, month, int(found[3]))
            return PartialDate(day, day)
        return PartialDate(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
    except ValueError:
        raise ValueError("not a date of the calendar") from None


def _period(value: object) -> Period:
    start, _, end = str(value).partition(" to ")
    first = _partial_date(start)
    period = Period(first, _partial_date(end) if end else first)
    if period.end.last < period.start.first:
        raise ValueError("ends before it starts. Write the earlier date first")
    return period


def _day(value: object) -> object:
    if not isinstance(value, date):
        raise ValueError("not a date. Write 2026-01-31")
    return value


def _switch(value: object) -> object:
    if not isinstance(value, bool):
        raise ValueError("takes `off` alone; where a promotion stands is said by a block in the text")
    return value


Day = Annotated[date, BeforeValidator(_day)]


class Source(Strict):
    publication: Words
    date: Annotated[PartialDate, BeforeValidator(_partial_date)]
    title: Words | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None


class PageMatter(Strict):
    title: Words = Field(description="the title of the page")
    summary: Words = Field(description="one or two sentences")
    slug: Slug = Field(description="the last part of the address: small letters, digits, hyphens")
    updated: Day | None = None
    aliases: tuple[Slug, ...] = ()


class ArticleMatter(PageMatter):
    category: str = Field(description="a category of site.toml")
    published: Day = Field(description="a date such as 2026-01-31")
    events: Annotated[Period, BeforeValidator(_period)] | None = None
    sources: tuple[Source, ...] = ()
    promotion: Annotated[bool, BeforeValidator(_switch)] = True


class _Loader(yaml.CSafeLoader):
    """Remembers the line of each key, and refuses one that stands twice (in YAML the last would win silently)."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.lines: dict[str, int] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"`{key.value}` stands twice", problem_mark=key.start_mark)
            seen.add(key.value)
            self.lines.setdefault(key.value, key.start_mark.line + 2)
        return super().construct_mapping(node, deep)


def read_front_matter(path: Path, text: str, model: type[PageMatter]) -> tuple[PageMatter, dict[str, int], str, int]:
    """The checked fields, the line of each, the text below, and the line it starts at. Raises Faults."""
    split = _SPLIT.match(text)
    if not split:
        raise Faults([Fault(path, 1, "the front matter is missing or not closed. Put it between two lines `---`.")])
    loader = _Loader(split[1])
    try:
        data = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise Faults(
            [Fault(path, line, f"not valid YAML: {error.problem}. A value with `: ` needs quotes.")]
        ) from error
    except (yaml.YAMLError, ValueError) as error:
        raise Faults([Fault(path, 1, f"not valid YAML: {error}. Mend the front matter.")]) from error
    if not isinstance(data, dict):
        raise Faults([Fault(path, 1, "the front matter is empty. Start with `title:`.")])
    try:
        matter = model.model_validate(data)
    except ValidationError as error:
        details = error.errors()
        raise Faults([Fault(path, _line(loader.lines, d), explain(_name(d), d, model)) for d in details]) from error
    return matter, loader.lines, text[split.end() :], text[: split.end()].count("\n") + 1


def _name(detail: Any) -> str:
    return ".".join(str(part) for part in detail["loc"])


def _line(lines: dict[str, int], detail: Any) -> int:
    return next((lines[part] for part in reversed(detail["loc"]) if part in lines), 1)
