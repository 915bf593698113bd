"""The words of promotions in force: marketing's, else the catalog's, else none."""

from collections.abc import Mapping
from dataclasses import dataclass

from microsite.language.catalog import Catalog
from microsite.language.typography import typeset_once
from microsite.promotions.promotion import MAX_LENGTHS, Promotion
from microsite.storage.revisions import PROMOTION, Topic
from microsite.storage.tables import Revision

FROM_CATALOG = 0
"""The revision number of words that come from the catalog."""
PARTS = tuple(MAX_LENGTHS)


@dataclass(frozen=True)
class WordsInForce:
    """Typeset, ready to be shown."""

    headline: str
    text: str
    button: str
    revision: int


Words = Mapping[str, WordsInForce]
"""The words of each promotion in one locale, by its key; one that is missing is not shown in it."""


def context(promotion_key: str, part: str) -> str:
    """The gettext context of a part of a promotion's wording: translators see what they are at, no word is shared."""
    return f"promotion {promotion_key}, {part}"


def is_wording(message_context: str | None) -> bool:
    """Whether a message of this context is a part of a promotion's wording."""
    return (message_context or "").startswith("promotion ")


def words_in_force(promotion: Promotion, catalog: Catalog, revision: Revision | None) -> WordsInForce | None:
    """What `revision`, the one in force, says; None where the promotion is not shown in this language."""
    if revision is None or revision.action == "catalog":
        return from_catalog(promotion, catalog)
    if revision.action == "pause":
        return None
    return words_of(revision.words, catalog.language, revision.id)


def from_catalog(promotion: Promotion, catalog: Catalog) -> WordsInForce | None:
    """The catalog's wording, or None where the language lacks a part."""
    parts = {
        part: catalog.translation(context(promotion.key, part), getattr(promotion.wording, part)) or ""
        for part in PARTS
    }
    return WordsInForce(**parts, revision=FROM_CATALOG) if all(parts.values()) else None


def words_of(typed: Mapping[str, str], language: str, revision: int) -> WordsInForce:
    """Words as typed, typeset."""
    return WordsInForce(**{part: typeset_once(typed[part], language) for part in PARTS}, revision=revision)


def all_words(
    promotions: Mapping[str, Promotion], catalogs: Mapping[str, Catalog], in_force: Mapping[Topic, Revision]
) -> dict[str, Words]:
    """By locale id."""
    return {
        locale: {
            key: words
            for key, promotion in promotions.items()
            if (words := words_in_force(promotion, catalog, in_force.get(Topic(PROMOTION, key, locale))))
        }
        for locale, catalog in catalogs.items()
    }
