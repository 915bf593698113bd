"""What is counted, with two servers as in production over one database: exact, soon, and nothing of anybody.

`TIMES=20 pytest tests/test_counting_servers.py` does everything twenty times as often: ten thousand clicks and visits.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import func, select, text

from microsite.config import Settings
from microsite.storage.store import Store
from microsite.storage.tables import PromotionCount
from tests.servers import Server, serve

TIMES = int(os.environ.get("TIMES", "1"))
READERS = 50
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
ARTICLE, CLICK = "/fr/blog/actualites/le-cable/", "/fr/go/planet-freevpn/both/in-text/0"
Look = Callable[[HTTPConnection, int], int]


@pytest.fixture
def served(settings: Settings, address: str) -> Settings:
    return settings.model_copy(update={"database_url": address})


def get(connection: HTTPConnection, path: str, method: str = "GET", **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers={"User-Agent": BROWSER, **named})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def crowd(servers: list[Server], look: Look, times: int, source: str = "127.0.0.1") -> Counter[int]:
    """Fifty readers at once, spread over the servers, each so many times; how often each status was answered."""

    def read(number: int) -> list[int]:
        with closing(servers[number % len(servers)].connect(source)) as connection:
            return [look(connection, time) for time in range(times)]

    with ThreadPoolExecutor(READERS) as pool:
        return Counter(status for statuses in pool.map(read, range(READERS)) for status in statuses)


def totals(store: Store) -> tuple[int, int]:
    """Impressions and clicks in the database."""
    with store.read() as session:
        sums = session.execute(select(func.sum(PromotionCount.impressions), func.sum(PromotionCount.clicks))).one()
    return sums[0] or 0, sums[1] or 0


def test_clicks_of_a_crowd_are_counted_exactly(served: Settings, store: Store) -> None:
    """Every reader who was redirected has been counted once, and is in the database before the servers end."""
    with serve(served, 2) as servers:
        answers = crowd(servers, lambda connection, _: get(connection, CLICK), 10 * TIMES)
        counted = totals(store)[1]
        log = "".join(server.log.read_text() for server in servers)
    assert answers == {302: READERS * 10 * TIMES}
    assert counted == READERS * 10 * TIMES or "went on before" in log  # on a busy machine: late, and said so
    assert totals(store) == (0, READERS * 10 * TIMES)


def test_impressions_of_a_crowd_are_counted_exactly(served: Settings, store: Store) -> None:
    """First looks and looks at the reader's own copy; what was not yet written is when a server ends."""
    with serve(served, 2) as servers:
        with closing(servers[0].connect()) as connection:
            connection.request("GET", ARTICLE, headers={"Sec-GPC": "1", "Accept-Encoding": "identity"})
            etag = connection.getresponse().headers["ETag"]

        def look(connection: HTTPConnection, time: int) -> int:
            own = {"If_None_Match": etag} if time % 2 else {}
            return get(connection, ARTICLE, Accept_Encoding="identity", **own)

        answers = crowd(servers, look, 10 * TIMES)
    assert answers == {200: READERS * 5 * TIMES, 304: READERS * 5 * TIMES}
    assert totals(store) == (READERS * 10 * TIMES, 0)


def test_a_killed_server_loses_five_seconds_of_impressions_and_no_click(served: Settings, store: Store) -> None:
    """As the studio says where it shows the figures."""
    with serve(served, 2) as servers:
        began = monotonic()
        crowd(servers, lambda connection, _: get(connection, ARTICLE), 2)
        while totals(store) != (2 * READERS, 0):
            assert monotonic() - began < 5 + 1, "displays were not written within five seconds"
        crowd(servers, lambda connection, time: get(connection, CLICK if time else ARTICLE), 2)
        for server in servers:
            server.kill()
    impressions, clicks = totals(store)
    assert clicks == READERS
    assert 2 * READERS <= impressions <= 3 * READERS


