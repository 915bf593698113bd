"""Catalogs change where words change, and nowhere else; nothing that a translator did is lost."""

import ast
from pathlib import Path

import polib
import pytest

from microsite.catalog_tools.check import check_catalogs
from microsite.catalog_tools.extraction import KEYWORDS, extract
from microsite.catalog_tools.writing import extracted_template, merged_catalog, updated_catalog
from microsite.config import ROOT, Settings
from microsite.content.site_file import read_site
from microsite.language.locales import make_locale
from microsite.language.po_file import catalog_path, template_path
from microsite.language.studio_translations import StudioTranslation, StudioTranslations
from tests.language.conftest import Run, change

FRENCH = make_locale("fr")


@pytest.fixture
def project(tmp_path: Path, settings: Settings) -> Path:
    """A project of one template, whose messages a test may change, with its French catalog."""
    root = tmp_path / "project"
    (root / "site" / "templates").mkdir(parents=True)
    write(root, '{# TRANSLATORS: A link. #}{{ _("Home") }} {{ _("Read on, %(name)s", name=1) }}')
    (root / "translations").mkdir()
    return root


def write(root: Path, template: str) -> None:
    (root / "site" / "templates" / "page.html").write_text(template)


def take(root: Path) -> polib.POFile:
    """Extract and update, as `make catalogs` does."""
    folder = root / "translations"
    template_path(folder).write_bytes(extracted_template(root, folder))
    path = catalog_path(folder, "fr")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(updated_catalog(folder, FRENCH))
    return polib.pofile(str(path))


def say(root: Path, msgid: str, words: str) -> None:
    path = catalog_path(root / "translations", "fr")
    file = polib.pofile(str(path), wrapwidth=0)
    next(entry for entry in file if entry.msgid == msgid).msgstr = words
    path.write_text(str(file), encoding="utf-8")


def files(root: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((root / "translations").rglob("*.po*"))]


def test_what_has_not_changed_is_written_byte_for_byte(project: Path) -> None:
    """Twice is once: no dates, no line numbers; a line above a message changes nothing."""
    take(project)
    say(project, "Home", "Accueil")
    before = files(project)
    text = (project / "site" / "templates" / "page.html").read_text()
    write(project, "\n\n<p></p>" + text)
    take(project)

    assert before == files(project)
    assert b"page.html\n" in before[0]


def test_a_message_that_is_new_comes_empty_and_one_that_is_gone_goes(project: Path) -> None:
    """None is guessed."""
    take(project)
    say(project, "Home", "Accueil")
    write(project, '{{ _("Home") }} {{ _("Elsewhere") }}')
    file = take(project)

    assert {"Home": "Accueil", "Elsewhere": ""} == {entry.msgid: entry.msgstr for entry in file}


def test_where_the_source_has_changed_its_translation_stays_for_the_translator(project: Path) -> None:
    """Fuzzy, so that nobody reads it, and with the source that it was made for."""
    take(project)
    say(project, "Read on, %(name)s", "Poursuivez, %(name)s")
    write(project, '{{ _("Read on now, %(name)s", name=1) }}')
    (entry,) = take(project)

    assert ("Poursuivez, %(name)s", "Read on, %(name)s", True) == (entry.msgstr, entry.previous_msgid, entry.fuzzy)
    assert [entry] == list(take(project))


def test_a_promotion_that_says_something_else_keeps_its_old_words_as_a_hint(project: Path) -> None:
    """Whatever it says now: the part is the same."""
    toml = (ROOT / "site" / "promotions" / "planet-freevpn.toml").read_text()
    (project / "site" / "promotions").mkdir()
    path = project / "site" / "promotions" / "planet-freevpn.toml"
    path.write_text(toml)
    take(project)
    say(project, "Go to Planet FreeVPN", "Aller sur Planet FreeVPN")
    path.write_text(toml.replace("Go to Planet FreeVPN", "Learn more"))
    entry = next(entry for entry in take(project) if entry.msgid == "Learn more")

    assert (["fuzzy"], "Go to Planet FreeVPN") == (entry.flags, entry.previous_msgid)


def test_a_translators_own_notes_stay(project: Path) -> None:
    """Comments that begin with `# `."""
    take(project)
    path = catalog_path(project / "translations", "fr")
    path.write_text(path.read_text().replace("#. A link.", "# Maison serait faux.\n#. A link."))

    assert "Maison serait faux." == take(project)[0].tcomment


def test_comments_for_translators_reach_the_catalog(project: Path) -> None:
    """With the file that a message comes from."""
    entry = take(project)[0]

    assert ("A link.", [("site/templates/page.html", "")]) == (entry.comment, entry.occurrences)


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("{{ _('Home') }}", "is one word or has a placeholder"),
        ("{{ _('Read on, %(name)s', name=1) }}", "is one word or has a placeholder"),
        ("{# TRANSLATORS: Why. #}{{ _('%(n)s is 100% private', n=1) }}", "percent sign that stands alone"),
    ],
)
def test_a_message_that_cannot_be_understood_is_a_fault(
    project: Path, settings: Settings, template: str, sentence: str
) -> None:
    """One word or a placeholder without a comment; a percent sign that would make its page fail."""
    write(project, template)
    take(project)
    faults = check_catalogs(project, project / "translations", read_site(settings.site / "site.toml"))

    assert sentence in str(faults[0]) and "site/templates/page.html" in str(faults[0])


