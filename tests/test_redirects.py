"""A wrong address of which it is certain what it means leads there in one step; nothing else leads anywhere."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import create_environ, run_wsgi_app

from microsite.config import Settings
from microsite.delivery.cache_middleware import PageCacheMiddleware

CERTAIN = {
    "capitals": ("/FR/", "/fr/"),
    "one capital, no slash": ("/Fr", "/fr/"),
    "a region": ("/fr-FR/", "/fr/"),
    "as computers write it": ("/en_US/about", "/en/about/"),
    "capitals in a slug": ("/fr/A-Propos/", "/fr/a-propos/"),
    "the page by its name in another language": ("/fr/about/", "/fr/a-propos/"),
    "capitals and another language": ("/FR/About", "/fr/a-propos/"),
    "the category in another language": ("/fr/blog/news/", "/fr/blog/actualites/"),
    "its feed": ("/fr/blog/news/feed.atom", "/fr/blog/actualites/feed.atom"),
    "the article in another language": ("/fr/blog/actualites/the-cable/", "/fr/blog/actualites/le-cable/"),
    "category and article": ("/fr/blog/news/the-cable", "/fr/blog/actualites/le-cable/"),
    "a former slug, in capitals": ("/EN/blog/news/old-cable/", "/en/blog/news/the-cable/"),
    "a further page": ("/EN/blog/page/2/", "/en/blog/page/2/"),
    "the feed": ("/FR/feed.atom", "/fr/feed.atom"),
}


@pytest.mark.parametrize(("path", "target"), CERTAIN.values(), ids=CERTAIN)
def test_what_is_certain_leads_there_in_one_step(client: FlaskClient, path: str, target: str) -> None:
    """For good, and the page is there; no shared or private cache keeps it without asking."""
    answer = client.get(path)

    assert (301, target) == (answer.status_code, answer.headers["Location"])
    assert 200 == client.get(target).status_code
    assert "no-cache" == answer.headers["Cache-Control"]
    assert answer.headers["Location"] == client.head(path).headers["Location"]


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/xx/",
            "/x/",
            "/*/",
            "/fr/nothing/",
            "/FR/nothing/",
            "/fr/blog/nothing/",
            "/FR/blog/page/9/",
            "/FR/blog/page/0/",
        ),
        *("/FR/blog/news/the-cable/more/", "/FR/go/x/y/z/0", "/FR/share/both-0.png", "/fr/blog/news/nothing/feed.atom"),
        *(
            "/FR//evil.example",
            "/FR/%2F%2Fevil.example/",
            "/FR/https:evil.example/",
            "/\\\\evil.example",
        ),
        *("/evil.example/", "/FR@evil.example/", "/fr-" + "a-" * 2000 + "a/", "/.well-known/FR/"),
    ],
)
def test_what_is_not_known_leads_nowhere(client: FlaskClient, path: str) -> None:
    """An address of somebody else's least of all."""
    answer = client.get(path)

    assert 404 == answer.status_code and "Location" not in answer.headers


def test_two_slashes_lead_to_no_other_host(app: Flask) -> None:
    """A browser reads what follows them as a host; the client of other tests would as well."""
    environ = create_environ("/", "http://localhost")
    for path in ("//evil.example/FR/", "//FR/", "///fr", "//evil.example/%2e%2e"):
        _, status, headers = run_wsgi_app(app.wsgi_app, {**environ, "PATH_INFO": path})
        assert status.startswith("404") and "Location" not in headers


def test_what_two_languages_call_differently_leads_nowhere(client: FlaskClient, settings: Settings) -> None:
    """One slug that is two pages in two other languages: nobody knows which is meant."""
    about = settings.site / "pages" / "about" / "en.md"
    (settings.site / "pages" / "about" / "ar.md").write_text(about.read_text().replace("slug: about", "slug: maqal"))
    second = settings.site / "pages" / "second"
    second.mkdir()
    for name, slug in {"en": "maqal", "fr": "deux", "ar": "ithnan"}.items():
        (second / f"{name}.md").write_text(about.read_text().replace("slug: about", f"slug: {slug}"))

    assert 404 == client.get("/fr/maqal/").status_code
    assert "/fr/deux/" == client.get("/fr/ithnan/").headers["Location"]


def test_only_asking_is_led_anywhere(client: FlaskClient) -> None:
    """Whoever sends something sends it to a page or to nobody."""
    assert client.post("/FR/").status_code in (404, 405)


def test_nothing_that_was_sent_becomes_an_address_of_the_cache(app: Flask, client: FlaskClient) -> None:
    """However often: a page is kept under its own address."""
    for path, _ in CERTAIN.values():
        client.get(path)
    middleware = app.wsgi_app
    assert isinstance(middleware, PageCacheMiddleware)

    assert not set(middleware.cache.pages) & {path for path, _ in CERTAIN.values()}


def test_a_language_that_comes_later_is_led_nowhere_so_far(client: FlaskClient, settings: Settings) -> None:
    """Its readers would be held elsewhere once it is there."""
    site = settings.site / "site.toml"
    site.write_text(site.read_text() + "\n[public_from]\nar = 100\n")
    catalog = settings.translations / "ar" / "LC_MESSAGES" / "messages.po"
    catalog.write_text(catalog.read_text().partition("\n\n")[0] + "\n")

    assert 404 == client.get("/ar/").status_code
    assert 404 == client.get("/AR/").status_code


def test_files_know_the_names_in_other_languages_too(exported: Path) -> None:
    """For a server of files, among the former addresses."""
    rules = (exported / "_redirects").read_text()

    assert "/fr/about/ /fr/a-propos/ 301" in rules
    assert "/fr/blog/news/ /fr/blog/actualites/ 301" in rules
    assert "/fr/blog/news/feed.atom /fr/blog/actualites/feed.atom 301" in rules
    assert "/fr/blog/actualites/the-cable/ /fr/blog/actualites/le-cable/ 301" in rules
