"""The page that says which promotions stand on any page of the site, in their order."""

from flask import abort, request
from flask_babel import gettext

from microsite import addresses
from microsite.content.kinds import HOME
from microsite.language.locales import Locale
from microsite.promotions.placement import PAGE_NAMES, Placement
from microsite.promotions.selection import Slot, candidates, slot_of
from microsite.runtime import current_edition, current_locale
from microsite.studio.access import Role, needs
from microsite.studio.blueprint import newest_edition, studio
from microsite.studio.layout import render


@studio.get("/promotions/on/page/")
@needs(Role.MARKETING)
def on_page() -> str:
    """`page` in the query is the key of a text, or of a page that is none."""
    newest_edition()
    pages = _pages()
    key = request.args.get("page", HOME)
    if key not in pages:
        abort(404)
    # TRANSLATORS: Title of a page that lists, for any page of the site, its advertisements in their order.
    title = gettext("What stands on a page")
    content = current_edition().content
    locales = content.site.locales.values()
    languages = [(locale, addresses.of_key(content, key, locale), _slots(key, locale)) for locale in locales]
    return render("promotions/on_page.html", title, pages=pages, key=key, languages=languages)


def _pages() -> dict[str, str]:
    """The name of every page that may have a promotion, by key: those that are no texts first."""
    content, locale = current_edition().content, current_locale()
    texts = [(entry.key, content.document(entry, locale).title) for entry in content.entries()]
    return {
        **{key: str(name) for key, name in PAGE_NAMES.items()},
        **dict(sorted(texts, key=lambda text: text[1].casefold())),
    }


def _slots(key: str, locale: Locale) -> list[Slot]:
    edition = current_edition()
    if key in PAGE_NAMES:
        here = [placement for placement in Placement if placement.page == key]
        return [Slot(placement, list(candidates(edition, locale, placement))) for placement in here]
    document = edition.content.document(edition.content.by_key[key], locale)
    return [slot for block in document.blocks if (slot := slot_of(edition, locale, document, block))]
