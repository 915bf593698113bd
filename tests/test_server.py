"""The server as `make run` starts it: slow and large requests keep no reader waiting, and an end loses no answer."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

from microsite.config import ROOT, Settings
from microsite.delivery.server import MAX_END_SECONDS, MAX_UNACKNOWLEDGED_SECONDS, bound, renew
from microsite.storage.store import Store
from microsite.storage.tables import PromotionCount
from microsite.threads import READER_THREADS, STUDIO_THREADS
from tests.servers import Server, free_port, serve

PATIENCE = 30.0
READER_WAITS = 3.0
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
FIRST_READER = """
import json, sys
from app import create_served_app

served = create_served_app()
status = served.test_client().get("/en/").status_code
print(json.dumps([status, *{name.partition(".")[0] for name in sys.modules}]))
"""
RARELY_NEEDED = {"alembic", "PIL", "segno", "zxcvbn"}


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    with serve(settings, 1) as servers:
        yield servers[0]


def test_an_address_in_the_file_of_settings_is_the_sites(tmp_path: Path) -> None:
    """What `.env` beside app.py says holds for the server as for every command; after SIGHUP, what it says by then."""
    for name in ("microsite", "site", "static", "translations"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", tmp_path)
    (tmp_path / ".env").write_text("MICROSITE_BASE_URL=https://privacy.example\n")
    command = [sys.executable, "-u", "-m", "microsite.delivery.server", "--port", str(free_port())]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MICROSITE_")}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        lines = [process.stderr.readline() for _ in range(2)]
        (tmp_path / ".env").write_text("MICROSITE_BASE_URL=https://renewed.example\n")
        process.send_signal(signal.SIGHUP)
        lines.append(next(line for line in iter(process.stderr.readline, "") if "Planet Privacy" in line))
        process.kill()
        process.wait(PATIENCE)

    assert "Planet Privacy: https://privacy.example/" in lines[0]
    assert "https://privacy.example/studio/join/" in lines[1]
    assert "Planet Privacy: https://renewed.example/" in lines[2]


def test_a_start_loads_nothing_that_few_requests_need(settings: Settings) -> None:
    """The first start of a new instance loads no migrations, no drawing, no dictionary of bad passwords."""
    environment = {f"MICROSITE_{name.upper()}": str(value) for name, value in settings.model_dump().items()}
    command = [sys.executable, "-c", FIRST_READER]
    ran = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    status, *loaded = json.loads(ran.stdout.splitlines()[-1])
    assert 200 == status
    assert set() == RARELY_NEEDED & set(loaded)


def _get(port: int, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def _say(port: int, text: bytes) -> bytes:
    """The first line of what the server answers."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(text)
        return connection.recv(4096).partition(b"\r\n")[0]


HEAD = b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"


@pytest.mark.parametrize(
    "begun",
    [
        b"GET /fr/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
        HEAD % b"/fr/" + b"Content-Length: 100\r\n\r\na=",
        HEAD % b"/studio/login" + b"Content-Length: 100\r\n\r\na=",
        HEAD % b"/studio/login" + b"Transfer-Encoding: chunked\r\n\r\n2\r\na=\r\n",
    ],
    ids=["head", "body", "studio body", "studio chunks"],
)
def test_four_hundred_slow_clients_keep_no_reader_waiting(server: Server, begun: bytes) -> None:
    """Each has begun a request and says no more; readers of known and of new pages are served meanwhile."""
    port = server.port
    with ExitStack() as slow:
        for _ in range(400):
            slow.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)).sendall(begun)
        for path in ("/fr/", "/fr/", "/en/blog/", "/en/about/", "/en/blog/news/"):
            before = time.monotonic()
            assert 200 == _get(port, path).status
            assert time.monotonic() - before < READER_WAITS


IMPATIENT = """
import os, socket, sys
from microsite.delivery import worker
from microsite.studio import admission

admission.MAX_BODY_SECONDS = 0.05
listener = socket.create_server(("127.0.0.1", int(sys.argv[2])))
sys.argv[1:] = [str(listener.fileno()), str(os.pipe()[1])]
worker.main()
"""


