"""What is counted, seen from the site: totals of promotions, and nobody in them."""

import shutil
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.promotions.counts import months_before
from microsite.reader.views import home
from microsite.runtime import runtime_of
from microsite.storage.revisions import PROMOTION, Topic
from microsite.storage.saving import Draft
from microsite.storage.tables import PromotionCount, Wording
from tests.conftest import Seen
from tests.saves import save_next

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CLICK = "/fr/go/planet-freevpn/both/in-text/0"
Totals = Callable[[], list[tuple[str, str, str, str, str, int, int]]]


@pytest.fixture
def totals(app: Flask) -> Totals:
    """All rows: locale, page, placement, promotion, wording (“live” if it is that), impressions, clicks."""

    def read() -> list[tuple[str, str, str, str, str, int, int]]:
        runtime_of(app).counts.flush()
        with runtime_of(app).store.read() as session:
            rows = session.scalars(select(PromotionCount).order_by(PromotionCount.page, PromotionCount.wording)).all()
        live = {words.digest for of_all in runtime_of(app).editions.current.words.values() for words in of_all.values()}
        return [
            (r.locale, r.page, r.placement, r.promotion, "live" if r.wording in live else r.wording, *sums(r))
            for r in rows
        ]

    return read


def sums(row: PromotionCount) -> tuple[int, int]:
    return row.impressions, row.clicks


def test_a_click_is_in_the_database_before_its_redirect(client: FlaskClient, app: Flask) -> None:
    """One row, with what the link says."""
    client.get(CLICK, headers={"User-Agent": BROWSER})

    with runtime_of(app).store.read() as session:
        row = session.scalars(select(PromotionCount)).one()
    assert ("fr", "both", "in-text", "planet-freevpn", 1) == (
        row.locale,
        row.page,
        row.placement,
        row.promotion,
        row.clicks,
    )


def test_an_impression_is_counted_where_the_promotion_stood(client: FlaskClient, totals: Totals) -> None:
    """On the home page and in an article, by placement; a page without a promotion counts nothing."""
    for path in ("/en/", "/fr/blog/actualites/le-cable/", "/en/blog/", "/fr/blog/actualites/seulement-en-francais/"):
        client.get(path, headers={"User-Agent": BROWSER})

    assert [
        ("fr", "both", "in-text", "planet-freevpn", "live", 1, 0),
        ("en", "home", "home", "planet-freevpn", "live", 1, 0),
    ] == totals()


def test_each_promotion_of_a_page_is_counted(
    look: Callable[..., Seen], client: FlaskClient, totals: Totals, settings: Settings
) -> None:
    """A long article may have two: each is displayed and followed by itself, and each is labelled by its own words."""
    promotions, folder = settings.site / "promotions", settings.site / "articles" / "long"
    shutil.copy(promotions / "planet-freevpn.toml", promotions / "second.toml")
    folder.mkdir()
    words = "Privacy is a matter of power and of habit, as everybody knows who ever lost it. " * 40
    spots = [f"{words}\n\n::: promotion {key}\n:::\n\n{words}\n\n" for key in ("planet-freevpn", "second")]
    about = "title: Long\nsummary: A long one.\nslug: long\ncategory: guides\npublished: 2026-09-02"
    (folder / "en.md").write_text(f"---\n{about}\n---\n\n{''.join(spots)}")

    page = look("/en/blog/guides/long/", User_Agent=BROWSER)
    for button in page.all("aside.promo a.button"):
        client.get(str(button["href"]), headers={"User-Agent": BROWSER})

    labels = [page.one(f"#{promotion['aria-labelledby']}") for promotion in page.all("aside.promo")]
    assert len({str(label["id"]) for label in labels}) == 2
    assert [(promotion, impressions, clicks) for *_, promotion, _, impressions, clicks in totals()] == [
        ("planet-freevpn", 1, 1),
        ("second", 1, 1),
    ]


def test_a_page_shown_again_from_the_readers_own_copy_is_an_impression(client: FlaskClient, totals: Totals) -> None:
    """A 304 is a display: the reader has the page before them."""
    etag = client.get("/en/", headers={"User-Agent": BROWSER}).headers["ETag"]
    again = client.get("/en/", headers={"User-Agent": BROWSER, "If-None-Match": etag})

    assert 304 == again.status_code
    assert [("en", "home", "home", "planet-freevpn", "live", 2, 0)] == totals()


