"""Which promotion stands where: places, categories, articles, and the order of precedence."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.editions.publishing import Editions
from tests.conftest import Seen

Look = Callable[..., Seen]
NEWS, GUIDE = "/en/blog/news/the-cable/", "/en/blog/guides/a-guide/"
STUDENTS = """name = "Students"
advertiser = "Planet FreeVPN"
target = "https://freevpnplanet.com/students"
placements = ["default", "home"]
{}
[wording]
headline = "For students"
text = "A text."
button = "A button"
"""


@pytest.fixture
def students(settings: Settings, editions: Editions) -> Callable[[str], None]:
    """Writes a second promotion with further lines."""

    def write(lines: str) -> None:
        (settings.site / "promotions" / "a-students.toml").write_text(STUDENTS.format(lines))
        editions.refresh()

    return write


def shown(look: Look, path: str) -> list[str]:
    return look(path).words("aside.promo .headline")


OTHER = ["The café’s Wi-Fi does not need to know where you go online."]


class TestTheOrder:
    """Precedence, then the one that began last, then the key."""

    def test_the_lowest_precedence_is_shown(self, look: Look, students: Callable[[str], None]) -> None:
        """Whatever began when; without a number it is 10."""
        students("precedence = 9")
        assert ["For students"] == shown(look, "/en/")
        students("precedence = 11\nfrom = 2026-11-01T00:00:00Z")
        assert OTHER == shown(look, "/en/")

    def test_of_equals_the_one_that_began_last_is_shown(self, look: Look, students: Callable[[str], None]) -> None:
        """One without a beginning began first of all."""
        students("from = 2026-11-01T00:00:00Z")
        assert ["For students"] == shown(look, "/en/")

    def test_of_those_the_first_key_is_shown(self, look: Look, students: Callable[[str], None]) -> None:
        """In the order of letters."""
        students("")
        assert ["For students"] == shown(look, "/en/")

    def test_a_writers_own_placement_stands_above_all(self, look: Look, students: Callable[[str], None]) -> None:
        """No order takes it from its text."""
        students("precedence = 1")
        assert ["Le Wi-Fi du café n’a pas à savoir où vous allez en ligne."] == shown(
            look, "/fr/blog/actualites/le-cable/"
        )


class TestTheArticles:
    """Where the site chooses, a promotion may name categories and articles."""

    @pytest.mark.parametrize(
        ("lines", "news", "guide"),
        [
            ("", True, True),
            ('categories = ["news"]', True, False),
            ('articles = ["guide"]', False, True),
            ('categories = ["news"]\narticles = ["guide"]', True, True),
            ('not_articles = ["guide"]', True, False),
            ('articles = ["guide"]\nnot_articles = ["guide"]', False, False),
            ('articles = ["gone-long-ago"]', False, False),
        ],
    )
    def test_only_those_that_it_names_have_it(
        self, look: Look, students: Callable[[str], None], lines: str, news: bool, guide: bool
    ) -> None:
        """Its categories and its articles, never those that it rules out; the next in order stands in the others."""
        students("precedence = 1\n" + lines)

        assert (["For students"] if news else OTHER) == shown(look, NEWS)
        assert (["For students"] if guide else OTHER) == shown(look, GUIDE)
        assert ["For students"] == shown(look, "/en/")

    @pytest.mark.parametrize(
        ("lines", "fault"),
        [
            ('categories = ["nowhere"]', "“nowhere” is no category of site.toml"),
            ("precedence = 0", "`precedence`"),
            ("precedence = 1000", "`precedence`"),
            ('articles = ["../x"]', "`articles`: cannot be part of an address"),
            ('name = "x"\nname = "y"', "not valid TOML"),
            ("utm_campaign = 7", "`utm_campaign` needs quotes"),
        ],
    )
    def test_what_a_file_says_wrong_is_named(
        self, settings: Settings, editions: Editions, students: Callable[[str], None], lines: str, fault: str
    ) -> None:
        """With its line, and what to do; the promotion is not shown."""
        students(lines)
        edition = editions.refresh()

        assert "a-students" not in edition.promotions
        assert re.search(
            rf"a-students\.toml:\d+: .*{re.escape(fault)}", "\n".join(map(str, editions.faults["content"]))
        )


def test_campaign_values_of_its_own_stand_in_the_address(
    look: Look, students: Callable[[str], None], client: FlaskClient
) -> None:
    """In place of the site's; the language is always told."""
    students('precedence = 1\nutm_source = "50 % off & more"\nutm_campaign = "Rentrée"')
    look("/en/")

    location = client.get("/en/go/a-students/home/home/0").location

    assert (
        "https://freevpnplanet.com/students?utm_source=50+%25+off+%26+more&utm_medium=article"
        "&utm_campaign=Rentr%C3%A9e&utm_content=en"
    ) == location
