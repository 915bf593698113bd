"""A cached article through the app, against nginx serving it as a file and granian alone; start and memory."""

import gzip
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from bench.processes import FIREFOX, LOAD_CORE, busy, cpu_seconds, cpu_seconds_of_ended, memory, program, running
from microsite.config import ROOT

ARTICLE = "/en/blog/news/whatsapp-stops-answering-hong-kong-police/"
CONNECTIONS = 32
SECONDS = 3
MIN_ROUNDS, MAX_ROUNDS = 7, 12
BUSY = 0.95
"""A server that had less of its core was disturbed, or waited for wrk: such a round says nothing."""
MIN_QUIET_ROUNDS = 5
"""Rounds that were not disturbed, for a median."""
APP, NGINX, FIXED = 8491, 8492, 8493
BATCH = ["chrt", "--batch", "0"]
"""The scheduler's policy, as in the unit file."""
SENT = {"User-Agent": FIREFOX, "Accept-Encoding": "gzip"}


@dataclass
class Load:
    """One run of the load on one server."""

    rate: float
    p99: float
    """Milliseconds."""
    core: float
    """How busy the server's core was with the server."""
    wrk: float
    """How busy the other core was with the load."""
    other: float
    """How many cores were busy with neither server nor load."""


Round = dict[str, Load]
"""One after the other, by the name of the server."""


def environment(folder: Path, site: Path = ROOT / "site") -> dict[str, str]:
    """What systemd would give to the app: no more."""
    folder.mkdir(parents=True, exist_ok=True)
    named = {"SITE": site, "INSTANCE": folder, "BASE_URL": f"http://127.0.0.1:{APP}"}
    malloc = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "1048576"}
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        **malloc,
        **{f"MICROSITE_{name}": str(v) for name, v in named.items()},
    }


def app_command() -> list[str]:
    return [*BATCH, sys.executable, "-m", "microsite.delivery.server", "--port", str(APP)]


def nginx_command(folder: Path) -> list[str]:
    """A worker as its documentation recommends for static files; it runs in the foreground over `folder`/root."""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; user root; pid {folder}/pid; error_log {folder}/error.log;"
        f"events {{ worker_connections 4096; }} http {{ {temporary} access_log off; sendfile on; tcp_nopush on;"
        "open_file_cache max=1000; types { text/html html; } gzip_static on; gzip_vary on;"
        f"server {{ listen 127.0.0.1:{NGINX}; root {folder}/root; }} }}"
    )
    return [program("nginx"), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]


def fixed_command() -> list[str]:
    return [*BATCH, sys.executable, "-m", "bench.fixed"]


def load(port: int, pid: int) -> Load:
    headers = [part for name, value in SENT.items() for part in ("-H", f"{name}: {value}")]
    wrk = [program("wrk"), "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", *headers]
    command = [program("taskset"), "-c", LOAD_CORE, *wrk, f"http://127.0.0.1:{port}{ARTICLE}"]
    began, used, served, loaded = time.monotonic(), busy(), cpu_seconds(pid), cpu_seconds_of_ended()
    report = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    served, loaded, used = cpu_seconds(pid) - served, cpu_seconds_of_ended() - loaded, busy() - used
    seconds = time.monotonic() - began
    rate = re.search(r"Requests/sec:\s+([\d.]+)", report)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", report)
    if not rate or not p99 or "Non-2xx" in report:
        raise RuntimeError(report)
    unit = {"us": 0.001, "ms": 1.0, "s": 1000.0}[p99[2]]
    shares = [part / seconds for part in (served, loaded, used - served - loaded)]
    return Load(float(rate[1]), float(p99[1]) * unit, *shares)


def answer(port: int) -> tuple[bytes, list[tuple[str, str]]]:
    """The article as wrk is sent it; the headers without those that granian adds to every answer."""
    connection = HTTPConnection("127.0.0.1", port)
    with closing(connection):
        connection.request("GET", ARTICLE, headers=SENT)
        response = connection.getresponse()
        headers = [(name, value) for name, value in response.getheaders() if name.lower() not in ("date", "server")]
        return response.read(), headers


@contextmanager
def contenders(folder: Path) -> Iterator[list[tuple[str, int, int]]]:
    """All servers up at once on one core: name, port, process."""
    page = folder / "root" / ARTICLE.strip("/") / "index.html"
    page.parent.mkdir(parents=True)
    app_url, nginx_url = f"http://127.0.0.1:{APP}{ARTICLE}", f"http://127.0.0.1:{NGINX}/page"
    with running(app_command(), environment(folder / "instance"), folder / "app.log", app_url) as (app, _):
        small, headers = answer(APP)
        page.write_bytes(gzip.decompress(small))
        page.with_name("index.html.gz").write_bytes(small)
        (folder / "root" / "page").write_text("up")
        (folder / "root").chmod(0o755)
        inputs = {"BODY": str(page.with_name("index.html.gz")), "HEADERS": json.dumps(headers), "PORT": str(FIXED)}
        fixed = environment(folder) | {f"BENCH_{name}": value for name, value in inputs.items()}
        with (
            running(nginx_command(folder), {"PATH": "/usr/bin"}, folder / "nginx.log", nginx_url) as (nginx, _),
            running(fixed_command(), fixed, folder / "fixed.log", f"http://127.0.0.1:{FIXED}/") as (granian, _),
        ):
            if answer(FIXED) != (small, headers):
                raise RuntimeError(f"granian alone does not answer as the app does: {answer(FIXED)[1]}, not {headers}")
            yield [("nginx", NGINX, nginx), ("app", APP, app), ("granian", FIXED, granian)]


def race(folder: Path) -> list[Round]:
    """All servers loaded in turn, the order turned round each time; more rounds where too many were disturbed."""
    rounds: list[Round] = []
    with contenders(folder) as servers:
        while len(rounds) < MIN_ROUNDS or (len(quiet(rounds)) < MIN_QUIET_ROUNDS and len(rounds) < MAX_ROUNDS):
            order = servers if len(rounds) % 2 else servers[::-1]
            rounds.append({name: load(port, pid) for name, port, pid in order})
    return rounds


def quiet(rounds: list[Round]) -> list[Round]:
    """Those in which every server had its core."""
    return [loads for loads in rounds if all(load.core >= BUSY for load in loads.values())]


def start_and_memory(folder: Path, site: Path, path: str, times: int) -> tuple[float, float]:
    """Seconds from the start of the process to the first 200, and MiB of PSS after it; the median of several."""
    starts, sizes = [], []
    for _ in range(times):
        url = f"http://127.0.0.1:{APP}{path}"
        with running(app_command(), environment(folder, site), folder / "log", url) as (pid, seconds):
            starts.append(seconds)
            sizes.append(memory(pid))
    return statistics.median(starts), statistics.median(sizes)
