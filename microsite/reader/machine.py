"""The pages that machines read: sitemap, robots.txt, icons, health, the privacy signal."""

from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from flask import Response, abort, jsonify, render_template, request, send_file

from microsite import addresses
from microsite.clock import bounded
from microsite.editions.notices import degraded_areas, notices
from microsite.faults import Fault, Faults
from microsite.reader import inventory
from microsite.reader.blueprint import reader
from microsite.runtime import current_edition, current_runtime

GPC_SINCE = "2026-11-22"
"""When this site last changed how it honours the Global Privacy Control."""


@reader.get("/sitemap.xml", defaults={"number": 0})
@reader.get("/sitemap-<int:number>.xml")
def sitemap(number: int) -> Response:
    """Every page in every language that it is written in, each with its alternates (sitemaps.org).

    Where they are too many for one, the first address is an index of several.
    """
    pages, most = inventory.sitemap_pages(current_edition().content), inventory.MAX_SITEMAP_ADDRESSES
    numbers = range(1, -(-len(pages) // most) + 1) if len(pages) > most else ()
    if (number and number not in numbers) or request.path != addresses.sitemap(number):
        abort(404)
    if numbers and not number:
        text = render_template("sitemap_index.xml", numbers=numbers)
    else:
        text = render_template("sitemap.xml", pages=pages[max(0, number - 1) * most :][:most])
    return Response(text, mimetype="application/xml")


@reader.get("/robots.txt")
def robots() -> Response:
    """RFC 9309. Robots are welcome, except on counted clicks."""
    return Response(render_template("robots.txt"), mimetype="text/plain")


@reader.get("/.well-known/gpc.json")
def privacy_signal() -> Response:
    """Global Privacy Control: this site honours `Sec-GPC: 1` (it counts nothing of such a request)."""
    return jsonify(gpc=True, lastUpdate=GPC_SINCE)


@reader.get(inventory.SECURITY_TXT)
def security_txt() -> Response:
    """The file of the site's folder as it stands (RFC 9116), expired or not: its Expires says so itself."""
    if (body := current_edition().files.security_txt.body) is None:
        abort(404)
    return Response(body, mimetype="text/plain")


def icon(name: str) -> Response:
    """A picture of `static/` at the root."""
    if not (file := current_runtime().static_files.by_name.get(name)):
        abort(404)
    return send_file(BytesIO(file.body), file.mimetype, etag=file.version)


for _name in inventory.ICONS:
    reader.add_url_rule(f"/{_name}", _name.partition(".")[0], icon, defaults={"name": _name})


@reader.get("/healthz")
def healthz() -> Response:
    """The process answers; asked of any host name."""
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})


@reader.get("/readyz")
def readyz() -> Response:
    """200 while pages are served, 503 while there are none; names every area that is worse than it should be.

    `warnings` are what the publisher has still to do, and is no fault yet.
    """
    editions = current_runtime().editions
    ours = editions.settings.site.parent, editions.settings.translations.parent
    areas, warnings = dict(editions.faults), dict[str, list[Fault]]()
    number = 0
    with suppress(Faults):
        edition = current_edition()
        number, now, security_txt = edition.number, bounded(editions.clock), edition.files.security_txt
        warnings = notices(edition.content.site, security_txt, now)
        for area in degraded_areas(security_txt, now, editions.settings.base_url) & warnings.keys():
            areas[area] = warnings.pop(area)
    degraded = _sentences(areas, ours)
    if editions.is_database_away:
        degraded["database"] = ["cannot be reached: clicks are not counted, the wordings read last stay in force"]
    for area, fault in (("disk", current_runtime().disk.fault()), ("backup", current_runtime().last_backup.fault())):
        if fault:
            degraded[area] = [fault]
    response = jsonify(edition=number, degraded=degraded, warnings=_sentences(warnings, ours))
    response.status_code = 200 if number else 503
    response.headers["Cache-Control"] = "no-store"
    return response


def _sentences(areas: Mapping[str, list[Fault]], folders: tuple[Path, ...]) -> dict[str, list[str]]:
    """The faults of each area, with no path outside these folders."""
    return {area: [fault.relative_to(*folders) for fault in faults] for area, faults in areas.items()}
