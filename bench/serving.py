"""A cached article through the app, against nginx serving it as a file and granian alone; start and memory."""

import gzip
import re
import shutil
import statistics
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from bench.processes import FIREFOX, LOAD_CORE, busy, cpu_seconds, memory, running
from microsite.config import ROOT
from microsite.delivery.server import CONNECTIONS as CONNECTIONS_AT_MOST
from microsite.delivery.server import THREADS

ARTICLE = "/en/blog/news/whatsapp-stops-answering-hong-kong-police/"
CONNECTIONS = 32
ROUNDS = 7
SECONDS = 3
APP, NGINX, FIXED = 8491, 8492, 8493
SENT = {"User-Agent": FIREFOX, "Accept-Encoding": "gzip"}


@dataclass
class Round:
    """One run of the load on one server."""

    rate: float
    p99: float
    """Milliseconds."""
    core: float
    """How busy the server's core was with the server."""
    other: float
    """How many cores were busy with neither server nor load."""


def environment(folder: Path, site: Path = ROOT / "site") -> dict[str, str]:
    """What systemd would give to the app: no more."""
    folder.mkdir(parents=True, exist_ok=True)
    named = {"SITE": site, "INSTANCE": folder, "BASE_URL": f"http://127.0.0.1:{APP}"}
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **{f"MICROSITE_{name}": str(v) for name, v in named.items()}}


def app_command() -> list[str]:
    return [sys.executable, "-m", "microsite.delivery.server", "--port", str(APP)]


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
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    return [program, "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]


def fixed_command() -> list[str]:
    """granian with as many threads as ours, over nothing."""
    options = ["--interface", "wsgi", "--http", "1", "--no-ws", "--log-level", "error"]
    threads = ["--blocking-threads", str(THREADS), "--backpressure", str(CONNECTIONS_AT_MOST)]
    return [sys.executable, "-m", "granian", *options, *threads, "--port", str(FIXED), "bench.fixed:app"]


def load(port: int, pid: int) -> Round:
    cpu, (all_before, idle_before) = cpu_seconds(pid), busy()
    headers = [part for name, value in SENT.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", *headers]
    said = subprocess.run(
        ["taskset", "-c", LOAD_CORE, *command, f"http://127.0.0.1:{port}{ARTICLE}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    served, (all_after, idle_after) = cpu_seconds(pid) - cpu, busy()
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    if not rate or not p99 or "Non-2xx" in said:
        raise RuntimeError(said)
    unit = {"us": 0.001, "ms": 1.0, "s": 1000.0}[p99[2]]
    used = (all_after - all_before) - (idle_after - idle_before)
    return Round(float(rate[1]), float(p99[1]) * unit, served / SECONDS, max(0.0, (used - served) / SECONDS - 1))


def race(folder: Path) -> dict[str, list[Round]]:
    """All servers up at once on one core, loaded in turn, the order turned round each time."""
    (folder / "root" / ARTICLE.strip("/")).mkdir(parents=True, exist_ok=True)
    rounds: dict[str, list[Round]] = {"nginx": [], "app": [], "granian": []}
    app_url, nginx_url = f"http://127.0.0.1:{APP}{ARTICLE}", f"http://127.0.0.1:{NGINX}/page"
    with running(app_command(), environment(folder / "instance"), folder / "app.log", app_url) as (app, _):
        with urllib.request.urlopen(urllib.request.Request(app_url, headers=SENT)) as answer:
            small = answer.read()
        page = folder / "root" / ARTICLE.strip("/") / "index.html"
        page.write_bytes(gzip.decompress(small))
        page.with_name("index.html.gz").write_bytes(small)
        (folder / "root" / "page").write_text("up")
        (folder / "root").chmod(0o755)
        fixed = {**environment(folder), "BENCH_PAGE": str(page.with_name("index.html.gz"))}
        with (
            running(nginx_command(folder), {"PATH": "/usr/bin"}, folder / "nginx.log", nginx_url) as (nginx, _),
            running(fixed_command(), fixed, folder / "fixed.log", f"http://127.0.0.1:{FIXED}/") as (granian, _),
        ):
            contenders = [("nginx", NGINX, nginx), ("app", APP, app), ("granian", FIXED, granian)]
            for number in range(ROUNDS):
                for name, port, pid in contenders if number % 2 else reversed(contenders):
                    rounds[name].append(load(port, pid))
    return rounds


def start_and_memory(folder: Path, site: Path, path: str, times: int) -> tuple[float, float]:
    """Seconds from the start of the process to the first 200, and MiB of PSS after it; the median of several."""
    starts, sizes = [], []
    for _ in range(times):
        url = f"http://127.0.0.1:{APP}{path}"
        with running(app_command(), environment(folder, site), folder / "log", url) as (pid, seconds):
            starts.append(seconds)
            sizes.append(memory(pid))
    return statistics.median(starts), statistics.median(sizes)


def wire_size() -> dict[str, int]:
    """Bytes of the article over the wire, head and body, by encoding, on a connection that stays open as browsers' do.

    Asked of a running app.
    """
    import socket

    sizes = {}
    for encoding in ("gzip", "br"):
        for _ in range(100):  # brotli comes after the first request for it
            asked = f"GET {ARTICLE} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: {encoding}\r\n\r\n"
            with socket.create_connection(("127.0.0.1", APP)) as connection, connection.makefile("rb") as answer:
                connection.sendall(asked.encode())
                head = b"".join(iter(answer.readline, b"\r\n")).lower() + b"\r\n"
            if f"content-encoding: {encoding}".encode() in head:
                sizes[encoding] = len(head) + int(head.partition(b"content-length: ")[2].split()[0])
                break
    return sizes
