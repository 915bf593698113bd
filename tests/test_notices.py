"""What the publisher alone can put right cannot be overlooked: placeholders, and a security.txt whose time runs out."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app, log_notices
from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.runtime import runtime_of
from tests.conftest import NOW, Clock

PATH = "/.well-known/security.txt"


def write(settings: Settings, days: float, contact: str = "mailto:security@example.org") -> str:
    text = f"# Ours.\nContact: {contact}\nExpires: {(NOW + timedelta(days=days)):%Y-%m-%dT%H:%M:%SZ}\n"
    (settings.site / "security.txt").write_text(text)
    return text


def test_the_file_is_served_as_it_stands(client: FlaskClient, settings: Settings) -> None:
    """Plain text, whoever wrote it; a changed file is the next edition's."""
    text = write(settings, 200)
    answer = client.get(PATH)

    assert (200, "text/plain", text) == (answer.status_code, answer.mimetype, answer.get_data(as_text=True))
    assert "security.txt" not in client.get("/readyz").get_json()["warnings"]


@pytest.mark.parametrize(("days", "words"), [(29, "expires on"), (-1, "has expired on")])
def test_an_expires_that_comes_near_is_named_and_never_renewed(
    client: FlaskClient, settings: Settings, days: int, words: str
) -> None:
    """From thirty days before; once it is past, readiness is degraded. The file stays as somebody wrote it."""
    text = write(settings, days)
    ready = client.get("/readyz").get_json()
    named = (ready["degraded"] if days < 0 else ready["warnings"])["security.txt"]

    assert 1 == len(named) and named[0].startswith("site/security.txt:3: ") and words in named[0]
    assert text == client.get(PATH).get_data(as_text=True) == (settings.site / "security.txt").read_text()


def test_it_is_named_when_its_day_comes_without_any_change(
    client: FlaskClient, settings: Settings, clock: Clock
) -> None:
    """Time alone does it."""
    write(settings, 31)
    assert "security.txt" not in client.get("/readyz").get_json()["warnings"]
    clock.now = NOW + timedelta(days=2)
    assert "security.txt" in client.get("/readyz").get_json()["warnings"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "is not there"),
        ("Expires: 2030-01-01T00:00:00Z\n", "has no contact"),
        ("Contact: security@example.org\nExpires: 2030-01-01T00:00:00Z\n", "has no contact"),
        ("Contact: mailto:a@example.org\n", "until when it holds"),
        ("Contact: mailto:a@example.org\nExpires: next year\n", "is no moment"),
        ("Contact: mailto:a@example.org\nExpires: 2030-01-01\n", "is no moment"),
        ("Contact: mailto:a@example.org\n" + 2 * "Expires: 2030-01-01T00:00:00Z\n", "once until when"),
        ("\ud800", "is not UTF-8"),
        (40_000 * "x", "is longer than"),
    ],
)
def test_without_a_right_one_there_is_none_and_a_warning_says_why(
    client: FlaskClient, settings: Settings, text: str | None, words: str
) -> None:
    """404; nothing else on the site minds."""
    if text is not None:
        (settings.site / "security.txt").write_text(text, errors="surrogatepass")
    ready = client.get("/readyz").get_json()

    assert 404 == client.get(PATH).status_code and 200 == client.get("/en/").status_code
    assert words in ready["warnings"]["security.txt"][0] and {} == ready["degraded"]


@pytest.mark.parametrize(("base_url", "is_public"), [("https://privacy.example", True), ("http://localhost", False)])
def test_placeholders_of_a_public_site_are_a_degraded_part(settings: Settings, base_url: str, is_public: bool) -> None:
    """Under https readers come: then the legal notice has to be whole. Elsewhere it is named all the same."""
    app = create_app(settings.model_copy(update={"base_url": base_url}))
    ready = app.test_client().get("/readyz", headers={"Host": base_url.partition("//")[2]})
    runtime_of(app).store.close()
    told = ready.get_json()

    assert 200 == ready.status_code
    assert "`publisher.address`" in told["degraded" if is_public else "warnings"]["publisher"][0]
    assert is_public is ("publisher" not in told["warnings"])


def test_the_log_of_a_start_names_them(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """Placeholders and security.txt, each with its file."""
    log_notices(runtime_of(app))

    assert "`publisher.address` is still a placeholder" in caplog.text and "security.txt:1" in caplog.text


def test_the_check_of_content_names_them(app: Flask, settings: Settings, editions: Editions) -> None:
    """As warnings: what they say is no fault of a text."""
    env = {f"MICROSITE_{name.upper()}": str(getattr(settings, name)) for name in ("site", "translations", "instance")}
    result = app.test_cli_runner().invoke(args=["content", "check"], env=env)

    assert 0 == result.exit_code
    assert "`publisher.address` is still a placeholder" in result.output and "security.txt" in result.output
