"""What is saved is shown, soon and without a restart; what is broken is named, and takes nothing from readers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.content.library import Content
from microsite.editions.publishing import Editions
from tests.conftest import Seen

Look = Callable[..., Seen]
ARTICLE = "articles/note-1/en.md"
ADDRESS = "/en/blog/guides/note-1/"
CATALOG = "fr/LC_MESSAGES/messages.po"


def change(path: Path, old: str, new: str) -> None:
    """Save a file with other words in it."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def degraded(client: FlaskClient) -> dict[str, list[str]]:
    """What /readyz says is worse than it should be; pages are served all the same."""
    answer = client.get("/readyz")
    assert answer.status_code == 200
    parts: dict[str, list[str]] = answer.get_json()["degraded"]
    return parts


class TestASavedFile:
    """The next edition is made of it."""

    def test_shows(self, look: Look, settings: Settings, editions: Editions) -> None:
        """A changed word, at the same address."""
        assert "A note." in look(ADDRESS).text
        change(settings.site / ARTICLE, "A note.", "Another note.")
        number = editions.current.number
        editions.refresh()

        assert "Another note." in look(ADDRESS).text
        assert number + 1 == editions.current.number

    def test_alone_is_read_again(self, settings: Settings, editions: Editions) -> None:
        """Every other document of the last edition is used on, the very same object."""
        before = editions.current.content
        change(settings.site / ARTICLE, "A note.", "Another note.")
        after = editions.refresh().content
        again = [path for path, document in documents(after).items() if document is not documents(before)[path]]

        assert documents(before).keys() == documents(after).keys()
        assert [settings.site / ARTICLE] == again

    def test_that_did_not_change_is_not_read_at_all(self, editions: Editions, monkeypatch: pytest.MonkeyPatch) -> None:
        """A new edition with nothing new on the disk opens no article."""
        before = editions.current.content
        monkeypatch.setattr("microsite.content.parse_cache.read_regular_file", lambda *_: pytest.fail("read again"))
        after = editions.refresh().content

        assert all(document is documents(before)[path] for path, document in documents(after).items())

    def test_of_the_same_length_shows(self, look: Look, settings: Settings, editions: Editions) -> None:
        """One letter for another is a change."""
        look(ADDRESS)
        change(settings.site / ARTICLE, "A note.", "A vote.")
        editions.refresh()

        assert "A vote." in look(ADDRESS).text

    def test_may_be_new(self, look: Look, settings: Settings, editions: Editions) -> None:
        """An article appears, on its page and in lists."""
        look("/en/blog/guides/fresh/", 404)
        path = settings.site / "articles/fresh/en.md"
        path.parent.mkdir()
        text = (settings.site / ARTICLE).read_text(encoding="utf-8")
        path.write_text(text.replace("Note 1", "Fresh").replace("note-1", "fresh"), encoding="utf-8")
        editions.refresh()

        assert "A note." in look("/en/blog/guides/fresh/").text
        assert "Fresh" in look("/en/blog/guides/").words("h2")

    def test_may_be_gone(self, look: Look, settings: Settings, editions: Editions) -> None:
        """An article without files is an article no more."""
        look(ADDRESS)
        for path in (settings.site / "articles/note-1").iterdir():
            path.unlink()
        editions.refresh()

        look(ADDRESS, 404)

    def test_may_be_renamed(self, look: Look, client: FlaskClient, settings: Settings, editions: Editions) -> None:
        """A new slug answers; the former one, named as such, leads there."""
        look(ADDRESS)
        change(settings.site / ARTICLE, "slug: note-1", "slug: note-one\naliases: [note-1]")
        editions.refresh()
        former = client.get(ADDRESS)

        assert "A note." in look("/en/blog/guides/note-one/").text
        assert (301, "/en/blog/guides/note-one/") == (former.status_code, former.location)

    @pytest.mark.parametrize("name", [".#en.md", "._en.md", ".en.md.swp", "en.md~", "#en.md#"])
    def test_shows_though_an_editor_keeps_notes_beside_it(
        self, look: Look, settings: Settings, editions: Editions, name: str
    ) -> None:
        """Emacs locks with a link to nowhere, macOS adds shadows, others keep drafts: none of them is content."""
        look(ADDRESS)
        change(settings.site / ARTICLE, "A note.", "Another note.")
        note = (settings.site / ARTICLE).with_name(name)
        if name == ".#en.md":
            note.symlink_to("writer@desk.4711:1")
        else:
            note.write_bytes(b"\x00\x05\x16\x07")
        editions.refresh()

        assert {} == editions.faults
        assert "Another note." in look(ADDRESS).text

    def test_of_the_site_shows(self, look: Look, settings: Settings, editions: Editions) -> None:
        """What site.toml says is content as well."""
        look("/en/")
        change(settings.site / "site.toml", 'name = "Planet Privacy"', 'name = "Another Planet"')
        editions.refresh()

        assert "Another Planet" in look("/en/").one("header a.name").get_text()

    def test_of_a_promotion_shows(self, look: Look, settings: Settings, editions: Editions) -> None:
        """So are the default words of a promotion."""
        look("/en/")
        change(settings.site / "promotions/planet-freevpn.toml", 'button = "Go to', 'button = "Look at')
        editions.refresh()

        assert "Look at Planet FreeVPN" in look("/en/").words("aside.promo a.button")

    def test_of_a_catalog_shows(self, look: Look, settings: Settings, editions: Editions) -> None:
        """And what a translator saves."""
        look("/fr/")
        change(settings.translations / CATALOG, 'msgstr "Tous les articles"', 'msgstr "La liste entière"')
        editions.refresh()

        assert "La liste entière" in look("/fr/").text


