"""From the first start to a team that signs in: in a real browser, with scripting and without."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from pyotp import TOTP

from microsite.studio.access import Role
from microsite.studio.accounts.one_time_links import first_link
from tests.browser.conftest import Live
from tests.browser.studio.conftest import Studio
from tests.conftest import Clock
from tests.studio.conftest import NEW, PASSWORD, add_account, forget_used_codes

ADMIN, MIA = "ada@example.org", "mia@example.org"


@pytest.fixture
def studio(browser: Browser, live: Live, scripting: bool) -> Iterator[Studio]:
    studio = Studio(browser, live, java_script_enabled=scripting, locale="fr-FR")
    yield studio
    studio.context.close()
    assert not studio.problems


def set_up_second_factor(studio: Studio, clock: Clock) -> str:
    """As its owner does, who types the key into an app; gives the secret."""
    studio.open("/studio/account/second-factor")
    key = studio.page.locator(".key").inner_text().replace("-", "").strip()
    studio.fill(code=TOTP(key).at(clock.now), password=NEW)
    studio.send()
    return key


def test_a_team_comes_together(studio: Studio, live: Live, browser: Browser, clock: Clock) -> None:
    """First link, account, second factor, invitation, colleague, signing out and in again with a code."""
    studio.open(first_link(live.app) or "")
    assert studio.title == "Votre compte pour l’atelier"
    studio.fill(email=ADMIN, new_password=NEW, again_password=NEW)
    studio.send()
    assert studio.title == "Second facteur"
    key = set_up_second_factor(studio, clock)
    assert studio.title == "Codes de secours"
    codes = studio.page.locator("#studio_codes").input_value().split()

    studio.open("/studio/accounts")
    studio.fill(email=MIA, role="marketing")
    studio.send()
    address = studio.page.locator(".key").input_value()
    assert re.fullmatch(rf"{live.address}/studio/join/[\w-]{{40,}}", address)

    mia = Studio(browser, live, locale="en-GB")
    mia.open(address)
    mia.fill(new_password=PASSWORD, again_password=PASSWORD, locale="en")
    mia.send()
    assert mia.title == "Second factor"
    assert mia.page.locator("header nav a").all_inner_texts() == ["Today", "Promotions", "Figures", "Your account"]
    mia.context.close()

    studio.send("header button")
    assert studio.title == "Se connecter"
    studio.fill(email=ADMIN, password=NEW)
    studio.send()
    forget_used_codes(live.app)
    studio.fill(code=TOTP(key).at(clock.now))
    studio.send()
    assert studio.page.url == f"{live.address}/studio/"

    studio.send("header button")
    studio.fill(email=ADMIN, password=NEW)
    studio.send()
    studio.fill(code=codes[0])
    studio.send()
    assert studio.page.url == f"{live.address}/studio/"


def test_a_session_that_expires_while_somebody_types_loses_nothing(studio: Studio, live: Live, clock: Clock) -> None:
    """Sign in again, send again: saved, as it was typed."""
    add_account(live.app, MIA, Role.MARKETING, "fr")
    studio.sign_in(MIA)
    studio.open("/studio/account")
    studio.fill(locale="en", timezone="Asia/Tokyo")
    clock.forward(hours=2)
    studio.send()
    assert "Votre session a pris fin" in studio.page.inner_text("main")
    assert studio.page.url == f"{live.address}/studio/account"
    studio.fill(email=MIA, password=PASSWORD)
    studio.send()
    assert "Asia/Tokyo" in studio.page.inner_text("main")
    studio.send()
    assert studio.title == "Your account"
    assert studio.page.locator("[name=timezone]").input_value() == "Asia/Tokyo"


def test_a_link_from_another_site_opens_the_page_for_who_is_signed_in(studio: Studio, live: Live) -> None:
    """The strict cookie stays away from such a visit: the studio asks once more from here, and nobody is signed out."""
    add_account(live.app, MIA, Role.MARKETING, "fr")
    studio.sign_in(MIA)
    studio.page.goto("about:blank")
    studio.page.set_content(f'<a href="{live.address}/studio/account">from some mail</a>')
    studio.page.click("a")
    studio.page.wait_for_selector("main form")
    assert studio.title == "Votre compte"
    assert studio.page.url == f"{live.address}/studio/account"


def test_an_invitation_in_a_mail_shows_its_form_at_once(studio: Studio, live: Live) -> None:
    """And the form can be sent from there."""
    studio.page.set_content(f'<a href="{first_link(live.app)}">from some mail</a>')
    studio.page.click("a")
    studio.page.wait_for_selector("main form")
    studio.fill(email=ADMIN, new_password=NEW, again_password=NEW)
    studio.send()
    assert studio.title == "Second facteur"


def test_signing_out_elsewhere_is_signing_out_here(studio: Studio, live: Live, browser: Browser) -> None:
    """And going back shows nothing of what was there."""
    add_account(live.app, MIA, Role.MARKETING, "fr")
    studio.sign_in(MIA)
    other = Studio(browser, live)
    other.sign_in(MIA)
    other.send("header button")
    other.context.close()
    studio.open("/studio/account")
    assert studio.title == "Se connecter"


def test_the_page_is_used_by_keyboard_alone(studio: Studio, live: Live) -> None:
    """The address has the focus; type, Tab, type, Tab, Enter."""
    add_account(live.app, MIA, Role.MARKETING, "fr")
    page = studio.open("/studio/login")
    for name, words in (("email", MIA), ("password", PASSWORD)):
        expect(page.locator(f"[name={name}]")).to_be_focused()
        page.keyboard.type(words)
        expect(page.locator(f"[name={name}]")).to_have_value(words)
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url == f"{live.address}/studio/"
