"""Headers that every answer carries, errors and files included; the Host header that every request must."""

from collections.abc import Collection
from functools import cache
from urllib.parse import quote

from flask import Flask, Response, abort, redirect, request
from werkzeug.sansio.utils import host_is_trusted

from microsite.delivery.encodings import Headers
from microsite.runtime import g, runtime_of
from microsite.security_headers import policy, security_headers
from microsite.studio.blueprint import is_studio

ANY_HOST = {"reader.healthz"}
"""Endpoints that answer whatever the Host header says: who watches over the site asks them by IP address."""

ONION_LOCATION = "Onion-Location"
"""By which Tor Browser offers the same page at the onion service; it heeds it on pages that came by https."""


def page_policy(style_hash: str) -> str:
    """The Content-Security-Policy of readers' pages: the inline style that they have, our pictures, nothing else.

    `connect-src` because Lighthouse cannot read robots.txt without it.
    """
    return policy(style_src=style_hash, img_src="'self'", connect_src="'self'")


def is_ours(host: str, hosts: Collection[str]) -> bool:
    """Whether a Host header names one of ours, with or without a port. Case says nothing (RFC 3986, 3.2.2)."""
    return host_is_trusted(host.lower(), hosts)


def init_hosts(app: Flask) -> None:
    """To be called before whatever else looks at a request: what a foreign host asks for is nobody's business."""
    settings = runtime_of(app).settings

    @app.before_request
    def _refuse_unknown_host() -> None:
        """400 for a Host that is not ours (address books of caches and resets are poisoned that way); health apart.

        Sessions belong to the host of the studio, if it has its own; to the readers' else.
        """
        if request.endpoint in ANY_HOST:
            return
        host = request.environ.get("HTTP_HOST", "")
        for_readers, for_studio = is_ours(host, settings.reader_hosts), is_ours(host, settings.studio_hosts)
        if not for_readers and not for_studio:
            abort(400)
        if is_studio(request.path) and not for_studio:
            abort(404)
        if not for_readers and not is_studio(request.path) and request.endpoint != "static":
            abort(redirect(settings.base_url + quote(request.path), 302))  # the studio's pages lead to readers' so


def init_headers(app: Flask) -> None:
    """Set the headers on every response of `app` that has not set them itself."""
    runtime = runtime_of(app)
    is_secure, onion = runtime.settings.base_url.startswith("https://"), runtime.settings.onion

    @cache
    def always(style_hash: str) -> Headers:
        return security_headers(page_policy(style_hash), is_secure)

    @app.after_request
    def _set(response: Response) -> Response:
        # A page is asked for anew each time: a 304 costs nothing.
        cache_control = "no-store" if g.is_personal or response.status_code >= 500 else "no-cache"
        own = {name.lower() for name, _ in response.headers}
        ours = *always(runtime.static_files.stylesheet.csp_hash), ("Cache-Control", cache_control)
        response.headers.extend([(name, value) for name, value in ours if name.lower() not in own])
        if onion and response.status_code == 200 and response.mimetype == "text/html" and not is_studio(request.path):
            response.headers[ONION_LOCATION] = onion + quote(request.path)
        return response
