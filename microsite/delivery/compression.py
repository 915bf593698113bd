"""Text compressed, with an entity tag for what is really sent, so that a second visit costs a 304."""

import gzip

from flask import Flask, Response, request

TEXT = ("text/", "application/atom+xml", "application/xml", "application/json", "image/svg+xml")
WORTH_IT = 500
LEVEL = 6


def init_compression(app: Flask) -> None:
    @app.after_request
    def _finish(response: Response) -> Response:
        """Gzip where the reader takes it; ETag per encoding; 304 (RFC 9110, 13).

        Our own, because Flask-Compress changes the ETag after the condition was evaluated, and so never answers 304.
        """
        if not (response.mimetype or "").startswith(TEXT) or request.method not in ("GET", "HEAD"):
            return response
        response.direct_passthrough = False
        body = response.get_data()
        response.vary.add("Accept-Encoding")
        if len(body) >= WORTH_IT and request.accept_encodings.quality("gzip") > 0:
            response.set_data(gzip.compress(body, LEVEL, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
        if response.status_code == 200 and not response.cache_control.no_store:
            response.add_etag(overwrite=True)
            response.make_conditional(request)
        return response
