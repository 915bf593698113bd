"""What the register of advertisements says of a moment is what readers saw on the pages of that moment."""

import random
import re
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bs4 import BeautifulSoup
from flask import Flask

from microsite.config import ROOT, Settings
from microsite.editions.publishing import Editions
from microsite.promotions.counts import Counts
from microsite.promotions.register_entries import MIN_STATED
from microsite.promotions.register_rows import RegisterWriter
from microsite.promotions.state import Standing, state_of
from microsite.reader.inventory import all_pages
from microsite.runtime import runtime_of
from microsite.studio.access import Role
from tests.conftest import Clock
from tests.studio.browser import Editor, soup
from tests.studio.editors import EDIT, Writing, held_by

MOMENTS = 100
READER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
ACTIONS = {
    **{"publish": 8, "schedule": 3, "pause": 2, "unpause": 4, "catalog": 2, "compare": 2, "compare/end": 5},
    **{"end": 1, "resume": 4, "file": 2, "write": 2, "words": 2, "start": 1},
}
"""How often each happens beside the others."""
SECOND = """advertiser = "Second Planet"
target = "https://freevpnplanet.com/second/"
placements = ["default", "home"]
precedence = {precedence}
until = {until}
[wording]
headline = "A second planet {number}"
text = "It has an orbit of its own."
button = "Look"
"""


class Sight(NamedTuple):
    """A wording that stands on a page."""

    language: str
    promotion: str
    advertiser: str
    headline: str
    text: str
    button: str


class History:
    """A site whose marketing, translators and developers do something at random, all of it repeatable."""

    def __init__(self, app: Flask, settings: Settings, clock: Clock, sign_in: Callable[..., Editor]) -> None:
        self.app, self.settings, self.clock, self.sign_in = app, settings, clock, sign_in
        self.dice, self.number = random.Random(15), 0
        self.done: Counter[str] = Counter()
        self.runtime = runtime_of(app)
        writer = RegisterWriter(self.runtime.store, lambda: self.runtime.editions.current)
        self.runtime.counts = Counts(self.runtime.store, lambda: clock.now.timestamp(), writer.write)
        self.catalog_file = settings.translations / "fr" / "LC_MESSAGES" / "messages.po"
        self.files = {key: settings.site / "promotions" / f"{key}.toml" for key in ("planet-freevpn", "second")}
        self.original = self.files["planet-freevpn"].read_text()

    def forward(self, by: timedelta) -> None:
        """What is due meanwhile comes in its time, as the site's clock has it."""
        until, editions = self.clock.now + by, self.runtime.editions
        while editions.current.due <= until:
            self.clock.now = editions.current.due
            editions.check_clock()
        self.clock.now = until
        editions.poll_database()

    def happen(self) -> None:
        """One thing: what the studio refuses is none, and something else is tried."""
        self.number += 1
        is_done, before = False, len(self.runtime.editions.current.revisions.by_id)
        while not is_done:
            (name,) = self.dice.choices([*ACTIONS], [*ACTIONS.values()])
            if name in ("end", "resume", "file"):
                self.sign_in(Role.MARKETING).fill_in(f"{EDIT}{name}/", on=f"{EDIT}definition/", confirm="yes")
            else:
                getattr(self, name, lambda action=name: self.ask(action))()
            is_saved = len(self.runtime.editions.current.revisions.by_id) > before
            is_done = is_saved or name in ("write", "words", "start")
        self.done[name] += 1

    def open(self) -> tuple[Editor, str]:
        """A browser in which somebody has signed in just now, and a language."""
        return self.sign_in(Role.MARKETING), self.dice.choice(["en", "fr"])

    def publish(self, **window: Any) -> None:
        browser, tag = self.open()
        typed = window | {f"{tag}_headline": f"Words {self.number % 25}", f"{tag}_button": "Go"}
        Writing.open(browser).press(f"publish:{tag}", **typed)

    def schedule(self) -> None:
        begin = self.clock.now + timedelta(hours=self.dice.randint(1, 40))
        end = begin + timedelta(hours=self.dice.randint(1, 40))
        window = {"live_from": f"{begin:%Y-%m-%dT%H:%M}", "live_until": f"{end:%Y-%m-%dT%H:%M}"}
        self.publish(**window, afterwards=self.dice.choice(["before", "nothing"]))

    def pause(self) -> None:
        until = self.clock.now + timedelta(hours=self.dice.randint(2, 30))
        self.ask("pause", **{"until": f"{until:%Y-%m-%dT%H:%M}"} if self.dice.random() < 0.7 else {})

    def compare(self) -> None:
        browser, tag = self.open()
        if form := soup(browser.get(f"{EDIT}compare/")).select_one("form.comparing"):
            data = {name: text for name, text in held_by(form).items() if not name.endswith("-chosen")}
            data |= {f"words_{tag}-chosen": "y", f"words_{tag}-headline": f"B {self.number}", "days": "14"}
            browser.post(f"{EDIT}compare/", data={**data, "do": "begin"})

    def ask(self, action: str, **typed: str) -> None:
        """One of the pages that ask first, for one language or all."""
        browser, _ = self.open()
        if form := soup(browser.get(f"{EDIT}{action}/", follow_redirects=True)).select_one("form.asking"):
            tags = [str(box["value"]) for box in form.select("[name=languages]")]
            chosen: dict[str, Any] = (
                {"languages": self.dice.sample(tags, 1) if self.dice.random() < 0.5 else tags} if tags else {}
            )
            browser.post(f"{EDIT}{action}/", data={**held_by(form), **chosen, **typed})

    def words(self) -> None:
        """A translator sends another catalog, which may lack the words."""
        text = self.catalog_file.read_text(encoding="utf-8")
        button = self.dice.choice(["Aller sur Planet FreeVPN", f"Voir {self.number}", ""])
        changed = re.sub(r'(msgid "Go to Planet FreeVPN"\nmsgstr )".*"', rf'\1"{button}"', text)
        self.catalog_file.write_text(changed, encoding="utf-8")
        self.runtime.editions.refresh()

    def write(self) -> None:
        """A developer changes who pays, takes the promotion from its places, or adds another one for a while."""
        until = self.clock.now + timedelta(hours=self.dice.randint(1, 60))
        second = SECOND.format(number=self.number, precedence=self.dice.choice([5, 20]), until=until.isoformat())
        key, text = self.dice.choice(
            [
                ("planet-freevpn", self.original),
                ("planet-freevpn", self.original.replace('= "Planet FreeVPN"', f'= "Planet {self.number}"')),
                ("planet-freevpn", self.original.replace('["in-text", "default", "home"]', '["home"]')),
                ("second", second),
                ("second", second),
            ]
        )
        self.files[key].write_text(text)
        self.runtime.editions.refresh()

    def start(self) -> None:
        """The process ends, and another one begins."""
        self.runtime.counts.flush()
        self.runtime.editions = Editions(self.settings, self.runtime.store, self.clock)

    def look(self) -> list[tuple[str, Sight]]:
        """By address, what a reader sees who opens every page."""
        sights = []
        for address in all_pages(self.runtime.editions.current):
            if address.endswith("/") and address.count("/") in (2, 5) and "/page/" not in address:  # home, articles
                html = self.app.test_client().get(address, headers=READER).get_data(as_text=True)
                for text in re.findall(r'<aside class="row promo".*?</aside>', html, re.DOTALL):
                    aside = BeautifulSoup(text, "html.parser")
                    parts = [aside.select(part)[0].get_text() for part in (".headline", ".headline + p", ".button")]
                    language, _, promotion = str(aside.select(".button")[0]["href"]).split("/")[1:4]
                    advertiser = aside.select(".tag small")[0].get_text().partition(", ")[0]
                    sights.append((address, Sight(language, promotion, advertiser, *parts)))
        return sights

    def live(self) -> set[tuple[str, str]]:
        """What the studio calls live."""
        edition = self.runtime.editions.current
        return {
            (locale.tag, promotion.key)
            for locale in edition.content.site.locales.values()
            for promotion in edition.promotions.values()
            if state_of(edition, promotion, locale).standing is Standing.LIVE
        }

    def register(self) -> dict[str, Any]:
        """As anybody gets it, once the last day is over."""
        self.runtime.counts.flush()
        self.forward(timedelta(days=1, minutes=2))
        self.start()
        data: dict[str, Any] = self.app.test_client().get("/advertisements.json").get_json()
        return data


