"""Headers by which a browser keeps a page to itself; Content-Security-Policy (W3C CSP 3) says what it may load."""

from base64 import b64encode
from hashlib import sha256

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "browsing-topics=()",
}
HSTS = "max-age=63072000; includeSubDomains"
STRICTEST = {"default_src": "'none'", "form_action": "'none'", "base_uri": "'none'", "frame_ancestors": "'none'"}
"""`frame-ancestors` is what browsers heed in place of X-Frame-Options; `default-src` says nothing of the other two."""


def policy(**directives: str) -> str:
    """The header's value: nothing is allowed but what the directives allow, `img_src="'self'"` for `img-src 'self'`."""
    return "; ".join(f"{name.replace('_', '-')} {sources}" for name, sources in {**STRICTEST, **directives}.items())


def security_headers(content_policy: str, is_secure: bool) -> list[tuple[str, str]]:
    """What every answer carries; `is_secure` where the site is reached by https."""
    headers = {**ALWAYS, "Content-Security-Policy": content_policy}
    if is_secure:
        headers["Strict-Transport-Security"] = HSTS
    return list(headers.items())


def style_hash(css: str) -> str:
    """The source expression that lets exactly this inline style through, quotes included."""
    return f"'sha256-{b64encode(sha256(css.encode()).digest()).decode()}'"
