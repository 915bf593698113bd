"""The edition stays true by itself: from the start on, as time goes by, and while files are saved."""

import os
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import pytest
from flask import Flask
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.editions.watching import Watch
from microsite.runtime import runtime_of
from tests.conftest import NOW, Clock, Seen
from tests.test_live_content import ADDRESS, ARTICLE, CATALOG, change, degraded

Look = Callable[..., Seen]


def a_second() -> float:
    """A second, or as much more as this machine has more to do than it can: these tests run beside others."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def within(seconds: float, true: Callable[[], bool]) -> bool:
    """Whether something comes true in time; looks again and again until then."""
    deadline = monotonic() + seconds
    pause = threading.Event()
    while not (done := true()) and monotonic() < deadline:
        pause.wait(0.02)
    return done


class TestAtTheStart:
    """There is no former state to go back to: what is broken is not there, and everything else is."""

    def test_the_address_of_a_broken_text_says_so(self, look: Look, client: FlaskClient, settings: Settings) -> None:
        """In the reader's language, with a status that no search engine takes for a withdrawal."""
        change(settings.site / "articles/note-1/fr.md", "title:", "titel:")

        assert "Cette page ne peut pas être affichée pour le moment" in look("/fr/blog/guides/note-numero-1/", 503).text
        assert "A note." in look(ADDRESS).text
        assert "articles/note-1/fr.md:2: " in "\n".join(degraded(client)["content"])

    @pytest.mark.parametrize("new", ["title: [", "title: {a: b", "\tslug: note-1\ntitle: x"])
    def test_whatever_is_wrong_with_it(self, look: Look, settings: Settings, new: str) -> None:
        """Front matter that nothing can read still says where the text would be, or the name of its folder does."""
        change(settings.site / ARTICLE, "title: Note 1", new)
        (settings.site / "articles/note-1/fr.md").unlink()

        look(ADDRESS, 503)
        look("/en/blog/guides/note-2/")
        look("/en/blog/guides/nope/", 404)

    def test_texts_that_name_it_are_whole(self, look: Look, settings: Settings) -> None:
        """Links to what cannot be shown are plain words; lists of articles leave it out."""
        change(
            settings.site / ARTICLE, "A note.", "A [note](article:note-2) on [us](page:about).\n\n::: also note-2\n:::"
        )
        for name in ("articles/note-2", "pages/about"):
            for path in (settings.site / name).iterdir():
                path.write_bytes(b"\xff\xfe")
        seen = look(ADDRESS)

        assert "A note on us." in seen.text and "Read also" not in seen.text
        assert [] == [link for link in seen.all("a") if "note-2" in link["href"] or "about" in link["href"]]
        assert "Note 2" not in look("/en/").text

    @pytest.mark.parametrize("file", ["promotions/planet-freevpn.toml", "claims.toml"])
    def test_other_broken_files_take_nothing_along(
        self, look: Look, client: FlaskClient, settings: Settings, file: str
    ) -> None:
        """A promotion that cannot be read is not shown; texts are."""
        (settings.site / file).write_text("= = =")
        look("/en/")

        assert "A note." in look(ADDRESS).text
        assert any(f"site/{file}:1: " in fault for fault in degraded(client)["content"])

    def test_a_broken_site_file_is_as_at_the_last_start(
        self, look: Look, client: FlaskClient, settings: Settings, app: Flask
    ) -> None:
        """Its last good state is kept with what this machine keeps."""
        look("/en/")
        path = settings.site / "site.toml"
        good = path.read_text(encoding="utf-8")
        path.write_text("name = ")
        runtime_of(app).editions = Editions(settings, runtime_of(app).store)

        assert "A note." in look(ADDRESS).text
        assert "site/site.toml:1: " in "\n".join(degraded(client)["content"])

        path.write_text(good, encoding="utf-8")
        runtime_of(app).editions.refresh()
        assert {} == degraded(client)

    def test_without_any_site_file_a_sentence_says_so(self, client: FlaskClient, settings: Settings) -> None:
        """In both languages, with 503; health is told as ever, and the next good file is served."""
        path = settings.site / "site.toml"
        good = path.read_text(encoding="utf-8")
        path.unlink()
        answer = client.get("/en/")

        assert (503, "60") == (answer.status_code, answer.headers["Retry-After"])
        assert "cannot be shown" in answer.text and "ne peut pas être affiché" in answer.text
        assert 200 == client.get("/healthz").status_code
        ready = client.get("/readyz")
        assert 503 == ready.status_code and "site/site.toml:1: " in ready.text

        path.write_text(good, encoding="utf-8")
        assert 200 == client.get("/en/").status_code

    def test_faults_of_catalogs_end_nothing(self, look: Look, settings: Settings, client: FlaskClient) -> None:
        """Articles are served in a chrome that has lost its words: health and log say so, and why."""
        change(settings.translations / CATALOG, 'msgid "All articles"', '=======\nmsgid "All articles"')

        assert "A note." in look(ADDRESS).text
        assert ["catalogs"] == list(degraded(client))

    def test_what_is_mended_is_served(
        self, look: Look, client: FlaskClient, settings: Settings, editions: Editions
    ) -> None:
        """The next attempt owes nothing to the failed one."""
        change(settings.site / ARTICLE, "category: guides", "category: guide")
        editions.refresh()
        look(ADDRESS, 503)
        change(settings.site / ARTICLE, "category: guide", "category: guides")
        editions.refresh()

        assert "A note." in look(ADDRESS).text
        assert {} == degraded(client)


