"""The translations desk in Chromium: find, translate, be corrected, go on; with scripting and without."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from microsite.config import Settings
from microsite.language.po_file import catalog_path
from microsite.runtime import runtime_of
from microsite.storage.revisions import MESSAGE, Topic
from microsite.storage.saving import Draft
from microsite.studio.access import Role
from tests.browser.conftest import Live
from tests.browser.studio.conftest import Studio
from tests.browser.studio.test_accessibility import look
from tests.conftest import Clock
from tests.saves import save_next
from tests.studio.conftest import add_account
from tests.studio.translators import FRENCH, IN_FILE, SKIP

WORDS = "[name=words-0]"
EMAIL = "ada@example.org"


def readers_see(live: Live) -> str:
    """The first link of the French home page, as a reader without an account gets it."""
    page = live.app.test_client().get("/fr/").get_data(as_text=True)
    skip_link = re.search(r'<a class="skip"[^>]*>(.*?)</a>', page)
    assert skip_link
    return skip_link[1]


def somebody_saves(live: Live, clock: Callable[[], datetime], words: str) -> None:
    topic, store = Topic(MESSAGE, SKIP, "fr"), runtime_of(live.app).store
    draft = Draft(words={"0": words}, source={"0": IN_FILE})
    save_next(store, topic, draft, "mia@example.org", clock())


def find(studio: Studio, message: str) -> None:
    """By the search of the queue."""
    studio.open(FRENCH)
    studio.page.get_by_role("searchbox").fill(message)
    studio.send("[role=search] button")
    studio.page.locator(".queue th").get_by_text(message, exact=True).click()
    studio.page.wait_for_url("**/messages/**")


def access(studio: Studio, key: str) -> None:
    """Press an access key as a keyboard does: Playwright's own press leaves out what the key would have typed."""
    typed = {"key": key, "text": key, "unmodifiedText": key, "windowsVirtualKeyCode": ord(key.upper())}
    with studio.page.expect_navigation():
        studio.context.new_cdp_session(studio.page).send(
            "Input.dispatchKeyEvent", {"type": "keyDown", "modifiers": 1, **typed}
        )


@pytest.fixture
def studio(browser: Browser, live: Live, scripting: bool) -> Studio:
    """A translator, signed in."""
    add_account(live.app, EMAIL, Role.TRANSLATOR)
    studio = Studio(browser, live, java_script_enabled=scripting)
    studio.sign_in(EMAIL)
    return studio


def test_from_the_queue_to_readers_and_back(studio: Studio, live: Live, clock: Clock) -> None:
    """Find a message, be told what is wrong, mend it, meet somebody else's words, restore: nothing is lost."""
    studio.page.get_by_role("link", name="Translations").first.click()
    studio.page.get_by_role("link", name="Français", exact=True).click()
    find(studio, SKIP)

    studio.page.fill(WORDS, "Passer au %(contenu)s")
    studio.send("[value=stay]")
    expect(studio.page.locator(".refused")).to_contain_text("%(contenu)s is not in the source")
    expect(studio.page.locator(WORDS)).to_have_value("Passer au %(contenu)s")
    assert readers_see(live) == IN_FILE

    studio.page.fill(WORDS, "Passer au contenu")
    studio.send("[value=stay]")
    assert readers_see(live) == "Passer au contenu"

    studio.page.fill(WORDS, "Sauter au contenu")
    somebody_saves(live, clock, "Filer au contenu")
    studio.send("[value=stay]")
    expect(studio.page.locator(".conflict")).to_contain_text("Filer au contenu")
    expect(studio.page.locator(WORDS)).to_have_value("Sauter au contenu")
    studio.send("[value=stay]")
    assert readers_see(live) == "Sauter au contenu"

    studio.page.locator(".history li").last.get_by_role("button").click()
    expect(studio.page.locator(".history li")).to_have_count(4)
    assert readers_see(live) == "Passer au contenu"
    assert studio.problems == []


def test_the_queue_has_source_and_translation_on_one_line(studio: Studio) -> None:
    """A translator reads from one to the other; neither stands a little lower."""
    page = studio.open(FRENCH)
    lines = (
        page.locator(".queue tbody tr")
        .first.locator(".words")
        .evaluate_all(
            """all => all.map(words => {
          const range = document.createRange();
          range.selectNodeContents(words);
          return range.getClientRects()[0].bottom;
        })"""
        )
    )

    assert len(lines) == 2 and abs(lines[0] - lines[1]) < 1


def test_from_one_to_the_next_by_keyboard(studio: Studio, scripting: bool) -> None:
    """Access keys lead on and back without a mouse or a script; with one, Ctrl + Enter saves and goes on."""
    find(studio, "Latest articles")
    studio.open(f"{FRENCH}?q=articles")
    with studio.page.expect_navigation():  # a key that is pressed while the page still loads opens nothing
        studio.page.locator(".queue th > a").first.click()
    first = studio.page.url
    access(studio, "n")
    second = studio.page.url
    assert second != first
    access(studio, "p")
    assert studio.page.url == first
    if scripting:
        studio.page.locator(WORDS).focus()
        with studio.page.expect_navigation():
            studio.page.keyboard.press("Control+Enter")
        assert studio.page.url == second


