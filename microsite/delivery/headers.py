"""Headers that every answer carries, errors and files included."""

from base64 import b64encode
from functools import cache
from hashlib import sha256

from flask import Flask, Response, g

from microsite.delivery.encodings import Headers

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "browsing-topics=()",
}
HSTS = "max-age=63072000; includeSubDomains"


def policy(style_hash: str) -> str:
    """Content-Security-Policy (W3C CSP 3): the inline style that a page has, our pictures, nothing else.

    `connect-src 'self'` because Lighthouse cannot read robots.txt without it. `frame-ancestors` is what browsers heed
    in place of X-Frame-Options.
    """
    return ";".join(
        [
            "default-src 'none'",
            style_src(style_hash),
            "img-src 'self'",
            "connect-src 'self'",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def style_src(*hashes: str) -> str:
    return " ".join(["style-src", *(f"'{one}'" for one in hashes)])


def csp_hash(text: str) -> str:
    """The source expression that lets exactly this inline style through."""
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def init_headers(app: Flask) -> None:
    """Set the headers on every response of `app`."""
    secure = app.config["BASE_URL"].startswith("https://")

    @cache
    def always(style_hash: str) -> Headers:
        page = {**ALWAYS, "Content-Security-Policy": policy(style_hash)}
        if secure:
            page["Strict-Transport-Security"] = HSTS
        return list(page.items())

    @app.after_request
    def _set(response: Response) -> Response:
        # A page is asked for anew each time: a 304 costs nothing.
        life = "no-store" if g.get("personal") or response.status_code >= 500 else "no-cache"
        own = {name.lower() for name, _ in response.headers}
        said = always(app.extensions["static_files"].stylesheet.csp_hash)
        response.headers.extend([one for one in (*said, ("Cache-Control", life)) if one[0].lower() not in own])
        return response
