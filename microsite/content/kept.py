"""Texts that were parsed at an earlier start, kept by what is in their files: a start reads them, and renders nothing.

JSON in an SQLite file of the instance folder. JSON holds data and nothing else, and is read back into the few classes
that texts are made of; pickle and marshal would run, or crash on, whatever somebody put into the file.
"""

import json
import multiprocessing
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, suppress
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_args

from microsite.content import blocks, front_matter
from microsite.content.document import Document, parse_document
from microsite.content.faults import Fault, Faults

WORTH_A_PROCESS = 400
"""New texts from which on all processors parse: a process takes a third of a second to start."""
SHARED_OUT = 100
KEPT_TOO_MANY = 3
"""Texts of former days are forgotten once there are so many times the present ones."""

_CLASSES: dict[str, type] = {
    found.__name__: found
    for found in (
        *(Document, *get_args(blocks.Block), blocks.Reference),
        *(front_matter.ArticleMatter, front_matter.PageMatter, front_matter.Source),
        *(front_matter.PartialDate, front_matter.Period),
    )
}


class KeptTexts:
    """The file; where it cannot be used, every text is parsed anew, and nothing else happens."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, files: Sequence[tuple[str, Path]]) -> dict[Path, Document | Faults]:
        """The document of each file, given with the folder that says what it is; or its faults."""
        found: dict[Path, Document | Faults] = {}
        with closing(self._open()) as kept:
            unknown: list[tuple[str, Path]] = []
            for kind, path in files:
                try:
                    key = _key(path, path.read_bytes())
                    row = kept.execute("SELECT text FROM texts WHERE key = ?", (key,)).fetchone()
                    found[path] = decode(row[0])
                except (OSError, sqlite3.Error, ValueError, TypeError, KeyError):  # not there, or not as it was left
                    unknown.append((kind, path))
            fresh: list[tuple[bytes, str]] = []
            for path, document, key in _parse_all(unknown):
                found[path] = document
                if isinstance(document, Document):
                    fresh.append((key, encode(document)))
            with suppress(sqlite3.Error), kept:
                kept.executemany("INSERT OR REPLACE INTO texts VALUES (?, ?)", fresh)
        return found

    def forget_others(self, files: Sequence[Path]) -> None:
        """Make room where most of what is kept belongs to files that are no more."""
        with closing(self._open()) as kept, suppress(sqlite3.Error, OSError), kept:
            count = kept.execute("SELECT count(*) FROM texts").fetchone()[0]
            if count > KEPT_TOO_MANY * len(files) + SHARED_OUT:
                kept.execute("DELETE FROM texts")

    def _open(self) -> sqlite3.Connection:
        try:
            return _connect(str(self.path))
        except sqlite3.DatabaseError:  # of no use: a new one
            with suppress(OSError):
                self.path.unlink()
        try:
            return _connect(str(self.path))
        except sqlite3.Error:
            return _connect(":memory:")


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=5)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE IF NOT EXISTS texts (key BLOB PRIMARY KEY, text TEXT) WITHOUT ROWID")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _key(path: Path, text: bytes) -> bytes:
    """Another text, another place, another program that parses it: another key."""
    return blake2b(text, digest_size=16, key=_program(), person=_place(path)).digest()


@cache
def _program() -> bytes:
    """What parsing depends on: our own modules and the libraries that they use."""
    found = blake2b(digest_size=16)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found.update(path.read_bytes())
    for library in ("markdown-it-py", "mdit-py-plugins", "pydantic", "pyyaml"):
        found.update(version(library).encode())
    return found.digest()


def _place(path: Path) -> bytes:
    return blake2b(str(path).encode(), digest_size=16).digest()


def _parse(given: tuple[str, Path]) -> tuple[Path, Document | Faults, bytes]:
    kind, path = given
    try:
        text = path.read_bytes()
    except OSError as error:
        return path, Faults([Fault(path, 1, f"cannot be read: {error.strerror}. Save it as UTF-8 text.")]), b""
    try:
        return path, parse_document(path, kind, text), _key(path, text)
    except Faults as faults:
        return path, faults, b""


def _parse_all(files: Sequence[tuple[str, Path]]) -> Iterator[tuple[Path, Document | Faults, bytes]]:
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


def _parse_batch(files: Sequence[tuple[str, Path]]) -> list[tuple[str, bytes]]:
    parsed = map(_parse, files)
    return [(encode(found), key) if isinstance(found, Document) else ("", b"") for _, found, key in parsed]


def encode(document: Document) -> str:
    """Lists that begin with the name of a class; tuples begin with an empty one."""
    return json.dumps(_plain(document), ensure_ascii=False, separators=(",", ":"))


def decode(text: str) -> Document:
    """Raises ValueError, TypeError or KeyError for what `encode` did not write."""
    document = _made(json.loads(text))
    if not isinstance(document, Document):
        raise TypeError("not a text")
    return document


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, tuple):
        return ["", *map(_plain, value)]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, date):
        return ["date", value.isoformat()]
    if isinstance(value, Path):
        return ["path", str(value)]
    name = type(value).__name__
    if _CLASSES.get(name) is not type(value):
        raise TypeError(f"{name} is not among the classes that texts are made of")
    if is_dataclass(value):
        return [name, *(_plain(getattr(value, one.name)) for one in fields(value))]
    return [name, {one: _plain(getattr(value, one)) for one in _CLASSES[name].model_fields}]  # type: ignore[attr-defined]


def _model(found: Any) -> Callable[..., Any]:
    return lambda values: found.model_construct(**values)


_MAKERS: dict[str, Callable[..., Any]] = {
    **{name: found if is_dataclass(found) else _model(found) for name, found in _CLASSES.items()},
    "": lambda *values: values,
    "date": date.fromisoformat,
    "path": Path,
}


def _made(value: Any) -> Any:
    if type(value) is list:
        return _MAKERS[value[0]](*[_made(one) if type(one) in (list, dict) else one for one in value[1:]])
    if type(value) is dict:
        return {key: _made(one) for key, one in value.items()}
    return value
