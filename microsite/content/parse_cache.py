"""Texts as they were parsed at an earlier start, by what is in their files: a start reads them, and renders nothing.

JSON in an SQLite file of the instance folder, written and read by pydantic: it holds data and nothing else, and every
field is checked when it is read. pickle and marshal would run, or crash on, whatever somebody put into the file.
"""

import sqlite3
import zlib
from collections.abc import Sequence
from contextlib import closing, suppress
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

from pydantic import TypeAdapter

from microsite.content.blocks import unpack
from microsite.content.document import MAX_TEXT_BYTES, Document, parse_document
from microsite.faults import Faults
from microsite.regular_files import read_regular_file

LOCK_SECONDS = 0.2
"""How long to wait for another process that writes: to parse a text anew takes less."""
MAX_OLD_SHARE = 3
"""The cache is emptied once it holds more than so many times the present texts, and `SPARE`."""
SPARE = 100
PARSED_WITH = ("text.py", "faults.py", "language/dates.py", "language/locales.py", "language/typography.py")
"""Modules outside this package that parsing depends on."""
CORRUPT = (ValueError, TypeError, LookupError, zlib.error)
"""What `decode` may raise: for no row at all, and for one that `encode` did not write."""
_DOCUMENT = TypeAdapter(Document)
_FORGET = "DELETE FROM texts WHERE (SELECT count(*) FROM texts) > ?"


class ParseCache:
    """The file; where it cannot be used, every text is parsed anew, and nothing else happens."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, files: Sequence[tuple[str, str]], total: int) -> dict[str, Document | Faults]:
        """The document of each file, given as its kind and path, or its faults; by path. `total` is of all texts."""
        documents: dict[str, Document | Faults] = {}
        parsed: list[tuple[bytes, bytes]] = []
        with closing(self._open()) as connection:
            if len(files) == total:  # at a start
                with suppress(sqlite3.Error), connection:
                    connection.execute(_FORGET, (MAX_OLD_SHARE * total + SPARE,))
            for kind, file in files:
                try:
                    data = read_regular_file(Path(file), MAX_TEXT_BYTES)
                    key = _key(file, data)
                    if not (document := _remembered(connection, key)):
                        document = parse_document(Path(file), kind, data)
                        if text := encode(document):
                            parsed.append((key, text))
                    documents[file] = document
                except Faults as faults:
                    documents[file] = faults
            with suppress(sqlite3.Error), connection:
                connection.executemany("INSERT OR REPLACE INTO texts VALUES (?, ?)", parsed)
        return documents

    def _open(self) -> sqlite3.Connection:
        """The file; one in memory while another process holds it, and in place of a damaged one, which is removed."""
        try:
            return _connect(str(self.path))
        except sqlite3.Error as error:
            if not isinstance(error, sqlite3.OperationalError):  # which is: locked, no folder, no room
                with suppress(OSError):
                    self.path.unlink()
            return _connect(":memory:")


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=LOCK_SECONDS)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE IF NOT EXISTS texts (key BLOB PRIMARY KEY, text BLOB) WITHOUT ROWID")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _key(file: str, data: bytes) -> bytes:
    """Another text, another place, another program that parses it: another key."""
    place = blake2b(file.encode(), digest_size=16).digest()
    return blake2b(data, digest_size=16, key=_program(), person=place).digest()


@cache
def _program() -> bytes:
    """A hash of what parsing depends on: our own modules and the libraries that they use."""
    digest = blake2b(digest_size=16)
    package = Path(__file__).parents[1]
    for path in (*sorted((package / "content").glob("*.py")), *(package / name for name in PARSED_WITH)):
        digest.update(path.read_bytes())
    for library in ("markdown-it-py", "mdit-py-plugins", "pydantic", "pyyaml"):
        digest.update(version(library).encode())
    return digest.digest()


def _remembered(connection: sqlite3.Connection, key: bytes) -> Document | None:
    with suppress(sqlite3.Error, *CORRUPT):
        row = connection.execute("SELECT text FROM texts WHERE key = ?", (key,)).fetchone()
        return decode(row[0])
    return None


def encode(document: Document) -> bytes:
    """JSON; empty for what would not be read back the same: typography may make a title longer than is allowed."""
    text = _DOCUMENT.dump_json(document)
    with suppress(ValueError):
        if decode(text) == document:
            return text
    return b""


def decode(text: bytes) -> Document:
    """Raises one of CORRUPT for what `encode` did not write."""
    document = _DOCUMENT.validate_json(text)
    unpack(document.packed)  # raises for what `pack` did not write
    return document
