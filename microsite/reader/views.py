"""The pages that people read."""

from collections.abc import Callable, Iterable

from flask import abort, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from microsite import addresses
from microsite.content.document import Document
from microsite.content.dossiers import articles_on, dossiers
from microsite.content.front_matter import ArticleMatter
from microsite.content.kinds import HOME, KINDS
from microsite.content.library import Entry
from microsite.content.reading_order import lead_article
from microsite.language.locales import Locale
from microsite.promotions.counts import CountKey
from microsite.promotions.placement import Placement
from microsite.promotions.selection import Placed, choose, fill_slots
from microsite.reader.blueprint import reader
from microsite.reader.body import other_language
from microsite.reader.inventory import count_pages, modified, on_page
from microsite.reader.page import (
    Page,
    article_data,
    blog_step,
    breadcrumb_data,
    category_introduction,
    category_name,
    home_addresses,
    render,
    site_data,
    site_description,
)
from microsite.reader.share import BLOG, CATEGORY, share_image_address
from microsite.runtime import current_edition, current_locale, current_runtime, g

HOME_COUNT = 6
"""Articles on the home page, beside the one that leads it and those of dossiers."""


@reader.get("/")
def negotiate() -> Response:
    """A redirect to the reader's language. Not stored: the next reader behind the same cache may speak another."""
    response = redirect(addresses.home(current_locale()), 302)
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept-Language")
    return response


@reader.get("/<locale:tag>/")
def home() -> str:
    edition, locale = current_edition(), current_locale()
    site = edition.content.site
    lead = lead_article(edition.content, locale)
    lines = list(dossiers(edition.content, locale))
    shown = {entry.key for _, timeline in lines for entry in articles_on(timeline)} | {lead.key if lead else ""}
    latest = [entry for entry in edition.content.listing(locale) if entry.key not in shown][:HOME_COUNT]
    # TRANSLATORS: Title of the home page in search engines and browser tabs.
    title = gettext("%(site)s: articles on digital privacy", site=site.name)
    page = Page(title, site_description(), home_addresses(), default="/", data=[site_data()])
    page.image = share_image_address(HOME)
    placed = choose(edition, locale, Placement.HOME)
    note_impressions([placed], HOME)
    return render("home.html", page, lead=lead, dossiers=[page for page, _ in lines], latest=latest, placed=placed)


@reader.get("/<locale:tag>/blog/", defaults={"number": 1})
@reader.get("/<locale:tag>/blog/page/<int:number>/")
def blog(number: int) -> str | Response:
    content = current_edition().content
    # TRANSLATORS: The one name of the list of all articles: its title, the links to it, the first step of breadcrumbs.
    title = gettext("All articles")
    if number > 1:
        # TRANSLATORS: Title of the second and further pages of the list of articles.
        title = gettext("All articles, page %(number)s", number=number)
    page = Page(
        title,
        site_description(),
        {tag: addresses.blog(other, number) for tag, other in content.site.locales.items()},
        image=share_image_address(BLOG),
    )
    return list_page(page, content.listing(current_locale()), number, addresses.blog)


@reader.get("/<locale:tag>/blog/<category>/", defaults={"number": 1})
@reader.get("/<locale:tag>/blog/<category>/page/<int:number>/")
def category(category: str, number: int) -> str | Response:
    content, locale = current_edition().content, current_locale()
    key = content.site.category_by_slug(category, locale)
    if not key:
        abort(404)
    title = name = category_name(key)
    if number > 1:
        # TRANSLATORS: Title of the second and further pages of a category. %(category)s is its name.
        title = gettext("%(category)s, page %(number)s", category=name, number=number)
    introduction = category_introduction(key)
    page = Page(
        title,
        # TRANSLATORS: Describes the page of a category to search engines.
        introduction or gettext("%(category)s: every article, newest first.", category=name),
        {tag: addresses.category(content, key, other, number) for tag, other in content.site.locales.items()},
        trail=[blog_step(), (name, None)],
        feed=addresses.feed(locale, content, key),
        image=share_image_address(CATEGORY + key),
    )
    entries = content.in_reading_order(locale, key)
    return list_page(page, entries, number, lambda other, n: addresses.category(content, key, other, n), introduction)


def list_page(
    page: Page, entries: list[Entry], number: int, address: Callable[[Locale, int], str], introduction: str = ""
) -> str | Response:
    """One page of a list of articles, a redirect from another spelling of its address, 404 beyond its end."""
    locale, pages = current_locale(), count_pages(entries)
    if not 1 <= number <= pages:
        abort(404)
    if request.path.rstrip("/") != address(locale, number).rstrip("/"):
        return redirect(address(locale, number), 301)
    return render(
        "list.html",
        page,
        heading=page.title,
        introduction=introduction if number == 1 else "",
        entries=on_page(entries, number),
        number=number,
        pages=pages,
        newer=address(locale, number - 1),
        older=address(locale, number + 1),
    )


def text(kind: str, slug: str, category: str = "") -> str | Response:
    """A text of one of KINDS, at its one address; 503 while its file is broken and it has no good state."""
    edition, locale = current_edition(), current_locale()
    content = edition.content
    if (kind, locale.id, slug) in content.withheld:
        abort(503)
    entry = content.by_slug(kind, slug, locale)
    if not entry:
        abort(404)
    address = addresses.text(content, entry, locale)
    if request.path != address:
        return redirect(address, 301)
    document = content.document(entry, locale)
    blocks = fill_slots(edition, locale, document)
    note_impressions(blocks, entry.key)
    g.is_personal = document.is_personal
    page = text_page(entry, document)
    return render(f"{kind}.html", page, entry=entry, document=document, blocks=blocks)


for _name, _kind in KINDS.items():
    _rule = "/<locale:tag>/" + _kind.address.replace("{", "<").replace("}", ">")
    reader.add_url_rule(_rule, _name, text, defaults={"kind": _name})


def text_page(entry: Entry, document: Document) -> Page:
    """The text as the layout, search engines and social networks see it."""
    content, locale = current_edition().content, current_locale()
    page = Page(
        document.title,
        document.summary,
        {tag: addresses.text(content, entry, other) for tag, other in content.site.locales.items()},
        written=[other.tag for other in content.locales_of(entry)],
        indexed=entry.speaks(locale) and not document.is_personal,
        written_in=other_language(content, entry, locale),
        image=share_image_address(document.key),
    )
    if document.is_personal and current_runtime().is_export:
        # TRANSLATORS: Stands over the page on what a site sees of its readers, in a copy that cannot show it.
        page.description = gettext("Opening any page hands its server a few facts. Your browser can show you which.")
    if document.key == addresses.REGISTER:
        page.feed = addresses.register_feed(content, locale)
    if isinstance(document.matter, ArticleMatter):
        key = document.matter.category
        category_step = category_name(key), addresses.category(content, key, locale)
        page.trail = [blog_step(), category_step, (document.title, None)]
        page.published, page.modified = document.article_matter.published, modified(document)
        page.data = [article_data(page, document), breadcrumb_data(page)]
    return page


def note_impressions(blocks: Iterable[object], key: str) -> None:
    """Name the promotions among the blocks to the page cache, which counts an impression of each with every answer."""
    tag = current_locale().tag
    g.impressions = tuple(
        CountKey(tag, key, block.placement.value, block.promotion.key, block.words.digest)
        for block in blocks
        if isinstance(block, Placed)
    )
