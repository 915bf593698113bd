"""The translators’ desk: how far each language is, and the list of what there is to say in it."""

from flask import abort, url_for
from flask_babel import gettext, pgettext

from microsite.catalog_tools.progress import STATES
from microsite.language.locales import PSEUDO, Locale
from microsite.language.po_file import catalog_path
from microsite.runtime import current_edition, current_runtime
from microsite.studio.access import Role, needs
from microsite.studio.blueprint import newest_edition, studio
from microsite.studio.layout import language_name, render
from microsite.studio.paging import asked_page
from microsite.studio.promotions.preview import Preview, own_token
from microsite.studio.search import MAX_SEARCH
from microsite.studio.translations.queue_filter import filter_from_query
from microsite.studio.translations.queue_items import queue_of
from microsite.studio.translations.stored_uploads import recent_uploads

MAX_ITEMS = 50
"""On a page of the queue."""


@studio.get("/translations/")
@needs(Role.TRANSLATOR)
def languages() -> str:
    edition = newest_edition()
    locales = [locale for locale in edition.all_content.site.locales.values() if locale.id != PSEUDO]
    return render(
        "translations/languages.html",
        # TRANSLATORS: In the studio's navigation: the page on which languages and their messages are listed.
        pgettext("studio", "Translations"),
        languages=[queue_of(edition, locale).progress for locale in locales],
        states=STATES,
        faulty={locale.id for locale in locales if edition.catalogs[locale.id].faults},
    )


@studio.get("/translations/<tag>/")
@needs(Role.TRANSLATOR)
def translation_queue(tag: str) -> str:
    edition, locale, queue_filter = newest_edition(), locale_or_404(tag), filter_from_query()
    queue = queue_of(edition, locale)
    matching = queue_filter.applied_to(queue)
    return render(
        "translations/queue.html",
        # TRANSLATORS: Over the list of what there is to say in a language. %(language)s is its name in your language.
        gettext("Translations into %(language)s", language=language_name(locale)),
        language=locale,
        progress=queue.progress,
        queue_filter=queue_filter,
        counts=queue_filter.counts(queue),
        states=STATES,
        max_search=MAX_SEARCH,
        matches=len(matching),
        page=asked_page(matching, MAX_ITEMS),
        public=edition.content.site.locales,
        site_preview=hidden_address(f"/{tag}/"),
        page_preview=hidden_address(queue_filter.on),
        faults=edition.catalogs[locale.id].faults,
        uploads=recent_uploads(locale),
        has_file=catalog_path(current_runtime().editions.settings.translations, locale.id).is_file(),
    )


def locale_or_404(tag: str) -> Locale:
    """Any language of the site, public or not."""
    return current_edition().all_content.site.locales.get(tag) or abort(404)


def hidden_address(path: str) -> str:
    """The address of a preview of a page in a language that is not public yet."""
    return url_for("studio.preview", token=own_token(Preview(shows_all_languages=True)), path=path.lstrip("/"))
