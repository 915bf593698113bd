"""**Reload**: the command of the unit's `ExecReload`, while readers ask for three hundred pages a second: every other
one on a connection of its own, the others on those that stay open. Asked directly, and through nginx; then of two
nodes on PostgreSQL each is killed and started again. Whoever gets no whole answer at the first try is not served,
also where a browser or nginx would ask again. Recovery is how long the command takes, or the start."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path
from time import monotonic

from bench.processes import FIREFOX
from tests.faults.report import MAX_PAGE_SECONDS, Row
from tests.faults.site import HOST, Site, run_database, run_site
from tests.postgresql import fresh_database
from tests.servers import Server, wait_until_served

TIMES = 3
PAGES, PAGES_PER_SECOND = 20_000, 300
PATIENCE = 30.0
PATHS = ("/en/", "/fr/", "/en/blog/", "/fr/a-propos/", "/en/glossary/")
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Readers:
    """Ask one port for all of the pages, evenly in time whatever becomes of them."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._sources = cycle(range(2, 202))
        self._idle: list[Connection] = []
        self.seconds: list[float] = []
        self.failures: list[str] = []

    async def ask_all(self, number: int) -> None:
        began, asking = monotonic(), []
        for index in range(number):
            await asyncio.sleep(began + index / PAGES_PER_SECOND - monotonic())
            asking.append(asyncio.create_task(self._ask(PATHS[index % len(PATHS)], stays_open=index % 2 == 0)))
        await asyncio.gather(*asking)

    async def _ask(self, path: str, stays_open: bool) -> None:
        began = monotonic()
        try:
            async with asyncio.timeout(PATIENCE):
                connection = (stays_open and self._open_one()) or await self._connect()
                head = await answer(connection, path, stays_open)
        except (OSError, asyncio.IncompleteReadError) as error:
            self.failures.append(
                f"{type(error).__name__}, connection {'that stays open' if stays_open else 'of its own'}"
            )
        else:
            if not head.startswith("http/1.1 200 "):
                self.failures.append(head.splitlines()[0])
            if stays_open and "connection: close" not in head:
                self._idle.append(connection)
            else:
                connection[1].close()
        self.seconds.append(monotonic() - began)

    async def _connect(self) -> Connection:
        """From one of two hundred addresses: of one, nginx takes a hundred connections at a time."""
        source = f"127.0.0.{next(self._sources)}"
        return await asyncio.open_connection("127.0.0.1", self._port, local_addr=(source, 0))

    def _open_one(self) -> Connection | None:
        """One that no answer has ended, nor the server, as far as has arrived here."""
        while self._idle:
            if not (connection := self._idle.pop(0))[0].at_eof():
                return connection
        return None


async def answer(connection: Connection, path: str, stays_open: bool) -> str:
    """The head, in small letters. Raises OSError and IncompleteReadError where all of the answer does not come."""
    reader, writer = connection
    ends = "keep-alive" if stays_open else "close"
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nUser-Agent: {FIREFOX}\r\nConnection: {ends}\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    await reader.readexactly(int(head.partition("content-length: ")[2].split("\r\n")[0]))
    return head


def reload(node: Server) -> None:
    command = [sys.executable, "-m", "microsite.delivery.server", "--renew", str(node.process.pid)]
    subprocess.run(command, check=True)


def kill_and_start(node: Server) -> None:
    node.kill()
    node.start()
    wait_until_served(node)


async def try_on(fault: str, port: int, nodes: Sequence[Server], happens: Callable[[Server], None], times: int) -> Row:
    readers, row = Readers(port), Row(fault, times, asked=PAGES)
    asking = asyncio.create_task(readers.ask_all(PAGES))
    for number in range(times):
        await asyncio.sleep(PAGES / PAGES_PER_SECOND / (times + 1))
        began = monotonic()
        await asyncio.to_thread(happens, nodes[number % len(nodes)])
        row.recoveries.append(monotonic() - began)
    await asking
    row.unserved, row.slowest = len(readers.failures), max(readers.seconds)
    if kinds := sorted(set(readers.failures)):
        row.failures.append(f"{row.unserved} pages not served ({', '.join(kinds)})")
    if row.slowest >= MAX_PAGE_SECONDS:
        row.failures.append("a page took too long")
    return row


def run(folder: Path, times: int, _: float) -> list[Row]:
    def tried(fault: str, site: Site, port: int, happens: Callable[[Server], None], times: int) -> Row:
        return asyncio.run(try_on(fault, port, site.nodes, happens, times))

    with run_site(folder / "one") as site:
        rows = [
            tried("Reload, asked directly", site, site.nodes[0].port, reload, times),
            tried("Reload, behind nginx", site, site.port, reload, times),
        ]
    with run_database() as server, run_site(folder / "two", fresh_database(server.address), nodes=2) as site:
        rows.append(tried("Two nodes behind nginx, each killed (−9) and started", site, site.port, kill_and_start, 2))
    return rows
