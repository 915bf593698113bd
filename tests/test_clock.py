"""A clock that says what no clock should say."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from microsite.clock import EARLIEST, LATEST, bounded, bounded_seconds
from microsite.promotions.counts import CountKey, Counts
from microsite.storage.store import Store
from microsite.storage.tables import PromotionCount
from tests.conftest import NOW

KEY = CountKey("fr", "vpn", "home", "planet-freevpn", "f1f1f1f1f1f1f1f1")


def overflowing() -> float:
    """As Python's own, from the year 2262 on."""
    raise OverflowError("timestamp too large to convert to C _PyTime_t")


def test_it_is_bounded() -> None:
    """Days can be reckoned with whatever it says."""
    first, last = (moment.replace(tzinfo=UTC) for moment in (datetime.min, datetime.max))
    assert [bounded(partial(max, moment, first)) for moment in (first, NOW, last)] == [EARLIEST, NOW, LATEST]
    assert [bounded_seconds(partial(float, text)) for text in ("-inf", "inf")] == [
        EARLIEST.timestamp(),
        LATEST.timestamp(),
    ]
    assert bounded_seconds(overflowing) == LATEST.timestamp()


def test_the_thread_of_counts_outlives_it(store: Store) -> None:
    """A reader gets their page meanwhile, and what is counted afterwards is of its own day."""
    clocks: list[Callable[[], float]] = [overflowing]
    counts = Counts(store, lambda: clocks[-1]())
    counts.start()
    counts.count_impression(KEY)
    counts.count_click(KEY)
    clocks.append(NOW.timestamp)
    counts.count_click(KEY)
    assert counts._thread
    assert counts._thread.is_alive()
    counts.stop()
    with store.read() as session:
        assert session.get_one(PromotionCount, (NOW.date(), *KEY)).clicks == 1


@pytest.mark.parametrize("ahead", [timedelta(days=365 * 3), timedelta(days=365 * 7000)], ids=["years", "for ever"])
def test_a_clock_that_is_ahead_deletes_no_counts(store: Store, ahead: timedelta) -> None:
    """Old is what is old beside the newest day that was counted."""
    counts = Counts(store, NOW.timestamp)
    counts.count_click(KEY)
    Counts(store, min(NOW + ahead, LATEST).timestamp).count_click(KEY)
    with store.read() as session:
        assert session.get_one(PromotionCount, (NOW.date(), *KEY)).clicks == 1
