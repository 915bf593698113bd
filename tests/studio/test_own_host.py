"""The studio under a host of its own: no page of readers is of its origin, or gets its session."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from microsite.config import ConfigurationError, Settings, load_settings
from microsite.studio.access import Role
from tests.studio.conftest import PASSWORD, Editor, add_account, soup
from tests.studio.editors import Writing
from tests.test_onion import ONION

READERS, STUDIO = "http://localhost", "http://127.0.0.1"
EMAIL = "ada@example.org"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"base_url": READERS, "studio_url": STUDIO, "onion": f"http://{ONION}"})


class Visitor(Editor):
    """Asks the studio's host, unless a test names another one."""

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        return super().open(*arguments, **{"base_url": STUDIO, **options})


@pytest.fixture
def admin(app: Flask) -> Visitor:
    """Somebody who has signed in."""
    app.test_client_class = Visitor
    client = app.test_client()
    assert isinstance(client, Visitor)
    add_account(app, EMAIL, Role.ADMIN)
    assert "/studio/" == client.fill_in("/studio/login", email=EMAIL, password=PASSWORD).location
    return client


def test_the_studio_is_at_its_own_host_alone(admin: Visitor) -> None:
    """Not at the readers', nor at the onion service, whoever asks."""
    assert 200 == admin.get("/studio/").status_code
    for other in (READERS, f"http://{ONION}"):
        for path in ("/studio", "/studio/", "/studio/login", "/studio/nothing"):
            assert 404 == admin.get(path, base_url=other).status_code
        assert 404 == admin.post("/studio/login", base_url=other).status_code
    assert 400 == admin.get("/studio/login", base_url="http://studio.example").status_code


def test_no_page_for_readers_is_there(admin: Visitor) -> None:
    """It leads to the readers' host, also where that page is kept in memory; what the studio itself needs is there."""
    for path in ("/en/", "/", "/en/blog/news/the-cable/", "/sitemap.xml", "/readyz", "/en/nothing/"):
        admin.get(path, base_url=READERS)
        answer = admin.get(f"{path}?x=1")
        assert (302, READERS + path) == (answer.status_code, answer.location)
    page = soup(admin.get("/studio/"))
    for tag in page.select("link[rel=stylesheet], script"):
        assert 200 == admin.get(str(tag.get("href") or tag["src"])).status_code
    assert 200 == admin.get("/healthz").status_code


def test_no_session_is_sent_to_readers_pages(admin: Visitor) -> None:
    """The cookie names no domain, so that a browser keeps it to the one host."""
    cookie = admin.get_cookie("studio", "127.0.0.1")
    assert cookie and cookie.origin_only
    assert not admin.get_cookie("studio", "localhost")


@pytest.mark.parametrize("sent", [{"Origin": READERS}, {"Sec-Fetch-Site": "same-site"}])
def test_a_form_on_a_page_of_readers_is_refused(admin: Visitor, sent: dict[str, str]) -> None:
    """As that of any other site; the same form from the studio is taken."""
    form = {"csrf_token": str(soup(admin.get("/studio/account")).select_one("[name=csrf_token]")["value"])}  # type: ignore[index]
    form |= {"locale": "en", "timezone": "UTC"}
    assert 400 == admin.post("/studio/account", data=form, headers=sent).status_code
    assert 303 == admin.post("/studio/account", data=form, headers={"Origin": STUDIO}).status_code


def test_links_lead_to_it(admin: Visitor) -> None:
    """Those that are sent to somebody."""
    made = admin.fill_in("/studio/accounts", email="mia@example.org", role="marketing")
    assert f"{STUDIO}/studio/join/" in admin.get(made.location or "").get_data(as_text=True)


def test_previews_are_there_with_the_words_of_readers_pages(admin: Visitor) -> None:
    """The pages that they show are those of the readers' host."""
    shown = admin.get(str(Writing.open(admin).page.select("iframe")[0]["src"]))
    assert 200 == shown.status_code
    assert soup(shown).select("aside.promo")


@pytest.mark.parametrize("address", ["https://privacy.example", "https://privacy.example:8443"])
def test_one_host_is_no_host_of_its_own(address: str, tmp_path: Path) -> None:
    """Cookies do not tell ports apart."""
    values = {"BASE_URL": "https://privacy.example", "STUDIO_URL": address, "INSTANCE": str(tmp_path / "instance")}
    with pytest.raises(ConfigurationError, match="MICROSITE_STUDIO_URL: name another host"):
        load_settings({f"MICROSITE_{name}": value for name, value in values.items()})
