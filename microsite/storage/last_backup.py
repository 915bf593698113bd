"""When the last backup was made that can be restored: for `/readyz` and for whoever runs the site."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from microsite.storage.store import Store
from microsite.storage.tables import AuditEntry

BACKED_UP = "backed-up"
"""The event of the audit by which a backup is remembered, on every node, and after a restore of an earlier one."""
CHECK_INTERVAL_SECONDS = 60.0


class LastBackup:
    """Of all nodes. At most `CHECK_INTERVAL_SECONDS` old; the one who asks the database waits for it, nobody else."""

    def __init__(self, store: Store, max_days: int, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self.max_days = max_days
        """As `MICROSITE_BACKUP_DAYS`; 0: there is none that is too old."""
        self.moment: datetime | None = None
        """UTC, as it was last read; None before any backup."""
        self._checking = threading.Lock()
        self._due = 0.0

    def is_late(self) -> bool:
        """Whether the last one is too old, or there has never been one. What was read last, without a database."""
        if not self.max_days:
            return False
        if monotonic() >= self._due and self._checking.acquire(blocking=False):
            try:
                self._due = monotonic() + CHECK_INTERVAL_SECONDS
                with self._store.read() as session:
                    self.moment = session.scalar(select(func.max(AuditEntry.at)).where(AuditEntry.what == BACKED_UP))
            except SQLAlchemyError:
                return False  # that the database is away is said elsewhere
            finally:
                self._checking.release()
        return self.moment is None or self._now() - self.moment > timedelta(days=self.max_days)

    def fault(self) -> str | None:
        """What is wrong, and what to do; None if nothing is."""
        if not self.is_late():
            return None
        last = f"the last one is of {self.moment:%Y-%m-%d %H:%M} UTC" if self.moment else "there has never been one"
        return f"{last}, and MICROSITE_BACKUP_DAYS is {self.max_days}: run `flask backup`"
