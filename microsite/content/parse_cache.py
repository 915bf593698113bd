"""Texts that were parsed at an earlier start, kept by what is in their files: a start reads them, and renders nothing.

JSON in an SQLite file of the instance folder, the blocks of a text packed, as they stay in memory. JSON holds data and
nothing else, and is read back into the few classes that texts are made of; pickle and marshal would run, or crash on,
whatever somebody put into the file.
"""

import json
import multiprocessing
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, suppress
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache, lru_cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from sys import intern
from typing import Any

from microsite.content import front_matter
from microsite.content.blocks import Reference
from microsite.content.document import MAX_BYTES, Document, parse_document
from microsite.faults import Faults
from microsite.regular_files import read_regular_file

WORTH_A_PROCESS = 400
"""New texts from which on all processors parse: a process takes a third of a second to start."""
SHARED_OUT = 100
LOCK_SECONDS = 0.2
"""How long to wait for another process that writes: to parse a text anew takes less."""
KEPT_TOO_MANY = 3
"""Texts of former days are forgotten once there are so many times the present ones."""

DAMAGE = (ValueError, TypeError, LookupError, zlib.error)
_SHORT = 40
"""Characters of a word that many texts may have: held once."""

_CLASSES: dict[str, type] = {
    found.__name__: found
    for found in (
        *(Document, Reference),
        *(front_matter.ArticleMatter, front_matter.PageMatter, front_matter.Source),
        *(front_matter.PartialDate, front_matter.Period),
    )
}


class KeptTexts:
    """The file; where it cannot be used, every text is parsed anew, and nothing else happens."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, files: Sequence[tuple[str, str]]) -> dict[str, Document | Faults]:
        """The document of each file, given with the folder that says what it is; or its faults."""
        found: dict[str, Document | Faults] = {}
        with closing(self._open()) as kept:
            unknown: list[tuple[str, str]] = []
            for kind, file in files:
                try:
                    key = _key(file, _bytes_of(file))
                    row = kept.execute("SELECT text FROM texts WHERE key = ?", (key,)).fetchone()
                    found[file] = decode(row[0])
                except (Faults, sqlite3.Error, *DAMAGE):  # not there, or not as it was left
                    unknown.append((kind, file))
            fresh: list[tuple[bytes, bytes]] = []
            for file, document, key in _parse_all(unknown):
                found[file] = document
                if isinstance(document, Document):
                    fresh.append((key, encode(document)))
            with suppress(sqlite3.Error), kept:
                kept.executemany("INSERT OR REPLACE INTO texts VALUES (?, ?)", fresh)
        return found

    def forget_others(self, files: int) -> None:
        """Make room where most of what is kept belongs to files that are no more; so many there are."""
        with closing(self._open()) as kept, suppress(sqlite3.Error, OSError), kept:
            count = kept.execute("SELECT count(*) FROM texts").fetchone()[0]
            if count > KEPT_TOO_MANY * files + SHARED_OUT:
                kept.execute("DELETE FROM texts")

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


def _key(file: str, text: bytes) -> bytes:
    """Another text, another place, another program that parses it: another key."""
    return blake2b(text, digest_size=16, key=_program(), person=_place(file)).digest()


def _bytes_of(file: str) -> bytes:
    return read_regular_file(Path(file), MAX_BYTES)


@cache
def _program() -> bytes:
    """What parsing depends on: our own modules and the libraries that they use."""
    found = blake2b(digest_size=16)
    package = Path(__file__).parents[1]
    below = [package / name for name in ("text.py", "faults.py", "language/typography.py", "language/locales.py")]
    for path in (*sorted(Path(__file__).parent.glob("*.py")), *below):
        found.update(path.read_bytes())
    for library in ("markdown-it-py", "mdit-py-plugins", "pydantic", "pyyaml"):
        found.update(version(library).encode())
    return found.digest()


def _place(file: str) -> bytes:
    return blake2b(file.encode(), digest_size=16).digest()


def _parse(given: tuple[str, str]) -> tuple[str, Document | Faults, bytes]:
    kind, file = given
    try:
        text = _bytes_of(file)
        return file, parse_document(Path(file), kind, text), _key(file, text)
    except Faults as faults:
        return file, faults, b""


def _parse_all(files: Sequence[tuple[str, str]]) -> Iterator[tuple[str, Document | Faults, bytes]]:
    """On all processors, where there are many; what has faults is parsed here, where they can be told."""
    if len(files) < WORTH_A_PROCESS or multiprocessing.current_process().daemon:
        yield from map(_parse, files)
        return
    batches = [files[start : start + SHARED_OUT] for start in range(0, len(files), SHARED_OUT)]
    done = 0
    try:
        with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
            for batch, results in zip(batches, pool.map(_parse_batch, batches), strict=True):
                for given, (text, key) in zip(batch, results, strict=True):
                    yield (given[1], decode(text), key) if text else _parse(given)
                    done += 1
    except BrokenProcessPool:  # one was killed, or could not start: slower, but the site starts
        yield from map(_parse, files[done:])


def _parse_batch(files: Sequence[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    parsed = map(_parse, files)
    return [(encode(found), key) if isinstance(found, Document) else (b"", b"") for _, found, key in parsed]


def encode(document: Document) -> bytes:
    """A line of JSON, lists that begin with the name of a class, tuples with an empty one; then what is packed."""
    line = json.dumps(_plain(document), ensure_ascii=False, separators=(",", ":"))
    return line.encode() + b"\n" + document.packed


def decode(text: bytes) -> Document:
    """Raises one of DAMAGE for what `encode` did not write."""
    line, _, packed = text.partition(b"\n")
    zlib.decompress(packed)  # has a checksum
    values = json.loads(line.decode())
    values[-1] = packed
    document = _made(values)
    if not isinstance(document, Document):
        raise TypeError("not a text")
    return document


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return None  # see `encode`
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, tuple):
        return ["", *map(_plain, value)]
    if isinstance(value, dict):
        return ["lines", value]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    name = type(value).__name__
    if _CLASSES.get(name) is not type(value):
        raise TypeError(f"{name} is not among the classes that texts are made of")
    if is_dataclass(value):
        return [name, *(_plain(getattr(value, one.name)) for one in fields(value))]
    return [name, {one: _plain(getattr(value, one)) for one in _CLASSES[name].model_fields}]  # type: ignore[attr-defined]


def _model(found: Any) -> Callable[..., Any]:
    names = set(found.model_fields)  # one for all texts
    return lambda values: found.model_construct(_fields_set=names, **values)


@lru_cache(maxsize=1000)
def _lines(*lines: tuple[str, int]) -> Mapping[str, int]:
    """Most front matter has its fields in the same lines."""
    return dict(lines)


_MAKERS: dict[str, Callable[..., Any]] = {
    **{name: found if is_dataclass(found) else _model(found) for name, found in _CLASSES.items()},
    "": lambda *values: values,
    "lines": lambda found: _lines(*found.items()),
    "date": lru_cache(maxsize=10_000)(date.fromisoformat),
}


def _made(value: Any) -> Any:
    if type(value) is list:
        return _MAKERS[value[0]](*map(_made, value[1:]))
    if type(value) is dict:
        return {key: _made(one) for key, one in value.items()}
    if type(value) is str and len(value) <= _SHORT:
        return intern(value)
    return value
