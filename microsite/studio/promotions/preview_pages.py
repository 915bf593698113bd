"""The pages of a preview: any public page, with links that lead on within it and a note that says what it shows."""

import re
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from itsdangerous import BadSignature, SignatureExpired
from werkzeug.wrappers import Response as AnyResponse

from microsite import addresses
from microsite.content.kinds import FIXED_PAGES, HOME
from microsite.editions.edition import Edition
from microsite.language.catalog import SOURCE_LANGUAGE
from microsite.promotions.promotion import change_moments
from microsite.runtime import current_edition, current_locale, current_runtime, g
from microsite.security_headers import policy, style_hash
from microsite.storage.tables import PreviewLink
from microsite.studio.access import account_zone, may, public, zone_of
from microsite.studio.blueprint import now, studio
from microsite.studio.layout import render
from microsite.studio.promotions.preview import TOKEN_LENGTHS, Preview, read_own_token
from microsite.studio.promotions.preview_links import link_with, preview_of

# A frame shows the promotion without being scrolled: the page begins with what stands right before it.
EXCERPT_CSS = (
    ".top,.skip,.trail,.flow>:has(~.promo):not(:has(+.promo)),.flow>.rows:has(+.promo)>:not(:last-child){display:none}"
    ".flow>:has(+.promo){margin-block-start:1.5rem}"
)
ANCHOR = "studio_draft"
BLOCK = '<aside class="row promo"'
"""How the block of a promotion begins, in `widgets/promotion.html`."""
NOTE_CSS = (
    ".preview{margin:0;padding-block:.75rem;border-block-end:3px solid}.preview p{max-inline-size:60rem}"
    ".preview a{display:inline-block;min-block-size:2.75rem;padding-block:.6rem;margin-inline-end:1rem}"
    f"#{ANCHOR}{{padding:1rem;border:4px dashed;scroll-margin-block-start:1rem}}"
    f"#{ANCHOR}>*+*{{margin-block-start:.5rem}}#{ANCHOR} dt{{font-weight:650}}#{ANCHOR} ins{{font-weight:700}}"
    f"#{ANCHOR}+.promo{{margin-block-start:1rem;outline:4px dashed;outline-offset:-4px}}"
)


class OpenedPreview(NamedTuple):
    """A preview, as the address of this request names it."""

    preview: Preview
    made: datetime
    zone: ZoneInfo
    """In which its moments are said: of whoever reads it, else of whoever made the link."""
    link: PreviewLink | None
    """None: it is open to whoever is signed in alone."""


@studio.get("/preview/<token>/", defaults={"path": ""})
@studio.get("/preview/<token>/<path:path>")
@public
def preview(token: str, path: str) -> ResponseReturnValue:
    """A page of the site in a preview. A link's token is the permission; any other preview asks for an account."""
    tag = path.partition("/")[0]
    g.locale = current_edition().content.site.locales.get(tag, g.locale)
    opened = _opened(token)
    if not opened:
        sentence = gettext("It was withdrawn, its time is over, or a letter is missing. Ask whoever sent it to you.")
        return render("error.html", gettext("This link to a preview does not work"), sentence=sentence), 410, {}
    if opened.link and not path:
        return redirect(_first_page(token, opened.preview, opened.link), 302)
    current = current_edition()
    g.edition = opened.preview.edition(current, current_locale())
    g.locale = g.edition.content.site.locales.get(tag, g.locale)
    if re.match(r"[^/]+/go/", path):
        return _click(path.split("/")[2])
    response = render_as(g.edition, f"/{path}")
    response.direct_passthrough = False  # an image comes as an open file
    response.make_sequence()
    response.close()
    prefix = url_for("studio.preview", token=token, path="")
    if location := response.headers.get("Location"):
        return redirect(prefix + location.lstrip("/"), 302)
    if response.mimetype != "text/html":
        return Response(response.get_data(), response.status_code, content_type=response.content_type)
    html = _with_links_within(response.get_data(as_text=True), prefix)
    if "excerpt" not in request.args:
        return _framed(_with_notes(html, opened, current), NOTE_CSS, response.status_code)
    if opened.preview.lacks_words(current_locale()):
        return _framed(render_template("studio/promotions/no_words.html"), "", 200)
    return _framed(_with_style(html, EXCERPT_CSS), EXCERPT_CSS, response.status_code)


def _opened(token: str) -> OpenedPreview | None:
    """None where it does not work any more; 404 for what never did, 401 where somebody has to sign in first."""
    if len(token) in TOKEN_LENGTHS:
        working = link_with(token)
        if not working:
            return None
        link, maker = working
        return OpenedPreview(preview_of(link), link.made, account_zone() if g.account else zone_of(maker), link)
    try:
        shown, made = read_own_token(token)
    except SignatureExpired:
        return None
    except BadSignature:
        abort(404)
    if not g.account:
        abort(401)
    return OpenedPreview(shown, made, account_zone(), None)


