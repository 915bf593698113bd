"""In the studio, too, words are letters: nothing that somebody types is a format string, a template or a pattern."""

from collections.abc import Callable

import pytest

from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.studio.access import Role
from tests.conftest import Seen
from tests.studio.conftest import Editor, soup
from tests.studio.editors import Writing
from tests.studio.translators import Translating
from tests.typed_words import PLAIN, TYPED, french, said, type_everywhere

Look = Callable[..., Seen]


@pytest.fixture(autouse=True)
def _typed(settings: Settings) -> None:
    type_everywhere(settings)


def test_marketing_sees_and_says_what_was_typed(sign_in: Callable[..., Editor], look: Look, editions: Editions) -> None:
    """The words of the file as they are; and what they save is on the page as they typed it, and in its history."""
    desk = Writing.open(sign_in(Role.MARKETING))
    assert desk.value("en_headline") == said("headline")

    desk.press("publish:en", en_headline=f"{PLAIN} 100%", en_text=f"{PLAIN} 20%%")
    assert desk.status == 303, desk.text
    editions.refresh()
    assert f"{PLAIN} 100%" == look("/en/").one("aside.promo .headline").get_text(strip=True)
    history = soup(desk.browser.get("/studio/promotions/planet-freevpn/history/en/"))
    for label in history.select(".hide"):  # "added:", for who cannot see the colour
        label.decompose()
    assert f"{PLAIN} 100%" in history.get_text()


@pytest.mark.parametrize("words", ["100 % à nous, %s, %(x)s <b>b</b>", f"%% {french(f'motto {TYPED}')}"])
def test_a_translator_doubles_no_per_cent_sign(
    sign_in: Callable[..., Editor], look: Look, editions: Editions, words: str
) -> None:
    """Of the site's motto, a promotion or a category: the checks ask for none, and the page shows what was typed."""
    desk = Translating.open(sign_in(Role.TRANSLATOR), f"motto {TYPED}")
    desk = desk.save(words)
    if desk.answer.status_code != 303:  # remarks on style want a second press
        desk = desk.save(words)
    assert desk.answer.status_code == 303, desk.text()
    editions.refresh()

    assert words.replace("100%", "100\u00a0%").replace("100 %", "100\u00a0%") == look("/fr/").one("h1").get_text()
