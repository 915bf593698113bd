"""What every template may ask for."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from flask import Flask, request
from jinja2.ext import Extension
from markupsafe import Markup, escape

from microsite import addresses
from microsite.content.document import Document
from microsite.content.dossiers import TimelinePoint, dossiers
from microsite.content.library import Content
from microsite.content.reading_order import onward
from microsite.language import dates
from microsite.language.locales import Locale, make_locale, runs_right_to_left
from microsite.language.typography import comma, marked_figures
from microsite.promotions.register_entries import MAX_OPEN, MIN_STATED, advertisements, complete_since
from microsite.promotions.selection import Placed
from microsite.reader.advertisements import begun, pages_of
from microsite.reader.body import (
    drawing,
    in_language,
    language_mark,
    other_language,
    terms_of,
    with_links,
    with_whole_addresses,
)
from microsite.reader.components import Components, template_context
from microsite.reader.feed import feed_id, published, updated
from microsite.reader.page import category_name
from microsite.reader.seen import seen_of
from microsite.runtime import current_edition, current_locale, current_runtime, runtime_of

Result = TypeVar("Result")
_AFTER_A_BLOCK = re.compile(
    r"(</?(?:article|aside|blockquote|d[dlt]|div|fig\w+|footer|h[1-6]|header|li|main|nav|[ou]l|p|section|svg)\b[^>]*>)\n"
)


def click_address(content: Content, placed: Placed, key: str, locale: Locale) -> str:
    """Where the button of a promotion leads: to the view that counts the click, or at once to the target.

    `Runtime.click_base_url` says which, and where that view is.
    """
    base = current_runtime().click_base_url
    if base is None:
        return addresses.target(placed.promotion, content.site.name, locale)
    return base + addresses.click(placed, key, locale)


def page_address(content: Content, key: str, locale: Locale) -> str | None:
    """None for a page that this site does not have."""
    entry = content.pages.get(key)
    return addresses.text(content, entry, locale) if entry else None


def timeline_of(content: Content, key: str, locale: Locale) -> list[TimelinePoint]:
    """The line of dates of the page that has this key."""
    return next(timeline for page, timeline in dossiers(content, locale) if page.key == key)


def years_since(document: Document) -> int:
    """Whole years since the events that an article tells of; 0 for one without events."""
    events = document.article_matter.events
    return dates.full_years(events.end.last, current_edition().moment.date()) if events else 0


def unchecked_since(document: Document) -> date | None:
    """The day on which an article was last checked, if its category wants that to happen more often."""
    edition, checked = current_edition(), document.article_matter.checked
    months = edition.content.site.categories[document.article_matter.category].review_months
    return checked if months and dates.full_months(checked, edition.moment.date()) >= months else None


def for_reader(function: Callable[..., Result]) -> Callable[..., Result]:
    """A function of content, other arguments, and locale, for templates: they give it the other arguments alone."""
    return lambda *arguments: function(current_edition().content, *arguments, current_locale())


def in_locale(function: Callable[[Any, Locale], str]) -> Callable[[Any], str]:
    """A function of a value and a locale as a filter, for the locale of this request."""
    return lambda value: function(value, current_locale())


def with_marked_figures(function: Callable[[Any, Locale], str]) -> Callable[[Any, Locale], Markup]:
    """`function`, of dates, with the letters of French ordinals raised. Markup: what it writes is escaped first."""
    return lambda value, locale: Markup(marked_figures(str(escape(function(value, locale))), locale.language))


def in_language_of(function: Callable[[Any, Locale], str]) -> Callable[[Any, Document], Markup]:
    """As `with_marked_figures`, in the language of a text, which need not be the reader's."""
    return lambda value, document: with_marked_figures(function)(value, make_locale(document.locale_id))


class Unindented(Extension):
    """Drops the indentation of templates when they are loaded: it is for us, and would go out with every page.

    With it goes the end of a line after a tag of a block, which is no space between words. A tag of Jinja at the end of
    a line takes the line's end with it as well: where that is a space between words, it ends in `+%}`.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        source = re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE)
        # Into a comment, so that lines keep their numbers in what Jinja says of errors.
        return _AFTER_A_BLOCK.sub(r"\1{#\n#}", source)


GLOBALS: dict[str, Any] = {
    "addresses": addresses,
    "text_address": for_reader(addresses.text),
    "page_address": for_reader(page_address),
    "document_of": for_reader(Content.document),
    "onward": for_reader(onward),
    "timeline_of": for_reader(timeline_of),
    "years_since": years_since,
    "unchecked_since": unchecked_since,
    "other_language": for_reader(other_language),
    "language_mark": for_reader(language_mark),
    "in_language": in_language,
    "click_address": for_reader(click_address),
    "prose": for_reader(with_links),
    "seen_of_request": lambda: seen_of(request, current_runtime().settings.proxies),
    "terms_of": for_reader(terms_of),
    "drawing": for_reader(drawing),
    "with_whole_addresses": with_whole_addresses,
    "all_advertisements": lambda: advertisements(current_edition()),
    "complete_since": lambda: complete_since(current_edition().register),
    "figures_until": lambda: current_edition().register.past.until,
    "pages_of": pages_of,
    "first_shown": begun,
    "min_stated": MIN_STATED,
    "max_open": MAX_OPEN,
    "category_name": category_name,
    "feed_id": feed_id,
    "feed_published": published,
    "feed_updated": updated,
}
"""Functions that every template may call, and what does not change while the app lives.

Not values of each page: macros that need none of those are made once, not anew for every page that imports them.
"""


def init_templates(app: Flask) -> None:
    """Give templates the edition, the locale, and the plain functions that answer for a locale."""
    app.jinja_env.trim_blocks = True  # a line that only decides leaves no empty line
    app.jinja_env.add_extension(Unindented)
    app.jinja_env.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # JSON-LD: French in two bytes rather than six
    app.jinja_env.globals.update(GLOBALS, component=Components(app).component)
    app.context_processor(template_context)
    app.jinja_env.filters.update(
        {
            function.__name__: in_locale(with_marked_figures(function))
            for function in (dates.long_date, dates.short_day, dates.partial_date, dates.months, dates.month)
        },
        comma_of=lambda document: comma(document.locale_id),
        runs_right_to_left=lambda document: runs_right_to_left(document.locale_id),
        date_of=in_language_of(dates.long_date),
        partial_date_of=in_language_of(dates.partial_date),
        with_marked_figures_in=with_marked_figures_in,
    )
    base_url = runtime_of(app).settings.base_url  # at once: looked up ten times a page
    app.add_template_filter(lambda path: base_url + path, "absolute")


def with_marked_figures_in(words: str, document: Document, language: str | None = None) -> Markup:
    """Words of a text, for HTML, with codes such as F12 marked, and where its language, or another, is French, with the
    letters of ordinals raised.

    Markup: the words are escaped first.
    """
    own = (language or document.locale_id).replace("-", "_").partition("_")[0]
    return Markup(marked_figures(str(escape(words)), own))
