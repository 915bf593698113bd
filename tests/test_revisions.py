"""Wordings: saved without overwriting anybody, in force when they should be, live within a second."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import TimeoutError as PoolTimeout

from microsite.editions.publishing import Editions
from microsite.promotions.wording import typeset_words
from microsite.runtime import runtime_of
from microsite.storage.revision_rows import read_revisions
from microsite.storage.revisions import PROMOTION, Action, Afterwards, Revisions, Topic
from microsite.storage.saving import Conflict, Draft, newest, save
from microsite.storage.store import Store
from microsite.storage.tables import PromotionCount, Revision
from tests.conftest import NOW, Clock, Seen
from tests.saves import save_next
from tests.test_counting import BROWSER

Look = Callable[..., Seen]
FRENCH = Topic(PROMOTION, "planet-freevpn", "fr")
ENGLISH = Topic(PROMOTION, "planet-freevpn", "en")
CATALOG = "Le Wi-Fi du café n’a pas à savoir où vous allez en ligne."


def words(headline: str) -> dict[str, str]:
    return {"headline": headline, "text": "Un texte.", "button": "Y aller"}


def hours(number: float) -> datetime:
    return NOW + timedelta(hours=number)


class Marketing:
    """Somebody who saves wordings at the site's own time, and looks at the French home page."""

    def __init__(self, app: Flask, clock: Clock, look: Look) -> None:
        self.store: Store = runtime_of(app).store
        self.editions: Editions = runtime_of(app).editions
        self.clock = clock
        self.look = look

    def save(self, headline: str = "", topic: Topic = FRENCH, **draft: object) -> Revision:
        made = Draft(**{"words": words(headline) if headline else {}} | draft)  # type: ignore[arg-type]
        saved = save_next(self.store, topic, made, "m@example.org", self.clock())
        self.editions.poll_revisions()
        return saved

    def headline(self, at: float | None = None, path: str = "/fr/") -> str | None:
        """What readers see, so many hours after noon."""
        if at is not None:
            self.clock.now = hours(at)
        if self.clock.now >= self.editions.current.due:
            self.editions.refresh()
        return next(iter(self.look(path).words("aside.promo .headline")), None)


@pytest.fixture
def marketing(app: Flask, clock: Clock, look: Look) -> Marketing:
    return Marketing(app, clock, look)


