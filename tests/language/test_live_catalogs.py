"""A saved catalog is live at the next edition; what is broken in it never reaches a reader."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.editions.edition import Editions
from microsite.language.po_file import catalog_path
from tests.conftest import Seen

Look = Callable[..., Seen]
SKIP = "Aller au contenu"


@pytest.fixture
def french(settings: Settings, editions: Editions) -> Path:
    """The French catalog, already served once."""
    editions.refresh()
    return catalog_path(settings.translations, "fr")


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def degraded(client: FlaskClient) -> list[str]:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    found: list[str] = answer.get_json()["degraded"].get("catalogs", [])
    return found


def test_a_corrected_word_is_on_the_page(look: Look, french: Path, editions: Editions, client: FlaskClient) -> None:
    """No compiling, no restart."""
    change(french, SKIP, "Passer au contenu")
    editions.refresh()

    assert ["Passer au contenu"] == look("/fr/").words("a.skip")
    assert degraded(client) == []


def test_a_plural_rule_that_fails_for_a_large_number_has_a_form_for_it(
    french: Path, editions: Editions, client: FlaskClient
) -> None:
    """It divides by zero at 300, where nobody tries it: readers see the last form, not a page of error."""
    change(french, "plural=(n > 1)", "plural=(n > 1) + 0 % (n - 300)")
    editions.refresh()

    assert degraded(client) == []
    plural = editions.current.catalogs["fr"].plural_rule
    assert [0, 0, 1, 1, 1] == [plural(number) for number in (0, 1, 2, 300, 301)]


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (SKIP + '"', "Aller au cont", "not a line of a message catalog"),
        ('msgid "Skip to content"\n', '<<<<<<< ours\nmsgid "Skip to content"\n', "git conflict"),
        ("charset=utf-8", "charset=iso-8859-1", "charset=utf-8"),
        ("nplurals=2", "nplurals=3", "Plural-Forms"),
        ("plural=(n > 1)", "plural=(n >)", "plural rule"),
        ("plural=(n > 1)", "plural=(n * 7)", "plural rule"),
        ("Language: fr", "Language: de", "another language"),
        (f'msgstr "{SKIP}"\n', "", "out of place"),
        (f'msgid "Skip to content"\nmsgstr "{SKIP}"\n', f'msgstr "{SKIP}"\n', "out of place"),
    ],
)
def test_a_broken_file_is_refused_whole(
    look: Look, french: Path, editions: Editions, client: FlaskClient, before: str, after: str, why: str
) -> None:
    """The last good one keeps serving; health says the file, the line and the reason."""
    change(french, before, after)
    change(french, "Derniers articles", "Articles récents")
    editions.refresh()

    assert [SKIP] == look("/fr/").words("a.skip")
    assert "Derniers articles" in look("/fr/").text
    assert why in "".join(degraded(client))
    assert degraded(client)[0].startswith("translations/fr/LC_MESSAGES/messages.po:")
    assert int(degraded(client)[0].split(":")[1]) >= 1


def test_a_file_in_another_encoding_is_refused_with_its_line(
    french: Path, editions: Editions, client: FlaskClient
) -> None:
    """Saved as Latin-1: the line of the first letter that is not UTF-8."""
    text = french.read_text(encoding="utf-8").replace("’", "'").replace("…", "...").replace("“", "").replace("”", "")
    line = next(at for at, line in enumerate(text.split("\n"), 1) if "à" in line)
    french.write_bytes(text.encode("latin-1", "replace"))
    editions.refresh()

    assert "/messages.po:" in degraded(client)[0] and "no text in UTF-8" in degraded(client)[0]
    assert int(degraded(client)[0].split(":")[1]) <= line


def test_a_file_that_is_gone_leaves_its_words(
    look: Look, french: Path, editions: Editions, client: FlaskClient
) -> None:
    """Some editors save by deleting first."""
    kept = french.read_bytes()
    french.unlink()
    editions.refresh()
    assert [SKIP] == look("/fr/").words("a.skip")
    assert "cannot be read" in degraded(client)[0]

    french.write_bytes(kept)
    editions.refresh()
    assert degraded(client) == []


def test_a_mended_file_is_taken(look: Look, french: Path, editions: Editions, client: FlaskClient) -> None:
    """And health is good again."""
    whole = french.read_text(encoding="utf-8")
    french.write_text(whole[:-40], encoding="utf-8")
    editions.refresh()
    french.write_text(whole.replace(SKIP, "Au contenu"), encoding="utf-8")
    editions.refresh()

    assert ["Au contenu"] == look("/fr/").words("a.skip")
    assert degraded(client) == []


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('msgstr "%(site)s : tous les articles"', 'msgstr "%(sites)s : tous"', "%(site)s is missing"),
        ('msgstr "%(site)s : tous les articles"', 'msgstr "tous les articles"', "is missing"),
        ('msgstr "%(site)s : tous les articles"', 'msgstr "%(site)s %(x)s"', "%(x)s is not in the source"),
        ('msgstr "%(site)s : tous les articles"', 'msgstr "%(site)s 100 %"', "percent sign stands alone"),
        (f'msgstr "{SKIP}"', 'msgstr "<b>Aller</b> au contenu"', "tags are not those"),
        (f'msgstr "{SKIP}"', 'msgstr "<img src=x onerror=alert(1) "', "tags are not those"),
        (f'msgstr "{SKIP}"', 'msgstr "Aller\\b au contenu"', "control character"),
        ('msgstr[1] "Il y a %(num)s ans"\n', "", "2 forms here, not 1"),
        ('msgstr[1] "Il y a %(num)s ans"\n', 'msgstr[1] ""\n', "plural form is empty"),
        ('msgstr "Aller sur Planet FreeVPN"', f'msgstr "Aller {"très " * 10}loin"', "room for 40"),
    ],
)
def test_a_message_that_is_wrong_keeps_its_last_good_translation(
    look: Look, french: Path, editions: Editions, client: FlaskClient, before: str, after: str, why: str
) -> None:
    """The rest of the file goes live; the reason is told with its line."""
    seen = look("/fr/").text
    change(french, before.replace(" :", "\u00a0:"), after.replace(" :", "\u00a0:"))
    change(french, "Derniers articles", "Articles récents")
    editions.refresh()

    assert look("/fr/").text == seen.replace("Derniers articles", "Articles récents")
    assert why in degraded(client)[0]
    line = int(degraded(client)[0].split(":")[1])
    assert "msgstr" in french.read_text(encoding="utf-8").split("\n")[line - 1]


def test_where_there_never_was_a_good_one_the_source_language_speaks(
    look: Look, settings: Settings, client: FlaskClient
) -> None:
    """A site that starts with a wrong message serves it in English, and everything else in French."""
    change(catalog_path(settings.translations, "fr"), f'msgstr "{SKIP}"', 'msgstr "<b>Aller</b>"')

    assert ["Skip to content"] == look("/fr/").words("a.skip")
    assert "Derniers articles" in look("/fr/").text
    assert "tags" in degraded(client)[0]


def test_a_site_starts_with_a_broken_catalog(look: Look, settings: Settings, client: FlaskClient) -> None:
    """Its pages stand, in the source language around, and health says why."""
    catalog_path(settings.translations, "fr").write_text("msgid")

    assert ["Skip to content"] == look("/fr/").words("a.skip")
    assert "Is the file whole?" in degraded(client)[0]


def test_fuzzy_messages_are_not_served(look: Look, french: Path, editions: Editions) -> None:
    """What nobody has checked is said in the source language."""
    change(french, 'msgid "Skip to content"', '#, fuzzy\nmsgid "Skip to content"')
    editions.refresh()

    assert ["Skip to content"] == look("/fr/").words("a.skip")


def test_a_message_that_stands_twice_is_told(french: Path, editions: Editions, client: FlaskClient) -> None:
    """The first one is served."""
    with french.open("a", encoding="utf-8") as file:
        file.write('\nmsgid "Skip to content"\nmsgstr "Encore"\n')
    editions.refresh()

    assert "stands here twice" in degraded(client)[0]
    assert editions.current.catalogs["fr"].gettext("Skip to content") == SKIP


def test_an_empty_message_is_no_fault(french: Path, editions: Editions, client: FlaskClient) -> None:
    """It is only missing."""
    change(french, f'msgstr "{SKIP}"', 'msgstr ""')
    editions.refresh()

    assert degraded(client) == []
    assert editions.current.catalogs["fr"].gettext("Skip to content") == "Skip to content"


def test_no_break_spaces_of_the_catalog_become_the_narrow_ones_of_the_page(look: Look, french: Path) -> None:
    """Translators type U+00A0; French wants U+202F before a semicolon."""
    assert "publicités\u00a0; ces nombres" in french.read_text(encoding="utf-8")
    assert "publicités\u202f; ces nombres" in look("/fr/").text
