"""**PostgreSQL**, under two nodes: restarted as after a crash; its connections reset; behind a network that swallows
all for up to three seconds, and tells nobody. Readers are to notice nothing; editors are refused and have their words
given back. A form whose commit was under way when the connection went may be saved though it was refused: sent again,
it meets itself. Recovery counts from when the database can be reached again."""

import random
from collections.abc import Callable
from pathlib import Path
from time import sleep

from sqlalchemy import make_url

from tests.faults.people import people
from tests.faults.proxy import Proxy, run_proxy
from tests.faults.report import Row, measured
from tests.faults.site import run_database, run_site
from tests.postgresql import PostgreSQL, fresh_database

TIMES = 25
MAX_SAVING_SECONDS = 0.5
SWALLOWED_SECONDS = 0.2, 3.0


def run(folder: Path, times: int, _: float) -> list[Row]:
    dice = random.Random(15)

    def restart(server: PostgreSQL, proxy: Proxy) -> None:
        server.restart()

    def reset(server: PostgreSQL, proxy: Proxy) -> None:
        proxy.cut()

    def swallow(server: PostgreSQL, proxy: Proxy) -> None:
        proxy.swallow()
        sleep(dice.uniform(*SWALLOWED_SECONDS))
        proxy.forward()

    def tried(name: str, fault: Callable[[PostgreSQL, Proxy], None], often: int) -> Row:
        with run_database() as server, run_proxy(server.socket) as proxy:
            local = make_url(fresh_database(server.address))
            address = local.set(host="127.0.0.1", port=proxy.port, query={}).render_as_string(hide_password=False)
            with run_site(folder / fault.__name__, address, nodes=2) as site:
                with people(site) as crowd:
                    for _ in range(often):
                        sleep(dice.uniform(0, MAX_SAVING_SECONDS))
                        fault(server, proxy)
                        crowd.recover()
                return measured(f"PostgreSQL {name}", often, site, crowd)

    return [
        tried("restarted", restart, times),
        tried("connections reset", reset, times),
        tried("black-holed", swallow, 2 * times),
    ]
