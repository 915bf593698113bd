"""Content-Security-Policy (W3C CSP 3): what a page may load, and from where."""

from base64 import b64encode
from hashlib import sha256

STRICTEST = {"default_src": "'none'", "form_action": "'none'", "base_uri": "'none'", "frame_ancestors": "'none'"}
"""`frame-ancestors` is what browsers heed in place of X-Frame-Options; `default-src` says nothing of the other two."""


def policy(**directives: str) -> str:
    """The header's value: nothing is allowed but what the directives allow, `img_src="'self'"` for `img-src 'self'`."""
    return "; ".join(f"{name.replace('_', '-')} {sources}" for name, sources in {**STRICTEST, **directives}.items())


def style_hash(css: str) -> str:
    """The source expression that lets exactly this inline style through, quotes included."""
    return f"'sha256-{b64encode(sha256(css.encode()).digest()).decode()}'"
