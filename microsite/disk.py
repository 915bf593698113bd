"""Whether the disk of the instance folder can still be written: for `/readyz`."""

import os
import threading
from pathlib import Path
from time import monotonic

from microsite.regular_files import MiB

MIN_FREE_BYTES = 16 * MiB
"""Below this the next writes may fail: SQLite's write-ahead log alone grows by 4 MiB before a checkpoint."""
CHECK_INTERVAL_SECONDS = 5.0


class Disk:
    """The disk of a folder. A check takes microseconds; on a mount that stalls, one thread waits and no more."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._checking = threading.Lock()
        self._due = 0.0
        self._fault: str | None = None

    def fault(self) -> str | None:
        """What is wrong, and what to do; None if nothing is. At most `CHECK_INTERVAL_SECONDS` old."""
        if monotonic() >= self._due and self._checking.acquire(blocking=False):
            try:
                self._fault = self._check()
                self._due = monotonic() + CHECK_INTERVAL_SECONDS
            finally:
                self._checking.release()
        return self._fault

    def _check(self) -> str | None:
        try:
            status = os.statvfs(self._folder)
        except OSError as error:
            return f"the instance folder cannot be looked at: {error.strerror}"
        if status.f_flag & os.ST_RDONLY:
            return "the instance folder is read-only: make it writable for the site"
        free = status.f_bavail * status.f_frsize
        if free < MIN_FREE_BYTES or (status.f_files and not status.f_favail):
            return f"of the instance folder is full ({free / MiB:.0f} MiB are free): make room, or saves are refused"
        return None
