"""The desk in Chromium: write, see, schedule, meet somebody, restore; with scripting and without."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, expect

from microsite.config import ROOT, Settings
from microsite.editions.publishing import Editions
from microsite.runtime import runtime_of
from microsite.storage.revisions import PROMOTION, Topic
from microsite.storage.saving import Draft
from microsite.studio.access import Role
from tests.browser.conftest import DESKTOP, Live, serve
from tests.browser.studio.conftest import Studio
from tests.browser.studio.test_accessibility import look
from tests.conftest import NOW, Clock
from tests.saves import save_next
from tests.studio.conftest import add_account
from tests.studio.editors import DESK, EDIT, HISTORY
from tests.studio.many_promotions import add_promotions

FRENCH = Topic(PROMOTION, "planet-freevpn", "fr")
HEADLINE = "[name=words_fr-headline]"


def press(studio: Studio, do: str) -> None:
    studio.send("#studio_publish" if do == "publish:" else f"form.editing button.button[name=do][value='{do}']")


def framed(studio: Studio, locale: str = "fr") -> FrameLocator:
    return studio.page.frame_locator(f"iframe[data-frame={locale}] >> nth=0")


def readers_see(studio: Studio) -> str:
    """The headline on the French home page, as a reader without an account gets it."""
    page = studio.live.app.test_client().get("/fr/").get_data(as_text=True)
    headline = re.search(r'<aside class="row promo".*?<p class="headline">(.*?)</p>', page, re.DOTALL)
    return headline[1] if headline else ""


def somebody_saves(live: Live, clock: Clock, headline: str, **draft: object) -> None:
    store = runtime_of(live.app).store
    words = {"headline": headline, "text": "Leur texte.", "button": "Leur bouton"}
    save_next(store, FRENCH, Draft(words=words, **draft), "mia@example.org", clock())  # type: ignore[arg-type]
    editions: Editions = runtime_of(live.app).editions
    editions.poll_revisions()


def test_from_the_desk_to_readers_and_back(browser: Browser, live: Live, clock: Clock, scripting: bool) -> None:
    """Edit, see it in the real article, schedule it, meet somebody else's words, restore: nothing is lost."""
    add_account(live.app, "ada@example.org", Role.MARKETING)
    studio = Studio(browser, live, java_script_enabled=scripting)
    studio.sign_in("ada@example.org")
    studio.open(DESK)
    studio.page.get_by_role("link", name="Le Wi-Fi du café").click()

    studio.page.fill(HEADLINE, "Le réseau n'a rien à savoir")
    press(studio, "preview")
    expect(framed(studio).locator("aside.promo .headline")).to_have_text("Le réseau n’a rien à savoir")
    expect(framed(studio).locator("h1")).to_be_hidden()
    expect(studio.page.locator(HEADLINE)).to_have_value("Le réseau n'a rien à savoir")
    press(studio, "publish:")
    assert "Le réseau n’a rien à savoir" == readers_see(studio)

    studio.page.fill(HEADLINE, "Vendredi")
    studio.page.check("[name=when][value=later]")
    studio.page.fill("[name=live_from]", "2026-11-27T09:00")
    studio.page.fill("[name=live_until]", "2026-11-29T18:00")
    if not scripting:
        press(studio, "publish:")  # the button said “Publish now”: what it would do now is asked first
    expect(studio.page.locator("#studio_publish")).to_have_text("Schedule for Friday, 27 November 2026, 09:00")
    press(studio, "publish:")
    assert "It begins by itself on 27 November 2026, 09:00." in studio.page.locator("main").inner_text()
    assert "Le réseau n’a rien à savoir" == readers_see(studio)

    studio.page.fill(HEADLINE, "Mes mots à moi")
    somebody_saves(live, clock, "Ses mots à elle")
    press(studio, "publish:")
    conflict = studio.page.locator(".conflict").inner_text()
    assert "Mes mots à moi" in conflict and "Ses mots à elle" in conflict and "mia@example.org" in conflict
    expect(studio.page.locator(HEADLINE)).to_have_value("Mes mots à moi")
    assert "Ses mots à elle" == readers_see(studio)
    press(studio, "publish:")
    assert "Mes mots à moi" == readers_see(studio)

    studio.open(HISTORY)
    assert 4 == studio.page.locator(".history > li").count()
    studio.send("button[name=revision][value='1']")
    assert "Le réseau n’a rien à savoir" == readers_see(studio)

    studio.open(DESK)
    studio.page.fill("[name=moment]", "2026-11-27T10:00")
    studio.send("[aria-labelledby=studio_as_of] button")
    studio.open(studio.page.url.replace("/en/", "/fr/"))
    expect(studio.page.locator("aside.promo .headline")).to_have_text("Vendredi")
    assert [] == studio.problems
    studio.context.close()


