"""The current edition: everything a page is made of at one moment, and when a new one is due."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple, cast

from flask import current_app, g, request
from watchfiles import watch

from microsite.config import Settings
from microsite.content.faults import Fault, Faults
from microsite.content.library import Content, read_content, read_each
from microsite.content.site_file import Site, placeholders, read_site
from microsite.language.catalogs import Catalog, read_catalogs
from microsite.language.locales import Locale, choose_locale
from microsite.promotions.promotion import PLACEMENTS, Promotion, changes, read_promotions

log = logging.getLogger(__name__)
LOOK_EVERY = timedelta(milliseconds=500)


class Edition(NamedTuple):
    """Independent, unchangeable snapshots with a number. Without behaviour: pages are computed from it alone."""

    number: int
    content: Content
    promotions: dict[str, Promotion]
    catalogs: dict[str, Catalog]
    moment: datetime
    """UTC. What “today” is on every page of this edition, and which promotions run."""
    due: datetime
    """UTC. When time alone makes this edition untrue: a promotion begins or ends, or the day is over."""


class Editions:
    """Makes editions from files and clock; `current` is always whole, and never worse than the last good one."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.settings = settings
        self.clock = clock
        self.faults: dict[str, list[Fault]] = {}
        """Why `content` or `catalogs` are older than their files."""
        self._current: Edition | None = None
        self._building = threading.Lock()
        self._stopped = threading.Event()

    @property
    def current(self) -> Edition:
        """The newest good edition. The first is read when first asked for. Raises Faults if that one has any."""
        return self._current or self.refresh()

    def refresh(self) -> Edition:
        """Read whatever changed; what cannot be read stays as it was, with its faults in `faults`."""
        with self._building:
            last = self._current
            content, promotions = self._content(last)
            catalogs = self._catalogs(last, content)
            if last is None and self.faults:
                raise Faults([fault for faults in self.faults.values() for fault in faults])
            self._current = _edition(last.number + 1 if last else 1, content, promotions, catalogs, self.clock())
            return self._current

    def watch(self) -> None:
        """Keep `current` true from now on, in a thread: within a second of a saved file, and when time has come."""
        threading.Thread(target=self._keep, name="editions", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def _keep(self) -> None:
        folders = self.settings.site, self.settings.translations
        milliseconds = int(LOOK_EVERY.total_seconds() * 1000)
        looked = False
        for found in watch(
            *folders, stop_event=self._stopped, rust_timeout=milliseconds, yield_on_timeout=True, debounce=200
        ):
            # Nobody watched between the first reading and the first look: what was saved then is read now.
            if found or not looked or self.clock() >= self.current.due:
                try:
                    self.refresh()
                    looked = True
                except Exception:
                    log.exception("the last good edition keeps serving")

    def _content(self, last: Edition | None) -> tuple[Content, dict[str, Promotion]]:
        try:
            content, promotions = read_folder(self.settings, last.content if last else None)
            self.faults.pop("content", None)
            return content, promotions
        except Faults as found:
            self._note("content", found)
            if last is None:
                raise
            return last.content, last.promotions

    def _catalogs(self, last: Edition | None, content: Content) -> dict[str, Catalog]:
        try:
            catalogs = read_catalogs(self.settings.translations, content.site.locales.values())
            self.faults.pop("catalogs", None)
            return catalogs
        except Faults as found:
            self._note("catalogs", found)
            if last is None:
                raise
            unread = {locale.id: Catalog() for locale in content.site.locales.values()}
            return unread | last.catalogs

    def _note(self, part: str, found: Faults) -> None:
        if self._current and self.faults.get(part) != found.faults:
            log.error("the last good %s keeps serving:\n%s", part, found)
        self.faults[part] = found.faults


def read_folder(settings: Settings, last: Content | None = None) -> tuple[Content, dict[str, Promotion]]:
    """Site, promotions, articles and pages, checked together. Raises Faults, all of them at once."""
    folder = settings.site
    faults: list[Fault] = []
    site: Site | None = None
    promotions: dict[str, Promotion] = {}
    try:
        site = read_site(folder / "site.toml")
    except Faults as found:
        faults += found.faults
    try:
        promotions = read_promotions(folder / "promotions", site.promotion_hosts if site else None)
    except Faults as found:
        faults += found.faults
    if site is None:
        raise Faults(faults + read_each(folder))
    # One that has faults of its own is known all the same: articles that name it are not wrong.
    places = {path.stem: PLACEMENTS for path in (folder / "promotions").glob("*.toml")}
    places |= {promotion.key: promotion.placements for promotion in promotions.values()}
    try:
        content = read_content(folder, site, places, last)
    except Faults as found:
        faults += found.faults
    if faults:
        raise Faults(faults)
    return content.with_warnings(placeholders(site)), promotions


def _edition(
    number: int, content: Content, promotions: dict[str, Promotion], catalogs: dict[str, Catalog], moment: datetime
) -> Edition:
    midnight = datetime.combine(moment.date() + timedelta(days=1), time(), UTC)
    due = min([midnight, *changes(promotions.values(), moment)])
    return Edition(number, content, promotions, catalogs, moment, due)


def current_editions() -> Editions:
    return cast(Editions, current_app.extensions["editions"])


def current_edition() -> Edition:
    """The edition of this request: asked for once, the same until its answer is complete."""
    if "edition" not in g:
        g.edition = current_editions().current
    return cast(Edition, g.edition)


def current_locale() -> Locale:
    """The locale of this request; see `choose_locale`."""
    if "locale" not in g:
        site = current_edition().content.site
        g.locale = choose_locale(request.path, request.accept_languages, site.locales, site.default)
    return cast(Locale, g.locale)
