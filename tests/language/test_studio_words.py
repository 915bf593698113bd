"""The newer of file and studio is what the site says; the file can be handed in whole."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.edition import Editions
from microsite.language.locales import make_locale
from microsite.language.po_file import catalog_path
from microsite.language.studio_words import key_of, subject, words_by_locale
from microsite.language.upload import Report, grade
from microsite.language.worklist import Item, worklist
from microsite.revisions import MESSAGE, Draft, Topic, in_force, newest, save
from tests.conftest import Clock, Seen

Look = Callable[..., Seen]
SKIP = "Aller au contenu"
KEY = (None, "Skip to content")
TOPIC = Topic(MESSAGE, subject(KEY), "fr")


@pytest.fixture
def saved(app: Flask, editions: Editions, clock: Clock) -> Callable[..., None]:
    """Saves a translation as the studio does, and makes the next edition."""

    def save_words(words: str, source: str = SKIP, action: str = "words") -> None:
        store = app.extensions["store"]
        last = newest(store, TOPIC)
        draft = Draft(action, {"0": words} if action == "words" else {}, source={"0": source})
        save(store, TOPIC, draft, last.id if last else 0, "translator@example.org", clock.now)
        editions.look_for_revisions()

    editions.refresh()
    return save_words


def skip(editions: Editions) -> str:
    return editions.current.catalogs["fr"].gettext(KEY[1])


def list_of(editions: Editions) -> dict[tuple[str | None, str], Item]:
    edition = editions.current
    words = words_by_locale(in_force(edition.revisions, edition.moment)).get("fr", {})
    return {item.key: item for item in worklist(edition.catalogs["fr"], make_locale("fr"), words)}


@pytest.mark.parametrize("key", [KEY, ("label", "Advertisement"), ("a", "b\x04c")])
def test_a_subject_is_context_and_msgid(key: tuple[str | None, str]) -> None:
    """And can be taken apart again."""
    assert key == key_of(subject(key))


def test_a_saved_translation_is_said(saved: Callable[..., None], look: Look, editions: Editions) -> None:
    """At the next edition, typeset."""
    saved("L'essentiel ?")

    assert ["L’essentiel ?"] == look("/fr/").words("a.skip")
    assert "L’essentiel\u202f?" == skip(editions)


def test_a_file_that_says_something_new_wins(
    saved: Callable[..., None], settings: Settings, editions: Editions
) -> None:
    """The studio's words are superseded, not lost: the list shows both."""
    saved("Au contenu")
    path = catalog_path(settings.translations, "fr")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(SKIP, "Vers le contenu"), encoding="utf-8")
    editions.refresh()
    item = list_of(editions)[KEY]

    assert "Vers le contenu" == skip(editions)
    assert (True, ("Vers le contenu",)) == (item.is_superseded, item.words)
    assert item.studio and item.studio.forms == ("Au contenu",)

    path.write_text(text, encoding="utf-8")
    editions.refresh()
    assert "Au contenu" == skip(editions)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f'msgstr "{SKIP}"', 'msgstr "Au contenu"'),
        (f'msgstr "{SKIP}"', 'msgstr ""'),
        (f'msgstr "{SKIP}"', 'msgstr "%(x)s"'),
        ('msgid "Skip to content"', '#, fuzzy\nmsgid "Skip to content"'),
    ],
)
def test_a_file_that_says_nothing_newer_leaves_them(
    saved: Callable[..., None], settings: Settings, editions: Editions, before: str, after: str
) -> None:
    """It has taken them in; it says nothing; what it says is refused, or fuzzy."""
    saved("Au contenu")
    path = catalog_path(settings.translations, "fr")
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    editions.refresh()

    assert "Au contenu" == skip(editions)
    assert not list_of(editions)[KEY].is_superseded


def test_words_that_are_wrong_are_not_served(saved: Callable[..., None], editions: Editions) -> None:
    """A revision of an older template, say: the file speaks."""
    saved("<b>Au contenu</b>")

    assert SKIP == skip(editions)


def test_what_is_returned_to_the_file_is_the_files(saved: Callable[..., None], editions: Editions) -> None:
    """The action `catalog`."""
    saved("Au contenu")
    saved("", action="catalog")

    assert SKIP == skip(editions)


def test_words_of_friday_are_not_said_today(
    app: Flask, saved: Callable[..., None], editions: Editions, clock: Clock
) -> None:
    """A message can be scheduled like a promotion."""
    from microsite.edition import as_of

    friday = clock.now + timedelta(days=3)
    draft = Draft(words={"0": "Vendredi"}, source={"0": SKIP}, live_from=friday)
    save(app.extensions["store"], TOPIC, draft, 0, "", clock.now)
    editions.look_for_revisions()

    assert SKIP == skip(editions)
    assert "Vendredi" == as_of(editions.current, friday).catalogs["fr"].gettext(KEY[1])


