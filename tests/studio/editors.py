"""Somebody of marketing at their desk, as their browser behaves: a form is sent with everything that it holds."""

from collections.abc import Callable
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

from microsite.storage.revisions import PROMOTION, Topic
from microsite.storage.saving import newest
from microsite.storage.store import Store
from microsite.storage.tables import Revision
from tests.conftest import Seen
from tests.studio.browser import Editor, soup

EDIT = "/studio/promotions/planet-freevpn/"
HISTORY = "/studio/promotions/planet-freevpn/history/fr/"
DESK = "/studio/promotions/"


def headline(look: Callable[..., Seen], path: str = "/fr/") -> str | None:
    """The first words of the promotion that readers see."""
    return next(iter(look(path).words("aside.promo .headline")), None)


def newest_saved(store: Store, locale: str = "fr") -> Revision | None:
    """The revision of the real promotion that was saved last."""
    return newest(store, Topic(PROMOTION, "planet-freevpn", locale))


def newest_in(store: Store, locale: str = "fr") -> Revision:
    revision = newest_saved(store, locale)
    assert revision
    return revision


def held_by(form: Tag) -> dict[str, str]:
    """What a browser would send of a form, without the button."""
    fields = {}
    for control in form.select("input[name], textarea[name], select[name]"):
        if control.name == "textarea":
            fields[str(control["name"])] = control.get_text().removeprefix("\r\n")
        elif control.name == "select":
            chosen = control.select_one("option[selected]") or control.select_one("option")
            fields[str(control["name"])] = str(chosen["value"]) if chosen else ""
        elif control.get("type") not in ("checkbox", "radio") or control.has_attr("checked"):
            fields[str(control["name"])] = str(control.get("value", ""))
    return fields


@dataclass
class Writing:
    """A browser with the editing page open."""

    browser: Editor
    page: BeautifulSoup
    answer: TestResponse

    @classmethod
    def open(cls, browser: Editor, path: str = EDIT) -> "Writing":
        answer = browser.get(path)
        assert answer.status_code == 200, answer.status
        return cls(browser, soup(answer), answer)

    def press(self, do: str, tick: bool = False, **typed: str) -> "Writing":
        """Type (`fr_headline="..."`, `note="..."`), press a button, and follow to the page that it leads to.

        `publish:fr` chooses French alone. A beginning is chosen with its date, as scripting does it, and the button is
        pressed that says so.
        """
        form = self.page.select_one("form.editing")
        assert form
        data = held_by(form)
        for name, text in typed.items():
            locale, _, part = name.partition("_")
            data[f"words_{locale}-{part}" if part in ("headline", "text", "button") else name] = text
        if tick:
            data |= {str(box["name"]): str(box["value"]) for box in form.select(".claims [type=checkbox]")}
        action, _, tag = do.partition(":")
        if action == "publish" and tag.isalpha():
            data = {name: text for name, text in data.items() if not name.endswith("-chosen")}
            data[f"words_{tag}-chosen"] = "y"
            do = "publish:"
        if typed.get("live_from"):
            data["when"] = typed.get("when", "later")
        if action == "publish" and data["when"] == "later":
            do = f"publish:{data['live_from']}"
        self.answer = self.browser.post(EDIT, data={**data, "do": do})
        return self._follow()

    def act(self, action: str, *languages: str, **typed: str) -> "Writing":
        """Open a page that asks (`pause`), choose languages (none named: those that are ticked), press its button."""
        address = f"{EDIT}{action}/"
        page = soup(self.browser.get(address))
        form = page.select_one("form.asking")
        assert form, page.get_text(" ")
        ticked = [str(box["value"]) for box in form.select("[name=languages][checked]")]
        data = {**held_by(form), **typed, "languages": list(languages) or ticked}
        self.answer = self.browser.post(address, data=data)
        return self._follow()

    def _follow(self) -> "Writing":
        shown = self.browser.get(self.answer.location) if self.answer.status_code == 303 else self.answer
        self.page = soup(shown)
        return self

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def text(self) -> str:
        return " ".join(self.page.get_text(" ").split())

    def value(self, name: str) -> str:
        locale, _, part = name.partition("_")
        form = self.page.select_one("form.editing")
        assert form
        return held_by(form)[f"words_{locale}-{part}" if part in ("headline", "text", "button") else name]
