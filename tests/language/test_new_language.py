"""A new language takes one command and no code; readers see it once enough of it is translated."""

import json
import re
import shutil
import subprocess
from gettext import c2py
from pathlib import Path

import polib
import pytest
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.language.locales import make_locale
from microsite.language.message import is_public_file
from microsite.language.po_file import catalog_path
from tests.language.conftest import Look, Run, change

pytestmark = pytest.mark.usefixtures("template")


def fill_in(path: Path, share: float, for_readers_only: bool = False) -> None:
    """Translate that share of a catalog, in the order of the file."""
    file = polib.pofile(str(path), wrapwidth=0)
    entries = [entry for entry in file if not for_readers_only or is_public_file(entry.occurrences[0][0])]
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


def test_languages_are_listed_in_the_order_of_their_coming(run: Run, settings: Settings) -> None:
    """In every category too; and a catalog that was not there is called new."""
    assert "messages.po is new." in run("locale", "add", "de").output
    run("locale", "add", "ru")
    lines = (settings.site / "site.toml").read_text().splitlines()
    slugs = [line.partition(" ")[0] for line in lines if line.startswith(("slug.de", "slug.ru"))]
    assert slugs and slugs == ["slug.de", "slug.ru"] * (len(slugs) // 2)


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


@pytest.mark.parametrize(
    ("typed", "identifier"), [("DE", "de"), ("pt-br", "pt_BR"), ("sr_Latn", "sr_Latn"), ("zh-hant", "zh_Hant")]
)
def test_a_locale_may_be_typed_in_any_case(run: Run, settings: Settings, typed: str, identifier: str) -> None:
    """What is made has the name that Babel writes, and is said."""
    done = run("locale", "add", typed)

    assert (0, True) == (done.exit_code, f"({identifier}) is a language of this site" in done.output), done.output
    assert catalog_path(settings.translations, identifier).is_file()


@pytest.mark.parametrize(("first", "second"), [("de", "de_DE"), ("de_DE", "de"), ("sr", "sr_Cyrl"), ("no", "nb")])
def test_no_language_is_added_twice_under_two_names(run: Run, settings: Settings, first: str, second: str) -> None:
    """German is German of Germany: two addresses would say the same. What exists, and what a variant is, is said."""
    run("locale", "add", first)
    before = (settings.site / "site.toml").read_bytes()
    done = run("locale", "add", second)

    assert 1 == done.exit_code
    assert f"{second} says what {first} says, " in done.output and "is a language of this site already" in done.output
    assert before == (settings.site / "site.toml").read_bytes()
    assert not catalog_path(settings.translations, second).exists()


def test_a_region_that_says_no_more_than_the_language_is_named(run: Run) -> None:
    """Who adds `de_DE` may have meant `de`; Austria's German is more."""
    assert "`de` alone would say the same, German of Germany." in run("locale", "add", "de_DE").output
    assert "alone" not in run("locale", "add", "de_AT").output


def test_two_names_of_one_language_in_the_file_are_named(run: Run, settings: Settings) -> None:
    """By whatever hand they came; the site goes on."""
    run("locale", "add", "de")
    path = settings.site / "site.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"de"', '"de", "de_DE"'), encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^slug\.de( = .*)$", r"\g<0>\nslug.de_DE\1", text), encoding="utf-8")

    warnings = run("content", "check").stderr
    assert "warning: “de_DE” is the same language as “de”. Take one out, or name its region." in warnings


def test_arabic_forms_are_numbered_as_other_programs_do(run: Run, settings: Settings) -> None:
    """11 to 99 are the form before the last, 100 the last: a file of Weblate's or Poedit's means the same here."""
    catalog_path(settings.translations, "ar").unlink()
    run("catalogs", "update")
    rule = polib.pofile(str(catalog_path(settings.translations, "ar"))).metadata["Plural-Forms"].partition("plural=")[2]

    assert [4, 4, 5, 5, 3] == [c2py(rule.rstrip(";"))(number) for number in (11, 99, 100, 102, 103)]


