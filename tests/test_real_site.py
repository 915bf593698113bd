"""The real articles and pages: complete, linked, in both languages."""

import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from microsite import addresses
from microsite.config import ROOT, Settings
from microsite.content.blocks import Figure
from microsite.content.drawings import read_drawing
from microsite.content.library import Content
from microsite.delivery.encodings import gzip_body
from microsite.runtime import runtime_of
from tests.conftest import Seen, check_any_page

STORIES = {
    "whatsapp-hong-kong",
    "undersea-cable",
    "facebook-suspends-requests",
    "hong-kong-streets",
    "national-security-law",
}
GUIDES = [
    "what-your-network-sees",
    "end-to-end-encryption",
    "what-a-page-learns",
    "public-wi-fi",
    "asking-a-company",
    "judging-a-privacy-product",
]
"""In the order in which to read them."""
ON_HONG_KONG = ["vpn-in-hong-kong", "choosing-a-vpn-for-hong-kong"]
"""Guides as well; in no such order."""
ARTICLES = STORIES | {*GUIDES, *ON_HONG_KONG}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(Settings(instance=tmp_path_factory.mktemp("instance"), base_url="http://localhost"))
    runtime_of(app).store.upgrade()
    yield app
    runtime_of(app).store.close()


@pytest.fixture(scope="module")
def content(real: Flask) -> Content:
    content: Content = runtime_of(real).editions.current.content
    return content


def test_stories_guides_and_pages_stand_in_both_languages(content: Content) -> None:
    """No gap in either language."""
    assert set(content.articles) == ARTICLES
    assert set(content.pages) == {
        "about",
        "privacy",
        "seen",
        "legal",
        "accessibility",
        "check",
        "corrections",
        "glossary",
        "hong-kong",
        "feed",
        "advertisements",
    }
    assert all(set(entry.documents) == {"en", "fr"} for entry in (*content.articles.values(), *content.pages.values()))


@pytest.mark.parametrize(("keys", "least", "most"), [(STORIES, 300, 600), (GUIDES, 600, 900), (ON_HONG_KONG, 500, 900)])
def test_articles_say_something_and_are_short_enough(content: Content, keys: set[str], least: int, most: int) -> None:
    """A story has 300 to 600 words, a guide 600 to 900; one on Hong Kong may do with 500."""
    documents = [document for key in keys for document in content.articles[key].documents.values()]

    assert {document.path: document.words for document in documents if not least <= document.words <= most} == {}


@pytest.mark.parametrize("tag", ["en", "fr"])
def test_guides_stand_in_the_order_in_which_to_read_them(pages: dict[str, Seen], content: Content, tag: str) -> None:
    """Their page says where to begin, lists them first, and is what search engines are told of it."""
    locale = content.site.locales[tag]
    page = pages[addresses.category(content, "guides", locale)]
    listed = [str(link["href"]) for link in page.all(".rows h2 a")]

    assert [addresses.text(content, content.articles[key], locale) for key in GUIDES] == listed[: len(GUIDES)]
    assert page.one("main .lede").get_text() == page.one("meta[name=description]")["content"]


@pytest.mark.parametrize("tag", ["en", "fr"])
@pytest.mark.parametrize("key", [*GUIDES, *ON_HONG_KONG])
def test_a_guide_ends_in_three_steps(pages: dict[str, Seen], content: Content, key: str, tag: str) -> None:
    """After what is often said and is not so. Its terms lead to the glossary, and to machines it is no news."""
    entry = content.articles[key]
    page = pages[addresses.text(content, entry, content.site.locales[tag])]
    errors, steps = page.all("article > h2:not(.tag)")[-2:]
    heading = {"en": "What is often said, and is not so", "fr": "Ce que l’on dit souvent, et qui est faux"}[tag]

    assert heading == errors.get_text()
    assert 3 <= len(errors.find_all_next("ul")[0].find_all("li")) <= 6
    assert 3 == len(steps.find_all_next("ol")[0].find_all("li"))
    assert page.all("a.term")
    assert "Article" == json.loads(page.all("script")[0].get_text())["@type"]


def test_news_of_2020_says_so(content: Content) -> None:
    """Every story tells when its events happened, and of guides that on the VPNs of 2020 alone."""
    ageless = {key for key, entry in content.articles.items() if entry.documents["en"].article_matter.events is None}

    assert {"choosing-a-vpn-for-hong-kong", *GUIDES} == ageless
    assert all(
        entry.documents[locale].article_matter.events == entry.documents["en"].article_matter.events
        for entry in content.articles.values()
        for locale in ("en", "fr")
    )


