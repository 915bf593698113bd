"""Requests in other encodings than the one that every standard of the web asks for, UTF-8."""

from typing import IO, TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from flask import Request
from werkzeug.formparser import FormDataParser

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class FormParser(FormDataParser):
    """Bytes that are no UTF-8 become U+FFFD, which the gate for text refuses; Werkzeug would leave “%C9” as text."""

    def _parse_urlencoded(self, stream: IO[bytes], mimetype: str, content_length: int | None, options: Any) -> Any:
        fields = parse_qsl(stream.read().decode(errors="replace"), keep_blank_values=True, errors="replace")
        return stream, self.cls(fields), self.cls()


class SiteRequest(Request):
    """Bytes beyond ASCII in a query, which no standard allows, are read as if they had been percent-encoded."""

    form_data_parser_class = FormParser

    def __init__(self, environ: "WSGIEnvironment", *options: Any, **more: Any) -> None:
        query = environ.get("QUERY_STRING", "")
        if not query.isascii():  # Werkzeug reads it as UTF-8, and fails where it is not
            environ["QUERY_STRING"] = quote(query.encode("latin-1"), safe="%&=+;/?:@!$'()*,-._~")
        super().__init__(environ, *options, **more)
