"""The words of promotions in force: marketing's, else the catalog's, else none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from microsite.language.catalog import Catalog
from microsite.language.message import PROMOTION_CONTEXT, Key
from microsite.language.typography import typeset_plain
from microsite.promotions.comparison import comparison_of
from microsite.promotions.promotion import MAX_LENGTHS, Promotion
from microsite.storage.revisions import PROMOTION, Action, Revisions, Topic, TopicRevisions, is_hidden

PARTS = tuple(MAX_LENGTHS)
"""Of a wording, in their order on the page."""
DIGEST_LENGTH = 16
"""Hexadecimal digits: of a million wordings two would share one with a chance of 3 in 10⁸."""


@dataclass(frozen=True)
class WordsInForce:
    """A wording as pages show it: typeset. What was counted of it is kept under its `digest`."""

    headline: str
    text: str
    button: str

    @property
    def by_part(self) -> dict[str, str]:
        return {part: getattr(self, part) for part in PARTS}

    @cached_property
    def digest(self) -> str:
        """The same for the same words, whoever saved them, when, and how often."""
        return sha256("\0".join(self.by_part.values()).encode()).hexdigest()[:DIGEST_LENGTH]


PromotionWords = Mapping[str, WordsInForce]
"""By promotion key, in one locale. A promotion that is not shown in the locale is missing."""


def context(promotion_key: str, part: str) -> str:
    """The gettext context of a part. It tells translators what it is; no two promotions share a message."""
    return f"{PROMOTION_CONTEXT}{promotion_key}, {part}"


def is_wording(message_context: str | None) -> bool:
    """Whether a message of this context is a part of a promotion's wording."""
    return (message_context or "").startswith(PROMOTION_CONTEXT)


def message_keys(promotion: Promotion) -> dict[str, Key]:
    """The messages of a promotion's wording in catalogs, by part; none of one that has no file."""
    if not promotion.wording:
        return {}
    return {part: (context(promotion.key, part), getattr(promotion.wording, part)) for part in PARTS}


def catalog_words(promotion: Promotion, catalog: Catalog) -> dict[str, str]:
    """The catalog's words by part; a part that the language lacks is empty."""
    keys = message_keys(promotion)
    return {part: (catalog.translation(*keys[part]) or "") if keys else "" for part in PARTS}


def words_in_force(
    promotion: Promotion, catalog: Catalog, saved: TopicRevisions, moment: datetime
) -> WordsInForce | None:
    """The words at a moment, of what was `saved` about them; None where the promotion is not shown in the language."""
    revision = saved.in_force(moment)
    if revision and is_hidden(revision, moment):
        return None
    if revision is None or revision.action == Action.CATALOG:
        words = catalog_words(promotion, catalog)
        return WordsInForce(**words) if all(words.values()) else None
    if revision.action == Action.COMPARE:
        return typeset_words(comparison_of(saved, revision).words_on(moment.date()), catalog.language)
    return typeset_words(revision.words, catalog.language)


def typeset_words(typed: Mapping[str, str], language: str) -> WordsInForce:
    """The words as typed, typeset. Raises KeyError where a part is missing."""
    return WordsInForce(**{part: typeset_plain(typed[part], language) for part in PARTS})


def all_words(
    promotions: Mapping[str, Promotion],
    catalogs: Mapping[str, Catalog],
    revisions: Revisions,
    moment: datetime,
) -> dict[str, PromotionWords]:
    """The words of all promotions in force, by locale id."""
    return {
        locale: {
            key: words
            for key, promotion in promotions.items()
            if (words := words_in_force(promotion, catalog, revisions.of(Topic(PROMOTION, key, locale)), moment))
        }
        for locale, catalog in catalogs.items()
    }
