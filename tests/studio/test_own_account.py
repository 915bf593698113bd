"""One's own account: language, time zone, password, second factor."""

import unicodedata
from collections.abc import Callable

import pytest
from flask import Flask
from pyotp import TOTP
from sqlalchemy import select
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from microsite.config import ROOT
from microsite.runtime import runtime_of
from microsite.storage.tables import Account
from microsite.studio.access import Role
from microsite.studio.accounts.passwords import MIN_LENGTH, common_passwords, is_guessable
from microsite.studio.accounts.second_factor import totp
from tests.conftest import Clock
from tests.studio.conftest import (
    NEW,
    PASSWORD,
    Editor,
    account,
    add_account,
    add_second_factor,
    code,
    forget_used_codes,
    inputs_of,
    soup,
)

SignIn = Callable[..., Editor]


def test_language_and_time_zone_are_the_accounts_own(sign_in: SignIn) -> None:
    """French in the whole studio, and times as a clock on one's own wall shows them."""
    admin = sign_in(Role.ADMIN)
    admin.fill_in("/studio/account", locale="fr", timezone="Asia/Tokyo")
    page = soup(admin.get("/studio/audit", headers={"Accept-Language": "en"}))
    assert page.html["lang"] == "fr"  # type: ignore[index]
    assert "22\u00a0novembre 2026, 21:00" in page.get_text()  # 12:00 UTC
    assert admin.fill_in("/studio/account", locale="xx", timezone="Mars/Crater").status_code == 200


GUESSED = [
    "short",
    "fourteen chars",
    "passwordpassword",
    "123456789012345",
    "motdepasse123456",
    "azertyuiopqsdfghjklm",
    "Password12345678!",
    "planetprivacy2026!",
    "marketing-en@example.org",
    "aaaaaaaaaaaaaaaaaaaaaaaa",
    "x" * 1025,
]


def test_passwords_that_are_soon_guessed_are_refused(sign_in: SignIn) -> None:
    """Fifteen characters at least, none of the common ones, none made of the account's address or the site's name."""
    editor = sign_in(Role.MARKETING)
    for password in GUESSED:
        form = {"password": PASSWORD, "new_password": password, "again_password": password}
        answer = editor.fill_in("/studio/account/password", **form)
        assert answer.status_code == 200, password
        wrong = [field["name"] for field in soup(answer).select("[aria-invalid]")]
        assert "new_password" in wrong and "password" not in wrong, password


def test_no_common_password_is_taken() -> None:
    """Of those of breaches that zxcvbn knows, none that is long enough, nor one made of two of them, or with a year."""
    breached = FREQUENCY_LISTS["passwords"]
    common = [*breached[:400:40], *(password for password in breached if len(password) >= 15)]
    assert len(common) > 40
    for password in common:
        assert is_guessable(password)
    for made in (f"{breached[0]}{breached[1]}{breached[2]}", f"{breached[3]}2026{breached[3]}2026!"):
        assert is_guessable(made), made


def test_no_password_that_others_chose_is_taken(sign_in: SignIn) -> None:
    """Of the commonest, all of which are long enough for us; in capitals as well, and though few would guess them."""
    editor, listed = sign_in(Role.MARKETING), common_passwords()
    assert len(listed) >= 3000 and MIN_LENGTH == min(map(len, listed))
    for password in ("supercutekawaii", "Daytrip-Daycamp"):
        assert not is_guessable(password)
        form = {"password": PASSWORD, "new_password": password, "again_password": password}
        assert "easy to guess" in soup(editor.fill_in("/studio/account/password", **form)).get_text()


@pytest.mark.parametrize("password", [NEW, "une théière, onze clous et la mer", "新しい惑星の静かな庭に降る雪の音"])
def test_long_passwords_of_any_script_are_taken(sign_in: SignIn, editor: Editor, password: str) -> None:
    """Spaces, accents, other scripts; an é that a keyboard sends as two signs is the same é."""
    form = {"password": PASSWORD, "new_password": password, "again_password": password}
    assert sign_in(Role.MARKETING).fill_in("/studio/account/password", **form).status_code == 303
    typed = unicodedata.normalize("NFD", password)
    assert editor.fill_in("/studio/login", email="marketing-en@example.org", password=typed).location == "/studio/"


