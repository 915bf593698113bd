"""`flask promotions write`: what the studio says of a promotion becomes its file."""

from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.promotions.definition import definition_topic, values_of
from microsite.promotions.promotion import Promotion
from microsite.runtime import runtime_of
from microsite.storage.revisions import PROMOTION, Topic
from microsite.storage.saving import Draft
from tests.saves import save_next
from tests.test_definitions import NEW, WORDS

Run = Callable[[str], Result]


@pytest.fixture
def run(app: Flask, settings: Settings) -> Run:
    env = {"MICROSITE_SITE": str(settings.site), "MICROSITE_INSTANCE": str(settings.instance)}
    runtime_of(app).store.upgrade()
    return lambda key: app.test_cli_runner().invoke(args=["promotions", "write", key], env=env)


def define(app: Flask, promotion: Promotion, words: dict[str, str] | None = None) -> None:
    store = runtime_of(app).store
    save_next(store, definition_topic(promotion.key), Draft(words=values_of(promotion)))
    if words:
        save_next(store, Topic(PROMOTION, promotion.key, "en"), Draft(words=words))


def test_a_promotion_of_the_studio_gets_a_file_that_says_the_same(
    app: Flask, settings: Settings, editions: Editions, run: Run
) -> None:
    """Every field, with the words in force in the default language; signs of TOML and of format are data."""
    odd = {"name": 'A "quote" \\ %s {0}', "until": "2027-01-01T00:00:00Z"}
    promotion = Promotion.model_validate(
        {**values_of(NEW), **odd, "key": "students", "placements": ("home",)}
        | {name: tuple(values_of(NEW)[name].split()) for name in ("categories", "articles", "not_articles")}
        | {"utm_source": None, "utm_medium": None, "goal": 25}
    )
    define(app, promotion, {**WORDS, "text": 'A "text" \\ 100 %.'})
    result = run("students")
    assert 0 == result.exit_code, result.output

    written = editions.refresh().files.promotions["students"]
    assert values_of(promotion) == values_of(written)
    assert written.wording and 'A "text" \\ 100 %.' == written.wording.text
    assert not editions.faults


def test_a_file_keeps_its_comment_and_its_default_words(
    app: Flask, settings: Settings, editions: Editions, run: Run
) -> None:
    """With the comments for translators; written twice it is the same."""
    path = settings.site / "promotions" / "planet-freevpn.toml"
    before, file = path.read_text(), editions.refresh().files.promotions["planet-freevpn"]
    define(app, file.model_copy(update={"target": "https://freevpnplanet.com/new", "precedence": 3}))
    assert 0 == run("planet-freevpn").exit_code
    after = path.read_text()

    assert before[before.index("[wording]") :] == after[after.index("[wording]") :]
    assert before.splitlines()[0] == after.splitlines()[0]
    assert ("https://freevpnplanet.com/new", 3) == (
        (written := editions.refresh().files.promotions["planet-freevpn"]).target,
        written.precedence,
    )
    run("planet-freevpn")
    assert after == path.read_text()


def test_what_cannot_be_written_is_said(app: Flask, settings: Settings, editions: Editions, run: Run) -> None:
    """In a sentence, without a file."""
    editions.refresh()
    define(app, NEW)
    assert "“students” has no words in English. Write them in the studio first." in run("students").output
    assert "There is no promotion “../../x”. Write one of: coming, expired," in run("../../x").output
    define(app, NEW.model_copy(update={"target": "https://elsewhere.example/"}))
    assert "elsewhere.example is not among `promotion_hosts`" in run("students").output
    assert not (settings.site / "promotions" / "students.toml").exists()
