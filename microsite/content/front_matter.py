"""The front matter of articles and pages: YAML between two lines `---`."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeGuard

import yaml
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from microsite.content.explain import explain, line_of
from microsite.content.faults import Fault, Faults
from microsite.content.site_file import Slug, Strict, Words

_SPLIT = re.compile(r"\A---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)", re.DOTALL)
_WEB_ADDRESS = re.compile(r"https?://\S+")
_PARTIAL = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day, or a month of which the day does not matter."""

    first: date
    last: date

    @property
    def is_day(self) -> bool:
        return self.first == self.last


@dataclass(frozen=True, slots=True)
class Period:
    """When a story happened."""

    start: PartialDate
    end: PartialDate

    @property
    def is_day(self) -> bool:
        return self.start == self.end and self.start.is_day


def _partial_date(value: object) -> PartialDate:
    if _is_day(value):
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


def _is_day(value: object) -> TypeGuard[date]:
    """In Python, a moment is a date as well."""
    return isinstance(value, date) and not isinstance(value, datetime)


def _day(value: object) -> object:
    if not _is_day(value):
        raise ValueError("not a date. Write 2026-01-31")
    return value


def _switch(value: object) -> object:
    if not isinstance(value, bool):
        raise ValueError("takes `off` alone; where a promotion stands is said by a block in the text")
    return value


def _web_address(value: str) -> str:
    if not _WEB_ADDRESS.fullmatch(value):
        raise ValueError("not an address. Write all of it, from https://")
    return value


Day = Annotated[date, BeforeValidator(_day)]


class Source(Strict):
    publication: Words
    date: Annotated[PartialDate, BeforeValidator(_partial_date)]
    title: Words | None = None
    url: Annotated[str, AfterValidator(_web_address)] | None = None


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
    """Reads dates as `_date` does."""


def _date(loader: _Loader, node: yaml.ScalarNode) -> object:
    """A date of no calendar stays the text that it is, to be refused as any other text that is no date."""
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return node.value


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _date)


def split(path: Path, text: str) -> tuple[str, str, int]:
    """The front matter, the text below, and the line it starts at. Raises Faults."""
    found = _SPLIT.match(text)
    if not found:
        raise Faults([Fault(path, 1, "the front matter is missing or not closed. Put it between two lines `---`.")])
    return found[1], text[found.end() :], text[: found.end()].count("\n") + 1


def check_fields(path: Path, data: dict[str, Any], lines: dict[str, int], model: type[PageMatter]) -> PageMatter:
    """Raises Faults."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        details = error.errors()
        raise Faults([Fault(path, line_of(lines, *one["loc"]), explain(one, model)) for one in details]) from error


def read_fields(path: Path, text: str) -> tuple[dict[str, Any], dict[str, int]]:
    """The fields as they are written and the line of each, `sources.0.date` included. Raises Faults."""
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        lines = dict(_key_lines(node)) if node else {}
        data = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        what = f"not valid YAML: {error.problem}. A value with `: ` needs quotes."
        raise Faults([Fault(path, line, what)]) from error
    except (yaml.YAMLError, ValueError) as error:
        raise Faults([Fault(path, 1, f"not valid YAML: {error}. Mend the front matter.")]) from error
    if not isinstance(data, dict):
        raise Faults([Fault(path, 1, "the front matter is empty. Start with `title:`.")])
    return data, lines


def _key_lines(node: yaml.Node, before: str = "", known: set[int] | None = None) -> Iterator[tuple[str, int]]:
    """Every dotted key with its line; refuses one that stands twice (in YAML the last would win silently).

    Refuses aliases as well: a few lines of them can stand for more than any memory holds.
    """
    known = set() if known is None else known
    if id(node) in known:
        raise yaml.MarkedYAMLError(problem="`*` repeats something", problem_mark=node.start_mark)
    known.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield f"{before}{index}", item.start_mark.line + 2
            yield from _key_lines(item, f"{before}{index}.", known)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a field in brackets", problem_mark=key.start_mark)
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"`{key.value}` stands twice", problem_mark=key.start_mark)
            seen.add(key.value)
            yield f"{before}{key.value}", key.start_mark.line + 2
            yield from _key_lines(value, f"{before}{key.value}.", known)
