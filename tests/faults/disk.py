"""**Disk full**: the disk of one node on SQLite has between nothing and 64 KiB left, for a second. Then there is room
again. The disk is a tmpfs, which only root can mount. Recovery counts from when there is room."""

import errno
import os
import random
import subprocess
from pathlib import Path
from time import sleep

from tests.faults.people import people
from tests.faults.report import Row, measured
from tests.faults.site import run_site

TIMES = 10
DISK = "24m"
FULL_SECONDS = 1.0
MAX_LEFT = 64 * 1024


def run(folder: Path, times: int, _: float) -> list[Row]:
    if os.geteuid():
        return [Row("Disk full", "0", failures=["not tried: only root mounts a disk"])]
    disk = folder / "instance"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", disk], check=True)
    dice = random.Random(3)
    try:
        with run_site(folder) as site:
            with people(site) as crowd:
                for _ in range(times):
                    fill(disk / "ballast", leave=dice.randrange(MAX_LEFT))
                    sleep(FULL_SECONDS)
                    (disk / "ballast").unlink()
                    crowd.recover()
            return [measured("Disk full", times, site, crowd)]
    finally:
        subprocess.run(["umount", disk], check=True)


def fill(ballast: Path, leave: int) -> None:
    """Until nothing is left; then give back so many bytes."""
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
        file.truncate(max(0, file.tell() - leave))