class TestVariants:
    """A variant of a language (`fr_CA`) has that language's words wherever it has none of its own."""

    def test_it_has_the_texts_and_messages_of_its_language(self, run: Run, look: Look, editions: Editions) -> None:
        """A reader of Canadian French is never led to English where there is French."""
        done = run("locale", "add", "fr_CA")
        editions.refresh()
        page = look("/fr-CA/blog/actualites/le-cable/")

        assert "says those of fr" in done.output
        languages = json.loads(run("catalogs", "status", "--json").output)
        (status,) = (language for language in languages if language["locale"] == "fr_CA")
        assert (0, status["messages"]) == (status["missing"], status["translated"])
        assert "as soon as the site has read site.toml" in done.output
        assert ["Aller au contenu"] == page.words("a.skip")
        assert ["Le câble de la ville : qui écoute ?"] == page.words("h1")
        assert "Le câble de la ville" in look("/fr-CA/blog/").text

    def test_its_own_text_comes_first(self, run: Run, settings: Settings, look: Look, editions: Editions) -> None:
        """And the one of its language stays where it is."""
        run("locale", "add", "fr_CA")
        folder = settings.site / "articles" / "both"
        text = (folder / "fr.md").read_text(encoding="utf-8")
        (folder / "fr_CA.md").write_text(text.replace("Le câble de la ville", "Le fil de la ville"), encoding="utf-8")
        editions.refresh()

        assert "Le fil" in look("/fr-CA/blog/actualites/le-cable/").words("h1")[0]
        assert "Le câble" in look("/fr/blog/actualites/le-cable/").words("h1")[0]

    def test_a_fault_of_the_text_is_named_once(self, run: Run, settings: Settings, editions: Editions) -> None:
        """It is one file, however many languages show it."""
        run("locale", "add", "fr_CA")
        path = settings.site / "articles" / "both" / "fr.md"
        path.write_text(path.read_text(encoding="utf-8") + "\n[x](article:nowhere)\n", encoding="utf-8")
        editions.refresh()

        assert 1 == sum("nowhere" in fault.message for fault in editions.faults["content"])

    @pytest.mark.parametrize(
        ("identifier", "lineage"),
        [("fr_CA", ("fr_CA", "fr")), ("zh_Hant_HK", ("zh_Hant_HK", "zh_Hant")), ("sr_Latn", ("sr_Latn",))],
    )
    def test_no_words_are_taken_from_another_script(self, identifier: str, lineage: tuple[str, ...]) -> None:
        """Who reads traditional characters, or Latin ones, is not given others."""
        assert lineage == make_locale(identifier).lineage


class TestRequiredTexts:
    """A language whose messages are all translated waits for the texts that site.toml requires."""

    @pytest.fixture(autouse=True)
    def german(self, template: Path, run: Run, settings: Settings, editions: Editions) -> None:
        path = settings.site / "site.toml"
        change(path, "foot = [", 'required.pages = ["about"]\nrequired.articles = 1\nfoot = [')
        editions.refresh()
        assert "required`): pages/about/de.md, 1 × articles/*/de.md. " in run("locale", "add", "de").output
        fill_in(catalog_path(settings.translations, "de"), 1)
        editions.refresh()

    def write(self, settings: Settings, editions: Editions, *folders: str) -> None:
        for folder in folders:
            shutil.copy(settings.site / folder / "en.md", settings.site / folder / "de.md")
        editions.refresh()

    def test_it_is_public_once_they_are_there(
        self, run: Run, settings: Settings, editions: Editions, client: FlaskClient
    ) -> None:
        """A page of the foot, and one article."""
        assert 404 == client.get("/de/").status_code
        assert "texts required: pages/about/de.md, 1 × articles" in run("catalogs", "status").output
        self.write(settings, editions, "pages/about")
        assert 404 == client.get("/de/").status_code
        self.write(settings, editions, "articles/both")
        assert 200 == client.get("/de/").status_code

    def test_one_that_falls_behind_stays_and_is_named(
        self, settings: Settings, editions: Editions, client: FlaskClient
    ) -> None:
        """On /readyz, as a warning: readers lose no page."""
        self.write(settings, editions, "pages/about", "articles/both")
        assert "languages" not in client.get("/readyz").get_json()["degraded"]
        (settings.site / "pages" / "about" / "de.md").unlink()
        editions.refresh()

        assert 200 == client.get("/de/").status_code
        (fault,) = client.get("/readyz").get_json()["degraded"]["languages"]
        assert "Deutsch has fallen behind" in fault and "texts that are missing: pages/about/de.md." in fault

    def test_a_required_page_exists(self, settings: Settings, editions: Editions) -> None:
        """A name that is mistyped is a fault of site.toml, with its line."""
        change(settings.site / "site.toml", '["about"]', '["abuot"]')
        editions.refresh()

        assert any("abuot" in fault.message and fault.line > 1 for fault in editions.faults["content"])


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

        assert file.percent_translated() < 90 <= edition.catalogs["de"].percent_translated()

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
        (("add", "FR"), "is a language of this site already"),
        (("add", "en_GB"), "messages are written in English"),
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
    run("locale", "add", "de")
    path = catalog_path(settings.translations, "fr")
    change(path, 'msgid "Skip to content"', '#, fuzzy\n#| msgid "Skip"\nmsgid "Skip to content"')
    status_by_locale = {status["locale"]: status for status in json.loads(run("catalogs", "status", "--json").output)}

    assert (0, False, 90) == tuple(status_by_locale["de"][name] for name in ("translated", "is_public", "public_from"))
    assert status_by_locale["de"]["missing"] == status_by_locale["de"]["messages"]
    assert (1, 1, 0) == tuple(status_by_locale["fr"][name] for name in ("fuzzy", "source_changed", "missing"))
    assert status_by_locale["fr"]["translated"] == status_by_locale["fr"]["messages"] - 1
    assert "site/articles/only-english/fr.md" in status_by_locale["fr"]["texts_missing"]
    assert ["site/articles/both/fr.md"] == status_by_locale["fr"]["texts_older"]
    assert "hidden below 90 %" in run("catalogs", "status").output
