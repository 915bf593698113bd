"""Fields of other generators in front matter: what each means here. To obey a hint never publishes a draft."""

from datetime import UTC, date, datetime

WITHHELD = "Nothing here is hidden from readers: move the text out of its folder until it may be read, then remove this"
EVERY_TEXT = "Every text in its folder is published. Remove this line"
_PUBLIC_IF_FALSE = {"draft", "drafts", "hidden", "private", "unlisted", "protected", "headless", "noindex"}
_PUBLIC_IF_TRUE = {"publish", "published", "public", "visible", "status", "visibility", "state", "post_status"}
_WITHHOLDS = {"expirydate", "expires", "unpublishdate", "password", "post_password", "review", "todo"}
_SCHEDULES = {"embargo", "embargoed", "scheduled", "release"}
_SCHEDULES |= {"publishat", "publish_at", "publish_on", "publish_after"}
_DATES = {"date", "publishdate", "pubdate", "created", "created_at", "post_date", "datepublished", "published_at"}
_ADVICE = {
    "description excerpt abstract subtitle teaser lead intro tagline": "Write `summary`, in one or two sentences",
    "updated lastmod modified last_modified_at updated_at date_updated revised": (
        "Write `changes`, each with a `date` and a `text` that says in a sentence what changed"
    ),
    "categories section": "A text has one `category`, a key of site.toml. Write that, and remove this",
    "tags tag keywords topics series taxonomies": "There are none here. Remove them",
    "permalink url path basename save_as": "Write `slug`, the last part of the address alone",
    "redirect_from redirects alias old_url": "Write `aliases`, a list of former slugs",
    "image images cover thumbnail featured_image feature_image hero": "Texts carry no pictures so far. Remove it",
    "author authors byline by creator": "The site signs its texts, nobody else. Remove it",
    "layout type template theme kind cssclass cssclasses weight": "The folder says how a text is laid out. Remove it",
    "lang language locale translationkey translation ref": (
        "The file's name says the language, and the folder's name joins the languages of a text. Remove it"
    ),
    "references bibliography citations footnotes": "Write `sources`, each with `publication` and `date`",
    "toc math mermaid comments share": "There is none here. Remove it",
}
_HINTS = {name: advice for names, advice in _ADVICE.items() for name in names.split()}


def hint(field: str, value: object) -> str:
    """What to do about a field of another generator; empty for a field that we do not know."""
    name = field.lower().replace("-", "_")
    if name in _WITHHOLDS:
        return WITHHELD
    if name in _PUBLIC_IF_FALSE:
        return EVERY_TEXT if _says(value, {"false", "no", "0"}) else WITHHELD
    if name in _PUBLIC_IF_TRUE:
        return EVERY_TEXT if _says(value, {"true", "yes", "1", "published", "publish", "public"}) else WITHHELD
    if name in _DATES | _SCHEDULES and (day := _day_ahead(value)):
        return f"Write `published: {day}`: the text appears on that day, at midnight UTC"
    if name in _SCHEDULES:
        return WITHHELD
    if name in _DATES:
        return "Write `published: 2026-01-31`, when the text first appeared here"
    return _HINTS.get(name, "")


def _says(value: object, words: set[str]) -> bool:
    return str(value).strip().lower() in words


def _day_ahead(value: object) -> date | None:
    """The day, if it lies ahead: other generators keep a text with such a date to themselves until then."""
    try:
        moment = value if isinstance(value, date) else datetime.fromisoformat(str(value).strip())
    except ValueError:
        return None
    day = moment.date() if isinstance(moment, datetime) else moment
    return day if day > datetime.now(UTC).date() else None
