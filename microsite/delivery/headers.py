"""Headers that every answer carries, errors and files included."""

from base64 import b64encode
from hashlib import sha256

from flask import Flask, Response, g

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=(), interest-cohort=(), microphone=()",
}
HSTS = "max-age=63072000; includeSubDomains"


def policy(style_hash: str) -> str:
    """Content-Security-Policy (W3C CSP 3): our inline style, our pictures, nothing else.

    `connect-src 'self'` because Lighthouse cannot read robots.txt without it.
    """
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src '{style_hash}'",
            "img-src 'self'",
            "connect-src 'self'",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def csp_hash(text: str) -> str:
    """The source expression that lets exactly this inline style through."""
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def init_headers(app: Flask) -> None:
    """Set the headers on every response of `app`, and refuse hosts that are not ours."""
    secure = app.config["BASE_URL"].startswith("https://")

    @app.after_request
    def _set(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Content-Security-Policy", policy(app.extensions["stylesheet"].hash))
        if secure:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        # A page is asked for anew each time: a 304 costs nothing.
        life = "no-store" if g.get("personal") or response.status_code >= 500 else "no-cache"
        response.headers.setdefault("Cache-Control", life)
        return response
