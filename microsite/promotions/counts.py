"""Impressions and clicks of promotions: totals per UTC day, with nothing of any reader in them."""

import atexit
import logging
import threading
from calendar import monthrange
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from time import monotonic, time
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.exc import DataError, SQLAlchemyError

from microsite.clock import bounded_seconds
from microsite.storage.store import Store
from microsite.storage.tables import PromotionCount

log = logging.getLogger(__name__)
FLUSH_INTERVAL_SECONDS = 4.0
"""Between two writes: with the time of a write, a crash loses at most five seconds of impressions."""
CLICK_TIMEOUT_SECONDS = 1.5
"""How long a click may take to be written until the reader is led on without it."""
MAX_PENDING_IMPRESSIONS = 50_000
"""Impressions in the queue before they are added up, however long the database does not answer."""
MONTHS_KEPT = 25
MAX_GAP = timedelta(days=31)
"""How far after the newest day with counts “today” may lie when old totals are deleted: a clock that is years ahead
deletes nothing."""
EPOCH, DAY_SECONDS = date(1970, 1, 1), 86_400
UNKNOWN = "unknown"
"""In the place of a value that the site does not know, from the link of an old page or a mistyped address."""


class CountKey(NamedTuple):
    """What is counted: one wording of a promotion at one placement of one page. Values are the site's own, never typed
    ones."""

    locale: str
    page: str
    placement: str
    promotion: str
    wording: str
    """The digest of the words."""


class _Batch:
    """Totals that are written in one transaction, by UTC day and key."""

    def __init__(self) -> None:
        self.impressions: Counter[tuple[date, CountKey]] = Counter()
        self.clicks: Counter[tuple[date, CountKey]] = Counter()
        self.tried = threading.Event()
        """Set after writing it was tried, with success or without."""

    def __bool__(self) -> bool:
        return bool(self.impressions or self.clicks)

    def __str__(self) -> str:
        return f"clicks: {self.clicks.total()}, impressions: {self.impressions.total()}"

    def rows(self) -> list[dict[str, object]]:
        """Rows of `PromotionCount`, sorted: two processes that lock rows in one order never deadlock."""
        return [
            {"day": day, **key._asdict(), "impressions": self.impressions[day, key], "clicks": self.clicks[day, key]}
            for day, key in sorted(self.impressions.keys() | self.clicks.keys())
        ]


