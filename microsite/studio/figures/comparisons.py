"""What the studio's figures say of comparisons: what came of each, and no click of one that runs."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from microsite.language.locales import Locale
from microsite.promotions.comparison import Comparison, comparisons, last_day_before
from microsite.promotions.comparison_outcome import Compared, compared
from microsite.promotions.figures import Period, Totals, Withheld, sums
from microsite.promotions.state import running_comparison
from microsite.runtime import current_edition
from microsite.storage.revisions import PROMOTION, Topic
from microsite.storage.tables import PromotionCount
from microsite.studio.blueprint import current_store, now

Sums = dict[tuple[Any, ...], Totals]
"""Totals by the values of the columns that they are grouped by."""


def comparisons_with_outcome(key: str, locale: Locale) -> list[Compared]:
    """All of a promotion in a language, the latest first."""
    edition = current_edition()
    saved = edition.revisions.of(Topic(PROMOTION, key, locale.id))
    return [
        compared(edition, key, locale, comparison, _counted(comparison, key, locale), now())
        for comparison in reversed(comparisons(saved))
    ]


def told_sums(period: Period, *group_by: InstrumentedAttribute[Any], **filters: object) -> Sums:
    """As `sums`, for whoever looks: without the clicks of comparisons that run."""
    return sums(current_store(), period, *group_by, withheld=withheld_days(), **filters)


def withheld_days() -> list[Withheld]:
    """All days of all comparisons that run."""
    edition, moment = current_edition(), now()
    tags = {locale.id: tag for tag, locale in edition.content.site.locales.items()}
    return [
        Withheld(topic.subject, tags[topic.locale], _days_of(running))
        for topic, saved in edition.revisions.by_topic.items()
        if topic.kind == PROMOTION and topic.locale in tags and (running := running_comparison(saved, moment))
    ]


def _days_of(comparison: Comparison) -> Period:
    return Period(comparison.begin.date(), last_day_before(comparison.planned_end))


def _counted(comparison: Comparison, key: str, locale: Locale) -> Mapping[tuple[str, date], Totals]:
    by = PromotionCount.wording, PromotionCount.day
    return sums(current_store(), _days_of(comparison), *by, promotion=key, locale=locale.tag)
