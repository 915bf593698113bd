"""“Like this one”: messages whose English is much the same, with what they say. The desk's own; no service sees a word.

Of the messages that share words, the few that share most are compared word by word. In a queue of 5,000 that takes some
5 ms; `difflib` suffices, which with all 5,000 would take a second.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from heapq import nlargest
from typing import NamedTuple

from microsite.language.message import Key, Message, without_placeholders
from microsite.studio.translations.queue_items import MessageItem, Queue
from microsite.studio.word_diff import DiffSegment, word_diff
from microsite.text import folded

MAX_SHOWN = 4
MAX_SAME = 20
MIN_LIKENESS = 0.6
"""Of 1: the share of the words of both sources that stand in both, in the same order."""
MAX_COMPARED = 30
"""Messages, the likeliest first, that are compared word by word."""
MAX_WORDS = 60
"""The first words of a source, by which it is compared: longer ones are like no other."""
MAX_SHARE = 0.1
"""A word that stands in more of all messages tells nothing of them, unless there is no other."""


class LikeMessage(NamedTuple):
    item: MessageItem
    diff: list[DiffSegment]
    """From its source to that of the message at hand."""


@dataclass(frozen=True)
class WordIndex:
    """Which messages have a word in their source. A snapshot of a template."""

    words: list[list[str]]
    """The words of each message in their order, folded."""
    keys: list[Key]
    numbers: Mapping[str, list[int]]
    """By word, the messages that have it: places in `words` and `keys`."""

    def candidates(self, words: Sequence[str]) -> list[int]:
        """Those that share most words with a source, the likeliest first."""
        distinct = set(words)
        telling = {word for word in distinct if len(self.numbers.get(word, ())) <= MAX_SHARE * len(self.keys)}
        shared: Counter[int] = Counter()
        for word in telling or distinct:
            shared.update(self.numbers.get(word, ()))
        return nlargest(
            MAX_COMPARED, shared, key=lambda number: shared[number] / (len(self.words[number]) + len(words))
        )


_index: tuple[object, WordIndex] | None = None
"""Of the template that was asked for last; all languages have the same."""


def _words(message: Message) -> list[str]:
    return re.findall(r"\w+", folded(without_placeholders(message.msgid)))[:MAX_WORDS]


def index_of(template: Mapping[Key, Message]) -> WordIndex:
    global _index
    if _index is None or _index[0] is not template:
        words = [_words(message) for message in template.values()]
        numbers: dict[str, list[int]] = defaultdict(list)
        for number, of_message in enumerate(words):
            for word in set(of_message):
                numbers[word].append(number)
        _index = template, WordIndex(words, list(template), dict(numbers))
    return _index[1]


def messages_like(queue: Queue, item: MessageItem) -> list[LikeMessage]:
    """Other messages that have words, the likest first; without those that say the same English."""
    index, words = index_of(queue.edition.catalogs[queue.locale.id].template), _words(item.message)
    likeness: dict[Key, float] = {}
    matcher = SequenceMatcher(None, b=words, autojunk=False)
    for number in index.candidates(words):
        matcher.set_seq1(index.words[number])
        likeness[index.keys[number]] = matcher.ratio()
    others = (queue.by_key[key] for key, share in likeness.items() if share >= MIN_LIKENESS and key in queue.by_key)
    known = [
        other for other in others if other.forms and not other.is_refused and other.message.msgid != item.message.msgid
    ]
    likest = nlargest(MAX_SHOWN, known, key=lambda other: likeness[other.message.key])
    return [LikeMessage(other, word_diff(other.message.msgid, item.message.msgid)) for other in likest]


def same_source(queue: Queue, item: MessageItem) -> list[MessageItem]:
    """Other messages that say the same English elsewhere."""
    english = item.message.msgid, item.message.msgid_plural
    others = (other for other in queue.messages if (other.message.msgid, other.message.msgid_plural) == english)
    return [other for other in others if other is not item][:MAX_SAME]