class TestTheClock:
    """Time alone makes a new edition: it is due when a promotion begins or ends, and when the day is over."""

    def test_the_day_ends_at_midnight(self, look: Look, editions: Editions, clock: Clock) -> None:
        """The day that an article becomes a year old, it says so."""
        clock.now = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
        due = editions.refresh().due

        assert datetime(2026, 11, 20, tzinfo=UTC) == due
        assert [] == look("/fr/blog/actualites/seulement-en-francais/").all(".age")

        clock.now = due
        editions.refresh()
        assert "Il y a 1\u00a0an" in look("/fr/blog/actualites/seulement-en-francais/").one(".age").get_text()
        assert datetime(2026, 11, 21, tzinfo=UTC) == editions.current.due

    def test_a_promotion_begins(self, look: Look, editions: Editions, clock: Clock) -> None:
        """At its moment, not before, wherever its time zone: 09:00 in Paris is 08:00 UTC."""
        clock.now = datetime(2026, 12, 24, 7, 59, tzinfo=UTC)
        due = editions.refresh().due

        assert datetime(2026, 12, 24, 8, tzinfo=UTC) == due
        assert ["Go to Planet FreeVPN"] == look("/en/").words("aside.promo a.button")

        clock.now = due
        editions.refresh()
        assert ["A coming button"] == look("/en/").words("aside.promo a.button")

    def test_a_promotion_ends(self, look: Look, editions: Editions, clock: Clock) -> None:
        """At `until` it is shown no more."""
        clock.now = datetime(2026, 1, 31, 23, 59, tzinfo=UTC)
        due = editions.refresh().due

        assert datetime(2026, 2, 1, tzinfo=UTC) == due
        assert ["An expired button"] == look("/en/").words("aside.promo a.button")

        clock.now = due
        editions.refresh()
        assert ["Go to Planet FreeVPN"] == look("/en/").words("aside.promo a.button")

    def test_an_edition_is_of_one_moment(self, editions: Editions, clock: Clock) -> None:
        """What is today does not change under a page that is being made."""
        edition = editions.current
        clock.forward(days=3)

        assert NOW == edition.moment
        assert edition is editions.current

    def test_every_change_comes_in_its_turn(self, editions: Editions, clock: Clock) -> None:
        """Midnight, a promotion's beginning, the next midnight: each is an edition of its own."""
        moments: list[datetime] = []
        clock.now = datetime(2026, 12, 23, 12, tzinfo=UTC)
        while len(moments) < 3:
            clock.now = editions.refresh().due
            moments.append(clock.now)

        assert [
            datetime(2026, 12, 24, tzinfo=UTC),
            datetime(2026, 12, 24, 8, tzinfo=UTC),
            datetime(2026, 12, 25, tzinfo=UTC),
        ] == moments


