"""The register of advertisements as readers find it: by promotion and language, the newest first."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from microsite.clock import midnight
from microsite.language.locales import Locale, make_locale
from microsite.promotions.comparison import comparisons, last_day_before
from microsite.promotions.comparison_outcome import Compared, compared
from microsite.promotions.counts import MONTHS_KEPT, UNKNOWN, months_before
from microsite.promotions.register import Counted, Past, Register, RegisterSnapshot, WordingKey
from microsite.promotions.state import state_of
from microsite.promotions.wording import WordsInForce, typeset_words
from microsite.storage.revisions import PROMOTION, Topic

MIN_STATED = 50
"""Below this a number is not stated."""
MAX_OPEN = 3
"""Wordings of a promotion in a language that need not be unfolded."""


class Span(NamedTuple):
    """From when until when a wording was shown without a break."""

    begin: datetime
    end: datetime | None
    """None: it is shown now."""
    advertiser: str


class FiguresStatus(StrEnum):
    """What can be said of how often a wording was shown."""

    COUNTED = "counted"
    NOT_YET = "not-yet"
    """No day of it is over, or the database has not been read."""
    NOT_KEPT = "not-kept"
    """It is too long ago."""
    COMPARED = "compared"
    """It takes turns with another one: whoever looks before the end finds a winner by chance."""


@dataclass(frozen=True)
class PublicWording:
    """Words of a promotion that readers of a language were shown."""

    key: WordingKey
    language: Locale
    words: WordsInForce
    spans: tuple[Span, ...]
    """The earliest first; none of what was shown before a register was kept alone."""
    figures: FiguresStatus
    counted: Counted | None
    pages: tuple[str, ...]
    """The keys of those on which it was seen on days that are over, or is shown now."""

    @property
    def is_shown(self) -> bool:
        return bool(self.spans) and self.spans[-1].end is None

    @property
    def views(self) -> int | None:
        """None: fewer than `MIN_STATED`."""
        return _stated(self.counted.totals.impressions if self.counted else 0)

    @property
    def clicks(self) -> int | None:
        """None: fewer than `MIN_STATED`."""
        return _stated(self.counted.totals.clicks if self.counted else 0)

    @property
    def first_day(self) -> date | None:
        days = [span.begin.date() for span in self.spans[:1]] + ([self.counted.first] if self.counted else [])
        return min(days, default=None)

    @property
    def last_day(self) -> date | None:
        """None of one that is shown now."""
        if self.spans:
            return last_day_before(end) if (end := self.spans[-1].end) else None
        return self.counted.last if self.counted else None


def _stated(number: int) -> int | None:
    return number if number >= MIN_STATED else None


@dataclass(frozen=True)
class InLanguage:
    locale: Locale
    wordings: list[PublicWording]
    """The one that was shown last comes first."""
    comparisons: list[Compared]
    """Those that are over, the latest first."""


@dataclass(frozen=True)
class Advertisement:
    """A promotion with all that readers were shown of it."""

    key: str
    advertisers: tuple[str, ...]
    """Who paid, the last first; none where nobody wrote it down."""
    languages: list[InLanguage]


def advertisements(edition: RegisterSnapshot) -> list[Advertisement]:
    """All that were ever public, the one that was shown last first."""
    by_topic: dict[tuple[str, str], list[PublicWording]] = defaultdict(list)
    for wording in _wordings(edition):
        by_topic[wording.key.promotion, wording.key.locale].append(wording)
    by_promotion: dict[str, list[InLanguage]] = defaultdict(list)
    for (key, _), wordings in by_topic.items():
        locale = wordings[0].language
        by_promotion[key].append(InLanguage(locale, wordings, list(_comparisons(edition, key, locale))))
    return [Advertisement(key, _advertisers(languages), languages) for key, languages in by_promotion.items()]


def _advertisers(languages: list[InLanguage]) -> tuple[str, ...]:
    """Who paid, the last first."""
    spans = [span for language in languages for wording in language.wordings for span in wording.spans]
    spans.sort(key=lambda span: span.begin, reverse=True)
    return tuple(dict.fromkeys(span.advertiser for span in spans))


def complete_since(register: Register) -> datetime | None:
    """The moment from which on nothing is missing."""
    return register.shown[0].moment if register.shown else None


def _wordings(edition: RegisterSnapshot) -> list[PublicWording]:
    words, spans = edition.register.words, _spans(edition)
    wordings = [_wording(edition, key, words[key], tuple(spans.get(key, ()))) for key in words]
    earliest = datetime.min.replace(tzinfo=UTC)

    def newness(wording: PublicWording) -> tuple[bool, datetime, date]:
        begin = wording.spans[-1].begin if wording.spans else earliest
        return wording.is_shown, begin, wording.last_day or date.min

    return sorted((wording for wording in wordings if wording.first_day), key=newness, reverse=True)


def _spans(edition: RegisterSnapshot) -> dict[WordingKey, list[Span]]:
    """Of each wording, until the edition's moment; what two processes said is said once."""
    spans: dict[WordingKey, list[Span]] = defaultdict(list)
    open_spans: dict[tuple[str, str], WordingKey] = {}
    for change in edition.register.shown:
        if change.moment > edition.moment:
            break
        topic = change.promotion, change.locale
        if former := open_spans.pop(topic, None):
            begin, _, advertiser = spans[former][-1]
            if (former, advertiser) == (change.key, change.advertiser):
                open_spans[topic] = former
                continue
            spans[former][-1] = Span(begin, change.moment, advertiser)
        if change.key:
            spans[change.key].append(Span(change.moment, None, change.advertiser))
            open_spans[topic] = change.key
    return spans


