"""A catalog sent to the studio: looked at message by message, taken in one transaction, taken back as a whole."""

import io
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime

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
from microsite.studio.translations.uploads import MAX_BOXES
from tests.conftest import Clock, Seen
from tests.studio.conftest import ON_BOTH_DATABASES, Editor, soup
from tests.studio.editors import held_by
from tests.studio.translators import FRENCH, IN_FILE, SKIP, Translating

Look = Callable[..., Seen]
UPLOAD = f"{FRENCH}upload/"
GO_TO = "Go to"


pytestmark = ON_BOTH_DATABASES


@pytest.fixture(autouse=True)
def time_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """No two things are saved at the same moment."""

    def tick(clock: Clock) -> datetime:
        clock.forward(microseconds=1)
        return clock.now

    monkeypatch.setattr(Clock, "__call__", tick)


def send(browser: Editor, data: bytes, name: str = "fr.po") -> TestResponse:
    """Choose a file on the queue's page and press the button."""
    token = soup(browser.get(FRENCH)).select_one("[name=csrf_token]")
    assert token
    fields = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token["value"]}\r\n'
    file = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = fields.encode() + file.encode() + data + b"\r\n--x--\r\n"
    sent = browser.post(UPLOAD, data=body, content_type="multipart/form-data; boundary=x")
    return browser.get(sent.location) if sent.status_code == 303 else sent


def take(browser: Editor, looked_at: TestResponse, *without: str, also: str = "") -> TestResponse:
    """Take what is ticked on a file's page, but for some messages that are unticked; `also` is ticked first."""
    form = soup(looked_at).select_one("form:has([name=take])")
    assert form
    boxes = [(box.get_text().strip(), box.select_one("input")) for box in form.select("label.tick")]
    ticked = [
        str(box["value"])
        for name, box in boxes
        if box and (box.has_attr("checked") or name == also) and name not in without
    ]
    sent = browser.post(looked_at.request.path, data={**held_by(form), "take": ticked, "do": "take"})
    return browser.get(sent.location) if sent.status_code == 303 else sent


def import_file(browser: Editor, data: bytes) -> TestResponse:
    """Send it, and take what is ticked."""
    return take(browser, send(browser, data))


def take_back(browser: Editor, taken: TestResponse, **fields: str) -> TestResponse:
    """Press the button under a file that was taken."""
    return browser.post(
        taken.request.path, data=fields | {"csrf_token": token_on(taken), "do": "back"}, follow_redirects=True
    )


def token_on(page: TestResponse) -> str:
    token = soup(page).select_one("main [name=csrf_token]")
    assert token
    return str(token["value"])


def text(answer: TestResponse, selector: str = "main") -> str:
    return " ".join(" ".join(tag.get_text(" ") for tag in soup(answer).select(selector)).split())


def report(answer: TestResponse) -> Counter[str]:
    """The numbers that stand at its top; what there is none of does not."""
    rows = soup(answer).select(".report div")
    return Counter(
        {
            row.select_one("dt").get_text().strip(): int(row.select_one("dd").get_text().split()[0])  # type: ignore[union-attr]
            for row in rows
        }
    )


def saying(file: bytes, **words: str) -> bytes:
    """The file with other words for “Skip to content” (`skip`) or “Go to” (`go_to`)."""
    for name, message in (("skip", SKIP), ("go_to", GO_TO)):
        if name in words:
            head, found, tail = file.partition(f'msgid "{message}"\n'.encode())
            assert found
            file = head + found + f'msgstr "{words[name]}"\n'.encode() + tail.partition(b"\n")[2]
    return file


def test_it_is_looked_at_before_it_is_taken(translator: Editor, look: Look) -> None:
    """The page shows what would change, and nothing is live before the button below it was pressed."""
    file = translator.get(f"{FRENCH}messages.po").data
    page = send(translator, saying(file, skip="Passer au contenu"))
    counts = report(page)
    changed = {"Changed": 1, "New": 0, "Refused": 0, "Older than what was saved here": 0}
    assert changed == {name: counts[name] for name in changed}
    assert counts["Unchanged"] > 50
    assert "removed: Aller added: Passer" in text(page, "[aria-labelledby=studio_changed]")
    assert look("/fr/").words("a.skip") == [IN_FILE]

    taken = take(translator, page)
    assert "1 message of the file is live." in text(taken)
    assert look("/fr/").words("a.skip") == ["Passer au contenu"]
    assert "From the file fr.po" in Translating.open(translator).text(".history")


