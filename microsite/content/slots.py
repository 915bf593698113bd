"""Where a promotion stands in a text that names no place for one."""

from collections.abc import Sequence

from microsite.content.blocks import Block, DefaultSlot, PromotionSlot, Prose

PARAGRAPHS_BEFORE = 3


def with_default_slot(blocks: Sequence[Block]) -> list[Block]:
    """The text with its default place, if it names none itself."""
    named = any(isinstance(block, PromotionSlot) for block in blocks)
    index = None if named else default_slot(blocks)
    return [*blocks[:index], DefaultSlot(), *blocks[index:]] if index else list(blocks)


def default_slot(blocks: Sequence[Block]) -> int | None:
    """The index of the block before which a promotion goes; None for a text without paragraphs.

    After the third paragraph or later, between two thoughts, as near to the middle as may be.
    """
    paragraphs = [index for index, block in enumerate(blocks) if _is(block, "paragraph")]
    slots = [index + 1 for index in paragraphs[PARAGRAPHS_BEFORE - 1 :] or paragraphs[-1:]]
    calm = [index for index in slots if index == len(blocks) or _is(blocks[index], "paragraph", "heading")]
    return min(calm or slots, key=lambda index: abs(index - len(blocks) / 2), default=None)


def _is(block: Block, *kinds: str) -> bool:
    return isinstance(block, Prose) and block.kind in kinds
