"""The current edition: everything a page is made of at one moment, and when a new one is due."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple, cast

from flask import current_app, g, request
from sqlalchemy.exc import SQLAlchemyError
from watchfiles import watch

from microsite.config import Settings
from microsite.content.faults import Fault, Faults, collected
from microsite.content.kept import KeptTexts
from microsite.content.library import Content, read_content, read_each
from microsite.content.site_file import Site, placeholders, read_site
from microsite.language.catalogs import Catalog, read_catalogs, with_studio_words
from microsite.language.locales import Locale, choose_locale
from microsite.language.pseudo import with_pseudo
from microsite.language.studio_words import words_by_locale
from microsite.promotions.claims import Claims, read_claims
from microsite.promotions.promotion import PLACEMENTS, Promotion, changes, read_promotions
from microsite.promotions.wording import Words, all_words
from microsite.revisions import Revisions, in_force, read_revisions
from microsite.revisions import changes as changes_of_wordings
from microsite.store import Store

log = logging.getLogger(__name__)
LOOK_EVERY = timedelta(milliseconds=500)


class Edition(NamedTuple):
    """Independent, unchangeable snapshots with a number. Without behaviour: pages are computed from it alone."""

    number: int
    content: Content
    """In the languages that are public."""
    promotions: dict[str, Promotion]
    claims: Claims
    catalogs: dict[str, Catalog]
    revisions: Revisions
    words: dict[str, Words]
    """The words of promotions in force at `moment`, by locale id: marketing's, else the catalog's."""
    moment: datetime
    """UTC. What “today” is on every page of this edition, and which promotions run."""
    due: datetime
    """UTC. When time alone makes this edition untrue: a promotion or wording begins or ends, or the day is over."""
    everything: Content
    """In the languages as well that only translators see so far."""
    public: frozenset[str]
    """The tags of the others. One that readers saw stays among them: a file that loses words hides no pages."""


class Editions:
    """Makes editions from files, revisions, clock; `current` is always whole, never worse than the last good one."""

    def __init__(
        self, settings: Settings, store: Store, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.faults: dict[str, list[Fault]] = {}
        """Why `content` or `catalogs` are older than their files."""
        self._current: Edition | None = None
        self._revisions = Revisions()
        self.is_database_away = False
        """As of the last look for revisions: twice a second, however many ask."""
        self._building = threading.Lock()
        self._reading = threading.Lock()
        self._stopped = threading.Event()

    @property
    def current(self) -> Edition:
        """The newest good edition. The first is read when first asked for. Raises Faults if that one has any."""
        return self._current or self._first()

    def refresh(self) -> Edition:
        """Read whatever files changed; what cannot be read stays as it was, with its faults in `faults`."""
        with self._building:
            last = self._current
            files = self._files(last)
            return self._put(files, self._catalogs(last, files.content))

    def look_for_revisions(self) -> None:
        """Take up what was saved; a database that is away leaves in force what was read last."""
        with self._reading:
            try:
                found = read_revisions(self.store, self._revisions)
            except SQLAlchemyError as error:
                if not self.is_database_away:
                    log.error("the wordings read last stay in force: %s", type(error).__name__)
                self.is_database_away = True
                return
            self.is_database_away = False
            if found is not self._revisions:
                self._revisions = found
                self._renew()

    def watch(self) -> None:
        """Keep `current` true from now on: within a second of a saved file or revision, and when time has come.

        Two threads, since a database that does not answer must not hold up files and clock.
        """
        threading.Thread(target=self._keep, name="editions", daemon=True).start()
        threading.Thread(target=self._keep_revisions, name="revisions", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def _keep(self) -> None:
        folders = self.settings.site, self.settings.translations
        milliseconds = int(LOOK_EVERY.total_seconds() * 1000)
        looked = False
        for found in watch(
            *folders, stop_event=self._stopped, rust_timeout=milliseconds, yield_on_timeout=True, debounce=200
        ):
            try:
                # Nobody watched between the first reading and the first look: what was saved then is read now.
                if found or not looked:
                    self.refresh()
                    looked = True
                elif self.clock() >= self.current.due:
                    self._renew()
            except Exception:
                log.exception("the last good edition keeps serving")

    def _keep_revisions(self) -> None:
        while not self._stopped.wait(LOOK_EVERY.total_seconds()):
            try:
                self.look_for_revisions()
            except Exception:
                log.exception("the last good edition keeps serving")

    def _first(self) -> Edition:
        self.look_for_revisions()
        return self.refresh()

    def _renew(self) -> None:
        """The same files with the wordings and the time of now."""
        with self._building:
            if last := self._current:
                self._put(Files(last.everything, last.promotions, last.claims), last.catalogs)

    def _put(self, files: "Files", catalogs: dict[str, Catalog]) -> Edition:
        last, now = self._current, self.clock()
        same_rule = last and last.everything.site.public_from == files.content.site.public_from
        public = last.public if last and same_rule else frozenset[str]()
        number = last.number + 1 if last else 1
        made = Edition(number, *files, catalogs, self._revisions, {}, now, now, files.content, public)
        self._current = as_of(made, now)
        return self._current

    def _files(self, last: Edition | None) -> "Files":
        try:
            files = read_folder(self.settings, last.everything if last else None)
            self.faults.pop("content", None)
            return files
        except Faults as found:
            self._note("content", found)
            if last is None:
                raise
            return Files(last.everything, last.promotions, last.claims)

    def _catalogs(self, last: Edition | None, content: Content) -> dict[str, Catalog]:
        site, known = content.site, last.catalogs if last else None
        catalogs = read_catalogs(self.settings.translations, site.locales.values(), known, site.public_from)
        if faults := [fault for catalog in catalogs.values() for fault in catalog.faults]:
            self._note("catalogs", Faults(faults))
        else:
            self.faults.pop("catalogs", None)
        return catalogs

    def _note(self, part: str, found: Faults) -> None:
        if self.faults.get(part) != found.faults and (self._current or part == "catalogs"):
            log.error("the last good %s keeps serving:\n%s", part, found)
        self.faults[part] = found.faults


class Files(NamedTuple):
    """What the folder of the site says."""

    content: Content
    promotions: dict[str, Promotion]
    claims: Claims


def read_folder(settings: Settings, last: Content | None = None) -> Files:
    """Site, promotions, claims, articles and pages, checked together. Raises Faults, all of them at once."""
    folder = settings.site
    faults: list[Fault] = []
    site: Site | None = None
    promotions: dict[str, Promotion] = {}
    with collected(faults):
        site = read_site(folder / "site.toml")
    with collected(faults):
        promotions = read_promotions(folder / "promotions", site.promotion_hosts if site else None)
    if site and settings.pseudo:
        site = with_pseudo(site)
    if site is None:
        raise Faults(faults + read_each(folder))
    with collected(faults):
        claims = read_claims(folder / "claims.toml", site)
    # One that has faults of its own is known all the same: articles that name it are not wrong.
    places = {path.stem: PLACEMENTS for path in (folder / "promotions").glob("*.toml")}
    places |= {promotion.key: promotion.placements for promotion in promotions.values()}
    with collected(faults):
        content = read_content(folder, site, places, KeptTexts(settings.instance / "texts.sqlite"), last)
    if faults:
        raise Faults(faults)
    return Files(content.with_warnings(placeholders(site)), promotions, claims)


def as_of(edition: Edition, moment: datetime) -> Edition:
    """The same files and revisions at a moment, with all that is scheduled until then."""
    saved = in_force(edition.revisions, moment)
    messages, site = words_by_locale(saved), edition.everything.site
    catalogs = {
        locale.id: with_studio_words(edition.catalogs[locale.id], locale, messages.get(locale.id, {}))
        for locale in site.locales.values()
    }
    public = {
        tag: locale
        for tag, locale in site.locales.items()
        if tag in edition.public or catalogs[locale.id].share() >= site.public_from.get(locale.id, 0)
    }
    midnight = datetime.combine(moment.date() + timedelta(days=1), time(), UTC)
    coming = changes(edition.promotions.values(), moment) + changes_of_wordings(edition.revisions, moment)
    return edition._replace(
        content=edition.everything.limited_to(public),
        catalogs=catalogs,
        words=all_words(edition.promotions, catalogs, saved),
        moment=moment,
        due=min([midnight, *coming]),
        public=frozenset(public),
    )


def current_editions() -> Editions:
    return cast(Editions, current_app.extensions["editions"])


def current_edition() -> Edition:
    """The edition of this request: asked for once, the same until its answer is complete."""
    found: Edition | None = g._get_current_object().get("edition")  # the proxy itself would take four times as long
    if found is None:
        found = g.edition = current_editions().current
    return found


def current_locale() -> Locale:
    """The locale of this request; see `choose_locale`."""
    found: Locale | None = g._get_current_object().get("locale")
    if found is None:
        site = current_edition().content.site
        found = g.locale = choose_locale(request.path, request.accept_languages, site.locales, site.default)
    return found