class TestABrokenFile:
    """It is named, and the last good content keeps serving."""

    @pytest.mark.parametrize(
        ("file", "old", "new", "line"),
        [
            (ARTICLE, "category: guides", "category: guide", 5),
            (ARTICLE, "A note.", "A note.\n\n::: also only-english", 12),
            (ARTICLE, "published: 2026-09-01", "published: soon", 6),
            ("pages/about/en.md", "We publish.", "[We](page:nope) publish.", 7),
            ("promotions/coming.toml", "https://", "http://", 2),
            ("site.toml", 'motto = "', 'motto "', 4),
        ],
    )
    def test_keeps_the_last_good_content(
        self,
        look: Look,
        client: FlaskClient,
        settings: Settings,
        editions: Editions,
        file: str,
        old: str,
        new: str,
        line: int,
    ) -> None:
        """Readers notice nothing; /readyz names file and line; mending the file clears that."""
        before = editions.refresh()
        change(settings.site / file, old, new)
        after = editions.refresh()

        assert documents(before.content) == documents(after.content)
        assert (before.promotions, before.content.site) == (after.promotions, after.content.site)
        assert "A note." in look(ADDRESS).text
        assert ["content"] == list(degraded(client))
        assert f"site/{file}:{line}: " in "\n".join(degraded(client)["content"])

        change(settings.site / file, new, old)
        editions.refresh()

        assert {} == degraded(client)

    def test_holds_up_no_other(self, look: Look, settings: Settings, editions: Editions) -> None:
        """What was saved beside it shows; of two texts that want one address, the one that had it keeps it."""
        look(ADDRESS)
        change(settings.site / "articles/note-2/en.md", "A note.", "Another note.")
        change(settings.site / "articles/note-3/en.md", "slug: note-3", "slug: note-1")
        change(settings.site / ARTICLE, "title: Note 1", "title: [")
        editions.refresh()

        assert "A note." in look(ADDRESS).text
        assert "Note 3" in look("/en/blog/guides/note-3/").text
        assert "Another note." in look("/en/blog/guides/note-2/").text

    def test_is_logged_once(self, settings: Settings, editions: Editions, caplog: pytest.LogCaptureFixture) -> None:
        """Whoever reads the log learns file and line, and is not told again until something changes."""
        editions.refresh()
        change(settings.site / ARTICLE, "category: guides", "category: guide")
        for _ in range(3):
            editions.refresh()

        assert 1 == caplog.text.count(f"{settings.site / ARTICLE}:5: ")

    @pytest.mark.parametrize("new", ["[title]: Note 1", "{title: 1}: Note 1", "? [title]\n: Note 1"])
    def test_is_named_however_odd(self, client: FlaskClient, settings: Settings, editions: Editions, new: str) -> None:
        """YAML that nobody thought of is a fault of the file, not of the program."""
        editions.refresh()
        change(settings.site / ARTICLE, "title: Note 1", new)
        editions.refresh()

        assert f"site/{ARTICLE}:2: " in "\n".join(degraded(client)["content"])


class TestABrokenCatalog:
    """It keeps translators' last good words; content goes on without them."""

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ('msgstr "Tous les articles"', 'msgstr "Tous les'),
            ('msgid "All articles"', '<<<<<<< HEAD\nmsgid "All articles"'),
            ("plural=(n > 1);", "plural=(n > one);"),
        ],
        ids=["cut in a string", "a conflict", "a plural rule of nonsense"],
    )
    def test_keeps_the_last_good_words(
        self, look: Look, client: FlaskClient, settings: Settings, editions: Editions, old: str, new: str
    ) -> None:
        """While an article that was saved at the same time shows; /readyz names the catalog; mending it clears that."""
        look("/fr/")
        path = settings.translations / CATALOG
        change(path, old, new)
        change(settings.site / ARTICLE, "A note.", "Another note.")
        editions.refresh()

        assert "Tous les articles" in look("/fr/").text
        assert "Another note." in look(ADDRESS).text
        assert ["catalogs"] == list(degraded(client))
        assert f"translations/{CATALOG}:" in degraded(client)["catalogs"][0]

        change(path, new, old)
        editions.refresh()
        assert {} == degraded(client)

    def test_names_the_line(self, client: FlaskClient, settings: Settings, editions: Editions) -> None:
        """Where the file was cut, or where two versions collide."""
        editions.refresh()
        path = settings.translations / CATALOG
        change(path, 'msgstr "Tous les articles"', 'msgstr "Tous les')
        line = path.read_text(encoding="utf-8").split("\n").index('msgstr "Tous les') + 1
        editions.refresh()

        assert degraded(client)["catalogs"][0].startswith(f"translations/{CATALOG}:{line}: ")

    def test_says_a_new_language_in_the_source_language(
        self, look: Look, settings: Settings, editions: Editions
    ) -> None:
        """A locale that comes while catalogs are broken has pages all the same."""
        look("/fr/")
        change(settings.translations / CATALOG, 'msgid "All articles"', 'msgid "All')
        change(settings.site / "site.toml", '"ar"]', '"ar", "de"]')
        site = settings.site / "site.toml"
        site.write_text(site.read_text().replace("slug.ar", 'slug.de = "thema-X"\nslug.ar'), encoding="utf-8")
        for name in ("news", "guides"):
            change(site, "thema-X", f"thema-{name}")
        editions.refresh()

        assert ["catalogs"] == list(editions.faults)
        assert "All articles" in look("/de/").text
        assert "Tous les articles" in look("/fr/").text


def documents(content: Content) -> dict[Path, object]:
    """Every text of a snapshot by its file."""
    return {document.path: document for entry in content.entries() for document in entry.documents.values()}
