"""Whatever somebody types is shown as they typed it, in every view, and nothing in it ever runs."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from microsite.runtime import runtime_of
from microsite.storage.revisions import PROMOTION, Topic
from microsite.storage.saving import Draft
from microsite.studio.access import Role
from microsite.studio.promotions.desk import MAX_REVISIONS
from tests.browser.conftest import Live
from tests.browser.studio.conftest import Studio
from tests.conftest import Clock
from tests.payloads import PAYLOADS
from tests.saves import save_next
from tests.studio.conftest import Editor, add_account
from tests.studio.editors import DESK, EDIT, HISTORY, Writing

FRENCH = Topic(PROMOTION, "planet-freevpn", "fr")
FIELDS = [" ".join(PAYLOADS[number::63]) for number in range(63)]
"""About four in each: a page is opened a quarter as often, and whichever is not escaped runs all the same."""
TRIPLES = list(zip(FIELDS[::3], FIELDS[1::3], FIELDS[2::3], strict=True))


@pytest.fixture
def studio(browser: Browser, live: Live) -> Iterator[Studio]:
    """Without our policy, which would keep everything from running: here escaping stands alone."""
    add_account(live.app, "ada@example.org", Role.MARKETING)
    studio = Studio(browser, live, bypass_csp=True)
    studio.page.add_init_script("window.alert = () => { top.document.title = 'RAN'; }")
    studio.page.on("dialog", lambda dialog: studio.problems.append(f"ran: {dialog.message}"))
    studio.sign_in("ada@example.org")
    yield studio
    studio.context.close()


def put(live: Live, clock: Clock, typed: tuple[str, str, str]) -> int:
    """Straight into the database, past every check of the form: parts, author, note and claims."""
    store = runtime_of(live.app).store
    headline, text, button = typed
    words = {"headline": headline, "text": text, "button": button}
    draft = Draft(words=words, note=headline + text, confirmed_claims=[button, text])
    saved = save_next(store, FRENCH, draft, f"{button}@example.org", clock())
    runtime_of(live.app).editions.poll_revisions()
    return saved.id


def check(page: Page, where: str, typed: tuple[str, ...]) -> None:
    assert "RAN" != page.title(), f"{where}: one of these ran: {typed}"


def test_there_are_enough_of_them_and_the_trap_shuts(studio: Studio) -> None:
    """At least 200; and where one is put into a page as it is, that is noticed."""
    assert len(set(PAYLOADS)) >= 200
    for payload in ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>"):
        studio.open(DESK)
        studio.page.set_content(f"<title>x</title><p>{payload}</p>")
        expect(studio.page).to_have_title("RAN")


def test_nothing_runs_in_any_page(studio: Studio, live: Live, clock: Clock) -> None:
    """A reader's page and the feed, editing, history with its differences, the desk, the preview: every one of them."""
    for typed in TRIPLES:
        put(live, clock, typed)
        for path in ("/fr/blog/actualites/le-cable/", EDIT):
            page = studio.open(path)
            check(page, path, typed)
        page = studio.open(str(studio.page.locator("[data-whole=fr]").get_attribute("href")))
        check(page, "preview", typed)
    check(studio.open(DESK), DESK, ())
    notes: list[str] = []
    for number in range(1, -(-len(TRIPLES) // MAX_REVISIONS) + 1):
        check(studio.open(f"{HISTORY}?page={number}"), HISTORY, ())
        notes += studio.page.locator(".note").all_text_contents()
    assert [" ".join((start + end).split()) for start, end, _ in reversed(TRIPLES)] == [
        " ".join(note.split()) for note in notes
    ]
    feed = live.app.test_client().get("/fr/feed.atom").get_data(as_text=True)
    assert "alert(1)" not in feed
    assert [] == [problem for problem in studio.problems if "ran" in problem]


def test_nothing_runs_in_a_form_that_comes_back(studio: Studio, live: Live, clock: Clock) -> None:
    """What the form refuses stands in its fields again; what met somebody else's words is shown with the difference."""
    live.app.test_client_class = Editor
    client = live.app.test_client()
    assert isinstance(client, Editor)
    client.fill_in("/studio/login", email="ada@example.org", password="a quiet planet, far out")
    for number, typed in enumerate(TRIPLES):
        writing = Writing.open(client)
        if number % 2:
            put(live, clock, tuple(reversed(typed)))  # type: ignore[arg-type]
        headline, text, button = typed
        writing.press("publish:fr", fr_headline=headline, fr_text=text, fr_button=button, note=text)
        assert writing.status in (409, 422, 303)
        studio.page.set_content(writing.answer.get_data(as_text=True))
        check(studio.page, "form", typed)
    assert [] == [problem for problem in studio.problems if "ran" in problem]