class TestInForce:
    """Of the wordings that have begun, have not ended and were not called off: the latest to begin."""

    def test_a_saved_wording_is_shown_in_its_language(self, marketing: Marketing) -> None:
        """In place of the catalog's, typeset, and nowhere else."""
        marketing.save("Qu'est-ce que c'est ?")

        assert "Qu’est-ce que c’est ?" == marketing.headline()
        assert "The café’s Wi-Fi does not need to know where you go online." == marketing.headline(path="/en/")

    def test_a_wording_is_stored_as_it_was_typed(self, marketing: Marketing) -> None:
        """Typography belongs to the page."""
        assert "Qu'est-ce que c'est ?" == marketing.save("Qu'est-ce que c'est ?").words["headline"]

    def test_a_scheduled_wording_comes_and_goes_by_itself(self, marketing: Marketing) -> None:
        """From included, until excluded; then the words before it return."""
        marketing.save("Avant")
        marketing.save("Vendredi", live_from=hours(2), live_until=hours(5))

        seen = [marketing.headline(at) for at in (0, 1.99, 2, 4.99, 5)]
        assert ["Avant", "Avant", "Vendredi", "Vendredi", "Avant"] == seen

    def test_a_fix_of_today_leaves_what_is_scheduled(self, marketing: Marketing) -> None:
        """Saved on Wednesday, it does not cancel Friday."""
        marketing.save("Vendredi", live_from=hours(2))
        marketing.save("Mercredi")

        assert ["Mercredi", "Vendredi"] == [marketing.headline(0), marketing.headline(2)]

    def test_of_two_that_begin_at_once_the_newer_wins(self, marketing: Marketing) -> None:
        """Whoever saved last for Friday is heard."""
        marketing.save("Un", live_from=hours(2))
        marketing.save("Deux", live_from=hours(2))

        assert "Deux" == marketing.headline(2)

    def test_what_is_cancelled_never_comes(self, marketing: Marketing) -> None:
        """Discarded before its time."""
        friday = marketing.save("Vendredi", live_from=hours(2))
        marketing.save(action=Action.CANCEL, cancels=friday.id)

        assert CATALOG == marketing.headline(3)

    def test_a_scheduled_wording_may_be_replaced_at_once(self, marketing: Marketing) -> None:
        """One that names it calls it off: moved to Saturday, it does not come on Friday."""
        friday = marketing.save("Vendredi", live_from=hours(2))
        marketing.save("Samedi", live_from=hours(4), cancels=friday.id)

        assert [CATALOG, "Samedi"] == [marketing.headline(3), marketing.headline(4)]

    def test_a_paused_promotion_is_not_shown_in_that_language(self, marketing: Marketing) -> None:
        """Nor is anything that somebody saves meanwhile, until the pause is replaced by one that ends."""
        pause = marketing.save(action=Action.PAUSE)
        assert marketing.headline() is None
        assert marketing.headline(path="/en/")

        marketing.clock.forward(seconds=1)
        marketing.save("De retour")
        marketing.save("Plus tard", live_from=hours(2), live_until=hours(3))
        assert [None, None] == [marketing.headline(), marketing.headline(2.5)]
        marketing.save(action=Action.PAUSE, cancels=pause.id, live_from=pause.live_from, live_until=hours(2.75))
        assert [None, "Plus tard", "De retour"] == [marketing.headline(at) for at in (2.7, 2.75, 3)]

    def test_a_pause_ends_on_the_date_that_it_names(self, marketing: Marketing) -> None:
        """Then the words before it return, or what has begun meanwhile."""
        marketing.save("Avant")
        marketing.save(action=Action.PAUSE, live_from=hours(1), live_until=hours(4))
        marketing.save("Entre", live_from=hours(2), live_until=hours(3))

        assert ["Avant", None, None, None, "Avant"] == [marketing.headline(at) for at in (0, 1, 2, 3, 4)]

    def test_words_may_leave_nothing_behind(self, marketing: Marketing) -> None:
        """At their end nothing is shown, until something else begins; its end brings back nothing as well."""
        marketing.save("Avant")
        marketing.save("Offre", live_from=hours(1), live_until=hours(2), afterwards=Afterwards.NOTHING)
        marketing.save("Suite", live_from=hours(3), live_until=hours(4))

        seen = [marketing.headline(at) for at in (0, 1, 2, 3, 4)]
        assert ["Avant", "Offre", None, "Suite", None] == seen

    def test_what_began_later_is_not_taken_away_by_an_earlier_end(self, marketing: Marketing) -> None:
        """The latest to begin decides."""
        marketing.save("Offre", live_from=hours(1), live_until=hours(3), afterwards=Afterwards.NOTHING)
        marketing.save("Mieux", live_from=hours(2))

        assert ["Offre", "Mieux", "Mieux"] == [marketing.headline(at) for at in (1, 2, 3)]

    def test_live_words_may_be_given_an_end_and_lose_it(self, marketing: Marketing) -> None:
        """By the same words from the same moment; when they were first saved stays known."""
        first = marketing.save("Offre")
        same: dict[str, Any] = {"live_from": first.live_from, "afterwards": Afterwards.NOTHING}
        marketing.clock.forward(seconds=1)
        second = marketing.save("Offre", **same, live_until=hours(2), cancels=first.id)
        assert hours(2) == marketing.editions.current.due
        third = marketing.save("Offre", **same, cancels=second.id)

        assert ["Offre", "Offre"] == [marketing.headline(1), marketing.headline(3)]
        assert first.id == marketing.editions.current.revisions.of(FRENCH).origin(third).id

    def test_the_catalogs_words_may_return(self, marketing: Marketing) -> None:
        """They count as the catalog's again: under the same name as before."""
        link = marketing.look("/fr/").one("aside.promo a.button")["href"]
        marketing.save("Un")
        marketing.clock.forward(seconds=1)
        marketing.save(action=Action.CATALOG)

        assert CATALOG == marketing.headline()
        assert link == marketing.look("/fr/").one("aside.promo a.button")["href"]

    def test_an_edition_knows_when_the_next_wording_is_due(self, marketing: Marketing) -> None:
        """The next beginning or end that was not called off."""
        friday = marketing.save("Vendredi", live_from=hours(2), live_until=hours(3))
        assert hours(2) == marketing.editions.current.due
        marketing.save(action=Action.CANCEL, cancels=friday.id)
        assert hours(12) == marketing.editions.current.due


