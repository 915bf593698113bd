"""The files in deploy/ do what they say."""

import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import TLSVersion

import pytest

from microsite.config import ROOT
from microsite.delivery.server import LEAVE_SECONDS
from microsite.studio import admission
from tests.servers import free_port, serve_by_nginx

OURS = {"Host": "privacy.example"}
PATIENCE = 10.0


class Node(ThreadingHTTPServer):
    """A node that answers 200, refuses with 503 under /refused, and notes what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", free_port()), Answer)
        self.asked: list[str] = []


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        assert isinstance(self.server, Node)
        self.server.asked.append(f"{self.command} {self.path}")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(503 if self.path == "/refused" else 200)
        self.send_header("Content-Security-Policy", "default-src 'self'")
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Content-Length", str(len(str(len(body)))))
        self.end_headers()
        self.wfile.write(str(len(body)).encode())

    do_GET = do_POST = answer

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def nodes(number: int) -> Iterator[list[Node]]:
    started = [Node() for _ in range(number)]
    for node in started:
        threading.Thread(target=node.serve_forever, args=(0.05,), daemon=True).start()
    yield started
    for node in started:
        node.shutdown()
        node.server_close()


def configured(*ports: int) -> tuple[str, int, int]:
    """Our configuration without TLS (nobody has a certificate of privacy.example); its ports, secure and plain."""
    port, plain = free_port(), free_port()
    site = (ROOT / "deploy" / "nginx.conf").read_text()
    servers = "".join(f"server 127.0.0.1:{number} max_fails=0;" for number in ports)
    site = site.replace("server 127.0.0.1:8000 max_fails=0;", servers)
    site = site.replace("listen 80", f"listen 127.0.0.1:{plain}").replace("443 ssl http2", f"127.0.0.1:{port}")
    site = site.replace("ssl_reject_handshake on;", "return 444;")
    return re.sub("ssl_certificate.*", "", site), port, plain


def ask(port: int, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> HTTPResponse:
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request(method, path, body, {**OURS, **headers})
        answer = connection.getresponse()
        answer.read()
        return answer


def test_nginx_writes_nobody_down_even_while_the_site_is_away(tmp_path: Path) -> None:
    """Neither who asked nor what for: its own messages alone are in its log, and no page is."""
    site, port, _ = configured(free_port())
    with serve_by_nginx(site, port, tmp_path) as reader:
        reader.request("GET", "/fr/s3cret", headers={**OURS, "Referer": "https://s3cret.example"})
        answer = reader.getresponse()
        answer.read()
        reader.request("GET", "/fr/s3cret", headers={**OURS, "Content-Length": "3000000"})
        too_large = reader.getresponse()
        too_large.read()

    assert (502, 413) == (answer.status, too_large.status)
    logged = (tmp_path / "error.log").read_text() + (tmp_path / "access.log").read_text()
    assert "start worker process" in logged
    assert "s3cret" not in logged and "client" not in logged


def test_a_refusal_takes_no_node_out_of_readers_way(tmp_path: Path) -> None:
    """Whatever is refused how often: it is one answer, from one node, and the next reader is served."""
    with nodes(2) as both:
        site, port, _ = configured(*(node.server_port for node in both))
        with serve_by_nginx(site, port, tmp_path):
            seen = [(ask(port, "/refused").status, ask(port, "/").status) for _ in range(10)]
        asked = [line for node in both for line in node.asked]

    assert [(503, 200)] * 10 == seen
    assert 10 == asked.count("GET /refused")


def test_a_node_that_is_away_costs_no_reader_a_page(tmp_path: Path) -> None:
    """As while it is renewed: the other one is asked. A form that may have been acted upon is not sent twice."""
    with nodes(1) as (node,):
        site, port, _ = configured(free_port(), node.server_port)
        with serve_by_nginx(site, port, tmp_path):
            assert [200] * 20 == [ask(port, "/").status for _ in range(20)]


def test_a_form_is_not_sent_to_a_second_node(tmp_path: Path) -> None:
    """A node that has taken it and ends may have saved it."""
    with nodes(1) as (node,), socket.create_server(("127.0.0.1", 0)) as ends:

        def end_each() -> None:
            while True:
                try:
                    taken = ends.accept()[0]
                except OSError:
                    return
                taken.recv(100)
                taken.close()

        threading.Thread(target=end_each, daemon=True).start()
        site, port, _ = configured(ends.getsockname()[1], node.server_port)
        with serve_by_nginx(site, port, tmp_path):
            statuses = {ask(port, "/studio/x", "POST", b"a=b").status for _ in range(4)}
            pages = {ask(port, "/").status for _ in range(8)}
        forms = node.asked.count("POST /studio/x")

    assert ({200, 502}, {200}) == (statuses, pages)
    assert 2 == forms


@pytest.mark.parametrize("host", ["evil.example", "privacy.example.evil.example", "127.0.0.1"])
def test_nginx_answers_to_no_other_name(tmp_path: Path, host: str) -> None:
    """An address made from a name that somebody else chose leads readers there."""
    with nodes(1) as (node,):
        site, port, plain = configured(node.server_port)
        with serve_by_nginx(site, port, tmp_path):
            for which in (port, plain):
                with pytest.raises(RemoteDisconnected):
                    ask(which, "/", Host=host)
            assert "https://privacy.example/fr/" == ask(plain, "/fr/").headers["Location"]
        assert [] == node.asked


def test_nginx_speaks_no_tls_before_1_2_and_no_weak_cipher(tmp_path: Path) -> None:
    """Nor does it tell a stranger its certificate. With forward secrecy throughout: what is recorded stays closed."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"]
    names = ["-subj", "/CN=privacy.example", "-keyout", str(key), "-out", str(certificate)]
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    subprocess.run([*made, *names], check=True, capture_output=True)
    site = (ROOT / "deploy" / "nginx.conf").read_text()
    port = free_port()
    site = site.replace("listen 80", f"listen 127.0.0.1:{free_port()}").replace("443 ssl", f"127.0.0.1:{port} ssl")
    site = re.sub("/etc/letsencrypt/live/privacy.example/(fullchain|privkey).pem", r"@\1", site)
    site = site.replace("@fullchain", str(certificate)).replace("@privkey", str(key))
    debian = "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers on;"
    with serve_by_nginx(debian + site, port, tmp_path):
        assert "TLSv1.3" == spoken(port, "privacy.example")
        assert "TLSv1.2" == spoken(port, "privacy.example", TLSVersion.TLSv1_2)
        assert "" == spoken(port, "privacy.example", TLSVersion.TLSv1_1)
        for weak in ("AES256-GCM-SHA384", "ECDHE-ECDSA-AES256-SHA", "ECDHE-ECDSA-AES128-SHA256"):
            assert "" == spoken(port, "privacy.example", TLSVersion.TLSv1_2, weak)
        assert "" == spoken(port, "evil.example")


