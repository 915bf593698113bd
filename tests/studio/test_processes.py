"""Several processes, one database, on SQLite and on PostgreSQL: an account is the same in all of them."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from flask import Flask

from microsite.storage.tables import Account
from microsite.studio.access import Role
from microsite.studio.accounts import accounts
from microsite.studio.accounts.one_time_links import first_link
from tests.conftest import StartNode
from tests.studio.conftest import (
    NEW,
    NEW_ACCOUNT,
    ON_BOTH_DATABASES,
    PASSWORD,
    Editor,
    account,
    add_account,
    add_second_factor,
    link_on,
    made_link,
)

pytestmark = ON_BOTH_DATABASES


def browser(app: Flask) -> Editor:
    app.test_client_class = Editor
    client = app.test_client()
    assert isinstance(client, Editor)
    return client


def test_an_account_lives_in_every_process(start_node: StartNode) -> None:
    """Made in one, invited from another, signed out in both at once."""
    first, second = start_node(), start_node()
    at_first, at_second = browser(first), browser(second)
    at_first.fill_in(link_on(first_link(first) or ""), email="ada@example.org", **NEW_ACCOUNT)
    assert first_link(second) is None
    assert at_second.fill_in("/studio/login", email="ada@example.org", password=NEW).location == "/studio/"

    link = made_link(at_second, email="mia@example.org", role="translator")
    browser(first).fill_in(link, **NEW_ACCOUNT)
    assert account(second, "mia@example.org").role == Role.TRANSLATOR

    at_second.fill_in("/studio/logout", on="/studio/")
    assert at_first.get("/studio/").status_code == 303


def test_roles_second_factors_and_ends_hold_in_every_process(start_node: StartNode) -> None:
    """At the next request, wherever it arrives."""
    first, second = start_node(), start_node()
    add_account(first, "ada@example.org", Role.ADMIN)
    add_account(first, "mia@example.org", Role.MARKETING)
    ada, mia = browser(first), browser(second)
    ada.fill_in("/studio/login", email="ada@example.org", password=PASSWORD)
    mia.fill_in("/studio/login", email="mia@example.org", password=PASSWORD)
    add_second_factor(second, mia)
    number = account(first, "mia@example.org").id
    assert account(first, "mia@example.org").totp_secret

    ada.fill_in(f"/studio/accounts/{number}", role="admin")
    assert mia.get("/studio/audit").status_code == 200
    ada.fill_in(f"/studio/accounts/{number}/end", on=f"/studio/accounts/{number}", confirm="yes")
    assert mia.get("/studio/audit").status_code == 303
    ada.fill_in(f"/studio/accounts/{account(first, 'ada@example.org').id}", role="marketing")
    assert ada.get("/studio/audit").status_code == 200  # the last admin stays


def test_two_links_for_the_first_account_make_one_account(
    start_node: StartNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each start prints one. Of two that are used at the same moment, in two processes, one makes the admin."""
    apps = [start_node(), start_node()]
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
