"""The blueprint of the studio, and what every module of the studio asks for first."""

from datetime import datetime

from flask import Blueprint

from microsite.clock import bounded
from microsite.editions.edition import Edition
from microsite.runtime import current_edition, current_runtime, g
from microsite.storage.store import Store

PREFIX = "/studio"
studio = Blueprint("studio", __name__, url_prefix=PREFIX)


def is_studio(path: str) -> bool:
    """Whether an address is the studio's, also one that no route has."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def current_store() -> Store:
    return current_runtime().store


def now() -> datetime:
    """UTC, by the clock that editions go by."""
    return bounded(current_runtime().editions.clock)


def newest_edition() -> Edition:
    """The edition with whatever any process has saved until now; from here on the edition of this request."""
    editions = current_runtime().editions
    editions.poll_revisions()
    g.edition = editions.current
    return current_edition()