def test_password_managers_are_welcome(app: Flask, sign_in: SignIn, editor: Editor) -> None:
    """Fields of passwords hide what is typed, say which password they are for, and let it be pasted."""
    owner = sign_in(Role.MARKETING)
    fields = [
        soup(page).select("main input[autocomplete*=password]")
        for page in (
            editor.get("/studio/login"),
            owner.get("/studio/account/password"),
            owner.get("/studio/account/second-factor"),
        )
    ]
    assert [1, 3, 1] == list(map(len, fields))
    assert all(field["type"] == "password" and "onpaste" not in field.attrs for page in fields for field in page)
    assert "paste" not in (ROOT / "static/studio.js").read_text()


def test_nothing_of_a_password_is_cut_off(sign_in: SignIn, editor: Editor) -> None:
    """The hundredth character counts as much as the first."""
    password = (
        "seven lamps under the sea, eleven above it, and a boat that nobody has ever rowed across the bay of dots."
    )
    form = {"password": PASSWORD, "new_password": password, "again_password": password}
    sign_in(Role.MARKETING).fill_in("/studio/account/password", **form)
    email = "marketing-en@example.org"
    assert editor.fill_in("/studio/login", email=email, password=password[:-1] + "!").status_code == 200
    assert editor.fill_in("/studio/login", email=email, password=password).status_code == 303


def test_changing_the_password_asks_for_the_old_one_and_ends_other_sessions(sign_in: SignIn) -> None:
    """Whoever finds an open browser cannot take the account over; whoever stole a session loses it."""
    office, thief = sign_in(Role.MARKETING), sign_in(Role.MARKETING)
    form = {"new_password": NEW, "again_password": NEW}
    assert thief.fill_in("/studio/account/password", password="a guess of fifteen", **form).status_code == 200
    assert office.fill_in("/studio/account/password", password=PASSWORD, **form).status_code == 303
    assert office.get("/studio/").status_code == 200
    assert thief.get("/studio/").status_code == 303


def test_with_a_second_factor_a_password_alone_opens_nothing(
    app: Flask, sign_in: SignIn, editor: Editor, clock: Clock
) -> None:
    """After the password a code is asked for; each code works once."""
    secret = add_second_factor(app, sign_in(Role.MARKETING))
    code_page = editor.fill_in(
        "/studio/login", email="marketing-en@example.org", password=PASSWORD, next="/studio/audit"
    )
    assert soup(code_page).select("[name=code]")
    assert editor.get("/studio/").status_code == 303

    used = code(app, secret)  # the one that has set the app up
    fields = inputs_of(code_page)
    for wrong in (used, "000000", "", "abc", "１２３４５６"):
        assert editor.post("/studio/login/code", data={**fields, "code": wrong}).status_code == 200
    forget_used_codes(app)
    answer = editor.post("/studio/login/code", data={**fields, "code": f"{used[:3]} {used[3:]}"})
    assert answer.location == "/studio/audit"
    assert editor.get("/studio/").status_code == 200


def test_the_code_is_asked_for_soon_after_the_password(
    app: Flask, sign_in: SignIn, editor: Editor, clock: Clock
) -> None:
    """A page left open overnight starts again."""
    secret = add_second_factor(app, sign_in(Role.MARKETING))
    code_page = editor.fill_in("/studio/login", email="marketing-en@example.org", password=PASSWORD)
    fields = inputs_of(code_page)
    clock.forward(minutes=11)
    forget_used_codes(app)
    assert editor.post("/studio/login/code", data={**fields, "code": code(app, secret)}).location == "/studio/login"


