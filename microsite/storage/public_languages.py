"""The languages that readers have seen: they stay public on every node, and after a restart, whatever they lose since.

A language is remembered with the number that `public_from` asked of it. One of which more is asked, or that waits no
more, is forgotten: whoever raises the number withdraws what does not reach it.
"""

import logging
import threading
from collections.abc import Collection, Mapping
from datetime import datetime
from math import inf

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from microsite.storage.store import Store
from microsite.storage.tables import PublicLanguage

log = logging.getLogger(__name__)


class PublicLanguages:
    """As the database has them, and as this process has seen them while the database was away. Methods may be called
    from any thread.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reached: dict[str, int] = {}
        """By locale id, the number that `public_from` asked for."""
        self._unsaved: dict[str, datetime] = {}
        """Locale ids of which the database does not know yet how they stand, and since when they do."""
        self._changing = threading.Lock()

    def stays(self, locale_id: str, least: int) -> bool:
        """Whether a language is public although it does not reach `least` any more."""
        return self._reached.get(locale_id, -1) >= least

    def read(self) -> bool:
        """Take in what other nodes have written; returns whether that is anything new. Raises SQLAlchemyError."""
        self._save()
        with self._store.read() as session:
            rows = session.scalars(select(PublicLanguage)).all()
        with self._changing:
            before = self._reached
            self._reached = {**before, **{row.locale: row.public_from for row in rows}}
            return self._reached != before

    def record(
        self, public_from: Mapping[str, int], public: Collection[str], moment: datetime, is_saved: bool = True
    ) -> None:
        """Remember the languages, by locale id, that are `public` now, and forget those of which more is asked.

        Where it is not saved, the next `read` does.
        """
        with self._changing:
            before = self._reached
            stay = {locale_id for locale_id, reached in before.items() if public_from.get(locale_id, inf) <= reached}
            self._reached = {
                locale_id: least for locale_id in {*stay, *public} if (least := public_from.get(locale_id))
            }
            changed = dict(before.items() ^ self._reached.items())
            self._unsaved |= dict.fromkeys(changed, moment)
        if not is_saved:
            return
        try:
            self._save()
        except SQLAlchemyError as error:  # the next `read` tries again
            log.error("languages-unsaved: which languages are public is not saved yet: %s", type(error).__name__)

    def _save(self) -> None:
        with self._changing:
            unsaved, reached = dict(self._unsaved), self._reached
        if not unsaved:
            return
        rows = [
            {"locale": locale_id, "public_from": reached[locale_id], "since": moment}
            for locale_id, moment in sorted(unsaved.items())
            if locale_id in reached
        ]
        with self._store.begin() as session:
            session.execute(delete(PublicLanguage).where(PublicLanguage.locale.in_(unsaved)))
            if rows:
                session.execute(self._store.insert(PublicLanguage).on_conflict_do_nothing(), rows)
        with self._changing:
            for locale_id in unsaved:
                self._unsaved.pop(locale_id, None)