def test_only_what_is_ticked_is_taken(translator: Editor, look: Look) -> None:
    """And nothing where no box is ticked: the page says so, and the file still waits."""
    page = send(translator, saying(translator.get(f"{FRENCH}messages.po").data, skip="Passer", go_to="Se rendre à"))
    nothing = take(translator, page, SKIP, GO_TO)
    assert nothing.status_code == 422 and "Nothing has been imported." in text(nothing)
    take(translator, page, SKIP)
    assert look("/fr/").words("a.skip") == [IN_FILE]
    assert "Se rendre à" in translator.get(f"{FRENCH}messages.po").get_data(as_text=True)


def test_style_is_remarked_on_beside_the_words(translator: Editor) -> None:
    """With the sentences of the desk; a remark keeps nobody from taking them."""
    page = send(translator, saying(translator.get(f"{FRENCH}messages.po").data, skip="Aller au contenu."))
    assert "This ends with" in text(page, "[aria-labelledby=studio_changed] .remarks")
    assert "is live" in text(take(translator, page))


def test_what_would_break_a_page_is_refused_with_its_reason(translator: Editor, look: Look) -> None:
    """In a sentence of the account's language and with its line; what else the file has can be taken."""
    file = translator.get(f"{FRENCH}messages.po").data
    wrong = saying(file, skip="Passer au %(contenu)s", go_to="Se rendre à")
    page = send(translator, wrong)
    counts = report(page)
    assert (counts["Changed"], counts["Refused"]) == (1, 1)
    refusals = text(page, "[aria-labelledby=studio_refused]")
    line = wrong[: wrong.index(b"Passer au %")].count(b"\n") + 1
    assert f"{SKIP} line {line}" in refusals
    assert "The placeholder %(contenu)s is not in the source." in refusals
    take(translator, page)
    assert look("/fr/").words("a.skip") == [IN_FILE]


def test_a_number_that_is_no_offer_takes_nothing(translator: Editor, look: Look) -> None:
    """Whatever a form sends is checked again: a refused message stays refused."""
    wrong = saying(translator.get(f"{FRENCH}messages.po").data, skip="Passer au %(contenu)s", go_to="Se rendre à")
    page = send(translator, wrong)
    line = str(wrong[: wrong.index(b"Passer au %")].count(b"\n") + 1)
    fields = {"csrf_token": token_on(page), "do": "take", "take": line}
    assert translator.post(page.request.path, data=fields).status_code == 422
    assert translator.post(page.request.path, data=fields | {"take": "x"}).status_code == 400
    assert look("/fr/").words("a.skip") == [IN_FILE]


def test_a_file_has_more_boxes_than_a_form_has_fields(translator: Editor) -> None:
    """One for each message of a large catalog, and still not without end."""
    page = send(translator, saying(translator.get(f"{FRENCH}messages.po").data, skip="Passer au contenu"))
    ticked = [*map(str, range(1, MAX_BOXES - 10))]
    fields = {"csrf_token": token_on(page), "do": "take"}
    assert translator.post(page.request.path, data=fields | {"take": ticked * 2}).status_code == 413
    assert translator.post(page.request.path, data=fields | {"take": ticked}).status_code == 303


def test_what_somebody_saves_meanwhile_is_not_overwritten(
    translator: Editor, sign_in: Callable[..., Editor], look: Look
) -> None:
    """Its box is unticked and the others stay as they were; ticked once more, it is meant."""
    page = send(translator, saying(translator.get(f"{FRENCH}messages.po").data, skip="Passer", go_to="Se rendre à"))
    Translating.open(sign_in(Role.ADMIN)).save("Filer au contenu")

    late = take(translator, page)
    assert late.status_code == 409 and "1 of these messages was saved meanwhile" in text(late)
    ticked = [box.parent.get_text().strip() for box in soup(late).select("[name=take][checked]") if box.parent]
    assert ticked == [GO_TO]
    assert look("/fr/").words("a.skip") == ["Filer au contenu"]
    take(translator, late, also=SKIP)
    assert look("/fr/").words("a.skip") == ["Passer"]


def test_a_second_press_is_answered_with_what_the_first_did(translator: Editor) -> None:
    """A double click: the file was taken once, and its page says so."""
    page = send(translator, saying(translator.get(f"{FRENCH}messages.po").data, skip="Passer au contenu"))
    assert text(take(translator, page), "#studio_taken") == text(take(translator, page), "#studio_taken")
    assert len(Translating.open(translator).page.select(".history > li")) == 1


