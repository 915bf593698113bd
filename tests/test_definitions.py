"""What the studio says of a promotion wins over its file; what is wrong with it harms nothing else."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.editions.edition import as_of
from microsite.editions.publishing import Editions
from microsite.promotions.definition import definition_topic, values_of
from microsite.promotions.promotion import Promotion
from microsite.runtime import runtime_of
from microsite.storage.revisions import PROMOTION, Action, Topic
from microsite.storage.saving import Draft
from tests.conftest import NOW, Clock, Seen
from tests.saves import save_next
from tests.test_live_content import degraded

Look = Callable[..., Seen]
NEW = Promotion.model_validate(
    {
        "key": "students",
        "name": "Students %(x)s {0} \\*",
        "advertiser": "Planet FreeVPN",
        "target": "https://freevpnplanet.com/students?a=%20",
        "placements": ("default", "home"),
        "articles": ("both", "guide"),
        "precedence": 1,
        "utm_campaign": "Rentrée",
        "from": "2026-11-01T00:00:00+01:00",
    }
)
WORDS = {"headline": "For students", "text": "A text.", "button": "A button"}
REAL = "planet-freevpn"


@pytest.fixture
def say(app: Flask, editions: Editions, clock: Clock) -> Callable[..., None]:
    """Saves a definition as the studio does; `words` are those in English."""

    def save(promotion: Promotion, action: Action = Action.WORDS, words: dict[str, str] | None = None) -> None:
        store = runtime_of(app).store
        values = values_of(promotion) if action == Action.WORDS else {}
        save_next(store, definition_topic(promotion.key), Draft(action, values), now=clock.now)
        if words:
            save_next(store, Topic(PROMOTION, promotion.key, "en"), Draft(words=words), now=clock.now)
        editions.poll_revisions()

    return save


def headlines(look: Look, path: str = "/en/") -> list[str]:
    return look(path).words("aside.promo .headline")


def test_a_promotion_without_a_file_is_shown_where_it_has_words(look: Look, say: Callable[..., None]) -> None:
    """In no other language, and nowhere before it has any."""
    look("/en/")
    say(NEW)
    assert "For students" not in headlines(look)
    say(NEW, words=WORDS)
    assert ["For students"] == headlines(look)
    assert "For students" not in headlines(look, "/fr/")


def test_what_is_saved_is_what_is_read(look: Look, editions: Editions, say: Callable[..., None]) -> None:
    """Every field, moments in UTC, signs of format as they are."""
    look("/en/")
    say(NEW)

    assert NEW == editions.current.promotions["students"]


def test_the_newest_revision_wins_over_the_file(
    look: Look, client: FlaskClient, editions: Editions, settings: Settings, say: Callable[..., None]
) -> None:
    """Whole, whatever the file says afterwards; its default words stay."""
    look("/en/")
    file = settings.site / "promotions" / f"{REAL}.toml"
    changed = editions.current.promotions[REAL].model_copy(update={"target": "https://freevpnplanet.com/new"})
    say(changed)
    file.write_text(file.read_text().replace("freevpnplanet.com/", "freevpnplanet.com/file"))
    editions.refresh()

    assert client.get(f"/en/go/{REAL}/home/home/0").location.startswith("https://freevpnplanet.com/new?utm_source=")
    assert ["The café’s Wi-Fi does not need to know where you go online."] == headlines(look)


def test_one_can_return_to_what_the_file_says(look: Look, editions: Editions, say: Callable[..., None]) -> None:
    """As with words, whose default is the catalog."""
    look("/en/")
    file = editions.current.promotions[REAL]
    say(file.model_copy(update={"placements": ()}))
    assert [] == headlines(look)
    say(file, Action.CATALOG)
    assert file == editions.current.promotions[REAL]


@pytest.mark.parametrize(
    "changed",
    [
        {"target": "https://elsewhere.example/"},
        {"target": "javascript:alert(1)"},
        {"target": "https://freevpnplanet.com@elsewhere.example/"},
        {"target": "https://freevpnplanet.com\\@elsewhere.example/"},
        {"target": "https://xn--freevpnplnet-y5a.com/"},
        {"target": "https://freevpnplanet.com/" + "x" * 20_000},
        {"placements": "nowhere"},
        {"precedence": "first"},
        {"precedence": "9" * 5000},
        {"from": "yesterday"},
        {"until": "2000-01-01T00:00:00Z"},
        {"categories": "gone"},
        {"colour": "red"},
        {"wording": "x"},
        {"key": "other"},
        {"advertiser": ""},
    ],
)
def test_what_no_file_could_say_is_left_out_and_named(
    app: Flask, look: Look, client: FlaskClient, editions: Editions, changed: dict[str, str]
) -> None:
    """Such as a host that was taken off the list: everything else goes on, and its clicks lead to our own page."""
    look("/en/")
    store = runtime_of(app).store
    save_next(store, definition_topic("students"), Draft(words={**values_of(NEW), **changed}))
    save_next(store, Topic(PROMOTION, "students", "en"), Draft(words=WORDS))
    editions.poll_revisions()

    assert ["The café’s Wi-Fi does not need to know where you go online."] == headlines(look)
    assert "students" not in editions.current.promotions
    [fault] = degraded(client)["promotions"]
    assert fault.startswith("revisions/1:1: the promotion “students” of the studio is shown nowhere: ")
    assert client.get("/en/go/students/home/home/2").location.startswith("https://freevpnplanet.com/?utm_")


def test_a_host_that_is_taken_off_the_list_takes_its_promotions_along(
    look: Look, client: FlaskClient, editions: Editions, settings: Settings, say: Callable[..., None]
) -> None:
    """Until it is back; the file of the same key does not come to life meanwhile."""
    site = settings.site / "site.toml"
    site.write_text(site.read_text().replace('promotion_hosts = ["', 'promotion_hosts = ["offers.example", "'))
    look("/en/")
    say(editions.current.promotions[REAL].model_copy(update={"target": "https://offers.example/"}))
    assert client.get(f"/en/go/{REAL}/home/home/0").location.startswith("https://offers.example/?")

    site.write_text(site.read_text().replace('"offers.example", ', ""))
    editions.refresh()
    assert [] == headlines(look)
    assert "offers.example is not among `promotion_hosts`" in degraded(client)["promotions"][0]

    site.write_text(site.read_text().replace('promotion_hosts = ["', 'promotion_hosts = ["offers.example", "'))
    editions.refresh()
    assert 1 == len(headlines(look))
    assert "promotions" not in degraded(client)


def test_the_site_at_another_moment_has_the_definition_of_then(
    look: Look, editions: Editions, clock: Clock, say: Callable[..., None]
) -> None:
    """Whoever looks back sees what was shown."""
    look("/en/")
    say(NEW)
    clock.forward(days=1)
    say(NEW.model_copy(update={"precedence": 7}))

    assert 7 == editions.current.promotions["students"].precedence
    assert 1 == as_of(editions.current, NOW).promotions["students"].precedence


def test_an_edition_is_due_when_a_promotion_of_the_studio_begins_or_ends(
    look: Look, editions: Editions, clock: Clock, say: Callable[..., None]
) -> None:
    """To the minute, like those of files."""
    look("/en/")
    say(NEW.model_copy(update={"until": NOW.replace(hour=13)}), words=WORDS)
    assert ["For students"] == headlines(look)
    assert NOW.replace(hour=13) == editions.current.due
    clock.forward(hours=1)
    editions.check_clock()
    assert "For students" not in headlines(look)


def test_two_processes_agree(app: Flask, look: Look, editions: Editions, say: Callable[..., None]) -> None:
    """Another one that reads the same database makes the same of it."""
    look("/en/")
    say(NEW)
    other = Editions(editions.settings, runtime_of(app).store, editions.clock)

    assert editions.current.promotions == other.current.promotions
