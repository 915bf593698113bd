"""An edition proves itself before it is in force: what would break a page is found, named, and not taken."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.content.library import Content
from microsite.delivery.trial import init_trial
from microsite.editions.publishing import LOCK_SECONDS, Editions
from microsite.promotions.definition import definition_topic, values_of
from microsite.reader import views
from microsite.runtime import runtime_of
from microsite.storage.revisions import PROMOTION, Topic
from microsite.storage.saving import Draft, save
from microsite.storage.store import Store
from tests.conftest import NOW, Clock, Seen
from tests.test_live_content import ADDRESS, ARTICLE, CATALOG, change, degraded

Look = Callable[..., Seen]
BREAKS = "This breaks pages"


@pytest.fixture
def tried(app: Flask, editions: Editions) -> Editions:
    """The editions, tried as those of a server are."""
    init_trial(app)
    return editions


@pytest.fixture
def fragile(app: Flask) -> None:
    """A program with a fault that no check knows of: certain words in an answer break it."""

    @app.after_request
    def _break(response):  # type: ignore[no-untyped-def]  # a hook of Flask's
        if request.blueprint == "reader" and BREAKS in response.get_data(as_text=True):
            raise ZeroDivisionError
        return response


@pytest.mark.usefixtures("fragile")
class TestWhatBreaksAPage:
    """It is not taken; everything else that changed is."""

    def test_a_promotion_of_the_studio_is_as_it_was_before(
        self, app: Flask, look: Look, client: FlaskClient, tried: Editions
    ) -> None:
        """Readers see what the revision before it, or the file, says; the revision is named."""
        look("/en/")
        file = tried.current.promotions["planet-freevpn"]
        broken = values_of(file.model_copy(update={"advertiser": BREAKS}))
        save(runtime_of(app).store, definition_topic("planet-freevpn"), Draft(words=broken), 0, "", NOW)
        tried.poll_revisions()

        assert file == tried.current.promotions["planet-freevpn"]
        assert 200 == client.get("/en/").status_code
        assert degraded(client)["edition"][0].startswith("revisions/1:1:")

    @pytest.mark.parametrize(
        ("file", "old", "path"),
        [
            (ARTICLE, "A note.", ADDRESS),
            ("promotions/planet-freevpn.toml", 'text = "', "/en/"),
            ("site.toml", 'motto = "', "/en/"),
        ],
    )
    def test_a_file_is_named(
        self, look: Look, client: FlaskClient, settings: Settings, tried: Editions, file: str, old: str, path: str
    ) -> None:
        """Readers see its last good state, and another text that was saved with it."""
        look(path)
        change(settings.site / file, old, old + BREAKS)
        change(settings.site / "articles/note-2/en.md", "A note.", "Another note.")
        tried.refresh()

        assert BREAKS not in look(path).text
        assert "Another note." in look("/en/blog/guides/note-2/").text
        assert any(f"site/{file}:1: " in fault for fault in degraded(client)["edition"])

        change(settings.site / file, BREAKS, "")
        tried.refresh()
        assert {} == degraded(client)

    def test_a_message_is_named(self, look: Look, client: FlaskClient, settings: Settings, tried: Editions) -> None:
        """With its line, out of all that changed in the catalog."""
        look("/fr/")
        path = settings.translations / CATALOG
        change(path, 'msgstr "Tous les articles"', f'msgstr "{BREAKS}"')
        change(path, 'msgstr "Publicité"', 'msgstr "Réclame"')
        line = path.read_text(encoding="utf-8").split("\n").index(f'msgstr "{BREAKS}"') + 1
        tried.refresh()

        assert "Tous les articles" in look("/fr/").text and "Réclame" in look("/fr/").text
        assert degraded(client)["edition"][0].startswith(f"translations/{CATALOG}:{line}: ")

    def test_a_saved_wording_is_named(self, look: Look, client: FlaskClient, app: Flask, tried: Editions) -> None:
        """The words before it stay in force."""
        look("/en/")
        store: Store = runtime_of(app).store
        words = {"headline": BREAKS, "text": "x", "button": "x"}
        save(store, Topic(PROMOTION, "planet-freevpn", "en"), Draft(words=words), 0, "", NOW)
        tried.poll_revisions()

        assert BREAKS not in look("/en/").text
        assert degraded(client)["edition"][0].startswith("revisions/1:1: ")

    def test_a_start_leaves_it_out(self, look: Look, settings: Settings, tried: Editions) -> None:
        """There is no former state of it."""
        change(settings.site / ARTICLE, "A note.", BREAKS)

        look("/en/")
        look(ADDRESS, 503)

    def test_a_text_that_breaks_a_page_on_its_day_is_named(
        self, look: Look, client: FlaskClient, settings: Settings, tried: Editions, clock: Clock
    ) -> None:
        """It was saved before, and nobody could know. Everything else of that day appears."""
        look("/en/")
        for name, words in (("later", BREAKS), ("also-later", "A note of that day.")):
            file = settings.site / "articles" / name / "en.md"
            file.parent.mkdir()
            text = (settings.site / ARTICLE).read_text().replace("slug: note-1", f"slug: {name}")
            published = next(line for line in text.splitlines() if line.startswith("published"))
            file.write_text(text.replace("A note.", words).replace(published, "published: 2026-11-23"))
        tried.refresh()
        assert {} == degraded(client)

        clock.forward(days=1)
        tried.check_clock()
        assert "A note of that day." in look("/en/blog/guides/also-later/").text
        look("/en/blog/guides/later/", 503)
        assert any("later/en.md:1: " in fault for fault in degraded(client)["edition"])

    def test_what_nothing_is_to_blame_for_leaves_the_last_edition(
        self, look: Look, client: FlaskClient, tried: Editions, monkeypatch: pytest.MonkeyPatch, clock: Clock
    ) -> None:
        """Such as the time alone."""
        last = tried.current
        look("/en/")
        monkeypatch.setattr(views, "HOME_COUNT", None)  # stands for anything that fails from now on
        monkeypatch.setattr(Content, "listing", lambda *_: 1 / 0)
        clock.forward(days=1)
        tried.check_clock()

        assert last is tried.current
        assert "ZeroDivisionError" in degraded(client)["edition"][0]


def test_pages_of_the_trial_are_those_that_readers_get(
    look: Look, app: Flask, client: FlaskClient, settings: Settings, tried: Editions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are kept: nothing is rendered twice."""
    look(ADDRESS)
    change(settings.site / ARTICLE, "A note.", "Another note.")
    tried.refresh()
    monkeypatch.setattr(app, "full_dispatch_request", lambda: pytest.fail("rendered again"))

    for address in ("/en/", "/fr/", "/en/blog/", "/en/feed.atom", "/sitemap.xml", ADDRESS, ADDRESS):
        assert 200 == client.get(address).status_code
    assert "Another note." in look(ADDRESS).text