def in_force(register: dict[str, Any], moment: datetime) -> set[Sight]:
    """What the register says was shown at a moment."""
    return {
        Sight(
            wording["language"],
            promotion["key"],
            span["paid_by"],
            *(wording[part] for part in ("headline", "text", "button")),
        )
        for promotion in register["advertisements"]
        for wording in promotion["wordings"]
        for span in wording["shown"]
        if datetime.fromisoformat(span["from"]) <= moment
        and (span["until"] is None or moment < datetime.fromisoformat(span["until"]))
    }


def test_the_register_says_what_readers_saw(
    app: Flask, settings: Settings, clock: Clock, sign_in: Callable[..., Editor]
) -> None:
    """At a hundred moments of months in which everything happens that can: words, who paid, pages, how often.

    It takes some eight seconds: nothing shorter is a history.
    """
    shutil.copytree(ROOT / "site" / "pages" / "advertisements", settings.site / "pages" / "advertisements")
    for folder in (settings.site / "articles").iterdir():
        if folder.name not in ("both", "guide"):
            shutil.rmtree(folder)
    history = History(app, settings, clock, sign_in)
    seen: dict[datetime, list[tuple[str, Sight]]] = {}
    for _ in range(MOMENTS):
        history.forward(timedelta(seconds=history.dice.randint(60, 100_000)))
        history.happen()
        history.forward(timedelta(seconds=history.dice.randint(1, 50_000)))
        seen[clock.now] = history.look()
        assert {sight[:2] for _, sight in seen[clock.now]} == history.live()

    register = history.register()
    for moment, sights in seen.items():
        assert in_force(register, moment) == {sight for _, sight in sights}, moment
    often = Counter((sight.language, sight.promotion, *sight[3:]) for sights in seen.values() for _, sight in sights)
    for promotion in register["advertisements"]:
        for wording in promotion["wordings"]:
            key = wording["language"], promotion["key"], *(wording[part] for part in ("headline", "text", "button"))
            pages = {page for sights in seen.values() for page, sight in sights if (*sight[:2], *sight[3:]) == key}
            assert {f"http://localhost{page}" for page in pages} <= {*wording["pages"]}
            assert wording["figures"] == "compared" or wording["views"] == (
                often[key] if often[key] >= MIN_STATED else None
            )
    assert len({frozenset(sight for _, sight in sights) for sights in seen.values()}) > MOMENTS / 6
    assert all(history.done[name] for name in ACTIONS), history.done
