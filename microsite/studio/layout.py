"""What every page of the studio has: template, navigation, headers."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Flask, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_pgettext
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form

from microsite.language.dates import long_date
from microsite.language.locales import Locale
from microsite.language.message import split_at_placeholders
from microsite.language.typography import typeset_plain
from microsite.runtime import current_edition, current_locale, g
from microsite.security_headers import policy
from microsite.storage.revisions import Action
from microsite.studio.access import account_zone, may, role_name
from microsite.studio.blueprint import is_studio, studio
from microsite.studio.field_errors import field_errors
from microsite.studio.fields import local_input
from microsite.text import Sentence, translate_value

SECTIONS = {
    # TRANSLATORS: In the studio's navigation: the first page after signing in.
    "studio.home": lazy_pgettext("studio", "Today"),
    # TRANSLATORS: In the studio's navigation: the page on which advertisements are changed.
    "studio.promotions": lazy_pgettext("studio", "Promotions"),
    # TRANSLATORS: In the studio's navigation: the page on which languages and their messages are listed.
    "studio.languages": lazy_pgettext("studio", "Translations"),
    # TRANSLATORS: In the studio's navigation: the page that shows how often promotions were seen and followed.
    "studio.figures": lazy_pgettext("studio", "Figures"),
    # TRANSLATORS: In the studio's navigation: who may sign in.
    "studio.accounts_list": lazy_pgettext("studio", "Accounts"),
    # TRANSLATORS: In the studio's navigation: the list of what accounts did.
    "studio.audit": lazy_pgettext("studio", "Audit"),
    # TRANSLATORS: In the studio's navigation: one's own account.
    "studio.own_account": lazy_pgettext("studio", "Your account"),
}
"""The navigation: endpoints, for every account that may use them, and their names."""


def render(template: str, title: str, frames: bool = False, **values: Any) -> str:
    """A page of the studio. With `frames` its policy lets it show previews in frames.

    At its top stands `wrong`, a sentence, if it is given, with the errors of every form among the values.
    """
    g.shows_previews = frames
    if "errors" not in values:
        forms = [value for value in values.values() if isinstance(value, Form)]
        values["errors"] = [error for form in forms for error in field_errors(form)]
    return render_template(f"studio/{template}", title=title, **values)


def go_to(endpoint: str, message: str = "", *, alert: str = "", **values: Any) -> AnyResponse:
    """After a form, to a page of the studio (303: by GET), on which stands a message, or an alert."""
    if message or alert:
        flash(message or alert, "message" if message else "alert")
    return redirect(url_for(endpoint, **values), 303)


def init_layout(app: Flask) -> None:
    app.after_request(set_headers)
    sentences = moment, time_of_day, translated, language_of, typeset, with_placeholders
    for template_filter in (*sentences, promotion_title, role_name, language_name, local_input):
        app.add_template_filter(template_filter)
    app.jinja_env.globals["Action"] = Action


@studio.app_context_processor
def inject_layout() -> dict[str, Any]:
    """Names for the template `studio/layout.html`. By path: an address without a route belongs to no blueprint."""
    return {"account": g.account, "nav_items": nav_items()} if is_studio(request.path) else {}


def nav_items() -> list[tuple[str, str, str]]:
    """Address, name and `aria-current` of each section that the account may use; none for nobody."""
    return [(url_for(endpoint), name, _aria_current(endpoint)) for endpoint, name in SECTIONS.items() if may(endpoint)]


def _aria_current(endpoint: str) -> str:
    """WAI-ARIA 1.2: `page` on the page itself, `true` below it, else empty."""
    address = url_for(endpoint)
    if request.path == address:
        return "page"
    below = endpoint != "studio.home" and request.path.startswith(f"{address.rstrip('/')}/")
    return "true" if below else ""


def translated(sentence: str) -> str:
    """A template filter: a Sentence in the account's language; any other text as it is."""
    return str(translate_value(sentence, gettext))


def language_of(sentence: str) -> str:
    """A template filter: the tag of the language in which `translated` says a sentence."""
    return current_locale().tag if isinstance(sentence, Sentence) else "en"


def typeset(text: str, locale: Locale) -> str:
    """A template filter: plain words that somebody typed, as pages show them."""
    return typeset_plain(text, locale.language)


def with_placeholders(text: str) -> Markup:
    """A template filter: a text with its placeholders marked; they run from left to right, whatever is beside them."""
    mark = Markup('<bdi class="placeholder" dir="ltr">{}</bdi>')
    pieces = split_at_placeholders(text)
    return Markup("").join(mark.format(piece) if number % 2 else piece for number, piece in enumerate(pieces))


def moment(value: datetime, zone: ZoneInfo | None = None) -> str:
    """A template filter: date and time in the language of the account, in its time zone or in another one."""
    local = value.astimezone(zone or account_zone())
    return f"{long_date(local.date(), current_locale())}, {local:%H:%M}"


def time_of_day(value: datetime) -> str:
    """A template filter: the time alone, in the time zone of the account."""
    return f"{value.astimezone(account_zone()):%H:%M}"


def promotion_title(key: str) -> str:
    """A template filter: what the studio calls the promotion with this key; the key where it is known no more."""
    promotion = current_edition().promotions.get(key)
    return promotion.title if promotion else key


def language_name(locale: Locale) -> str:
    """A template filter: the name of a language, in the language of the account."""
    return locale.babel.get_display_name(current_locale().babel) or locale.name


def weekday(value: datetime) -> str:
    """The name of its day, in the language and time zone of the account."""
    return format_date(value.astimezone(account_zone()).date(), "EEEE", current_locale().babel)


def studio_policy(frames: bool) -> str:
    """The studio's Content-Security-Policy: files of ours, forms to us, frames where previews are."""
    kinds = ("style_src", "script_src", "img_src", "connect_src", "form_action")
    return policy(**dict.fromkeys(kinds, "'self'"), frame_src="'self'" if frames else "'none'")


def set_headers(response: Response) -> Response:
    """Runs after every request, and acts on the studio's. A preview brings a policy of its own."""
    if is_studio(request.path):
        response.headers.setdefault("Content-Security-Policy", studio_policy(g.shows_previews))
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"  # no-referrer would make Origin “null” on our own forms
        response.headers["X-Robots-Tag"] = "noindex"
    return response
