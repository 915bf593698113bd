"""The current edition: everything a page is made of at one moment, and when a new one is due.

An edition is published by one assignment to `Editions._current`, with `_building` held. Publishing takes the files,
catalogs and revisions that were read last, and the time; makes an edition of them; renders pages of it, where the app
gave a `trial`; and leaves out what breaks one (`proving.py`). Three threads ask for it, and requests of the studio:

- files changed: `refresh`. Holds `_refreshing` while it reads, then `_building` as well;
- the database has something new: `poll_database`. Holds `_reading` while it reads, and lets it go before it takes
  `_building`;
- the time has come: `check_clock`. Takes `_building` alone.

So the order of locks is `_refreshing`, `_building`; nothing is waited for with `_reading` held but the database. Only
`refresh` waits without a limit: for a disk that does not answer, neither the clock nor revisions are held up.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from microsite.catalog_tools.progress import fallen_behind
from microsite.clock import bounded, publication_day
from microsite.config import Settings
from microsite.content.library import Content
from microsite.editions import proving
from microsite.editions.edition import Edition, as_of
from microsite.editions.proving import Attempt, Proven, Sources
from microsite.editions.site_folder import SiteFiles, read_or_recover
from microsite.editions.watching import Watch
from microsite.faults import Fault, Faults, unexpected
from microsite.language.catalog import Catalog
from microsite.language.reading import read_catalogs
from microsite.promotions.register import Past, Register
from microsite.promotions.register_rows import read_past
from microsite.storage.public_languages import PublicLanguages
from microsite.storage.revision_rows import read_revisions
from microsite.storage.revisions import Revisions
from microsite.storage.store import Store

log = logging.getLogger(__name__)
LOCK_SECONDS = 0.2
"""How long to wait for whoever makes an edition, or reads revisions; then what is there has to do."""


Trial = Callable[[Edition, Edition | None, Iterable[str] | None], dict[str, Exception]]
"""Renders pages of an edition that is not in force yet: at these addresses, or (None) one of each kind and whatever is
not as in the edition before. Returns what was raised, by address.
"""


class Editions:
    """Makes editions from files, revisions and clock. `current` is whole, and never worse than the last good one."""

    def __init__(
        self, settings: Settings, store: Store, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.trial: Trial | None = None
        """Set by an app that serves: commands make editions without rendering pages."""
        self.is_database_away = False
        """As of the last poll, twice a second."""
        self._faults: dict[str, list[Fault]] = {}
        self._current: Edition | None = None
        self._proven: Sources | None = None
        """What the current edition is made of."""
        self._files: SiteFiles | None = None
        self._catalogs: dict[str, Catalog] = {}
        self._revisions = Revisions()
        self._past = Past()
        self._public = PublicLanguages(store)
        self._is_behind = False
        """Whether revisions were read that no edition has yet."""
        self._refreshing = threading.Lock()
        self._building = threading.Lock()
        self._reading = threading.Lock()
        self._watch = Watch(settings, self.refresh, self.poll_database, self.check_clock)

    @property
    def current(self) -> Edition:
        """The newest good edition; the first is made when it is asked for. Raises Faults without a usable site.toml."""
        return self._current or self._first()

    @property
    def current_or_none(self) -> Edition | None:
        """None before the first was asked for: nothing is read and nothing raised."""
        return self._current

    @property
    def faults(self) -> dict[str, list[Fault]]:
        """Why something is not as it should be, by area: content, catalogs, edition, languages and others."""
        watching = self._watch.faults()
        return {**self._faults, "watching": watching} if watching else dict(self._faults)

    def refresh(self) -> Edition:
        """Read the files that changed and publish; what cannot be read stays as it was, with its faults in `faults`.

        Raises Faults if there is no edition yet, and no usable site.toml.
        """
        with self._refreshing:
            try:
                files = read_or_recover(self.settings, self._files, publication_day(bounded(self.clock)))
                self._catalogs = self._read_catalogs(files.content)
            except Exception as error:
                faults = error.faults if isinstance(error, Faults) else [unexpected(self.settings.site, error)]
                self._record_faults("content", faults)
                if self._current is None:
                    raise Faults(faults) from error
                return self._current
            self._record_faults("content", list(files.faults))
            with self._building:
                self._files = files
                return self._publish()

    def poll_revisions(self) -> None:
        """Read what was saved since the last poll and publish it; without a database what was read stays in force."""
        if not self._reading.acquire(timeout=LOCK_SECONDS):
            return
        try:
            newest = read_revisions(self.store, self._revisions)
            is_public_news = self._awaits_languages and self._public.read()
            if newest is not self._revisions or is_public_news:
                self._revisions, self._is_behind = newest, True  # while nobody else reads: never older than before
        except SQLAlchemyError as error:
            if not self.is_database_away:
                log.error("wordings-unread: the wordings read last stay in force: %s", type(error).__name__)
            self.is_database_away = True
            return
        finally:
            self._reading.release()
        self.is_database_away = False
        if self._is_behind:
            self._rebuild()

    @property
    def _awaits_languages(self) -> bool:
        """Whether it matters which languages were public: where one waits under `public_from`, or nobody knows yet."""
        return self._files is None or bool(self._files.content.site.public_from)

    def poll_past(self) -> None:
        """Once a day, read what was counted until yesterday, and publish it in the register of advertisements."""
        with suppress(SQLAlchemyError):  # the next poll tries again
            past = read_past(self.store, self._past, self._revisions, bounded(self.clock))
            if past is not self._past:
                self._past, self._is_behind = past, True
                self._rebuild()

    def poll_database(self) -> None:
        """`poll_revisions`, then `poll_past`; but nothing more is asked of a database that is away."""
        self.poll_revisions()
        if not self.is_database_away:
            self.poll_past()

    def check_clock(self) -> None:
        """Publish if time alone asks for it: the edition's `due` has come, or the clock was set back."""
        now = bounded(self.clock)
        if (last := self._current) and (now >= last.due or now < last.moment - timedelta(minutes=1)):
            self._rebuild()
            if now.date() != last.moment.date():
                self._watch.check_again()  # a link to an article that appears today is no fault from now on

    def watch(self) -> None:
        """Keep `current` true from now on: within a second of a saved file or revision, and when time has come."""
        self._watch.start()

    def stop(self) -> None:
        self._watch.stop()

    def _first(self) -> Edition:
        if self._faults.get("content") and self._watch.is_alive:
            raise Faults(self._faults["content"])  # the watch reads again once a file changes; requests need not
        self.poll_database()
        return self.refresh()

    def _rebuild(self) -> None:
        """Publish with the same files, unless somebody else does for longer than `LOCK_SECONDS`."""
        if not self._building.acquire(timeout=LOCK_SECONDS):
            return  # the next poll, half a second later, makes up for it
        try:
            if self._current:
                self._publish()
        finally:
            self._building.release()

    def _publish(self) -> Edition:
        """Put what was read last in force, once it is proven; see the head of this module. `_building` is held."""
        assert self._files
        self._is_behind = False
        sources = Sources(self._files, self._catalogs, self._revisions)
        try:
            seen = publication_day(self._current.moment) if self._current else date.min
            proven = proving.prove(sources, self._proven, seen, self._try)
        except Faults as error:
            self._record_faults("edition", error.faults)
            if self._current:
                return self._current
            proven = Proven(sources, self._edition_of(sources), error.faults)  # some pages are better than none
        newest = self._current = proven.edition
        self._proven = proven.sources
        self._files = proven.sources.files
        self._record_faults("edition", proven.faults)
        self._record_faults("promotions", newest.promotion_faults)
        site = newest.all_content.site
        public = {locale.id for tag, locale in site.locales.items() if tag in newest.public}
        self._public.record(site.public_from, public, newest.moment, is_saved=not self.is_database_away)
        self._record_faults("languages", list(fallen_behind(newest.catalogs, newest.all_content, newest.public)))
        return newest

    def _try(self, sources: Sources, addresses: Iterable[str] | None) -> Attempt:
        """An edition of these sources, of which pages were rendered: those at `addresses`, or all to be tried."""
        try:
            edition = self._edition_of(sources)
            return Attempt(edition, self.trial(edition, self._current, addresses) if self.trial else {})
        except Exception as error:
            return Attempt(None, {"": error})

    def _edition_of(self, sources: Sources) -> Edition:
        """What these sources make at this moment; its number is one more than that of the edition in force."""
        last, now = self._current, bounded(self.clock)
        site = sources.files.content.site
        edition = Edition(
            number=last.number + 1 if last else 1,
            files=sources.files,
            content=sources.files.content,  # a placeholder, as all that is empty here: `as_of` replaces them
            promotions={},
            promotion_faults=[],
            catalogs=sources.catalogs,
            revisions=sources.revisions,
            words={},
            moment=now,
            due=now,
            public=frozenset(
                tag
                for tag, locale in site.locales.items()
                if self._public.stays(locale.id, site.public_from.get(locale.id, 0))
            ),
            register=last.register if last else Register(),
        )
        edition = as_of(edition, now)
        return edition._replace(register=edition.register.followed_by(edition, self._past))

    def _read_catalogs(self, content: Content) -> dict[str, Catalog]:
        site = content.site
        catalogs = read_catalogs(self.settings.translations, site.locales.values(), self._catalogs, site.public_from)
        self._record_faults("catalogs", [fault for catalog in catalogs.values() for fault in catalog.faults])
        return catalogs

    def _record_faults(self, area: str, faults: list[Fault]) -> None:
        """Have `faults` name them, or none; new ones are logged."""
        if faults and self._faults.get(area) != faults:
            log.error("files-faulty: of %s, what was good last keeps serving:\n%s", area, Faults(faults))
        by_area = {**self._faults, area: faults}  # a new mapping: other threads read the old one
        self._faults = {name: faults for name, faults in by_area.items() if faults}
