"""What the layout needs to know of a page, and what every template may ask for."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from flask import Flask, current_app, g, render_template
from flask_babel import pgettext
from jinja2 import pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context
from markupsafe import Markup

from microsite import addresses
from microsite.content.document import Document
from microsite.content.front_matter import PartialDate
from microsite.content.library import Content, Entry
from microsite.content.markdown import anchor
from microsite.edition import Edition, current_edition, current_locale
from microsite.language import dates
from microsite.language.locales import Locale, make_locale
from microsite.promotions.placement import Placed
from microsite.reader.body import in_language, language_mark, other_language, with_links

Result = TypeVar("Result")


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
    default: str | None = None
    """The address for readers of any other language (hreflang x-default); else that in the site's default locale."""
    trail: list[tuple[str, str | None]] = field(default_factory=list)
    """Breadcrumb: name and address of each step; the last one is the page itself, without an address."""
    image: str | None = None
    data: list[dict[str, Any]] = field(default_factory=list)
    """JSON-LD."""
    locale: Locale = field(default_factory=current_locale)

    @property
    def address(self) -> str:
        return self.addresses[self.locale.tag]

    @property
    def alternates(self) -> dict[str, str]:
        """Languages that the page is really written in, for hreflang. Empty where this one is not among them."""
        written = self.written if self.written is not None else list(self.addresses)
        if not self.indexed or self.locale.tag not in written:
            return {}
        return {tag: address for tag, address in self.addresses.items() if tag in written}

    @property
    def x_default(self) -> str:
        site = current_edition().content.site
        return self.default or self.alternates.get(site.default.tag) or self.address


def entry_addresses(entry: Entry) -> dict[str, str]:
    """Where an article or page stands, under each prefix."""
    content = current_edition().content
    address = addresses.article if entry.key in content.articles else addresses.page
    return {locale.tag: address(content, entry, locale) for locale in content.site.locales.values()}


def home_addresses() -> dict[str, str]:
    return {locale.tag: addresses.home(locale) for locale in current_edition().content.site.locales.values()}


def category_name(key: str) -> str:
    edition = current_edition()
    return edition.catalogs[current_locale().id].pgettext("category", edition.content.site.categories[key].name)


class Once:
    """Parts of a page that are the same on all pages of an edition in one language: rendered for the first of them."""

    def __init__(self) -> None:
        self._kept: tuple[Edition | None, dict[tuple[str, str], Markup]] = (None, {})

    @pass_context
    def render(self, context: Context, template: str) -> Markup:
        edition, parts = self._kept
        if edition is not (current := current_edition()):
            parts = {}
            self._kept = current, parts
        key = template, current_locale().id
        if key not in parts:
            parts[key] = Markup(context.environment.get_template(template).render(context.get_all()))
        return parts[key]


def render(template: str, page: Page, **values: Any) -> str:
    style = current_app.extensions["stylesheets"]["article" if template == "article.html" else "page"]
    g.style_hash = style.hash
    return render_template(template, page=page, style=style, **values)


def way_out(content: Content, placed: Placed, key: str, locale: Locale) -> str:
    """Where the button of a promotion leads: through here, where it is counted; an export goes elsewhere."""
    base: str | None = current_app.config["WAY_OUT"]
    if base == "":
        return addresses.with_campaign(placed.promotion.target, anchor(content.site.name), placed.promotion.key, locale)
    return (base or "") + addresses.way_out(placed, key, locale)


def page_address(content: Content, key: str, locale: Locale) -> str | None:
    """None for a page that this site does not have."""
    entry = content.pages.get(key)
    return addresses.page(content, entry, locale) if entry else None


def absolute(path: str, app: Flask = current_app) -> str:
    """An address with scheme and host, from MICROSITE_BASE_URL: never from what the request claims."""
    base: str = app.config["BASE_URL"]
    return base + path


def for_reader(function: Callable[..., Result]) -> Callable[..., Result]:
    """`function` of content, whatever a template gives, and locale: with those of this request."""
    return lambda *given: function(current_edition().content, *given, current_locale())


def in_locale(function: Callable[[Any, Locale], str]) -> Callable[[Any], str]:
    """`function` as a filter, for the locale of this request."""
    return lambda value: function(value, current_locale())


class Unindented(Extension):
    """Drops the indentation of templates when they are loaded: it is for us, and would go out with every page.

    A tag at the end of a line takes the line's end with it: where that is a space between words, it ends in `+%}`.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE)


def init_templates(app: Flask) -> None:
    """Give templates the edition, the locale, and the plain functions that answer for a locale."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True  # a line that only decides leaves no empty line
    app.jinja_env.add_extension(Unindented)
    app.jinja_env.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # JSON-LD: French in two bytes rather than six
    # Not values of each page: macros that need none of those are made once, not anew for every page that imports them.
    app.jinja_env.globals.update(
        addresses=addresses,
        article_address=for_reader(addresses.article),
        page_address=for_reader(page_address),
        document=for_reader(Content.document),
        other_language=for_reader(other_language),
        language_mark=for_reader(language_mark),
        in_language=in_language,
        way_out=for_reader(way_out),
        prose=for_reader(with_links),
        category_name=category_name,
        once=Once().render,
    )

    @app.context_processor
    def _everywhere() -> dict[str, Any]:
        edition, locale = current_edition(), current_locale()
        return {
            "site": edition.content.site,
            "content": edition.content,
            "locale": locale,
            "today": edition.moment.date(),
            "is_exported": current_app.config["WAY_OUT"] is not None,
        }

    for function in (dates.long_date, dates.partial_date, dates.months, dates.month):
        app.add_template_filter(in_locale(function), function.__name__)
    app.add_template_filter(partial_date_of)
    app.add_template_filter(dates.rfc3339, "rfc3339")
    app.add_template_filter(partial(absolute, app=app), "absolute")


def partial_date_of(value: PartialDate, document: Document) -> str:
    """A date in the language of a text, which need not be the reader's."""
    return dates.partial_date(value, make_locale(document.locale_id))


def blog_step() -> tuple[str, str]:
    # TRANSLATORS: First step of the breadcrumb, leading to the list of all articles.
    return pgettext("breadcrumb", "Blog"), addresses.blog(current_locale())
