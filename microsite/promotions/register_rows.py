"""The register of advertisements in the database: written as it grows, read at a start and once a day."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from microsite.promotions.comparison import comparisons
from microsite.promotions.figures import Period, Totals, sums, total
from microsite.promotions.register import Counted, Past, RegisterChange, RegisterSnapshot, WordingKey, change_order
from microsite.promotions.wording import WordsInForce
from microsite.storage.revisions import PROMOTION, Revisions
from microsite.storage.store import Store
from microsite.storage.tables import Base, PromotionCount, Showing, Wording

LATE = timedelta(minutes=1)
"""After midnight: until then every process has written what it counted before."""


class RegisterWriter:
    """Writes each change once; several processes that show the same write it once as well."""

    def __init__(self, store: Store, current: Callable[[], RegisterSnapshot | None]) -> None:
        self._store = store
        self._current = current
        self._written: tuple[RegisterChange, ...] = ()

    def write(self) -> None:
        """Add what the current edition knows to what the database has. Raises SQLAlchemyError."""
        edition = self._current()
        if edition is None or edition.register.shown is self._written:
            return
        register = edition.register
        new = sorted({*register.shown}.difference(self._written, register.past.shown), key=change_order)
        if new:
            with self._store.begin() as session:
                for change in new:
                    self._add(session, change)
        self._written = register.shown

    def _add(self, session: Session, change: RegisterChange) -> None:
        """Nothing where another process, which shows the same, was first."""
        topic = {"promotion": change.promotion, "locale": change.locale}
        earlier = select(Showing).filter_by(**topic).where(Showing.moment <= change.moment)
        last = session.scalars(earlier.order_by(Showing.moment.desc()).limit(1)).first()
        digest = change.words.digest if change.words else ""
        if last and (last.wording, last.advertiser) == (digest, change.advertiser):
            return
        if change.words:
            self._insert(session, Wording, **topic, **change.words.by_part, digest=digest, first_shown=change.moment)
        self._insert(session, Showing, **topic, wording=digest, moment=change.moment, advertiser=change.advertiser)

    def _insert(self, session: Session, table: type[Base], **row: object) -> None:
        session.execute(self._store.insert(table).on_conflict_do_nothing(), [row])


def read_past(store: Store, last: Past, revisions: Revisions, now: datetime) -> Past:
    """As the database has it; `last` itself until another day is over. Raises SQLAlchemyError."""
    until = (now - LATE).date() - timedelta(days=1)
    if until == last.until:
        return last
    with store.read() as session:
        words = {
            WordingKey(row.promotion, row.locale, row.digest): WordsInForce(row.headline, row.text, row.button)
            for row in session.scalars(select(Wording).order_by(Wording.first_shown, Wording.digest))
        }
        columns = Showing.moment, Showing.promotion, Showing.locale, Showing.wording, Showing.advertiser
        showings = session.execute(select(*columns).order_by(*columns[:3]))
        shown = tuple(
            RegisterChange(moment, promotion, locale, words.get(WordingKey(promotion, locale, digest)), advertiser)
            for moment, promotion, locale, digest, advertiser in showings
        )
        counted = _counted(session, until)
    return Past(until, shown, words, counted, _compared(store, revisions, until))


def _counted(session: Session, until: date) -> dict[WordingKey, Counted]:
    """In the database a row for each wording and page: with 25 months of them one look, once a day."""
    key = PromotionCount.promotion, PromotionCount.locale, PromotionCount.wording
    columns = func.sum(PromotionCount.impressions), func.sum(PromotionCount.clicks)
    days = func.min(PromotionCount.day), func.max(PromotionCount.day)
    query = select(*key, PromotionCount.page, *columns, *days).group_by(*key, PromotionCount.page)
    counted: dict[WordingKey, Counted] = {}
    for *names, page, impressions, clicks, first, last in session.execute(query.where(PromotionCount.day <= until)):
        wording = WordingKey(*names)
        here = Counted(Totals(int(impressions), int(clicks)), first, last, frozenset({page} if impressions else ()))
        counted[wording] = _joined(counted[wording], here) if wording in counted else here
    return counted


def _joined(left: Counted, right: Counted) -> Counted:
    totals, first = total([left.totals, right.totals]), min(left.first, right.first)
    return Counted(totals, first, max(left.last, right.last), left.pages | right.pages)


def _compared(
    store: Store, revisions: Revisions, until: date
) -> Mapping[tuple[str, str], Mapping[tuple[str, date], Totals]]:
    """Of the days of comparisons that were over by then."""
    compared: dict[tuple[str, str], Mapping[tuple[str, date], Totals]] = {}
    for topic, saved in revisions.by_topic.items():
        days = [day for each in comparisons(saved) for day in (each.begin.date(), each.end.date())]
        if topic.kind == PROMOTION and days and min(days) <= until:
            tag = topic.locale.replace("_", "-")
            by = PromotionCount.wording, PromotionCount.day
            compared[topic.subject, tag] = sums(
                store, Period(min(days), min(max(days), until)), *by, promotion=topic.subject, locale=tag
            )
    return compared