class Counts:
    """Counts in memory and writes batches from one thread; what arrives during a write goes into the next batch.

    So any number of simultaneous clicks needs one or two commits.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], float] = time,
        keep_shown: Callable[[], object] = lambda: None,
    ) -> None:
        """`clock` returns seconds since 1970: computing days from them takes a third of the time of a datetime.

        `keep_shown` writes what readers are shown beside the totals, which name it by digest. It may raise
        SQLAlchemyError: it is called again.
        """
        self._store = store
        self._keep_shown = keep_shown
        self._clock = clock
        self._batch = _Batch()
        self._pending: deque[CountKey] = deque()
        """Impressions of the day that ends at `_day_end`, not yet in the batch: appending needs no lock."""
        self._day_start = self._day_end = 0
        """Seconds since 1970."""
        self._counting = threading.Lock()
        """Held for changing `_batch`; taken after `_writing` where both are."""
        self._writing = threading.Lock()
        self._in_flight = _Batch()
        """The batch that is being written."""
        self._is_slow = False
        """Set after a click timed out, cleared by a fast write. Meanwhile no click waits: pages need the threads."""
        self._expired_on: date | None = None
        """The day on which old totals were deleted last."""
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._stopped = threading.Event()

    def count_impression(self, key: CountKey) -> None:
        """Count an impression; it is written within `FLUSH_INTERVAL_SECONDS`."""
        try:  # not `bounded_seconds`, which takes seven times as long: this runs for every page that is sent
            # `_day_start` is compared as well: a clock that was ahead and was corrected begins its day anew.
            is_same_day = self._day_start <= self._clock() < self._day_end
        except OverflowError:
            is_same_day = False
        if not is_same_day or len(self._pending) >= MAX_PENDING_IMPRESSIONS:
            with self._counting:
                self._add_up_pending()
        self._pending.append(key)

    def count_click(self, key: CountKey) -> None:
        """Count a click, and wait at most `CLICK_TIMEOUT_SECONDS` until it is in the database; log where it is not."""
        today = self._today()
        with self._counting:
            batch = self._batch
            batch.clicks[today, key] += 1
        if self._thread and self._thread.is_alive():
            self._wake.set()
        else:
            self.flush()
        if not batch.tried.wait(0 if self._is_slow else CLICK_TIMEOUT_SECONDS):
            self._is_slow = True
            log.error(
                "click-late: a reader went on before their click was in the database: %s s", CLICK_TIMEOUT_SECONDS
            )

    def start(self) -> None:
        """Start the writing thread, which runs until the process exits. Call after a fork, not before."""
        self._thread = threading.Thread(target=self._keep_writing, name="counts", daemon=True)
        self._thread.start()
        atexit.register(self.stop)

    def stop(self) -> None:
        """Write what is pending and end the thread; clicks that come later are written at once. Log what is lost."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        self._wake.set()
        if self._thread:
            self._thread.join(FLUSH_INTERVAL_SECONDS)
        if not (self._thread and self._thread.is_alive()):
            self.flush()
        for batch in filter(None, (self._in_flight, self._take_batch())):
            log.error("counts-lost-at-end: lost with the end of this process: %s", batch)

    def flush(self) -> None:
        """Write what is pending. While the database is away it stays pending for the next time, and the log says so."""
        with self._writing:
            batch = self._take_batch()
            began, self._in_flight = monotonic(), batch
            try:
                if self._expired_on != self._today():
                    self.delete_expired()
                self._write(batch)
                if batch and monotonic() - began < CLICK_TIMEOUT_SECONDS:
                    self._is_slow = False
            except Exception as error:
                # A batch with a value that the database cannot hold would fail for ever and block all others: drop it.
                if isinstance(error, DataError) or not isinstance(error, SQLAlchemyError):
                    log.exception("counts-lost: lost: %s", batch)
                elif batch:
                    self._put_back(batch)
                    reason = type(error).__name__
                    log.error("counts-waiting: not in the database (%s), to be tried again: %s", reason, self._batch)
            finally:
                self._in_flight = _Batch()
                batch.tried.set()
            with suppress(SQLAlchemyError):  # the next flush tries again
                self._keep_shown()

    def delete_expired(self) -> None:
        """Delete the totals that are older than `MONTHS_KEPT`; `flush` does it once a day."""
        today = self._today()
        with self._store.begin() as session:
            if newest := session.scalar(select(func.max(PromotionCount.day)).where(PromotionCount.day <= today)):
                oldest = months_before(min(today, newest + MAX_GAP), MONTHS_KEPT)
                session.execute(delete(PromotionCount).where(PromotionCount.day < oldest))
        self._expired_on = today

    def _today(self) -> date:
        """The UTC day."""
        return EPOCH + timedelta(seconds=bounded_seconds(self._clock))

    def _take_batch(self) -> _Batch:
        """Everything that is pending, replaced by an empty batch."""
        with self._counting:
            self._add_up_pending()
            batch, self._batch = self._batch, _Batch()
        return batch

    def _add_up_pending(self) -> None:
        """Move the pending impressions to the batch, and begin the day that it is now. Needs `_counting`."""
        day = EPOCH + timedelta(seconds=self._day_start)
        impressions = Counter(self._pending.popleft() for _ in range(len(self._pending)))
        for key, times in impressions.items():
            self._batch.impressions[day, key] += times
        self._day_start = int(bounded_seconds(self._clock)) // DAY_SECONDS * DAY_SECONDS
        self._day_end = self._day_start + DAY_SECONDS

    def _keep_writing(self) -> None:
        while not self._stopped.is_set():
            self._wake.wait(FLUSH_INTERVAL_SECONDS)
            self._wake.clear()
            # `flush` itself may raise, such as where the log cannot format the year: that must not end this thread.
            with suppress(Exception):
                self.flush()

    def _write(self, batch: _Batch) -> None:
        if not batch:
            return
        insert = self._store.insert(PromotionCount)
        add = insert.on_conflict_do_update(
            index_elements=list(PromotionCount.__table__.primary_key),
            set_={
                "displays": PromotionCount.impressions + insert.excluded.displays,
                "clicks": PromotionCount.clicks + insert.excluded.clicks,
            },
        )
        with self._store.begin() as session:
            session.execute(add, batch.rows())

    def _put_back(self, batch: _Batch) -> None:
        with self._counting:
            self._batch.impressions.update(batch.impressions)
            self._batch.clicks.update(batch.clicks)


def months_before(day: date, months: int) -> date:
    """The same day of the month `months` earlier, or that month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
