"""A new language takes one command and no code; readers see it once enough of it is translated."""

import shutil
import subprocess
from pathlib import Path

import polib
import pytest
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.editions.edition import Editions
from microsite.language.message import STUDIO_REFERENCES
from microsite.language.po_file import catalog_path
from tests.language.conftest import Look, Run, change

pytestmark = pytest.mark.usefixtures("template")


def fill_in(path: Path, share: float, for_readers_only: bool = False) -> None:
    """Translate that share of a catalog, in the order of the file."""
    file = polib.pofile(str(path), wrapwidth=0)
    entries = [one for one in file if not for_readers_only or not one.occurrences[0][0].startswith(STUDIO_REFERENCES)]
    for entry in entries[: round(len(entries) * share)]:
        if entry.msgid_plural:
            entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, entry.msgid_plural)
        else:
            entry.msgstr = entry.msgid
    path.write_text(str(file), encoding="utf-8")


FORMS = [("de", 2), ("pt_BR", 2), ("zh_Hant", 1), ("ru", 3)]


@pytest.mark.parametrize(("identifier", "forms"), FORMS)
def test_one_command_adds_a_language(
    run: Run, settings: Settings, editions: Editions, identifier: str, forms: int
) -> None:
    """Its catalog with the right plural forms, its lines in site.toml, and what to do next."""
    before = (settings.site / "site.toml").read_text()
    done = run("locale", "add", identifier)
    text = (settings.site / "site.toml").read_text()
    file = polib.pofile(str(catalog_path(settings.translations, identifier)))
    edition = editions.refresh()
    tag = identifier.replace("_", "-")

    assert done.exit_code == 0, done.output
    assert f"nplurals={forms};" in file.metadata["Plural-Forms"]
    assert {forms} == {len(entry.msgstr_plural) for entry in file if entry.msgid_plural}
    assert f'locales = ["en", "fr", "ar", "{identifier}"]' in text
    assert set(before.splitlines()) - set(text.splitlines()) == {'locales = ["en", "fr", "ar"]'}
    assert (tag in edition.all_content.site.locales, tag in edition.content.site.locales) == (True, False)
    assert "1. Translate" in done.output and "slug." in done.output


@pytest.mark.parametrize(("identifier", "forms"), [*FORMS, ("ar", 6)])
def test_its_catalog_is_one_that_msgfmt_takes(run: Run, settings: Settings, identifier: str, forms: int) -> None:
    """Header, plural rule and all."""
    if not shutil.which("msgfmt"):
        pytest.skip("msgfmt is not installed")
    if identifier == "ar":
        catalog_path(settings.translations, "ar").unlink()
        run("catalogs", "update")
    else:
        run("locale", "add", identifier)
    path = catalog_path(settings.translations, identifier)
    done = subprocess.run(["msgfmt", "--check", "-o", "/dev/null", path], capture_output=True, text=True, timeout=60)

    assert (0, "") == (done.returncode, done.stderr)
    assert f"nplurals={forms};" in path.read_text(encoding="utf-8")


