"""The current edition: everything a page is made of at one moment, and when a new one is due."""

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple, Protocol

from sqlalchemy.exc import SQLAlchemyError

from microsite.clock import bounded
from microsite.config import Settings
from microsite.content.library import Content
from microsite.editions import proving
from microsite.editions.last_good_site import keep_site, kept_site
from microsite.editions.proving import Parts
from microsite.editions.site_folder import Files
from microsite.editions.site_folder import read_folder as read_folder
from microsite.editions.watching import Watch
from microsite.faults import Fault, Faults, unexpected
from microsite.language.catalog import Catalog
from microsite.language.reading import read_catalogs, with_studio_translations
from microsite.language.studio_translations import translations_by_locale
from microsite.promotions.claims import Claims
from microsite.promotions.promotion import Promotion, changes
from microsite.promotions.wording import Words, all_words
from microsite.storage.revisions import Revisions, read_revisions
from microsite.storage.store import Store

log = logging.getLogger(__name__)
LOCK_SECONDS = 0.2
"""How long a request waits for whoever makes an edition; then it goes on with the one that is there."""


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
    all_content: Content
    """In the languages as well that only translators see so far."""
    public: frozenset[str]
    """The tags of the others. One that readers saw stays among them: a file that loses words hides no pages."""


class Trial(Protocol):
    """Renders pages of an edition that is not in force yet."""

    def __call__(
        self, edition: Edition, last: Edition | None, addresses: Iterable[str] | None = None
    ) -> dict[str, Exception]:
        """What was raised, by address: of these, or of a page of each kind and whatever is not as in `last`."""


