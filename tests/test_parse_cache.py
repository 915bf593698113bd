"""A start takes what an earlier one has parsed; a changed file, a damaged memory, a new program are parsed anew."""

import json
import os
import re
import sqlite3
import zlib
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app import create_app
from microsite.config import ROOT, Settings
from microsite.content import parse_cache
from microsite.content.blocks import DefaultSlot, joined
from microsite.content.document import Document, parse_document, read_document
from microsite.content.kinds import KINDS
from microsite.content.markdown import render
from microsite.content.yaml_fields import split_front_matter
from microsite.editions.publishing import Editions
from microsite.editions.site_folder import read_folder

TEXTS = [
    (name, path)
    for name, kind in KINDS.items()
    for site in ("site", "tests/site")
    for path in sorted((ROOT / site / kind.folder).glob("*/*.md"))
]
IDS = ["/".join(path.parts[-4:]) for _, path in TEXTS]


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were parsed, in order."""
    seen: list[Path] = []

    def note(path: Path, kind: str, data: bytes) -> Document:
        seen.append(path)
        return parse_document(path, kind, data)

    monkeypatch.setattr(parse_cache, "parse_document", note)
    return seen


@pytest.mark.parametrize(("kind", "path"), TEXTS, ids=IDS)
def test_a_text_is_kept_whole(kind: str, path: Path) -> None:
    """Every field of every text of ours comes back as it was."""
    document = read_document(path, kind)

    assert document == parse_cache.decode(parse_cache.encode(document))


@pytest.mark.parametrize(("kind", "path"), TEXTS, ids=IDS)
def test_a_packed_text_is_the_text(kind: str, path: Path) -> None:
    """Every block, down to the last field."""
    _, below, _ = split_front_matter(path, path.read_text(encoding="utf-8"))

    kept_blocks = [block for block in read_document(path, kind).blocks if not isinstance(block, DefaultSlot)]
    assert joined(render(below, path.stem).blocks) == joined(kept_blocks)


def test_a_second_start_parses_nothing(settings: Settings, parsed: list[Path]) -> None:
    """And has the same texts."""
    first = read_folder(settings).content
    assert parsed
    parsed.clear()
    second = read_folder(settings).content

    assert [] == parsed
    assert first == second


def test_a_title_that_typography_makes_too_long_is_the_same_at_every_start(settings: Settings) -> None:
    """Its spaces are none that the writer typed: such a text is parsed each time."""
    path = settings.site / "articles" / "both" / "fr.md"
    title = "Quoi! " * 33
    path.write_text(re.sub("(?m)^title: .*", f"title: {title}", path.read_text()))
    first = read_folder(settings).content

    assert len(first.articles["both"].documents["fr"].title) > 200
    assert first == read_folder(settings).content
    with closing(sqlite3.connect(settings.instance / "texts.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM texts WHERE length(text) = 0").fetchone()[0] == 0


def test_one_changed_file_re_reads_one_file(settings: Settings, parsed: list[Path], editions: Editions) -> None:
    """In a running site and in one that starts."""
    content = editions.current.content
    path = settings.site / "pages" / "about" / "en.md"
    parsed.clear()
    path.write_text(path.read_text() + "\n\nMore.\n")
    after = editions.refresh().content
    read_folder(settings)

    assert [path] == parsed
    assert after.articles["both"].documents["fr"] is content.articles["both"].documents["fr"]


def test_the_same_words_count_whenever_they_were_saved(settings: Settings, parsed: list[Path]) -> None:
    """A fresh checkout of the same texts has other times, and costs nothing."""
    read_folder(settings)
    parsed.clear()
    for path in settings.site.rglob("*.md"):
        os.utime(path, (1, 1))
    read_folder(settings)

    assert [] == parsed


def damage_file(path: Path) -> None:
    path.write_bytes(b"nonsense" * 1000)


def damage_rows(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("""UPDATE texts SET text = '["os.system","true"]'""")


def damage_types(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            """UPDATE texts SET text = replace(CAST(text AS TEXT), '"words":', '"words":"many","lost":')"""
        )


def damage_packed_words(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for key, text in connection.execute("SELECT key, text FROM texts").fetchall():
            connection.execute("UPDATE texts SET text = ? WHERE key = ?", (text[:-9] + bytes(9), key))


def damage_blocks(path: Path) -> None:
    packed = b64encode(zlib.compress(b'[{"kind": "prose", "html": "<script>"}]')).decode()
    with closing(sqlite3.connect(path)) as connection, connection:
        for key, text in connection.execute("SELECT key, text FROM texts").fetchall():
            changed = json.dumps({**json.loads(text), "packed": packed}).encode()
            connection.execute("UPDATE texts SET text = ? WHERE key = ?", (changed, key))


DAMAGES = [damage_file, damage_rows, damage_types, damage_packed_words, damage_blocks, Path.unlink]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_memory_is_as_good_as_none(
    settings: Settings, parsed: list[Path], damage: Callable[[Path], None]
) -> None:
    """It holds data alone: nothing in it can make the program do something."""
    first = read_folder(settings).content
    damage(settings.instance / "texts.sqlite")
    parsed.clear()

    assert first == read_folder(settings).content
    assert len(parsed) == len(first.text_files)


def test_another_program_parses_anew(settings: Settings, parsed: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """What an older version made of a text says nothing about what this one makes of it."""
    read_folder(settings)
    parsed.clear()
    monkeypatch.setattr(parse_cache, "_program", lambda: b"a newer one")
    read_folder(settings)

    assert parsed


def test_a_site_without_a_place_to_keep_texts_serves(settings: Settings, tmp_path: Path) -> None:
    """A disk that is full or read-only costs time at the next start, no more."""
    (settings.instance / "texts.sqlite").mkdir()

    assert 200 == create_app(settings).test_client().get("/en/").status_code


def test_what_belongs_to_files_that_are_no_more_is_forgotten(settings: Settings) -> None:
    """Once it is most of what is kept."""
    read_folder(settings)
    with closing(sqlite3.connect(settings.instance / "texts.sqlite")) as connection:
        with connection:
            connection.executemany("INSERT INTO texts VALUES (?, '')", [(str(n).encode(),) for n in range(1000)])
        read_folder(settings)
        assert connection.execute("SELECT count(*) FROM texts").fetchone()[0] < 1000
