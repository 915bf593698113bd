"""Dossiers: articles on one line of dates, with what became of their stories."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from microsite.content.blocks import Dossier
from microsite.content.front_matter import Since
from microsite.content.library import Content, Entry
from microsite.language.dates import PartialPeriod, parse_period
from microsite.language.locales import Locale


class LaterNote(NamedTuple):
    """What became of the story of an article."""

    entry: Entry
    note: Since


@dataclass
class TimelinePoint:
    """Whatever has one date."""

    period: PartialPeriod
    articles: list[Entry] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    """In the dossier's own sentences."""
    later: list[LaterNote] = field(default_factory=list)


def dossiers(content: Content, locale: Locale) -> Iterator[tuple[Entry, list[TimelinePoint]]]:
    """Each page that has a line of dates, by key, and the points of that line, the earliest first."""
    for _, page in sorted(content.pages.items()):
        document = content.document(page, locale)
        if any(reference.block for reference in document.references):  # to unpack the blocks of others takes time
            for block in document.blocks:
                if isinstance(block, Dossier):
                    yield page, _timeline(content, block, locale)


def articles_on(timeline: list[TimelinePoint]) -> list[Entry]:
    """In the order of their events; those of one date as the dossier names them."""
    return [entry for point in timeline for entry in point.articles]


def _timeline(content: Content, block: Dossier, locale: Locale) -> list[TimelinePoint]:
    """An article stands at its events, or, without any, at the day of writing; each of its later notes at its own."""
    points: dict[PartialPeriod, TimelinePoint] = {}

    def at(period: PartialPeriod) -> TimelinePoint:
        return points.setdefault(period, TimelinePoint(period))

    for event in block.events:
        at(parse_period(event.date)).events.append(event.text)
    for entry in (content.articles[key] for key in block.keys if key in content.articles):
        article = content.document(entry, locale).article_matter
        at(article.events or parse_period(article.published)).articles.append(entry)
        for note in article.since:
            at(PartialPeriod(note.date, note.date)).later.append(LaterNote(entry, note))
    return sorted(points.values(), key=lambda point: (point.period.start.first, point.period.end.last))