def test_a_page_shown_in_the_studio_is_no_impression(app: Flask, totals: Totals) -> None:
    """A preview is the reader's own page, seen by those who work on it."""
    app.add_url_rule("/studio/home", view_func=home)

    assert 200 == app.test_client().get("/studio/home", headers={"User-Agent": BROWSER}).status_code
    assert [] == totals()


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": BROWSER, "Sec-GPC": "1"},
        {"User-Agent": BROWSER, "DNT": "1"},
        {"User-Agent": BROWSER, "Sec-Purpose": "prefetch"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": ""},
    ],
)
def test_who_objects_or_is_a_robot_is_served_and_not_counted(
    client: FlaskClient, totals: Totals, headers: dict[str, str]
) -> None:
    """The same page, the same redirect, no number."""
    assert 200 == client.get("/en/", headers=headers).status_code
    assert 302 == client.get(CLICK, headers=headers).status_code
    assert [] == totals()


def test_asking_for_the_headers_alone_counts_nothing(client: FlaskClient, totals: Totals) -> None:
    """HEAD is nobody's look."""
    client.head("/en/", headers={"User-Agent": BROWSER})
    client.head(CLICK, headers={"User-Agent": BROWSER})

    assert [] == totals()


def test_a_link_that_is_not_known_is_counted_as_unknown(client: FlaskClient, totals: Totals) -> None:
    """No word of the address reaches the database."""
    client.get("/en/go/made-up/nowhere/anywhere/77", headers={"User-Agent": BROWSER})

    assert [("en", "unknown", "unknown", "unknown", "unknown", 0, 1)] == totals()


def test_the_same_words_go_on_counting(app: Flask, client: FlaskClient, look: Callable[..., Seen]) -> None:
    """Paused, restored or published again: they are the same words, and readers see the same."""
    store, topic = runtime_of(app).store, Topic(PROMOTION, "planet-freevpn", "en")
    words = {"headline": "Read on, unseen.", "text": "A “text”.", "button": "Go"}
    drafts = [Draft(words=words), Draft(words={**words, "button": "Go on"}), Draft(words=words)]
    for draft in drafts:
        save_next(store, topic, draft)
        runtime_of(app).editions.poll_revisions()
        look("/en/", User_Agent=BROWSER)
        runtime_of(app).counts.flush()

    with store.read() as session:
        rows = {row.wording: row.impressions for row in session.scalars(select(PromotionCount))}
        shown = {
            wording.digest: wording.button for wording in session.scalars(select(Wording)) if wording.locale == "en"
        }
    assert sorted((shown[digest], times) for digest, times in rows.items()) == [("Go", 2), ("Go on", 1)]


def test_words_that_were_shown_before_are_known(app: Flask, client: FlaskClient, totals: Totals) -> None:
    """A page that was kept elsewhere names its words by their digest; one of nothing counts as unknown."""
    store, topic = runtime_of(app).store, Topic(PROMOTION, "planet-freevpn", "en")
    digest = runtime_of(app).editions.current.words["en"]["planet-freevpn"].digest
    runtime_of(app).counts.flush()
    save_next(store, topic, Draft(words={"headline": "New", "text": "A text.", "button": "Go"}))
    runtime_of(app).editions.poll_revisions()
    for name in (digest, "f" * 16, "F" + digest[1:]):
        client.get(f"/en/go/planet-freevpn/home/home/{name}", headers={"User-Agent": BROWSER})

    assert totals() == [
        ("en", "home", "home", "planet-freevpn", digest, 0, 1),
        ("en", "home", "home", "planet-freevpn", "unknown", 0, 2),
    ]


def test_without_its_database_the_site_serves_on_and_says_so(
    app: Flask, client: FlaskClient, editions: Editions
) -> None:
    """Readers get their page and their redirect; /readyz names what is degraded."""
    runtime_of(app).store.close()
    (runtime_of(app).settings.instance / "microsite.sqlite").unlink()
    (runtime_of(app).settings.instance / "microsite.sqlite").mkdir()

    assert 200 == client.get("/en/", headers={"User-Agent": BROWSER}).status_code
    assert 302 == client.get(CLICK, headers={"User-Agent": BROWSER}).status_code
    editions.poll_revisions()
    assert 200 == client.get("/readyz").status_code
    assert "database" in client.get("/readyz").get_json()["degraded"]


def test_the_privacy_signal_is_published(client: FlaskClient) -> None:
    """/.well-known/gpc.json says that Sec-GPC is honoured."""
    assert client.get("/.well-known/gpc.json").get_json()["gpc"] is True


@pytest.mark.parametrize(
    ("day", "earlier"),
    [
        (date(2026, 11, 22), date(2024, 10, 22)),
        (date(2026, 1, 31), date(2023, 12, 31)),
        (date(2026, 3, 31), date(2024, 2, 29)),
        (date(2027, 3, 31), date(2025, 2, 28)),
    ],
)
def test_25_months_earlier(day: date, earlier: date) -> None:
    """The same day of the month, or its last."""
    assert months_before(day, 25) == earlier
