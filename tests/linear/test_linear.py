"""Everything that can be sent takes a time that grows with its length, and never with the square of it."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from hashlib import sha256
from html import escape
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from microsite.content.document import parse_document
from microsite.content.drawings import read_drawing
from microsite.content.site_file import read_site
from microsite.content.verification import read_verification
from microsite.faults import Faults
from microsite.language.locales import make_locale
from microsite.language.po_file import read_bytes
from microsite.language.studio_translations import subject_of
from microsite.promotions.claims import read_claims
from microsite.promotions.promotion import read_promotions
from microsite.studio.access import Role
from tests.content.writer import ARTICLE, GOOD, GOOD_DRAWING, PAGE, PROMOTION, SITE
from tests.linear import declared, discovered
from tests.linear.hostile import Feed, too_steep
from tests.studio.conftest import Editor, soup

OF_A_REQUEST, OF_A_FILE = 25, 2
"""Milliseconds below which nobody minds: a request takes some 5 by itself on a busy machine."""
EXAMPLES = {"tag": "en", "category": "news", "slug": "the-cable", "number": "1", "shown": "fr", "path": "en/"}
"""What stands in addresses for the other variables; anything else is “none”."""
HEADER = (
    'msgid ""\nmsgstr ""\n"Language: fr\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {}\\n"\n\n'
)
FRENCH_RULE = "nplurals=2; plural=(n > 1);"


def rows_of(table: dict[str, dict[str, int]]) -> dict[str, set[str]]:
    return {name: set(sizes) for name, sizes in table.items()}


def test_everything_that_can_be_sent_has_a_row(app: Flask) -> None:
    """Routes' variables, query parameters, fields, headers, kinds of files, arguments; and no row is left over."""
    fields_of_get = {name for form in discovered.IN_ADDRESSES for name in discovered.fields(form)}

    assert discovered.routes(app) == rows_of(declared.ROUTES)
    assert discovered.asked_for("args") | fields_of_get == set(declared.QUERIES)
    assert discovered.forms() == rows_of({name: sizes for name, (_, sizes) in declared.FIELDS.items()})
    posted = {name for _, sizes in declared.FIELDS.values() for name in sizes} | {"words-0"}
    assert discovered.asked_for("form") - posted == set(declared.RAW_FIELDS) - posted
    assert discovered.asked_for("headers") <= set(declared.HEADERS)
    assert discovered.file_kinds() == set(declared.FILES)
    assert discovered.commands(app) == rows_of(declared.COMMANDS)


def check(feeds: Iterator[tuple[str, int, Feed]], floor_ms: float) -> None:
    steep = [f"{name}: {reason}" for name, size, feed in feeds for reason in too_steep(feed, size, floor_ms)]
    assert not steep, "\n".join(steep)


@pytest.fixture
def admin(sign_in: Callable[..., Editor]) -> Editor:
    return sign_in(Role.ADMIN)


def test_addresses_and_queries(admin: Editor, client: FlaskClient) -> None:
    """A variable of a route, and a query parameter, of readers and of the studio."""

    def open_route(route: str, variable: str, text: str) -> None:
        parts = EXAMPLES | {variable: quote(text, safe="")}
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: parts.get(part[1], "none"), route)
        (admin if path.startswith("/studio/") else client).get(path)

    def feeds() -> Iterator[tuple[str, int, Feed]]:
        for route, sizes in declared.ROUTES.items():
            for variable, size in sizes.items():
                yield f"{route}: {variable}", size, partial(open_route, route, variable)
        for name, (size, path) in declared.QUERIES.items():
            yield f"?{name}", size, lambda text, path=path, name=name: admin.get(path, query_string={name: text})  # type: ignore[misc]

    check(feeds(), OF_A_REQUEST)


