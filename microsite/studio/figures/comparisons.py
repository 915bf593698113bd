"""The section of comparisons on the page of a promotion's figures in a language."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from microsite.language.locales import Locale
from microsite.promotions.comparison import Comparison, comparisons
from microsite.promotions.comparison_outcome import Compared, Verdict, compared
from microsite.promotions.figures import Period, Totals, sums
from microsite.runtime import current_edition
from microsite.storage.revisions import PROMOTION, Topic
from microsite.storage.tables import PromotionCount
from microsite.studio.blueprint import current_store, now


def comparisons_with_outcome(key: str, locale: Locale) -> list[Compared]:
    """All of a promotion in a language, the latest first."""
    edition = current_edition()
    saved = edition.revisions.of(Topic(PROMOTION, key, locale.id))
    return [
        compared(edition, key, locale, comparison, _counted(comparison, key, locale), now())
        for comparison in reversed(comparisons(saved))
    ]


def digests_compared(comparisons: Iterable[Compared]) -> set[str]:
    """Of the wordings whose clicks are not told apart yet: whoever looks before the end finds a winner by chance."""
    running = [shown for shown in comparisons if shown.outcome.verdict is Verdict.RUNNING]
    return {words.digest for shown in running for words in (shown.words_a, shown.words_b)}


def _counted(comparison: Comparison, key: str, locale: Locale) -> Mapping[tuple[str, date], Totals]:
    period = Period(comparison.begin.date(), comparison.planned_end.date() - timedelta(days=1))
    by = PromotionCount.wording, PromotionCount.day
    return sums(current_store(), period, *by, promotion=key, locale=locale.tag)
