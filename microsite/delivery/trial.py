"""A new edition is tried before it is in force: pages of each kind are rendered, and kept for when it is."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import cast

from flask import Flask
from werkzeug.test import create_environ

from microsite import addresses
from microsite.content.library import Content, Entry
from microsite.delivery.cache_middleware import PageCacheMiddleware
from microsite.editions.edition import Edition
from microsite.language.locales import Locale
from microsite.runtime import runtime_of

MAX_CHANGED_TEXTS = 200
"""Texts that are tried at once: some 0.4 s. Of more, such as at a start, the others are rendered when asked for."""
MAX_SITEMAP_ARTICLES = 500
"""Articles in a sitemap that is tried: one of 20,000 takes a second to render, and holds addresses alone."""
NO_SLUG = "there-is-no-page-of-this-name"


class AppTrial:
    """Renders pages of an edition with the app that serves them."""

    def __init__(self, app: Flask) -> None:
        self._app, self._pages = app, cast(PageCacheMiddleware, app.wsgi_app)
        self._environ = create_environ(base_url=runtime_of(app).settings.base_url)

    def __call__(
        self, edition: Edition, last: Edition | None, addresses: Iterable[str] | None = None
    ) -> dict[str, Exception]:
        """What was raised, by address. Pages that were all tried without a fault are cached for the edition.

        `addresses` are those to try; None for a page of each kind and whatever has changed since `last`.
        """
        cache = self._pages.new_cache(edition)
        failures: dict[str, Exception] = {}
        for address in addresses_to_try(edition, last) if addresses is None else addresses:
            try:
                # With a `g` of its own: else a page that is tried while the studio answers is of the studio's edition.
                with self._app.app_context():
                    self._pages.try_page({**self._environ, "PATH_INFO": address}, cache)
            except Exception as error:
                failures[address] = error
        if addresses is None and not failures:
            self._pages.keep_for_later(cache)
        return failures


def addresses_to_try(edition: Edition, last: Edition | None) -> Iterator[str]:
    """A page of each kind in each public language, and every text that is not as it was."""
    content = edition.content
    locales = content.site.locales.values()
    for locale in locales:
        yield addresses.home(locale)
        yield addresses.blog(locale)
        yield addresses.feed(locale)
        for key in islice(reversed(content.site.categories), 1):  # one stands for the others
            yield addresses.category(content, key, locale)
            yield addresses.feed(locale, content, key)
        yield f"/{locale.tag}/{NO_SLUG}/"
        yield from (addresses.text(content, entry, locale) for entry in _samples(content, locale))
    yield "/robots.txt"
    if len(content.articles) <= MAX_SITEMAP_ARTICLES:
        yield addresses.sitemap()
    for entry in islice(_changed(content, last and last.content), MAX_CHANGED_TEXTS):
        yield from (addresses.text(content, entry, locale) for locale in locales)


def _samples(content: Content, locale: Locale) -> Iterator[Entry]:
    """Of each kind one that is written in the language and one that is not, the same for everybody and not."""
    seen: set[tuple[str, bool, bool]] = set()
    for entry in content.entries():
        variant = entry.kind, entry.speaks(locale), content.document(entry, locale).is_personal
        if variant not in seen:
            seen.add(variant)
            yield entry


def _changed(content: Content, last: Content | None) -> Iterator[Entry]:
    for kind, entries in content.texts.items():
        former = last.texts[kind] if last else {}
        yield from (entry for key, entry in entries.items() if former.get(key) != entry)


def init_trial(app: Flask) -> None:
    """Have the editions of a complete app tried with it. Commands need not: an export renders every page anyway."""
    runtime_of(app).editions.trial = AppTrial(app)
