"""Whether what this machine keeps can still be written: what `/readyz` says of the disk of the instance folder."""

import os
import threading
from pathlib import Path
from time import monotonic

MiB = 1024 * 1024
MIN_FREE_BYTES = 16 * MiB
"""Below this the next writes may fail: SQLite's log alone grows by 4 MiB before it is folded in."""
LOOK_EVERY = 5.0
"""Seconds, however often somebody asks."""


class Disk:
    """The one that a folder is on. A look takes some microseconds; on a mount that stalls one thread waits, no more."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._looking = threading.Lock()
        self._due = 0.0
        self._fault: str | None = None

    def fault(self) -> str | None:
        """What is wrong, and what to do; None where nothing is. At most `LOOK_EVERY` seconds old."""
        if monotonic() >= self._due and self._looking.acquire(blocking=False):
            try:
                self._fault = self._look()
                self._due = monotonic() + LOOK_EVERY
            finally:
                self._looking.release()
        return self._fault

    def _look(self) -> str | None:
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
