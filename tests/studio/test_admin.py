"""What admins do with accounts."""

from collections.abc import Callable

import pytest
from flask import Flask

from microsite.studio.access import Role
from tests.studio.conftest import (
    NEW,
    NEW_ACCOUNT,
    PASSWORD,
    Editor,
    account,
    add_second_factor,
    code,
    forget_used_codes,
    made_link,
    soup,
)

SignIn = Callable[..., Editor]


def test_a_role_changes_at_once(sign_in: SignIn, app: Flask) -> None:
    """The next request of that account is answered by its new role."""
    mia, admin = sign_in(Role.MARKETING), sign_in(Role.ADMIN)
    number = account(app, "marketing-en@example.org").id
    assert mia.get("/studio/accounts").status_code == 403
    admin.fill_in(f"/studio/accounts/{number}", role="admin")
    assert mia.get("/studio/accounts").status_code == 200


def test_an_ended_account_is_out_at_once_and_its_address_can_be_invited_again(sign_in: SignIn, app: Flask) -> None:
    """Its sessions end, it cannot sign in, and what it was is still known."""
    mia, admin = sign_in(Role.MARKETING), sign_in(Role.ADMIN)
    number = account(app, "marketing-en@example.org").id
    admin.fill_in(f"/studio/accounts/{number}/end", on=f"/studio/accounts/{number}", confirm="yes")
    assert mia.get("/studio/").status_code == 303
    assert mia.fill_in("/studio/login", email="marketing-en@example.org", password=PASSWORD).status_code == 200
    assert admin.get(f"/studio/accounts/{number}").status_code == 404

    mia.fill_in(made_link(admin, email="marketing-en@example.org", role="translator"), **NEW_ACCOUNT)
    assert account(app, "marketing-en@example.org").role == Role.TRANSLATOR


def test_what_ends_access_asks_twice(sign_in: SignIn, editor: Editor, app: Flask) -> None:
    """Without the tick an account and an invitation stay, and the page says what to do."""
    sign_in(Role.MARKETING)
    admin = sign_in(Role.ADMIN)
    path = f"/studio/accounts/{account(app, 'marketing-en@example.org').id}"
    link = made_link(admin, email="new@example.org", role="admin")

    assert soup(admin.get(path)).select("form[action$='/end'] [name=confirm][required]")
    admin.fill_in(f"{path}/end", on=path)
    assert "tick the box" in str(soup(admin.get(path)).select_one(".said[role=alert]"))
    assert account(app, "marketing-en@example.org").active

    assert soup(admin.get("/studio/accounts")).select("form[action$='/end'] [name=confirm][required]")
    admin.fill_in("/studio/accounts/invitations/end", on="/studio/accounts", email="new@example.org")
    assert "tick the box" in admin.get("/studio/accounts").get_data(as_text=True)
    assert editor.get(link).status_code == 200

    admin.fill_in(f"{path}/end", on=path, confirm="yes")
    assert "all its sessions" in str(soup(admin.get("/studio/accounts")).select_one(".said[role=status]"))


def test_the_last_admin_stays(sign_in: SignIn, app: Flask) -> None:
    """Nobody can lock everybody out of the accounts."""
    admin = sign_in(Role.ADMIN)
    number = account(app, "admin-en@example.org").id
    admin.fill_in(f"/studio/accounts/{number}", role="marketing")
    admin.fill_in(f"/studio/accounts/{number}/end", on=f"/studio/accounts/{number}", confirm="yes")
    page = admin.get("/studio/accounts")
    assert page.status_code == 200
    assert "this is the only admin" in page.get_data(as_text=True)


def test_an_address_has_one_account(sign_in: SignIn) -> None:
    """Inviting somebody who is there already says so, and keeps what was typed."""
    admin = sign_in(Role.ADMIN)
    page = soup(admin.fill_in("/studio/accounts", email="ADMIN-en@example.org", role="translator"))
    assert "has an account already" in page.get_text()
    assert page.select_one("[name=email]")["value"] == "ADMIN-en@example.org"  # type: ignore[index]


