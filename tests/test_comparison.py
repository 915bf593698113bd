"""Comparing two wordings: all readers see one on one day and the other on another, and nobody is assigned anything."""

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from math import exp
from random import Random

import pytest

from microsite.config import ROOT
from microsite.promotions.comparison import Comparison, comparisons
from microsite.promotions.comparison_outcome import Days, Outcome, Result, outcome, pauses_of
from microsite.promotions.figures import Totals
from microsite.storage.revisions import Action, Revisions, Topic, next_midnight
from microsite.storage.tables import Revision
from tests.conftest import NOW

BEGIN = datetime(2026, 11, 23, tzinfo=UTC)
TOPIC = Topic("promotion", "vpn", "fr")
A, B = {"headline": "A"}, {"headline": "B"}
PRINT_DAYS = """
from datetime import UTC, date, datetime, timedelta
from microsite.promotions.comparison import Comparison
begin = datetime(2026, 11, 23, tzinfo=UTC)
compared = Comparison(7, begin, begin + timedelta(days=364), begin + timedelta(days=364), {}, {})
print("".join("AB"[compared.has_b(begin.date() + timedelta(days=day))] for day in range(364)))
"""


def compared(number: int = 7, days: int = 28, end: datetime | None = None) -> Comparison:
    planned = BEGIN + timedelta(days=days)
    return Comparison(number, BEGIN, planned, end or planned, A, B)


def day(number: float) -> datetime:
    """So many days after the beginning."""
    return BEGIN + timedelta(days=number)


def row(id: int, action: Action, live_from: datetime, live_until: datetime | None = None, **given: object) -> Revision:
    words = B if action == Action.COMPARE else {}
    shared = {
        "based_on": id - 1,
        "author": "",
        "note": "",
        "confirmed_claims": [],
        "afterwards": "before",
        "saved": NOW,
    }
    columns = {"words": words, "source": A, "cancels": None, **shared, **given}
    return Revision(id=id, **TOPIC._asdict(), action=action, live_from=live_from, live_until=live_until, **columns)


