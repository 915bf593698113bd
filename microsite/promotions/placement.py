"""Which promotion stands where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from microsite.content.blocks import Block, PromotionSpot, Prose
from microsite.content.document import Document
from microsite.promotions.promotion import Placement, Promotion
from microsite.promotions.wording import Words, WordsInForce

PARAGRAPHS_BEFORE = 3


@dataclass(frozen=True)
class Placed:
    """A promotion with its words, at its place on a page."""

    promotion: Promotion
    words: WordsInForce
    placement: Placement

    kind = "placed"


def choose(promotions: Mapping[str, Promotion], placement: Placement, words: Words, moment: datetime) -> Placed | None:
    """The promotion for a place that names none: of those running, allowed there and worded, the latest to begin."""
    earliest = datetime.min.replace(tzinfo=UTC)
    for promotion in sorted(promotions.values(), key=lambda one: (one.start or earliest, one.key), reverse=True):
        if placed := _show(promotion, placement, words, moment):
            return placed
    return None


def place(
    document: Document, promotions: Mapping[str, Promotion], words: Words, moment: datetime
) -> list[Block | Placed]:
    """The blocks of an article with its promotions in their places: the writer's, else the default one."""
    written = document.blocks
    if any(isinstance(block, PromotionSpot) for block in written):
        named = [
            _show(promotions[block.key], "in-text", words, moment) if isinstance(block, PromotionSpot) else block
            for block in written
        ]
        return [block for block in named if block]
    blocks: list[Block | Placed] = list(written)
    spot = default_spot(written) if document.article.promotion else None
    if spot and (placed := choose(promotions, "default", words, moment)):
        blocks.insert(spot, placed)
    return blocks


def default_spot(blocks: Sequence[Block]) -> int | None:
    """Where a promotion goes in a text that names no place; None for a text without paragraphs.

    After the third paragraph or later, between two thoughts, as near to the middle as may be.
    """
    paragraphs = [index for index, block in enumerate(blocks) if _is(block, "paragraph")]
    spots = [index + 1 for index in paragraphs[PARAGRAPHS_BEFORE - 1 :] or paragraphs[-1:]]
    calm = [spot for spot in spots if spot == len(blocks) or _is(blocks[spot], "paragraph", "heading")]
    return min(calm or spots, key=lambda spot: abs(spot - len(blocks) / 2), default=None)


def _is(block: Block, *kinds: str) -> bool:
    return isinstance(block, Prose) and block.kind in kinds


def _show(promotion: Promotion, placement: Placement, words: Words, moment: datetime) -> Placed | None:
    if placement not in promotion.placements or not promotion.is_running(moment):
        return None
    found = words.get(promotion.key)
    return Placed(promotion, found, placement) if found else None
