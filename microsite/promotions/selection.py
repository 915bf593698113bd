"""Which promotion stands where."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count

from microsite.content.blocks import Block, DefaultSlot, PromotionSlot
from microsite.content.document import Document
from microsite.promotions.placement import Placement
from microsite.promotions.promotion import Promotion
from microsite.promotions.wording import Words, WordsInForce


@dataclass(frozen=True)
class Placed:
    """A promotion with its words, at its place on a page."""

    promotion: Promotion
    words: WordsInForce
    placement: Placement
    number: int = 1
    """Which of the promotions of its page it is."""

    kind = "placed"


def choose(promotions: Mapping[str, Promotion], placement: Placement, words: Words, moment: datetime) -> Placed | None:
    """The promotion for a place that names none: of those running, allowed there and worded, the latest to begin."""
    earliest = datetime.min.replace(tzinfo=UTC)
    for promotion in sorted(promotions.values(), key=lambda one: (one.start or earliest, one.key), reverse=True):
        if placed := offer(promotion, placement, words, moment):
            return placed
    return None


def place(
    document: Document, promotions: Mapping[str, Promotion], words: Words, moment: datetime
) -> list[Block | Placed]:
    """The blocks of an article with its promotions in their places: the writer's, else the default one."""

    def filled(block: Block) -> Block | Placed | None:
        if isinstance(block, PromotionSlot):
            promotion = promotions.get(block.key)  # one whose file is broken may be missing
            return offer(promotion, Placement.IN_TEXT, words, moment) if promotion else None
        return choose(promotions, Placement.DEFAULT, words, moment) if isinstance(block, DefaultSlot) else block

    numbers = count(1)
    return [
        replace(found, number=next(numbers)) if isinstance(found, Placed) else found
        for block in document.blocks
        if (found := filled(block))
    ]


def offer(promotion: Promotion, placement: Placement, words: Words, moment: datetime) -> Placed | None:
    """The promotion at a placement; None where it may not stand there, does not run, or has no words."""
    if placement not in promotion.placements or not promotion.is_running(moment):
        return None
    found = words.get(promotion.key)
    return Placed(promotion, found, placement) if found else None