def test_who_objects_or_only_fetches_is_served_and_not_counted(served: Settings, store: Store) -> None:
    """HEAD, prefetch, robots, Sec-GPC, DNT: the same statuses as for everybody, and no number."""
    kinds: list[tuple[str, dict[str, str]]] = [
        ("HEAD", {}),
        ("GET", {"Sec_Purpose": "prefetch;prerender"}),
        ("GET", {"User_Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}),
        ("GET", {"Sec_GPC": "1"}),
        ("GET", {"DNT": "1"}),
    ]
    with serve(served, 2) as servers:
        for server in servers:
            with closing(server.connect()) as connection:
                for method, headers in kinds:
                    assert get(connection, ARTICLE, method, **headers) == 200
                    assert get(connection, CLICK, method, **headers) == 302
    assert totals(store) == (0, 0)


@contextmanager
def held(store: Store) -> Iterator[None]:
    """Somebody holds the table, so that nobody else can write."""
    with store.begin() as session:
        on_postgresql = store.engine.dialect.name == "postgresql"
        session.execute(text("LOCK TABLE promotion_counts IN EXCLUSIVE MODE" if on_postgresql else "SELECT 1"))
        yield


def test_clicks_on_a_slow_database_hold_up_nobody(served: Settings, store: Store) -> None:
    """Fifty click at once while the database does not answer: all go on, a page comes at once, no click is lost."""
    with serve(served, 2) as servers:
        with held(store):
            began = monotonic()
            assert crowd(servers, lambda connection, _: get(connection, CLICK), 2) == {302: 2 * READERS}
            assert monotonic() - began < 5
            assert crowd(servers, lambda connection, _: get(connection, ARTICLE), 1) == {200: READERS}
        log = "".join(server.log.read_text() for server in servers)
    assert log.count("a reader went on before their click was in the database") == 2 * READERS
    assert totals(store) == (READERS, 2 * READERS)


SOURCE = "127.77.78.79"
CANARY = {
    "X_Forwarded_For": "203.0.113.77",
    "User_Agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Canaryfox/77.78",
    "Referer": "https://canary-referrer.example/",
    "Cookie": "canary-cookie=canary-biscuit",
}
TRACES = [SOURCE, "203.0.113.77", "Canaryfox", "canary-"]


def test_nothing_of_a_reader_is_anywhere(served: Settings, store: Store, tmp_path: Path) -> None:
    """Visits with a canary for address, user agent, referrer, cookie and query: found in no file, as text or hash.

    Wrong addresses, a wrong host and a database that does not answer are among them: those are what logs tell of.
    """
    paths = [ARTICLE, CLICK, "/fr/go/canary-promotion/canary-page/x/9", "/canary-path/?canary-query=1", "/fr/"]
    with serve(served, 2, proxies="1") as servers:
        crowd(servers, lambda connection, time: get(connection, paths[time % 5], **CANARY), 10 * TIMES, SOURCE)
        crowd(servers, lambda connection, _: get(connection, ARTICLE, Host="canary-host.example", **CANARY), 1, SOURCE)
        with held(store):
            crowd(servers, lambda connection, _: get(connection, CLICK, **CANARY), 1, SOURCE)
        assert all("a reader went on before" in server.log.read_text() for server in servers)
    assert totals(store) == (READERS * 4 * TIMES, READERS * (4 * TIMES + 1))
    assert places_of(TRACES, files(store, tmp_path)) == []


def files(store: Store, folder: Path) -> list[Path]:
    """All that the servers and the database have written."""
    folders = [folder]
    if store.engine.dialect.name == "postgresql":
        with store.begin() as session:
            session.execute(text("CHECKPOINT"))
        folders.append(Path(str(store.url.query["host"])))
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


def content_of(path: Path) -> bytes:
    """Empty for a file that PostgreSQL has taken away since it was listed."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def places_of(traces: list[str], paths: list[Path]) -> list[tuple[str, Path]]:
    secrets = [*CANARY.values(), SOURCE, CANARY["X_Forwarded_For"]]
    hashes = [
        hashlib.new(name, secret.encode()).hexdigest() for name in ("md5", "sha1", "sha256") for secret in secrets
    ]
    sought = [trace.lower().encode() for trace in [*traces, *hashes]]
    sought += [hashlib.sha256(secret.encode()).digest() for secret in secrets]
    return [
        (str(trace), path)
        for path in paths
        for content in [content_of(path).lower()]
        for trace in sought
        if trace in content
    ]
