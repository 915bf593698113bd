"""The audit: what accounts did, and nothing about anybody's address or about readers."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select

from microsite.runtime import runtime_of
from microsite.storage.tables import AuditEntry
from microsite.studio import audit, audit_page
from microsite.studio.access import Role
from tests.conftest import NOW, Clock
from tests.studio.conftest import PASSWORD, Editor, soup

SignIn = Callable[..., Editor]


def rows(page: BeautifulSoup) -> list[list[str]]:
    return [[cell.get_text(strip=True) for cell in row.select("td")] for row in page.select("tbody tr")]


def test_what_accounts_do_is_written_down_newest_first(sign_in: SignIn, editor: Editor) -> None:
    """Sign-ins, refusals, invitations, roles, passwords: who, what, about what."""
    mia, admin = sign_in(Role.MARKETING), sign_in(Role.ADMIN)
    mia.get("/studio/audit")
    admin.fill_in("/studio/accounts", email="leo@example.org", role="translator")
    editor.fill_in("/studio/login", email="admin-en@example.org", password="not the one it is")
    mia.fill_in("/studio/logout", on="/studio/")
    assert rows(soup(admin.get("/studio/audit"))) == [
        ["Signed out", "marketing-en@example.org", ""],
        ["A sign-in was refused", "Nobody signed in", "admin-en@example.org"],
        ["Somebody was invited", "admin-en@example.org", "leo@example.org (Translation)"],
        ["A page was refused: its role does not allow it", "marketing-en@example.org", "/studio/audit"],
        ["Signed in", "admin-en@example.org", ""],
        ["Signed in", "marketing-en@example.org", ""],
    ]


def test_the_audit_has_no_address_no_browser_and_no_password(app: Flask, editor: Editor) -> None:
    """Nothing that a request says of where it came from is kept anywhere in the database."""
    page = soup(editor.get("/studio/login"))
    token = str(page.select_one("[name=csrf_token]")["value"])  # type: ignore[index]
    editor.post(
        "/studio/login",
        data={"csrf_token": token, "email": "canary-typed@example.org", "password": PASSWORD},
        headers={"User-Agent": "canary-browser", "X-Forwarded-For": "203.0.113.7"},
        environ_base={"REMOTE_ADDR": "203.0.113.7"},
    )
    runtime_of(app).store.close()
    kept = b"".join(path.read_bytes() for path in runtime_of(app).settings.instance.glob("microsite.sqlite*"))
    for canary in (b"canary", b"203.0.113.7", PASSWORD.encode()):
        assert canary not in kept


def test_refusals_do_not_fill_the_audit(
    app: Flask, sign_in: SignIn, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some of a day they say nothing new; an address of any length is cut. The next day they are noted again."""
    monkeypatch.setattr(audit, "MAX_REFUSALS_PER_DAY", 3)
    mia = sign_in(Role.MARKETING)

    def noted() -> int:
        for number in range(5):
            assert mia.get(f"/studio/translations/{number}{'x' * 2_000}/").status_code == 403
        with runtime_of(app).store.read() as session:
            entries = session.scalars(select(AuditEntry).where(AuditEntry.what == "refused")).all()
        assert max(len(entry.about) for entry in entries) <= audit.MAX_ABOUT
        return len(entries)

    assert noted() == 3
    clock.forward(hours=25)
    mia = sign_in(Role.MARKETING)
    assert noted() == 6


def test_the_audit_goes_back_page_by_page(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """To its first entry."""
    monkeypatch.setattr(audit_page, "ENTRIES_PER_PAGE", 2)
    admin = sign_in(Role.ADMIN)
    for number in range(4):
        admin.fill_in("/studio/accounts", email=f"{number}@example.org", role="translator")
    address, seen = "/studio/audit", []
    while address:
        page = soup(admin.get(address))
        seen += rows(page)
        older = page.select_one("main p > a")
        address = str(older["href"]) if older else ""
    assert [row[2] for row in seen] == [f"{number}@example.org (Translation)" for number in (3, 2, 1, 0)] + [""]


def test_a_form_that_was_not_sent_from_here_is_written_down(sign_in: SignIn) -> None:
    """Without its token, or by another site: somebody may be trying to act as whoever is signed in."""
    mia, admin = sign_in(Role.MARKETING), sign_in(Role.ADMIN)
    mia.post("/studio/logout", data={"csrf_token": "guessed"})
    mia.post("/studio/account", data={}, headers={"Sec-Fetch-Site": "cross-site"})
    sentence = "A form was refused: it did not come from a page of this session"
    expected = [[sentence, "marketing-en@example.org", path] for path in ("/studio/account", "/studio/logout")]
    assert expected == rows(soup(admin.get("/studio/audit")))[:2]


def test_what_is_not_on_the_list_cannot_be_recorded(app: Flask) -> None:
    """The page has a sentence for whatever is written down."""
    store = runtime_of(app).store
    with app.app_context(), store.begin() as session, pytest.raises(ValueError, match="EVENTS"):
        audit.record(session, "something-new")
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_promotions_stand_in_it_by_name_and_in_the_words_of_the_account(app: Flask, sign_in: SignIn) -> None:
    """As releases wrote it that knew keys alone, and as this one does; a key that is known no more stays a key."""
    with runtime_of(app).store.begin() as session:
        for what, about in (
            ("saved", "planet-freevpn, fr"),
            ("promotion-changed", "planet-freevpn, precedence: 10 → 1"),
            ("promotion-made", "planet-freevpn: https://freevpnplanet.com/, default home"),
            ("preview-link-made", "planet-freevpn"),
            ("preview-link-made", "2026-12-05 11:00+00:00"),
            ("saved", "long-gone, fr"),
            ("promotion-changed", "Été (summer) (ete), placements: home → default home"),
            ("saved", "Search: no results, fr"),
        ):
            session.add(AuditEntry(at=NOW, what=what, account="ada@example.org", about=about))
    assert [row[-1].replace("\xa0", " ") for row in rows(soup(sign_in(Role.ADMIN, "fr").get("/studio/audit")))][1:] == [
        "Search: no results, Français",
        "Été (summer) (ete), Où elle peut figurer : Emplacement de la page d’accueil → "
        "Emplacement choisi par le site, Emplacement de la page d’accueil",
        "long-gone, Français",
        "5 décembre 2026, 12:00",
        "Planet FreeVPN (planet-freevpn)",
        "Planet FreeVPN (planet-freevpn) : https://freevpnplanet.com/, "
        "Emplacement choisi par le site, Emplacement de la page d’accueil",
        "Planet FreeVPN (planet-freevpn), Ordre de priorité : 10 → 1",
        "Planet FreeVPN (planet-freevpn), Français",
    ]
