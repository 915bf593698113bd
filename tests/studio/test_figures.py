"""What marketing sees of what promotions did."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import event

from microsite.runtime import runtime_of
from microsite.storage.revisions import PROMOTION, Topic
from microsite.storage.saving import Draft, save
from microsite.storage.store import Store
from microsite.storage.tables import PromotionCount
from microsite.studio.access import Role
from tests.conftest import NOW
from tests.studio.conftest import Editor, inputs_of, soup

SignIn = Callable[..., Editor]
Count = Callable[..., None]
TODAY = NOW.date()
ALL, ONE = "/studio/figures/", "/studio/figures/planet-freevpn/en/"
DEFINITION = "/studio/promotions/planet-freevpn/definition/"


@pytest.fixture
def count(store: Store) -> Count:
    """`count(1200, 24, ago=3, wording=digest)`: so many impressions and clicks of the English promotion on a day."""

    def add(impressions: int, clicks: int, ago: int = 0, **where: object) -> None:
        spot = {
            "locale": "en",
            "page": "both",
            "placement": "in-text",
            "promotion": "planet-freevpn",
            "wording": "catalog",
        }
        row = PromotionCount(
            day=TODAY - timedelta(days=ago), impressions=impressions, clicks=clicks, **{**spot, **where}
        )
        with store.begin() as session:
            session.add(row)

    return add


@pytest.fixture
def reword(app: Flask, store: Store) -> Callable[[str], str]:
    """Saves a headline for the English promotion and shows it to readers; gives the digest of the words."""
    saved = [0]

    def words(headline: str) -> str:
        draft = Draft(words={"headline": headline, "text": "A text.", "button": "A button"})
        topic = Topic(PROMOTION, "planet-freevpn", "en")
        saved.append(save(store, topic, draft, saved[-1], "ada@example.org", NOW).id)
        runtime_of(app).editions.poll_revisions()
        shown = runtime_of(app).editions.current.words["en"]["planet-freevpn"]
        runtime_of(app).counts.flush()
        return shown.digest

    return words


def table(editor: Editor, path: str, name: str) -> list[list[str]]:
    """The rows of the table in the section of that name (the page's only one without), cell by cell."""
    page = soup(editor.get(path))
    rows = page.select(f"[aria-labelledby={name}] .figures tbody tr")
    return [[" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")] for row in rows]


def number_of(page: BeautifulSoup, headline: str) -> str:
    """By which the table of wordings names the one with this headline."""
    cell = next(cell for cell in page.select("#studio_wordings_table ~ tbody th") if headline in cell.get_text())
    return cell.get_text(" ").split()[1]


def wordings(editor: Editor, path: str = ONE) -> list[list[str]]:
    return table(editor, path, "studio_wordings")


def test_each_promotion_and_language_has_its_figures(sign_in: SignIn, count: Count) -> None:
    """Views, clicks, and clicks per thousand views with their range."""
    count(2000, 40)
    count(300, 5, locale="fr")
    rows = table(sign_in(Role.MARKETING), "/studio/figures/", "studio_caption")
    ours = {row[1]: row[2:5] for row in rows if row[0].startswith("Planet FreeVPN")}
    assert ours["English"] == ["2,000", "40", "20.0 14.7 to 27.1"]
    assert ours["Français"] == ["300", "5", "Not enough yet"]


def foot(page: BeautifulSoup) -> list[str]:
    return [" ".join(cell.get_text(" ").split()) for cell in page.select("tfoot :is(th, td)")]


