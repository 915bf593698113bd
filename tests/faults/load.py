"""**Mixed load**: one node on SQLite, four editors who save every five seconds, readers who ask for forty pages a
second, and follow promotions. Memory (PSS of all its processes) and open files are those of the last fifth of the
time, against those of the second."""

import statistics
from pathlib import Path
from time import monotonic, sleep

from bench.processes import memory, tree
from tests.faults.people import people
from tests.faults.report import MAX_GROWTH, Row, measured
from tests.faults.site import run_site

TIMES = 1
EDITOR_PACE = 5.0
CLICKS = ["/en/go/planet-freevpn/home/home/0", "/fr/go/planet-freevpn/home/home/0"]
SAMPLES = 100
"""Looks at memory and files, in all of the time."""


def run(folder: Path, _: int, minutes: float) -> list[Row]:
    with run_site(folder) as site:
        process = site.nodes[0].process.pid
        sizes, files = [], []
        with people(site, pace=EDITOR_PACE, clicks=CLICKS) as crowd:
            began = monotonic()
            for number in range(SAMPLES):
                sleep(max(0.0, began + minutes * 60 * number / SAMPLES - monotonic()))
                sizes.append(memory(process))
                files.append(sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in tree(process)))
        row = measured("Mixed load", f"{minutes:g} min", site, crowd)
    fifth = SAMPLES // 5
    before, after = (statistics.median(sizes[begin : begin + fifth]) for begin in (fifth, SAMPLES - fifth))
    growth = after / before - 1
    row.besides.append(f"memory {before:.1f} → {after:.1f} MiB ({growth:+.1%})")
    row.besides.append(f"{files[fifth]} → {files[-1]} open files")
    if growth >= MAX_GROWTH:
        row.failures.append("memory grows")
    return [row]
