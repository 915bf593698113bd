"""What was typed survives: a form that could not be taken comes back with its fields, in the page and nowhere else."""

import json
from typing import NamedTuple

from flask import current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect

from microsite.studio import is_studio

SECRET = ("password", "code", "csrf_token")
"""Fields that never come back."""
MAX_PACKED = 1024 * 1024
"""Characters of a form that waits for signing in: a body of the largest size, each of its characters escaped."""
NOT_TYPED = ("do", "based_on", "start", "seen", "revision", "where", "confirmed", "sure", "next", "kept")
"""Fields that a page fills in by itself: they come back, and nobody is shown them."""


class Kept(NamedTuple):
    """A form that was sent: where to, and its fields in order."""

    path: str
    fields: list[tuple[str, str]]

    @property
    def shown(self) -> list[str]:
        """What its author typed."""
        return [value for name, value in self.fields if value and name.rpartition("-")[2] not in NOT_TYPED]


def typed() -> Kept | None:
    """The form of this request, where there is one and it came from a page of ours."""
    if request.method != "POST" or not came_from_here():
        return None
    fields = [(name, value) for name, value in request.form.items(multi=True) if not name.endswith(SECRET)]
    return Kept(request.full_path.rstrip("?"), fields)


def packed(kept: Kept | None) -> str:
    """As a hidden field carries it through signing in."""
    return json.dumps(kept) if kept else ""


def unpacked(text: str | None) -> Kept | None:
    try:
        path, fields = json.loads(text or "")
        found = Kept(str(path), [(str(name), str(value)) for name, value in fields])
        "".join((found.path, *(word for pair in found.fields for word in pair))).encode()  # half a character is none
    except (ValueError, TypeError, RecursionError):
        return None
    return found if is_studio(found.path) else None


def came_from_here() -> bool:
    """Whether a form was sent from a page of this site, as browsers say (Fetch Metadata; before 2023: Origin).

    Another site's form arrives without our cookie, just as after an expired session. It must not come back filled in.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin in (None, current_app.config["BASE_URL"], request.host_url.rstrip("/"))


def check_token() -> None:
    """Raises CSRFError for a form that is not this session's."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    if not came_from_here():
        raise CSRFError("The form came from another site.")
    protection: CSRFProtect = current_app.extensions["csrf"]
    protection.protect()
