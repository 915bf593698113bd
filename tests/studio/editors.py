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
    for one in form.select("input[name], textarea[name], select[name]"):
        if one.name == "textarea":
            fields[str(one["name"])] = one.get_text().removeprefix("\r\n")
        elif one.name == "select":
            chosen = one.select_one("option[selected]") or one.select_one("option")
            fields[str(one["name"])] = str(chosen["value"]) if chosen else ""
        elif one.get("type") != "checkbox" or one.has_attr("checked"):
            fields[str(one["name"])] = str(one.get("value", ""))
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
        """Type (`fr_headline="..."`, `note="..."`), press a button, and follow to the page that it leads to."""
        form = self.page.select_one("form.editing")
        assert form
        data = held_by(form)
        for name, text in typed.items():
            locale, _, part = name.partition("_")
            data[f"words_{locale}-{part}" if part in ("headline", "text", "button") else name] = text
        if tick:
            data |= {str(box["name"]): str(box["value"]) for box in form.select("[type=checkbox]")}
        self.answer = self.browser.post(EDIT, data={**data, "do": do})
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
