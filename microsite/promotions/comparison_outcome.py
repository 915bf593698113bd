"""What came of comparing two wordings: nothing before the end, then the mean difference within pairs of days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from statistics import fmean
from typing import NamedTuple

from microsite.language.locales import Locale
from microsite.promotions.comparison import Comparison, Pair
from microsite.promotions.definition import definition_topic
from microsite.promotions.figures import Totals
from microsite.promotions.selection import Snapshot
from microsite.promotions.sign_flip import LEVEL, MIN_PAIRS, chance_of
from microsite.promotions.wording import WordsInForce, typeset_words
from microsite.storage.revisions import PROMOTION, Action, Topic, TopicRevisions


class Result(StrEnum):
    """Each but the first three only at the end that was planned: whoever looks earlier finds winners by chance."""

    TO_COME = "to-come"
    RUNNING = "running"
    CUT_SHORT = "cut-short"
    TOO_FEW = "too-few"
    """Pairs that can be used."""
    A = "a"
    B = "b"
    """Which was followed more often."""
    NONE = "none"
    """No difference that chance could not make."""


@dataclass(frozen=True)
class Outcome:
    comparison: Comparison
    result: Result
    over: int = 0
    """Pairs of days that are over."""
    used: int = 0
    """Of these, how many can be used."""
    rate_a: float = 0
    rate_b: float = 0
    """Mean clicks per thousand impressions of a day, at the end."""
    chance: float = 1
    """Of comparisons of equal words, the share that would differ as much."""

    @property
    def lacking(self) -> int:
        """How many more pairs that can be used are needed before anything can be said."""
        return max(0, MIN_PAIRS - self.used)

    @property
    def left_out(self) -> int:
        return self.over - self.used


@dataclass(frozen=True)
class Days:
    """What happened on the days of a comparison."""

    counted_a: Mapping[date, Totals]
    counted_b: Mapping[date, Totals]
    """Of the wording itself, by day; a day without any impression is missing or has none."""
    pauses: Iterable[tuple[datetime, datetime | None]] = field(default=())
    moves: Iterable[datetime] = field(default=())
    """When the promotion's places, dates or address were changed, or it itself began or ended."""

    def rates(self, pair: Pair) -> tuple[float, float] | None:
        """Clicks per thousand impressions of A and of B; None unless both days were shown whole, where they belong."""
        is_paused = any(begin < pair.end and (end is None or end > pair.begin) for begin, end in self.pauses)
        is_moved = any(pair.begin < moment < pair.end for moment in self.moves)
        a, b = self.counted_a.get(pair.day_a, Totals()), self.counted_b.get(pair.day_b, Totals())
        if is_paused or is_moved or not (a.impressions and b.impressions):
            return None
        return 1000 * a.clicks / a.impressions, 1000 * b.clicks / b.impressions


def pauses_of(saved: TopicRevisions) -> list[tuple[datetime, datetime | None]]:
    """From when until when a topic was paused; None: without an end."""
    pauses = [row for row in saved.valid if row.action == Action.PAUSE and row.live_from != row.live_until]
    return [(row.live_from, row.live_until) for row in pauses]


class Compared(NamedTuple):
    """What came of a comparison, with its words as pages show them."""

    outcome: Outcome
    words_a: WordsInForce
    words_b: WordsInForce


def compared(
    edition: Snapshot,
    key: str,
    locale: Locale,
    comparison: Comparison,
    counted: Mapping[tuple[str, date], Totals],
    moment: datetime,
) -> Compared:
    """What can be said at a moment of a comparison of this promotion; `counted` by digest and day."""
    words_a, words_b = (typeset_words(words, locale.language) for words in (comparison.words_a, comparison.words_b))
    promotion = edition.promotions.get(key)
    own = [change for change in (promotion.start, promotion.until) if change] if promotion else []
    days = Days(
        {day: totals for (digest, day), totals in counted.items() if digest == words_a.digest},
        {day: totals for (digest, day), totals in counted.items() if digest == words_b.digest},
        pauses_of(edition.revisions.of(Topic(PROMOTION, key, locale.id))),
        [row.live_from for row in edition.revisions.of(definition_topic(key)).valid] + own,
    )
    return Compared(outcome(comparison, days, moment), words_a, words_b)


def outcome(comparison: Comparison, days: Days, moment: datetime) -> Outcome:
    """What can be said at a moment. Before the planned end that is how many pairs there are, and no more."""
    if moment < comparison.begin:
        return Outcome(comparison, Result.TO_COME)
    if comparison.was_cut_short:
        return Outcome(comparison, Result.CUT_SHORT)
    over = [pair for pair in comparison.pairs if pair.end <= moment]
    rates = [rate for pair in over if (rate := days.rates(pair))]
    numbers = len(over), len(rates)
    if moment < comparison.end:
        return Outcome(comparison, Result.RUNNING, *numbers)
    if len(rates) < MIN_PAIRS:
        return Outcome(comparison, Result.TOO_FEW, *numbers)
    rate_a, rate_b = (fmean(column) for column in zip(*rates, strict=True))
    chance = chance_of([a - b for a, b in rates])
    result = Result.NONE if chance > LEVEL else Result.A if rate_a > rate_b else Result.B
    return Outcome(comparison, result, *numbers, rate_a, rate_b, chance)
