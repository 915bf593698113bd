"""“What this site sees of you”: every line of the request, what it betrays, and nothing of it kept."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from microsite.config import Settings
from microsite.reader.seen import MAX_LINES, MAX_VALUE_CHARACTERS
from microsite.runtime import runtime_of
from tests.conftest import Seen

Look = Callable[..., Seen]
CANARY = "c4nary-0f-th1s-reader"
CHROME = {
    "User_Agent": "Mozilla/5.0 Chrome/156",
    "Accept_Language": "eo",
    "Sec_CH_UA": '"Chromium";v="156"',
    "Sec_CH_UA_Platform": '"Linux"',
    "Sec_Fetch_Site": "none",
    "Sec_GPC": "1",
    "DNT": "0",
}


def lines(page: Seen) -> dict[str, tuple[str, str, str]]:
    """The group, the value and the sentence of each line, by its name."""
    by_name = {}
    for section in page.all("main section"):
        for row in section.select("dl > div"):
            value, sentence = row.select("dd")
            name = row.select("dt")[0].get_text()
            by_name[name] = section.select("h2")[0].get_text(), value.get_text(), " ".join(sentence.get_text().split())
    return by_name


def test_every_line_is_shown_with_what_it_betrays(look: Look) -> None:
    """In its group: network, browser, and what nobody asked for."""
    shown = lines(look("/en/seen/", **CHROME))

    assert ("Your network", "127.0.0.1") == shown["Your address"][:2]
    assert ("Your browser, for you", "Mozilla/5.0 Chrome/156") == shown["User-Agent"][:2]
    assert ("What nobody asked for", '"Linux"') == shown["Sec-CH-UA-Platform"][:2]
    assert {"Accept-Language", "Sec-CH-UA", "Sec-Fetch-Site", "Host", "Protocol"} <= shown.keys()
    assert all(sentence for _, _, sentence in shown.values())


def test_each_says_whether_a_vpn_changes_it(look: Look) -> None:
    """The address alone, and what machines on the way add; in the reader's language."""
    english, french = (lines(look(path, X_Forwarded_For="192.0.2.1", **CHROME)) for path in ("/en/seen/", "/fr/vu/"))

    changed = {name for name, (_, _, sentence) in english.items() if sentence.endswith("A VPN changes this.")}
    assert {"Your address", "X-Forwarded-For"} == changed
    assert all("A VPN does not" in sentence for name, (_, _, sentence) in english.items() if name not in changed)
    assert french["Votre adresse"][2].endswith("Un VPN y change quelque chose.")
    assert french["User-Agent"][2].endswith("Un VPN n’y change rien.")


def test_wishes_are_said_in_words(look: Look) -> None:
    """A bare 1 says nothing to anybody; what is not sent is said as well."""
    shown, bare = lines(look("/en/seen/", **CHROME)), lines(look("/en/seen/"))

    assert "1: do not sell or share what is known of me" == shown["Sec-GPC"][1]
    assert "0: I do not mind being tracked" == shown["DNT"][1]
    assert ["not sent"] * 3 == [bare[name][1] for name in ("Referer", "Cookie", "Sec-GPC")]


def test_what_nobody_knows_is_shown_too_and_is_never_markup(look: Look) -> None:
    """A header of any name, whatever it holds."""
    page = look("/en/seen/", X_Odd_One="<script>alert(1)</script>\x85")

    assert ("What nobody asked for", "<script>alert(1)</script>\\x85") == lines(page)["X-Odd-One"][:2]
    assert "We do not know this line." in lines(page)["X-Odd-One"][2]


def test_a_line_without_a_word_was_sent_all_the_same(look: Look) -> None:
    """Empty, or in letters of which the server reads none: a browser that sent it is not said to have kept it back."""
    shown = lines(look("/fr/vu/", Referer="", X_Odd_One=""))

    assert ["envoyé, sans rien que l’on puisse montrer"] * 2 == [shown[name][1] for name in ("Referer", "X-Odd-One")]
    assert "non envoyé" == shown["Cookie"][1]


