"""axe on every page of the studio, in both languages and colour schemes, on a small phone and at a desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from microsite.runtime import runtime_of
from microsite.studio.access import Role
from microsite.studio.accounts.one_time_links import first_link
from tests.browser.conftest import DESKTOP, PHONE, Live
from tests.browser.studio.conftest import Studio
from tests.browser.test_accessibility import LOOKS, faults
from tests.conftest import Clock
from tests.studio.conftest import PASSWORD, account, add_account

EMAIL = "ada@example.org"
# Links in what scrolls sideways whose ring would be cut at its edge.
CUT_RINGS = """() => [...document.querySelectorAll(".sheet :is(a, summary)")].filter(link => {
  for (let within = link.closest("details"); within; within = within.parentElement.closest("details"))
    within.open = true;
  link.focus({focusVisible: true});
  const box = link.getBoundingClientRect(), sheet = link.closest(".sheet").getBoundingClientRect();
  const style = getComputedStyle(link), ring = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
  return box.width && (box.left - ring < sheet.left || box.right + ring > sheet.right);
}).map(link => link.textContent.trim())"""


def opened(path: str) -> Callable[[Studio, Clock], object]:
    return lambda studio, clock: studio.open(path)


def filled(path: str, button: str = "main button", **fields: str) -> Callable[[Studio, Clock], None]:
    def act(studio: Studio, clock: Clock) -> None:
        studio.open(path)
        studio.fill(**fields)
        studio.send(button)

    return act


def sent_too_late(studio: Studio, clock: Clock) -> None:
    studio.open("/studio/account")
    clock.forward(hours=2)
    studio.send()


def sent_again(studio: Studio, clock: Clock) -> None:
    studio.fill(email=EMAIL, password=PASSWORD)
    studio.send()


def with_second_factor(studio: Studio, clock: Clock) -> None:
    with runtime_of(studio.live.app).store.begin() as session:
        session.merge(account(studio.live.app, EMAIL)).totp_secret = "{}"
    studio.open("/studio/account/second-factor")


def asked_for_a_code(studio: Studio, clock: Clock) -> None:
    studio.send("header button")
    studio.fill(email=EMAIL, password=PASSWORD)
    studio.send()


PAGES: dict[str, Callable[[Studio, Clock], object]] = {
    "home": opened("/studio/"),
    "account": opened("/studio/account"),
    "password": opened("/studio/account/password"),
    "password refused": filled("/studio/account/password", password="no", new_password="short", again_password="x"),
    "second factor": opened("/studio/account/second-factor"),
    "sessions": opened("/studio/account/sessions"),
    "accounts": opened("/studio/accounts"),
    "invitation": filled("/studio/accounts", email="mia@example.org"),
    "accounts with an invitation": opened("/studio/accounts"),
    "one account": opened("/studio/accounts/1"),
    "link for a new password": filled("/studio/accounts/1", "form[action$=reset] button"),
    "audit": opened("/studio/audit"),
    "figures": opened("/studio/figures/"),
    "new promotion": opened("/studio/promotions/new_promotion/"),
    "new promotion refused": filled("/studio/promotions/new_promotion/", "button.second", target="javascript:x"),
    "promotion": opened("/studio/promotions/planet-freevpn/definition/"),
    "what stands on a page": opened("/studio/promotions/on/page/"),
    "wrong address": opened("/studio/nothing"),
    "used link": opened("/studio/join/none"),
    "session over": sent_too_late,
    "form sent again": sent_again,
    "second factor to remove": with_second_factor,
    "code": asked_for_a_code,
}
"""How to come to each page, one after the other, as an admin."""


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_axe_finds_no_fault_in_the_studio(browser: Browser, live: Live, clock: Clock, locale: str) -> None:
    """Nor anything that it cannot judge; and no page is wider than a small phone."""
    studio = Studio(browser, live, bypass_csp=True, locale=locale)
    violations = []
    studio.open(first_link(live.app) or "")
    violations += look(studio, "first account")
    add_account(live.app, EMAIL, Role.ADMIN, locale)
    studio.open("/studio/login")
    violations += look(studio, "sign in")
    studio.sign_in(EMAIL, "not this one")
    violations += look(studio, "sign-in refused")
    studio.sign_in(EMAIL)
    titles = set()
    for name, act in PAGES.items():
        act(studio, clock)
        titles.add(studio.title)
        violations += look(studio, name)
    studio.context.close()
    assert len(titles) == 18  # each way led to its page
    assert not violations, "\n".join(violations)


def look(studio: Studio, name: str) -> list[str]:
    """What is wrong with a page, in the look of its language."""
    page = studio.page
    width, scheme = LOOKS[page.locator("html").get_attribute("lang") or ""]
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    wide = page.evaluate("document.documentElement.scrollWidth")
    too_wide = [f"{name}: {wide} px wide on {width}"] if wide > width else []
    violations = [f"{name}, {width} px, {scheme}: {fault}" for fault in faults(page)]
    page.set_viewport_size({"width": DESKTOP, "height": 900})  # at which the next page is come to
    return too_wide + violations


def test_a_long_address_stays_within_a_small_phone(browser: Browser, live: Live) -> None:
    """Also in the sentence that one ticks before an account ends."""
    add_account(live.app, EMAIL, Role.ADMIN)
    mia = add_account(live.app, "mia.with.a.long.name@translators.example.org", Role.TRANSLATOR)
    studio = Studio(browser, live, viewport={"width": PHONE, "height": 900})
    studio.sign_in(EMAIL)
    pages = ["/studio/accounts", f"/studio/accounts/{account(live.app, mia).id}", "/studio/audit"]
    wide = {path: studio.open(path).evaluate("document.documentElement.scrollWidth") for path in pages}
    studio.context.close()

    assert wide == dict.fromkeys(pages, PHONE)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_ring_of_a_link_in_a_table_is_whole(browser: Browser, live: Live, width: int) -> None:
    """Whoever comes by keyboard sees all of it, in the first column and in the last."""
    add_account(live.app, EMAIL, Role.ADMIN)
    studio = Studio(browser, live, viewport={"width": width, "height": 900})
    studio.sign_in(EMAIL)
    pages = ["accounts", "promotions/", "translations/", "translations/fr/", "figures/"]
    cut = {path: studio.open(f"/studio/{path}").evaluate(CUT_RINGS) for path in pages}
    studio.context.close()

    assert not {path: links for path, links in cut.items() if links}
