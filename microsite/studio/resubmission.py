"""A form that could not be accepted comes back in a page of ours, filled in, to be sent again."""

import json
from typing import NamedTuple

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from microsite.studio.blueprint import is_studio
from microsite.studio.security import is_same_origin

SECRET_FIELDS = ("password", "code", "csrf_token")
"""Endings of the names of fields that never come back."""
HIDDEN_FIELDS = (
    *("do", "based_on", "start", "seen", "revision", "where", "confirmed", "confirm", "next", "pending_form"),
    *("chosen", "when", "afterwards", "languages", "tab", "take", "also", "known"),
)
"""Fields that a page fills in by itself or offers as a choice: they come back hidden, not listed as typed."""
MAX_SERIALIZED = 1024 * 1024
"""Characters of a serialized form: a body of the largest size that is accepted, each of its characters escaped."""


class PendingForm(NamedTuple):
    """A form that was sent and not accepted: where it was sent to, and its fields in order."""

    path: str
    fields: list[tuple[str, str]]

    @property
    def typed(self) -> list[str]:
        """The values that a person typed."""
        return [value for name, value in self.fields if value and name.rpartition("-")[2] not in HIDDEN_FIELDS]

    @classmethod
    def from_request(cls) -> "PendingForm | None":
        """The form of this request, without its secrets; None unless it was sent from a page of ours, or too large."""
        if request.method != "POST" or not is_same_origin():
            return None
        try:
            sent = request.form
        except RequestEntityTooLarge:  # of somebody who is not signed in: nothing has asked for the form before
            return None
        fields = [(name, value) for name, value in sent.items(multi=True) if not name.endswith(SECRET_FIELDS)]
        return cls(request.full_path.rstrip("?"), fields)

    def dumps(self) -> str:
        """As JSON, for the hidden field that carries it through signing in."""
        return json.dumps(self)

    @classmethod
    def loads(cls, serialized: str | None) -> "PendingForm | None":
        """The form that `dumps` wrote; None for anything else, and for a form that was sent outside the studio."""
        try:
            path, fields = json.loads(serialized or "")
            form = cls(str(path), [(str(name), str(value)) for name, value in fields])
            json.dumps(form, ensure_ascii=False).encode()  # half a surrogate pair has no UTF-8
        except (ValueError, TypeError, RecursionError):
            return None
        return form if is_studio(form.path) else None
