"""The register of advertisements: every change of what readers were shown, kept from the first edition on.

Each edition continues the register of the one before: what its pages show and what the register says of them come from
the same snapshot. `register_rows.py` keeps it for the next start.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple, Protocol

from microsite.clock import EARLIEST_DAY
from microsite.promotions.figures import Totals
from microsite.promotions.selection import Snapshot
from microsite.promotions.state import is_live
from microsite.promotions.wording import WordsInForce


class RegisterChange(NamedTuple):
    """What readers of a language are shown of a promotion, from a moment on."""

    moment: datetime
    promotion: str
    locale: str
    """A locale's tag."""
    words: WordsInForce | None
    """None: nothing any more."""
    advertiser: str
    """Who pays, as the label says; empty where nothing is shown."""

    @property
    def key(self) -> "WordingKey | None":
        return WordingKey(self.promotion, self.locale, self.words.digest) if self.words else None


change_order = attrgetter("moment", "promotion", "locale")
"""The order of changes."""


class WordingKey(NamedTuple):
    promotion: str
    locale: str
    wording: str
    """The digest."""


@dataclass(frozen=True)
class Counted:
    """What was counted of a wording on days that are over, for as long as totals are kept."""

    totals: Totals
    first: date
    last: date
    pages: frozenset[str]
    """The keys of those on which it was seen."""


@dataclass(frozen=True)
class Past:
    """What the database knows of the time until a day, which is over. A snapshot: nobody changes it."""

    until: date | None = None
    """The last of these days; None: nothing was read."""
    shown: tuple[RegisterChange, ...] = ()
    words: Mapping[WordingKey, WordsInForce] = field(default_factory=dict)
    """All that were ever counted, the first first: some of them before a register was kept."""
    counted: Mapping[WordingKey, Counted] = field(default_factory=dict)
    compared: Mapping[tuple[str, str], Mapping[tuple[str, date], Totals]] = field(default_factory=dict)
    """By promotion and locale of those that had comparisons: totals by digest and day."""


@dataclass(frozen=True)
class Register:
    """What was public from when to when. A snapshot: nobody changes it."""

    shown: tuple[RegisterChange, ...] = ()
    """Every change, the earliest first."""
    past: Past = field(default_factory=Past)

    def followed_by(self, edition: Snapshot, past: Past) -> "Register":
        """With what the edition changes, and the past as it was read last."""
        shown = self.shown
        if past is not self.past:
            shown = tuple(sorted({*shown, *past.shown}, key=change_order))
        if edition.moment.date() < EARLIEST_DAY:  # what a wrong clock stamps would claim years
            return Register(shown, past)
        last = {(change.promotion, change.locale): change for change in shown if change.moment <= edition.moment}
        now = {(change.promotion, change.locale): change for change in _shown_by(edition)}
        for topic, change in last.items():
            if change.words and topic not in now:
                now[topic] = RegisterChange(edition.moment, *topic, None, "")
        new = [change for topic, change in now.items() if topic not in last or last[topic][3:] != change[3:]]
        # Sorted as a whole: what a clock has stamped that was ahead stays last.
        return Register(tuple(sorted((*shown, *new), key=change_order)) if new else shown, past)

    @cached_property
    def words(self) -> Mapping[WordingKey, WordsInForce]:
        """All that readers were ever shown."""
        own = {change.key: change.words for change in self.shown if change.key and change.words}
        return {**self.past.words, **own}


class RegisterSnapshot(Snapshot, Protocol):
    """An edition with the register up to it."""

    @property
    def register(self) -> Register: ...


def _shown_by(edition: Snapshot) -> Iterator[RegisterChange]:
    """What readers of an edition see."""
    for locale in edition.content.site.locales.values():
        for key, words in edition.words[locale.id].items():
            promotion = edition.promotions[key]
            if is_live(edition, promotion, locale):
                yield RegisterChange(edition.moment, key, locale.tag, words, promotion.advertiser)
