"""A catalog that was cut off between two messages can be read, yet is not whole: what it lacks keeps its words."""

import logging
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.language.locales import make_locale
from microsite.language.po_file import catalog_path
from microsite.language.reading import read_catalogs
from tests.language.conftest import SKIP, Look, change, cut, degraded

PAGES = ("/fr/", "/fr/blog/", "/fr/blog/actualites/le-cable/")


@pytest.fixture
def cold(settings: Settings, template: Path) -> Path:
    """The French catalog beside the template, before the site starts; Arabic still waits, without a catalog."""
    shutil.rmtree(settings.translations / "ar")
    with (settings.site / "site.toml").open("a", encoding="utf-8") as file:
        file.write("\n[public_from]\nar = 90\n")
    return catalog_path(settings.translations, "fr")


@pytest.fixture
def french(cold: Path, editions: Editions) -> Path:
    """The same, already served once."""
    editions.refresh()
    return cold


def without(path: Path, msgid: str) -> None:
    """Take one message out, comment and all."""
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    left = [block for block in blocks if f'\nmsgid "{msgid}"\n' not in f"\n{block}"]
    assert len(left) == len(blocks) - 1
    path.write_text("\n\n".join(left), encoding="utf-8")


@pytest.mark.parametrize("after", ["\n\n", "\n#. "])
def test_no_page_falls_back_to_english(
    look: Look, french: Path, editions: Editions, client: FlaskClient, caplog: pytest.LogCaptureFixture, after: str
) -> None:
    """Cut at a blank line or in a comment: all pages stay as they were, and log and health say it in one line."""
    seen = [look(page).text for page in PAGES]
    cut(french, after=after)
    with caplog.at_level(logging.ERROR):
        editions.refresh()

    assert seen == [look(page).text for page in PAGES]
    (fault,) = degraded(client)
    assert "lacks messages that the site asks for: " in fault and fault in caplog.text
    line = int(fault.split(":")[1])
    assert french.read_text(encoding="utf-8").split("\n")[line - 1].startswith("msgstr")


def test_what_is_there_goes_live(look: Look, french: Path, editions: Editions, client: FlaskClient) -> None:
    """In a file that is cut, and changed after that; what it lacks keeps its words."""
    text = french.read_text(encoding="utf-8")
    end = text.rindex("\n\n", 0, text.index('msgid "Skip to content"')) + 2
    french.write_text(text[:end], encoding="utf-8")
    editions.refresh()
    change(french, "Derniers articles", "Articles récents")
    editions.refresh()
    page = look("/fr/")

    assert "Articles récents" in page.text
    assert [SKIP] == page.words("a.skip")
    assert len(degraded(client)) == 1


def test_the_rest_of_the_file_mends_it(french: Path, editions: Editions, client: FlaskClient) -> None:
    """Then nothing is said any more."""
    whole = french.read_bytes()
    cut(french)
    editions.refresh()
    french.write_bytes(whole)
    editions.refresh()

    assert degraded(client) == []


def test_one_message_that_was_taken_out_keeps_its_words(
    look: Look, french: Path, editions: Editions, client: FlaskClient
) -> None:
    """To take words back, a translator leaves them empty; a message that is gone is an accident."""
    without(french, "Skip to content")
    editions.refresh()
    assert [SKIP] == look("/fr/").words("a.skip")
    assert "lacks a message that the site asks for: “Skip to content”" in degraded(client)[0]

    french.write_text(french.read_text(encoding="utf-8") + '\n\nmsgid "Skip to content"\nmsgstr ""\n', encoding="utf-8")
    editions.refresh()
    assert ["Skip to content"] == look("/fr/").words("a.skip")
    assert degraded(client) == []


def test_a_message_that_the_site_no_longer_says_is_not_missed(
    french: Path, editions: Editions, template: Path, client: FlaskClient
) -> None:
    """Gone from template and catalog: nothing to say about it."""
    without(template, "Skip to content")
    without(french, "Skip to content")
    editions.refresh()

    assert degraded(client) == []


def test_a_message_that_is_gone_from_the_template_later_is_let_go(
    french: Path, editions: Editions, template: Path, client: FlaskClient
) -> None:
    """The catalog first, the template after it."""
    without(french, "Skip to content")
    editions.refresh()
    without(template, "Skip to content")
    editions.refresh()

    assert degraded(client) == []
    assert editions.current.catalogs["fr"].translation(None, "Skip to content") is None


def test_a_site_that_starts_with_a_cut_file_says_so(look: Look, cold: Path, client: FlaskClient) -> None:
    """There are no last words: English shows, and health says why."""
    cut(cold)

    assert "Latest articles" in look("/fr/").text
    assert "messages that the site asks for" in degraded(client)[0]


def test_a_broken_template_does_not_open_the_door(look: Look, french: Path, editions: Editions, template: Path) -> None:
    """What there is to say is known from the last good one."""
    seen = look("/fr/").text
    template.write_text("msgid")
    cut(french)
    editions.refresh()

    assert seen == look("/fr/").text


def test_a_regional_catalog_need_not_repeat_its_languages(cold: Path, settings: Settings) -> None:
    """Of it, only what it had said itself is missed."""
    canadian, folder = make_locale("fr_CA"), settings.translations
    regional = catalog_path(folder, canadian.id)
    regional.parent.mkdir(parents=True)
    head = cold.read_text(encoding="utf-8").split("\n\n")[0]
    regional.write_text(f'{head}\n\nmsgid "Skip to content"\nmsgstr "Sauter"\n', encoding="utf-8")
    whole = read_catalogs(folder, [canadian])
    regional.write_text(f"{head}\n", encoding="utf-8")
    less = read_catalogs(folder, [canadian], whole)

    assert [] == whole["fr_CA"].faults
    assert ["Sauter", "Sauter"] == [catalogs["fr_CA"].pgettext(None, "Skip to content") for catalogs in (whole, less)]
    assert "lacks a message" in less["fr_CA"].faults[0].message