def test_the_last_row_is_the_sum(sign_in: SignIn, count: Count) -> None:
    """Of what anybody clicked on mistyped links as well."""
    count(2000, 40)
    count(300, 5, locale="fr")
    count(0, 2, wording="unknown", page="unknown", placement="unknown", promotion="unknown")
    words = foot(soup(sign_in(Role.MARKETING).get(ALL)))
    assert ["In all", "", "2,300", "47", "20.4 15.4 to 27.1"] == words[:5]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("-views", ["2,000", "300", "0"]),
        ("views", ["0", "300", "2,000"]),
        ("-clicks", ["2,000", "300", "0"]),
        ("-rate", ["2,000", "0", "300"]),
        ("-change", ["300", "2,000", "0"]),
    ],
)
def test_rows_sort_by_what_their_heads_say(sign_in: SignIn, count: Count, sort: str, order: list[str]) -> None:
    """By links, in the address; what has no rate, or no change, stands last, the others as they were."""
    count(2000, 40)
    count(1900, 38, ago=30)
    count(300, 5, locale="fr")
    count(100, 5, locale="fr", ago=30)
    editor = sign_in(Role.MARKETING)
    views = [row[2] for row in table(editor, f"{ALL}?sort={sort}", "studio_caption")]
    assert order == list(dict.fromkeys(views))
    page = soup(editor.get(f"{ALL}?since=2026-11-01&sort={sort}"))
    head = page.select_one("th[aria-sort] a")
    assert head and "since=2026-11-01" in str(head["href"])
    assert len(page.select("th[aria-sort]")) == 1
    turned = soup(editor.get(str(head["href"]))).select_one("th[aria-sort]")
    assert turned and turned["aria-sort"] == ("ascending" if sort.startswith("-") else "descending")


@pytest.mark.parametrize("sort", ["", "nothing", "--views", "days", "-"])
def test_an_order_that_nobody_knows_is_none(sign_in: SignIn, sort: str) -> None:
    """By name, as ever."""
    assert not soup(sign_in(Role.MARKETING).get(f"{ALL}?sort={sort}")).select("[aria-sort]")


def test_a_change_is_said_beside_as_many_days_before(sign_in: SignIn, count: Count) -> None:
    """In words; nothing is said where fewer than fifty were shown then, nor where totals are not kept as far back."""
    count(90, 4)
    count(60, 6, ago=30)
    count(90, 4, locale="fr")
    count(49, 0, locale="fr", ago=30)
    editor = sign_in(Role.MARKETING)
    rows = table(editor, ALL, "studio_caption")
    changed = {row[1]: row[5] for row in rows if row[0].startswith("Planet FreeVPN")}
    assert "50% more views 2 clicks fewer" == changed["English"]
    assert "–" == changed["Français"]
    assert "50% more views 2 clicks fewer" in " ".join(soup(editor.get(ONE)).get_text(" ").split())
    assert "from 28 September 2026 to 25 October 2026" in editor.get(ALL).get_data(as_text=True)
    everything = soup(editor.get(f"{ONE}?since=2024-10-22"))
    assert "–" == everything.select(".sums dd")[-1].get_text(strip=True)