class TestBelowItsShare:
    """A language that is not ready is hidden from the public, and no one is led into it."""

    @pytest.fixture(autouse=True)
    def german(self, template: Path, run: Run, editions: Editions) -> None:
        editions.refresh()
        assert run("locale", "add", "de").exit_code == 0
        editions.refresh()

    @pytest.mark.parametrize("path", ["/de/", "/de/blog/", "/de/feed.atom", "/de/blog/news/the-cable/"])
    def test_its_prefix_is_a_wrong_address(self, client: FlaskClient, path: str) -> None:
        """404, as for a language that the site does not speak."""
        assert 404 == client.get(path).status_code

    def test_no_page_leads_there(self, look: Look, client: FlaskClient) -> None:
        """Not the switch, not hreflang, not the sitemap, not robots.txt, not the browser's own wish."""
        page = str(look("/en/blog/news/the-cable/").soup)

        assert 'hreflang="de"' not in page and "Deutsch" not in page
        assert "/de/" not in client.get("/sitemap.xml").get_data(as_text=True)
        assert "/de/" not in client.get("/robots.txt").get_data(as_text=True)
        assert "/en/" == client.get("/", headers={"Accept-Language": "de"}).location

    def test_a_text_in_it_is_not_offered(self, look: Look, settings: Settings, editions: Editions) -> None:
        """A reader of English gets English, and none of the German version."""
        folder = settings.site / "articles" / "both"
        shutil.copy(folder / "en.md", folder / "de.md")
        editions.refresh()

        assert "de" not in [link["hreflang"] for link in look("/en/blog/news/the-cable/").all("link[hreflang]")]

    def test_it_is_public_from_its_share_on(
        self, look: Look, settings: Settings, editions: Editions, client: FlaskClient
    ) -> None:
        """89 % are not 90 %."""
        path = catalog_path(settings.translations, "de")
        fill_in(path, 0.8)
        editions.refresh()
        assert 404 == client.get("/de/").status_code

        fill_in(path, 1)
        editions.refresh()
        assert "de" == look("/de/").one("html")["lang"]
        assert "Deutsch" in look("/en/").words("nav.langs a")

    def test_only_what_readers_see_counts(self, look: Look, settings: Settings, editions: Editions) -> None:
        """The studio's words may wait."""
        fill_in(catalog_path(settings.translations, "de"), 1, for_readers_only=True)
        file = polib.pofile(str(catalog_path(settings.translations, "de")))
        edition = editions.refresh()

        assert file.percent_translated() < 90 <= edition.catalogs["de"].share()

    def test_a_file_that_loses_words_hides_no_pages(
        self, look: Look, settings: Settings, editions: Editions, client: FlaskClient
    ) -> None:
        """Once readers have seen it, it stays."""
        path = catalog_path(settings.translations, "de")
        fill_in(path, 1)
        editions.refresh()
        path.write_text("".join(path.read_text(encoding="utf-8").partition("\n\n")[:2]), encoding="utf-8")
        editions.refresh()

        assert "de" == look("/de/").one("html")["lang"]


def test_a_language_can_be_taken_out_again(
    run: Run, settings: Settings, editions: Editions, client: FlaskClient
) -> None:
    """site.toml is byte for byte what it was; the catalog stays, and adding again takes it up."""
    before = (settings.site / "site.toml").read_bytes()
    run("locale", "add", "pt_BR")
    fill_in(catalog_path(settings.translations, "pt_BR"), 1)
    translated = catalog_path(settings.translations, "pt_BR").read_bytes()
    done = run("locale", "remove", "pt_BR")
    assert done.exit_code == 0, done.output
    assert before == (settings.site / "site.toml").read_bytes()
    editions.refresh()
    assert 404 == client.get("/pt-BR/").status_code

    run("locale", "add", "pt_BR")
    editions.refresh()
    assert translated == catalog_path(settings.translations, "pt_BR").read_bytes()
    assert 200 == client.get("/pt-BR/").status_code


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "xx"), "not a locale that Babel knows"),
        (("add", "../etc"), "not a locale that Babel knows"),
        (("add", "fr"), "is a language of this site already"),
        (("remove", "de"), "is no language of this site"),
        (("remove", "en"), "default_locale"),
        (("remove", "fr"), "articles/both/fr.md"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    run: Run, settings: Settings, arguments: tuple[str, str], sentence: str
) -> None:
    """Exit code 1, and why."""
    before = (settings.site / "site.toml").read_bytes()
    done = run("locale", *arguments)

    assert done.exit_code == 1
    assert sentence in done.output
    assert before == (settings.site / "site.toml").read_bytes()


def test_status_says_how_far_each_language_is(run: Run, settings: Settings) -> None:
    """For people, and as JSON for machines."""
    import json

    run("locale", "add", "de")
    path = catalog_path(settings.translations, "fr")
    change(path, 'msgid "Skip to content"', '#, fuzzy\n#| msgid "Skip"\nmsgid "Skip to content"')
    found = {status["locale"]: status for status in json.loads(run("catalogs", "status", "--json").output)}

    assert (0, False, 90) == tuple(found["de"][name] for name in ("translated", "is_public", "public_from"))
    assert found["de"]["missing"] == found["de"]["messages"]
    assert (1, 1, 0) == tuple(found["fr"][name] for name in ("fuzzy", "source_changed", "missing"))
    assert found["fr"]["translated"] == found["fr"]["messages"] - 1
    assert "only-english" in found["fr"]["articles_missing"]
    assert ["both"] == found["fr"]["articles_older"]
    assert "hidden below 90 %" in run("catalogs", "status").output
