"""The translations desk: how far each language is, and its queue."""

from typing import Any, NamedTuple

from flask import abort, request, url_for
from flask_babel import gettext, pgettext

from microsite.catalog_tools.progress import STATES
from microsite.language.locales import PSEUDO, Locale
from microsite.language.po_file import catalog_path
from microsite.runtime import current_edition, current_locale, current_runtime
from microsite.studio.access import Role, needs
from microsite.studio.blueprint import newest_edition, studio
from microsite.studio.fields import number_in_query
from microsite.studio.layout import render
from microsite.studio.promotions.preview import Preview, signed
from microsite.studio.translations.queue import chosen, queue, queue_progress
from microsite.text import normalized

A_PAGE = 50


MAX_SEARCH = 100
"""Characters that a search looks for: each of its words is looked for in every message."""


class Asked(NamedTuple):
    """What of a queue is looked at. It stands in every address, so that one comes back to it."""

    show: str
    q: str

    @property
    def query(self) -> dict[str, Any]:
        return {name: value for name, value in self._asdict().items() if value}


@studio.get("/translations/")
@needs(Role.TRANSLATOR)
def translations() -> str:
    edition = newest_edition()
    locales = [locale for locale in edition.all_content.site.locales.values() if locale.id != PSEUDO]
    languages = [queue_progress(edition, locale, queue(edition, locale)) for locale in locales]
    faulty = {locale.id for locale in locales if edition.catalogs[locale.id].faults}
    # TRANSLATORS: In the studio's navigation: the page on which languages and their messages are listed.
    title = pgettext("studio", "Translations")
    return render("translations.html", title, languages=languages, states=STATES, faulty=faulty)


@studio.get("/translations/<tag>/")
@needs(Role.TRANSLATOR)
def translation_queue(tag: str) -> str:
    edition, locale, asked = newest_edition(), find_locale(tag), what_is_asked()
    items = queue(edition, locale)
    found = chosen(items, asked.show, asked.q)
    pages = max(1, -(-len(found) // A_PAGE))
    number = min(max(number_in_query("page", 1), 1), pages)
    return render(
        "translation_queue.html",
        # TRANSLATORS: Over the list of what there is to say in a language. %(language)s is its name in your language.
        gettext("Translations into %(language)s", language=name_of(locale)),
        target=locale,
        progress=queue_progress(edition, locale, items),
        items=items,
        asked=asked,
        max_search=MAX_SEARCH,
        states=STATES,
        found=len(found),
        rows=found[(number - 1) * A_PAGE : number * A_PAGE],
        number=number,
        pages=pages,
        public=edition.content.site.locales,
        site_preview=None if tag in edition.content.site.locales else hidden_page(f"/{tag}/"),
        faults=edition.catalogs[locale.id].faults,
        has_file=catalog_path(current_runtime().editions.settings.translations, locale.id).is_file(),
    )


def find_locale(tag: str) -> Locale:
    """Any language of the site, whether readers see it or not."""
    return current_edition().all_content.site.locales.get(tag) or abort(404)


def what_is_asked() -> Asked:
    show = request.args.get("show", "")
    return Asked(show if show in STATES else "", normalized(request.args.get("q", "")[:MAX_SEARCH]).strip())


def name_of(locale: Locale) -> str:
    """In the account's language."""
    return locale.babel.get_display_name(current_locale().babel) or locale.name


def hidden_page(path: str) -> str:
    """The address of a page in a language that readers do not see yet."""
    return url_for("studio.preview", signed=signed(Preview(hidden=True)), path=path.lstrip("/"))
