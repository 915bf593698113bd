"""A restore brings accounts back, and nothing that opened a door then."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from microsite.config import Settings
from microsite.runtime import runtime_of
from microsite.studio.access import Role
from microsite.studio.accounts import recovery_codes
from tests.studio.conftest import PASSWORD, Editor, account, add_second_factor, code, forget_used_codes, made_link

EMAIL = "marketing-en@example.org"


@pytest.fixture
def settings(settings: Settings, address: str) -> Settings:
    """On both databases."""
    return settings.model_copy(update={"database_url": address})


@pytest.fixture
def restored(app: Flask, tmp_path: Path) -> Callable[..., str]:
    """`restored(meanwhile)`: back up, let something happen, restore; gives what the command says."""

    def go_back(meanwhile: Callable[[], object]) -> str:
        run, file = app.test_cli_runner().invoke, str(tmp_path / "backup.sqlite")
        made = run(args=["backup", file])
        assert made.exit_code == 0, made.output
        meanwhile()
        done = run(args=["restore", file])
        assert done.exit_code == 0, done.output
        return done.output

    return go_back


def test_a_session_that_was_ended_stays_ended(sign_in: Callable[..., Editor], restored: Callable[..., str]) -> None:
    """A cookie that somebody copied opens nothing again; the password of then does, and the command says so."""
    editor = sign_in(Role.MARKETING)
    with editor.session_transaction("/studio/") as session:
        copied = dict(session)
    warning = restored(lambda: editor.fill_in("/studio/logout", on="/studio/"))
    with editor.session_transaction("/studio/") as session:
        session.update(copied)

    assert editor.get("/studio/").status_code == 303
    assert "Everybody has to sign in again" in warning
    assert editor.fill_in("/studio/login", email=EMAIL, password=PASSWORD).location == "/studio/"


def test_a_recovery_code_works_no_more(
    app: Flask, sign_in: Callable[..., Editor], restored: Callable[..., str]
) -> None:
    """It may have been used since the backup."""
    add_second_factor(app, sign_in(Role.MARKETING))
    restored(lambda: None)
    with runtime_of(app).store.read() as session:
        assert 0 == recovery_codes.left(session, account(app, "marketing-en@example.org"))


def test_a_link_that_was_handed_out_works_no_more(
    app: Flask, sign_in: Callable[..., Editor], editor: Editor, restored: Callable[..., str]
) -> None:
    """It may have been used or withdrawn since. Accounts are there again, each with a session name of its own."""
    link = made_link(sign_in(Role.ADMIN), email="mia@example.org", role="admin")
    sign_in(Role.MARKETING)
    assert editor.get(link).status_code == 200
    restored(lambda: None)

    assert editor.get(link).status_code == 410
    assert account(app, "admin-en@example.org").fs_uniquifier != account(app, EMAIL).fs_uniquifier


def test_a_code_that_was_used_works_no_second_time(
    app: Flask, sign_in: Callable[..., Editor], editor: Editor, restored: Callable[..., str]
) -> None:
    """Whoever read it over a shoulder cannot use it after the restore."""
    secret = add_second_factor(app, sign_in(Role.MARKETING))
    forget_used_codes(app)
    shown = code(app, secret)

    def enter() -> int:
        editor.fill_in("/studio/login", email=EMAIL, password=PASSWORD)
        return editor.fill_in("/studio/login/code", code=shown).status_code

    before = []
    restored(lambda: before.append(enter()))
    assert (before, enter()) == ([303], 200)