def test_words_that_changed_without_their_catalogs_are_a_fault(project: Path, settings: Settings) -> None:
    """`make check` fails until somebody runs `make catalogs`."""
    take(project)
    write(project, "{{ _('Another word') }}")
    faults = check_catalogs(project, project / "translations", read_site(settings.site / "site.toml"))

    assert "stale" in str(faults[0])


def test_the_messages_are_those_of_the_site_that_is_served(run: Run, settings: Settings) -> None:
    """`MICROSITE_SITE` may be any folder: its own words go into the catalogs, as from `site/`."""
    change(settings.site / "site.toml", 'motto = "', 'motto = "Elsewhere: ')
    lacking = run("catalogs", "check").stderr
    run("catalogs", "extract")
    entries = polib.pofile(str(template_path(settings.translations)))

    assert "messages.pot:1: there is no such file" in lacking
    assert [["site/site.toml"]] == [
        [place for place, _ in entry.occurrences] for entry in entries if entry.msgid.startswith("Elsewhere: ")
    ]


def test_no_message_hides_in_a_string() -> None:
    """Babel does not look into an f-string: a message there would be in no catalog, and be read in English for ever."""
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in (ROOT / "microsite").rglob("*.py")
        for string in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in KEYWORDS
    ]
    assert hidden == []


def test_a_folder_that_does_not_exist_is_made(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What `make catalogs` runs begins the catalogs anew in whatever folder `MICROSITE_TRANSLATIONS` names."""
    folder = tmp_path / "new" / "translations"
    monkeypatch.setenv("MICROSITE_TRANSLATIONS", str(folder))
    results = [run("catalogs", command) for command in ("extract", "update")]

    assert [0, 0] == [result.exit_code for result in results], [result.output for result in results]
    assert polib.pofile(str(template_path(folder))) and polib.pofile(str(catalog_path(folder, "fr")))


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It names the setting to look at."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("MICROSITE_TRANSLATIONS", str(tmp_path / "file" / "translations"))
    result = run("catalogs", "extract")

    assert 1 == result.exit_code
    assert "cannot be written: Not a directory. Is MICROSITE_TRANSLATIONS a folder" in result.stderr


def test_the_real_catalogs_are_in_order() -> None:
    """Complete, up to date, no refusal and no warning."""
    assert check_catalogs(ROOT, ROOT / "translations", read_site(ROOT / "site" / "site.toml")) == []


def test_every_part_of_a_promotion_says_how_long_it_may_be() -> None:
    """What the catalog tells translators is what the template has room for."""
    from microsite.promotions.promotion import MAX_LENGTHS

    asked = [(entry.msgctxt or "", entry.comment) for entry in extract(ROOT)]
    comments = {context: comment for context, comment in asked if context.startswith("promotion ")}

    for part, most in MAX_LENGTHS.items():
        limits = [comment for context, comment in comments.items() if context.endswith(part)]
        assert limits and all(f"At most {most} characters." in comment for comment in limits)


class TestTheStudiosWords:
    """They go into the file where they are newer, and change nothing else."""

    KEY = (None, "Skip to content")

    @pytest.fixture
    def folder(self, settings: Settings, template: Path) -> Path:
        return settings.translations

    def test_they_are_written_and_nothing_else(self, folder: Path) -> None:
        """One line differs."""
        before = catalog_path(folder, "fr").read_bytes()
        after = merged_catalog(folder, FRENCH, {self.KEY: StudioTranslation(("Au contenu",), ("Aller au contenu",))})

        assert before.replace(b"Aller au contenu", b"Au contenu") == after
        assert before != after

    @pytest.mark.parametrize("words", [{}, {KEY: StudioTranslation(("Au contenu",), ("Ce que disait le fichier",))}])
    def test_what_is_not_newer_leaves_every_byte(self, folder: Path, words: StudioTranslations) -> None:
        """Nothing saved; or the file has said something new since."""
        assert catalog_path(folder, "fr").read_bytes() == merged_catalog(folder, FRENCH, words)

    def test_they_take_the_fuzzy_mark_off(self, folder: Path) -> None:
        """And the previous source with it: somebody has looked."""
        path = catalog_path(folder, "fr")
        before = path.read_bytes()
        change(path, 'msgid "Skip to content"', '#, fuzzy\n#| msgid "Skip"\nmsgid "Skip to content"')

        assert before == merged_catalog(folder, FRENCH, {self.KEY: StudioTranslation(("Aller au contenu",))})


def test_of_a_message_that_stands_there_twice_the_first_counts(project: Path) -> None:
    """As the site has it: an update does not bring up words that nobody has read so far."""
    take(project)
    say(project, "Home", "Accueil")
    path = catalog_path(project / "translations", "fr")
    path.write_text(path.read_text(encoding="utf-8") + '\nmsgid "Home"\nmsgstr "Chez nous"\n', encoding="utf-8")

    assert ["Accueil"] == [entry.msgstr for entry in take(project) if entry.msgid == "Home"]
