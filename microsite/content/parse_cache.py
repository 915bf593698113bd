"""Texts as they were parsed at an earlier start, by what is in their files: a start reads them, and renders nothing.

JSON in an SQLite file of the instance folder, written and read by pydantic: it holds data and nothing else, and every
field is checked when it is read. pickle and marshal would run, or crash on, whatever somebody put into the file.
"""

import multiprocessing
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
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

PARALLEL_FROM = 400
"""New texts from which on all processors parse: a process takes a third of a second to start."""
BATCH_SIZE = 100
"""Texts that a process is given at a time."""
LOCK_SECONDS = 0.2
"""How long to wait for another process that writes: to parse a text anew takes less."""
MAX_OLD_SHARE = 3
"""The cache is emptied once it holds more than so many times the present texts."""
PARSED_WITH = ("text.py", "faults.py", "language/dates.py", "language/locales.py", "language/typography.py")
"""Modules outside this package that parsing depends on."""
CORRUPT = (ValueError, TypeError, LookupError, zlib.error)
"""What `decode` may raise: for no row at all, and for one that `encode` did not write."""

Parsed = Document | Faults
_DOCUMENT = TypeAdapter(Document)


class ParseCache:
    """The file; where it cannot be used, every text is parsed anew, and nothing else happens."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, files: Sequence[tuple[str, str]]) -> dict[str, Parsed]:
        """The document of each file, given as its kind and path, or its faults; by path."""
        documents: dict[str, Parsed] = {}
        with closing(self._open()) as connection:
            unknown: list[tuple[str, str]] = []
            for kind, file in files:
                try:
                    key = _key(file, _bytes_of(file))
                    row = connection.execute("SELECT text FROM texts WHERE key = ?", (key,)).fetchone()
                    documents[file] = decode(row[0])
                except (Faults, sqlite3.Error, *CORRUPT):
                    unknown.append((kind, file))
            rows: list[tuple[bytes, bytes]] = []
            for file, document, key in _parse_all(unknown):
                documents[file] = document
                if isinstance(document, Document) and (text := encode(document)):
                    rows.append((key, text))
            with suppress(sqlite3.Error), connection:
                connection.executemany("INSERT OR REPLACE INTO texts VALUES (?, ?)", rows)
        return documents

    def forget_others(self, files: int) -> None:
        """Empty the cache if most of it belongs to files that are no more; `files` is how many there are."""
        with closing(self._open()) as connection, suppress(sqlite3.Error, OSError), connection:
            count = connection.execute("SELECT count(*) FROM texts").fetchone()[0]
            if count > MAX_OLD_SHARE * files + BATCH_SIZE:
                connection.execute("DELETE FROM texts")

    def _open(self) -> sqlite3.Connection:
        """The file; a new one in the place of a damaged one; one in memory while another process holds it."""
        try:
            return _connect(str(self.path))
        except sqlite3.OperationalError:  # locked, no folder, no room: it belongs to others, or cannot be
            return _connect(":memory:")
        except sqlite3.DatabaseError:  # no database at all
            with suppress(OSError):
                self.path.unlink()
        try:
            return _connect(str(self.path))
        except sqlite3.Error:
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


def _bytes_of(file: str) -> bytes:
    return read_regular_file(Path(file), MAX_TEXT_BYTES)


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


def _parse(kind_and_file: tuple[str, str]) -> tuple[str, Parsed, bytes]:
    """The file, what it says, and its key."""
    kind, file = kind_and_file
    try:
        data = _bytes_of(file)
        return file, parse_document(Path(file), kind, data), _key(file, data)
    except Faults as faults:
        return file, faults, b""


def _parse_all(files: Sequence[tuple[str, str]]) -> Iterator[tuple[str, Parsed, bytes]]:
    """On all processors, where there are many; what has faults is parsed here, where they can be told."""
    if len(files) < PARALLEL_FROM or multiprocessing.current_process().daemon:
        yield from map(_parse, files)
        return
    batches = [files[start : start + BATCH_SIZE] for start in range(0, len(files), BATCH_SIZE)]
    done = 0
    try:
        with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
            for batch, results in zip(batches, pool.map(_parse_batch, batches), strict=True):
                for kind_and_file, (text, key) in zip(batch, results, strict=True):
                    yield (kind_and_file[1], decode(text), key) if text else _parse(kind_and_file)
                    done += 1
    except BrokenProcessPool:  # one was killed, or could not start: slower, but the site starts
        yield from map(_parse, files[done:])


def _parse_batch(files: Sequence[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    """What `encode` makes of each, and its key; both empty for one that has faults."""
    parsed = map(_parse, files)
    return [(encode(document), key) if isinstance(document, Document) else (b"", b"") for _, document, key in parsed]


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