def test_forms_that_were_given_up_stop_nobody(settings: Settings) -> None:
    """Their senders say no more and stay, more of them than there are other threads: all others are served."""
    with serve(settings, 1, program=("-c", IMPATIENT)) as (server,), ExitStack() as slow:
        forms = [
            slow.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE))
            for _ in range(READER_THREADS + STUDIO_THREADS + 5)
        ]
        for form in forms:
            form.sendall(HEAD % b"/studio/login" + b"Content-Length: 100\r\n\r\na=")
        statuses = Counter(form.recv(4096).split(b" ")[1] for form in forms)
        assert {b"408", b"503"} >= set(statuses) and statuses[b"408"]
        for path in ("/fr/", "/en/blog/", "/studio/login"):
            before = time.monotonic()
            assert 200 == _get(server.port, path).status
            assert time.monotonic() - before < READER_WAITS


def test_what_is_too_large_is_refused(server: Server) -> None:
    """Giant heads, bodies beyond what a form needs; public pages read no body at all."""
    port = server.port
    head = HEAD % b"/studio/login"

    assert b"431" in _say(port, b"GET /fr/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 100_000 + b"\r\n\r\n")
    assert b"413" in _say(port, head + b"Content-Length: 3000000\r\n\r\n" + b"a=b&" * 1000)
    assert b"405" in _say(port, HEAD % b"/fr/" + b"Content-Length: 3000000\r\n\r\na=b&")


def test_an_end_during_the_start_is_an_end(settings: Settings) -> None:
    """Whoever stops the server before it has read everything waits for nothing."""
    environment = {**os.environ, "MICROSITE_INSTANCE": str(settings.instance)}
    command = [sys.executable, "-u", "-m", "microsite.delivery.server", "--port", str(free_port())]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert process.stderr.readline()  # the worker's first words
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()


def test_a_killed_server_leaves_nobody_behind(settings: Settings) -> None:
    """Where the process that watches is killed, the one that serves ends as well, and the port is free again."""
    with serve(settings, 1) as servers:
        servers[0].process.kill()
        servers[0].process.wait(PATIENCE)
        end = time.monotonic() + PATIENCE
        while _is_open(servers[0].port):
            assert time.monotonic() < end


def test_a_worker_that_ends_by_itself_ends_the_server(server: Server) -> None:
    """With a status by which whoever started it knows that it is to be started again."""
    pid = server.process.pid
    os.kill(int(Path(f"/proc/{pid}/task/{pid}/children").read_text()), signal.SIGKILL)
    assert 1 == server.process.wait(PATIENCE)


@pytest.mark.parametrize("end", [Server.kill, Server.stop])
def test_where_systemd_holds_the_port_readers_wait(settings: Settings, end: Callable[[Server], None]) -> None:
    """Whoever comes while nobody serves, after a kill or during a restart, is answered by the next process."""
    with serve(settings, 1, holds_ports=True) as (server,):
        end(server)
        with closing(server.connect()) as reader:
            reader.request("GET", "/en/")
            server.start()
            assert 200 == reader.getresponse().status


def test_a_reload_loses_no_reader_and_no_count(settings: Settings, store: Store) -> None:
    """Whether a connection stays open or is new: the next worker answers before the previous one ends.

    Takes six seconds: two starts, and the time in which the previous worker leaves.
    """
    is_over, statuses = threading.Event(), Counter[int]()

    def read(stays_open: bool) -> None:
        connection = renewed.connect()
        while not is_over.wait(0.02):
            connection.request("GET", "/fr/blog/actualites/le-cable/", headers={"User-Agent": BROWSER})
            answer = connection.getresponse()
            answer.read()
            statuses[answer.status] += 1
            if not stays_open:
                connection.close()
        connection.close()

    with serve(settings.model_copy(update={"database_url": str(store.url)}), 1) as (renewed,):
        with ThreadPoolExecutor() as pool:
            readers = [pool.submit(read, stays_open) for stays_open in (True, False) * 3]
            renew(renewed.process.pid)
            is_over.set()
        for reader in readers:
            reader.result()
    with store.read() as session:
        assert statuses == {200: session.scalar(select(func.sum(PromotionCount.impressions)))}
    assert statuses.total() > 300


def test_where_the_next_worker_cannot_start_the_previous_one_goes_on(settings: Settings, server: Server) -> None:
    """`systemctl reload` fails, the log says why, and readers are served."""
    (settings.instance / "secret_key").write_text("too short")
    with pytest.raises(SystemExit, match="could not start; the previous one goes on"):
        renew(server.process.pid)
    assert 200 == _get(server.port, "/fr/").status
    assert "secret_key: " in server.log.read_text()


def test_nobody_is_let_in_before_there_is_an_answer() -> None:
    """The port is taken while a worker starts, and refuses: nginx asks another node meanwhile."""
    with bound("127.0.0.1", free_port()) as listener:
        assert not _is_open(listener.getsockname()[1])
        listener.listen()
        assert _is_open(listener.getsockname()[1])


def test_a_port_that_is_taken_is_refused_with_a_sentence() -> None:
    """Which names another one."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=f"Address already in use.*make run PORT={port + 1}"):
            bound("127.0.0.1", port)


def test_an_end_finishes_what_was_begun(server: Server) -> None:
    """A form that is half sent at SIGTERM is answered once the other half has come."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(HEAD % b"/studio/login" + b"Content-Length: 7\r\nConnection: close\r\n\r\na=b")
        assert 200 == _get(server.port, "/fr/").status  # whoever came before has been taken by now
        server.process.send_signal(signal.SIGTERM)
        end = time.monotonic() + PATIENCE
        while _is_open(server.port):
            assert time.monotonic() < end
        connection.sendall(b"&c=d")
        answer = connection.recv(4096)

    assert answer.startswith(b"HTTP/1.1 4") or answer.startswith(b"HTTP/1.1 200"), answer
    server.process.wait(PATIENCE)


def test_an_end_waits_for_no_slow_sender(server: Server) -> None:
    """A form of which a letter a second comes would hold it up for as long as its sender likes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(HEAD % b"/studio/login" + b"Content-Length: 100000\r\n\r\na")
        assert 200 == _get(server.port, "/fr/").status
        server.process.send_signal(signal.SIGTERM)
        end = time.monotonic() + MAX_END_SECONDS + READER_WAITS
        while server.process.poll() is None:
            assert time.monotonic() < end
            with suppress(OSError):
                connection.sendall(b"a")
            with suppress(subprocess.TimeoutExpired):
                server.process.wait(0.5)


def _is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
    except OSError:
        return False
    return True


def test_an_end_under_load_cuts_no_answer(server: Server) -> None:
    """Readers get a whole page, or no connection at all, upon which browsers and proxies ask again by themselves."""
    seen: Counter[str] = Counter()

    def read(path: str) -> None:
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
            except OSError:
                return  # it has ended
            body = answer.read()
            seen[f"{answer.status} {len(body) == int(answer.headers['Content-Length'])}"] += 1
            connection.close()

    readers = [threading.Thread(target=read, args=(path,)) for path in ("/fr/", "/en/", "/en/blog/", "/fr/nope") * 3]
    for reader in readers:
        reader.start()
    end = time.monotonic() + PATIENCE
    while seen.total() < 200:
        assert time.monotonic() < end, seen
        readers[0].join(0.01)
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(PATIENCE)
    for reader in readers:
        reader.join(PATIENCE)

    assert {"200 True", "404 True"} == set(seen)


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="only Linux has this limit")
def test_a_client_that_takes_no_answer_is_left(server: Server) -> None:
    """It asks and asks and reads nothing: its connection would stay for ever, one of those that there may be."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.connect(("127.0.0.1", server.port))
        connection.settimeout(1)
        end = time.monotonic() + MAX_UNACKNOWLEDGED_SECONDS + PATIENCE
        while time.monotonic() < end:
            try:
                connection.send(b"GET /fr/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 100)
            except TimeoutError:
                continue
            except OSError:
                return
    pytest.fail("it is still there")
