"""The files in deploy/ do what they say."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from microsite.config import ROOT
from tests.servers import free_port, serve_by_nginx


def test_nginx_writes_nobody_down_even_while_the_site_is_away(tmp_path: Path) -> None:
    """Neither who asked nor what for: its own messages alone are in its log, and no page is."""
    port, plain = free_port(), free_port()
    site = (ROOT / "deploy" / "nginx.conf").read_text().replace("127.0.0.1:8000", f"127.0.0.1:{free_port()}")
    site = site.replace("listen 80;", f"listen 127.0.0.1:{plain};").replace("443 ssl http2", f"127.0.0.1:{port}")
    site = re.sub("ssl_certificate.*", "", site)  # without TLS: nobody has a certificate of privacy.example
    with serve_by_nginx(site, port, tmp_path) as reader:
        reader.request("GET", "/fr/s3cret", headers={"Host": "privacy.example", "Referer": "https://s3cret.example"})
        answer = reader.getresponse()
        answer.read()
        reader.request("GET", "/fr/s3cret", headers={"Content-Length": "3000000"})
        too_large = reader.getresponse()
        too_large.read()

    assert (502, 413) == (answer.status, too_large.status)
    logged = (tmp_path / "error.log").read_text() + (tmp_path / "access.log").read_text()
    assert "start worker process" in logged
    assert "s3cret" not in logged and "client" not in logged


def test_systemd_lets_the_site_do_little() -> None:
    """What it never needs (capabilities, clocks, modules, most system calls) nobody gets who breaks into it."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    unit = ROOT / "deploy" / "planet-privacy.service"
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=30", unit], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr
