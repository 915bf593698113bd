"""Whatever happens to a catalog, the site answers in French."""

import random
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import polib
import pytest
from flask import Flask

from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.faults import Fault
from microsite.language.catalog import CatalogFile
from microsite.language.message import is_public_file
from microsite.language.po_file import catalog_path
from microsite.language.reading import UNREADABLE
from microsite.runtime import runtime_of
from tests.conftest import Clock

FILES = 1000
PARTS = 4
PATHS = ["/fr/", "/fr/blog/actualites/le-cable/", "/fr/nope"]
NASTY = ['"', "\\", "%", "%%", "%(", "<", "<b>", "&", "\x00", "\\b", "\u202e", "\ufeff", "\r", "\n", "\n\n", "é", "#,"]
LINES = [
    "<<<<<<< ours",
    "=======",
    'msgid "',
    'msgstr "',
    'msgstr[2] "x"',
    "#, fuzzy",
    "#~ ",
    '"',
    "msgctxt",
    'msgstr "%(x)s %d %s % 100%"',
    'msgstr "<script>alert(1)</script>"',
]

Mutation = Callable[[random.Random, bytes], bytes]


def cut(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data))]


def hole(chance: random.Random, data: bytes) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randrange(1, 200) :]


def nasty(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.choice(NASTY).encode() + data[at:]


def other_byte(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def line(chance: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    match chance.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, chance.choice(LINES).encode())
        case 2:
            lines.insert(at, chance.choice(lines))
        case _:
            lines[at] = chance.choice(LINES).encode()
    return b"\n".join(lines)


def header(chance: random.Random, data: bytes) -> bytes:
    before, after = chance.choice(
        [
            (b"utf-8", b"ascii"),
            (b"n > 1", b"n / 0"),
            (b"n > 1", b"n"),
            (b"nplurals=2", b"nplurals=99"),
            (b"Plural-Forms", b"Plural"),
            (b": fr\\n", b": de\\n"),
            (b'msgid ""\nmsgstr ""\n', b""),
            (b"# French", b"French"),
        ]
    )
    return data.replace(before, after, 1)


def translation(chance: random.Random, data: bytes) -> bytes:
    """Something else in one translation: placeholders, percent signs, tags, length, forms."""
    translations = list(re.finditer(rb'^msgstr(?:\[\d\])? "(.+)"$', data, re.MULTILINE))
    if not translations:
        return data
    match = chance.choice(translations)
    words = match[1].decode("utf-8", "surrogateescape")
    changed = chance.choice(
        [
            words.replace("%(", "%{"),
            words.replace(")s", ")"),
            words.replace(")s", ")d"),
            words + " %",
            words + " %(site)s",
            words + " 100 %d",
            words * 30,
            f"<i>{words}",
            f"{words}\\n",
            f" {words} ",
            words.upper(),
            words[: len(words) // 2],
            "",
        ]
    )
    return data[: match.start(1)] + changed.encode("utf-8", "surrogateescape") + data[match.end(1) :]


MUTATIONS: list[Mutation] = [cut, hole, nasty, other_byte, line, line, header, translation, translation]


def mutated(data: bytes, seed: int) -> bytes:
    """The same for a seed, always."""
    chance = random.Random(seed)
    for _ in range(chance.choice([1, 1, 1, 2, 5])):
        data = chance.choice(MUTATIONS)(chance, data) or b"\n"
    return data


def keep_what_readers_see(path: Path) -> None:
    """Take the studio's messages out of a file: four of five, which no page here would show."""
    file = polib.pofile(str(path), wrapwidth=0)
    for entry in [entry for entry in file if not is_public_file(entry.occurrences[0][0])]:
        file.remove(entry)
    path.write_text(str(file), encoding="utf-8")


@pytest.mark.parametrize("part", range(PARTS))
def test_a_thousand_mutated_catalogs_leave_the_site_in_french(
    app: Flask, settings: Settings, clock: Clock, template: Path, part: int
) -> None:
    """Every page answers; a refusal names its line; nothing of it reaches a reader; what is lost is told."""
    path, client, counted = catalog_path(settings.translations, "fr"), app.test_client(), Counter[str]()
    keep_what_readers_see(template)
    keep_what_readers_see(path)
    good = path.read_bytes()
    for seed in range(part, FILES, PARTS):
        if seed % 50 < PARTS:  # a process that starts anew now and then, and has no last good words
            runtime_of(app).editions = Editions(settings, runtime_of(app).store, clock)
        editions: Editions = runtime_of(app).editions
        path.write_bytes(mutated(good, seed))
        catalog = editions.refresh().catalogs["fr"]
        counted[grade_of(catalog.files.get(path), catalog.faults)] += 1

        assert all(fault.path == path and fault.line >= 1 and fault.message for fault in catalog.faults)
        if (read := catalog.files.get(path)) and catalog.template.keys() - read.file.messages.keys():
            assert any(fault.message.startswith("lacks ") for fault in catalog.faults), seed
        for address in PATHS:
            answer = client.get(address)
            page = answer.get_data(as_text=True)
            assert answer.status_code == (404 if address == "/fr/nope" else 200), f"{seed}: {address}"
            assert '<html lang="fr"' in page
            assert "<script>alert" not in page
    print(dict(counted))
    assert set(counted) == {"taken", "partly", "refused"}


def grade_of(file: CatalogFile | None, faults: list[Fault]) -> str:
    if file is None or file.fingerprint == UNREADABLE:
        return "refused"
    return "partly" if faults else "taken"