@pytest.mark.parametrize(
    ("views", "goal", "says"),
    [
        (2000, 10, "Goal of 10: reached"),
        (2000, 30, "Goal of 30: not reached"),
        (2000, 20, "Goal of 20: within the range, not sure yet"),
        (999, 20, "Goal of 20"),
    ],
)
def test_a_goal_is_reached_once_that_is_sure(
    app: Flask, sign_in: SignIn, count: Count, views: int, goal: int, says: str
) -> None:
    """Set in the browser, it stands in the audit, and beside the rate."""
    count(views, views // 50)
    editor = sign_in(Role.ADMIN)
    fields = inputs_of(editor.get(DEFINITION))
    placements = ["in-text", "home"]
    editor.post(DEFINITION, data={**fields, "goal": str(goal), "placements": placements, "do": "save"})
    for path in (ALL, ONE):
        words = [small.get_text(" ", strip=True) for small in soup(editor.get(path)).select(".figures .num, .sums dd")]
        assert any(text.endswith(says) for text in words), words
    audit = soup(editor.get("/studio/audit")).get_text(" ", strip=True)
    assert f"Planet FreeVPN (planet-freevpn), Goal, in clicks per thousand views: – → {goal}" in audit


def test_a_day_that_stands_out_is_named(sign_in: SignIn, count: Count) -> None:
    """In the table, under the chart, to whoever does not see it: beyond five times its month's median, not at it."""
    for ago in range(1, 8):
        count(10, 0, ago=ago)
    count(51, 0)
    count(50, 0, ago=8)
    page = soup(sign_in(Role.MARKETING).get(ONE))
    says = "More than five times the median of its month: 22 November 2026."
    assert says in page.select("figcaption")[0].get_text()
    assert page.select_one("#studio_views_says") and says in str(page.select_one("#studio_views_says"))
    assert 1 == len(page.select("rect.unusual"))
    named = [row.get_text(" ", strip=True) for row in page.select("details tbody tr") if row.select("small")]
    assert ["22 November 2026 more than five times the median of its month, 10 51 0"] == [
        " ".join(text.split()) for text in named
    ]


def test_the_zone_of_the_account_is_named_beside_days_in_utc(sign_in: SignIn) -> None:
    """With the time at which they begin there: two where its clocks change meanwhile."""
    page = sign_in(Role.MARKETING).get(ALL).get_data(as_text=True)
    assert "In your time zone, Europe/Paris, such a day begins at 01:00." in page
    summer = sign_in(Role.MARKETING).get(f"{ALL}?since=2026-10-20").get_data(as_text=True)
    assert "such a day begins at 02:00 / 01:00." in summer


def test_the_desk_says_what_the_last_28_days_brought(sign_in: SignIn, count: Count) -> None:
    """Beside each wording, with the way to its figures; what is older is left to the figures."""
    count(1284, 61)
    count(500, 5, ago=28)
    links = soup(sign_in(Role.MARKETING).get("/studio/promotions/")).select(f"td a[href='{ONE}']")
    on_a_phone, at_a_desk = (" ".join(link.get_text(" ").split()) for link in links)
    assert ("Views: 1,284. Clicks: 61.", "1,284 views, Planet FreeVPN, English") == (on_a_phone, at_a_desk)
    clicks = links[1].find_next("td")
    assert clicks and "61" == clicks.get_text(strip=True)


def test_each_wording_has_its_rate_as_far_as_chance_allows(
    sign_in: SignIn, count: Count, reword: Callable[[str], str]
) -> None:
    """The one shown last first; below a thousand views nothing is said. Those of other days are not compared."""
    old, new = reword("An older headline"), reword("A newer headline")
    count(900, 30, ago=20)
    count(5000, 60, ago=9, wording=old)
    count(4000, 120, ago=2, wording=new)
    count(0, 2, wording="unknown", page="unknown", placement="unknown")

    newest, older, catalog, unknown = wordings(sign_in(Role.MARKETING))
    assert re.fullmatch("Wording [123] A newer headline", newest[0])
    assert newest[1:] == ["20 November 2026", "4,000", "120", "30.0 25.1 to 35.8"]
    assert re.fullmatch("Wording [123] An older headline", older[0])
    assert older[1:] == ["13 November 2026", "5,000", "60", "12.0 9.3 to 15.4"]
    assert catalog[0] == "Earlier original text"
    assert catalog[1:] == ["2 November 2026", "900", "30", "Not enough yet"]
    assert unknown == ["Old or mistyped links", "22 November 2026", "0", "2", "–"]


def test_articles_and_places_are_listed_by_views(sign_in: SignIn, count: Count) -> None:
    """By title, most seen first, with the place on the page; at most twenty-five, and the rest is in the CSV."""
    count(1500, 30)
    count(3000, 30, page="home", placement="home")
    for number in range(30):
        count(1, 0, page=f"gone-{number}", placement="default")
    editor = sign_in(Role.MARKETING)
    rows = table(editor, ONE, "studio_pages")
    assert [row[:3] for row in rows[:2]] == [
        ["Home page", "Its place on the home page", "3,000"],
        ["The city’s cable: who listens?", "Placed by the writer", "1,500"],
    ]
    assert len(rows) == 25
    assert "The first 25 of 32" in editor.get(ONE).get_data(as_text=True)


def test_the_days_are_drawn_and_stand_in_a_table_behind(sign_in: SignIn, count: Count) -> None:
    """Without script; the drawing says in words what it shows, and the table has every day, empty ones too."""
    count(300, 6, ago=2)
    count(100, 1, ago=27)
    page = soup(sign_in(Role.MARKETING).get(ONE))

    drawings = page.select("figure.chart svg[role=img]")
    assert [len(drawing.select("rect")) for drawing in drawings] == [2, 2]
    words = " ".join(page.select("#studio_views_says")[0].get_text().split())
    assert words == "400 in all; most on 20 November 2026: 300."
    days = table(sign_in(Role.MARKETING), ONE, "studio_days")
    assert len(days) == 28
    assert (days[0], days[25], days[26]) == (
        ["26 October 2026", "100", "1"],
        ["20 November 2026", "300", "6"],
        ["21 November 2026", "0", "0"],
    )
    assert not page.select("[style]") and not page.select("figure script")


def test_a_new_wording_is_marked_on_the_days(sign_in: SignIn, count: Count, reword: Callable[[str], str]) -> None:
    """A line on its first day, with its number: what changed is seen where it changed."""
    new = reword("A headline")
    count(300, 6, ago=27)
    count(300, 6, ago=14, wording=new)
    page = soup(sign_in(Role.MARKETING).get(ONE))
    assert [mark.get_text() for mark in page.select(".marks text")] == [number_of(page, "A headline")]
    assert [line["x1"] for line in page.select(".began")] == ["46.429%"] * 2  # after 13 of 28 days


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", "26 October 2026", "22 November 2026"),
        ("?since=2026-11-01&until=2026-11-03", "1 November 2026", "3 November 2026"),
        ("?since=2026-11-20", "20 November 2026", "22 November 2026"),
        ("?since=2026-11-20&until=2031-01-01", "20 November 2026", "22 November 2026"),
        ("?since=0001-01-01", "22 October 2024", "22 November 2026"),
        ("?since=1999-01-01&until=1999-01-02", "22 October 2024", "22 October 2024"),
        ("?since=0001-01-01&until=0001-01-01", "22 October 2024", "22 October 2024"),
        ("?since=&until=", "26 October 2026", "22 November 2026"),
    ],
)
def test_anybody_may_choose_the_days(sign_in: SignIn, query: str, first: str, last: str) -> None:
    """By a plain form whose address can be passed on; as far as totals are kept, and until today."""
    for path in ("/studio/figures/", ONE):
        assert f"From {first} to {last}, days in UTC." in sign_in(Role.MARKETING).get(path + query).get_data(
            as_text=True
        )


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?since=2026-11-09&until=2026-11-01", "The last day lies before the first."),
        ("?since=2027-01-01", "This day is still to come."),
        ("?since=yesterday", "Not a valid date"),
    ],
)
def test_days_that_cannot_be_are_said_and_stay_typed(sign_in: SignIn, query: str, says: str) -> None:
    """The last 28 days stand below meanwhile."""
    answer = sign_in(Role.MARKETING).get(ONE + query)
    assert answer.status_code == 200
    assert says in answer.get_data(as_text=True)
    typed = soup(answer).select_one("[name=since]")
    assert typed and typed["value"] == query.partition("since=")[2].partition("&")[0]
    assert "From 26 October 2026 to 22 November 2026" in answer.get_data(as_text=True)


