"""The section of comparisons on the page of a promotion's figures in a language."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from microsite.language.locales import Locale
from microsite.promotions.comparison import Comparison, comparisons
from microsite.promotions.comparison_outcome import Days, Outcome, Verdict, outcome, pauses_of
from microsite.promotions.definition import topic as definition_topic
from microsite.promotions.figures import Period, sums
from microsite.promotions.wording import WordsInForce, typeset_words
from microsite.runtime import current_edition
from microsite.storage.revisions import PROMOTION, Topic
from microsite.storage.tables import PromotionCount
from microsite.studio.blueprint import current_store, now


class Shown(NamedTuple):
    """A comparison as the page shows it."""

    outcome: Outcome
    words_a: WordsInForce
    words_b: WordsInForce


def comparisons_with_outcome(key: str, locale: Locale) -> list[Shown]:
    """All of a promotion in a language, the latest first."""
    saved = current_edition().revisions.of(Topic(PROMOTION, key, locale.id))
    return [_shown(comparison, key, locale) for comparison in reversed(comparisons(saved))]


def digests_compared(comparisons: Iterable[Shown]) -> set[str]:
    """Of the wordings whose clicks are not told apart yet: whoever looks before the end finds a winner by chance."""
    running = [shown for shown in comparisons if shown.outcome.verdict is Verdict.RUNNING]
    return {words.digest for shown in running for words in (shown.words_a, shown.words_b)}


def _shown(comparison: Comparison, key: str, locale: Locale) -> Shown:
    edition = current_edition()
    words_a, words_b = (typeset_words(words, locale.language) for words in (comparison.words_a, comparison.words_b))
    period = Period(comparison.begin.date(), comparison.planned_end.date() - timedelta(days=1))
    counted = sums(
        current_store(),
        period,
        PromotionCount.wording,
        PromotionCount.day,
        promotion=key,
        locale=locale.tag,
    )
    promotion = edition.promotions.get(key)
    own = [moment for moment in (promotion.start, promotion.until) if moment] if promotion else []
    days = Days(
        {day: totals for (digest, day), totals in counted.items() if digest == words_a.digest},
        {day: totals for (digest, day), totals in counted.items() if digest == words_b.digest},
        pauses_of(edition.revisions.of(Topic(PROMOTION, key, locale.id))),
        [row.live_from for row in edition.revisions.of(definition_topic(key)).valid] + own,
    )
    return Shown(outcome(comparison, days, now()), words_a, words_b)