def test_what_is_typed_shows_in_the_frames_at_once(browser: Browser, live: Live) -> None:
    """Where scripting is on: in all frames of the language, and in the link to the whole page; nothing is published."""
    add_account(live.app, "ada@example.org", Role.MARKETING)
    studio = Studio(browser, live)
    studio.sign_in("ada@example.org")
    studio.open(EDIT)
    whole = studio.page.locator("[data-whole=fr]")
    link = str(whole.get_attribute("href"))
    studio.page.locator(HEADLINE).press_sequentially(" Et encore")

    expect(framed(studio).locator("aside.promo .headline")).to_contain_text("Et encore")
    expect(whole).not_to_have_attribute("href", link)
    expect(studio.page.locator("small[id$=headline_count]").nth(1)).to_contain_text("67")
    studio.page.select_option("#where", "home")
    expect(framed(studio).locator("aside.promo a.button")).to_have_attribute(
        "href", re.compile("/go/planet-freevpn/home/")
    )
    assert [] == studio.problems
    assert "Et encore" not in readers_see(studio)

    studio.context.set_offline(True)
    studio.page.locator(HEADLINE).press_sequentially("…")
    expect(studio.page.locator("#studio_stale")).to_contain_text("The preview is older than what you typed")
    studio.context.set_offline(False)
    studio.page.locator(HEADLINE).press_sequentially("!")
    expect(studio.page.locator("#studio_stale")).to_have_text("")
    studio.context.close()


def test_the_preview_stands_beside_the_fields(browser: Browser, live: Live) -> None:
    """On a desktop, at the height of the words that are typed, and stays there; the button that publishes as well."""
    add_account(live.app, "ada@example.org", Role.MARKETING)
    studio = Studio(browser, live)
    studio.sign_in("ada@example.org")
    page = studio.open(EDIT)
    for locale in ("en", "fr"):
        page.locator(f"[name=words_{locale}-text]").scroll_into_view_if_needed()
        field = page.locator(f"[name=words_{locale}-text]").bounding_box()
        frame = page.locator(f"iframe[data-frame={locale}]").first.bounding_box()
        assert field and frame
        assert frame["x"] >= field["x"] + field["width"]
        assert frame["y"] < field["y"] < frame["y"] + frame["height"]
        expect(page.locator("#studio_publish")).to_be_in_viewport(ratio=1)
    studio.context.close()


def test_a_phone_shows_one_language_at_a_time(browser: Browser, live: Live, scripting: bool) -> None:
    """One's own first; what is to be mended comes to the front; the button that publishes stays in sight."""
    add_account(live.app, "ada@example.org", Role.MARKETING, "fr")
    studio = Studio(browser, live, viewport={"width": 390, "height": 844}, java_script_enabled=scripting)
    studio.sign_in("ada@example.org")
    page = studio.open(EDIT)
    english, french = page.locator("[name=words_en-headline]"), page.locator(HEADLINE)
    expect(french).to_be_visible()
    expect(english).to_be_hidden()
    expect(page.locator("#studio_publish")).to_be_in_viewport(ratio=1)

    page.locator("label[for=tab_en]").click()
    expect(english).to_be_visible()
    expect(french).to_be_hidden()
    english.fill("")
    page.locator("label[for=tab_fr]").click()
    french.fill("Des mots")
    press(studio, "publish:")
    expect(english).to_be_visible()
    expect(page.locator("#studio_errors a")).to_have_text("English, Titre")
    page.locator("label[for=tab_fr]").click()
    page.locator("#studio_errors a").click()
    expect(english).to_be_focused()
    english.fill("Words")
    press(studio, "publish:")
    assert "Des mots" == readers_see(studio)
    assert [] == studio.problems
    studio.context.close()


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_twelve_promotions_in_two_languages_are_two_screens(browser: Browser, tmp_path: Path, locale: str) -> None:
    """Of 1280 × 800, in every state; axe finds no fault, and on a phone nothing is wider than it."""
    with serve(Settings(instance=tmp_path), Clock()) as live:
        add_account(live.app, "ada@example.org", Role.MARKETING, locale)
        add_promotions(live.app, 11, NOW)
        studio = Studio(browser, live, viewport={"width": DESKTOP, "height": 800}, bypass_csp=True)
        studio.sign_in("ada@example.org")
        studio.open(DESK)
        assert 12 * 2 == studio.page.locator(".overview tbody tr").count()
        end = studio.page.locator(".overview").evaluate("table => table.getBoundingClientRect().bottom + scrollY")
        violations = look(studio, "desk of twelve")
        studio.page.set_viewport_size({"width": 390, "height": 800})
        rows = studio.page.locator(".overview tbody tr")
        heights = rows.evaluate_all("rows => rows.map(row => row.getBoundingClientRect().height)")
        studio.context.close()
    assert end <= 2 * 800
    assert sum(heights) / len(heights) <= 130, "on a phone a row is its state, its name and its words"
    assert not violations, "\n".join(violations)


