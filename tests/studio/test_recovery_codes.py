"""Codes that stand in for an authenticator app: once each, and hashed as passwords are."""

import hmac
from collections.abc import Callable

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select

from microsite.runtime import runtime_of
from microsite.storage.store import Store
from microsite.storage.tables import RecoveryCode
from microsite.studio.access import Role
from tests.conftest import NOW
from tests.studio.conftest import PASSWORD, Editor, account, add_second_factor, code, forget_used_codes, inputs_of, soup

SignIn = Callable[..., Editor]
MIA = {"email": "marketing-en@example.org", "password": PASSWORD}


def new_codes(app: Flask, editor: Editor, secret: str) -> list[str]:
    """As somebody makes them who has a second factor."""
    forget_used_codes(app)
    form = {"renew_password": PASSWORD, "renew_code": code(app, secret)}
    page = soup(editor.fill_in("/studio/account/recovery-codes", on="/studio/account/second-factor", **form))
    shown = page.select_one("#studio_codes")
    assert shown, page.get_text()
    return shown.get_text().split()


def test_a_recovery_code_stands_in_for_the_app_once(app: Flask, sign_in: SignIn, editor: Editor) -> None:
    """In any writing; it is counted, and in the audit. What rests in the database is no code."""
    owner = sign_in(Role.MARKETING)
    first, second, *_ = codes = new_codes(app, owner, add_second_factor(app, owner))
    assert len(set(codes)) == 10
    with runtime_of(app).store.read() as session:
        assert not {code.replace("-", "") for code in codes} & set(session.scalars(select(RecoveryCode.code_hash)))

    for typed, status in ((first.upper().replace("-", " "), 303), (first, 200), (second.replace("0", "O"), 303)):
        if editor.get("/studio/").status_code == 200:
            editor.fill_in("/studio/logout", on="/studio/")
        fields = inputs_of(editor.fill_in("/studio/login", **MIA))
        answer = editor.post("/studio/login/code", data={**fields, "code": typed})
        assert answer.status_code == status, typed
    assert "8 recovery codes are left" in soup(editor.get("/studio/account")).get_text()
    audit = soup(sign_in(Role.ADMIN).get("/studio/audit")).get_text(" ")
    assert "A recovery code was used in place of the app" in audit and "marketing-en@example.org, 8/10" in audit


def test_new_recovery_codes_end_the_older_ones(app: Flask, sign_in: SignIn, editor: Editor) -> None:
    """They ask for password and code, are shown once, and go with the second factor; a reset takes them too."""
    owner = sign_in(Role.MARKETING)
    secret = add_second_factor(app, owner)
    forget_used_codes(app)
    page, right = "/studio/account/second-factor", code(app, secret)
    for form in (("no", right), (PASSWORD, ""), (PASSWORD, "000000")):
        sent = dict(zip(("renew_password", "renew_code"), form, strict=True))
        assert soup(owner.fill_in("/studio/account/recovery-codes", on=page, **sent)).select("[aria-invalid]")
    (old, *_), (new, *_) = new_codes(app, owner, secret), new_codes(app, owner, secret)
    assert new not in owner.get(page).get_data(as_text=True)
    remove = "/studio/account/second-factor/remove"
    assert owner.fill_in(remove, on=page, password=PASSWORD, code=old).status_code == 200
    assert owner.fill_in(remove, on=page, password=PASSWORD, code=new).status_code == 303
    with runtime_of(app).store.read() as session:
        assert not session.scalars(select(RecoveryCode)).all()
    sent = {"csrf_token": inputs_of(owner.get("/studio/account"))["csrf_token"], "password": PASSWORD}
    for address in ("/studio/account/recovery-codes", remove):
        assert owner.post(address, data=sent).location == page


def test_they_are_hashed_as_passwords_are(app: Flask, sign_in: SignIn) -> None:
    """Each with a salt of its own: whoever has the database and the key pays for every guess at every code."""
    owner = sign_in(Role.MARKETING)
    new_codes(app, owner, add_second_factor(app, owner))
    with runtime_of(app).store.read() as session:
        hashes = session.scalars(select(RecoveryCode.code_hash)).all()

    assert 10 == len({each.split("$")[4] for each in hashes})
    assert all(each.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for each in hashes)


def test_codes_of_an_earlier_release_go_on_working(app: Flask, sign_in: SignIn, editor: Editor) -> None:
    """One that made them beside this release, or before it was there: the site's key has hashed them."""
    add_second_factor(app, sign_in(Role.MARKETING))
    app.config["SECRET_KEY"] = "0123456789abcdef0123456789abcdef"
    number = account(app, MIA["email"]).id
    keyed = hmac.digest(app.config["SECRET_KEY"].encode(), f"recovery:{number}:abcdefghjkmn".encode(), "sha256").hex()
    with runtime_of(app).store.begin() as session:
        session.add(RecoveryCode(account_id=number, code_hash=keyed, made=NOW, used=None))

    answers = []
    for _ in range(2):
        editor.fill_in("/studio/login", **MIA)
        answers.append(editor.fill_in("/studio/login/code", code="abcd-efgh-jkmn").status_code)
        if editor.get("/studio/").status_code == 200:
            editor.fill_in("/studio/logout", on="/studio/")
    assert [303, 200] == answers


def test_an_upgrade_hashes_those_that_there_are(old_store: Callable[[str], Store]) -> None:
    """None that still opens something stays as it was; used ones do, and cost a start no time."""
    store = old_store("0011")
    with store.begin() as session:
        session.add(RecoveryCode(account_id=1, code_hash="a" * 64, made=NOW, used=None))
        session.add(RecoveryCode(account_id=1, code_hash="b" * 64, made=NOW, used=NOW))
    store.upgrade()
    with store.read() as session:
        unused, used = session.scalars(select(RecoveryCode.code_hash).order_by(RecoveryCode.id)).all()

    assert PasswordHasher().verify(unused, "a" * 64)
    assert "b" * 64 == used