class Editions:
    """Makes editions from files, revisions, clock; `current` is always whole, never worse than the last good one."""

    def __init__(
        self, settings: Settings, store: Store, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.trial: Trial | None = None
        """Given by an app: commands make editions without rendering pages."""
        self.is_database_away = False
        """As of the last look for revisions: twice a second, however many ask."""
        self._faults: dict[str, list[Fault]] = {}
        self._current: Edition | None = None
        self._proven: Parts | None = None
        """What the current edition is made of."""
        self._files: Files | None = None
        self._catalogs: dict[str, Catalog] = {}
        self._revisions = Revisions()
        self._is_behind = False
        """Whether revisions were read that no edition has yet."""
        self._building = threading.Lock()
        self._reading = threading.Lock()
        self._refreshing = threading.Lock()
        self._watch = Watch(settings, self.refresh, self.poll_revisions, self.check_clock)

    @property
    def current(self) -> Edition:
        """The newest good edition. The first is read when first asked for. Raises Faults where no site.toml can be."""
        return self._current or self._first()

    @property
    def faults(self) -> dict[str, list[Fault]]:
        """Why something is older than it should be, by part: content, catalogs, edition, watching."""
        watching = self._watch.faults()
        return {**self._faults, "watching": watching} if watching else dict(self._faults)

    def refresh(self) -> Edition:
        """Read whatever files changed; what cannot be read stays as it was, with its faults in `faults`.

        Raises Faults if there is no edition yet, and no usable site.toml.
        """
        with self._refreshing:  # not `_building`: a disk that does not answer must not hold up clock and revisions
            try:
                files = self._read_folder()
                self._catalogs = self._read_catalogs(files.content)
            except Exception as error:
                faults = error.faults if isinstance(error, Faults) else [unexpected(self.settings.site, error)]
                self._note("content", faults)
                if self._current is None:
                    raise Faults(faults) from error
                return self._current
            self._note("content", list(files.faults))
            with self._building:
                self._files = files
                return self._put()

    def poll_revisions(self) -> None:
        """Take up what was saved; a database that is away leaves in force what was read last.

        Whoever finds another at it waits for `LOCK_SECONDS`: then what is there has to do.
        """
        if not self._reading.acquire(timeout=LOCK_SECONDS):
            return
        try:
            newest = read_revisions(self.store, self._revisions)
        except SQLAlchemyError as error:
            if not self.is_database_away:
                log.error("the wordings read last stay in force: %s", type(error).__name__)
            self.is_database_away = True
            return
        finally:
            self._reading.release()
        self.is_database_away = False
        if newest is not self._revisions or self._is_behind:
            self._revisions = newest
            self._is_behind = True
            self._renew()

    def check_clock(self) -> None:
        """Make a new edition if time alone asks for one: it is due, or the clock was set back."""
        now = bounded(self.clock)
        if (last := self._current) and (now >= last.due or now < last.moment - timedelta(minutes=1)):
            self._renew()

    def watch(self) -> None:
        """Keep `current` true from now on: within a second of a saved file or revision, and when time has come."""
        self._watch.start()

    def stop(self) -> None:
        self._watch.stop()

    def _first(self) -> Edition:
        if self._faults.get("content") and self._watch.is_alive:
            raise Faults(self._faults["content"])  # the watch looks again; requests need not
        self.poll_revisions()
        return self.refresh()

    def _renew(self) -> None:
        """The same files with the wordings and the time of now."""
        if not self._building.acquire(timeout=LOCK_SECONDS):
            return  # the next look, half a second later, makes up for it
        try:
            if self._current:
                self._put()
        finally:
            self._building.release()

    def _put(self) -> Edition:
        """Put what was read last in force, once it is proven. Whatever breaks a page is left as it was, and named."""
        assert self._files
        self._is_behind = False
        given = Parts(self._files, self._catalogs, self._revisions)
        last, faults = self._current, list[Fault]()
        try:
            parts, faults = proving.prove(given, self._proven, self._attempt)
            self._files = parts.files
        except Faults as found:
            self._note("edition", found.faults)
            if last:
                return last
            parts, faults = given, found.faults  # nothing better is known
        self._note("edition", faults)
        self._current, self._proven = self._tried or self._made(parts), parts
        self._tried = None
        return self._current

    _tried: Edition | None = None
    """The edition of the last attempt, with which everything went well."""

    def _attempt(self, parts: Parts, addresses: Iterable[str] | None = None) -> dict[str, Exception]:
        """What is raised when an edition of these parts is made and shown, by address; its making has none."""
        self._tried = None
        try:
            made = self._made(parts)
            failures = self.trial(made, self._current, addresses) if self.trial else {}
        except Exception as error:
            return {"": error}
        if not failures and addresses is None:
            self._tried = made
        return failures

    def _made(self, parts: Parts) -> Edition:
        last, now = self._current, bounded(self.clock)
        content = parts.files.content
        same_rule = last and last.all_content.site.public_from == content.site.public_from
        public = last.public if last and same_rule else frozenset[str]()
        number = last.number + 1 if last else 1
        promotions, claims = parts.files.promotions, parts.files.claims
        made = Edition(
            number, content, promotions, claims, parts.catalogs, parts.revisions, {}, now, now, content, public
        )
        return as_of(made, now)

    def _read_folder(self) -> Files:
        """Raises Faults where there is no usable site.toml, nor one of an earlier start."""
        try:
            files = read_folder(self.settings, self._files)
        except Faults:
            if not (site := kept_site(self.settings)):
                raise
            return read_folder(self.settings, Files(Content(site), {}, {}))
        if not any(fault.path == files.content.site.path for fault in files.faults):
            keep_site(self.settings)
        return files

    def _read_catalogs(self, content: Content) -> dict[str, Catalog]:
        site = content.site
        catalogs = read_catalogs(self.settings.translations, site.locales.values(), self._catalogs, site.public_from)
        self._note("catalogs", [fault for catalog in catalogs.values() for fault in catalog.faults])
        return catalogs

    def _note(self, part: str, faults: list[Fault]) -> None:
        if faults and self._faults.get(part) != faults:
            log.error("of %s, what was good last keeps serving:\n%s", part, Faults(faults))
        others = {name: known for name, known in self._faults.items() if name != part}
        self._faults = {**others, part: faults} if faults else others  # a new one: others are looking at the old


def as_of(edition: Edition, moment: datetime) -> Edition:
    """The same files and revisions at a moment, with all that is scheduled until then."""
    saved = edition.revisions.in_force(moment)
    messages, site = translations_by_locale(saved), edition.all_content.site
    catalogs = {
        locale.id: with_studio_translations(edition.catalogs[locale.id], locale, messages.get(locale.id, {}))
        for locale in site.locales.values()
    }
    public = {
        tag: locale
        for tag, locale in site.locales.items()
        if tag in edition.public or catalogs[locale.id].share() >= site.public_from.get(locale.id, 0)
    }
    midnight = datetime.combine(moment.date() + timedelta(days=1), time(), UTC)
    coming = changes(edition.promotions.values(), moment) + edition.revisions.changes(moment)
    return edition._replace(
        content=edition.all_content.limited_to(public),
        catalogs=catalogs,
        words=all_words(edition.promotions, catalogs, saved),
        moment=moment,
        due=min([midnight, *coming]),
        public=frozenset(public),
    )
