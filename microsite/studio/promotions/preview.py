"""Previews: any public page with words that are a draft, or as of another moment. A signed link holds all of it."""

import re
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from itsdangerous import BadPayload, BadSignature, SignatureExpired, URLSafeTimedSerializer
from itsdangerous.encoding import base64_decode, base64_encode
from werkzeug.wrappers import Response as AnyResponse

from microsite.editions.edition import Edition, as_of
from microsite.language.locales import Locale
from microsite.promotions.placement import Placement
from microsite.promotions.promotion import changes
from microsite.promotions.wording import PARTS, typeset_words
from microsite.runtime import current_edition, current_locale, current_runtime, g
from microsite.security_headers import policy, style_hash
from microsite.storage.tables import Account
from microsite.studio.access import account_zone, current_account, needed_by, public
from microsite.studio.blueprint import current_store, now, studio
from microsite.studio.fields import fingerprint, local_input
from microsite.studio.layout import render

LIFETIME = timedelta(days=7)
# A frame shows the promotion without being scrolled: the page begins with what stands right before it.
EXCERPT_CSS = (
    ".top,.skip,.trail,.flow>:has(~.promo):not(:has(+.promo)),.flow>.rows:has(+.promo)>:not(:last-child){display:none}"
    ".flow>:has(+.promo){margin-block-start:1.5rem}"
)
ANCHOR = "studio_draft"
BLOCK = '<aside class="row promo"'
"""How the block of a promotion begins, in `widgets/promotion.html`."""
NOTE_CSS = (
    ".preview{margin:0;padding-block:.75rem;border-block-end:3px solid}"
    f"#{ANCHOR}{{outline:4px dashed;outline-offset:.5rem;scroll-margin-block-start:2rem}}"
)
MAX_LENGTH = 1000
"""Characters of a part of the words: three times what may be published. What is longer is cut."""
MAX_BYTES = 256 * 1024
"""Of what a link holds, decompressed: as much as a form, from which it is made."""


class Preview(NamedTuple):
    """What differs from the site as it is. It travels, signed, in the link itself: nothing is stored."""

    promotion: str = ""
    words: Mapping[str, Mapping[str, str]] = {}
    """As typed, by locale id and part."""
    moment: str = ""
    """ISO 8601, in UTC; empty: now."""
    hidden: bool = False
    """Whether languages that are not public yet are shown as well; only to somebody who is signed in."""
    account_id: int = 0
    """The account that made the link: the link is void once the account has ended."""
    account_state: str = ""
    """`state_of` that account: the link is void once it is another."""
    forced: bool = False
    """Whether the promotion stands on no page, and is shown where the site could place it."""

    def lacks_words(self, locale: Locale) -> bool:
        """Whether it is a draft without any words in a language."""
        return locale.id in self.words and not any(text.strip() for text in self.words[locale.id].values())

    def edition(self, current: Edition) -> Edition:
        """The edition that the preview shows, made from the current one."""
        if self.hidden:
            return current._replace(content=current.all_content)
        edition = as_of(current, datetime.fromisoformat(self.moment)) if self.moment else current
        if not (promotion := edition.promotions.get(self.promotion)):
            return edition
        # It runs whatever its own times say, and comes before every other: no promotion has a precedence of 0.
        shown = promotion.model_copy(update={"precedence": 0, "start": edition.moment, "until": None})
        if self.forced:
            everywhere: dict[str, Any] = {"placements": (Placement.DEFAULT, Placement.HOME)}
            shown = shown.model_copy(update={**everywhere, "categories": (), "articles": (), "not_articles": ()})
        words = dict(edition.words)
        for locale, typed in self.words.items():
            if locale in words and not any(text.strip() for text in typed.values()):
                words[locale] = {}  # an empty place, rather than another promotion
            elif locale in words:
                typed = {part: typed.get(part, "") for part in PARTS}  # a link of an older release may have other parts
                typeset = typeset_words(typed, edition.catalogs[locale].language)
                words[locale] = {**words[locale], shown.key: typeset}
        return edition._replace(promotions={**edition.promotions, shown.key: shown}, words=words)


def signed(preview: Preview) -> str:
    """The text for a preview's address, for `LIFETIME` and as long as the account that asks for it may."""
    words = {
        locale: {part: text[:MAX_LENGTH] for part, text in typed.items()} for locale, typed in preview.words.items()
    }
    account = current_account()
    preview = preview._replace(words=words, account_id=account.id, account_state=state_of(account))
    return str(_signer().dumps(preview))


def state_of(account: Account) -> str:
    """A fingerprint that changes with the role, and when somebody was ended and invited again."""
    return fingerprint([account.role, account.made.isoformat()])


