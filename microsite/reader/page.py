"""What the layout and machines need to know of a page (JSON-LD, schema.org), and how one is rendered."""

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from babel.core import get_global
from flask import render_template
from flask_babel import gettext

from microsite import addresses
from microsite.content.document import Document
from microsite.language.locales import Locale, names_of
from microsite.messages import translate_content
from microsite.reader.inventory import TOUCH_ICON, modified
from microsite.runtime import current_edition, current_locale, current_runtime

SCHEMA = "https://schema.org"


@dataclass
class Page:
    """One public page, in one locale: the current one."""

    title: str
    description: str
    addresses: dict[str, str]
    """The address of this same page under each locale's prefix, by tag."""
    written: list[str] | None = None
    """The tags of the languages that it is written in, where that is not all of them."""
    indexed: bool = True
    """Whether search engines may list it."""
    default: str | None = None
    """The address for readers of any other language (hreflang x-default); else that in the site's default locale."""
    trail: list[tuple[str, str | None]] = field(default_factory=list)
    """Breadcrumb: name and address of each step; the last one is the page itself, without an address."""
    image: str | None = None
    """The address of its share image (Open Graph)."""
    feed: str | None = None
    """The address of a feed of what it lists, beside that of all articles."""
    data: list[dict[str, Any]] = field(default_factory=list)
    """JSON-LD."""
    published: date | None = None
    """Of an article, which social networks show as such."""
    modified: date | None = None
    written_in: Locale | None = None
    """The language of its words, where that is not its locale's."""
    locale: Locale = field(default_factory=current_locale)

    @property
    def address(self) -> str:
        """In this locale."""
        return self.addresses[self.locale.tag]

    @property
    def alternates(self) -> dict[str, str]:
        """Languages that the page is really written in, for hreflang. Empty where this one is not among them."""
        written = self.written if self.written is not None else list(self.addresses)
        if not self.indexed or self.locale.tag not in written:
            return {}
        return {tag: address for tag, address in self.addresses.items() if tag in written}

    @property
    def open_graph_locales(self) -> list[str]:
        """The language and territory of its words as Open Graph writes them, then those of its other languages."""
        locales = current_edition().content.site.locales
        others = [locales[tag] for tag in self.alternates if tag != self.locale.tag]
        return [open_graph_locale(locale) for locale in (self.written_in or self.locale, *others)]

    @property
    def x_default(self) -> str:
        """The address for readers of no language of ours (hreflang x-default)."""
        site = current_edition().content.site
        return self.default or self.alternates.get(site.default.tag) or self.address


@cache
def open_graph_locale(locale: Locale) -> str:
    """`fr_FR`, as Open Graph wants it: our English is Britain's, another language its largest territory's (CLDR)."""
    if locale.babel.territory or locale.id == "en":
        return f"{locale.language}_{locale.babel.territory or 'GB'}"
    likely = get_global("likely_subtags").get(locale.id, "")
    return f"{locale.language}_{likely.rpartition('_')[2]}" if likely else locale.id


def home_addresses() -> dict[str, str]:
    """Of the home page, by the tag of the language."""
    return {locale.tag: addresses.home(locale) for locale in current_edition().content.site.locales.values()}


def category_name(key: str) -> str:
    """In the reader's language."""
    return translate_content("category", current_edition().content.site.categories[key].name)


def category_introduction(key: str) -> str:
    """In the reader's language; empty for a category that has none."""
    words = current_edition().content.site.categories[key].introduction
    return translate_content("category", words) if words else ""


def render(template: str, page: Page, **values: Any) -> str:
    """The HTML of a public page, its stylesheet inline."""
    return render_template(template, page=page, stylesheet=current_runtime().static_files.stylesheet, **values)


def absolute(path: str) -> str:
    """An address with scheme and host, from MICROSITE_BASE_URL: never from what the request claims."""
    return current_runtime().settings.base_url + path


def blog_step() -> tuple[str, str]:
    """Name and address of the first step of a trail."""
    return gettext("All articles"), addresses.blog(current_locale())


def site_data() -> dict[str, Any]:
    """JSON-LD of the home page."""
    name = current_edition().content.site.name
    tag = current_locale().tag
    return {"@context": SCHEMA, "@type": "WebSite", "name": name, "url": absolute(f"/{tag}/"), "inLanguage": tag}


def article_data(page: Page, document: Document) -> dict[str, Any]:
    """JSON-LD of an article. A guide is no news, though it tell of events."""
    site, article = current_edition().content.site, document.article_matter
    organisation = {
        "@type": "Organization",
        "name": site.publisher.filled("name") or site.name,
        "url": absolute("/"),
        "logo": {"@type": "ImageObject", "url": absolute(f"/{TOUCH_ICON}")},
    }
    data: dict[str, Any] = {
        "@context": SCHEMA,
        "@type": "NewsArticle" if site.categories[article.category].news else "Article",
        "headline": document.title,
        "description": document.summary,
        "inLanguage": document.locale_id.replace("_", "-"),
        "mainEntityOfPage": absolute(page.address),
        "datePublished": article.published.isoformat(),
        "dateModified": (modified(document) or article.published).isoformat(),
        "author": {name: organisation[name] for name in ("@type", "name", "url")},
        "publisher": organisation,
    }
    if article.events:
        data["temporalCoverage"] = f"{article.events.start.first}/{article.events.end.last}"
    if page.image:
        data["image"] = absolute(page.image)
    return data


def breadcrumb_data(page: Page) -> dict[str, Any]:
    """JSON-LD of the trail."""
    steps = [
        {"@type": "ListItem", "position": position, "name": name, "item": absolute(address or page.address)}
        for position, (name, address) in enumerate(page.trail, 1)
    ]
    return {"@context": SCHEMA, "@type": "BreadcrumbList", "itemListElement": steps}


def site_description() -> str:
    """What the site is, and the languages that readers see it in, where there are several."""
    site = current_edition().content.site
    description = translate_content("site", site.description)
    if len(site.locales) == 1:
        return description
    languages = names_of(site.locales.values(), current_locale())
    # TRANSLATORS: %(description)s is what the site is, %(languages)s a list: “English, French and German”.
    named: str = gettext("%(description)s Languages: %(languages)s.", description=description, languages=languages)
    return named