@pytest.mark.parametrize("by", ["end", "demotion"])
@pytest.mark.parametrize("purpose", ["invite", "reset"])
def test_the_links_of_an_admin_end_with_the_admin(
    app: Flask, sign_in: SignIn, editor: Editor, by: str, purpose: str
) -> None:
    """Nobody lets themselves in again by an invitation that they made before they had to go."""
    sign_in(Role.TRANSLATOR)
    leaving = sign_in(Role.ADMIN, "fr")
    if purpose == "invite":
        link = made_link(leaving, email="back@example.org", role="admin")
    else:
        other = account(app, "translator-en@example.org").id
        link = made_link(leaving, f"/studio/accounts/{other}/reset", on=f"/studio/accounts/{other}")
    assert editor.get(link).status_code == 200

    path = f"/studio/accounts/{account(app, 'admin-fr@example.org').id}"
    if by == "end":
        sign_in(Role.ADMIN).fill_in(f"{path}/end", on=path, confirm="yes")
    else:
        sign_in(Role.ADMIN).fill_in(path, role="marketing")
    assert editor.get(link).status_code == 410


def test_the_page_of_a_link_survives_a_reload(sign_in: SignIn, editor: Editor) -> None:
    """Looking again makes no other link; used or withdrawn, or in another browser, it is shown no more."""
    admin = sign_in(Role.ADMIN)
    link = made_link(admin, email="mia@example.org", role="marketing")
    page = soup(admin.get("/studio/accounts/link"))
    ready = page.select_one("textarea[readonly]")
    assert ready and f"http://localhost{link}\n" in ready.get_text() and "13:00 (Europe/Paris)" in ready.get_text()
    assert "You are invited to the studio of" in ready.get_text()
    assert editor.get(link).status_code == 200

    assert sign_in(Role.ADMIN).get("/studio/accounts/link").location == "/studio/accounts"
    editor.fill_in(link, **NEW_ACCOUNT)
    assert admin.get("/studio/accounts/link").location == "/studio/accounts"
    assert "can no longer be shown" in soup(admin.get("/studio/accounts")).get_text()


def test_an_account_is_signed_out_everywhere(app: Flask, sign_in: SignIn) -> None:
    """By an admin: for a phone that is lost. It is in the audit."""
    admin, office, phone = sign_in(Role.ADMIN), sign_in(Role.MARKETING), sign_in(Role.MARKETING)
    page = f"/studio/accounts/{account(app, 'marketing-en@example.org').id}"
    admin.fill_in(f"{page}/sign-out", on=page)
    assert [303, 303, 200] == [each.get("/studio/").status_code for each in (office, phone, admin)]
    assert "An account was signed out everywhere" in soup(admin.get("/studio/audit")).get_text()


def test_a_link_for_a_lost_password_keeps_the_second_factor(app: Flask, sign_in: SignIn, editor: Editor) -> None:
    """It asks for a code, which only the owner has; unless the admin says that the app is lost, too."""
    owner, admin = sign_in(Role.MARKETING), sign_in(Role.ADMIN)
    secret = add_second_factor(app, owner)
    page = f"/studio/accounts/{account(app, 'marketing-en@example.org').id}"
    link, new = made_link(admin, f"{page}/reset", on=page), {"new_password": NEW, "again_password": NEW}
    forget_used_codes(app)
    right = code(app, secret)
    for wrong in ({}, {"code": "000000"}, {"code": right, "again_password": "another"}):
        assert editor.fill_in(link, **{**new, **wrong}).status_code == 200
    answer = editor.fill_in(link, **new, code=right)
    assert answer.location == "/studio/", soup(answer).get_text()
    assert account(app, "marketing-en@example.org").totp_secret

    link = made_link(admin, f"{page}/reset", on=page, confirm="yes")
    assert editor.fill_in(link, **new).location == "/studio/account/second-factor"
    assert not account(app, "marketing-en@example.org").totp_secret
