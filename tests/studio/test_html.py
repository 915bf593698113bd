"""Pages of the studio as the Nu checker of the W3C reads them."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from microsite.studio.access import Role
from microsite.studio.accounts.one_time_links import first_link
from tests.browser.test_html import checked
from tests.studio.conftest import Editor, link_on

PAGES = [
    "/studio/",
    "/studio/account",
    "/studio/account/password",
    "/studio/account/second-factor",
    "/studio/accounts",
    "/studio/accounts/1",
    "/studio/audit",
    "/studio/nothing",
]


def test_every_page_of_accounts_is_valid_html(
    app: Flask, editor: Editor, sign_in: Callable[..., Editor], tmp_path: Path
) -> None:
    """Also those that answer a form: refused, come back, done."""
    pages = {"sign-in": editor.get("/studio/login"), "first": editor.get(link_on(first_link(app) or ""))}
    admin = sign_in(Role.ADMIN)
    admin.fill_in("/studio/accounts", email="mia@example.org", role="marketing")
    pages["invited"] = admin.get("/studio/accounts/link")
    pages["come-back"] = admin.post("/studio/account", data={"note": "<b>“", "other": ""})
    wrong = {"password": "x", "new_password": "y", "again_password": "z"}
    pages["refused"] = admin.fill_in("/studio/account/password", **wrong)
    pages |= {path.replace("/", "-"): admin.get(path) for path in PAGES}
    folder = tmp_path / "checked"
    folder.mkdir()
    assert not checked({f"{name}.html": page.get_data(as_text=True) for name, page in pages.items()}, folder)