def test_a_file_goes_out_and_comes_back(studio: Studio, live: Live, tmp_path: Path) -> None:
    """Downloaded, changed in another program, uploaded: the report says what was taken, and readers see it."""
    studio.open(FRENCH)
    with studio.page.expect_download() as download:
        studio.page.get_by_role("link", name="Download fr.po").click()
    file = tmp_path / "fr.po"
    file.write_bytes(Path(download.value.path()).read_bytes().replace(IN_FILE.encode(), b"Passer au contenu", 1))
    studio.page.set_input_files("[type=file]", file)
    studio.send("form[action$=upload\\/] button")
    expect(studio.page.locator("[aria-labelledby=studio_changed]")).to_contain_text("Passer")
    studio.send("[value=take]")
    expect(studio.page.locator("[aria-labelledby=studio_taken]")).to_contain_text("Passer")
    assert readers_see(live) == "Passer au contenu"


def test_checks_speak_while_somebody_types(browser: Browser, live: Live) -> None:
    """Without a press of a button; and a remark that was shown then need not be confirmed again."""
    add_account(live.app, EMAIL, Role.TRANSLATOR)
    studio = Studio(browser, live)
    studio.sign_in(EMAIL)
    find(studio, SKIP)
    studio.page.fill(WORDS, "Passer au %(contenu)s")
    expect(studio.page.locator(".refused")).to_contain_text("is not in the source")
    expect(studio.page.locator(WORDS)).to_have_attribute("aria-invalid", "true")
    studio.page.fill(WORDS, "Passer au contenu.")
    expect(studio.page.locator(".remarks")).to_contain_text("This ends with")
    expect(studio.page.locator(".refused")).to_have_count(0)
    studio.send("[value=stay]")
    assert readers_see(live) == "Passer au contenu."
    assert studio.problems == []


def test_words_that_are_not_saved_are_not_left_without_a_question(browser: Browser, live: Live) -> None:
    """The browser asks before it goes elsewhere."""
    add_account(live.app, EMAIL, Role.TRANSLATOR)
    studio = Studio(browser, live)
    studio.sign_in(EMAIL)
    find(studio, SKIP)
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    studio.page.on("dialog", stay)
    studio.page.locator(WORDS).press_sequentially("Passer")
    studio.page.locator("header .name").click(no_wait_after=True)
    expect(studio.page.locator(WORDS)).to_have_value(re.compile("Passer"))
    assert asked == ["beforeunload"]


def in_state(state: str) -> Callable[[Studio], object]:
    return lambda studio: studio.open(f"{FRENCH}?show={state}")


def with_keys(studio: Studio) -> None:
    find(studio, "%(num)s year ago")
    studio.page.locator(".keys summary").click()


def read_arabic(studio: Studio, message: str) -> None:
    studio.open(f"/studio/translations/ar/?q={message}")
    studio.send(".queue th > a")


def refused(studio: Studio) -> None:
    find(studio, "%(num)s year ago")
    studio.page.fill(WORDS, "Il y a")
    studio.page.fill("[name=words-1]", "Il y a %(num)s ans.")
    studio.send("[value=stay]")


def in_conflict(studio: Studio) -> None:
    find(studio, SKIP)
    studio.page.fill(WORDS, "Passer au contenu")
    somebody_saves(studio.live, runtime_of(studio.live.app).editions.clock, "Filer au contenu")
    studio.send("[value=stay]")


def superseded(studio: Studio) -> None:
    path = catalog_path(runtime_of(studio.live.app).editions.settings.translations, "fr")
    path.write_text(path.read_text(encoding="utf-8").replace(f'"{IN_FILE}"', '"Du fichier"'), encoding="utf-8")
    runtime_of(studio.live.app).editions.refresh()
    find(studio, SKIP)


def reported(studio: Studio, data: str = "") -> None:
    path = catalog_path(runtime_of(studio.live.app).editions.settings.translations, "fr")
    text = data or path.read_text(encoding="utf-8").replace('"Derniers articles"', '"Les derniers articles"').replace(
        '"Du fichier"', '"Aller %(où)s"'
    )
    studio.open(FRENCH)
    studio.page.set_input_files("[type=file]", {"name": "fr.po", "mimeType": "text/plain", "buffer": text.encode()})
    studio.send("form[action$=upload\\/] button")


PAGES: dict[str, Callable[[Studio], object]] = {
    "languages": lambda studio: studio.open("/studio/translations/"),
    "queue": lambda studio: studio.open(FRENCH),
    "last page": lambda studio: studio.open(f"{FRENCH}?page=99"),
    "English": lambda studio: studio.open("/studio/translations/en/"),
    "Arabic": lambda studio: studio.open("/studio/translations/ar/"),
    "nothing found": lambda studio: studio.open(f"{FRENCH}?q=nothing+like+this"),
    "failing": in_state("failing"),
    "message": lambda studio: find(studio, "Advertisement"),
    "list of keys": with_keys,
    "Arabic message": lambda studio: read_arabic(studio, SKIP),
    "refused": refused,
    "conflict": in_conflict,
    "superseded": superseded,
    "report": reported,
    "taken": lambda studio: studio.send("[value=take]"),
    "refused file": lambda studio: reported(studio, "no catalog"),
}
"""How to come to each page, one after the other."""


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_axe_finds_no_fault_at_the_translations_desk(
    browser: Browser, live: Live, settings: Settings, locale: str
) -> None:
    """In every state of it; and no page is wider than a small phone."""
    add_account(live.app, EMAIL, Role.TRANSLATOR, locale)
    studio = Studio(browser, live, bypass_csp=True, locale=locale)
    studio.sign_in(EMAIL)
    violations = []
    for name, go in PAGES.items():
        go(studio)
        violations += look(studio, name)
    assert violations == []
