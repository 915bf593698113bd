"""Forms as browsers, phones, scripts and broken clients send them: each is taken, or comes back with what was typed."""

import tomllib
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from werkzeug.test import TestResponse

from microsite.config import ROOT
from microsite.studio.access import Role
from tests.conftest import Seen
from tests.studio.conftest import Editor, soup
from tests.studio.editors import EDIT, headline, held_by

CASES: list[dict[str, Any]] = tomllib.loads((ROOT / "tests/corpus/forms/cases.toml").read_text("utf-8"))["case"]
BOUNDARY = "----a7f3"


def test_there_are_enough_of_them() -> None:
    """At least forty, no two of one sender."""
    assert len({case["from"] for case in CASES}) == len(CASES) >= 40


@pytest.mark.parametrize("case", CASES, ids=[case["from"] for case in CASES])
def test_a_form_is_taken_or_comes_back(
    case: dict[str, Any], sign_in: Callable[..., Editor], look: Callable[..., Seen]
) -> None:
    """Taken words are live; refused ones are named in a sentence, and stand in their field again."""
    answer = send(sign_in(Role.MARKETING), case)
    page = " ".join(soup(answer).get_text(" ").split())

    assert case["status"] == answer.status_code, page[:300]
    if case["status"] == 303:
        assert case["live"] == headline(look)
    if "says" in case:
        assert case["says"] in page
    if "kept" in case:
        assert case["kept"] in answer.get_data(as_text=True)


def send(editor: Editor, case: dict[str, Any]) -> TestResponse:
    """Post the form of the page with the case's fields in the place of its own, in the case's encoding."""
    form = soup(editor.get(EDIT)).select_one("form.editing")
    assert form
    fields = {**held_by(form), "do": "publish:"}
    for name in case.get("without", ()):
        del fields[name]
    fields |= {name: value * case.get("times", 1) for name, value in case.get("fields", {}).items()}
    fields |= {f"words-{number}": "x" for number in range(case.get("more_fields", 0))}
    kind, body = encoded(case, fields)
    headers = {"Content-Type": case["type"]} if "type" in case else {"Content-Type": kind}
    if case.get("type") == "":
        headers = {}
    return editor.post(EDIT, data=body, headers=headers | case.get("headers", {}))


def encoded(case: dict[str, Any], fields: dict[str, str]) -> tuple[str, bytes]:
    """The content type and the body, `raw` put behind or in place of the fields."""
    charset, raw = case.get("charset", "utf-8"), case.get("raw", "").encode("latin-1")
    if case.get("as") == "multipart":
        head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
        parts = [
            f'{head}"{name}"\r\n\r\n{value}\r\n'.encode(charset, "xmlcharrefreplace") for name, value in fields.items()
        ]
        end = b"" if case.get("unended") else f"--{BOUNDARY}--\r\n".encode()
        return f"multipart/form-data; boundary={BOUNDARY}", b"".join(parts) + raw + end
    if case.get("as") == "raw":
        return "application/x-www-form-urlencoded", raw
    body = urlencode(fields, quote_via=quote_plus, encoding=charset, errors="xmlcharrefreplace").encode("ascii")
    return "application/x-www-form-urlencoded", body + raw
