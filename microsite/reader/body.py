"""The body of an article as a reader of some locale sees it: links inside the site resolved, promotions in place."""

import re
from functools import lru_cache
from html import escape

from flask_babel import gettext
from markupsafe import Markup

from microsite import addresses
from microsite.content.document import Document
from microsite.content.glossary import PAGE, Term
from microsite.content.kinds import KINDS, TERM
from microsite.content.library import Content, Entry
from microsite.language.locales import Locale, make_locale

_LINK = re.compile(
    rf'<a href="({"|".join(KINDS)}|{TERM}|contact):([a-z0-9-]*)((?:#[^"]*)?"(?: title="[^"]*")?)>(.*?)</a>', re.DOTALL
)

_ADDRESS = re.compile(r'(?<= )href="([/#])')
"""Of this site, or of a place in the page."""


def with_links(content: Content, html: str, locale: Locale) -> Markup:
    """Prose with its links by key turned into addresses for `locale`.

    The HTML comes from our own Markdown renderer, which lets no HTML of the writer's through: hence Markup.
    """

    def resolve(link: re.Match[str]) -> str:
        kind, key, rest, text = link.groups()
        if kind == "contact":
            email = content.site.publisher.filled("email")
            if not email:
                return f"{text} {_address_to_follow(locale)}"
            return f'<a href="mailto:{escape(email)}{rest}>{text}</a>'
        if kind == TERM:
            address = term_address(content, key, locale)
            return f'<a class="term" href="{address}">{text}</a>' if address else text
        entry = content.texts[kind].get(key)
        if entry is None:  # its file is broken, or gone: the words stay
            return text
        address = addresses.text(content, entry, locale)
        if entry.speaks(locale):
            return f'<a href="{address}{rest}>{text}</a>'
        tag = written_in(content, entry, locale).tag
        mark = escape(language_mark(content, entry, locale))
        return f'<a hreflang="{tag}" href="{address}{rest}>{text}</a> <span{in_language(locale)}>{mark}</span>'

    return Markup(_LINK.sub(resolve, html))


def term_address(content: Content, key: str, locale: Locale) -> str | None:
    """Where the glossary explains a term; None where it has no page, or not that term in the reader's language."""
    page, entry = content.pages.get(PAGE), content.glossary.entry(key, locale)
    return f"{addresses.text(content, page, locale)}#{key}" if page and entry and entry.definition else None


def terms_of(content: Content, document: Document, locale: Locale) -> list[Term]:
    """What the glossary says of the terms that a text links to, in their order there."""
    keys = dict.fromkeys(reference.key for reference in document.references if reference.kind == TERM)
    entries = (content.glossary.entry(key, locale) for key in keys if term_address(content, key, locale))
    return [entry for entry in entries if entry]


def drawing(content: Content, document: Document, name: str, locale: Locale) -> Markup:
    """The drawing beside a text, in the text's language; empty where its file is broken, and was so at the start.

    Markup: read_drawing lets nothing of the file through that it does not know.
    """
    return Markup(content.drawing(document, name) or "")


def with_whole_addresses(html: str, page: str) -> Markup:
    """The HTML of the page at the address `page`, made to stand elsewhere: links to its parts name it, and its host.

    On another page of ours `page` is a path, and there is no host to name. Markup: `html` is our own already, and
    `page` an address that we made.
    """
    host = "/".join(page.split("/", 3)[:3]) if "://" in page else ""
    return Markup(_ADDRESS.sub(lambda link: f'href="{host if link[1] == "/" else page}{link[1]}', html))


def _address_to_follow(locale: Locale) -> str:
    """“(address to follow)”, in the words of `locale`: after an invitation that has no address to lead to so far."""
    # TRANSLATORS: After “write to us”, for as long as the publisher has given no e-mail address.
    words = gettext("(address to follow)")
    return f"<span{in_language(locale)}>{escape(words)}</span>"


@lru_cache(64)
def in_language(locale: Locale | None) -> Markup:
    """The attributes of an element whose words are of that language: read aloud as such, set from its own side.

    Empty for none: what is said in the language of the page needs no mark. Markup: a template of ours, into which
    `format` escapes what it puts.
    """
    return Markup(' lang="{}" dir="{}"').format(locale.tag, locale.direction) if locale else Markup()


def other_language(content: Content, entry: Entry, locale: Locale) -> Locale | None:
    """The locale of the text that `locale` gets to see, where that is not its own."""
    return None if entry.speaks(locale) else written_in(content, entry, locale)


def written_in(content: Content, entry: Entry, locale: Locale) -> Locale:
    """The locale of the text that `locale` gets to see."""
    document = content.document(entry, locale)
    public = (other for other in content.site.locales.values() if other.id == document.locale_id)
    return next(public, None) or make_locale(document.locale_id)  # a language that is not public may be all there is


def language_mark(content: Content, entry: Entry, locale: Locale) -> str:
    """“(in English)”, in the words of `locale`; empty where the entry is written in it."""
    if entry.speaks(locale):
        return ""
    language = written_in(content, entry, locale).babel.get_display_name(locale.babel)
    # TRANSLATORS: Marks a link to an article that exists in another language only. %(language)s is the language's name
    # in your language: English, anglais.
    return str(gettext("(in %(language)s)", language=language))