@studio.get("/preview/<signed>/", defaults={"path": ""})
@studio.get("/preview/<signed>/<path:path>")
@public
def preview(signed: str, path: str) -> ResponseReturnValue:
    """A page of the site in a preview. The signature is the permission: no account is needed."""
    tag = path.partition("/")[0]
    g.locale = current_edition().content.site.locales.get(tag, g.locale)
    try:
        fields, made = _signer().loads(signed, max_age=int(LIFETIME.total_seconds()), return_timestamp=True)
        preview = Preview(*fields)
    except (SignatureExpired, TypeError):  # TypeError: made by a release that knew other fields
        return _expired()
    except BadSignature:
        abort(404)
    with current_store().read() as session:
        account = session.get(Account, preview.account_id)
    if not account or not account.active or preview.account_state != state_of(account):
        return _expired()
    if preview.hidden and not g.account:
        abort(401)
    g.edition = preview.edition(current_edition())
    g.locale = g.edition.content.site.locales.get(tag, g.locale)
    if re.match(r"[^/]+/go/", path):
        return _click(path.split("/")[2])
    response = render_as(g.edition, f"/{path}")
    response.direct_passthrough = False  # an image comes as an open file
    response.make_sequence()
    response.close()
    prefix = url_for("studio.preview", signed=signed, path="")
    if location := response.headers.get("Location"):
        return redirect(prefix + location.lstrip("/"), 302)
    if response.mimetype == "text/html":
        if "excerpt" in request.args and preview.lacks_words(current_locale()):
            return _framed(render_template("studio/promotions/no_words.html"), "", 200)
        return _document(response, prefix, preview, None if "excerpt" in request.args else made)
    return Response(response.get_data(), response.status_code, content_type=response.content_type)


def _expired() -> ResponseReturnValue:
    sentence = gettext("Ask whoever sent it to you for a new one.")
    return render("error.html", gettext("This link to a preview has expired"), sentence=sentence), 410, {}


def render_as(edition: Edition, path: str) -> Response:
    """What a reader would get at `path` if `edition` were the current one, by a request within this one."""
    inner = {
        **request.environ,
        "REQUEST_METHOD": "GET",
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


def _document(response: Response, prefix: str, preview: Preview, made: datetime | None) -> Response:
    """The page with links that lead back into the preview; without `made`, an excerpt for a frame.

    Else it has a note at its top, and the draft, made at that moment, is framed and has the anchor `ANCHOR`.
    """
    html = response.get_data(as_text=True)
    tags = "|".join(map(re.escape, current_edition().content.site.locales))
    html = re.sub(rf'(<a\b[^>]*? href=")/(?=(?:{tags})/)', rf"\g<1>{prefix}", html)
    style = NOTE_CSS if made else EXCERPT_CSS
    html = html.replace("</head>", f"<style>{style}</style></head>", 1)
    if made:
        # After the link to the content: it comes first on every page, for whoever goes by keyboard.
        html = html.replace('<header class="top">', f'{preview_note(preview, made)}<header class="top">', 1)
        html = _marked(html, preview.promotion)
    return _framed(html, style, response.status_code)


def _marked(html: str, key: str) -> str:
    """With the anchor at the block of the promotion with that key, whichever of the page it is."""
    start, *blocks = html.split(BLOCK)
    number = next((number for number, block in enumerate(blocks) if key and f"/go/{key}/" in block), None)
    marked = (f'{BLOCK[:6]} id="{ANCHOR}"{BLOCK[6:]}' if n == number else BLOCK for n in range(len(blocks)))
    return start + "".join(head + block for head, block in zip(marked, blocks, strict=True))


def preview_note(preview: Preview, made: datetime) -> str:
    """The line at the top: what is shown, as of when; for whoever may use the desk, the way back and to the changes."""
    shown = datetime.fromisoformat(preview.moment) if preview.moment else None
    is_marketing = g.account is not None and g.account.role in (needed_by("studio.promotions") or ())
    earlier, later = _neighbours(shown) if shown and is_marketing else (None, None)
    return render_template(
        "studio/promotions/preview_note.html",
        moment=shown,
        made=made,
        preview=preview,
        lacks_words=preview.lacks_words(current_locale()),
        zone=account_zone().key,
        is_marketing=is_marketing,
        earlier=earlier and local_input(earlier),
        later=later and local_input(later),
    )


def _neighbours(shown: datetime) -> tuple[datetime | None, datetime | None]:
    """The changes still to come that are next to a moment, before and after it."""
    edition = current_runtime().editions.current
    coming = sorted({*changes(edition.promotions.values(), now()), *edition.revisions.changes(now())})
    return max((moment for moment in coming if moment < shown), default=None), next(
        (moment for moment in coming if moment > shown), None
    )


def _framed(html: str, style: str, status: int) -> Response:
    """A page with a policy that lets the studio frame it, and lets it have `style` beside the site's stylesheet."""
    framed = Response(html, status, mimetype="text/html")
    page_hash = current_runtime().static_files.stylesheet.csp_hash
    framed.headers["Content-Security-Policy"] = policy(
        style_src=f"{page_hash} {style_hash(style)}", img_src="'self'", frame_ancestors="'self'"
    )
    return framed


class _BoundedSerializer(URLSafeTimedSerializer):
    """Decompresses at most `MAX_BYTES`: a link of 600 characters can stand for half a million."""

    def load_payload(self, payload: bytes, *args: Any, **kwargs: Any) -> Any:
        """Raises BadPayload, a kind of BadSignature."""
        if payload.startswith(b"."):
            decompressor = zlib.decompressobj()
            try:
                payload = base64_encode(decompressor.decompress(base64_decode(payload[1:]), MAX_BYTES))
            except zlib.error as error:
                raise BadPayload("not compressed as it says", error) from error
            if decompressor.unconsumed_tail:
                raise BadPayload(f"more than {MAX_BYTES} bytes")
        return super().load_payload(payload, *args, **kwargs)


def _signer() -> URLSafeTimedSerializer:
    return _BoundedSerializer(current_app.config["SECRET_KEY"], salt="preview")
