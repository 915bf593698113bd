"""Which promotion is shown in which slot of a page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from typing import NamedTuple

from microsite.content.blocks import Block, DefaultSlot, PromotionSlot
from microsite.content.document import Document
from microsite.promotions.placement import Placement
from microsite.promotions.promotion import Promotion
from microsite.promotions.wording import PromotionWords, WordsInForce

EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Placed:
    """A promotion with its words, in a slot."""

    promotion: Promotion
    words: WordsInForce
    placement: Placement
    number: int = 1
    """Of the page's promotions, from 1."""

    kind = "placed"


def choose(
    promotions: Mapping[str, Promotion],
    placement: Placement,
    words: PromotionWords,
    moment: datetime,
    article: Document | None = None,
) -> Placed | None:
    """The promotion for a slot that names none, of `article` if it is one of an article: the first of `candidates`."""
    return next(candidates(promotions, placement, words, moment, article), None)


def candidates(
    promotions: Mapping[str, Promotion],
    placement: Placement,
    words: PromotionWords,
    moment: datetime,
    article: Document | None = None,
) -> Iterator[Placed]:
    """All that can be offered there: by precedence, then the one that began last, then by key."""
    in_order = sorted(promotions.values(), key=_order)
    return (placed for promotion in in_order if (placed := offer(promotion, placement, words, moment, article)))


def _order(promotion: Promotion) -> tuple[int, float, str]:
    return promotion.precedence, -(promotion.start or EARLIEST).timestamp(), promotion.key


def fill_slots(
    document: Document, promotions: Mapping[str, Promotion], words: PromotionWords, moment: datetime
) -> list[Block | Placed]:
    """The blocks of an article, with promotions for those of its slots that can be filled and without the others."""

    def filled(block: Block) -> Block | Placed | None:
        if isinstance(block, PromotionSlot):
            promotion = promotions.get(block.key)  # missing where its file has faults
            return offer(promotion, Placement.IN_TEXT, words, moment) if promotion else None
        is_default = isinstance(block, DefaultSlot)
        return choose(promotions, Placement.DEFAULT, words, moment, document) if is_default else block

    numbers = count(1)
    blocks = (filled(block) for block in document.blocks)
    return [replace(block, number=next(numbers)) if isinstance(block, Placed) else block for block in blocks if block]


class Slot(NamedTuple):
    """A place on a page for one promotion."""

    placement: Placement
    candidates: list[Placed]
    """Readers see the first. Where the writer named a promotion there is that one, or none."""


def slots_of(
    document: Document, promotions: Mapping[str, Promotion], words: PromotionWords, moment: datetime
) -> list[Slot]:
    """The slots of an article in their order, with everything that could fill them."""
    slots = []
    for block in document.blocks:
        if isinstance(block, PromotionSlot):
            promotion = promotions.get(block.key)
            placed = offer(promotion, Placement.IN_TEXT, words, moment) if promotion else None
            slots.append(Slot(Placement.IN_TEXT, [placed] if placed else []))
        elif isinstance(block, DefaultSlot):
            placed_by_site = candidates(promotions, Placement.DEFAULT, words, moment, document)
            slots.append(Slot(Placement.DEFAULT, list(placed_by_site)))
    return slots


def offer(
    promotion: Promotion,
    placement: Placement,
    words: PromotionWords,
    moment: datetime,
    article: Document | None = None,
) -> Placed | None:
    """The promotion at a placement; None where it may not stand there, does not run, or has no words."""
    if not promotion.may_stand(placement, article) or not promotion.is_running(moment):
        return None
    own_words = words.get(promotion.key)
    return Placed(promotion, own_words, placement) if own_words else None
