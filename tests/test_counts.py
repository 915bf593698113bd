"""What is counted arrives exactly, soon, and without anything of the reader."""

import logging
import sqlite3
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import event, func, select

from microsite.promotions import counts
from microsite.promotions.counts import MAX_PENDING_IMPRESSIONS, CountKey, Counts
from microsite.storage.store import Store
from microsite.storage.tables import PromotionCount
from tests.postgresql import create_database, fresh_database

NOW = datetime(2026, 11, 22, 23, 59, tzinfo=UTC)
TODAY = NOW.date()
KEY = CountKey("fr", "choisir-un-vpn", "in-text", "planet-freevpn", "f1f1f1f1f1f1f1f1")


@pytest.fixture
def counter(store: Store) -> Iterator[Counts]:
    counter = Counts(store, NOW.timestamp)
    counter.start()
    yield counter
    counter.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def absent(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Callable[[], object]]]:
    """A store whose database is away, and what brings it."""
    if request.param == "sqlite":
        away = Store(f"sqlite:///{tmp_path}/later/test.sqlite")
        yield away, (tmp_path / "later").mkdir
    else:
        later = fresh_database(request.getfixturevalue("postgresql_address"), create=False)
        away = Store(later)
        yield away, lambda: create_database(later)
    away.close()


@pytest.fixture
def commits(store: Store) -> list[object]:
    """Grows by one with every transaction that is committed."""
    commits: list[object] = []
    event.listen(store.writer, "commit", commits.append)
    return commits


def totals(store: Store, key: CountKey = KEY, day: date = TODAY) -> tuple[int, int]:
    """Impressions and clicks in the database."""
    with store.read() as session:
        row = session.get(PromotionCount, (day, key.locale, key.page, key.placement, key.promotion, key.wording))
        return (row.impressions, row.clicks) if row else (0, 0)


def test_a_click_is_in_the_database_before_its_redirect_is_sent(counter: Counts, store: Store) -> None:
    """Each click can be read by another connection as soon as `click` returns."""
    for expected in (1, 2, 3):
        counter.count_click(KEY)
        assert totals(store) == (0, expected)


def test_a_click_needs_no_thread(store: Store) -> None:
    """Before `start` and after `stop` a click is written by whoever clicks."""
    counter = Counts(store, NOW.timestamp)
    counter.count_click(KEY)
    assert totals(store) == (0, 1)
    counter.start()
    counter.stop()
    counter.count_click(KEY)
    assert totals(store) == (0, 2)


def test_10_threads_x_100_clicks_are_counted_exactly(counter: Counts, store: Store) -> None:
    """However many click at once: 1000 clicks and 1000 impressions are 1000 and 1000."""

    def reader(_: int) -> None:
        for _ in range(100):
            counter.count_impression(KEY)
            counter.count_click(KEY)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(reader, range(10)))
    counter.flush()
    assert totals(store) == (1000, 1000)


def test_two_processes_count_exactly(address: str, store: Store) -> None:
    """Processes add to the same totals, in one order, so that none waits for ever and nothing is overwritten."""
    program = f"""if True:
        from microsite.promotions.counts import Counts, CountKey
        from microsite.storage.store import Store
        counter = Counts(Store({address!r}))
        counter.start()
        for number in range(300):
            counter.count_impression(CountKey("fr", f"page-{{number * 7 % 20}}", "home", "p", "unknown"))
            counter.count_click(CountKey("fr", f"page-{{number * 3 % 20}}", "home", "p", "unknown"))
    """
    processes = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(2)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    with store.read() as session:
        sums = session.execute(select(func.sum(PromotionCount.impressions), func.sum(PromotionCount.clicks))).one()
    assert tuple(sums) == (600, 600)  # the impressions at the process's end among them: nobody called `stop`


def test_impressions_are_written_in_batches(store: Store, commits: list[object]) -> None:
    """An impression costs no transaction: a thousand of them are one."""
    counter = Counts(store, NOW.timestamp)
    counter.delete_expired()
    before = len(commits)
    for _ in range(1000):
        counter.count_impression(KEY)
    assert len(commits) == before
    counter.flush()
    assert len(commits) == before + 1
    assert totals(store) == (1000, 0)


