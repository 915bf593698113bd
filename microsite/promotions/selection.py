"""Which promotion is shown in which slot of a page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from typing import NamedTuple, Protocol

from microsite.content.blocks import Block, DefaultSlot, PromotionSlot
from microsite.content.document import Document
from microsite.content.library import Content
from microsite.language.catalog import Catalog
from microsite.language.locales import Locale
from microsite.promotions.placement import Placement
from microsite.promotions.promotion import Promotion
from microsite.promotions.wording import PromotionWords, WordsInForce
from microsite.storage.revisions import Revisions

EARLIEST = datetime.min.replace(tzinfo=UTC)


class Snapshot(Protocol):
    """What is chosen from: an edition."""

    @property
    def content(self) -> Content: ...
    @property
    def promotions(self) -> Mapping[str, Promotion]: ...
    @property
    def catalogs(self) -> Mapping[str, Catalog]: ...
    @property
    def revisions(self) -> Revisions: ...
    @property
    def words(self) -> Mapping[str, PromotionWords]: ...
    @property
    def moment(self) -> datetime: ...
    @property
    def public(self) -> frozenset[str]: ...


@dataclass(frozen=True)
class Placed:
    """A promotion with its words, in a slot."""

    promotion: Promotion
    words: WordsInForce
    placement: Placement
    number: int = 1
    """Of the page's promotions, from 1."""

    kind = "placed"


def choose(edition: Snapshot, locale: Locale, placement: Placement, article: Document | None = None) -> Placed | None:
    """The promotion for a slot that names none: the first of `candidates`.

    `article` is the text that has the slot; None on a page that is no text.
    """
    return next(candidates(edition, locale, placement, article), None)


def candidates(
    edition: Snapshot, locale: Locale, placement: Placement, article: Document | None = None
) -> Iterator[Placed]:
    """All that can be offered there: by precedence, then the one that began last, then by key."""
    in_order = sorted(edition.promotions.values(), key=_order)
    return (placed for promotion in in_order if (placed := offer(edition, locale, promotion, placement, article)))


def _order(promotion: Promotion) -> tuple[int, float, str]:
    return promotion.precedence, -(promotion.start or EARLIEST).timestamp(), promotion.key


class Slot(NamedTuple):
    """A place on a page for one promotion."""

    placement: Placement
    candidates: list[Placed]
    """Readers see the first. Where the writer named a promotion there is that one, or none."""


def slot_of(edition: Snapshot, locale: Locale, document: Document, block: Block) -> Slot | None:
    """What a block of an article has room for; None where that is no promotion."""
    if isinstance(block, PromotionSlot):
        promotion = edition.promotions.get(block.key)  # missing where its file has faults
        placed = offer(edition, locale, promotion, Placement.IN_TEXT) if promotion else None
        return Slot(Placement.IN_TEXT, [placed] if placed else [])
    if isinstance(block, DefaultSlot):
        return Slot(Placement.DEFAULT, list(candidates(edition, locale, Placement.DEFAULT, document)))
    return None


def fill_slots(edition: Snapshot, locale: Locale, document: Document) -> list[Block | Placed]:
    """The blocks of an article, with promotions for those of its slots that can be filled and without the others."""
    numbers = count(1)
    filled: list[Block | Placed] = []
    for block in document.blocks:
        slot = slot_of(edition, locale, document, block)
        if not slot:
            filled.append(block)
        elif slot.candidates:
            filled.append(replace(slot.candidates[0], number=next(numbers)))
    return filled


def offer(
    edition: Snapshot, locale: Locale, promotion: Promotion, placement: Placement, article: Document | None = None
) -> Placed | None:
    """The promotion at a placement; None where it may not stand there, does not run, or has no words."""
    if not promotion.may_stand(placement, article) or not promotion.is_running(edition.moment):
        return None
    words = edition.words[locale.id].get(promotion.key)
    return Placed(promotion, words, placement) if words else None