def test_a_file_is_taken_back_as_a_whole(translator: Editor, look: Look) -> None:
    """After a question; a message that somebody has saved since is named, and stays as it is."""
    Translating.open(translator).save("Au contenu")
    file = translator.get(f"{FRENCH}messages.po").data
    page = send(translator, saying(file, skip="Passer", go_to="Se rendre à"))
    taken = take(translator, page, also=SKIP)
    assert "2 messages as in the file" in text(taken)
    assert take_back(translator, taken).status_code == 422
    assert look("/fr/").words("a.skip") == ["Passer"]

    take_back(translator, taken, confirm="yes")
    assert look("/fr/").words("a.skip") == ["Au contenu"]
    assert translator.get(f"{FRENCH}messages.po").data == file
    assert "2 messages saved again since" in text(translator.get(taken.request.path))
    assert "The file fr.po was taken back" in Translating.open(translator).text(".history")


def test_taking_a_file_back_spares_what_was_saved_since(
    translator: Editor, sign_in: Callable[..., Editor], look: Look
) -> None:
    """By whomever."""
    file = translator.get(f"{FRENCH}messages.po").data
    taken = import_file(translator, saying(file, skip="Passer", go_to="Se rendre à"))
    admin = sign_in(Role.ADMIN)
    Translating.open(admin).save("Filer au contenu")
    assert SKIP in text(translator.get(taken.request.path), "[aria-labelledby=studio_since]")
    back = take_back(admin, admin.get(taken.request.path), confirm="yes")
    assert "1 message says again what it said before." in text(back)
    assert look("/fr/").words("a.skip") == ["Filer au contenu"]
    assert "Se rendre à" not in translator.get(f"{FRENCH}messages.po").get_data(as_text=True)


def test_a_file_waits_for_whoever_sent_it_alone(
    translator: Editor, sign_in: Callable[..., Editor], clock: Clock
) -> None:
    """For a day; once it is taken, everybody who translates sees what it did."""
    page = send(translator, saying(translator.get(f"{FRENCH}messages.po").data, skip="Passer au contenu"))
    path = page.request.path
    assert sign_in(Role.ADMIN).get(path).status_code == 404
    assert translator.get(path.replace("/fr/", "/en/")).status_code == 404
    assert "waits to be looked at" in text(translator.get(FRENCH))
    waiting = send(translator, translator.get(f"{FRENCH}messages.po").data).request.path
    take(translator, page)
    clock.forward(days=1, minutes=1)
    assert sign_in(Role.ADMIN).get(path).status_code == 200
    assert sign_in(Role.TRANSLATOR).get(waiting).status_code == 404


def test_few_files_wait(translator: Editor) -> None:
    """Of one account: the sixth takes the place of the first."""
    file = saying(translator.get(f"{FRENCH}messages.po").data, skip="Passer au contenu")
    paths = [send(translator, file).request.path for _ in range(6)]
    assert [200 if number else 404 for number in range(6)] == [translator.get(path).status_code for path in paths]


def test_a_file_of_another_project_says_so_first(translator: Editor) -> None:
    """By the name in its header, or because the site uses little of it: then nothing is ticked."""
    file = saying(translator.get(f"{FRENCH}messages.po").data, skip="Passer au contenu")
    named = send(
        translator, file.replace(b"Project-Id-Version: Planet Privacy 1", b"Project-Id-Version: Roundcube 1.6", 1)
    )
    assert "another project: its header names “Roundcube”" in text(named, ".said")
    assert soup(named).select("[name=take]") and not soup(named).select("[name=take][checked]")

    header = file[: file.index(b"\n\n")]
    few = header + b'\n\nmsgid "Go to"\nmsgstr "Vers"\n\nmsgid "a"\nmsgstr "b"\n\nmsgid "c"\nmsgstr "d"\n'
    unknown = send(translator, few)
    assert "Of its 3 messages this site does not use 2." in text(unknown, ".said")
    assert not soup(unknown).select("[name=take][checked]")


@pytest.mark.parametrize(("rule", "order"), [("n <= 1 ? 1 : 0", True), ("n>1", False), ("(n > 1)", False)])
def test_plural_forms_are_put_in_our_order(translator: Editor, rule: str, order: bool) -> None:
    """Where a file numbers the same forms otherwise."""
    file = translator.get(f"{FRENCH}messages.po").data
    page = send(translator, file.replace(b"plural=(n > 1)", f"plural={rule}".encode(), 1))
    assert ("numbers the plural forms in another way" in text(page)) is order
    assert (report(page)["Changed"] > 5) is order


