"""What was counted by revision, before the digest of the words was what counts."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Date, Integer, String, column, insert, select, table

from microsite.promotions.figures import shown_wordings
from microsite.promotions.wording import typeset_words
from microsite.storage.store import Store
from microsite.storage.tables import PromotionCount
from tests.conftest import NOW
from tests.saves import OLD

COUNTS = table(
    "promotion_counts",
    column("day", Date),
    *(column(name, String) for name in ("locale", "page", "placement", "promotion")),
    *(column(name, Integer) for name in ("revision", "displays", "clicks")),
)
WORDS = {"headline": "Ça va ?", "text": "100 % « privé »", "button": "Aller"}


def test_totals_of_the_same_words_are_added_up(old_store: Callable[[str], Store]) -> None:
    """None is lost: the words of revisions become known, the catalog's and unknown ones stay what they were called."""
    store = old_store("0004")
    shared: dict[str, object] = {
        "kind": "promotion",
        "subject": "vpn",
        "locale": "fr",
        "discards": None,
        "author": "",
        "note": "",
    }
    shared |= {"source": None, "claims": [], "live_until": None, "action": "words", "saved": NOW}
    with store.writer.begin() as connection:
        for number, words in enumerate((WORDS, {**WORDS, "button": "Voir"}, WORDS), start=1):
            row = {**shared, "id": number, "based_on": number - 1, "live_from": NOW + timedelta(days=number)}
            connection.execute(insert(OLD).values(**row, words=words))
        spot = {"day": NOW.date(), "locale": "fr", "page": "home", "placement": "home", "promotion": "vpn"}
        for revision, displays in {1: 10, 2: 20, 3: 30, 0: 40, -1: 50, 77: 60}.items():
            connection.execute(insert(COUNTS).values(**spot, revision=revision, displays=displays, clicks=1))
    store.upgrade()

    first, second = typeset_words(WORDS, "fr"), typeset_words({**WORDS, "button": "Voir"}, "fr")
    with store.read() as session:
        counted = {row.wording: (row.impressions, row.clicks) for row in session.scalars(select(PromotionCount))}
    assert counted == {first.digest: (40, 2), second.digest: (20, 1), "catalog": (100, 2), "unknown": (50, 1)}
    known = {wording.digest: wording for wording in shown_wordings(store, promotion="vpn", locale="fr")}
    assert {digest: wording.button for digest, wording in known.items()} == {
        first.digest: "Aller",
        second.digest: "Voir",
    }
    assert known[first.digest].first_shown == NOW + timedelta(days=1)
