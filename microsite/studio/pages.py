"""What every page of the studio has: its frame, its navigation, its headers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import Flask, Response, g, render_template, request, url_for
from flask_babel import lazy_pgettext

from microsite.edition import current_locale
from microsite.language.dates import long_date
from microsite.studio import is_studio, studio
from microsite.studio.access import needed_by
from microsite.studio.roles import role_name


class Section(NamedTuple):
    """An entry of the navigation; shown to whom its endpoint is open."""

    endpoint: str
    name: Callable[[], str]


SECTIONS = [
    # TRANSLATORS: In the studio's navigation: the first page after signing in.
    Section("studio.home", lazy_pgettext("studio", "Overview")),
    # TRANSLATORS: In the studio's navigation: the page on which advertisements are changed.
    Section("studio.promotions", lazy_pgettext("studio", "Promotions")),
    # TRANSLATORS: In the studio's navigation: the page on which languages and their messages are listed.
    Section("studio.translations", lazy_pgettext("studio", "Translations")),
    # TRANSLATORS: In the studio's navigation: the page that shows how often promotions were seen and followed.
    Section("studio.figures", lazy_pgettext("studio", "Figures")),
    # TRANSLATORS: In the studio's navigation: who may sign in.
    Section("studio.accounts_list", lazy_pgettext("studio", "Accounts")),
    # TRANSLATORS: In the studio's navigation: the list of what accounts did.
    Section("studio.audit", lazy_pgettext("studio", "Audit")),
    # TRANSLATORS: In the studio's navigation: one's own account.
    Section("studio.account", lazy_pgettext("studio", "Your account")),
]


def render(template: str, title: str, frames: bool = False, **values: Any) -> str:
    """A page of the studio. `frames` lets it show previews."""
    g.frames = frames
    return render_template(f"studio/{template}", title=title, **values)


def init_pages(app: Flask) -> None:
    app.after_request(_with_headers)
    app.add_template_filter(moment)
    app.add_template_filter(role_name)


@studio.app_context_processor
def _everywhere() -> dict[str, Any]:
    """For the pages of wrong addresses too, which belong to no blueprint."""
    return {"account": g.get("account"), "sections": sections()} if is_studio(request.path) else {}


def sections() -> list[tuple[str, Callable[[], str], str]]:
    """Address and name of each section that the account may open; `page` for the one shown, `true` for what holds it.

    As `aria-current` says it (WAI-ARIA 1.2).
    """
    account = g.get("account")
    if not account:
        return []
    return [
        (url_for(endpoint), name, _current(endpoint))
        for endpoint, name in SECTIONS
        if account.role in (needed_by(endpoint) or ())
    ]


def _current(endpoint: str) -> str:
    address = url_for(endpoint)
    if request.path == address:
        return "page"
    below = endpoint != "studio.home" and request.path.startswith(f"{address.rstrip('/')}/")
    return "true" if below else ""


def moment(value: datetime) -> str:
    """A moment as the account reads it: in its language and time zone."""
    account = g.get("account")
    local = value.astimezone(ZoneInfo(account.timezone if account else "UTC"))
    return f"{long_date(local.date(), current_locale())}, {local:%H:%M}"


def policy(frames: bool) -> str:
    """The studio's Content-Security-Policy: files of ours, forms to us, frames where previews are."""
    return "; ".join(
        [
            "default-src 'none'",
            "style-src 'self'",
            "script-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "frame-src 'self'" if frames else "frame-src 'none'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def _with_headers(response: Response) -> Response:
    """For the studio only; a preview document brings a policy of its own."""
    if is_studio(request.path):
        response.headers.setdefault("Content-Security-Policy", policy(g.get("frames", False)))
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"  # no-referrer would make Origin “null” on our own forms
        response.headers["X-Robots-Tag"] = "noindex"
    return response