def test_a_form_for_whole_millions_is_left_out(translator: Editor, look: Look) -> None:
    """CLDR has one for French since 2021, and so have newer programs: the words for all other numbers are taken."""
    file = translator.get(f"{FRENCH}messages.po").data
    file = file.replace(b"nplurals=2; plural=(n > 1)", b"nplurals=3; plural=n<2 ? 0 : n%1000000==0 ? 1 : 2", 1)
    file = re.sub(rb'\nmsgstr\[1\] "(.*)"', rb'\nmsgstr[1] "de \1"\nmsgstr[2] "\1"', file)
    page = send(translator, file.replace(b"Il y a %(num)s ans", b"Voici %(num)s ans"))
    assert "a form for whole millions is left out" in text(page, ".said")
    assert report(page)["Changed"] == 1
    take(translator, page)
    assert Translating.open(translator, "%(num)s year ago").typed == ["Il y a %(num)s an", "Voici %(num)s ans"]


def test_another_plural_rule_is_refused(translator: Editor) -> None:
    """In English 0 takes the plural, in French it does not: no order of the forms would be right."""
    file = translator.get(f"{FRENCH}messages.po").data
    page = send(translator, file.replace(b"plural=(n > 1)", b"plural=(n != 1)", 1))
    assert page.status_code == 422
    assert "divides numbers otherwise" in text(page, ".said")


def test_what_was_saved_here_after_the_file_was_worked_on_is_not_ticked(translator: Editor) -> None:
    """The file's own date says when that was; who means it ticks the box."""
    Translating.open(translator).save("Au contenu")
    page = send(translator, saying(translator.get(f"{FRENCH}messages.po").data, skip="Passer", go_to="Se rendre à"))
    assert "This file is older than what is here: 1 message was saved here since." in text(page, ".said")
    section = soup(page).select_one("[aria-labelledby=studio_newer-here]")
    assert section and SKIP in section.get_text() and not section.select("[checked]")


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
    page = send(translator, saying(file, go_to="Se rendre à"))
    assert (report(page)["Changed"], report(page)["Older than what was saved here"]) == (1, 1)
    assert "This file is older than what is here" in text(page, ".said")
    take(translator, page)
    assert look("/fr/").words("a.skip") == ["Passer au contenu"]


def test_sent_again_it_changes_nothing(translator: Editor) -> None:
    """A second press of the button is a report without news."""
    file = saying(translator.get(f"{FRENCH}messages.po").data, skip="Passer au contenu")
    import_file(translator, file)
    assert report(send(translator, file))["Changed"] == 0
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
        page = send(translator, both)
        patch.setattr(audit, "record", _fail)
        failed = take(translator, page)
        assert failed.status_code == 503
        assert len(soup(failed).select("input[name=take]")) == 2, "what was ticked comes back"
    runtime_of(app).editions.poll_revisions()
    assert look("/fr/").words("a.skip") == [IN_FILE]
    assert translator.get(f"{FRENCH}messages.po").data == file
    assert "2 messages of the file are live." in text(take(translator, page))


def test_a_catalog_may_be_large_but_not_without_end(translator: Editor) -> None:
    """Larger than any other form, up to the limit of catalogs; beyond it 413, and nothing is read."""
    file = translator.get(f"{FRENCH}messages.po").data
    padded = file.replace(b"# French", b"# " + b"x" * 600 * 1024 + b"\n# French", 1)
    assert report(send(translator, padded))["Unchanged"] > 50
    refused = send(translator, b"#" * (MAX_CATALOG_BYTES + 1024 * 1024))
    assert refused.status_code == 413
    words = soup(refused).select_one("main").get_text()  # type: ignore[union-attr]
    assert "This file is too large" in words and "2 MiB" in words and "Make it shorter" not in words


def test_messages_that_a_file_does_not_have_are_counted(translator: Editor) -> None:
    """A file that was cut off between two messages says so in its report; what it lacks stays as it is."""
    file = translator.get(f"{FRENCH}messages.po").data
    whole = report(send(translator, file))
    half = report(send(translator, file[: file.index(b"\n\n", len(file) // 2)]))

    assert whole["Not in the file"] == 0
    assert half["Not in the file"] == whole["Unchanged"] - half["Unchanged"] > 100
    assert half["Changed"] == half["Refused"] == 0


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
    section = page.select_one(f"[aria-labelledby={name}]")
    assert section
    return section.get_text(" ")


def _fail(*_: object, **__: object) -> None:
    raise OperationalError("INSERT", None, Exception("gone"))
