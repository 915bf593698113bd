"""What an article weighs over the wire, head and body, by encoding: every article of ours in every language."""

import socket
import time
from pathlib import Path
from typing import NamedTuple

from app import create_app
from bench.processes import running
from bench.serving import APP, app_command, environment
from microsite import addresses
from microsite.config import Settings
from microsite.editions.edition import Edition
from microsite.runtime import runtime_of

MAX_BROTLI_SECONDS = 10
"""It comes after the first request for it."""


class Weighed(NamedTuple):
    """An article in a language."""

    language: str
    """In English."""
    slug: str
    words: int
    brotli: int
    """Bytes."""
    gzip: int


def weigh_articles(folder: Path) -> list[Weighed]:
    articles = []
    with running(app_command(), environment(folder), folder / "log", f"http://127.0.0.1:{APP}/healthz"):
        edition: Edition = runtime_of(create_app(Settings(instance=folder))).editions.current
        content = edition.content
        for locale in content.site.locales.values():
            language = locale.babel.get_display_name("en") or locale.tag
            for entry in content.articles.values():
                if entry.speaks(locale):
                    address, document = addresses.text(content, entry, locale), content.document(entry, locale)
                    gzip, brotli = weight(address, "gzip"), weight(address, "br")
                    articles.append(Weighed(language, document.slug, document.words, brotli, gzip))
    return articles


def weight(address: str, encoding: str) -> int:
    """Bytes of head and body, on a connection that stays open as browsers' do."""
    asked = f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: {encoding}\r\n\r\n"
    until = time.monotonic() + MAX_BROTLI_SECONDS
    while time.monotonic() < until:
        with socket.create_connection(("127.0.0.1", APP)) as connection, connection.makefile("rb") as answer:
            connection.sendall(asked.encode())
            head = b"".join(iter(answer.readline, b"\r\n")).lower() + b"\r\n"
        if not head.startswith(b"http/1.1 200 "):
            break
        if f"\r\ncontent-encoding: {encoding}\r\n".encode() in head:
            return len(head) + int(head.partition(b"\r\ncontent-length: ")[2].split()[0])
        time.sleep(0.02)
    raise RuntimeError(f"{address} does not come in {encoding}:\n{head.decode()}")
