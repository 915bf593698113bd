"""How accounts come to be: the first link, invitations, resets; by command and by page."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from microsite.runtime import runtime_of
from microsite.storage.tables import OneTimeLink
from microsite.studio.access import Role
from microsite.studio.accounts.one_time_links import first_link
from tests.conftest import Clock
from tests.studio.conftest import (
    NEW,
    NEW_ACCOUNT,
    Editor,
    account,
    add_account,
    add_second_factor,
    link_on,
    made_link,
    soup,
)

SignIn = Callable[..., Editor]


def test_there_is_no_default_account(app: Flask, editor: Editor) -> None:
    """The first start gives a link; it makes an admin, once, and then nobody gets such a link again."""
    address = link_on(first_link(app) or "")
    other = link_on(first_link(app) or "")
    answer = editor.fill_in(address, **NEW_ACCOUNT | {"email": "ada@example.org", "locale": "fr"})

    assert answer.location == "/studio/account/second-factor"
    assert soup(editor.get("/studio/")).html["lang"] == "fr"  # type: ignore[index]
    assert account(app, "ada@example.org").role == Role.ADMIN
    assert first_link(app) is None
    assert editor.get(address).status_code == editor.get(other).status_code == 410
    assert "Ce lien ne fonctionne plus" in editor.get(other).get_data(as_text=True)


def test_an_invitation_makes_one_account_of_its_role(app: Flask, sign_in: SignIn, editor: Editor) -> None:
    """The link asks for a password and nothing that could make it somebody else's account."""
    address = made_link(sign_in(Role.ADMIN), email="Mia@Example.org", role="translator")
    editor.fill_in(address, **NEW_ACCOUNT, email="evil@example.org", role="admin")

    assert account(app, "mia@example.org").role == Role.TRANSLATOR
    assert editor.get("/studio/").status_code == 200
    assert editor.get("/studio/accounts").status_code == 403
    assert editor.get(address).status_code == 410


def test_an_invitation_never_makes_an_account_anew(app: Flask, editor: Editor) -> None:
    """Whoever was invited and joins by the first link stays what they are: the invitation works no more."""
    output = app.test_cli_runner().invoke(args=["accounts", "invite", "ada@example.org", "--role", "translator"]).output
    editor.fill_in(link_on(first_link(app) or ""), **NEW_ACCOUNT, email="Ada@example.org")

    assert editor.get(link_on(output)).status_code == 410
    assert account(app, "ada@example.org").role == Role.ADMIN


def test_an_invitation_renders_its_form_at_once(app: Flask, editor: Editor) -> None:
    """Its link is clicked in some mail program: a redirect would lose the strict cookie, and with it the form."""
    address = link_on(first_link(app) or "")
    answer = editor.get(address, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert soup(answer).select("main form [name=new_password]")


def test_an_invitation_expires(sign_in: SignIn, editor: Editor, clock: Clock) -> None:
    """After seven days it is a page that says so."""
    address = made_link(sign_in(Role.ADMIN), email="mia@example.org", role="marketing")
    clock.forward(days=6, hours=23)
    assert editor.get(address).status_code == 200
    clock.forward(hours=2)
    assert editor.get(address).status_code == 410


def test_an_invitation_can_be_withdrawn_and_a_newer_one_replaces_it(sign_in: SignIn, editor: Editor) -> None:
    """Of the links of one address the newest works, until it is withdrawn."""
    admin = sign_in(Role.ADMIN)
    first, second = (made_link(admin, email="mia@example.org", role="marketing") for _ in range(2))
    assert (editor.get(first).status_code, editor.get(second).status_code) == (410, 200)
    admin.fill_in("/studio/accounts/invitations/end", on="/studio/accounts", email="mia@example.org", confirm="yes")
    assert editor.get(second).status_code == 410


def test_of_two_who_use_a_link_at_once_one_gets_the_account(app: Flask) -> None:
    """It works once, also when it is clicked twice at the same moment."""
    address = link_on(first_link(app) or "")
    app.test_client_class = Editor

    def join(number: int) -> int:
        browser = app.test_client()
        assert isinstance(browser, Editor)
        return browser.fill_in(address, **NEW_ACCOUNT, email=f"{number}@example.org").status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(join, range(2))) == [303, 410]


def test_only_the_hash_of_a_link_is_kept(app: Flask) -> None:
    """Who reads the database, or a backup of it, cannot use the links."""
    secret = link_on(first_link(app) or "").rpartition("/")[2]
    with runtime_of(app).store.read() as session:
        assert secret not in session.scalars(select(OneTimeLink.secret_hash)).all()


def test_an_account_is_invited_by_command(app: Flask, editor: Editor) -> None:
    """The command prints the link and nothing else."""
    done = app.test_cli_runner().invoke(args=["accounts", "invite", "Mia@Example.org", "--role", "marketing"])
    assert done.exit_code == 0, done.output
    assert editor.fill_in(link_on(done.output), **NEW_ACCOUNT).status_code == 303


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["invite", "mia", "--role", "admin"], "mia: "),
        (["invite", "ada@example.org", "--role", "admin"], "has an account already"),
        (["reset", "mia@example.org"], "ada@example.org"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(app: Flask, arguments: list[str], says: str) -> None:
    """One line, and exit code 1."""
    add_account(app, "ada@example.org", Role.ADMIN)
    done = app.test_cli_runner().invoke(args=["accounts", *arguments])
    assert (done.exit_code, says in done.output) == (1, True), done.output


def test_a_lost_password_and_second_factor_are_replaced_without_mail(
    app: Flask, sign_in: SignIn, editor: Editor
) -> None:
    """The operator's command makes a link; whoever has it chooses a new password, and older sessions end."""
    older = sign_in(Role.MARKETING)
    add_second_factor(app, older)
    done = app.test_cli_runner().invoke(args=["accounts", "reset", "marketing-en@example.org"])
    assert older.get("/studio/").status_code == 200  # nothing changes until the link is used
    editor.fill_in(link_on(done.output), new_password=NEW, again_password=NEW)

    assert editor.get("/studio/").status_code == 200
    assert older.get("/studio/").status_code == 303
    editor.fill_in("/studio/logout", on="/studio/")
    assert editor.fill_in("/studio/login", email="marketing-en@example.org", password=NEW).location == "/studio/"
