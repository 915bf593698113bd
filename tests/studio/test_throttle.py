"""Guessing passwords is slow for everybody but the owner, in all processes together."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.runtime import runtime_of
from microsite.storage.store import Store
from microsite.storage.tables import AuditEntry, SignInTries
from microsite.studio.access import Role
from microsite.studio.accounts import throttle
from tests.conftest import Clock
from tests.studio.conftest import PASSWORD, Editor, add_account, add_second_factor, soup

SignIn = Callable[..., Editor]
EMAIL = "marketing-en@example.org"


def guess(browser: Editor, email: str = EMAIL, password: str = "a wrong one of fifteen") -> int:
    return browser.fill_in("/studio/login", email=email, password=password).status_code


def stranger(app: Flask) -> Editor:
    app.test_client_class = Editor
    browser = app.test_client()
    assert isinstance(browser, Editor)
    return browser


def test_after_eight_tries_an_account_has_to_wait(app: Flask, clock: Clock) -> None:
    """Even the right password is not looked at then; the page says for how long, and keeps the address."""
    add_account(app, EMAIL, Role.MARKETING)
    editor = stranger(app)
    assert [guess(editor) for _ in range(9)] == [200] * 8 + [429]
    answer = editor.fill_in("/studio/login", email=EMAIL, password=PASSWORD)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    assert "in 15\u00a0minutes" in soup(answer).get_text()
    assert soup(answer).select_one("[name=email]")["value"] == EMAIL  # type: ignore[index]
    clock.forward(minutes=15)
    assert guess(editor, password=PASSWORD) == 303


def test_an_address_without_an_account_has_to_wait_just_the_same(app: Flask) -> None:
    """Waiting does not tell who has an account. What was typed is not kept: it may be a password in the wrong field."""
    editor = stranger(app)
    assert [guess(editor, "nobody@example.org") for _ in range(9)] == [200] * 8 + [429]
    with runtime_of(app).store.read() as session:
        assert "nobody" not in str(session.scalars(select(SignInTries.key)).all())
        assert "nobody" not in str(session.scalars(select(AuditEntry.about)).all())


def test_the_owner_gets_in_while_somebody_hammers_at_the_account(app: Flask, sign_in: SignIn) -> None:
    """A browser that has signed in before is counted by itself. It is known; it is not signed in."""
    owner = sign_in(Role.MARKETING)
    owner.fill_in("/studio/logout", on="/studio/")
    attacker = stranger(app)
    for _ in range(20):
        guess(attacker)
    assert guess(attacker, password=PASSWORD) == 429
    assert owner.get("/studio/").status_code == 303
    assert [guess(owner), guess(owner, password=PASSWORD)] == [200, 303]


def test_a_known_browser_has_to_wait_as_well(app: Flask, sign_in: SignIn) -> None:
    """Who steals it may not guess for ever."""
    owner = sign_in(Role.MARKETING)
    owner.fill_in("/studio/logout", on="/studio/")
    assert [guess(owner) for _ in range(9)] == [200] * 8 + [429]


def test_a_browser_is_known_to_its_own_account_only(app: Flask, sign_in: SignIn) -> None:
    """Nor is it known for having made up its cookie."""
    add_account(app, "victim@example.org", Role.ADMIN)
    other = sign_in(Role.TRANSLATOR)
    other.fill_in("/studio/logout", on="/studio/")
    forger = stranger(app)
    forger.set_cookie("studio-known", '["account:x","y"].AAAA')
    for browser in (other, forger):
        for _ in range(5):
            guess(browser, "victim@example.org")
    assert guess(stranger(app), "victim@example.org", PASSWORD) == 429


def test_the_owner_gets_in_from_a_new_browser_with_a_link(app: Flask) -> None:
    """`flask accounts reset` waits for nobody."""
    add_account(app, EMAIL, Role.MARKETING)
    editor = stranger(app)
    for _ in range(9):
        guess(editor)
    done = app.test_cli_runner().invoke(args=["accounts", "reset", EMAIL])
    path = done.output.strip().removeprefix("http://localhost")
    new = "seven lamps under the sea"
    assert editor.fill_in(path, new_password=new, again_password=new).status_code == 303
    assert editor.get("/studio/").status_code == 200


def test_all_accounts_together_have_to_wait(app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """One try at each of many accounts is stopped too; browsers that are known do not notice."""
    monkeypatch.setattr(throttle, "MAX_OVERALL", 10)
    owner = sign_in(Role.MARKETING)
    owner.fill_in("/studio/logout", on="/studio/")
    attacker = stranger(app)
    assert [guess(attacker, f"{number}@example.org") for number in range(11)] == [200] * 10 + [429]
    assert guess(owner, password=PASSWORD) == 303


def test_who_signs_in_leaves_no_count_behind(app: Flask, clock: Clock) -> None:
    """Mistyping seven times a day, every day, is no attack."""
    add_account(app, EMAIL, Role.MARKETING)
    for _ in range(2):
        editor = stranger(app)
        for _ in range(7):
            guess(editor)
        assert guess(editor, password=PASSWORD) == 303


def test_codes_of_the_second_factor_cannot_be_guessed_either(app: Flask, sign_in: SignIn) -> None:
    """A million codes are few: they count as tries of the same account."""
    add_second_factor(app, sign_in(Role.MARKETING))
    editor = stranger(app)
    page = soup(editor.fill_in("/studio/login", email=EMAIL, password=PASSWORD))
    fields = {str(tag["name"]): str(tag.get("value", "")) for tag in page.select("main input")}
    answers = [editor.post("/studio/login/code", data={**fields, "code": f"{n:06}"}).status_code for n in range(9)]
    assert answers[:6].count(200) == 6
    assert answers[-1] == 429


def test_processes_count_together(address: str, settings: Settings, clock: Clock) -> None:
    """Forty tries at once, in two processes' worth of apps on one database: eight are looked at."""
    apps = []
    for _ in range(2):
        app = create_app(settings.model_copy(update={"database_url": address}))
        runtime_of(app).editions = Editions(settings, runtime_of(app).store, clock)
        apps.append(app)
    runtime_of(apps[0]).store.upgrade()

    def try_once(number: int) -> bool:
        with apps[number % 2].test_request_context("/studio/login"):
            return throttle.count_attempt(EMAIL) is None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_once, range(40))) == throttle.MAX_PER_ACCOUNT
    for app in apps:
        store: Store = runtime_of(app).store
        store.close()


