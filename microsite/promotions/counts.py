"""How often promotions were shown and followed: totals of a day, with nothing of any reader in them."""

import logging
import threading
from calendar import monthrange
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from multiprocessing.util import Finalize
from time import monotonic, time
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.exc import DataError, SQLAlchemyError

from microsite.clock import bounded_seconds
from microsite.storage.store import Store
from microsite.storage.tables import PromotionCount

log = logging.getLogger(__name__)
EVERY = 4.0
"""Seconds between two writes: with the time that one takes, a crash takes along five seconds of displays at most."""
PATIENCE = 1.5
"""Seconds that a click may take until the reader goes on without it."""
MOST_WAITING = 50_000
"""Displays that wait to be added up: in a second, or while the database does not answer, no more than that."""
MONTHS_KEPT = 25
MAX_GAP = timedelta(days=31)
"""At most from the newest day with counts to today, for what is old: a clock that is years ahead deletes nothing."""
EPOCH, DAY = date(1970, 1, 1), 86_400
UNKNOWN, UNKNOWN_REVISION = "unknown", -1
"""What a link says that the site does not know: an old page, a mistyped address."""


class Spot(NamedTuple):
    """What is counted: one wording of a promotion, at one place of one page. From the site's own lists, never typed."""

    locale: str
    page: str
    placement: str
    promotion: str
    revision: int


class _Batch:
    """Totals on their way into the database together."""

    def __init__(self) -> None:
        self.displays: Counter[tuple[date, Spot]] = Counter()
        self.clicks: Counter[tuple[date, Spot]] = Counter()
        self.tried = threading.Event()

    def __bool__(self) -> bool:
        return bool(self.displays or self.clicks)

    def __str__(self) -> str:
        return f"clicks: {self.clicks.total()}, displays: {self.displays.total()}"

    def rows(self) -> list[dict[str, object]]:
        """In one order everywhere, so that two processes never wait for each other's rows."""
        return [
            {"day": key[0], **key[1]._asdict(), "displays": self.displays[key], "clicks": self.clicks[key]}
            for key in sorted(self.displays.keys() | self.clicks.keys())
        ]


class Counts:
    """Counts in memory and writes from one thread: all that came while it wrote the last batch goes into the next.

    So any number of readers who click at once need one commit or two, and none waits for the database itself.
    """

    def __init__(self, store: Store, clock: Callable[[], float] = time) -> None:
        """`clock` tells seconds since 1970: days come from them in a third of the time that a datetime takes."""
        self._store = store
        self._clock = clock
        self._batch = _Batch()
        self._shown: deque[Spot] = deque()
        """Displays of the day until `_midnight`, not yet in the batch: no page waits for another's to be added up."""
        self._morning = self._midnight = 0
        self._counting = threading.Lock()
        self._writing = threading.Lock()
        self._underway = _Batch()
        self._slow = False
        """Somebody has waited in vain and no write was quick since: nobody waits now, pages need the threads."""
        self._forgotten: date | None = None
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._stopped = threading.Event()

    def display(self, spot: Spot) -> None:
        """Count a display: written within `EVERY` seconds."""
        try:  # not `_seconds`, which takes seven times as long: every page that is sent comes by here
            # Before that morning as well: a clock that was ahead and is right again begins its day anew.
            is_same_day = self._morning <= self._clock() < self._midnight
        except OverflowError:
            is_same_day = False
        if not is_same_day or len(self._shown) >= MOST_WAITING:
            with self._counting:
                self._put_into_batch()
        self._shown.append(spot)

    def click(self, spot: Spot) -> None:
        """Count a click: in the database when this returns, unless the log says otherwise. Bounded by `PATIENCE`."""
        key = self._today(), spot
        with self._counting:
            batch = self._batch
            batch.clicks[key] += 1
        if self._thread and self._thread.is_alive():
            self._wake.set()
        else:
            self.flush()
        if not batch.tried.wait(0 if self._slow else PATIENCE):
            self._slow = True
            log.error("a reader went on before their click was in the database: it has not answered in %s s", PATIENCE)

    def start(self) -> None:
        """Write from now on, in a thread of this process (after a fork, not before), until it exits."""
        self._thread = threading.Thread(target=self._keep_writing, name="counts", daemon=True)
        self._thread.start()
        # Not atexit, which a worker of the server never comes to: it ends as a child of multiprocessing does.
        Finalize(None, self.stop, exitpriority=0)

    def stop(self) -> None:
        """Write what waits, and no more after that."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        self._wake.set()
        if self._thread:
            self._thread.join(EVERY)
        if not (self._thread and self._thread.is_alive()):
            self.flush()
        for batch in filter(None, (self._underway, self._taken())):
            log.error("lost with the end of this process: %s", batch)

    def flush(self) -> None:
        """Write what waits. What cannot be written now waits for the next time; the log says so."""
        with self._writing:
            batch = self._taken()
            began, self._underway = monotonic(), batch
            try:
                if self._forgotten != self._today():
                    self.forget_old()
                self._write(batch)
                if batch and monotonic() - began < PATIENCE:
                    self._slow = False
            except Exception as error:
                # One value that the database cannot hold would keep out all others for ever: its batch is given up.
                if isinstance(error, DataError) or not isinstance(error, SQLAlchemyError):
                    log.exception("lost: %s", batch)
                elif batch:
                    self._take_back(batch)
                    log.error("not in the database (%s), to be tried again: %s", type(error).__name__, self._batch)
            finally:
                self._underway = _Batch()
                batch.tried.set()

    def forget_old(self) -> None:
        """Delete the totals that are older than 25 months; `flush` does it once a day."""
        today = self._today()
        with self._store.begin() as session:
            if newest := session.scalar(select(func.max(PromotionCount.day)).where(PromotionCount.day <= today)):
                oldest = months_before(min(today, newest + MAX_GAP), MONTHS_KEPT)
                session.execute(delete(PromotionCount).where(PromotionCount.day < oldest))
        self._forgotten = today

    def _today(self) -> date:
        """In UTC."""
        return EPOCH + timedelta(seconds=self._seconds())

    def _seconds(self) -> float:
        return bounded_seconds(self._clock)

    def _taken(self) -> _Batch:
        """All that waits. What comes from now on goes into the next batch."""
        with self._counting:
            self._put_into_batch()
            batch, self._batch = self._batch, _Batch()
        return batch

    def _put_into_batch(self) -> None:
        day = EPOCH + timedelta(seconds=self._morning)
        shown = Counter(self._shown.popleft() for _ in range(len(self._shown)))
        for spot, times in shown.items():
            self._batch.displays[day, spot] += times
        self._morning = int(self._seconds()) // DAY * DAY
        self._midnight = self._morning + DAY

    def _keep_writing(self) -> None:
        while not self._stopped.is_set():
            self._wake.wait(EVERY)
            self._wake.clear()
            # What `flush` does not catch, such as a log that cannot say the year, must not end this thread.
            with suppress(Exception):
                self.flush()

    def _write(self, batch: _Batch) -> None:
        if not batch:
            return
        insert = self._store.insert(PromotionCount)
        add = insert.on_conflict_do_update(
            index_elements=list(PromotionCount.__table__.primary_key),
            set_={
                "displays": PromotionCount.displays + insert.excluded.displays,
                "clicks": PromotionCount.clicks + insert.excluded.clicks,
            },
        )
        with self._store.begin() as session:
            session.execute(add, batch.rows())

    def _take_back(self, batch: _Batch) -> None:
        with self._counting:
            self._batch.displays.update(batch.displays)
            self._batch.clicks.update(batch.clicks)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
