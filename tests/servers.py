"""Servers as in production, each a process of its own, over the small site of the tests."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep

import pytest

from microsite.config import ROOT, Settings

STARTS_WITHIN = 60
PROGRAM = ("-m", "microsite.delivery.server")
AS_SYSTEMD = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[2], sys.argv[2:])
"""
"""Runs a program with the socket of this number as its first one (sd_listen_fds(3))."""
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@dataclass
class Server:
    """One that answers; `log` is all that it has said."""

    port: int
    log: Path
    environment: Mapping[str, str]
    program: Sequence[str] = PROGRAM
    held: socket.socket | None = None
    """Its port, if somebody else holds that, as systemd does by deploy/planet-privacy.socket."""
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Also where it ran before, and has ended: on the same port."""
        command, passed = [sys.executable, "-u", *self.program, "--port", str(self.port)], []
        if self.held:
            passed = [self.held.fileno()]
            command = [sys.executable, "-c", AS_SYSTEMD, str(passed[0]), *command]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                pass_fds=passed,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def connect(self, source: str = "127.0.0.1") -> HTTPConnection:
        """A connection that stays open, from an address of this machine: all of 127.0.0.0/8 are."""
        return HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(source, 0))

    def ask(self, path: str) -> tuple[int, str]:
        """Status and body of an answer, on a connection of its own."""
        with closing(self.connect()) as connection:
            connection.request("GET", path, headers={"Host": "localhost"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def kill(self) -> None:
        """As a machine does that loses its power: the worker too, which would outlive the process that started it."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)

    def stop(self) -> None:
        """End it as an operator does, and wait until it has."""
        self.process.terminate()
        self.process.wait(timeout=30)


@contextmanager
def serve(
    settings: Settings,
    number: int,
    variables: Mapping[str, str] | None = None,
    program: Sequence[str] = PROGRAM,
    holds_ports: bool = False,
    **more: str,
) -> Iterator[list[Server]]:
    """So many servers over one database; `more` are further settings by name, `variables` are for the environment.

    `program` is what Python is given to run. With `holds_ports` theirs stay open while they do not run.
    """
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MICROSITE_")},
        "MICROSITE_SITE": str(settings.site),
        "MICROSITE_TRANSLATIONS": str(settings.translations),
        "MICROSITE_INSTANCE": str(settings.instance),
        "MICROSITE_BASE_URL": settings.base_url,
        "MICROSITE_DATABASE_URL": settings.database_url,
        **{f"MICROSITE_{name.upper()}": value for name, value in more.items()},
        **(variables or {}),
    }
    with ExitStack() as stack:
        servers = []
        for index in range(number):
            port, log = free_port(), settings.instance.parent / f"server-{index}.log"
            held = stack.enter_context(socket.create_server(("127.0.0.1", port))) if holds_ports else None
            servers.append(Server(port, log, environment, program, held))
            stack.callback(servers[-1].stop)
        for server in servers:
            wait_until_served(server)
        yield servers


def wait_until_served(server: Server) -> None:
    end = monotonic() + STARTS_WITHIN
    while monotonic() < end and server.process.poll() is None:
        try:
            with closing(server.connect()) as connection:
                connection.request("GET", "/healthz")
                assert connection.getresponse().status == 200
            return
        except OSError:
            sleep(0.05)
    raise AssertionError(f"no answer on port {server.port}:\n{server.log.read_text()}")


def seconds_until(true: Callable[[], bool], at_most: float) -> float:
    """How long it takes until that is so. The wait for a condition, with its bound."""
    begin = monotonic()
    while monotonic() - begin < at_most:
        if true():
            return monotonic() - begin
        sleep(0.01)
    raise AssertionError(f"not so after {at_most} s")


def free_port() -> int:
    """Below the ports that the system gives to whoever connects: one who asks for such a port may meet themselves."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port := random.randrange(20_000, 30_000)))
            return port


@contextmanager
def serve_by_nginx(site: str, port: int, folder: Path) -> Iterator[HTTPConnection]:
    """A real nginx with this configuration of its `http` block; what it logs is in `folder`."""
    if not NGINX:
        pytest.skip("nginx is not installed")
    folder.chmod(0o755)
    log = folder / "error.log"
    temporary = [f"{kind}_temp_path {folder}/t;" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")]
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {log} info; events {{}}"
        f"http {{ access_log {folder}/access.log; {''.join(temporary)} {site} }}"
    )
    command = [NGINX, "-e", str(log), "-c", str(folder / "nginx.conf"), "-g", "user root;"]
    with subprocess.Popen(command) as process, closing(HTTPConnection("127.0.0.1", port)) as connection:
        try:
            end = monotonic() + STARTS_WITHIN
            while not connection.sock:
                with suppress(ConnectionRefusedError):
                    connection.connect()
                assert process.poll() is None and monotonic() < end, log.read_text()
            yield connection
        finally:
            process.terminate()