def test_a_form_sent_too_late_survives_the_second_factor(app: Flask, sign_in: SignIn, clock: Clock) -> None:
    """It waits in both pages."""
    editor = sign_in(Role.MARKETING)
    secret = add_second_factor(app, editor)
    clock.forward(hours=2)
    page = editor.post("/studio/account/password", data={"note": "three hours of work"})
    for typed in ({"email": "marketing-en@example.org", "password": PASSWORD}, {"code": code(app, secret)}):
        form = soup(page).select_one("main form")
        assert form
        fields = {str(tag["name"]): str(tag.get("value", "")) for tag in form.select("input")}
        forget_used_codes(app)
        page = editor.post(str(form["action"]), data={**fields, **typed})
    assert soup(page).select_one("main form [name=note]")["value"] == "three hours of work"  # type: ignore[index]


def test_where_it_must_an_account_sets_up_a_second_factor_first(app: Flask, sign_in: SignIn) -> None:
    """Whatever it asks for, it is led there; what it sends comes back to be sent once that is done."""
    editor = sign_in(Role.MARKETING)
    app.config["SECOND_FACTOR_REQUIRED"] = True
    page = "/studio/account/second-factor"
    for path in ("/studio/", "/studio/promotions/", "/studio/account", "/studio/account/password"):
        assert (303, page) == (editor.get(path).status_code, editor.get(path).location)
    assert "asks everybody" in soup(editor.get(page)).get_text()
    token = soup(editor.get(page)).select_one("[name=csrf_token]")["value"]  # type: ignore[index]
    sent = {"csrf_token": token, "note": "three hours of work"}
    answer = editor.post("/studio/account", data=sent)
    assert 400 == answer.status_code and "First set up a second factor" in soup(answer).get_text()
    assert "three hours of work" in soup(answer).select(".typed")[0]
    add_second_factor(app, editor)
    assert editor.get("/studio/").status_code == 200
    editor.fill_in("/studio/logout", on="/studio/")


def test_an_account_sees_where_it_is_signed_in_and_ends_each(sign_in: SignIn) -> None:
    """With its password; the browser that asks goes on, and nobody else's session can be named."""
    here, phone, cafe, admin = (sign_in(role) for role in (*[Role.MARKETING] * 3, Role.ADMIN))
    page = "/studio/account/sessions"
    newest, older = (str(box["value"]) for box in soup(here.get(page)).select("[name=ended]"))
    foreign = str(soup(sign_in(Role.ADMIN).get(page)).select_one("[name=ended]")["value"])  # type: ignore[index]
    for refused in ({"password": "no", "ended": newest}, {"password": PASSWORD, "ended": foreign}):
        here.post(page, data={"csrf_token": token_on(here, page), **refused})
    assert [200] * 4 == [each.get("/studio/").status_code for each in (here, phone, cafe, admin)]
    here.post(page, data={"csrf_token": token_on(here, page), "password": PASSWORD, "ended": newest})
    assert [200, 200, 303] == [each.get("/studio/").status_code for each in (here, phone, cafe)]
    assert [older] == [box["value"] for box in soup(here.get(page)).select("[name=ended]")]
    assert "Other browsers were signed out" in soup(admin.get("/studio/audit")).get_text()


def token_on(editor: Editor, page: str) -> str:
    return str(soup(editor.get(page)).select_one("[name=csrf_token]")["value"])  # type: ignore[index]


def test_with_a_second_factor_changing_the_password_asks_for_a_code(app: Flask, sign_in: SignIn) -> None:
    """An open browser and a password that somebody read over a shoulder are not enough. A fault beside it uses none."""
    editor = sign_in(Role.MARKETING)
    secret = add_second_factor(app, editor)
    forget_used_codes(app)
    right, new = code(app, secret), {"new_password": NEW, "again_password": NEW}
    for form in ({}, {"code": "000000"}, {"code": right, "again_password": "another one"}):
        answer = editor.fill_in("/studio/account/password", **{"password": PASSWORD, **new, **form})
        assert soup(answer).select("[aria-invalid]")
    answer = editor.fill_in("/studio/account/password", password=PASSWORD, code=right, **new)
    assert answer.status_code == 303, soup(answer).get_text()


