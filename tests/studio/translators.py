"""Somebody who translates in the browser: a form is sent with everything that it holds."""

from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from microsite.editions.publishing import Editions
from tests.studio.browser import Editor, soup
from tests.studio.editors import held_by

FRENCH = "/studio/translations/fr/"
SKIP = "Skip to content"
IN_FILE = "Aller au contenu"


@dataclass
class Translating:
    """A browser with one message open."""

    browser: Editor
    page: BeautifulSoup
    answer: TestResponse
    path: str

    @classmethod
    def open(cls, browser: Editor, message: str = SKIP, queue: str = FRENCH, **asked: str) -> "Translating":
        """From the queue, by the link on the message."""
        listed = soup(browser.get(queue, query_string={"q": message, **asked}))
        links = [link for link in listed.select(".queue th > a") if link.select_one(".words").get_text() == message]  # type: ignore[union-attr]
        assert len(links) == 1, f"{message}: {len(links)} in the queue"
        return cls.at(browser, str(links[0]["href"]).partition("?")[0])

    @classmethod
    def at(cls, browser: Editor, path: str) -> "Translating":
        answer = browser.get(path)
        assert answer.status_code == 200, answer.status
        return cls(browser, soup(answer), answer, path)

    def save(self, *words: str, do: str = "stay", note: str = "") -> "Translating":
        """Type a word for each plural form, press a button, and follow to the page that it leads to."""
        form = self.page.select_one("form.translating")
        assert form
        data = held_by(form) | {"note": note, "do": do}
        data |= {f"words-{number}": word for number, word in enumerate(words)}
        return self._sent(data)

    def restore(self, number: int) -> "Translating":
        """Press “Publish these words again” at a revision."""
        for form in self.page.select(".history form"):
            button = form.select_one("button")
            if button and button["value"] == str(number):
                return self._sent(held_by(form) | {"revision": str(number)})
        raise AssertionError(f"no button at revision {number}")

    def _sent(self, data: dict[str, str]) -> "Translating":
        answer = self.browser.post(self.path, data=data)
        path = answer.location if answer.status_code == 303 else self.path
        page = soup(self.browser.get(path)) if answer.status_code == 303 else soup(answer)
        return Translating(self.browser, page, answer, path)

    @property
    def typed(self) -> list[str]:
        return [field.get_text().removeprefix("\r\n") for field in self.page.select("textarea")]

    def text(self, selector: str = "main") -> str:
        return " ".join(" ".join(tag.get_text(" ") for tag in self.page.select(selector)).split())


def queue_of(browser: Editor, queue: str = FRENCH, **asked: str) -> dict[str, str]:
    """What is listed: each source, and the state that stands beside it."""
    rows = soup(browser.get(queue, query_string=asked)).select(".queue tbody tr")
    cells = [row.select("th, td") for row in rows]
    return {
        cells[0].select_one(".words").get_text(): " ".join(cells[-1].get_text(" ").split())  # type: ignore[union-attr]
        for cells in cells
    }


@dataclass
class French:
    """The French file, in the hands of somebody with Poedit."""

    path: Path
    editions: Editions

    def change(self, before: str, after: str) -> None:
        text = self.path.read_text(encoding="utf-8")
        assert before in text, before
        self.path.write_text(text.replace(before, after, 1), encoding="utf-8")
        self.editions.refresh()

    def says(self, words: str, message: str = SKIP, flag: str = "", previous: str = "") -> None:
        """Give a message other words, and perhaps a mark or the source that it was translated from."""
        text = self.path.read_text(encoding="utf-8")
        head, line, tail = text.partition(f'msgid "{message}"\n')
        assert line
        rest = tail.partition("\n")[2]
        marks = (f"#, {flag}\n" if flag else "") + (f'#| msgid "{previous}"\n' if previous else "")
        self.path.write_text(f'{head}{marks}{line}msgstr "{words}"\n{rest}', encoding="utf-8")
        self.editions.refresh()
