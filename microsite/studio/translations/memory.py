"""What the desk has said before: the words of messages that are like the one at hand. No service is asked."""

from typing import NamedTuple

from microsite.studio.translations.queue_items import MessageItem, Queue
from microsite.studio.word_diff import DiffSegment, word_diff

MIN_SIMILARITY, MIN_OF_A_WORD = 70, 80
"""In percent, of letters that two sources share in their order, and a source of one word with any other; below it, as
in “Text” and “Next”, that is chance."""
MAX_SIMILAR = 3
MAX_COMPARED = 500
"""Characters of a source: as many as the file may hold of that length are compared in 10 ms, 5,000 of ours in 0.5."""


class Similar(NamedTuple):
    """A message that is like the one at hand, and is translated."""

    item: MessageItem
    diff: list[DiffSegment]
    """What the source at hand changes in its source."""
    forms: tuple[str, ...]
    """Its words, one for each field."""


def similar_messages(queue: Queue, item: MessageItem, fields: int) -> list[Similar]:
    """The messages whose source is most like that of `item`, best first; of those that say the same, one."""
    from rapidfuzz import fuzz, process  # 17 ms, which a start need not spend

    source = item.message.msgid
    translated = {
        (other.message.msgid, other.forms): other
        for other in queue.messages
        if other is not item and other.is_live and len(other.message.msgid) <= MAX_COMPARED
    }
    if len(source) > MAX_COMPARED:
        return []
    compared = {words: other.compared for words, other in translated.items()}
    least = MIN_SIMILARITY if " " in item.compared else MIN_OF_A_WORD
    best = process.extract(item.compared, compared, scorer=fuzz.ratio, score_cutoff=least, limit=MAX_SIMILAR)
    return [
        Similar(translated[msgid, forms], word_diff(msgid, source), _fitted(forms, fields))
        for _, _, (msgid, forms) in best
    ]


def _fitted(forms: tuple[str, ...], fields: int) -> tuple[str, ...]:
    """As many plural forms as there are fields: the last one stands for those that are lacking."""
    return (*forms, *forms[-1:] * fields)[:fields]


def same_source(queue: Queue, item: MessageItem) -> list[MessageItem]:
    """The other messages with the same English words, which a context tells apart."""
    source = item.message.msgid, item.message.msgid_plural
    return [
        other
        for other in queue.messages
        if other is not item and (other.message.msgid, other.message.msgid_plural) == source
    ]