def _wording(edition: RegisterSnapshot, key: WordingKey, words: WordsInForce, spans: tuple[Span, ...]) -> PublicWording:
    past, locale = edition.register.past, make_locale(key.locale.replace("-", "_"))
    counted = past.counted.get(key)
    pages = set(counted.pages if counted else ()) - {UNKNOWN}
    if spans and spans[-1].end is None and (promotion := edition.promotions.get(key.promotion)):
        pages |= set(state_of(edition, promotion, locale).page_keys)
    figures = FiguresStatus.COUNTED
    if key in _being_compared(edition, key, locale):
        figures = FiguresStatus.COMPARED
    elif past.until is None or (spans and spans[0].begin.date() > past.until):
        figures = FiguresStatus.NOT_YET
    elif spans and (end := spans[-1].end) and end.date() < months_before(past.until, MONTHS_KEPT):
        figures = FiguresStatus.NOT_KEPT
    return PublicWording(key, locale, words, spans, figures, counted, tuple(sorted(pages)))


def _being_compared(edition: RegisterSnapshot, key: WordingKey, locale: Locale) -> set[WordingKey]:
    """The wordings of a promotion in a language that take turns, until the last of those days is counted."""
    over = _over(edition.register.past)
    return {
        key._replace(wording=typeset_words(words, locale.language).digest)
        for comparison in comparisons(edition.revisions.of(Topic(PROMOTION, key.promotion, locale.id)))
        if comparison.begin <= edition.moment and (over is None or over < comparison.end)
        for words in (comparison.words_a, comparison.words_b)
    }


def _over(past: Past) -> datetime | None:
    """The end of the last day that is counted."""
    return midnight(past.until) + timedelta(days=1) if past.until else None


def _comparisons(edition: RegisterSnapshot, key: str, locale: Locale) -> Iterator[Compared]:
    """Those that were over before today and of which readers saw both wordings, the latest first."""
    past, over = edition.register.past, _over(edition.register.past)
    counted = past.compared.get((key, locale.tag), {})
    for comparison in reversed(comparisons(edition.revisions.of(Topic(PROMOTION, key, locale.id)))):
        if over and comparison.end <= over:
            ended = compared(edition, key, locale, comparison, counted, over)
            if all(WordingKey(key, locale.tag, words.digest) in edition.register.words for words in ended[1:]):
                yield ended
