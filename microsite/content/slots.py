"""Where a promotion stands in a text that names no place for one."""

from collections.abc import Sequence

from microsite.content.blocks import Block, DefaultSpot, PromotionSpot, Prose

PARAGRAPHS_BEFORE = 3


def with_spot(blocks: Sequence[Block]) -> list[Block]:
    """The text with its default place, if it names none itself."""
    named = any(isinstance(block, PromotionSpot) for block in blocks)
    spot = None if named else default_spot(blocks)
    return [*blocks[:spot], DefaultSpot(), *blocks[spot:]] if spot else list(blocks)


def default_spot(blocks: Sequence[Block]) -> int | None:
    """The index of the block before which a promotion goes; None for a text without paragraphs.

    After the third paragraph or later, between two thoughts, as near to the middle as may be.
    """
    paragraphs = [index for index, block in enumerate(blocks) if _is(block, "paragraph")]
    spots = [index + 1 for index in paragraphs[PARAGRAPHS_BEFORE - 1 :] or paragraphs[-1:]]
    calm = [spot for spot in spots if spot == len(blocks) or _is(blocks[spot], "paragraph", "heading")]
    return min(calm or spots, key=lambda spot: abs(spot - len(blocks) / 2), default=None)


def _is(block: Block, *kinds: str) -> bool:
    return isinstance(block, Prose) and block.kind in kinds
