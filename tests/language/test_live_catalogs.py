"""A saved catalog is live at the next edition; what is broken in it never reaches a reader."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.language.po_file import catalog_path
from tests.language.conftest import SKIP, Look, change, degraded


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
        (SKIP + '"', "Aller au cont", "between two straight quotation marks"),
        ("plural=(n > 1)", "plural=(n >)", "plural rule"),
        ("plural=(n > 1)", "plural=(n * 7)", "plural rule"),
        (f'msgstr "{SKIP}"\n', "", "out of place"),
        (f'msgid "Skip to content"\nmsgstr "{SKIP}"\n', f'msgstr "{SKIP}"\n', "out of place"),
    ],
)
def test_a_broken_file_is_refused_whole(
    look: Look, french: Path, editions: Editions, client: FlaskClient, before: str, after: str, why: str
) -> None:
    """The last good one keeps serving; health says the file, the line and the reason. The corpus has more of them."""
    change(french, before, after)
    change(french, "Derniers articles", "Articles récents")
    editions.refresh()

    assert [SKIP] == look("/fr/").words("a.skip")
    assert "Derniers articles" in look("/fr/").text
    assert why in "".join(degraded(client))
    assert degraded(client)[0].startswith("translations/fr/LC_MESSAGES/messages.po:")
    assert int(degraded(client)[0].split(":")[1]) >= 1


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
        ('msgstr "%(site)s : tous les articles"', 'msgstr "tous les articles"', "is missing"),
        ('msgstr "%(site)s : tous les articles"', 'msgstr "%(site)s %(x)s"', "%(x)s is not in the source"),
        (f'msgstr "{SKIP}"', 'msgstr "<b>Aller</b> au contenu"', "tags are not those"),
        (f'msgstr "{SKIP}"', 'msgstr "<img src=x onerror=alert(1) "', "tags are not those"),
        (f'msgstr "{SKIP}"', 'msgstr "Aller\\b au contenu"', "control character"),
        ('msgstr[1] "Il y a %(num)s ans"\n', 'msgstr[1] ""\n', "plural form is empty"),
    ],
)
def test_a_message_that_is_wrong_keeps_its_last_good_translation(
    look: Look, french: Path, editions: Editions, client: FlaskClient, before: str, after: str, why: str
) -> None:
    """The rest of the file goes live; the reason is told with its line. The corpus has more of them."""
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


def test_fuzzy_messages_are_not_served(look: Look, french: Path, editions: Editions) -> None:
    """What nobody has checked is said in the source language."""
    change(french, 'msgid "Skip to content"', '#, fuzzy\nmsgid "Skip to content"')
    editions.refresh()

    assert ["Skip to content"] == look("/fr/").words("a.skip")


def test_an_empty_message_is_no_fault(french: Path, editions: Editions, client: FlaskClient) -> None:
    """It is only missing."""
    change(french, f'msgstr "{SKIP}"', 'msgstr ""')
    editions.refresh()

    assert degraded(client) == []
    assert editions.current.catalogs["fr"].pgettext(None, "Skip to content") == "Skip to content"


def test_no_break_spaces_of_the_catalog_become_the_narrow_ones_of_the_page(look: Look, french: Path) -> None:
    """Translators type U+00A0; French wants U+202F before a semicolon."""
    assert "texte\u00a0; ces totaux" in french.read_text(encoding="utf-8")
    assert "texte\u202f; ces totaux" in look("/fr/").text