def test_fields(admin: Editor) -> None:
    """A field of a form, sent with the form's token by somebody who may send it."""
    message = sha256(subject_of((None, "Skip to content")).encode()).hexdigest()[:16]
    token = str(soup(admin.get("/studio/account")).select_one("[name=csrf_token]")["value"])  # type: ignore[index]

    def send(path: str, name: str, text: str) -> None:
        admin.post(path.format(id=message, secret="none"), data={"csrf_token": token, name: text})

    def feeds() -> Iterator[tuple[str, int, Feed]]:
        for form, (path, sizes) in declared.FIELDS.items():
            for name, size in sizes.items():
                sent_as = declared.SENT_AS.get(form, "{}").format(name) if name not in ("note", "seen") else name
                yield f"{form}.{name}", size, partial(send, path, sent_as)
        for name, (size, path) in declared.RAW_FIELDS.items():
            yield name, size, partial(send, path, name)

    check(feeds(), OF_A_REQUEST)


def test_headers(client: FlaskClient) -> None:
    """A header, where readers ask and at the door of the studio."""

    def send(name: str, text: str) -> None:
        latin = text.encode("latin-1", "replace").decode("latin-1")
        for path in ("/", "/en/nowhere/", "/studio/login"):
            client.get(path, headers={name: latin})

    check(((name, size, partial(send, name)) for name, size in declared.HEADERS.items()), 3 * OF_A_REQUEST)


def test_files(tmp_path: Path) -> None:
    """A file of each kind with hostile words in it: in a text, in the front matter, in a field, in a message."""
    path = tmp_path / "site.toml"
    path.write_text(GOOD[SITE], encoding="utf-8")
    site = read_site(path)

    def read(kind: str, text: str) -> None:
        folder = tmp_path / kind
        folder.mkdir(exist_ok=True)
        quoted = json.dumps(text, ensure_ascii=False)
        with suppress(Faults):
            match kind:
                case "article" | "page":
                    good = GOOD[ARTICLE if kind == "article" else PAGE]
                    parse_document(folder / "fr.md", kind, re.sub("title: .*", f"title: {quoted}", good).encode())
                    parse_document(folder / "fr.md", kind, f"{good}\n{text}\n".encode())
                case "Site":
                    path.write_text(GOOD[SITE].replace('"A motto."', quoted), encoding="utf-8")
                    read_site(path)
                case "PromotionFile":
                    file = folder / "fresh.toml"
                    file.write_text(GOOD[PROMOTION].replace('"A fresh text."', quoted), encoding="utf-8")
                    read_promotions(folder, None, {}, [])
                case "_File":
                    file = folder / "claims.toml"
                    file.write_text(f'[en.a]\npattern = {quoted}\nwhy = {quoted}\ninstead = "b"\n', encoding="utf-8")
                    read_claims(file, site)
                case "Verification":
                    (folder / "verified.toml").write_text(f"version = {quoted}\nsite = {quoted}\n", encoding="utf-8")
                    read_verification(folder)
                case "drawing":
                    drawing = folder / "cable.fr.svg"
                    for old in ("A cable", "M40 40H280", "planet", "0 0 320 90", "Taiwan"):
                        drawing.write_text(GOOD_DRAWING.replace(old, escape(text)), encoding="utf-8")
                        with suppress(Faults):
                            read_drawing(drawing)
                case "catalog":
                    for rule, words in ((FRENCH_RULE, quoted), (text.replace('"', ""), '"a"')):
                        file = folder / "messages.po"
                        message = f'{HEADER.format(rule)}msgid "a"\nmsgstr {words}\n'
                        read_bytes(file, message.encode(), make_locale("fr"))

    check(((kind, size, partial(read, kind)) for kind, size in declared.FILES.items()), OF_A_FILE)


def test_arguments(app: Flask) -> None:
    """An argument of a command."""
    runner = app.test_cli_runner()

    def run(command: str, name: str, text: str) -> None:
        others = {"email": "jo@example.org", "role": "marketing"}
        given = [text if other == name else others[other] for other in declared.COMMANDS[command]]
        runner.invoke(args=[*command.split(), *(["--"] if len(given) == 1 else []), *given])

    feeds = (
        (f"{command} {name}", size, partial(run, command, name))
        for command, sizes in declared.COMMANDS.items()
        for name, size in sizes.items()
        if size
    )
    check(feeds, OF_A_REQUEST)