class TestWatching:
    """A thread keeps the edition true; nobody asks it to."""

    def test_an_edit_shows_within_a_second(self, look: Look, settings: Settings, editions: Editions) -> None:
        """From the moment that it is saved to the moment that readers get it."""
        watch(editions, settings)
        change(settings.site / ARTICLE, "A note.", "Another note.")

        assert within(a_second(), lambda: "Another note." in look(ADDRESS).text)

    def test_a_catalog_shows_within_a_second(self, look: Look, settings: Settings, editions: Editions) -> None:
        """Translators wait no longer than writers."""
        watch(editions, settings)
        change(settings.translations / CATALOG, 'msgstr "Tous les articles"', 'msgstr "La liste entière"')

        assert within(a_second(), lambda: "La liste entière" in look("/fr/").text)

    def test_what_was_saved_before_the_first_look_shows(
        self, look: Look, settings: Settings, editions: Editions
    ) -> None:
        """Between reading the content and watching it lies a start: nothing that is saved then is lost."""
        look(ADDRESS)
        change(settings.site / ARTICLE, "A note.", "Another note.")
        editions.watch()

        assert within(2 * a_second(), lambda: editions.current.number > 1)
        assert "Another note." in look(ADDRESS).text

    def test_time_alone_makes_an_edition(self, look: Look, editions: Editions, clock: Clock) -> None:
        """A promotion begins though nobody saved anything."""
        clock.now = datetime(2026, 12, 24, 7, 59, tzinfo=UTC)
        editions.refresh()
        editions.watch()
        clock.forward(minutes=1)

        assert within(2 * a_second(), lambda: ["A coming button"] == look("/en/").words("aside.promo a.button"))

    def test_a_fault_does_not_end_it(
        self, look: Look, client: FlaskClient, settings: Settings, editions: Editions
    ) -> None:
        """After a broken file comes a mended one, and that one shows."""
        watch(editions, settings)
        change(settings.site / ARTICLE, "category: guides", "category: guide")

        assert within(a_second(), lambda: "content" in degraded(client))

        change(
            settings.site / ARTICLE, "category: guide", "category: guides\nchanges: [{date: 2026-09-09, text: New.}]"
        )

        assert within(a_second(), lambda: "Updated: 9 September 2026" in look(ADDRESS).text)
        assert {} == degraded(client)


