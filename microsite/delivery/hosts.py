"""Names that the site answers to."""

from collections.abc import Collection

from flask import Flask, abort, request
from werkzeug.sansio.utils import host_is_trusted

ANY_HOST = {"reader.healthz"}


def is_ours(host: str, hosts: Collection[str]) -> bool:
    """Whether a Host header names one of ours, with or without a port. Case says nothing (RFC 3986, 3.2.2)."""
    return host_is_trusted(host.lower(), hosts)


def init_hosts(app: Flask) -> None:
    @app.before_request
    def _refuse_unknown_host() -> None:
        """400 for a Host that is not ours (address books of caches and resets are poisoned that way); health apart."""
        if request.endpoint not in ANY_HOST and not is_ours(request.environ.get("HTTP_HOST", ""), app.config["HOSTS"]):
            abort(400)
