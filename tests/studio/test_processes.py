"""Several processes, one database, on SQLite and on PostgreSQL: an account is the same in all of them."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from flask import Flask

from app import create_app
from microsite.config import Settings
from microsite.editions.publishing import Editions
from microsite.runtime import runtime_of
from microsite.storage.tables import Account
from microsite.studio.access import Role
from microsite.studio.accounts import accounts
from microsite.studio.accounts.one_time_links import first_link
from tests.conftest import Clock
from tests.studio.conftest import (
    NEW,
    NEW_ACCOUNT,
    PASSWORD,
    Editor,
    account,
    add_account,
    add_second_factor,
    link_on,
    made_link,
)


@pytest.fixture
def process(address: str, settings: Settings, clock: Clock) -> Iterator[Callable[[], Flask]]:
    """Gives one more process's app each time."""
    apps = []

    def start() -> Flask:
        app = create_app(settings.model_copy(update={"database_url": address}))
        app.test_client_class = Editor
        runtime_of(app).editions = Editions(settings, runtime_of(app).store, clock)
        runtime_of(app).store.upgrade()
        apps.append(app)
        return app

    yield start
    for app in apps:
        runtime_of(app).store.close()


def browser(app: Flask) -> Editor:
    client = app.test_client()
    assert isinstance(client, Editor)
    return client


def test_an_account_lives_in_every_process(process: Callable[[], Flask]) -> None:
    """Made in one, invited from another, signed out in both at once."""
    one, other = process(), process()
    at_one, at_other = browser(one), browser(other)
    at_one.fill_in(link_on(first_link(one) or ""), email="ada@example.org", **NEW_ACCOUNT)
    assert first_link(other) is None
    assert at_other.fill_in("/studio/login", email="ada@example.org", password=NEW).location == "/studio/"

    link = made_link(at_other, email="mia@example.org", role="translator")
    browser(one).fill_in(link, **NEW_ACCOUNT)
    assert account(other, "mia@example.org").role == Role.TRANSLATOR

    at_other.fill_in("/studio/logout", on="/studio/")
    assert at_one.get("/studio/").status_code == 303


def test_roles_second_factors_and_ends_hold_in_every_process(process: Callable[[], Flask]) -> None:
    """At the next request, wherever it arrives."""
    one, other = process(), process()
    add_account(one, "ada@example.org", Role.ADMIN)
    add_account(one, "mia@example.org", Role.MARKETING)
    ada, mia = browser(one), browser(other)
    ada.fill_in("/studio/login", email="ada@example.org", password=PASSWORD)
    mia.fill_in("/studio/login", email="mia@example.org", password=PASSWORD)
    add_second_factor(other, mia)
    number = account(one, "mia@example.org").id
    assert account(one, "mia@example.org").totp_secret

    ada.fill_in(f"/studio/accounts/{number}", role="admin")
    assert mia.get("/studio/audit").status_code == 200
    ada.fill_in(f"/studio/accounts/{number}/end", on=f"/studio/accounts/{number}", confirm="yes")
    assert mia.get("/studio/audit").status_code == 303
    ada.fill_in(f"/studio/accounts/{account(one, 'ada@example.org').id}", role="marketing")
    assert ada.get("/studio/audit").status_code == 200  # the last admin stays


def test_two_links_for_the_first_account_make_one_account(
    process: Callable[[], Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each start prints one. Of two that are used at the same moment, in two processes, one makes the admin."""
    apps = [process(), process()]
    links = [link_on(first_link(app) or "") for app in apps]
    both, add = Barrier(2), accounts.add

    def meet(*given: Any) -> Account:
        """Whoever would make an account waits until the other one would as well, if they ever do."""
        with suppress(BrokenBarrierError):
            both.wait(1)
        return add(*given)

    monkeypatch.setattr(accounts, "add", meet)

    def join(number: int) -> int:
        return browser(apps[number]).fill_in(links[number], email=f"{number}@example.org", **NEW_ACCOUNT).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(join, range(2))) == [303, 410]
