"""Who may do what: every route of the studio, as nobody and as each role, with every method.

A route without a row here fails. Add a line to TABLE: `"/studio/promotions": (MARKETING, "GET POST")`.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from microsite.studio.access import PUBLIC, Role, needed_by
from microsite.studio.blueprint import PREFIX
from tests.studio.conftest import Editor

EVERYONE, MARKETING, TRANSLATOR, ADMIN = (
    frozenset(Role),
    frozenset({Role.MARKETING, Role.ADMIN}),
    frozenset({Role.TRANSLATOR, Role.ADMIN}),
    frozenset({Role.ADMIN}),
)
TABLE: dict[str, tuple[frozenset[Role], str]] = {
    "/studio/": (EVERYONE, "GET"),
    "/studio/account": (EVERYONE, "GET POST"),
    "/studio/account/password": (EVERYONE, "GET POST"),
    "/studio/account/recovery-codes": (EVERYONE, "POST"),
    "/studio/account/sessions": (EVERYONE, "GET POST"),
    "/studio/account/second-factor": (EVERYONE, "GET POST"),
    "/studio/account/second-factor/remove": (EVERYONE, "POST"),
    "/studio/accounts": (ADMIN, "GET POST"),
    "/studio/accounts/<int:number>": (ADMIN, "GET POST"),
    "/studio/accounts/<int:number>/end": (ADMIN, "POST"),
    "/studio/accounts/<int:number>/reset": (ADMIN, "POST"),
    "/studio/accounts/<int:number>/sign-out": (ADMIN, "POST"),
    "/studio/accounts/link": (ADMIN, "GET"),
    "/studio/accounts/invitations/end": (ADMIN, "POST"),
    "/studio/audit": (ADMIN, "GET"),
    "/studio/figures.csv": (MARKETING, "GET"),
    "/studio/figures/": (MARKETING, "GET"),
    "/studio/figures/<promotion>/<locale:shown>/": (MARKETING, "GET"),
    "/studio/figures/<promotion>/<locale:shown>/figures.csv": (MARKETING, "GET"),
    "/studio/join/<secret>": (PUBLIC, "GET POST"),
    "/studio/login": (PUBLIC, "GET POST"),
    "/studio/login/code": (PUBLIC, "GET POST"),
    "/studio/logout": (EVERYONE, "POST"),
    "/studio/preview/<token>/": (PUBLIC, "GET"),
    "/studio/preview/<token>/<path:path>": (PUBLIC, "GET"),
    "/studio/promotions/": (MARKETING, "GET"),
    "/studio/promotions/<key>/": (MARKETING, "GET POST"),
    "/studio/promotions/<key>/catalog/": (MARKETING, "GET POST"),
    "/studio/promotions/<key>/compare/": (MARKETING, "GET POST"),
    "/studio/promotions/<key>/compare/end/": (MARKETING, "GET POST"),
    "/studio/promotions/<key>/pause/": (MARKETING, "GET POST"),
    "/studio/promotions/<key>/unpause/": (MARKETING, "GET POST"),
    "/studio/promotions/<key>/unschedule/<int:number>/": (MARKETING, "GET POST"),
    "/studio/promotions/<key>/history/<tag>/": (MARKETING, "GET POST"),
    "/studio/promotions/<key>/definition/": (MARKETING, "GET POST"),
    "/studio/promotions/<key>/file/": (MARKETING, "POST"),
    "/studio/promotions/<key>/end/": (MARKETING, "POST"),
    "/studio/promotions/<key>/resume/": (MARKETING, "POST"),
    "/studio/promotions/preview_links/": (MARKETING, "GET POST"),
    "/studio/promotions/new_promotion/": (MARKETING, "GET POST"),
    "/studio/promotions/on/page/": (MARKETING, "GET"),
    "/studio/translations/": (TRANSLATOR, "GET"),
    "/studio/translations/<tag>/": (TRANSLATOR, "GET"),
    "/studio/translations/<tag>/messages.po": (TRANSLATOR, "GET"),
    "/studio/translations/<tag>/messages/<id>/": (TRANSLATOR, "GET POST"),
    "/studio/translations/<tag>/upload/": (TRANSLATOR, "POST"),
    "/studio/translations/<tag>/uploads/<int:number>/": (TRANSLATOR, "GET POST"),
}
"""Route: the roles that may use it (`PUBLIC` needed: open to people without an account), and its methods."""

EXAMPLES = {"<int:number>": "999", "<locale:shown>": "fr"}
"""What stands in addresses for what their parts ask for; anything else is “none”."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def rules(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if rule.rule.startswith(PREFIX))


def test_every_route_has_a_row(app: Flask) -> None:
    """And every row a route, with just those methods; what the table says is what the view asks for."""
    methods_by_route: dict[str, set[str]] = {}
    for rule in rules(app):
        methods_by_route.setdefault(rule.rule, set()).update((rule.methods or set()) - {"HEAD", "OPTIONS"})
        with app.app_context():
            needed = needed_by(rule.endpoint)
        assert needed is not None, f"{rule.rule}: mark its view with @needs or @public"
        assert rule.rule in TABLE, f"{rule.rule}: say in TABLE who may use it"
        assert needed == TABLE[rule.rule][0], rule.rule
    assert methods_by_route == {route: set(methods.split()) for route, (_, methods) in TABLE.items()}


@pytest.mark.parametrize("role", [None, *Role])
def test_nobody_does_what_the_table_does_not_let_them(
    app: Flask, editor: Editor, sign_in: Callable[..., Editor], role: Role | None
) -> None:
    """Who has no account is sent to sign in, a wrong role is refused, an unknown method too. Nothing changes."""
    browser = sign_in(role) if role else editor
    for route, (needed, methods) in sorted(TABLE.items()):
        path = re.sub("<.*?>", lambda part: EXAMPLES.get(part[0], "none"), route)
        for method in METHODS:
            answer = browser.open(path, method=method)
            expected = _expected(role, needed, method, methods.replace("GET", "GET HEAD"))
            assert answer.status_code in expected, f"{role or 'nobody'}: {method} {path}: {answer.status}"


def _expected(role: Role | None, needed: frozenset[Role], method: str, methods: str) -> set[int]:
    if method not in methods.split():
        return {405}
    if needed and role is None:
        return {401} if method == "POST" else {303}
    if needed and role not in needed:
        return {403}
    if method == "POST":
        return {400}  # without the form's token
    return {200, 303, 404, 410}