def test_the_desk_fits_its_window(browser: Browser, live: Live) -> None:
    """The dark head goes to both edges of a window wider than the page; a short table has no scrollbar."""
    add_account(live.app, "ada@example.org", Role.MARKETING)
    studio = Studio(browser, live, viewport={"width": 1600, "height": 900})
    studio.sign_in("ada@example.org")
    studio.open(DESK)
    edges = [studio.page.screenshot(clip={"x": x, "y": 4, "width": 1, "height": 1}) for x in (1, 800, 1598)]
    sheet = studio.page.locator(".sheet").evaluate("box => [box.scrollHeight, box.clientHeight]")
    studio.context.close()
    assert edges[0] == edges[1] == edges[2]
    assert sheet[0] == sheet[1]


def opened(path: str) -> Callable[[Studio, Live, Clock], object]:
    return lambda studio, live, clock: studio.open(path)


def refused(studio: Studio, live: Live, clock: Clock) -> None:
    """Every fault at once, with a claim beside them."""
    studio.open(EDIT)
    studio.page.fill(HEADLINE, "")
    studio.page.fill("[name=words_en-text]", "You become anonymous. 100 % guaranteed.")
    studio.page.fill("[name=live_from]", "2020-01-01T00:00")
    press(studio, "publish:")


def claimed(studio: Studio, live: Live, clock: Clock) -> None:
    studio.open(EDIT)
    studio.page.fill("[name=words_en-text]", "You become anonymous. 100 % guaranteed.")
    press(studio, "publish:")


def in_conflict(studio: Studio, live: Live, clock: Clock) -> None:
    studio.open(EDIT)
    studio.page.fill(HEADLINE, "Mes mots à moi")
    somebody_saves(live, clock, "Ses mots à elle")
    press(studio, "publish:")


def with_a_schedule(studio: Studio, live: Live, clock: Clock) -> None:
    somebody_saves(live, clock, "Vendredi", live_from=clock.now.replace(day=27))
    studio.open(EDIT)


def asking_before_a_pause(studio: Studio, live: Live, clock: Clock) -> None:
    studio.open(f"{EDIT}pause/")


def paused(studio: Studio, live: Live, clock: Clock) -> None:
    """In all languages, on the page that said so."""
    studio.open(f"{EDIT}pause/")
    studio.send("form.asking button.button")


def resumed(studio: Studio, live: Live, clock: Clock) -> None:
    studio.open(f"{EDIT}unpause/")
    studio.send("form.asking button.button")


def wrong_moment(studio: Studio, live: Live, clock: Clock) -> None:
    studio.open(f"{DESK}?moment=soon")


def in_the_preview(studio: Studio, live: Live, clock: Clock) -> None:
    studio.open(EDIT)
    studio.open(str(studio.page.locator("[data-whole=fr]").get_attribute("href")))


def with_a_link(studio: Studio, live: Live, clock: Clock) -> None:
    """For somebody without an account."""
    studio.open(EDIT)
    studio.send("button[value=share]")


PAGES: dict[str, Callable[[Studio, Live, Clock], object]] = {
    "desk": opened(DESK),
    "editing": opened(EDIT),
    "empty history": opened(HISTORY),
    "faults": refused,
    "claims": claimed,
    "conflict": in_conflict,
    "schedule": with_a_schedule,
    "before a pause": asking_before_a_pause,
    "paused": paused,
    "resumed": resumed,
    "history": opened(HISTORY),
    "desk with a schedule": opened(DESK),
    "wrong moment": wrong_moment,
    "preview": in_the_preview,
    "a link for others": with_a_link,
    "all links": opened("/studio/promotions/preview_links/"),
}


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_axe_finds_no_fault_on_the_desk(browser: Browser, live: Live, clock: Clock, locale: str) -> None:
    """Every page in every state, each language in its look."""
    (runtime_of(live.app).editions.settings.site / "claims.toml").write_text((ROOT / "site/claims.toml").read_text())
    runtime_of(live.app).editions.refresh()
    add_account(live.app, "ada@example.org", Role.MARKETING, locale)
    studio = Studio(browser, live, bypass_csp=True, locale=locale)
    studio.sign_in("ada@example.org")
    violations = []
    for name, act in PAGES.items():
        act(studio, live, clock)
        # The frames show pages of the site, which are tested as themselves.
        violations += [fault for fault in look(studio, name) if "frame-tested" not in fault]
    studio.context.close()
    assert not violations, "\n".join(violations)
