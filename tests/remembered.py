"""What the apps of the tests would all compute anew from the same texts, catalogs, routes, statements and passwords.

An app and its first page take a third of the processor's time with it. What is refused is read again.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache, wraps
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from babel.messages import extract
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from werkzeug.routing import Rule

from microsite.content import parse_cache
from microsite.content.document import Document, parse_document
from microsite.faults import Faults
from microsite.language import po_file, reading
from microsite.language.po_file import PoFile
from microsite.storage import store
from microsite.studio.accounts import accounts

PASSWORDS = [(accounts, "hash_password"), (accounts, "verify_password")]
WORDS = [(reading, "refusals"), (reading, "typeset_once")]
"""Functions, as modules import them, whose value depends on nothing but their arguments."""
FILES = [(po_file, "read_bytes"), (parse_cache, "parse_document")]
"""Functions of the content of a file."""
MAX_REMEMBERED = 5000
MAX_CATALOGS = 10


class CompiledTemplates(BytecodeCache):
    """Compiles each template once for all apps of a process, by its name and content, whatever folder it lies in.

    Jinja computes a filter of a constant when it compiles: in no template may one depend on the app.
    """

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType | None] = {}

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return name

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


class CompiledStatements(dict[tuple[object, ...], object]):
    """SQL as it was compiled for one database, for all that speak its dialect; see `compiled_cache` in SQLAlchemy."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: object) -> None:
        super().__setitem__((key[0].name, *key[1:]), compiled)


def remember(patch: pytest.MonkeyPatch) -> None:
    """Have all of this remembered until `patch` is undone."""
    for module, name in PASSWORDS + WORDS:
        patch.setattr(module, name, lru_cache(MAX_REMEMBERED)(getattr(module, name)))
    patch.setattr(po_file, "read_bytes", _reading_catalogs(po_file.read_bytes))
    patch.setattr(parse_cache, "parse_document", _parsing_texts(parse_document))
    patch.setattr(extract, "extract_from_file", _extracting_messages(extract.extract_from_file))
    patch.setattr(Rule, "_compile_builder", _building_addresses(Rule._compile_builder))
    patch.setattr(store, "_engine", _connecting(store._engine, CompiledStatements()))


def forget_words(patch: pytest.MonkeyPatch) -> None:
    """Texts and catalogs are read anew each time, until `patch` is undone: for tests of how long that takes."""
    for module, name in WORDS + FILES:
        patch.setattr(module, name, getattr(module, name).__wrapped__)


def _reading_catalogs(read: Callable[..., PoFile]) -> Callable[..., PoFile]:
    catalogs: dict[tuple[object, ...], PoFile] = {}

    @wraps(read)
    def read_bytes(path: Path, data: bytes, *how: Any, **named: Any) -> PoFile:
        asked = data, *how, *named.values()
        if asked not in catalogs:
            if len(catalogs) > MAX_CATALOGS:
                catalogs.clear()
            catalogs[asked] = read(path, data, *how, **named)
        return catalogs[asked]

    return read_bytes


def _parsing_texts(parse: Callable[[Path, str, bytes], Document]) -> Callable[[Path, str, bytes], Document]:
    @lru_cache(MAX_REMEMBERED)
    def parsed(key: str, name: str, kind: str, data: bytes) -> Document | None:
        with suppress(Faults):
            return parse(Path(key, name), kind, data)
        return None

    @wraps(parse)
    def remembered_document(path: Path, kind: str, data: bytes) -> Document:
        document = parsed(path.parent.name, path.name, kind, data)
        return replace(document, path=path) if document else parse(path, kind, data)

    return remembered_document


def _extracting_messages(read: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    """The messages of a source file, by its name and content: reading all of the program's takes a second and more."""
    messages: dict[tuple[object, ...], list[Any]] = {}

    @wraps(read)
    def extract_from_file(method: str, filename: str, **options: Any) -> list[Any]:
        path = Path(filename)
        asked = method, path.name, path.read_bytes(), repr(options)
        if asked not in messages:
            messages[asked] = read(method, filename, **options)
        return messages[asked]

    return extract_from_file


def _building_addresses(build: Callable[..., Any]) -> Callable[..., Any]:
    builders: dict[tuple[object, ...], Any] = {}

    @wraps(build)
    def compile_builder(rule: Rule, append_unknown: bool = True) -> Any:
        asked = str(rule._trace), str(rule.defaults), append_unknown
        if asked not in builders:
            builders[asked] = build(rule, append_unknown)
        return builders[asked]

    return compile_builder


def _connecting(make_engine: Callable[..., Engine], statements: CompiledStatements) -> Callable[..., Engine]:
    @wraps(make_engine)
    def engine(*arguments: Any, **options: Any) -> Engine:
        return make_engine(*arguments, execution_options={"compiled_cache": statements}, **options)

    return engine
