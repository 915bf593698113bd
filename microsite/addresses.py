"""Public addresses, made in one place from keys and locales.

Plain functions rather than `url_for`: content, feeds and export need them outside a request, and they cost nothing.
A test walks all of them through the app.
"""

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from microsite.content.fields import slugify
from microsite.content.front_matter import ArticleMatter
from microsite.content.kinds import FIXED_PAGES, HOME, KINDS
from microsite.content.library import Content, Entry
from microsite.language.locales import Locale
from microsite.promotions.promotion import Promotion
from microsite.promotions.selection import Placed

REGISTER, REGISTER_JSON = "advertisements", "/advertisements.json"
"""The key of the page that lists every advertisement, and the address of the same for programs."""


def home(locale: Locale) -> str:
    return f"/{locale.tag}/"


def blog(locale: Locale, page: int = 1) -> str:
    return f"/{locale.tag}/blog/" + (f"page/{page}/" if page > 1 else "")


def category(content: Content, key: str, locale: Locale, page: int = 1) -> str:
    further = f"page/{page}/" if page > 1 else ""
    return f"/{locale.tag}/blog/{content.site.categories[key].slug[locale.id]}/{further}"


def text(content: Content, entry: Entry, locale: Locale) -> str:
    """The text under a locale's prefix; one that lacks the language stands there with the slug that it has."""
    document = content.document(entry, locale)
    matter = document.matter
    category = content.site.categories[matter.category].slug[locale.id] if isinstance(matter, ArticleMatter) else ""
    return home(locale) + KINDS[entry.kind].address.format(category=category, slug=document.slug)


def of_key(content: Content, key: str, locale: Locale) -> str:
    """The page that counts and previews name by its key: a text, or one of `FIXED_PAGES`. Raises KeyError."""
    if key in FIXED_PAGES:
        return {HOME: home}[key](locale)
    return text(content, content.by_key[key], locale)


def sitemap(number: int = 0) -> str:
    """The sitemap, or one of several where that is an index."""
    return f"/sitemap-{number}.xml" if number else "/sitemap.xml"


def feed(locale: Locale, content: Content | None = None, category_key: str = "") -> str:
    """Of all articles in a language, or of those of one category of `content`."""
    return (category(content, category_key, locale) if content and category_key else home(locale)) + "feed.atom"


def register_feed(content: Content, locale: Locale) -> str:
    """Of what is new in the register of advertisements. Raises KeyError without its page."""
    return text(content, content.pages[REGISTER], locale) + "feed.atom"


def share_image(key: str, locale: Locale, name: str) -> str:
    """`key` says of which page; `name` changes with what the image shows, so that it may be kept for ever."""
    return f"/{locale.tag}/share/{key}-{name}.png"


def click(placed: Placed, key: str, locale: Locale) -> str:
    """Of the redirect to a promotion's target that counts the click; `key` is the text that it stands on, or `home`."""
    return f"/{locale.tag}/go/{placed.promotion.key}/{key or HOME}/{placed.placement}/{placed.words.digest}"


def target(promotion: Promotion, site_name: str, locale: Locale) -> str:
    """Where a click on a promotion leads in the end."""
    return with_campaign(promotion.target, site_name, promotion.key, locale, promotion.campaign)


def with_campaign(
    target: str, site_name: str, campaign: str, locale: Locale, own_values: Mapping[str, str] = MappingProxyType({})
) -> str:
    """The target, told which site, promotion and language sent the reader, or `own_values`: nothing of the reader.

    A value that the target names itself is the advertiser's, and stays.
    """
    values = {
        "utm_source": slugify(site_name),
        "utm_medium": "article",
        "utm_campaign": campaign,
        "utm_content": locale.tag,
        **own_values,
    }
    parts = urlsplit(target)
    named = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    added = urlencode({name: value for name, value in values.items() if name not in named})
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query.rstrip("&"), added)))))
