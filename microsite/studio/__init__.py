"""The studio: where accounts change words and see what they did. Its own pages, cookie and policy, under `/studio/`."""

from datetime import datetime
from importlib import import_module
from typing import cast

from flask import Blueprint, Flask, current_app

from microsite.clock import bounded
from microsite.edition import current_editions
from microsite.store import Store

PREFIX = "/studio"
studio = Blueprint("studio", __name__, url_prefix=PREFIX)
MODULES = (
    "access",
    "account",
    "admin",
    "audit_page",
    "desk",
    "editing",
    "figures",
    "home",
    "join",
    "preview",
    "sign_in",
    "translations",
    "translations_files",
    "translations_message",
)
"""Each adds its routes to the blueprint."""


def init_studio(app: Flask) -> None:
    from microsite.studio import commands, errors, pages, security

    for module in MODULES:
        import_module(f"microsite.studio.{module}")
    app.register_blueprint(studio)
    security.init_security(app)
    pages.init_pages(app)
    errors.init_errors(app)
    commands.init_commands(app)


def is_studio(path: str) -> bool:
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def current_store() -> Store:
    return cast(Store, current_app.extensions["store"])


def now() -> datetime:
    """UTC, by the clock that editions go by."""
    return bounded(current_editions().clock)
