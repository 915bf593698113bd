"""The newer of file and studio is what the site says."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from microsite.editions.publishing import Editions
from microsite.language.locales import make_locale
from microsite.language.studio_translations import key_of, subject_of
from microsite.runtime import runtime_of
from microsite.storage.revisions import MESSAGE, Action, Topic
from microsite.storage.saving import Draft, save
from microsite.studio.translations.queue_items import MessageItem, queue_of
from tests.conftest import Clock
from tests.language.conftest import SKIP, Look, Run, change
from tests.saves import save_next

KEY = (None, "Skip to content")
TOPIC = Topic(MESSAGE, subject_of(KEY), "fr")


@pytest.fixture
def saved(app: Flask, editions: Editions, clock: Clock) -> Callable[..., None]:
    """Saves a translation as the studio does, and makes the next edition."""

    def save_words(words: str, source: str = SKIP, action: Action = Action.WORDS) -> None:
        store = runtime_of(app).store
        draft = Draft(action, {"0": words} if action == Action.WORDS else {}, source={"0": source})
        save_next(store, TOPIC, draft, "translator@example.org", clock.now)
        editions.poll_revisions()

    editions.refresh()
    return save_words


def skip(editions: Editions) -> str:
    return editions.current.catalogs["fr"].pgettext(None, KEY[1])


def queued(editions: Editions) -> MessageItem:
    """The message as the translators' queue has it."""
    return queue_of(editions.current, make_locale("fr")).by_key[KEY]


@pytest.mark.parametrize("key", [KEY, ("label", "Advertisement"), ("a", "b\x04c")])
def test_a_subject_is_context_and_msgid(key: tuple[str | None, str]) -> None:
    """And can be taken apart again."""
    assert key == key_of(subject_of(key))


def test_a_saved_translation_is_said(saved: Callable[..., None], look: Look, editions: Editions) -> None:
    """At the next edition, typeset."""
    saved("L'essentiel ?")

    assert ["L’essentiel ?"] == look("/fr/").words("a.skip")
    assert "L’essentiel\u202f?" == skip(editions)


def test_a_file_that_says_something_new_wins(saved: Callable[..., None], french: Path, editions: Editions) -> None:
    """The studio's words are superseded, not lost: the list shows both."""
    saved("Au contenu")
    change(french, SKIP, "Vers le contenu")
    editions.refresh()
    item = queued(editions)

    assert "Vers le contenu" == skip(editions)
    assert ("superseded" in item.states, ("Vers le contenu",)) == (True, item.forms)
    assert item.revision and {"0": "Au contenu"} == item.revision.words

    change(french, "Vers le contenu", SKIP)
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
    saved: Callable[..., None], french: Path, editions: Editions, before: str, after: str
) -> None:
    """It has taken them in; it says nothing; what it says is refused, or fuzzy."""
    saved("Au contenu")
    change(french, before, after)
    editions.refresh()

    assert "Au contenu" == skip(editions)
    assert "superseded" not in queued(editions).states


def test_words_that_are_wrong_are_not_served(saved: Callable[..., None], editions: Editions) -> None:
    """A revision of an older template, say: the file speaks."""
    saved("<b>Au contenu</b>")

    assert SKIP == skip(editions)


def test_what_is_returned_to_the_file_is_the_files(saved: Callable[..., None], editions: Editions) -> None:
    """The action `catalog`."""
    saved("Au contenu")
    saved("", action=Action.CATALOG)

    assert SKIP == skip(editions)


def test_words_of_friday_are_not_said_today(
    app: Flask, saved: Callable[..., None], editions: Editions, clock: Clock
) -> None:
    """A message can be scheduled like a promotion."""
    from microsite.editions.edition import as_of

    friday = clock.now + timedelta(days=3)
    draft = Draft(words={"0": "Vendredi"}, source={"0": SKIP}, live_from=friday)
    save(runtime_of(app).store, TOPIC, draft, 0, "", clock.now)
    editions.poll_revisions()

    assert SKIP == skip(editions)
    assert "Vendredi" == as_of(editions.current, friday).catalogs["fr"].pgettext(None, KEY[1])


def test_the_commands_write_what_was_saved(saved: Callable[..., None], french: Path, run: Run) -> None:
    """`flask catalogs write`: into the file once, and nothing the second time."""
    saved("Au contenu")
    before = french.read_text(encoding="utf-8")
    outputs = [run("catalogs", "write").output for _ in range(2)]

    assert before.replace(SKIP, "Au contenu") == french.read_text(encoding="utf-8")
    assert ("has the studio's words" in outputs[0], "says it all already" in outputs[1]) == (True, True)