def test_the_studio_says_what_is_counted_and_what_may_be_lost(sign_in: SignIn) -> None:
    """On every page of figures, in the account's language."""
    for path in ("/studio/figures/", ONE):
        english = " ".join(sign_in(Role.MARKETING).get(path).get_data(as_text=True).split())
        assert "five seconds of them at most are lost" in english
        assert "fewer than 1,000 views" in english
        assert "Global Privacy Control" in english
        french = " ".join(sign_in(Role.MARKETING, "fr").get(path).get_data(as_text=True).split())
        assert "un arrêt brutal en fait perdre cinq secondes au plus" in french


def test_what_is_not_there_is_not_found(sign_in: SignIn, count: Count) -> None:
    """A promotion that nobody knows, a language that the site does not speak; one that has gone keeps its figures."""
    count(10, 1, promotion="gone", ago=90)
    editor = sign_in(Role.MARKETING)
    for path in ("nothing/en/", "planet-freevpn/xx/", "unknown/en/", "nothing/en/figures.csv"):
        assert editor.get(f"/studio/figures/{path}").status_code == 404
    assert editor.get("/studio/figures/gone/en/").status_code == 200


@pytest.mark.parametrize("path", ["/studio/figures/", ONE, "/studio/figures.csv", ONE + "figures.csv"])
def test_figures_are_for_marketing(sign_in: SignIn, editor: Editor, path: str) -> None:
    """And for admins; translators have other work; without an account one is asked for it."""
    assert sign_in(Role.ADMIN).get(path).status_code == 200
    assert sign_in(Role.TRANSLATOR).get(path).status_code == 403
    assert editor.get(path).status_code == 303