class TestExchanges:
    """Whatever becomes of the folder, later edits are seen: within a second or two, and without a restart."""

    def test_a_folder_exchanged_by_rename(
        self, look: Look, settings: Settings, editions: Editions, tmp_path: Path
    ) -> None:
        """As deploys do; what is edited after that shows as well."""
        watch(editions, settings)
        shutil.copytree(settings.site, tmp_path / "new", symlinks=True)
        change(tmp_path / "new" / ARTICLE, "A note.", "A new note.")
        settings.site.rename(tmp_path / "old")
        (tmp_path / "new").rename(settings.site)
        assert within(2 * a_second(), lambda: "A new note." in look(ADDRESS).text)

        change(settings.site / ARTICLE, "A new note.", "A newer note.")
        assert within(2 * a_second(), lambda: "A newer note." in look(ADDRESS).text)

    def test_a_link_turned_to_another_release(
        self, look: Look, settings: Settings, editions: Editions, tmp_path: Path
    ) -> None:
        """Nothing in either folder changes."""
        settings.site.rename(tmp_path / "first")
        shutil.copytree(tmp_path / "first", tmp_path / "second", symlinks=True)
        change(tmp_path / "second" / ARTICLE, "A note.", "A new note.")
        settings.site.symlink_to(tmp_path / "first")
        watch(editions, settings)
        (tmp_path / "link").symlink_to(tmp_path / "second")
        (tmp_path / "link").rename(settings.site)
        assert within(2 * a_second(), lambda: "A new note." in look(ADDRESS).text)

        change(tmp_path / "second" / ARTICLE, "A new note.", "A newer note.")
        assert within(2 * a_second(), lambda: "A newer note." in look(ADDRESS).text)

    def test_a_folder_that_goes_and_comes_back(
        self, look: Look, client: FlaskClient, settings: Settings, editions: Editions, tmp_path: Path
    ) -> None:
        """Its texts stay meanwhile, and health says why."""
        watch(editions, settings)
        folder = settings.site / "articles"
        folder.rename(tmp_path / "elsewhere")
        assert within(2 * a_second(), lambda: "content" in degraded(client))
        assert "A note." in look(ADDRESS).text

        (tmp_path / "elsewhere").rename(folder)
        change(settings.site / ARTICLE, "A note.", "A new note.")
        assert within(2 * a_second(), lambda: "A new note." in look(ADDRESS).text)
        assert within(a_second(), lambda: {} == degraded(client))

    def test_a_system_that_tells_nothing(
        self, look: Look, settings: Settings, editions: Editions, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """All its watches are used up, or the files are on a network."""
        monkeypatch.setattr("microsite.editions.watching.watch", refuse)
        watch(editions, settings)
        change(settings.site / ARTICLE, "A note.", "A new note.")

        assert within(2 * a_second(), lambda: "A new note." in look(ADDRESS).text)

    def test_what_is_saved_while_the_files_are_read(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is read the next time, though the system tells nothing of it."""
        reads: list[str] = []

        def read() -> None:
            reads.append((settings.site / ARTICLE).read_text(encoding="utf-8"))
            if len(reads) == 1:
                change(settings.site / ARTICLE, "A note.", "A new note.")

        monkeypatch.setattr("microsite.editions.watching.watch", refuse)
        watched = Watch(settings, read, lambda: None, lambda: None)
        watched.start()
        try:
            assert within(4 * a_second(), lambda: len(reads) > 1 and "A new note." in reads[-1])
        finally:
            watched.stop()

    @pytest.mark.parametrize("kind", ["a pipe", "a loop of links", "a name in no encoding", "a device"])
    def test_an_odd_file_is_named(
        self, look: Look, client: FlaskClient, settings: Settings, editions: Editions, kind: str
    ) -> None:
        """It holds up nothing that is saved after it."""
        watch(editions, settings)
        path = settings.site / "articles/odd/fr.md"
        path.parent.mkdir()
        match kind:
            case "a pipe":
                os.mkfifo(path)
            case "a loop of links":
                path.symlink_to(path)
            case "a device":
                path.symlink_to("/dev/zero")
            case _:
                Path(os.fsdecode(os.fsencode(path.parent) + b"/fr\xff.md")).write_text("x")
        assert within(2 * a_second(), lambda: "articles/odd/fr" in str(degraded(client).get("content")))

        change(settings.site / ARTICLE, "A note.", "A new note.")
        assert within(2 * a_second(), lambda: "A new note." in look(ADDRESS).text)


def refuse(*_: object, **__: object) -> object:
    raise OSError("No space left on device")


def watch(editions: Editions, settings: Settings) -> None:
    """Start the thread and wait until it looks: it takes a moment to start, and no promise says how long."""
    number = editions.current.number
    editions.watch()

    def seen() -> bool:
        (settings.site / ARTICLE).touch()
        return editions.current.number > number

    assert within(10, seen), "nobody watches"
