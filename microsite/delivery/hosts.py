"""Names that the site answers to."""

from flask import Flask, abort, request
from werkzeug.sansio.utils import host_is_trusted

ANY_HOST = {"reader.healthz"}


def init_hosts(app: Flask) -> None:
    @app.before_request
    def _refuse_unknown_host() -> None:
        """400 for a Host that is not ours (address books of caches and resets are poisoned that way); health apart."""
        if request.endpoint not in ANY_HOST and not host_is_trusted(
            request.environ.get("HTTP_HOST"), app.config["HOSTS"]
        ):
            abort(400)