def test_an_exception_while_reading_is_told(
    look: Look, client: FlaskClient, settings: Settings, editions: Editions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in the log alone; the file is named, and others are read."""
    look(ADDRESS)
    change(settings.site / ARTICLE, "A note.", f"{BREAKS} while it is read.")  # no other test's app remembers it
    change(settings.site / "articles/note-2/en.md", "A note.", "Another note.")

    def fail(text: str, *_: object) -> object:
        if BREAKS in text:
            raise RecursionError("too deep")
        return render(text, *_)  # type: ignore[arg-type]

    from microsite.content.markdown import render

    monkeypatch.setattr("microsite.content.document.render", fail)
    editions.refresh()

    assert "A note." in look(ADDRESS).text
    assert "Another note." in look("/en/blog/guides/note-2/").text
    assert f"site/{ARTICLE}:1: this program fails on it (RecursionError: too deep)" in degraded(client)["content"][0]


def test_a_request_waits_for_nobody_who_makes_an_edition(editions: Editions) -> None:
    """It goes on with the one that is there; what was saved comes with the next look."""
    last = editions.current
    with editions._building, editions._reading:
        began = datetime.now(UTC)
        editions.poll_revisions()
        waited = (datetime.now(UTC) - began).total_seconds()

    assert last is editions.current
    assert LOCK_SECONDS <= waited < LOCK_SECONDS + 2


@pytest.mark.parametrize("year", [1, 1970, 2100, 9998, 9999])
def test_any_clock_is_survived(look: Look, editions: Editions, clock: Clock, year: int) -> None:
    """Pages are shown while it is wrong, and today's once it is right again."""
    clock.now = datetime(year, 12, 31, 23, 59, tzinfo=UTC)
    look("/en/")
    look(ADDRESS)
    clock.now = NOW
    editions.check_clock()

    assert NOW == editions.current.moment
    look("/en/")