def test_an_idle_site_leaves_the_database_alone(store: Store, commits: list[object]) -> None:
    """Nothing to write, no transaction, beyond one a day that forgets what is old."""
    counter = Counts(store, NOW.timestamp)
    for _ in range(3):
        counter.flush()
    assert len(commits) == 1


def test_with_the_database_away_nothing_is_said_of_nothing(
    absent: tuple[Store, Callable[[], object]], caplog: pytest.LogCaptureFixture
) -> None:
    """An outage during which nobody reads leaves no line every four seconds that says that nothing waits."""
    Counts(absent[0], NOW.timestamp).flush()
    assert not caplog.records


def test_an_impression_is_written_within_five_seconds(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody needs to ask: the thread writes every five seconds at the latest."""
    assert counts.FLUSH_INTERVAL_SECONDS <= 5
    monkeypatch.setattr(counts, "FLUSH_INTERVAL_SECONDS", 0.01)
    written = threading.Event()
    counter = Counts(store, NOW.timestamp)
    counter.delete_expired()
    event.listen(store.writer, "commit", lambda _: written.set())
    counter.count_impression(KEY)
    counter.start()
    assert written.wait(5)
    monkeypatch.undo()
    counter.stop()
    assert totals(store) == (1, 0)


def test_an_impression_survives_the_end_of_the_process(store: Store) -> None:
    """`stop` writes what waits."""
    counter = Counts(store, NOW.timestamp)
    counter.start()
    counter.count_impression(KEY)
    counter.stop()
    assert totals(store) == (1, 0)


def test_an_impression_survives_the_end_of_a_process_without_a_word(address: str, store: Store) -> None:
    """One that ends writes what waits, though nobody calls `stop`."""
    program = f"""if True:
        from microsite.promotions.counts import Counts, CountKey
        from microsite.storage.store import Store

        counter = Counts(Store({address!r}))
        counter.start()
        counter.count_impression({KEY!r})
    """
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
    with store.read() as session:
        assert session.scalar(select(PromotionCount.impressions)) == 1


def test_with_the_database_away_a_click_is_lost_loudly_not_the_reader(
    absent: tuple[Store, Callable[[], object]], caplog: pytest.LogCaptureFixture
) -> None:
    """The reader goes on, within two seconds; the log says how much is not written, and nothing of the reader."""
    counter = Counts(absent[0], NOW.timestamp)
    counter.start()
    began = monotonic()
    counter.count_click(KEY)
    assert monotonic() - began < 2
    counter.stop()
    assert "not in the database (OperationalError), to be tried again: clicks: 1, impressions: 0" in caplog.text
    assert "lost with the end of this process: clicks: 1, impressions: 0" in caplog.text
    assert {record.levelno for record in caplog.records} == {logging.ERROR}


def test_what_waited_is_written_when_the_database_is_back(absent: tuple[Store, Callable[[], object]]) -> None:
    """An outage loses neither impressions nor clicks, and counts none twice."""
    store, bring = absent
    counter = Counts(store, NOW.timestamp)
    counter.count_impression(KEY)
    counter.count_click(KEY)
    counter.count_impression(KEY)
    counter.flush()
    bring()
    store.upgrade()
    counter.count_impression(KEY)
    counter.flush()
    counter.flush()
    assert totals(store) == (3, 1)


def test_a_database_that_does_not_answer_delays_no_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody holds the database: a reader goes on after the stated seconds, and the click is written later."""
    assert counts.CLICK_TIMEOUT_SECONDS < 2
    monkeypatch.setattr(counts, "CLICK_TIMEOUT_SECONDS", 0.05)
    store = Store(f"sqlite:///{tmp_path / 'test.sqlite'}")
    store.upgrade()
    counter = Counts(store, NOW.timestamp)
    counter.start()
    with closing(sqlite3.connect(tmp_path / "test.sqlite", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(10) as readers:
            began = monotonic()
            list(readers.map(lambda _: counter.count_click(KEY), range(20)))
            assert monotonic() - began < 2
    counter.stop()
    assert caplog.text.count("a reader went on before their click was in the database") == 20
    assert totals(store) == (0, 20)
    store.close()


def test_what_was_being_written_at_the_end_is_lost_loudly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The process ends while the database does not answer: the log says how much it took along."""
    monkeypatch.setattr(counts, "CLICK_TIMEOUT_SECONDS", 0.05)
    monkeypatch.setattr(counts, "FLUSH_INTERVAL_SECONDS", 0.05)
    store = Store(f"sqlite:///{tmp_path / 'test.sqlite'}")
    store.upgrade()
    counter = Counts(store, NOW.timestamp)
    counter.start()
    with closing(sqlite3.connect(tmp_path / "test.sqlite", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        counter.count_click(KEY)
        counter.count_impression(KEY)
        counter.stop()
    assert "lost with the end of this process: clicks: 1, impressions: 0" in caplog.text
    assert "lost with the end of this process: clicks: 0, impressions: 1" in caplog.text


def test_a_value_that_cannot_be_held_blocks_no_other(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """A batch that can never be written is given up, loudly; the next one is written."""
    counter = Counts(store, NOW.timestamp)
    counter.count_click(CountKey("fr", "p", "home", "p", "\ud800"))
    assert "lost: clicks: 1, impressions: 0" in caplog.text
    counter.count_click(KEY)
    assert totals(store) == (0, 1)


def test_the_day_is_the_utc_day(store: Store) -> None:
    """A click in Paris after midnight belongs to the day that Greenwich has."""
    moment = datetime(2026, 11, 23, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    Counts(store, moment.timestamp).count_click(KEY)
    assert totals(store, day=date(2026, 11, 22)) == (0, 1)


def test_an_impression_counts_for_the_day_it_happened(store: Store) -> None:
    """Shown before midnight, written after it: yesterday's."""
    moments = [NOW]
    counter = Counts(store, lambda: moments[-1].timestamp())
    counter.count_impression(KEY)
    moments.append(NOW + timedelta(minutes=2))
    counter.count_impression(KEY)
    counter.flush()
    assert totals(store) == (1, 0)
    assert totals(store, day=date(2026, 11, 23)) == (1, 0)


def test_impressions_that_wait_take_little_room(store: Store) -> None:
    """However often a page is sent while the database does not answer; and each of them counts."""
    counter, times = Counts(store), 3 * MAX_PENDING_IMPRESSIONS + 1
    tracemalloc.start()
    for _ in range(times):
        counter.count_impression(KEY)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    counter.flush()

    assert most < 12 * MAX_PENDING_IMPRESSIONS  # eight bytes each, and no more of them
    assert totals(store, day=datetime.now(UTC).date()) == (times, 0)


def test_totals_older_than_25_months_go_by_themselves(store: Store) -> None:
    """The first write of a day deletes them; a total of exactly 25 months stays.

    Where nothing was counted for long, they go on the day after counting goes on: till then the clock may be wrong.
    """
    moments = [datetime(2024, 10, 21, tzinfo=UTC)]
    counter = Counts(store, lambda: moments[-1].timestamp())
    counter.count_click(KEY)
    moments.append(datetime(2024, 10, 22, tzinfo=UTC))
    counter.count_click(KEY)
    moments.append(NOW - timedelta(days=1))
    counter.count_click(KEY)
    assert totals(store, day=date(2024, 10, 21)) == (0, 1)
    moments.append(NOW)
    counter.flush()
    assert totals(store, day=date(2024, 10, 21)) == (0, 0)
    assert totals(store, day=date(2024, 10, 22)) == (0, 1)


def test_nothing_of_a_reader_can_be_counted(store: Store) -> None:
    """There is no place for a reader: a key and a table have these fields and no other."""
    fields = list(CountKey._fields)
    assert fields == ["locale", "page", "placement", "promotion", "wording"]
    assert [column.name for column in PromotionCount.__table__.columns] == ["day", *fields, "displays", "clicks"]