def spoken(port: int, name: str, newest: TLSVersion = TLSVersion.TLSv1_3, ciphers: str = "ALL") -> str:
    """The protocol that a client and nginx agree upon; empty where they do not."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that is what is tried
        context.minimum_version, context.maximum_version = TLSVersion.TLSv1, newest
    try:
        with (
            socket.create_connection(("127.0.0.1", port), PATIENCE) as plain,
            context.wrap_socket(plain, server_hostname=name) as secure,
        ):
            return secure.version() or ""
    except ssl.SSLError:
        return ""


def test_nginxs_own_errors_carry_our_headers(tmp_path: Path) -> None:
    """Where there is no answer of the app, and only there: none stands twice."""
    with nodes(1) as (node,):
        site, port, _ = configured(node.server_port)
        with serve_by_nginx(site, port, tmp_path):
            ours = ask(port, "/")
            error = ask(port, "/", "GET", None, **{"Content-Length": "3000000"})

    assert ["default-src 'self'"] == ours.headers.get_all("Content-Security-Policy")
    assert ["no-cache"] == ours.headers.get_all("Cache-Control")
    assert 413 == error.status
    assert ["default-src 'none';frame-ancestors 'none'"] == error.headers.get_all("Content-Security-Policy")
    assert ["no-store"] == error.headers.get_all("Cache-Control")
    for name in ("X-Content-Type-Options", "Referrer-Policy", "Strict-Transport-Security"):
        assert error.headers[name], name


def test_the_largest_catalog_passes_nginx(tmp_path: Path) -> None:
    """What the app takes, nginx lets through, and no more."""
    with nodes(1) as (node,):
        site, port, _ = configured(node.server_port)
        with serve_by_nginx(site, port, tmp_path):
            assert 200 == ask(port, "/studio/", "POST", b"x" * admission.MAX_UPLOAD_BYTES).status
            assert (
                413
                == ask(port, "/studio/", "POST", None, **{"Content-Length": str(admission.MAX_UPLOAD_BYTES + 1)}).status
            )


UNITS = ["planet-privacy.service", "planet-privacy-backup.service"]
ALL_UNITS = [*UNITS, "planet-privacy.socket", "planet-privacy-backup.timer"]


@pytest.mark.parametrize("name", ALL_UNITS)
def test_systemd_understands_every_line(name: str, tmp_path: Path) -> None:
    """One that it does not know it passes over: what was to be forbidden is not, and nobody is told."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    for each in ALL_UNITS:
        unit = (ROOT / "deploy" / each).read_text()
        (tmp_path / each).write_text(re.sub("/srv/planet-privacy/.venv/bin/(python|flask)", sys.executable, unit))
    done = subprocess.run(["systemd-analyze", "verify", tmp_path / name], capture_output=True, text=True)

    assert (0, "") == (done.returncode, done.stdout + done.stderr)