def test_the_audit_tells_of_it_once(app: Flask, sign_in: SignIn) -> None:
    """Somebody who hammers does not fill the audit."""
    add_account(app, EMAIL, Role.MARKETING)
    attacker = stranger(app)
    for _ in range(30):
        guess(attacker)
    page = soup(sign_in(Role.ADMIN).get("/studio/audit")).get_text()
    assert (page.count("A sign-in was refused"), page.count("Too many tries to sign in")) == (8, 1)


def test_made_up_addresses_do_not_fill_the_database(app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A try that has to wait leaves nothing behind, and what a quarter of an hour has passed over goes."""
    monkeypatch.setattr(throttle, "MAX_OVERALL", 5)
    attacker = stranger(app)

    def rows() -> int:
        with runtime_of(app).store.read() as session:
            return len(session.scalars(select(SignInTries.key)).all())

    answers = [guess(attacker, f"{number}@example.org") for number in range(20)]
    assert (answers, rows()) == ([200] * 5 + [429] * 15, 6)
    clock.forward(minutes=15)
    assert (guess(attacker), rows()) == (200, 2)


def test_hammering_at_one_account_keeps_no_other_waiting(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tries that have to wait already are no tries at all accounts together."""
    monkeypatch.setattr(throttle, "MAX_OVERALL", 12)
    add_account(app, "mia@example.org", Role.MARKETING)
    attacker = stranger(app)
    for _ in range(20):
        guess(attacker, "nobody@example.org")
    assert guess(stranger(app), "mia@example.org", PASSWORD) == 303


def test_who_joins_by_a_link_is_known_from_then_on(app: Flask, sign_in: SignIn) -> None:
    """As whoever has signed in: somebody who hammers at the new account does not keep them out."""
    output = app.test_cli_runner().invoke(args=["accounts", "invite", "mia@example.org", "--role", "marketing"]).output
    owner = stranger(app)
    form = {"new_password": PASSWORD, "again_password": PASSWORD, "locale": "en", "timezone": "UTC"}
    assert owner.fill_in(output.strip().removeprefix("http://localhost"), **form).status_code == 303
    owner.fill_in("/studio/logout", on="/studio/")
    attacker = stranger(app)
    for _ in range(20):
        guess(attacker, "mia@example.org")
    assert guess(owner, "mia@example.org", PASSWORD) == 303