class TestTurns:
    def test_each_pair_of_days_has_both(self) -> None:
        """One day each, next to each other, one pair after the other from the first day to the last."""
        pairs = compared().pairs
        assert len(pairs) == 14
        days = [each for pair in pairs for each in sorted(pair)]
        assert days == [BEGIN.date() + timedelta(number) for number in range(28)]
        assert all(compared().words_on(pair.day_a) == A and compared().words_on(pair.day_b) == B for pair in pairs)

    def test_the_coin_is_fair_and_thrown_for_each_pair(self) -> None:
        """Of 5,200 pairs about half begin with A; no weekday, and no pair of a comparison, has a side of its own."""
        first = Counter(
            (number, pair.day_a < pair.day_b)
            for comparison in range(400)
            for number, pair in enumerate(compared(comparison, 26).pairs)
        )
        assert all(150 < first[number, True] < 250 for number in range(13))
        assert 2450 < sum(count for (_, is_a), count in first.items() if is_a) < 2750

    def test_two_processes_agree(self) -> None:
        """Whatever seeds their hashes, in whatever time zone they run."""
        environments = (
            {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati"},
            {"PYTHONHASHSEED": "2", "TZ": "Pacific/Niue"},
        )
        printed = {
            subprocess.run(
                [sys.executable, "-c", PRINT_DAYS],
                cwd=ROOT,
                env={**os.environ, **environment},
                capture_output=True,
                check=True,
            ).stdout
            for environment in environments
        }
        assert len(printed) == 1
        assert len(printed.pop().split()[0]) == 364

    def test_ending_it_early_changes_no_day_that_is_over(self) -> None:
        """The revision that ends it has another number; the coin has that of the one that began it."""
        begun = row(3, Action.COMPARE, BEGIN, day(28))
        before = Revisions().added([begun])
        after = before.added([row(4, Action.COMPARE, BEGIN, day(5.5), cancels=3)])
        [former], [cut_short] = comparisons(before.of(TOPIC)), comparisons(after.of(TOPIC))
        assert [former.words_on(min(pair)) for pair in former.pairs] == [
            cut_short.words_on(min(pair)) for pair in cut_short.pairs
        ]
        assert (former.was_cut_short, cut_short.was_cut_short) == (False, True)
        assert after.of(TOPIC).in_force(day(5.4)) and not after.of(TOPIC).in_force(day(5.5))

    def test_every_midnight_of_it_is_a_moment_of_change(self) -> None:
        """In UTC, as long as it runs: the words may be others from then on. Before it begins, and after, none is."""
        saved = Revisions().added([row(3, Action.COMPARE, BEGIN, day(28))])
        assert saved.change_moments(day(-2)) == [BEGIN, day(28)]
        assert saved.change_moments(day(0)) == [day(1), day(28)]
        assert saved.change_moments(day(26.5)) == [day(27), day(28)]
        assert saved.change_moments(day(27.5)) == [day(28)]
        assert saved.change_moments(day(28)) == []

    def test_a_day_is_a_day_in_utc(self) -> None:
        """Also where clocks are put back, and whatever zone a moment comes in."""
        paris = datetime.fromisoformat("2026-10-25T01:30:00+02:00")
        assert next_midnight(paris) == datetime(2026, 10, 25, tzinfo=UTC)
        assert next_midnight(datetime(2026, 10, 25, tzinfo=UTC)) == datetime(2026, 10, 26, tzinfo=UTC)


def counted(
    comparison: Comparison, a: int, b: int, but: tuple[date, ...] = ()
) -> tuple[dict[date, Totals], dict[date, Totals]]:
    """500 views a day, with so many clicks on the days of A and on those of B."""
    pairs = comparison.pairs
    return (
        {pair.day_a: Totals(500, a + number % 3) for number, pair in enumerate(pairs) if pair.day_a not in but},
        {pair.day_b: Totals(500, b + number % 2) for number, pair in enumerate(pairs) if pair.day_b not in but},
    )


def what_came(comparison: Comparison, days: Days, at: float) -> Outcome:
    return outcome(comparison, days, day(at))


class TestOutcome:
    def test_nothing_is_said_before_the_end(self) -> None:
        """However clear it looks: who looks every day finds a winner sooner or later."""
        comparison = compared()
        days = Days(*counted(comparison, 5, 50))
        assert what_came(comparison, days, -1) == Outcome(comparison, Result.TO_COME)
        early = what_came(comparison, days, 27.99)
        assert (early.result, early.over, early.chance, early.rate_a, early.rate_b) == (Result.RUNNING, 13, 1, 0, 0)
        assert what_came(comparison, days, 3.5).lacking == 5
        assert what_came(comparison, days, 28).result == Result.B

    @pytest.mark.parametrize(("a", "b", "result"), [(5, 20, Result.B), (20, 5, Result.A), (10, 10, Result.NONE)])
    def test_at_the_end_it_says_which_was_followed_more_often(self, a: int, b: int, result: Result) -> None:
        """By the mean of the days' rates, unless chance could have made the difference."""
        comparison = compared()
        outcome = what_came(comparison, Days(*counted(comparison, a, b)), 28)
        assert outcome.result == result
        assert outcome.rate_a == pytest.approx(2 * a + 2 * 13 / 14, abs=0.01)
        assert (outcome.chance <= 0.05) == (result != Result.NONE)

    def test_ended_early_it_says_nothing(self) -> None:
        """For ever: whoever ends it may have looked at the figures of the wordings."""
        comparison = compared(end=day(27))
        days = Days(*counted(comparison, 5, 50))
        assert {what_came(comparison, days, at).result for at in (27, 28, 90)} == {Result.CUT_SHORT}

    def test_pairs_that_were_not_shown_whole_are_left_out(self) -> None:
        """A pause of a minute, a change of places, a day without views: both days of the pair are."""
        comparison = compared()
        a, b = counted(comparison, 5, 50)
        paused = [(day(0.5), day(0.501)), (day(6), day(8))]
        last = comparison.pairs[-1]
        days = Days(a, {when: totals for when, totals in b.items() if when != last.day_b}, paused, [day(3.2), day(12)])
        outcome = what_came(comparison, days, 28)
        assert (outcome.over, outcome.left_out) == (
            14,
            4,
        )  # days 0–1, 6–7, 2–3, 26–27; what changed at a midnight is none

    def test_below_six_pairs_it_says_how_many_are_lacking(self) -> None:
        """However clear it looks."""
        comparison = compared()
        outcome = what_came(comparison, Days(*counted(comparison, 5, 50), [(day(9), None)]), 28)
        assert (outcome.result, outcome.used, outcome.lacking) == (Result.TOO_FEW, 4, 2)

    def test_a_pause_that_was_resumed_at_once_is_none(self) -> None:
        """One that runs is."""
        rows = [row(1, Action.PAUSE, day(1), day(1)), row(2, Action.PAUSE, day(3))]
        assert pauses_of(Revisions().added(rows).of(TOPIC)) == [(day(3), None)]


def test_two_thousand_years_of_equal_wordings() -> None:
    """At most five of a hundred comparisons call them different: four weeks each, one after the other.

    Days are as days are: weekdays, weekends, some in the news, each with a mood of its own; about 500 views and 20
    clicks per thousand. Seeded.
    """
    dice = Random(2026)

    def day_of(number: int) -> Totals:
        views = round(500 * (0.7 if number % 7 > 4 else 1.1) * exp(dice.gauss(0, 0.2)) * dice.choice((1,) * 19 + (4,)))
        least, clicks, product = exp(-0.02 * views * exp(dice.gauss(0, 0.1))), 0, dice.random()
        while product > least:  # Knuth's way to a number that Poisson's law gives
            product, clicks = product * dice.random(), clicks + 1
        return Totals(views, clicks)

    different = 0
    for number in range(2000 * 13):
        comparison = compared(number)
        counted = {BEGIN.date() + timedelta(each): day_of(each) for each in range(28)}
        different += outcome(comparison, Days(counted, counted), day(28)).result != Result.NONE
    assert different <= 0.05 * 2000 * 13
