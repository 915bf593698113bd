"""A catalog sent to the studio: graded message by message, answered with a report, taken all at once."""

import io
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from microsite.config import Settings
from microsite.language.po_file import MAX_CATALOG_BYTES, catalog_path
from microsite.runtime import runtime_of
from microsite.studio import audit
from microsite.studio.access import Role
from tests.conftest import Seen
from tests.studio.conftest import ON_BOTH_DATABASES, Editor, soup
from tests.studio.translators import FRENCH, IN_FILE, SKIP, Translating

Look = Callable[..., Seen]
UPLOAD = f"{FRENCH}upload/"
GO_TO = "Go to"


pytestmark = ON_BOTH_DATABASES


def send(browser: Editor, data: bytes, name: str = "fr.po") -> TestResponse:
    """Choose a file on the queue's page and press the button."""
    token = soup(browser.get(FRENCH)).select_one("[name=csrf_token]")
    assert token
    fields = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token["value"]}\r\n'
    file = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = fields.encode() + file.encode() + data + b"\r\n--x--\r\n"
    return browser.post(UPLOAD, data=body, content_type="multipart/form-data; boundary=x")


def report(answer: TestResponse) -> dict[str, int]:
    """The numbers that stand at its top."""
    page = soup(answer)
    return {
        row.select_one("dt").get_text(): int(row.select_one("dd").get_text().split()[0])  # type: ignore[union-attr]
        for row in page.select(".report div")
    }


def saying(file: bytes, **words: str) -> bytes:
    """The file with other words for “Skip to content” (`skip`) or “Go to” (`go_to`)."""
    for name, message in (("skip", SKIP), ("go_to", GO_TO)):
        if name in words:
            head, found, tail = file.partition(f'msgid "{message}"\n'.encode())
            assert found
            file = head + found + f'msgstr "{words[name]}"\n'.encode() + tail.partition(b"\n")[2]
    return file


def test_what_is_new_is_taken(translator: Editor, look: Look) -> None:
    """And shown with what changed; the rest says what it said. It is live at once, with the file in its history."""
    file = translator.get(f"{FRENCH}messages.po").data
    answer = send(translator, saying(file, skip="Passer au contenu"))
    assert answer.status_code == 200
    found = report(answer)
    assert (found["Imported"], found["Refused"], found["Older than what was saved here"]) == (1, 0, 0)
    assert found["Unchanged"] > 50
    assert "removed: Aller added: Passer" in " ".join(soup(answer).get_text(" ").split())
    assert look("/fr/").words("a.skip") == ["Passer au contenu"]
    assert "From the file fr.po" in Translating.open(translator).text(".history")


def test_what_would_break_a_page_is_refused_with_its_reason(translator: Editor, look: Look) -> None:
    """In a sentence of the account's language and with its line; what else the file has is taken."""
    file = translator.get(f"{FRENCH}messages.po").data
    wrong = saying(file, skip="Passer au %(contenu)s", go_to="Se rendre à")
    answer = send(translator, wrong)
    found = report(answer)
    assert (found["Imported"], found["Refused"]) == (1, 1)
    refused = soup(answer).select_one("[aria-labelledby=studio_refused]")
    assert refused
    said = " ".join(refused.get_text(" ").split())
    line = wrong[: wrong.index(b"Passer au %")].count(b"\n") + 1
    assert f"{SKIP} line {line}" in said
    assert "The placeholder %(contenu)s is not in the source." in said
    assert look("/fr/").words("a.skip") == [IN_FILE]


def test_a_file_that_is_cut_off_is_refused_whole(translator: Editor, look: Look) -> None:
    """Nothing of it is taken, and the report names the line."""
    file = saying(translator.get(f"{FRENCH}messages.po").data, skip="Passer au contenu")
    answer = send(translator, file[: len(file) - 10])
    assert answer.status_code == 422
    assert "fr.po:" in soup(answer).select_one(".faults").get_text()  # type: ignore[union-attr]
    assert look("/fr/").words("a.skip") == [IN_FILE]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"not a catalog", b'msgid ""\nmsgstr ""\n"Language: de\\n"\n'])
def test_what_is_no_catalog_of_this_language_is_refused(translator: Editor, data: bytes) -> None:
    """Whatever somebody chose."""
    assert send(translator, data).status_code == 422


def test_no_file_is_an_answer_as_well(translator: Editor) -> None:
    """The button was pressed too early."""
    answer = translator.fill_in(UPLOAD, on=FRENCH)
    assert answer.status_code == 422
    assert "No file was chosen." in soup(answer).get_text()


