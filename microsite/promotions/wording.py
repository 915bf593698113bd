"""The words of a promotion in force in a locale."""

from dataclasses import dataclass

from microsite.language.catalogs import Catalog
from microsite.promotions.promotion import Promotion

FROM_CATALOG = 0
"""The revision number of words that come from the catalog."""


@dataclass(frozen=True)
class WordsInForce:
    """Typeset, ready to be shown."""

    headline: str
    text: str
    button: str
    revision: int


def context(promotion_key: str, part: str) -> str:
    """The gettext context of a part of a promotion's wording: translators see what they are at, no word is shared."""
    return f"promotion {promotion_key}, {part}"


def words_in_force(promotion: Promotion, catalog: Catalog) -> WordsInForce | None:
    """The catalog's wording, or None where the language lacks a part: then the promotion is not shown in it."""
    wording = promotion.wording
    parts = {
        part: catalog.translation(context(promotion.key, part), getattr(wording, part))
        for part in ("headline", "text", "button")
    }
    if not all(parts.values()):
        return None
    return WordsInForce(**{part: words or "" for part, words in parts.items()}, revision=FROM_CATALOG)