def test_who_follows_an_old_page_is_counted_under_its_words(marketing: Marketing, client: FlaskClient) -> None:
    """A reader may follow the button long after the words have changed; a number of nothing counts as unknown."""
    first = marketing.save("Un")
    marketing.save("Deux")
    for number in (str(first.id), f"0{first.id}", str(first.id + 9), "²", "9" * 30):
        client.get(f"/fr/go/planet-freevpn/home/home/{number}", headers={"User-Agent": BROWSER})
    client.get(f"/en/go/planet-freevpn/home/home/{first.id}", headers={"User-Agent": BROWSER})

    digest = typeset_words(first.words, "fr").digest
    assert {("fr", digest): 1, ("fr", "unknown"): 4, ("en", "unknown"): 1} == clicks(marketing.store)


def clicks(store: Store) -> dict[tuple[str, str], int]:
    with store.read() as session:
        return {(row.locale, row.wording): row.clicks for row in session.scalars(select(PromotionCount))}


class TestSaving:
    """Nobody overwrites what they have not seen; on both databases."""

    def test_who_saves_second_is_shown_both(self, store: Store) -> None:
        """Nothing was written; the conflict has what they typed and what the other saved."""
        save(store, FRENCH, Draft(words=words("Leur titre")), 0, "a@example.org", NOW)

        with pytest.raises(Conflict) as caught:
            save(store, FRENCH, Draft(words=words("Mon titre")), 0, "b@example.org", NOW)

        assert caught.value.theirs
        assert ("Mon titre", "Leur titre") == (
            caught.value.mine.words["headline"],
            caught.value.theirs.words["headline"],
        )
        assert 1 == len(read_revisions(store, Revisions()).by_id)

    def test_what_is_sent_twice_is_saved_once(self, store: Store) -> None:
        """The same words, window and note from the same page of the same author: they are told that it is saved."""
        draft = Draft(words=words("Titre"), live_until=hours(9), note="n")
        first = save(store, FRENCH, draft, 0, "a@example.org", NOW)
        assert first.id == save(store, FRENCH, draft, 0, "a@example.org", hours(0.1)).id

        others = [
            ("b@example.org", draft),
            ("a@example.org", replace(draft, words=words("Autre"))),
            ("a@example.org", replace(draft, live_until=None)),
            ("a@example.org", replace(draft, live_from=hours(1))),
            ("a@example.org", replace(draft, note="")),
        ]
        for author, other in others:
            with pytest.raises(Conflict):
                save(store, FRENCH, other, 0, author, hours(0.1))
        save(store, FRENCH, Draft(words=words("Leur titre")), first.id, "b@example.org", hours(0.2))
        with pytest.raises(Conflict):  # it is no longer what readers see
            save(store, FRENCH, draft, 0, "a@example.org", hours(0.3))

    @pytest.mark.parametrize("based_on", [-1, 1, 99])
    def test_a_number_that_is_not_the_newest_is_refused(self, store: Store, based_on: int) -> None:
        """Whatever a form says that it began from."""
        with pytest.raises(Conflict):
            save(store, FRENCH, Draft(words=words("Titre")), based_on, "", NOW)

    def test_languages_do_not_wait_for_each_other(self, store: Store) -> None:
        """Two who write in two languages do not meet."""
        save(store, FRENCH, Draft(words=words("Un")), 0, "", NOW)
        save(store, ENGLISH, Draft(words=words("One")), 0, "", NOW)

        assert {FRENCH, ENGLISH} == read_revisions(store, Revisions()).in_force(NOW).keys()

    def test_what_comes_back_is_what_was_saved(self, store: Store) -> None:
        """Words with their line breaks and spaces, moments in UTC."""
        paris = datetime.fromisoformat("2026-11-27T09:00:00+01:00")
        typed = {"headline": "  « Ça » 🛰 ", "text": "un\ndeux", "button": "\u202f!"}
        save(
            store,
            FRENCH,
            Draft(words=typed, live_from=paris, confirmed_claims=["anonyme"], note="n"),
            0,
            "m@example.org",
            NOW,
        )

        revision = newest(store, FRENCH)
        assert revision
        assert (typed, ["anonyme"], "n", "m@example.org") == (
            revision.words,
            revision.confirmed_claims,
            revision.note,
            revision.author,
        )
        assert (datetime(2026, 11, 27, 8, tzinfo=UTC), None, NOW) == (
            revision.live_from,
            revision.live_until,
            revision.saved,
        )

    def test_fifty_editors_at_once_lose_nothing(self, store: Store) -> None:
        """50 × 20 saves on one wording: saved + refused = tried, and what was saved is a chain without a gap.

        Where all of the database's connections are taken for seconds, an editor is told so and tries again.
        """

        def try_once(headline: str) -> bool:
            last = newest(store, FRENCH)
            try:
                save(store, FRENCH, Draft(words=words(headline)), last.id if last else 0, "", NOW)
            except Conflict:
                refused.append(headline)
                return False
            return True

        def editor(number: int) -> int:
            saved = 0
            for turn in range(20):
                done = False
                while not done:
                    with suppress(PoolTimeout):
                        saved += try_once(f"{number}/{turn}")
                        done = True
            return saved

        refused: list[str] = []
        with ThreadPoolExecutor(50) as pool:
            saved = sum(pool.map(editor, range(50)))

        rows = list(read_revisions(store, Revisions()).by_id.values())
        assert (1000, saved) == (saved + len(refused), len(rows))
        assert [0, *(row.id for row in rows)][:-1] == [row.based_on for row in rows]
        everything = {f"{number}/{turn}" for number in range(50) for turn in range(20)}
        assert everything == {row.words["headline"] for row in rows} | set(refused)
        print(f"{store.engine.dialect.name}: {saved} saved, {len(refused)} refused")

    def test_what_was_acknowledged_survives_a_kill(self, address: str, store: Store) -> None:
        """A process that is killed while it saves has lost nothing that it said was saved."""
        program = (
            "import sys; from microsite.storage.store import *\n"
            "from microsite.storage.revisions import *; from microsite.storage.saving import *\n"
            "from datetime import datetime, UTC; store = Store(sys.argv[1])\n"
            "last = newest(store, Topic('promotion', 'p', 'fr')); based_on = last.id if last else 0\n"
            "while True:\n"
            "    based_on = save(store, Topic('promotion', 'p', 'fr'), Draft(), based_on, '', datetime.now(UTC)).id\n"
            "    print(based_on, flush=True)\n"
        )
        acknowledged: set[int] = set()
        for number in range(KILLS):
            arguments = [sys.executable, "-c", program, address]
            with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
                assert process.stdout
                acknowledged |= {int(process.stdout.readline()) for _ in range(2 + number % 7)}
                process.send_signal(signal.SIGKILL)
                acknowledged |= {int(line) for line in process.stdout.read().split("\n")[:-1]}
        kept = read_revisions(store, Revisions()).by_id.keys()
        assert acknowledged <= kept
        if store.engine.dialect.name == "sqlite":
            assert ("ok",) == sqlite3.connect(str(store.url.database)).execute("PRAGMA integrity_check").fetchone()
        print(f"{store.engine.dialect.name}: {KILLS} kills, {len(acknowledged)} acknowledged, {len(kept)} kept")


KILLS = int(os.environ.get("KILLS", "5"))