def test_a_secret_of_another_key_checks_no_code(app: Flask, sign_in: SignIn, editor: Editor) -> None:
    """After the site's key was changed, or a row in the database: the code is wrong, and nothing fails."""
    secret = add_second_factor(app, sign_in(Role.MARKETING))
    shown = code(app, secret)
    with runtime_of(app).store.begin() as session:
        session.scalars(select(Account)).one().totp_secret = (
            secret.replace('"sealed": "', '"sealed": "AAAA')[:-6] + '"}'
        )
    editor.fill_in("/studio/login", email="marketing-en@example.org", password=PASSWORD)
    assert "not the code" in soup(editor.fill_in("/studio/login/code", code=shown)).get_text()


def test_removing_the_second_factor_asks_for_the_password_and_a_code(app: Flask, sign_in: SignIn) -> None:
    """Neither is enough; a wrong password uses no code up. And then signing in asks for no code."""
    editor = sign_in(Role.MARKETING)
    secret = add_second_factor(app, editor)
    forget_used_codes(app)
    remove = "/studio/account/second-factor/remove"
    assert editor.fill_in(remove, on="/studio/account/second-factor", password="no").status_code == 200
    right = code(app, secret)
    assert editor.fill_in(remove, on="/studio/account/second-factor", password="no", code=right).status_code == 200
    assert editor.fill_in(remove, on="/studio/account/second-factor", password=PASSWORD).status_code == 200
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    assert editor.fill_in(remove, on="/studio/account/second-factor", password=PASSWORD, code=wrong).status_code == 200
    assert account(app, "marketing-en@example.org").totp_secret
    assert editor.fill_in(remove, on="/studio/account/second-factor", password=PASSWORD, code=right).status_code == 303
    assert not account(app, "marketing-en@example.org").totp_secret


def test_who_enrolled_with_an_earlier_release_signs_in(app: Flask, editor: Editor, clock: Clock) -> None:
    """The hash of the password and the secret of the app are read as Flask-Security and libpass wrote them."""
    app.config["SECRET_KEY"] = "0123456789abcdef0123456789abcdef"
    add_account(app, "ada@example.org", Role.MARKETING)
    with runtime_of(app).store.begin() as session:
        ada = session.scalars(select(Account)).one()
        ada.password = (
            "$argon2id$v=19$m=19456,t=2,p=1$LOUcY6wVAuDcu7f23pvTeg$kv5yzE8ZiOCEdcQurMo/e66+0q8ElaTYLtCAYRm9rJU"
        )
        ada.totp_secret = (
            '{"enckey":{"c":14,"k":"SBNFA2ZUHSGAO7RUW5YNT5MDOSLCYQ4X","s":"WX3D4RYIMHGFTCZRAYQA","t":"1","v":1},'
            '"type":"totp","v":1}'
        )
    editor.fill_in("/studio/login", email="ada@example.org", password=PASSWORD)
    shown = TOTP("GYDGBTGZXML6FHATIKEFDCXRPYX6KHFD").at(clock.now)
    assert editor.fill_in("/studio/login/code", code=shown).location == "/studio/"
    assert '"sealed"' in (account(app, "ada@example.org").totp_secret or "")  # encrypted anew, with a tag
    editor.fill_in("/studio/logout", on="/studio/")
    clock.forward(minutes=1)
    editor.fill_in("/studio/login", email="ada@example.org", password=PASSWORD)
    shown = TOTP("GYDGBTGZXML6FHATIKEFDCXRPYX6KHFD").at(clock.now)
    assert editor.fill_in("/studio/login/code", code=shown).location == "/studio/"


