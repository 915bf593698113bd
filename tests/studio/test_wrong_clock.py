"""A clock that was wrong for a while, and is right again: nobody is locked out, nothing that it stamped stays open."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from microsite.promotions.counts import CountKey, Counts
from microsite.runtime import runtime_of
from microsite.storage.store import Store
from microsite.storage.tables import PromotionCount
from microsite.studio.access import Role
from tests.conftest import NOW, Clock
from tests.studio.conftest import (
    NEW_ACCOUNT,
    PASSWORD,
    Editor,
    add_account,
    add_second_factor,
    code,
    inputs_of,
    link_on,
)

EMAIL = "marketing-en@example.org"
WRONG = [
    NOW + timedelta(days=1),
    NOW + timedelta(days=365),
    datetime(2099, 6, 1, tzinfo=UTC),
    datetime(9998, 12, 31, 23, tzinfo=UTC),
    NOW - timedelta(days=365),
    datetime(1970, 1, 1, tzinfo=UTC),
]
wrong_clocks = pytest.mark.parametrize("wrong", WRONG, ids=lambda moment: f"{moment:%Y-%m-%d}")


def sign_in_with(browser: Editor, password: str) -> int:
    return browser.fill_in("/studio/login", email=EMAIL, password=password).status_code


@wrong_clocks
def test_nobody_waits_longer_than_the_rule_says(app: Flask, editor: Editor, clock: Clock, wrong: datetime) -> None:
    """Who had to wait then may try at once, or after a quarter of an hour; and is counted as ever."""
    add_account(app, EMAIL, Role.MARKETING)
    clock.now = wrong
    assert [sign_in_with(editor, "a wrong one of fifteen") for _ in range(9)][-1] == 429
    clock.now = NOW
    assert sign_in_with(editor, PASSWORD) == 303


def test_nodes_whose_clocks_differ_a_little_count_together(app: Flask, editor: Editor, clock: Clock) -> None:
    """Guessing at two nodes by turns is not guessing for ever; nor is the wait longer than a window."""
    add_account(app, EMAIL, Role.MARKETING)
    answers = []
    for number in range(9):
        clock.now = NOW + timedelta(seconds=30 * (number % 2))
        answers.append(sign_in_with(editor, "a wrong one of fifteen"))
    assert answers[-1] == 429
    clock.now = NOW - timedelta(seconds=20)
    answer = editor.fill_in("/studio/login", email=EMAIL, password=PASSWORD)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")


@wrong_clocks
def test_codes_are_taken_again(
    app: Flask, sign_in: Callable[..., Editor], editor: Editor, clock: Clock, wrong: datetime
) -> None:
    """A second factor that was added then asks for a code of now, and takes each once."""
    clock.now = wrong
    secret = add_second_factor(app, sign_in(Role.MARKETING))
    clock.now = NOW
    shown = code(app, secret)
    answers = []
    for _ in range(2):
        sign_in_with(editor, PASSWORD)
        answers.append(editor.fill_in("/studio/login/code", code=shown).status_code)
        editor.delete_cookie("studio")
    assert answers == [303, 200]


@pytest.mark.parametrize("wrong", WRONG[:4], ids=lambda moment: f"{moment:%Y-%m-%d}")
def test_a_session_of_the_future_has_ended(sign_in: Callable[..., Editor], clock: Clock, wrong: datetime) -> None:
    """It would be open until that time has come."""
    clock.now = wrong
    editor = sign_in(Role.MARKETING)
    assert editor.get("/studio/").status_code == 200
    clock.now = NOW
    assert editor.get("/studio/").status_code == 303
    assert sign_in_with(editor, PASSWORD) == 303
    assert editor.get("/studio/").status_code == 200


@pytest.mark.parametrize("wrong", WRONG[:4], ids=lambda moment: f"{moment:%Y-%m-%d}")
def test_a_password_of_the_future_is_no_half_of_a_sign_in(
    app: Flask, sign_in: Callable[..., Editor], editor: Editor, clock: Clock, wrong: datetime
) -> None:
    """The code is asked for soon after the password, not years before."""
    secret = add_second_factor(app, sign_in(Role.MARKETING))
    clock.now = wrong
    page = editor.fill_in("/studio/login", email=EMAIL, password=PASSWORD)
    fields = inputs_of(page)
    clock.now = NOW + timedelta(minutes=5)
    fields["code"] = code(app, secret)
    assert editor.post("/studio/login/code", data=fields).location == "/studio/login"


@pytest.mark.parametrize("wrong", WRONG[:4], ids=lambda moment: f"{moment:%Y-%m-%d}")
def test_an_invitation_of_the_future_opens_nothing(app: Flask, editor: Editor, clock: Clock, wrong: datetime) -> None:
    """It would work for years; another one is made in a moment."""
    invite = ["accounts", "invite", "mia@example.org", "--role", "marketing"]
    clock.now = wrong
    link = link_on(app.test_cli_runner().invoke(args=invite).output)
    assert editor.get(link).status_code == 200
    clock.now = NOW
    assert editor.get(link).status_code == 410
    link = link_on(app.test_cli_runner().invoke(args=invite).output)
    assert editor.fill_in(link, **NEW_ACCOUNT).status_code == 303


@wrong_clocks
def test_impressions_are_of_their_own_day_again(app: Flask, clock: Clock, wrong: datetime) -> None:
    """The day that a wrong clock began ends with it; what was counted before is still there."""
    store: Store = runtime_of(app).store
    counts = Counts(store, lambda: clock.now.timestamp())
    spot = CountKey("fr", "vpn", "home", "planet-freevpn", "f1f1f1f1f1f1f1f1")
    for moment in (NOW, wrong, NOW):
        clock.now = moment
        counts.count_impression(spot)
        counts.flush()
    counts.count_click(spot)
    with store.read() as session:
        today = session.get_one(PromotionCount, (NOW.date(), *spot))
    assert (today.impressions, today.clicks) == (2, 1)


@wrong_clocks
def test_the_studio_has_no_error_then(sign_in: Callable[..., Editor], clock: Clock, wrong: datetime) -> None:
    """Nor afterwards, with what was saved then."""
    clock.now = wrong
    editor = sign_in(Role.ADMIN)
    addresses = ("/studio/", "/studio/promotions/planet-freevpn/", "/studio/figures", "/studio/audit")
    assert [editor.get(address).status_code for address in addresses] == [200] * 4
    clock.now = NOW
    assert editor.fill_in("/studio/login", email="admin-en@example.org", password=PASSWORD).status_code == 303
    assert [editor.get(address).status_code for address in addresses] == [200] * 4
