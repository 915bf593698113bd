"""The studio: where accounts change words and see what they did. Its own pages, cookie and policy, under `/studio/`."""

from datetime import datetime
from typing import cast

from flask import Blueprint, Flask, current_app

from microsite.clock import bounded
from microsite.editions.edition import current_editions
from microsite.storage.store import Store

PREFIX = "/studio"
studio = Blueprint("studio", __name__, url_prefix=PREFIX)


def init_studio(app: Flask) -> None:
    """Add the studio's routes, policy and error pages. Imports stand here: views need the blueprint."""
    from microsite.studio import audit, errors, layout, security  # noqa: F401
    from microsite.studio.accounts import accept_invitation, admin, preferences, sign_in  # noqa: F401
    from microsite.studio.figures import figures  # noqa: F401
    from microsite.studio.promotions import desk, editor, preview  # noqa: F401
    from microsite.studio.translations import desk as translations_desk  # noqa: F401
    from microsite.studio.translations import files, message  # noqa: F401

    app.register_blueprint(studio)
    security.init_security(app)
    layout.init_layout(app)
    errors.init_errors(app)


def is_studio(path: str) -> bool:
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def current_store() -> Store:
    return cast(Store, current_app.extensions["store"])


def now() -> datetime:
    """UTC, by the clock that editions go by."""
    return bounded(current_editions().clock)
