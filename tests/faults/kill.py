"""**Killed (−9)**: all processes of a node at a random moment, as when its machine loses its power or its memory.
systemd starts it again after the unit file's `RestartSec`. A single node serves nobody until then; where systemd holds
its port (`deploy/planet-privacy.socket`), readers wait instead of being refused. Of two, nginx asks the other one.
Recovery counts from the kill."""

import random
from pathlib import Path
from time import monotonic, sleep

from tests.faults.people import People, people
from tests.faults.report import Row, measured
from tests.faults.site import RESTART_SECONDS, Site, run_database, run_site
from tests.postgresql import fresh_database
from tests.servers import wait_until_served

TIMES = 25
MAX_SAVING_SECONDS = 1.0
"""Between a recovery and the next kill, at most: some forms are half way then."""


def run(folder: Path, times: int, _: float) -> list[Row]:
    rows = []
    for name, which in {"one": "one node on SQLite", "held": "one node whose port systemd holds"}.items():
        with run_site(folder / name, holds_ports=name == "held") as site:
            with people(site) as crowd:
                kill_often(site, crowd, times)
            rows.append(measured(f"Killed (−9), {which}", times, site, crowd))
    with run_database() as server, run_site(folder / "two", fresh_database(server.address), nodes=2) as site:
        with people(site) as crowd:
            kill_often(site, crowd, times)
        rows.append(measured("Killed (−9), one of two nodes on PostgreSQL", times, site, crowd))
    return rows


def kill_often(site: Site, crowd: People, times: int) -> None:
    dice = random.Random(9)
    for number in range(times):
        sleep(dice.uniform(0, MAX_SAVING_SECONDS))
        node = site.nodes[number % len(site.nodes)]
        killed = monotonic()
        node.kill()
        sleep(RESTART_SECONDS)
        node.start()
        wait_until_served(node)
        crowd.recover(killed)
