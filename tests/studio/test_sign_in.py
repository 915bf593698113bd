"""Signing in: who is let in, where to, for how long, and that nothing typed is lost on the way."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.runtime import runtime_of
from microsite.studio.access import Role
from tests.conftest import Clock
from tests.studio.conftest import PASSWORD, Editor, add_account, inputs_of, soup
from tests.test_live_revisions import rename

SignIn = Callable[..., Editor]


def test_the_studio_asks_who_you_are_and_then_comes_back(app: Flask, editor: Editor) -> None:
    """Without an account every page leads to the sign-in page, and signing in leads to that page."""
    add_account(app, "ada@example.org", Role.MARKETING)
    redirect = editor.get("/studio/?week=3")
    assert (redirect.status_code, redirect.location) == (303, "/studio/login?next=/studio/?week%3D3")

    next_page = str(soup(editor.get(redirect.location)).select_one("[name=next]")["value"])  # type: ignore[index]
    answer = editor.fill_in("/studio/login", email="Ada@Example.org ", password=PASSWORD, next=next_page)
    assert (answer.status_code, answer.location) == (303, "/studio/?week=3")
    assert editor.get("/studio/").status_code == 200


@pytest.mark.parametrize(
    "next",
    [
        *("https://evil.example/", "//evil.example", "/fr/", "javascript:alert(1)", "/studiox"),
        *("/studio/\r\nSet-Cookie: x=y", "/studio/\n", "/studio/\x00", "/studio/\u2028"),
        *("/studio/../en/", "/studio/%2e./en/", "/studio/../..//evil.example", "/studio/..\\en/"),
    ],
)
def test_signing_in_leads_nowhere_else(app: Flask, editor: Editor, next: str) -> None:
    """An address outside the studio is not where anybody is sent."""
    add_account(app, "ada@example.org", Role.MARKETING)
    answer = editor.fill_in("/studio/login", email="ada@example.org", password=PASSWORD, next=next)
    assert answer.location == "/studio/"


@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org"])
def test_a_refusal_does_not_say_which_of_the_two_was_wrong(app: Flask, editor: Editor, email: str) -> None:
    """Whether an address has an account is nobody's business. The address stays typed, the password does not."""
    add_account(app, "ada@example.org", Role.MARKETING)
    answer = editor.fill_in("/studio/login", email=email, password="something else entirely")
    assert "do not belong together" in answer.get_data(as_text=True)
    assert soup(answer).select_one("[name=email]")["value"] == email  # type: ignore[index]
    assert "something else" not in answer.get_data(as_text=True)


def test_signing_out_ends_every_session_of_the_account(sign_in: SignIn) -> None:
    """On the server: a cookie that somebody copied is worth nothing afterwards."""
    office, phone = sign_in(Role.MARKETING), sign_in(Role.MARKETING)
    out = office.fill_in("/studio/logout", on="/studio/")
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert office.get("/studio/").status_code == phone.get("/studio/").status_code == 303


def test_signing_in_again_ends_the_session_before(sign_in: SignIn, editor: Editor) -> None:
    """Of this browser: whoever has a copy of its cookie is out. Other browsers are not asked."""
    here, other = sign_in(Role.MARKETING), sign_in(Role.MARKETING)
    cookie = here.get_cookie("studio")
    assert cookie
    form = {"email": "marketing-en@example.org", "password": PASSWORD}
    here.fill_in("/studio/login", on="/studio/account/password", **form)
    editor.set_cookie("studio", cookie.value)
    assert [303, 200, 200] == [each.get("/studio/").status_code for each in (editor, here, other)]


def test_a_session_ends_an_hour_after_its_last_request(sign_in: SignIn, clock: Clock) -> None:
    """Who works stays signed in."""
    editor = sign_in(Role.MARKETING)
    for _ in range(3):
        clock.forward(minutes=59)
        assert editor.get("/studio/").status_code == 200
    clock.forward(minutes=61)
    assert editor.get("/studio/").status_code == 303


def test_a_session_ends_half_a_day_after_it_began(sign_in: SignIn, clock: Clock) -> None:
    """Even of somebody who never rests."""
    editor = sign_in(Role.MARKETING)
    for _ in range(13):
        clock.forward(minutes=55)
        editor.get("/studio/")
    clock.forward(minutes=10)
    assert editor.get("/studio/").status_code == 303


