"""What every form of the studio does in Chromium: a summary of errors, a counter that turns, a question on leaving."""

import re

from playwright.sync_api import Browser, Dialog, Page, expect

from microsite.runtime import runtime_of
from microsite.storage.revision_rows import read_revisions
from microsite.storage.revisions import PROMOTION, Revisions, Topic
from microsite.studio.access import Role
from tests.browser.conftest import Live
from tests.browser.studio.conftest import Studio
from tests.conftest import NOW
from tests.studio.conftest import add_account
from tests.studio.editors import EDIT
from tests.studio.many_promotions import add_promotions

HEADLINE = "[name=words_en-headline]"
PUBLISH = "#studio_publish"


def test_errors_are_where_reading_begins(browser: Browser, live: Live, scripting: bool) -> None:
    """The summary has the focus, names each field, and leads to it; what was typed is there. Without scripting too."""
    add_account(live.app, "ada@example.org", Role.MARKETING, "en")
    studio = Studio(browser, live, java_script_enabled=scripting)
    studio.sign_in("ada@example.org")
    page = studio.open(EDIT)
    page.fill(HEADLINE, "A < %s {}")
    page.fill("[name=words_fr-headline]", "x" * 90)
    studio.send(PUBLISH)

    summary = page.locator("#studio_errors")
    expect(summary).to_be_focused()
    links = summary.get_by_role("link")
    expect(links).to_have_text(["English, Headline", "Français, Headline"])
    expect(summary).to_contain_text("Plain text only, without angle brackets.")
    links.first.click()
    expect(page.locator(HEADLINE)).to_be_focused()
    expect(page.locator(HEADLINE)).to_have_value("A < %s {}")
    expect(page.locator("[id='words_fr-headline_count']")).to_have_text("90 of at most 80 characters: 10 too many")
    studio.context.close()


def test_what_is_typed_is_counted_kept_and_sent_once(browser: Browser, live: Live) -> None:
    """The counter turns near its limit and beyond; leaving asks; a double click on Publish is one."""
    add_account(live.app, "ada@example.org", Role.MARKETING, "en")
    studio = Studio(browser, live)
    studio.sign_in("ada@example.org")
    page = studio.open(EDIT)
    questions: list[str] = []

    def stay(dialog: Dialog) -> None:
        questions.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)

    _counter_turns(page)
    page.get_by_role("link", name="Figures").click()
    assert questions == ["beforeunload"]
    expect(page.locator(HEADLINE)).to_have_value("Words")

    with page.expect_navigation():
        page.locator(PUBLISH).first.dblclick(delay=80)
    expect(page.locator("main [role=status]", has_text="saved")).to_contain_text("English: saved. Live on")
    revisions = read_revisions(runtime_of(live.app).store, Revisions())
    assert len(revisions.of(Topic(PROMOTION, "planet-freevpn", "en")).revisions) == 1
    page.get_by_role("link", name="Figures").click()
    assert questions == ["beforeunload"]
    expect(page).to_have_url(re.compile("figures"))
    studio.context.close()


def _counter_turns(page: Page) -> None:
    counter = page.locator("[id='words_en-headline_count']")
    for length, state, text in [
        (10, "", "10 of at most 80 characters"),
        (78, "near", "78 of at most 80 characters"),
        (83, "over", "83 of at most 80 characters: 3 too many"),
    ]:
        page.fill(HEADLINE, "\U0001f6f0" * length)
        expect(counter).to_have_attribute("data-state", state)
        expect(counter).to_have_text(text)
    expect(counter.locator("+ [role=status]")).to_have_text("83 of at most 80 characters: 3 too many")
    page.fill(HEADLINE, "Words")


def test_an_invitation_is_copied_and_its_account_lives_where_the_browser_does(browser: Browser, live: Live) -> None:
    """A button copies the link, another the text; the time zone is the browser's, by its name of today."""
    add_account(live.app, "ada@example.org", Role.ADMIN, "en")
    studio = Studio(browser, live, permissions=["clipboard-read", "clipboard-write"])
    studio.sign_in("ada@example.org")
    page = studio.open("/studio/accounts")
    studio.fill(email="mia@example.org", role="marketing")
    studio.send("main form.narrow button")
    page.reload()
    for field in ("studio_address", "studio_ready"):
        page.locator(f"[data-copy={field}]").click()
        expect(page.locator(f"[data-copy={field}] + [role=status]")).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == page.locator(f"#{field}").input_value()

    mia = Studio(browser, live, timezone_id="Asia/Calcutta")
    mia.open(page.locator("#studio_address").input_value())
    expect(mia.page.locator("[name=timezone]")).to_have_value("Asia/Kolkata")
    for opened in (mia, studio):
        opened.context.close()
        assert not opened.problems


def test_what_follows_an_end_is_offered_as_soon_as_there_is_something(browser: Browser, live: Live) -> None:
    """The first words of a promotion leave nothing when they end; once others are typed, those are before them."""
    add_account(live.app, "ada@example.org", Role.MARKETING, "en")
    (key,) = add_promotions(live.app, 1, NOW)
    studio = Studio(browser, live)
    studio.sign_in("ada@example.org")
    page = studio.open(f"/studio/promotions/{key}/")
    page.fill("[name=live_until]", "2026-12-24T09:00")
    expect(page.locator(PUBLISH)).to_have_text("End on Thursday, 24 December 2026, 09:00")
    expect(page.locator("[name=afterwards][value=nothing]")).to_be_checked()
    expect(page.get_by_text("There are no words before these.")).to_be_visible()
    page.fill(HEADLINE, "Other words")
    expect(page.get_by_text("There are no words before these.")).to_be_hidden()
    page.check("[name=afterwards][value=before]")
    expect(page.locator(PUBLISH)).to_have_text("Publish now")
    studio.send(PUBLISH)
    expect(page.locator("[name=afterwards][value=before]")).to_be_checked()
    assert [] == studio.problems
    studio.context.close()