def test_a_cheap_hash_is_made_anew_by_signing_in(app: Flask, editor: Editor) -> None:
    """Of a release that spent less memory on it; the password stays."""
    add_account(app, "ada@example.org", Role.MARKETING)
    with runtime_of(app).store.begin() as session:
        ada = session.scalars(select(Account)).one()
        ada.password = "$argon2id$v=19$m=8,t=1,p=1$aS2l9L73Pufcu7dW6n2vdQ$aLMnsnQn9H/3eLAsEar2A2fTjw861tra12sq73tSvpA"
    for _ in range(2):
        assert editor.fill_in("/studio/login", email="ada@example.org", password=PASSWORD).location == "/studio/"
        editor.fill_in("/studio/logout", on="/studio/")
        assert account(app, "ada@example.org").password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_secrets_rest_encrypted_and_hashed(app: Flask, sign_in: SignIn) -> None:
    """argon2id for passwords; the app's secret cannot be read from the database."""
    editor = sign_in(Role.MARKETING)
    key = soup(editor.get("/studio/account/second-factor")).select_one(".key")
    add_second_factor(app, editor)
    owner = account(app, "marketing-en@example.org")
    assert key
    assert owner.password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert key.get_text().strip().replace("-", "") not in (owner.totp_secret or "")


def test_time_zones_are_those_of_today(app: Flask, sign_in: SignIn) -> None:
    """The list has no obsolete names; what browsers and older accounts call a zone is taken for its name of today."""
    editor = sign_in(Role.MARKETING)
    with runtime_of(app).store.begin() as session:
        session.scalars(select(Account)).one().timezone = "America/Montreal"
    page = soup(editor.get("/studio/account"))
    names = [str(option["value"]) for option in page.select("[name=timezone] option")]
    assert {"America/Toronto", "Asia/Kolkata", "Europe/Kyiv", "UTC"} <= set(names)
    assert not {"America/Montreal", "Asia/Calcutta", "Pacific/Yap", "US/Pacific", "GMT"} & set(names)
    assert page.select_one("[name=timezone] [selected]")["value"] == "America/Toronto"  # type: ignore[index]

    assert editor.fill_in("/studio/account", locale="en", timezone="Asia/Calcutta").status_code == 303
    assert account(app, "marketing-en@example.org").timezone == "Asia/Kolkata"
    assert "are saved" in soup(editor.get("/studio/account")).get_text()


def test_a_used_code_is_called_used(app: Flask, sign_in: SignIn, editor: Editor) -> None:
    """It is the code that the app shows: to deny that would be untrue."""
    secret = add_second_factor(app, sign_in(Role.MARKETING))
    fields = inputs_of(editor.fill_in("/studio/login", email="marketing-en@example.org", password=PASSWORD))
    for typed, sentence in ((code(app, secret), "was used already"), ("000000", "is not the code that the app shows")):
        assert sentence in soup(editor.post("/studio/login/code", data={**fields, "code": typed})).get_text()


def test_a_code_lives_as_long_as_the_app_shows_it(app: Flask, sign_in: SignIn, editor: Editor, clock: Clock) -> None:
    """Half a minute: neither the one before nor the one after opens anything; a sentence says what may be wrong."""
    secret = add_second_factor(app, sign_in(Role.MARKETING))
    with app.test_request_context("/studio/"):
        generator = totp(secret)
    clock.forward(minutes=1, seconds=29)
    fields = inputs_of(editor.fill_in("/studio/login", email="marketing-en@example.org", password=PASSWORD))
    for seconds in (-30, 1):
        shown = generator.at(int(clock.now.timestamp()) + seconds)
        assert "set its clock" in soup(editor.post("/studio/login/code", data={**fields, "code": shown})).get_text()
    shown = generator.at(int(clock.now.timestamp()) - 29)
    assert editor.post("/studio/login/code", data={**fields, "code": shown}).status_code == 303


def test_a_phone_opens_its_app_by_a_link(sign_in: SignIn) -> None:
    """A picture cannot be scanned by the phone that shows it."""
    link = soup(sign_in(Role.MARKETING).get("/studio/account/second-factor")).select_one("main a[href^='otpauth:']")
    assert link and "secret=" in str(link["href"]) and "marketing-en%40example.org" in str(link["href"])
