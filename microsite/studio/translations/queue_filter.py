"""Which items of a queue are shown: one object for the list, its counts, and the way from message to message."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import NamedTuple, TypeVar

from flask import request

from microsite.catalog_tools.progress import STATES
from microsite.storage.revisions import MESSAGE
from microsite.studio.access import account_zone, current_account
from microsite.studio.search import asked_for
from microsite.studio.translations.message_usage import messages_on
from microsite.studio.translations.queue_items import MessageItem, Queue, QueueItem, TextItem
from microsite.text import folded

TEXTS = "texts"
"""What `QueueFilter.show` calls articles and pages: they are written in files, and counted by themselves."""
MAX_ADDRESS = 500
"""Characters of a page's address: more than any of ours has."""


Item = TypeVar("Item", MessageItem, TextItem)


class Position(NamedTuple):
    """Where a message stands among those that are shown, of which it need not be one any more."""

    before: MessageItem | None
    after: MessageItem | None
    place: int
    """0: it is none of them."""
    places: int


@dataclass(frozen=True)
class QueueFilter:
    """What is asked for; all of it holds of what is shown."""

    show: str = ""
    """One of `STATES`, of messages; or `TEXTS`."""
    q: str = ""
    """Words that all stand in an item, see `MessageItem.searched`."""
    readers: bool = False
    """Messages that readers see."""
    author: str = ""
    """The e-mail address of an account that has saved the message."""
    since: date | None = None
    """A day, in the account's time zone, on which or after which somebody, or `author`, has saved the message."""
    on: str = ""
    """The address of a page of readers: the messages that it says, in its order."""

    @property
    def query(self) -> dict[str, str]:
        """For addresses that lead back to the same part of the queue."""
        values = {"show": self.show, "q": self.q, "readers": self.readers and "1", "mine": self.author and "1"}
        values |= {"since": self.since.isoformat() if self.since else "", "on": self.on}
        return {name: value for name, value in values.items() if value}

    @property
    def is_narrow(self) -> bool:
        """Whether more is asked for than a state."""
        return bool(self.showing("").query)

    def showing(self, show: str) -> "QueueFilter":
        """The same of another state, or of all."""
        return replace(self, show=show)

    def applied_to(self, queue: Queue) -> list[QueueItem]:
        return [*self._messages(queue), *(self._texts_in_any_state(queue) if self.show in ("", TEXTS) else ())]

    def counts(self, queue: Queue) -> dict[str, int]:
        """How many items each of "", `STATES` and `TEXTS` would show, the rest of the filter being as it is."""
        messages, texts = self._messages_in_any_state(queue), self._texts_in_any_state(queue)
        states = Counter(state for item in messages for state in item.states)
        return {"": len(messages) + len(texts), **{state: states[state] for state in STATES}, TEXTS: len(texts)}

    def position(self, queue: Queue, item: MessageItem) -> Position:
        shown = self._messages(queue)
        ranks = {other.id: rank for rank, other in enumerate(self._ordered(queue))}
        rank = ranks.get(item.id, -1)
        before = [other for other in shown if ranks[other.id] < rank]
        after = [other for other in shown if ranks[other.id] > rank]
        place = len(before) + 1 if len(before) + len(after) < len(shown) else 0
        return Position(before[-1] if before else None, after[0] if after else None, place, len(shown))

    def _ordered(self, queue: Queue) -> list[MessageItem]:
        if not self.on:
            return queue.messages
        items = (queue.by_key.get(key) for key in messages_on(self.on, queue.edition, queue.locale))
        return [item for item in items if item and not item.is_overridden]

    def _messages(self, queue: Queue) -> list[MessageItem]:
        return [item for item in self._messages_in_any_state(queue) if not self.show or self.show in item.states]

    def _messages_in_any_state(self, queue: Queue) -> list[MessageItem]:
        items = self._ordered(queue)
        if self.readers:
            items = [item for item in items if item.message.is_for_readers]
        if self.author or self.since:
            saved = self._saved(queue)
            items = [item for item in items if item.subject in saved]
        return self._with_words(items)

    def _texts_in_any_state(self, queue: Queue) -> list[TextItem]:
        return [] if self.on or self.readers or self.author or self.since else self._with_words(queue.texts)

    def _with_words(self, items: list[Item]) -> list[Item]:
        words = folded(self.q).split()
        return [item for item in items if all(word in item.searched for word in words)] if words else items

    def _saved(self, queue: Queue) -> set[str]:
        """The subjects of the messages that `author`, or anybody, has saved since the day."""
        begin = datetime.combine(self.since, time(), account_zone()).astimezone(UTC) if self.since else None
        return {
            row.subject
            for row in queue.edition.revisions.by_id.values()
            if (row.kind, row.locale) == (MESSAGE, queue.locale.id)
            and (not self.author or row.author == self.author)
            and (not begin or row.saved >= begin)
        }


def filter_from_query() -> QueueFilter:
    """The filter that the address of this request asks for; what it says wrongly asks for nothing."""
    show = request.args.get("show", "")
    return QueueFilter(
        show=show if show in (*STATES, TEXTS) else "",
        q=asked_for(),
        readers=bool(request.args.get("readers")),
        author=current_account().email if request.args.get("mine") else "",
        since=read_day(request.args.get("since", "")),
        on=request.args.get("on", "")[:MAX_ADDRESS],
    )


def read_day(text: str) -> date | None:
    """A day as a field of a form sends it, 2026-11-29; None for anything else."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None