def test_the_articles_carry_the_links_that_they_carried(content: Content) -> None:
    """A list of three in one, two lines “Read also” in another, in both languages."""

    def named(key: str, locale: str, kind: str) -> list[str]:
        blocks = [block for block in content.articles[key].documents[locale].blocks if block.kind == kind]
        return [key for block in blocks for key in getattr(block, "keys", None) or (getattr(block, "key", ""),)]

    for locale in ("en", "fr"):
        assert ["undersea-cable", "vpn-in-hong-kong", "choosing-a-vpn-for-hong-kong"] == named(
            "whatsapp-hong-kong", locale, "related"
        )
        assert ["hong-kong-streets", "national-security-law"] == named("facebook-suspends-requests", locale, "also")
    assert not content.articles["facebook-suspends-requests"].documents["fr"].article_matter.promotion


@pytest.mark.parametrize("tag", ["en", "fr"])
def test_what_judges_privacy_products_carries_no_promotion(pages: dict[str, Seen], content: Content, tag: str) -> None:
    """All other guides do, after they have said what a VPN does not do."""
    promoted = {
        key
        for key in GUIDES
        if pages[addresses.text(content, content.articles[key], content.site.locales[tag])].all(".promo")
    }
    assert {*GUIDES} - {"judging-a-privacy-product"} == promoted


def test_the_guide_that_judges_vpns_carries_no_promotion(pages: dict[str, Seen], content: Content) -> None:
    """Nor does it leave out a question that it asks of others when it comes to our own product."""
    entry = content.articles["choosing-a-vpn-for-hong-kong"]
    for tag in ("en", "fr"):
        page = pages[addresses.text(content, entry, content.site.locales[tag])]
        questions, answers, _ = page.all("article > ol")

        assert not page.all(".promo")
        assert 9 == len(questions.find_all("li")) == len(answers.find_all("li"))


def test_titles_fit_a_result_of_a_search(pages: dict[str, Seen]) -> None:
    """With the site's name at most 70 characters, and no two pages with one title."""
    titles = [page.one("head > title").get_text() for page in pages.values()]

    assert [title for title in titles if len(title) > 70] == []
    assert len(set(titles)) == len(titles)


def test_articles_cite_what_they_name(content: Content) -> None:
    """Three to six sources in each, cited beside what they say but for those without an address; no remark is left."""
    for entry in content.articles.values():
        for tag, document in entry.documents.items():
            sources = document.article_matter.sources
            cited = {citation.key for block in document.blocks for citation in getattr(block, "citations", ())}
            cited |= {note.key for note in document.article_matter.since}

            assert 3 <= len(sources) <= 6, (entry.key, tag)
            assert {source.key for source in sources if source.url} <= cited, (entry.key, tag)
            assert document.warnings == (), (entry.key, tag)


def crawl(client: FlaskClient) -> dict[str, Seen]:
    """Every page that can be reached from the home pages, by path."""
    waiting, seen = ["/en/", "/fr/"], dict[str, Seen]()
    while waiting:
        path = waiting.pop()
        response = client.get(path)
        if path in seen or response.mimetype != "text/html":
            continue
        seen[path] = Seen(response, BeautifulSoup(response.get_data(as_text=True), "html.parser"))
        links = (urlsplit(str(link["href"])) for link in seen[path].all("a[href]"))
        waiting += [link.path for link in links if not link.netloc and link.path and "/go/" not in link.path]
    return seen


@pytest.fixture(scope="module")
def pages(real: Flask) -> dict[str, Seen]:
    return crawl(real.test_client())


def test_every_link_leads_somewhere(pages: dict[str, Seen], content: Content) -> None:
    """Every page of the site is reached from the home page, and none of their links is broken."""
    assert {200} == {page.status for page in pages.values()}
    assert 2 * (1 + 1 + 2 + len(ARTICLES) + len(content.pages)) == len(pages)


def test_every_page_keeps_the_rules(pages: dict[str, Seen], real: Flask) -> None:
    """One heading, its language, no id twice, nothing from elsewhere, no cookie."""
    for path, page in pages.items():
        check_any_page(path, page, real)


def test_every_fragment_has_its_target(pages: dict[str, Seen]) -> None:
    """A link to a part of a page finds it."""
    for path, page in pages.items():
        ids = {str(tag["id"]) for tag in page.all("[id]")}
        wanted = {str(link["href"])[1:] for link in page.all("a[href^='#']")}
        assert wanted <= ids, path


@pytest.mark.parametrize("tag", ["en", "fr"])
def test_the_home_page_has_the_drawing_of_what_it_opens_with(pages: dict[str, Seen], tag: str) -> None:
    """In a wide window; the numbers of its caption lead to the sources where they stand."""
    home = pages[f"/{tag}/"]
    article = pages[str(home.one(".lead .title a")["href"])]
    path, _, source = str(home.all(".lead figcaption sup a")[0]["href"]).partition("#")

    assert home.one(".lead svg title").get_text() == article.one("figure svg title").get_text()
    assert article is pages[path] and article.one(f"#{source}")


FRENCH_SPACES = re.compile(r"[\w»)] [;!?]|[\w»)][;!?](?=\s)|[\w»)] :|« |« | »|\w'\w")


