"""**Clock jumps**: of one node on SQLite: two years ahead and behind, the second before a summer time, a 29 February,
a new year and the end of 32-bit time, and back after each. Everybody has to sign in again (by their password alone,
as on localhost), for no session is made longer by a wrong clock. While it is years behind, texts that were published
after this program's release (`EARLIEST_DAY`) are not there yet; all others are. Recovery counts from the jump."""

import struct
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

from tests.faults.people import people
from tests.faults.report import Row, measured
from tests.faults.site import run_site

TIMES = 1
SECONDS = 3.0
"""At each of the moments."""
LEAD = timedelta(seconds=2)
"""Before the moment itself."""
MOMENTS = (
    datetime(2027, 3, 28, 1, tzinfo=UTC),
    datetime(2028, 2, 29, tzinfo=UTC),
    datetime(2030, 1, 1, tzinfo=UTC),
    datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
)
YEARS = timedelta(days=730)
SOURCE = Path(__file__).with_name("clock.c")


def run(folder: Path, times: int, _: float) -> list[Row]:
    library, shift = folder / "clock.so", folder / "shift"
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, SOURCE], check=True)
    shift.write_bytes(bytes(8))
    jumps = 0
    with run_site(folder, variables={"LD_PRELOAD": str(library), "CLOCK_SHIFT": str(shift)}) as site:
        with people(site) as crowd, shift.open("r+b", buffering=0) as file:
            for _ in range(times):
                ahead = [moment - LEAD - datetime.now(UTC) for moment in MOMENTS]
                for by in (YEARS, -YEARS, *ahead):
                    for seconds in (round(by.total_seconds()), 0):
                        file.seek(0)
                        file.write(struct.pack("q", seconds))
                        crowd.recover()
                        sleep(SECONDS)
                        jumps += 1
        return [measured("Clock jumps", jumps, site, crowd)]
