"""Uploaded catalogs between being sent and being taken, and what is remembered of them afterwards."""

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.orm import Session

from microsite.clock import SKEW
from microsite.language.locales import Locale
from microsite.storage.tables import Upload
from microsite.studio.access import current_account
from microsite.studio.blueprint import current_store, now
from microsite.text import normalized, text_problems, text_warnings

LIFETIME = timedelta(days=1)
"""Of an upload that is not taken."""
MAX_WAITING = 5
"""Uploads of one account that are not taken: the next one takes the place of the oldest."""
MAX_NAME = 100
"""Characters of a file's name."""
MAX_LISTED = 5


def store_upload(locale: Locale, name: str, text: str) -> int:
    """Keep a file until it is taken. Returns its number."""
    author, moment = current_account().email, now()
    upload = Upload(locale=locale.id, name=name, text=text, made=moment, made_by=author, taken=None)
    waiting = select(Upload.id).where(Upload.made_by == author, Upload.taken.is_(None))
    with current_store().begin() as session:
        session.execute(delete(Upload).where(Upload.taken.is_(None), Upload.made < moment - LIFETIME))
        kept = session.scalars(waiting.order_by(Upload.id.desc()).limit(MAX_WAITING - 1)).all()
        session.execute(delete(Upload).where(Upload.id.in_(waiting), Upload.id.not_in(kept)))
        session.add(upload)
        session.flush()
        return upload.id


def file_name(name: str, locale: Locale) -> str:
    """The name of a file as it may be shown: anybody can call a file anything."""
    name = normalized(name.replace("\\", "/").rpartition("/")[2])[:MAX_NAME]
    return f"{locale.id}.po" if not name.isprintable() or any((*text_problems(name), *text_warnings(name))) else name


def stored_upload(number: int, locale: Locale) -> Upload | None:
    """An upload that was taken, or one of this account that waits; None for any other."""
    with current_store().read() as session:
        return session.scalar(_open(locale).where(Upload.id == number))


def recent_uploads(locale: Locale) -> list[Upload]:
    """The last ones, newest first: those that were taken, and those of this account that wait."""
    with current_store().read() as session:
        return list(session.scalars(_open(locale).order_by(Upload.id.desc()).limit(MAX_LISTED)))


def _open(locale: Locale) -> Select[Upload]:
    """Those that were taken, and those of this account whose time is not over, nor still to come."""
    moment = now()
    waiting = (Upload.made_by == current_account().email) & Upload.made.between(moment - LIFETIME, moment + SKEW)
    return select(Upload).where(Upload.locale == locale.id, or_(Upload.taken.is_not(None), waiting))


def mark_taken(session: Session, upload: Upload, moment: datetime) -> bool:
    """Whether nobody has taken it before: from now on it is taken, and its text is forgotten."""
    waiting = update(Upload).where(Upload.id == upload.id, Upload.taken.is_(None))
    return session.execute(waiting.values(taken=moment, text="").returning(Upload.id)).scalar() is not None
