"""**Rolling restart**: of two nodes on PostgreSQL, each in turn is ended (SIGTERM) and started again, while four
readers ask for three hundred pages a second together. Nobody is to be refused anything. Recovery counts from the
signal."""

from pathlib import Path
from time import monotonic

from tests.faults.people import CROWD, people
from tests.faults.report import Row, measured
from tests.faults.site import run_database, run_site
from tests.postgresql import fresh_database
from tests.servers import wait_until_served

TIMES = 20
PAGES_PER_SECOND = 300


def run(folder: Path, times: int, _: float) -> list[Row]:
    with run_database() as server, run_site(folder, fresh_database(server.address), nodes=2) as site:
        with people(site, reader_pace=CROWD / PAGES_PER_SECOND) as crowd:
            for number in range(times):
                node, began = site.nodes[number % 2], monotonic()
                node.stop()
                node.start()
                wait_until_served(node)
                crowd.recover(began)
        return [measured("Rolling restart of two nodes", times, site, crowd)]