def _first_page(token: str, shown: Preview, link: PreviewLink) -> str:
    """The page that the link is about, at the block, in the browser's language; in another if only that has news."""
    edition = current_edition()
    locales = [current_locale(), *edition.content.site.locales.values()]
    locale = next((locale for locale in locales if shown.news(edition, locale)), locales[0])
    page = link.page if link.page in (*FIXED_PAGES, *edition.content.by_key) else HOME
    path = addresses.of_key(edition.content, page, locale).lstrip("/")
    return url_for("studio.preview", token=token, path=path, _anchor=ANCHOR if shown.promotion else None)


def render_as(edition: Edition, path: str) -> Response:
    """What a reader would get at `path` if `edition` were the current one, by a request within this one."""
    inner = {
        **request.environ,
        "REQUEST_METHOD": "GET",
        "HTTP_HOST": urlsplit(current_runtime().settings.base_url).netloc,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "HTTP_COOKIE": "",
        "HTTP_ACCEPT_ENCODING": "",
    }
    with current_app.app_context(), current_app.request_context(inner):  # a `g` of its own
        g.edition = edition
        if request.url_rule and request.blueprint != "reader":
            abort(404)
        return current_app.full_dispatch_request()


def _click(key: str) -> AnyResponse:
    """To the promotion's target, uncounted; in a frame, whose policy shows nothing from elsewhere, no content."""
    promotion = current_edition().promotions.get(key)
    if not promotion or request.headers.get("Sec-Fetch-Dest") == "iframe":
        return Response(status=204)
    return redirect(promotion.target, 302)


def _with_links_within(html: str, prefix: str) -> str:
    """The page with links to pages of the site that lead back into the preview."""
    tags = "|".join(map(re.escape, current_edition().content.site.locales))
    return re.sub(rf'(<a\b[^>]*? href=")/(?=(?:{tags})/)', rf"\g<1>{prefix}", html)


def _with_style(html: str, style: str) -> str:
    return html.replace("</head>", f"<style>{style}</style></head>", 1)


def _with_notes(html: str, opened: OpenedPreview, current: Edition) -> str:
    """The page with a note at its top, and another one, with the anchor `ANCHOR`, before the block of the draft."""
    html = _with_style(html, NOTE_CSS)
    # After the link to the content: it comes first on every page, for whoever goes by keyboard.
    html = html.replace('<header class="top">', f'{_note(opened, current)}<header class="top">', 1)
    start, *blocks = html.split(BLOCK)
    key = opened.preview.promotion
    number = next((number for number, block in enumerate(blocks) if key and f"/go/{key}/" in block), None)
    if number is None:
        return html
    news = opened.preview.news(current, current_locale())
    lives = key in current.words[current_locale().id]
    note = render_template("studio/promotions/preview_news.html", anchor=ANCHOR, news=news, is_live=lives)
    before, after = BLOCK.join([start, *blocks[:number]]), BLOCK.join(["", *blocks[number:]])
    return before + note + after


def _note(opened: OpenedPreview, current: Edition) -> str:
    """The line at the top: what is shown, as of when; for whoever may use the desk, the way back and to the changes."""
    shown = opened.preview
    moment = datetime.fromisoformat(shown.moment) if shown.moment else None
    is_marketing = may("studio.promotions")
    earlier, later = _neighbours(moment) if moment and is_marketing else (None, None)
    draft = current.promotions.get(shown.promotion)
    return render_template(
        "studio/promotions/preview_note.html",
        opened=opened,
        current=current,
        # The name is for those who work here; anybody else knows who pays.
        draft_of=(draft.title if g.account else draft.advertiser) if draft else "",
        moment=moment,
        is_marketing=is_marketing,
        messages_address=_messages_address(),
        earlier=earlier,
        later=later,
    )


def _messages_address() -> str:
    """Of the messages of this page, for whoever may translate; empty in the language that they are written in."""
    if not may("studio.translation_queue") or current_locale().language == SOURCE_LANGUAGE:
        return ""
    page = (request.view_args or {}).get("path", "")
    return url_for("studio.translation_queue", tag=current_locale().tag, on=f"/{page}")


def _neighbours(shown: datetime) -> tuple[datetime | None, datetime | None]:
    """The changes still to come that are next to a moment, before and after it."""
    edition = current_runtime().editions.current
    coming = change_moments(edition.promotions, edition.revisions, now())
    earlier, later = [moment for moment in coming if moment < shown], [moment for moment in coming if moment > shown]
    return max(earlier, default=None), min(later, default=None)


def _framed(html: str, style: str, status: int) -> Response:
    """A page with a policy that lets the studio frame it, and lets it have `style` beside the site's stylesheet."""
    framed = Response(html, status, mimetype="text/html")
    page_hash = current_runtime().static_files.stylesheet.csp_hash
    framed.headers["Content-Security-Policy"] = policy(
        style_src=f"{page_hash} {style_hash(style)}", img_src="'self'", frame_ancestors="'self'"
    )
    return framed