def test_an_old_copy_takes_nothing_back(translator: Editor, sign_in: Callable[..., Editor], look: Look) -> None:
    """Who downloaded before somebody else saved, and changed another message, leaves the newer words alone."""
    file = translator.get(f"{FRENCH}messages.po").data
    Translating.open(sign_in(Role.ADMIN)).save("Passer au contenu")
    found = report(send(translator, saying(file, go_to="Se rendre à")))
    assert (found["Imported"], found["Older than what was saved here"]) == (1, 1)
    assert look("/fr/").words("a.skip") == ["Passer au contenu"]


def test_sent_again_it_changes_nothing(translator: Editor) -> None:
    """A second press of the button is a report without news."""
    file = saying(translator.get(f"{FRENCH}messages.po").data, skip="Passer au contenu")
    send(translator, file)
    assert report(send(translator, file))["Imported"] == 0
    assert translator.get(f"{FRENCH}messages.po").data == file


def test_messages_that_the_site_does_not_say_are_named(translator: Editor) -> None:
    """Of another version of the site, perhaps."""
    file = translator.get(f"{FRENCH}messages.po").data
    answer = send(translator, file + b'\nmsgid "Long gone"\nmsgstr "Disparu"\n')
    assert report(answer)["Not used on this site"] == 1
    assert "Long gone" in _section(soup(answer), "studio_unknown")


def test_it_is_taken_whole_or_not_at_all(
    translator: Editor, look: Look, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database fails at the last moment: neither of two new wordings is there."""
    file = translator.get(f"{FRENCH}messages.po").data
    both = saying(file, skip="Passer au contenu", go_to="Se rendre à")
    with monkeypatch.context() as patch:
        patch.setattr(audit, "record", _fail)
        assert send(translator, both).status_code == 503
    runtime_of(app).editions.poll_revisions()
    assert look("/fr/").words("a.skip") == [IN_FILE]
    assert translator.get(f"{FRENCH}messages.po").data == file
    assert report(send(translator, both))["Imported"] == 2


def test_a_catalog_may_be_large_but_not_without_end(translator: Editor) -> None:
    """Larger than any other form, up to the limit of catalogs; beyond it 413, and nothing is read."""
    file = translator.get(f"{FRENCH}messages.po").data
    padded = file.replace(b"# French", b"# x\n" * (600 * 1024 // 4) + b"# French", 1)
    assert report(send(translator, padded))["Unchanged"] > 50
    refused = send(translator, b"#" * (MAX_CATALOG_BYTES + 1024 * 1024))
    assert refused.status_code == 413
    said = soup(refused).select_one("main").get_text()  # type: ignore[union-attr]
    assert "This file is too large" in said and "2 MiB" in said and "Make it shorter" not in said


def test_messages_that_a_file_does_not_have_are_counted(translator: Editor) -> None:
    """A file that was cut off between two messages says so in its report; what it lacks stays as it is."""
    file = translator.get(f"{FRENCH}messages.po").data
    whole = report(send(translator, file))
    half = report(send(translator, file[: file.index(b"\n\n", len(file) // 2)]))

    assert whole["Not in the file"] == 0
    assert half["Not in the file"] == whole["Unchanged"] - half["Unchanged"] > 100
    assert half["Imported"] == half["Refused"] == 0


def test_a_form_from_elsewhere_sends_no_file(translator: Editor) -> None:
    """Without the session's token: 400."""
    answer = translator.post(UPLOAD, data={"file": (io.BytesIO(b"x"), "fr.po")})
    assert answer.status_code == 400


def test_a_broken_file_on_the_server_is_said_at_the_download(translator: Editor, settings: Settings) -> None:
    """With its line, rather than a file that would lose words."""
    path = catalog_path(settings.translations, "fr")
    path.write_text(path.read_text(encoding="utf-8") + '\nmsgid "cut', encoding="utf-8")
    answer = translator.get(f"{FRENCH}messages.po")
    assert answer.status_code == 409
    assert "messages.po:" in soup(answer).select_one(".faults").get_text()  # type: ignore[union-attr]


def _section(page: BeautifulSoup, name: str) -> str:
    found = page.select_one(f"[aria-labelledby={name}]")
    assert found
    return found.get_text(" ")


def _fail(*_: object, **__: object) -> None:
    raise OperationalError("INSERT", None, Exception("gone"))
