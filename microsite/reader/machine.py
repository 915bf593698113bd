"""The pages that machines read: feeds, sitemap, robots.txt, health, the privacy signal."""

from flask import Response, current_app, jsonify, render_template
from flask_babel import gettext, pgettext

from microsite import addresses
from microsite.content.library import Entry
from microsite.edition import current_edition, current_editions, current_locale
from microsite.reader import reader
from microsite.reader.page import entry_addresses

IN_FEED = 30
GPC_SINCE = "2026-11-22"
"""When this site last changed how it honours the Global Privacy Control."""


@reader.get("/<locale:tag>/feed.atom")
def feed() -> Response:
    """Atom (RFC 4287), newest first; only what is written in this language."""
    content, locale = current_edition().content, current_locale()
    entries = [entry for entry in content.listing(locale) if entry.speaks(locale)][:IN_FEED]
    documents = [entry.documents[locale.id].article for entry in entries]
    updated = max((one.updated or one.published for one in documents), default=current_edition().moment.date())
    product = content.site.publisher.product
    # TRANSLATORS: The author of articles, in feeds. %(product)s is a name that is never translated.
    makers = gettext("The makers of %(product)s", product=product)
    text = render_template(
        "feed.xml",
        entries=entries,
        updated=updated,
        address=addresses.feed(locale),
        title=content.site.name,
        subtitle=pgettext("site", content.site.description),
        author=content.site.publisher.filled("name") or makers,
    )
    return Response(text, mimetype="application/atom+xml")


@reader.get("/sitemap.xml")
def sitemap() -> Response:
    """Every page in every language that it is written in, each with its alternates (sitemaps.org)."""
    content = current_edition().content
    locales = list(content.site.locales.values())
    everywhere = [
        {locale.tag: addresses.home(locale) for locale in locales},
        {locale.tag: addresses.blog(locale) for locale in locales},
        *(
            {locale.tag: addresses.category(content, key, locale) for locale in locales}
            for key in content.site.categories
        ),
    ]
    lasting = [entry for entry in content.pages.values() if not any(d.is_personal for d in entry.documents.values())]
    entries = [_written(entry) for entry in (*content.articles.values(), *lasting)]
    text = render_template("sitemap.xml", groups=[*everywhere, *entries])
    return Response(text, mimetype="application/xml")


@reader.get("/robots.txt")
def robots() -> Response:
    """RFC 9309. Robots are welcome, except on the counted way out."""
    return Response(render_template("robots.txt"), mimetype="text/plain")


@reader.get("/.well-known/gpc.json")
def privacy_signal() -> Response:
    """Global Privacy Control: this site honours `Sec-GPC: 1` (it counts nothing of such a request)."""
    return jsonify(gpc=True, lastUpdate=GPC_SINCE)


@reader.get("/healthz")
def healthz() -> Response:
    """The process answers; asked of any host name."""
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})


@reader.get("/readyz")
def readyz() -> Response:
    """200 while pages are served; names every part that is worse than it should be."""
    edition = current_edition()
    degraded = {part: [str(fault) for fault in faults] for part, faults in current_editions().faults.items()}
    if not current_app.extensions["store"].is_reachable():
        degraded["database"] = ["cannot be reached: clicks are not counted, the wordings read last stay in force"]
    response = jsonify(edition=edition.number, degraded=degraded)
    response.headers["Cache-Control"] = "no-store"
    return response


def _written(entry: Entry) -> dict[str, str]:
    content = current_edition().content
    tags = {locale.tag for locale in content.locales_of(entry)}
    return {tag: address for tag, address in entry_addresses(entry).items() if tag in tags}
