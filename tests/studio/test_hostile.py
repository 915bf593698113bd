"""Numbers, moments and words that nobody types by hand: each has an answer, none of them a fault of ours."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from wtforms import FieldList, Form, FormField, SelectField, StringField

from microsite.numbers import MAX_NUMBER
from microsite.runtime import runtime_of
from microsite.storage.tables import Account
from microsite.studio.access import Role
from microsite.studio.fields import PasswordField, StudioForm, TextField
from microsite.studio.promotions.preview import Preview, _signer, own_token
from tests.studio.conftest import Editor, soup
from tests.studio.editors import EDIT

NUMBERS = [str(MAX_NUMBER + 1), str(2**63), "9" * 4301, "-1", "\u0661", "\u00b2", "1e3"]


def test_a_number_that_no_database_holds_has_no_page(sign_in: Callable[..., Editor]) -> None:
    """In a path, in a query, in a button: 404 or 400, never a failure, and never a database that is said to be away."""
    editor = sign_in(Role.ADMIN)
    for number in NUMBERS:
        for address in (f"/studio/accounts/{number}", f"/studio/audit?before={number}", f"{EDIT}?from={number}"):
            assert editor.get(address).status_code == 404, address
        assert editor.get(f"{EDIT}unschedule/{number}/").status_code == 404, number
        restore = editor.fill_in(f"{EDIT}history/fr/", on=EDIT, revision=number)
        assert restore.status_code == 400, number


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "9999-12-31T23:59", "1999-12-31T23:59", "2100-01-01T00:00"])
def test_a_moment_beyond_the_calendar_is_refused_beside_its_field(sign_in: Callable[..., Editor], moment: str) -> None:
    """The first and the last day that there are, and all that nobody plans for; what was typed stays."""
    page = sign_in(Role.MARKETING).get(f"/studio/promotions/?moment={moment}")

    assert page.status_code == 422
    assert "That is too far away." in soup(page).get_text()
    assert moment in page.get_data(as_text=True)


def test_a_time_zone_that_is_unknown_here_counts_as_utc(app: Flask, sign_in: Callable[..., Editor]) -> None:
    """It was renamed since, or came with a restored database: every page works on."""
    editor = sign_in(Role.ADMIN)
    with runtime_of(app).store.begin() as session:
        session.execute(update(Account).values(timezone="Mars/../Olympus"))

    for page in ("/studio/audit", "/studio/promotions/", EDIT, "/studio/account"):
        assert editor.get(page).status_code == 200, page


def test_a_preview_shows_pictures_too(app: Flask, sign_in: Callable[..., Editor]) -> None:
    """And headers alone; a link that an older release made with other fields has ended, and is no failure."""
    editor = sign_in(Role.MARKETING)
    with app.test_request_context("/studio/"):
        link = own_token(Preview(words={"en": {"headline": "Half"}}, promotion="planet-freevpn"))
        older = _signer().dumps(["planet-freevpn", {}, "", False, 1, "", "one more"])
    picture = str(soup(editor.get("/en/blog/news/the-cable/")).select("meta[property='og:image']")[0]["content"])

    for open_page in (editor.get, editor.head):
        assert open_page(f"/studio/preview/{link}{picture.removeprefix('http://localhost')}").status_code == 200
        assert open_page(f"/studio/preview/{link}/en/").status_code == 200
        assert open_page(f"/studio/preview/{older}/en/").status_code == 410


def test_an_address_with_a_control_character_has_no_page(sign_in: Callable[..., Editor]) -> None:
    """PostgreSQL could not be asked for it."""
    editor = sign_in(Role.ADMIN)
    for address in ("/studio/figures/a%00b/fr/", "/studio/promotions/%00/", "/studio/join/%00", "/studio/%E2%80%AE"):
        assert editor.get(address).status_code == 404, address


def test_a_form_that_waited_for_signing_in_is_only_words(sign_in: Callable[..., Editor]) -> None:
    """Half a character in it, or a thousand lists within each other, and it is none at all."""
    for waiting in (
        '["/studio/", [["note", "\\ud800"]]]',
        '["/studio/\\ud800", []]',
        "[" * 5_000,
        '{"a": 1}',
        "1" * 5_000,
    ):
        editor = sign_in(Role.MARKETING)
        editor.post("/studio/logout", data={"csrf_token": _token(editor)})
        answer = editor.fill_in(
            "/studio/login", email="marketing-en@example.org", password="a quiet planet, far out", pending_form=waiting
        )
        assert answer.status_code == 303, waiting[:40]


def _token(editor: Editor) -> str:
    return str(soup(editor.get("/studio/account")).select("[name=csrf_token]")[0]["value"])


def test_every_text_of_every_form_has_a_limit_and_goes_through_the_gate(app: Flask) -> None:
    """A field of another library's would take megabytes, and half characters."""
    forms = [*_below(StudioForm), *_below(Form)]
    fields = [(form, name, field) for form in forms for name, field in _fields(form)]

    assert len(fields) > 20
    for form, name, field in fields:
        for inner in (field.args[0], field) if issubclass(field.field_class, FieldList) else (field,):
            kind = inner.field_class
            if issubclass(kind, StringField) and not issubclass(kind, SelectField):
                assert issubclass(kind, TextField | PasswordField), f"{form.__name__}.{name}"
            assert not issubclass(kind, FieldList) or inner.kwargs["max_entries"], f"{form.__name__}.{name}"
            assert not issubclass(kind, FormField) or issubclass(inner.args[0], Form)


def _below(kind: type[Form]) -> Iterator[type[Form]]:
    for form in kind.__subclasses__():
        if form.__module__.startswith("microsite."):
            yield form
        yield from _below(form)


def _fields(form: type[Form]) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name in dir(form) if hasattr(value := getattr(form, name), "field_class"))