def export(editor: Editor, path: str) -> list[list[str]]:
    answer = editor.get(path)
    assert answer.mimetype == "text/csv" and answer.headers["Content-Disposition"].startswith("attachment;")
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_totals_can_be_taken_along(sign_in: SignIn, count: Count, reword: Callable[[str], str]) -> None:
    """As CSV in UTF-8 with English names in any language: every total of the days, of all or of one promotion."""
    digest = reword("Une tête d’œuf")
    count(7, 1, ago=1, wording=digest)
    count(5, 0, locale="fr")
    count(0, 2, wording="unknown", page="unknown", placement="unknown", promotion="unknown")
    count(9, 9, ago=40)
    editor = sign_in(Role.MARKETING, "fr")
    everything, own = export(editor, "/studio/figures.csv"), export(editor, ONE + "figures.csv")

    head = ["day", "language", "page", "placement", "promotion", "wording", "headline", "views", "clicks"]
    first = ["2026-11-21", "en", "both", "in-text", "planet-freevpn", digest, "Une tête d’œuf", "7", "1"]
    assert own == [head, first]
    assert everything == [
        head,
        first,
        ["2026-11-22", "en", "unknown", "unknown", "unknown", "unknown", "", "0", "2"],
        ["2026-11-22", "fr", "both", "in-text", "planet-freevpn", "catalog", "", "5", "0"],
    ]


def test_a_formula_in_a_headline_leaves_as_text(sign_in: SignIn, count: Count, reword: Callable[[str], str]) -> None:
    """From the field to the file."""
    count(7, 1, wording=reword('=HYPERLINK("https://evil.example")'))
    assert export(sign_in(Role.MARKETING), "/studio/figures.csv")[1][6] == "'=HYPERLINK(“https://evil.example”)"


def test_an_export_of_any_size_arrives_whole_and_in_pieces(sign_in: SignIn, store: Store) -> None:
    """Rows are sent while they are read, a thousand at a time: an export of 25 months fills no memory."""
    with store.begin() as session:
        session.add_all(
            PromotionCount(
                day=TODAY, locale="en", page=f"p-{number}", placement="home", promotion="x", wording="unknown"
            )
            for number in range(2500)
        )
    answer = sign_in(Role.MARKETING).get("/studio/figures.csv", buffered=False)
    assert answer.is_streamed
    pieces = [piece.decode() for piece in answer.iter_encoded()]
    assert max(len(piece.splitlines()) for piece in pieces) <= 1000
    assert len("".join(pieces).splitlines()) == 1 + 2500


def test_reading_figures_waits_for_no_counting(sign_in: SignIn, app: Flask, count: Count) -> None:
    """The figures are what the database holds: who looks at them neither writes nor waits."""
    wrote: list[object] = []
    editor = sign_in(Role.MARKETING)
    event.listen(runtime_of(app).store.writer, "commit", wrote.append)
    assert editor.get("/studio/figures/").status_code == 200
    assert wrote == []