class TestTheListOfEverythingThereIsToSay:
    """What the translations desk shows."""

    def test_each_message_is_there_with_what_is_known_of_it(self, editions: Editions) -> None:
        """Words, line, comment, room, where it comes from."""
        item = list_of(editions)["promotion planet-freevpn, button", "Go to Planet FreeVPN"]

        assert (("Aller sur Planet FreeVPN",), 40) == (item.words, item.room)
        assert not item.is_missing and not item.is_fuzzy
        assert ("site/promotions/planet-freevpn.toml",) == item.message.places
        assert item.in_file and item.in_file.line > 1
        assert "names where it leads" in item.message.comment

    def test_what_marketing_has_taken_over_is_left_out(self, editions: Editions) -> None:
        """By context."""
        over = {"promotion planet-freevpn, button"}
        items = worklist(editions.current.catalogs["fr"], make_locale("fr"), {}, over)

        assert not any(item.message.context in over for item in items)
        assert any(item.message.context == "promotion planet-freevpn, text" for item in items)

    def test_plural_messages_have_a_field_for_each_form(self, editions: Editions) -> None:
        """Six in Arabic, though its catalog says nothing yet."""
        arabic = worklist(editions.current.catalogs["ar"], make_locale("ar"), {})

        assert [item.words for item in arabic] == [("انتقل إلى المحتوى",)]


class TestAnUpload:
    """A file is graded before a word of it is taken."""

    @pytest.fixture
    def hand_in(self, editions: Editions, settings: Settings) -> Callable[[str, str], Report]:
        path = catalog_path(settings.translations, "fr")
        editions.refresh()

        def graded(before: str, after: str) -> Report:
            text = path.read_text(encoding="utf-8")
            assert before in text
            return grade("fr.po", text.replace(before, after).encode(), list_of(editions).values(), make_locale("fr"))

        return graded

    def test_new_words_are_taken_the_others_are_unchanged(self, hand_in: Callable[[str, str], Report]) -> None:
        """With their warnings."""
        report = hand_in(f'"{SKIP}"', '"Au contenu !"')

        assert {KEY: ("Au contenu !",)} == report.words()
        assert 2 == len(report.taken[0].findings)
        assert report.unchanged > 80
        assert ([], [], 0) == (report.faults, report.refused, report.unfinished)

    def test_a_wrong_message_is_refused_with_line_and_reason(self, hand_in: Callable[[str, str], Report]) -> None:
        """And the rest is taken all the same."""
        report = hand_in(f'"{SKIP}"', '"<b>Au contenu</b>"')
        (refused,) = report.refused

        assert (KEY, {}) == (refused.message.key, report.words())
        assert "tags" in str(refused.findings[0]) and refused.message.line > 1

    def test_a_message_that_we_do_not_have_is_refused(self, hand_in: Callable[[str, str], Report]) -> None:
        """A file for an older version, perhaps."""
        report = hand_in('msgid "Skip to content"', 'msgid "Skip to the content"')

        assert ["The site has no such message. Is the file for an older version?"] == [
            str(finding) for refused in report.refused for finding in refused.findings
        ]

    def test_fuzzy_and_empty_ones_are_left_as_they_are(self, hand_in: Callable[[str, str], Report]) -> None:
        """Neither taken nor refused."""
        assert 1 == hand_in(f'msgstr "{SKIP}"', 'msgstr ""').unfinished
        assert 1 == hand_in('msgid "Skip to content"', '#, fuzzy\nmsgid "Skip to content"').unfinished

    def test_a_broken_file_is_refused_whole(self, hand_in: Callable[[str, str], Report]) -> None:
        """With file and line."""
        report = hand_in(SKIP + '"', "Aller au")

        assert str(report.faults[0]).startswith("fr.po:")
        assert ({}, 0) == (report.words(), report.unchanged)

    def test_a_file_that_is_too_large_is_refused(self, editions: Editions) -> None:
        """Before anybody reads it."""
        report = grade("fr.po", b"#" * (3 * 1024 * 1024), [], make_locale("fr"))

        assert "larger than" in str(report.faults[0])


def test_the_commands_write_what_was_saved(
    app: Flask,
    client: FlaskClient,
    saved: Callable[..., None],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`flask catalogs write`: into the file once, and nothing the second time."""
    for name in ("site", "translations", "instance"):
        monkeypatch.setenv(f"MICROSITE_{name.upper()}", str(getattr(settings, name)))
    saved("Au contenu")
    path: Path = catalog_path(settings.translations, "fr")
    before = path.read_text(encoding="utf-8")
    runs = [app.test_cli_runner().invoke(args=["catalogs", "write"]).output for _ in range(2)]

    assert before.replace(SKIP, "Au contenu") == path.read_text(encoding="utf-8")
    assert ("has the studio's words" in runs[0], "says it all already" in runs[1]) == (True, True)