def test_an_expired_session_loses_nothing_that_was_typed(sign_in: SignIn, clock: Clock) -> None:
    """The form waits in the sign-in page, and stands ready to be sent after it; never in an address."""
    editor = sign_in(Role.MARKETING)
    clock.forward(hours=2)
    sent = {"fr-text": "Un « café » <b>", "fr-button": ["Lire", "Voir"], "password": "hush, now", "csrf_token": "x"}
    late = editor.post("/studio/logout?promotion=vpn", data=sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert late.status_code == 401
    fields = inputs_of(late)
    answer = editor.post("/studio/login", data={**fields, "email": "marketing-en@example.org", "password": PASSWORD})

    assert answer.status_code == 200
    form = soup(answer).select_one("main form")
    assert form
    assert form["action"] == "/studio/logout?promotion=vpn"
    came_back = [(tag["name"], tag["value"]) for tag in form.select("input") if tag["name"] != "csrf_token"]
    assert came_back == [("fr-text", "Un « café » <b>"), ("fr-button", "Lire"), ("fr-button", "Voir")]
    assert "hush, now" not in answer.get_data(as_text=True)


def test_another_sites_form_does_not_wait(editor: Editor) -> None:
    """It arrives without our cookie, as after an expired session; what it says is not put into somebody's mouth."""
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = editor.post("/studio/logout", data={"fr-text": "planted"}, headers=headers)
        assert "planted" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/studio/logout", "/studio/login/code", "/studio/nowhere", "/studio/login"])
def test_a_form_that_is_too_large_is_no_fault_of_ours(editor: Editor, path: str) -> None:
    """Of whoever is not signed in: refused, or asked who they are; nothing of it waits, and nothing is in the log."""
    for kind, body in (
        ("application/x-www-form-urlencoded", {"fr-text": "x" * 300_000}),
        ("multipart/form-data", {f"f{number}": "xxxx" for number in range(1100)}),
    ):
        answer = editor.post(path, data=body, content_type=kind, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code in (303, 400, 401, 404, 413)
        assert "xxxx" not in answer.get_data(as_text=True)


def test_a_form_of_an_older_session_comes_back_to_be_sent_again(sign_in: SignIn) -> None:
    """In the account's language, with what was typed."""
    editor = sign_in(Role.ADMIN, "fr")
    answer = editor.post("/studio/logout", data={"note": "déjà saisi", "csrf_token": "old"})
    assert answer.status_code == 400
    assert soup(answer).html["lang"] == "fr"  # type: ignore[index]
    assert soup(answer).select_one("main form [name=note]")["value"] == "déjà saisi"  # type: ignore[index]
    assert editor.get("/studio/").status_code == 200


def test_a_wrong_address_is_a_page_of_the_studio(sign_in: SignIn) -> None:
    """404, in the account's language, whatever the browser prefers."""
    answer = sign_in(Role.MARKETING, "fr").get("/studio/nothing", headers={"Accept-Language": "en"})
    assert (answer.status_code, soup(answer).html["lang"]) == (404, "fr")  # type: ignore[index]
    assert soup(answer).select("body.studio nav")


def test_the_database_may_go_away_while_somebody_writes(sign_in: SignIn, app: Flask) -> None:
    """503, and the form comes back with what was typed, to be sent again."""
    editor = sign_in(Role.MARKETING, "fr")
    runtime_of(app).store.close()
    (runtime_of(app).settings.instance / "microsite.sqlite").rename(runtime_of(app).settings.instance / "gone")
    answer = editor.post("/studio/logout", data={"fr-text": "trois heures de travail", "csrf_token": "any"})
    assert answer.status_code == 503
    assert soup(answer).html["lang"] == "fr"  # type: ignore[index]
    assert soup(answer).select_one("main form [name=fr-text]")["value"] == "trois heures de travail"  # type: ignore[index]


def test_the_database_may_go_away_while_somebody_signs_in(app: Flask, editor: Editor) -> None:
    """Nothing offers to send a form without its password: it is asked for again, and what waits goes on waiting."""
    add_account(app, "ada@example.org", Role.MARKETING)
    late = editor.post("/studio/logout", data={"fr-text": "à garder"}, headers={"Sec-Fetch-Site": "same-origin"})
    fields = inputs_of(late)
    rename(runtime_of(app).store, "accounts", "hidden")
    failed = editor.post("/studio/login", data={**fields, "email": "ada@example.org", "password": PASSWORD})
    assert failed.status_code == 503
    assert [tag.get_text() for tag in soup(failed).select("main button")] == ["Sign in again"]
    assert [tag.get_text() for tag in soup(failed).select(".typed")] == ["ada@example.org"]

    fields = inputs_of(failed)
    sign_in_page = editor.post("/studio/login", data=fields)
    assert (sign_in_page.status_code, soup(sign_in_page).select(".field .alert")) == (200, [])
    fields = inputs_of(sign_in_page)
    assert fields["email"] == "ada@example.org"
    rename(runtime_of(app).store, "hidden", "accounts")
    back = editor.post("/studio/login", data={**fields, "password": PASSWORD})
    assert soup(back).select_one("main form [name=fr-text]")["value"] == "à garder"  # type: ignore[index]


def test_the_cookie_is_the_studios_alone(app: Flask, editor: Editor, client: FlaskClient) -> None:
    """Set under /studio only, not for scripts, for no other site and no other host; readers get none."""
    add_account(app, "ada@example.org", Role.MARKETING)
    answer = editor.fill_in("/studio/login", email="ada@example.org", password=PASSWORD)
    cookies = answer.headers.getlist("Set-Cookie")
    assert sorted(cookie.partition("=")[0] for cookie in cookies) == ["studio", "studio-known"]
    for cookie in cookies:
        assert {"HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))
    assert "Vary" not in client.get("/").headers or "Cookie" not in client.get("/").headers["Vary"]
    assert "Set-Cookie" not in client.get("/fr/").headers
    assert "Set-Cookie" not in editor.get("/fr/").headers


def test_no_page_shows_a_session(sign_in: SignIn) -> None:
    """“What this site sees of you” has every line of the request, and of the studio's cookies the names alone."""
    editor = sign_in(Role.MARKETING)
    cookies = [editor.get_cookie(name) for name in ("studio", "studio-known")]
    for address in ("/en/seen/", "/studio/account"):
        page = editor.get(address).get_data(as_text=True)
        assert [] == [cookie for cookie in cookies if cookie is None or cookie.value in page]
    assert "studio=…; studio-known=…" in editor.get("/en/seen/").get_data(as_text=True)


def test_a_signed_value_is_good_for_what_it_was_signed_for(app: Flask, sign_in: SignIn, editor: Editor) -> None:
    """By SHA-256. One that was changed, is of another kind, or bears another signature signs nobody in."""
    owner = sign_in(Role.MARKETING)
    session, known = (owner.get_cookie(name) for name in ("studio", "studio-known"))
    token = inputs_of(owner.get("/studio/account"))["csrf_token"]
    assert session and known
    payload, _, signature = session.value.rpartition(".")
    assert len(signature) == 43  # 256 bits in base64
    weak = SecureCookieSessionInterface().get_signing_serializer(app)
    assert weak
    with owner.session_transaction("/studio/") as values:
        forged = str(weak.dumps(dict(values)))
    for value in (known.value, token, payload, f"{payload}.", f"{payload[:-1]}.{signature}", forged):
        editor.set_cookie("studio", value)
        assert editor.get("/studio/").status_code == 303
    editor.set_cookie("studio", session.value)
    assert editor.get("/studio/").status_code == 200


@pytest.mark.parametrize(
    ("base_url", "name"),
    [
        ("https://privacy.example", "__Host-studio"),
        ("http://privacy.example", "__Host-studio"),
        ("http://127.0.0.1:8000", "studio"),
    ],
)
def test_only_this_machine_may_do_without_https(settings: Settings, base_url: str, name: str) -> None:
    """Browsers keep a __Host- cookie on https alone, and from no other host; the plain name is for use at home."""
    from app import create_app

    app = create_app(settings.model_copy(update={"base_url": base_url}))
    assert app.config["SECOND_FACTOR_REQUIRED"] == name.startswith("__Host-")
    cookie = app.test_client().get("/studio/login", base_url=base_url).headers["Set-Cookie"]
    assert cookie.startswith(f"{name}=")
    assert ("Secure" in cookie.split("; ")) == name.startswith("__Host-")
    assert {"Path=/", "HttpOnly", "SameSite=Strict"} <= set(cookie.split("; ")) and "Domain=" not in cookie


def test_pages_of_the_studio_are_kept_by_nobody_and_load_only_what_is_ours(sign_in: SignIn) -> None:
    """No cache, no search engine, no script or style but our files, no frame around it."""
    answer = sign_in(Role.MARKETING).get("/studio/")
    policy = answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"} <= set(
        policy.split("; ")
    )
    assert "Content-Encoding" not in answer.headers


def test_a_proxy_does_not_say_which_site_a_form_came_from(settings: Settings) -> None:
    """The base URL does: a scheme that some client made up makes no other origin ours."""
    from app import create_app

    client = create_app(settings.model_copy(update={"proxies": 1})).test_client()
    made_up = {"X-Forwarded-Proto": "evil", "Origin": "evil://localhost"}
    answer = client.post("/studio/logout", data={"fr-text": "planted"}, headers=made_up)
    assert "planted" not in answer.get_data(as_text=True)


def test_who_sends_no_cookie_is_told_so(app: Flask, editor: Editor) -> None:
    """Refused cookies, or plain http: no page that asks to send it again for ever without a word of why."""
    add_account(app, "ada@example.org", Role.MARKETING)
    token = inputs_of(editor.get("/studio/login"))["csrf_token"]
    editor.delete_cookie(app.config["SESSION_COOKIE_NAME"])
    answer = editor.post("/studio/login", data={"csrf_token": token, "email": "ada@example.org", "password": PASSWORD})
    assert answer.status_code == 400
    assert "Your browser sent no cookie" in soup(answer).get_text()
    assert PASSWORD not in answer.get_data(as_text=True)
    assert editor.fill_in("/studio/login", email="ada@example.org", password=PASSWORD).status_code == 303


def test_the_sign_in_page_says_what_to_do_about_a_lost_password(editor: Editor) -> None:
    """Before anybody has tried eight times."""
    text = " ".join(soup(editor.get("/studio/login")).get_text().split())
    assert "Password or phone lost? Ask an admin" in text and "After 8 wrong tries" in text
