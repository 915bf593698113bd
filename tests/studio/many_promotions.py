"""A desk with as many promotions as one likes, in both languages and in every state, counted for sixty days.

To look at it: `python -m tests.studio.many_promotions 12 8123` serves it, `marketing-en@example.org` signs in.
"""

import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, product
from pathlib import Path

from flask import Flask
from sqlalchemy import insert
from werkzeug.serving import run_simple

from app import create_app
from microsite.config import ROOT, Settings
from microsite.editions.publishing import Editions
from microsite.promotions.definition import definition_topic
from microsite.runtime import runtime_of
from microsite.storage.revisions import PROMOTION, Action, Afterwards, Topic
from microsite.storage.saving import Draft
from microsite.storage.store import Store
from microsite.storage.tables import PromotionCount
from microsite.studio.access import Role
from tests.saves import save_next
from tests.studio.conftest import PASSWORD, add_account

OFFERS = (
    ("Winter offer", "A month of fast servers, on the house", "Un mois de serveurs rapides, offert"),
    ("Students", "For students, all year", "Pour les étudiants, toute l’année"),
    ("Router", "One setting for the whole household", "Un seul réglage pour toute la maison"),
    ("Travel", "The hotel’s network sees less of you", "Le réseau de l’hôtel en voit moins"),
    ("Journalists", "When a source is at stake", "Quand une source est en jeu"),
    ("Phone", "On your phone in two minutes", "Sur votre téléphone en deux minutes"),
)
AUTHOR = "mia@example.org"
DAYS = 60


def add_promotions(app: Flask, number: int, now: datetime) -> list[str]:
    """The keys of new promotions, each with words in English and French and figures."""
    store: Store = runtime_of(app).store
    editions: Editions = runtime_of(app).editions
    keys = []
    for index, (round_, (name, english, french)) in enumerate(islice(product(range(number), OFFERS), number)):
        key = f"{name.split()[0].lower()}-{round_ + 2026}"
        _define(store, key, f"{name} {round_ + 2026}", index, now)
        for locale, headline in (("en", english), ("fr", french)):
            for draft in _drafts(index, headline, now):
                save_next(store, Topic(PROMOTION, key, locale), draft, AUTHOR, now)
        _count(store, key, index, now)
        keys.append(key)
    editions.poll_revisions()
    return keys


def _define(store: Store, key: str, name: str, index: int, now: datetime) -> None:
    values = {
        "name": name,
        "advertiser": "Planet FreeVPN",
        "target": f"https://freevpnplanet.com/{key}/",
        "placements": ("home", "default", "home default", "")[index % 4],
        "precedence": str(1 + index),
        "until": str(now - timedelta(days=3)) if index % 6 == 5 else "",
    }
    save_next(store, definition_topic(key), Draft(words=values), AUTHOR, now)


def _drafts(index: int, headline: str, now: datetime) -> Iterator[Draft]:
    """Words that are live, end, are scheduled or paused: another case with each promotion."""
    words = {
        "headline": headline,
        "text": f"{headline}. Planet FreeVPN encrypts your traffic as far as its servers.",
        "button": "Go to Planet FreeVPN",
    }
    ends = {"live_until": now + timedelta(days=5), "afterwards": Afterwards.NOTHING} if index % 6 == 1 else {}
    begins = {"live_from": now + timedelta(days=2)} if index % 6 == 2 else {}
    yield Draft(words=words, **ends, **begins)  # type: ignore[arg-type]
    if index % 6 == 4:
        yield Draft(Action.PAUSE, live_until=now + timedelta(days=4))


def _count(store: Store, key: str, index: int, now: datetime) -> None:
    """One day stands out, ten days ago."""
    rows = [
        {
            "day": now.date() - timedelta(days=ago),
            "locale": locale,
            "page": "home",
            "placement": "home",
            "promotion": key,
            "wording": "catalog",
            "impressions": (40 + 9 * index + ago % 7) * (8 if ago == 10 else 1),
            "clicks": (index + ago) % 4,
        }
        for locale, ago in product(("en", "fr"), range(DAYS))
    ]
    with store.begin() as session:
        session.execute(insert(PromotionCount), rows)


def main(number: int, port: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(instance=Path(folder), site=ROOT / "site", base_url=f"http://127.0.0.1:{port}")
        app = create_app(settings)
        runtime_of(app).store.upgrade()
        runtime_of(app).editions.refresh()
        for locale in ("en", "fr"):
            print(add_account(app, f"marketing-{locale}@example.org", Role.MARKETING, locale), PASSWORD, sep=", ")
        add_promotions(app, number, datetime.now(UTC))
        run_simple("127.0.0.1", port, app, threaded=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