NUMBER_WORDS = {"one": "1", "two": "2", "three": "3", "un": "1", "une": "1", "deux": "2", "trois": "3"}
"""Numbers that a text may write out."""


def drawn(content: Content) -> Iterator[tuple[str, str, str, str]]:
    """Of each figure that an article places: the article and language, its labels, its description, the text around."""
    for document in (document for entry in content.articles.values() for document in entry.own_documents):
        html = " ".join(str(getattr(block, "html", getattr(block, "caption", ""))) for block in document.blocks)
        text = BeautifulSoup(html, "html.parser").get_text(" ")
        for name in (block.name for block in document.blocks if isinstance(block, Figure)):
            drawing = BeautifulSoup(content.drawing(document, name) or "", "html.parser")
            labels, description = (
                " ".join(element.get_text() for element in drawing.select(tag)) for tag in ("text", "desc")
            )
            yield f"{document.key} {document.locale_id}", labels, description, text


def numbers(text: str) -> set[str]:
    """In figures, without the spaces and commas that part thousands."""
    return set(re.findall(r"\d+(?:[.,:]\d+)?", re.sub(r"(?<=\d)[ \u00a0\u202f,](?=\d{3}\b)", "", text)))


def numbers_said(text: str) -> set[str]:
    """In figures or written out."""
    return numbers(text) | {NUMBER_WORDS[word] for word in re.findall(r"\w+", text.lower()) if word in NUMBER_WORDS}


def test_each_number_in_a_figure_stands_in_its_text_and_its_description(content: Content) -> None:
    """Whoever mends one is told of the others; who does not see the drawing hears all of them."""
    figures = list(drawn(content))
    for name, labels, description, text in figures:
        assert numbers(labels) - numbers_said(text) == set(), name
        assert numbers(labels) - numbers_said(description) == set(), name
    assert len(figures) >= 2 * len(ARTICLES)


def test_a_drawing_has_the_same_shapes_in_each_language() -> None:
    """Words, and where they stand, are each language's own."""
    shapes: dict[str, set[str]] = {}
    for path in (ROOT / "site").rglob("*.*.svg"):
        drawing = next(iter(read_drawing(path).values()))
        without_words = re.sub(r"<(text|title|desc)\b.*?</\1>", "", drawing)
        shapes.setdefault(str(path.with_suffix("").with_suffix("")), set()).add(without_words)

    assert [name for name, drawings in shapes.items() if len(drawings) > 1] == []


@pytest.mark.parametrize("tag", ["en", "fr"])
@pytest.mark.parametrize("key", sorted(ARTICLES))
def test_a_first_visit_to_an_article_is_one_small_answer(real: Flask, content: Content, key: str, tag: str) -> None:
    """One response of at most 12 kB by gzip, head, style and drawings included: the first flight of a connection.

    With the lines that the server adds, and the one that comes with https.
    """
    answer = real.test_client().get(addresses.text(content, content.articles[key], content.site.locales[tag]))
    head = "HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 12:00:00 GMT\r\nServer: granian\r\nContent-Encoding: gzip\r\n\r\n"
    head += "Strict-Transport-Security: max-age=63072000; includeSubDomains\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in answer.headers)

    assert 200 == answer.status_code
    assert len(head) + len(gzip_body(answer.get_data())) <= 12_000


@pytest.mark.parametrize("tag", ["en", "fr"])
def test_spacing_is_the_languages_own(pages: dict[str, Seen], tag: str) -> None:
    """French spaces on every French page, on no English one; code and addresses apart."""
    for path, page in pages.items():
        if not path.startswith(f"/{tag}/"):
            continue
        soup = BeautifulSoup(page.response.get_data(as_text=True), "html.parser")
        for untouched in soup.select("code, pre, script, style, dd, .address, [lang]:not(html):not(.promo)"):
            untouched.decompose()
        text = soup.get_text()
        if tag == "fr":
            assert FRENCH_SPACES.findall(text) == [], path
        else:
            assert re.findall(r"\w\u00a0?\u202f?[\u202f\u00a0][;:!?]", text) == [], path
            assert "'" not in text, path


def test_the_privacy_page_tells_what_is_counted(pages: dict[str, Seen]) -> None:
    """And what is not."""
    text: Callable[[str], str] = lambda path: pages[path].text  # noqa: E731 - a name for two look-ups

    assert "Sec-GPC: 1" in text("/en/privacy/") and "Sec-GPC: 1" in text("/fr/vie-privee/")
    assert "25\u00a0months" in text("/en/privacy/") and "25\u00a0mois" in text("/fr/vie-privee/")


def test_no_machine_of_ours_is_named(content: Content) -> None:
    """No path of a developer's machine in anything that is published."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "site").rglob("*") if path.is_file()]

    assert not any(re.search(r"(^|\s)/(home|root|work)/", text) for text in texts)