@pytest.mark.parametrize("name", UNITS)
def test_systemd_lets_the_site_do_little(name: str) -> None:
    """What it never needs (capabilities, clocks, modules, most system calls) nobody gets who breaks into it."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    unit = ROOT / "deploy" / name
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", unit], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", UNITS)
def test_systemd_lets_the_site_talk_to_this_machine_alone(name: str) -> None:
    """And hides the history of the repository: whoever breaks in can send nothing out, and reads no former secret."""
    lines = (ROOT / "deploy" / name).read_text().splitlines()

    assert {"IPAddressDeny=any", "IPAddressAllow=localhost", "InaccessiblePaths=-/srv/planet-privacy/.git"} <= {*lines}


def test_the_port_that_systemd_holds_is_the_sites() -> None:
    """As closed to others as the site itself: a socket has the rules of whoever made it."""
    socket_unit, unit, nginx = (
        (ROOT / "deploy" / name).read_text()
        for name in ("planet-privacy.socket", "planet-privacy.service", "nginx.conf")
    )

    assert "\nListenStream=127.0.0.1:8000\n" in socket_unit and "--port 8000\n" in unit
    assert "server 127.0.0.1:8000 " in nginx
    assert {"IPAddressDeny=any", "IPAddressAllow=localhost"} <= {*socket_unit.splitlines()}


def test_a_backup_is_made_every_night(tmp_path: Path) -> None:
    """By a timer that systemd understands; its command is one of ours, and writes where the service may write."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    folder = ROOT / "deploy"
    calendar = re.search(r"OnCalendar=(.*)", (folder / "planet-privacy-backup.timer").read_text())
    assert calendar
    next_times = subprocess.run(["systemd-analyze", "calendar", calendar[1]], capture_output=True, text=True)
    assert "Normalized form: *-*-* 03:00:00" in next_times.stdout, next_times.stderr
    service = (folder / "planet-privacy-backup.service").read_text()
    assert "flask --app app backup /var/lib/planet-privacy/backups\n" in service
    assert "StateDirectory=planet-privacy planet-privacy/backups\n" in service


def test_the_server_is_run_as_it_was_measured() -> None:
    """Where it is a service and in the image: no thread is put aside because another woke up, free memory goes back."""
    unit, image = ((ROOT / "deploy" / name).read_text() for name in ("planet-privacy.service", "Containerfile"))

    assert "\nCPUSchedulingPolicy=batch\n" in unit
    assert '"chrt", "--batch", "0"' in image
    assert "MALLOC_MMAP_THRESHOLD_=1048576" in unit and "MALLOC_MMAP_THRESHOLD_=1048576" in image


def test_a_reload_renews_the_worker_and_cuts_no_connection_of_nginx() -> None:
    """By the command that the server knows; nginx leaves a connection before the worker that leaves closes it."""
    unit, nginx = ((ROOT / "deploy" / name).read_text() for name in ("planet-privacy.service", "nginx.conf"))
    idle = re.search(r"upstream .*?keepalive_timeout (\d+)s;", nginx, re.DOTALL)

    assert "\nExecReload=/srv/planet-privacy/.venv/bin/python -m microsite.delivery.server --renew $MAINPID\n" in unit
    assert idle and int(idle[1]) < LEAVE_SECONDS


def test_what_is_only_for_us_is_not_in_the_image() -> None:
    """Tests, measurements and history: what is not there need not be kept safe."""
    left_out = (ROOT / ".containerignore").read_text().split()
    assert {".git", ".ci", "tests", "bench", "docs", "instance", ".env"} <= set(left_out)
