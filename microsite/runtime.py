"""What an app is made of, and what each of its requests carries: the two things that any code may ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

import flask
from flask import Flask, current_app, request
from flask.ctx import _AppCtxGlobals
from markupsafe import Markup

from microsite.config import Settings
from microsite.disk import Disk
from microsite.editions.edition import Edition
from microsite.editions.publishing import Editions
from microsite.language.locales import Locale, choose_locale
from microsite.promotions.counts import CountKey, Counts
from microsite.static_files import StaticFiles
from microsite.storage.last_backup import LastBackup
from microsite.storage.store import Store

if TYPE_CHECKING:  # SQLAlchemy's classes: a start needs them anyway, a reader of this file does not
    from microsite.storage.tables import Account

TRIAL_EDITION = "microsite.edition"
"""The key in the WSGI environment of a trial: of the edition to answer from, which is not in force yet."""


@dataclass
class Runtime:
    """The parts of one app, made by `create_app`, for as long as it lives."""

    settings: Settings
    store: Store
    editions: Editions
    counts: Counts
    static_files: StaticFiles
    disk: Disk
    last_backup: LastBackup
    is_export: bool = False
    """Whether its pages go into files, which can show nobody their own request."""
    click_base_url: str | None = ""
    """What stands before the address of a counted click: nothing where this app counts them; in an export scheme and
    host of an instance that does, or None where nobody counts and a promotion's link leads to its target at once."""


class RequestGlobals(_AppCtxGlobals):
    """The names in `flask.g`: set during one request, and gone with it. No others are ours; Flask-WTF adds its own."""

    edition: Edition | None = None
    """What the answer is computed from. Ask `current_edition()`, which sets it; a preview sets one of its own."""
    locale: Locale | None = None
    """The language of the answer. Ask `current_locale()`, which sets it unless a view or the studio has."""
    account: "Account | None" = None
    """Who is signed in to the studio. Set by its `gate`, before any of its views."""
    impressions: tuple[CountKey, ...] = ()
    """What each sending of the page counts as: its promotions. Set by a view; the page cache reads it."""
    is_personal: bool = False
    """Whether the page shows the reader's own request. Set by a view; nobody may store such a page."""
    shows_previews: bool = False
    """Whether the page of the studio has frames. Set when it is rendered; its policy then allows them."""
    editions_to_come: dict[tuple[int, datetime], Edition]
    """By the number of the edition that they follow, and their moment; see `studio.promotions.status`."""
    components_by_edition: dict[int, dict[str, Callable[..., Markup]]]
    """Components of pages of a preview's editions, by their `id`; see `reader.components`, which makes it."""


g = cast(RequestGlobals, flask.g)
"""`flask.g` with the types of its names."""


def init_runtime(app: Flask, runtime: Runtime) -> None:
    """To be called first: whatever is set up afterwards may ask for it."""
    app.extensions["runtime"] = runtime


def runtime_of(app: Flask) -> Runtime:
    """The parts of an app, where there is no request."""
    runtime: Runtime = app.extensions["runtime"]
    return runtime


def current_runtime() -> Runtime:
    """The parts of the app of this request or command."""
    return runtime_of(current_app)


# The two below ask the object behind `g`: a name takes four times as long through its proxy, and a page asks for a
# hundred.


def current_edition() -> Edition:
    """The edition of this request: asked for once, the same until its answer is complete. Raises Faults without any."""
    names: RequestGlobals = flask.g._get_current_object()
    if names.edition is None:
        names.edition = (request.environ.get(TRIAL_EDITION) if request else None) or current_runtime().editions.current
    return names.edition


def current_locale() -> Locale:
    """The locale of this request; see `choose_locale`."""
    names: RequestGlobals = flask.g._get_current_object()
    if names.locale is None:
        site = current_edition().content.site
        names.locale = choose_locale(request.path, request.headers.get("Accept-Language"), site.locales, site.default)
    return names.locale
