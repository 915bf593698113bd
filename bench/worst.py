"""The worst that can be sent: every entry that `tests/linear/declared.py` names, at four times its longest size."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from app import create_app
from microsite.config import Settings
from microsite.content.document import parse_document
from microsite.content.kinds import KINDS
from microsite.content.markdown_parser import MAX_PARAGRAPH
from microsite.faults import Faults
from microsite.language.locales import make_locale
from microsite.language.message import Message
from microsite.language.message_checks import check_translation
from microsite.language.po_file import read_bytes
from microsite.language.po_lines import MAX_STRING
from microsite.language.typography import english, french
from microsite.studio.accounts.passwords import is_guessable
from microsite.studio.figures.csv_file import harmless
from microsite.studio.word_diff import word_diff
from tests.linear.declared import FILES, HEADERS, PASSWORD, WORDS
from tests.linear.hostile import GROWTH, ROUNDS, SHAPES, Feed, cpu_ms, hostile

MAX_MS = 50
MESSAGE_SIZE = MAX_STRING // 2 - len('msgstr ""')
"""Characters of each message of a hostile catalog: its line is bounded, and may hold an escape for each of them."""


class Worst(NamedTuple):
    """An entry, and the shape that it takes longest for."""

    entry: str
    characters: int
    shape: str
    ms: float


def worst(instance: Path) -> list[Worst]:
    """Milliseconds of processor time, the best of five rounds, of each entry's worst shape."""
    return [_worst(entry, GROWTH * size, feed) for entry, size, feed in entries(instance)]


def _worst(entry: str, characters: int, feed: Feed) -> Worst:
    feed("a")
    times = {shape: cpu_ms(lambda: feed(hostile(shape, characters)), ROUNDS) for shape in SHAPES}  # noqa: B023
    shape = max(times, key=lambda name: times[name])
    return Worst(entry, characters, shape, times[shape])


def entries(instance: Path) -> Iterator[tuple[str, int, Feed]]:
    """What each is called, its longest ordinary size in characters, and what feeds it."""
    client = create_app(Settings(instance=instance)).test_client()

    def header(name: str) -> Callable[[str], object]:
        return lambda text: client.get("/en/nowhere/", headers={name: text.encode().decode("latin-1")})

    yield "address of a page that there is none of", WORDS, lambda text: client.get(f"/en/{text}/")
    for name, size in HEADERS.items():
        yield f"header {name}", size, header(name)
    message = Message(None, "Skip to %(name)s", None, ("",), "", (), False, None, 1)
    yield "words of a promotion, French", WORDS, french
    yield "words of a promotion, English", WORDS, english
    yield "a translation, its checks", 1000, lambda text: check_translation(message, (text,), make_locale("fr"))
    yield "words, their differences", 1000, lambda text: word_diff(text, text[1:] + "x")
    yield "a new password", PASSWORD, is_guessable
    yield "a cell of the exported figures", WORDS, harmless.__wrapped__
    for kind in KINDS:
        yield f"a text in {KINDS[kind].folder}", FILES[kind], _text(kind)
    yield "a message catalog", FILES["catalog"], _catalog


def _text(kind: str) -> Feed:
    head = "---\ntitle: a\nsummary: b\nslug: c\n---\n\n"
    if kind == "article":
        head = head.replace("slug", "category: d\npublished: 2026-01-01\nslug")

    def read(text: str) -> None:
        paragraphs = (text[start : start + MAX_PARAGRAPH] for start in range(0, len(text), MAX_PARAGRAPH))
        with suppress(Faults):
            parse_document(Path("a/fr.md"), kind, (head + "\n\n".join(paragraphs)).encode())

    return read


def _catalog(text: str) -> None:
    """As many messages as it takes: for a longer one the catalog is refused before anything is looked at."""
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    rule = '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n'
    lines = [head + rule]
    for start in range(0, len(text), MESSAGE_SIZE):
        quoted = text[start : start + MESSAGE_SIZE].replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'msgid "{start}"\nmsgstr "{quoted}"\n')
    read_bytes(Path("messages.po"), "\n".join(lines).encode(), make_locale("fr"))


def rows(measured: list[Worst]) -> list[str]:
    """The section of docs/performance.md."""
    return [
        "## Worst inputs",
        "",
        f"Every entry gets six hostile shapes at {GROWTH} times its longest ordinary size; the worst of them, in ms of"
        f" CPU, the best of {ROUNDS} rounds. Each must take {MAX_MS} at most; what takes longer is **bold**.",
        "",
        "| Entry | Characters | Worst shape | ms |",
        "|---|--:|---|--:|",
        *(
            f"| {entry.entry} | {entry.characters} | {entry.shape} | {mark}{entry.ms:.1f}{mark} |"
            for entry in sorted(measured, key=lambda entry: -entry.ms)
            for mark in ["**" if entry.ms > MAX_MS else ""]
        ),
        "",
    ]