def test_length_and_number_are_bounded(look: Look) -> None:
    """And the page says what it leaves out."""
    page = look("/en/seen/", **{f"X_{number}": CANARY for number in range(200)}, X_Long="x")
    long = lines(look("/en/seen/", X_Long="é" * 20_000))["X-Long"][1]

    assert MAX_LINES + 10 > len(lines(page)) >= MAX_LINES
    assert "more lines are not shown" in page.text and "header lines came with your request" in page.text
    assert len(long) < MAX_VALUE_CHARACTERS + 50 and "19000 more characters" in long


@pytest.fixture
def behind_a_proxy(settings: Settings) -> Iterator[FlaskClient]:
    app = create_app(settings.model_copy(update={"proxies": 1}))
    yield app.test_client()
    runtime_of(app).store.close()


FROM_A_PROXY = {"X-Forwarded-TLS": "TLSv1.3, TLS_AES_256_GCM_SHA384", "X-Forwarded-HTTP": "HTTP/2.0"}


def test_protocol_and_encryption_are_those_that_our_own_proxy_names(behind_a_proxy: FlaskClient) -> None:
    """The reader's, not those between the proxy and this program; without its word nothing is claimed."""
    told = behind_a_proxy.get("/en/seen/", headers=FROM_A_PROXY).get_data(as_text=True)
    silent = behind_a_proxy.get("/en/seen/").get_data(as_text=True)

    assert "TLSv1.3" in told and "<dt>Encryption</dt>" in told and "HTTP/2.0" in told and "HTTP/1.1" not in told
    assert "Encryption" not in silent and "<dt>Protocol</dt>" not in silent


def test_without_proxies_nobody_is_believed(look: Look) -> None:
    """Then it is a line like any other: somebody wrote it."""
    shown = lines(look("/en/seen/", **{name.replace("-", "_"): value for name, value in FROM_A_PROXY.items()}))

    assert "Encryption" not in shown and "HTTP/1.1" == shown["Protocol"][1]
    assert {"X-Forwarded-Tls", "X-Forwarded-Http"} <= shown.keys()


def test_nothing_of_it_is_kept(
    app: Flask, client: FlaskClient, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in a cache, a file, the database or the log, and not for the next reader."""
    names = ("User-Agent", "Referer", "Cookie", "X-Forwarded-For", "Forwarded", "Sec-CH-UA", f"X-{CANARY}", "From")
    with caplog.at_level(logging.DEBUG):
        answer = client.get(f"/en/seen/?{CANARY}", headers=dict.fromkeys(names, CANARY))
    runtime_of(app).store.close()

    assert "no-store" == answer.headers["Cache-Control"] and "ETag" not in answer.headers
    assert CANARY in answer.get_data(as_text=True)
    assert CANARY not in client.get("/en/seen/").get_data(as_text=True)
    assert CANARY not in caplog.text
    kept = [
        path for path in settings.instance.parent.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()
    ]
    assert [] == kept


@pytest.mark.parametrize(
    ("tag", "path", "words"), [("en", "seen", "made of plain files"), ("fr", "vu", "simples fichiers")]
)
def test_files_promise_nothing_that_they_cannot_do(exported: Path, tag: str, path: str, words: str) -> None:
    """An export's page says what to look at in the browser's own tools; its home has no bars to lift."""

    def main(file: Path) -> Tag:
        (main,) = BeautifulSoup(file.read_text(), "html.parser").select("main")
        return main

    page, home = main(exported / tag / path / "index.html"), main(exported / tag / "index.html")

    assert words in page.get_text() and "F12" in page.get_text() and "no-store" not in page.get_text()
    assert not page.select("dl") and not home.select(".bar")
    assert home.select(f".sees a[href='/{tag}/{path}/']")
