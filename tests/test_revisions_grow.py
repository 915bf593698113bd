"""What is known of revisions after any sequence of saves is what reading all of them anew would tell."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, func, select

from microsite.language.catalog import Catalog
from microsite.language.locales import make_locale
from microsite.language.message import Key, Message
from microsite.language.reading import with_studio_translations
from microsite.language.studio_translations import StudioTranslation
from microsite.storage.revision_rows import read_revisions
from microsite.storage.revisions import (
    RECENT_IDS,
    Action,
    Afterwards,
    Revisions,
    Topic,
    next_midnight,
    topic_of,
)
from microsite.storage.store import Store
from microsite.storage.tables import Revision
from tests.conftest import NOW

TOPICS = [Topic("promotion", "p", "fr"), Topic("promotion", "p", "en"), Topic("message", "m", "fr")]
MOMENTS = [NOW + timedelta(hours=hours) for hours in range(7)]
_seconds = count()


def revision(id: int, topic: Topic = TOPICS[0], action: Action = Action.WORDS, **given: object) -> Revision:
    """Saved a second after the one made before."""
    words = {"headline": str(id), "text": "t", "button": "b"} if action == Action.WORDS else {}
    also = {"live_from": NOW, "author": "", "note": "", "confirmed_claims": [], "based_on": -id, **given}
    saved = NOW + timedelta(seconds=next(_seconds))
    return Revision(id=id, **topic._asdict(), action=action, words=words, saved=saved, **also)


@st.composite
def some_revisions(draw: st.DrawFn) -> list[Revision]:
    """Of three topics, with gaps in their ids, called off by their own topic or by another, ended before they begin."""
    ids = sorted(draw(st.sets(st.integers(1, 40), max_size=12)))
    moments = st.sampled_from(MOMENTS)
    return [
        revision(
            id,
            draw(st.sampled_from(TOPICS)),
            draw(st.sampled_from([Action.WORDS, *Action])),
            live_from=draw(moments),
            live_until=draw(st.none() | moments),
            afterwards=draw(st.sampled_from(Afterwards)),
            cancels=draw(st.none() | st.integers(1, 40)),
        )
        for id in ids
    ]


def not_cancelled(rows: Sequence[Revision]) -> list[Revision]:
    cancelled = {row.cancels for row in rows}
    return [row for row in rows if row.action != Action.CANCEL and row.id not in cancelled]


def runs(row: Revision, moment: datetime) -> bool:
    return row.live_from <= moment and (row.live_until is None or moment < row.live_until)


def winners(rows: Sequence[Revision], moment: datetime) -> dict[Topic, Revision]:
    """The rule, as plain as it can be said: a pause that runs, else the latest to begin that has the last word."""

    def decides(row: Revision) -> bool:
        return runs(row, moment) or (row.live_from <= moment and row.afterwards == Afterwards.NOTHING)

    in_order = sorted(rows, key=lambda row: (row.live_from, row.id))
    pauses = [row for row in in_order if row.action == Action.PAUSE and runs(row, moment)]
    return {topic_of(row): row for row in (*filter(decides, in_order), *pauses)}


class TestInMemory:
    """Added in any order and any portions."""

    @given(some_revisions(), st.data())
    def test_what_is_in_force_is_what_the_rule_says(self, rows: list[Revision], data: st.DataObject) -> None:
        """At every moment, from the past to the far future, and when the next one begins or ends."""
        left = data.draw(st.permutations(rows))
        known = Revisions()
        while left:
            size = data.draw(st.integers(1, len(left)))
            known, left = known.added(left[:size]), left[size:]

        assert [row.id for row in rows] == list(known.by_id)
        valid = not_cancelled(rows)
        for moment in (NOW - timedelta(days=1), *MOMENTS, NOW + timedelta(days=9)):
            assert winners(valid, moment) == known.in_force(moment)
            ends = [m for row in valid for m in (row.live_from, row.live_until) if m and m > moment]
            if any(row.action == Action.COMPARE and runs(row, moment) for row in valid):
                ends.append(next_midnight(moment))
            assert min(ends, default=None) == min(known.change_moments(moment), default=None)
            for topic in TOPICS:
                mine = [row for row in valid if topic_of(row) == topic]
                coming = sorted((r for r in mine if r.live_from > moment), key=lambda row: (row.live_from, row.id))
                assert coming == known.of(topic).scheduled(moment)
                own = [row for row in mine if row.action not in (Action.PAUSE, Action.COMPARE)]
                assert winners(own, moment).get(topic) is known.of(topic).behind(moment)
                assert [row for row in rows if topic_of(row) == topic] == list(known.of(topic).revisions)

    def test_what_is_known_of_other_topics_is_not_made_again(self) -> None:
        """A save costs its own topic."""
        known = Revisions().added([revision(1), revision(2, TOPICS[1])])
        after = known.added([revision(3)])
        assert known.by_topic[TOPICS[1]] is after.by_topic[TOPICS[1]]


def facts(revisions: Revisions) -> object:
    return (
        [(row.id, topic_of(row), row.action, row.words, row.saved) for row in revisions.by_id.values()],
        {
            topic: ([row.id for row in of.revisions], [row.id for row in of.valid])
            for topic, of in revisions.by_topic.items()
        },
    )


class TestFromTheDatabase:
    """On both databases."""

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(
        st.lists(
            st.tuples(st.sampled_from(["save", "late", "restore", "exchange"]), st.integers(1, 9)),
            min_size=1,
            max_size=6,
        )
    )
    def test_whatever_happens_to_the_table_is_seen_at_the_next_look(
        self, store: Store, events: list[tuple[str, int]]
    ) -> None:
        """Saves, ids that come late, an older backup, another database: as if all were read anew."""
        known = read_revisions(store, Revisions())
        for kind, number in events:
            with store.begin() as session:
                last = session.scalar(select(func.max(Revision.id))) or 0
                if kind == "save":
                    session.add_all(revision(last + step * 2) for step in range(1, number))
                elif kind == "late":
                    taken = set(session.scalars(select(Revision.id)))
                    session.add_all(revision(id) for id in sorted(set(range(1, last)) - taken)[-number:])
                elif kind == "restore":
                    session.execute(delete(Revision).where(Revision.id > last - number))
                else:
                    session.execute(delete(Revision))
                    session.add_all(revision(id, TOPICS[number % 3]) for id in range(1, last + number - 4))
            known = read_revisions(store, known)
            assert facts(read_revisions(store, Revisions())) == facts(known)
            assert read_revisions(store, known) is known

    def test_a_save_reads_what_was_saved(self, store: Store) -> None:
        """One row, however many there are, and a look after it reads none."""
        with store.begin() as session:
            session.add_all(revision(id) for id in range(1, 2 * RECENT_IDS))
        known = read_revisions(store, Revisions())
        with store.begin() as session:
            session.add(revision(2 * RECENT_IDS))

        loaded: list[Revision] = []
        event.listen(Revision, "load", lambda row, _: loaded.append(row))
        known = read_revisions(store, known)
        assert [2 * RECENT_IDS] == [row.id for row in loaded]
        assert known is read_revisions(store, known)
        assert 1 == len(loaded)


FRENCH = make_locale("fr")
KEYS: list[Key] = [(None, f"Message {number}") for number in range(3)]


@given(st.lists(st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["Un", "Deux%", "L'autre", "Trois"]))))
def test_a_catalog_says_what_it_would_say_of_these_words_alone(steps: list[dict[Key, str]]) -> None:
    """Whatever words it had before, and whichever of its copies they are given to."""

    def message(key: Key, translation: str = "") -> Message:
        return Message(*key, None, (translation,), "", (), False, None, 1)

    def catalog() -> Catalog:
        in_file: dict[Key, tuple[str, ...]] = {KEYS[0]: ("Du fichier",)}
        return Catalog("fr", in_file, template={key: message(key) for key in KEYS}, file_messages=in_file)

    before = newest_catalog = catalog()
    for step in steps:
        words = {key: StudioTranslation((form,)) for key, form in step.items()}
        expected = with_studio_translations(catalog(), FRENCH, words).messages
        assert expected == with_studio_translations(before, FRENCH, words).messages
        newest_catalog = with_studio_translations(newest_catalog, FRENCH, words)
        assert expected == newest_catalog.messages
        assert newest_catalog is with_studio_translations(newest_catalog, FRENCH, dict(words))


def test_a_message_that_was_taken_out_of_a_catalog_stays_out() -> None:
    """An edition that breaks a page is tried without it; the studio's translations do not bring it back."""
    template = {key: Message(*key, None, ("",), "", (), False, None, 1) for key in KEYS}
    forms: dict[Key, tuple[str, ...]] = {KEYS[0]: ("Du fichier",)}
    catalog = Catalog("fr", forms, template=template, file_messages=forms)
    translations = {KEYS[1]: StudioTranslation(("De l’atelier",))}
    with_studio_translations(catalog, FRENCH, translations)
    without = with_studio_translations(catalog.with_file_messages({}), FRENCH, translations)

    assert {KEYS[1]: ("De l’atelier",)} == without.messages


def test_a_message_is_set_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many editions say it."""
    from microsite.language import typography as module

    asked: list[str] = []

    def typeset(text: str, language: str) -> str:
        asked.append(text)
        return text

    monkeypatch.setattr(module, "typeset", typeset)
    text = "Texte de ce seul test"
    assert [module.typeset_once(text, "fr") for _ in range(3)] == [text] * 3
    assert [text] == asked
    module.typeset_once.cache_clear()
