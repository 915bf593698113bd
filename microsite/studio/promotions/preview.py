"""The reader's pages with other words or at another moment, by the reader's own views. Links to them expire."""

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

from microsite.csp import policy, style_hash
from microsite.editions.edition import Edition, as_of
from microsite.promotions.wording import FROM_CATALOG, PARTS, words_of
from microsite.runtime import current_edition, current_runtime, g
from microsite.storage.tables import Account
from microsite.studio.access import current_account, public
from microsite.studio.blueprint import current_store, studio
from microsite.studio.fields import fingerprint
from microsite.studio.layout import render

LIVES = timedelta(days=7)
# A frame shows the promotion without being scrolled: the page begins with what stands right before it.
EXCERPT = (
    ".top,.skip,.trail,.flow>:has(~.promo):not(:has(+.promo)),.flow>.rows:has(+.promo)>:not(:last-child){display:none}"
    ".flow>:has(+.promo){margin-block-start:1.5rem}"
)
NOTE = ".preview{margin:0;padding-block:.75rem;border-block-end:3px solid}"


MAX_LENGTH = 1000
"""Characters of a part of the words: three times what may be published. What is longer is seen cut."""
MAX_BYTES = 256 * 1024
"""What a link may hold once it is decompressed: as much as a form, from which it is made."""


class Preview(NamedTuple):
    """What is to be seen. It travels, signed, in the link itself: nothing is stored."""

    promotion: str = ""
    words: Mapping[str, Mapping[str, str]] = {}
    """As typed, by locale id and part."""
    moment: str = ""
    """ISO 8601, in UTC; empty: now."""
    hidden: bool = False
    """Whether languages that are not public yet are to be seen as well: by those alone who are signed in."""
    maker: int = 0
    """The number of the account that made the link, which ends with it."""
    standing: str = ""
    """What stands for the role of that account and for its beginning: the link ends when either changes."""

    def edition(self, current: Edition) -> Edition:
        if self.hidden:
            return current._replace(content=current.all_content)
        edition = as_of(current, datetime.fromisoformat(self.moment)) if self.moment else current
        if not (promotion := edition.promotions.get(self.promotion)):
            return edition
        # The latest to begin is the one that is shown, and it runs whatever its window says.
        shown = promotion.model_copy(update={"start": edition.moment, "until": None})
        words = dict(edition.words)
        for locale, typed in self.words.items():
            if locale in words:
                typed = {part: typed.get(part, "") for part in PARTS}  # a link of an older release may have others
                typeset = words_of(typed, edition.catalogs[locale].language, FROM_CATALOG)
                words[locale] = {**words[locale], shown.key: typeset}
        return edition._replace(promotions={**edition.promotions, shown.key: shown}, words=words)


def signed(preview: Preview) -> str:
    words = {
        locale: {part: text[:MAX_LENGTH] for part, text in typed.items()} for locale, typed in preview.words.items()
    }
    maker = current_account()
    return str(_signer().dumps(preview._replace(words=words, maker=maker.id, standing=standing_of(maker))))


def standing_of(account: Account) -> str:
    """Another one after its role has changed, and after it was ended and invited again."""
    return fingerprint([account.role, account.made.isoformat()])


@studio.get("/preview/<signed>/", defaults={"path": ""})
@studio.get("/preview/<signed>/<path:path>")
@public
def preview(signed: str, path: str) -> ResponseReturnValue:
    """Any page of the site, as it would be. The signature is the permission: no account is asked for."""
    tag = path.partition("/")[0]
    g.locale = current_edition().content.site.locales.get(tag, g.locale)
    try:
        found = Preview(*_signer().loads(signed, max_age=int(LIVES.total_seconds())))
    except (SignatureExpired, TypeError):  # TypeError: made by a release that knew other fields
        return _no_more()
    except BadSignature:
        abort(404)
    with current_store().read() as session:
        maker = session.get(Account, found.maker)
    if not maker or not maker.active or found.standing != standing_of(maker):
        return _no_more()
    if found.hidden and not g.account:
        abort(401)
    g.edition = found.edition(current_edition())
    g.locale = g.edition.content.site.locales.get(tag, g.locale)
    if re.match(r"[^/]+/go/", path):
        return _way_out(path.split("/")[2])
    response = render_as(g.edition, f"/{path}")
    response.direct_passthrough = False  # a picture comes as an open file
    response.make_sequence()
    response.close()
    prefix = url_for("studio.preview", signed=signed, path="")
    if location := response.headers.get("Location"):
        return redirect(prefix + location.lstrip("/"), 302)
    if response.mimetype == "text/html":
        return _document(response, prefix, found, "excerpt" in request.args)
    return Response(response.get_data(), response.status_code, content_type=response.content_type)


def _no_more() -> ResponseReturnValue:
    sentence = gettext("Ask whoever sent it to you for a new one.")
    return render("error.html", gettext("This link to a preview has expired"), sentence=sentence), 410, {}


def render_as(edition: Edition, path: str) -> Response:
    """What a reader would get at `path` if `edition` were the current one: a request within this one."""
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


def _way_out(key: str) -> AnyResponse:
    """Nobody is counted. In a frame, which may show nothing from elsewhere, the page stays as it is."""
    promotion = current_edition().promotions.get(key)
    if not promotion or request.headers.get("Sec-Fetch-Dest") == "iframe":
        return Response(status=204)
    return redirect(promotion.target, 302)


def _document(response: Response, prefix: str, found: Preview, is_excerpt: bool) -> Response:
    """The page with its links led back into the preview, and a policy that lets the studio frame it."""
    html = response.get_data(as_text=True)
    tags = "|".join(map(re.escape, current_edition().content.site.locales))
    html = re.sub(rf'(<a\b[^>]*? href=")/(?=(?:{tags})/)', rf"\g<1>{prefix}", html)
    style = EXCERPT if is_excerpt else NOTE
    html = html.replace("</head>", f"<style>{style}</style></head>", 1)
    if not is_excerpt:
        moment = datetime.fromisoformat(found.moment) if found.moment else None
        html = html.replace(
            "<body>", "<body>" + render_template("studio/preview_note.html", moment=moment, hidden=found.hidden), 1
        )
    answer = Response(html, response.status_code, mimetype="text/html")
    page_hash = current_runtime().static_files.stylesheet.csp_hash
    answer.headers["Content-Security-Policy"] = policy(
        style_src=f"{page_hash} {style_hash(style)}", img_src="'self'", frame_ancestors="'self'"
    )
    return answer


class _BoundedSerializer(URLSafeTimedSerializer):
    """Decompresses no more than `MAX_BYTES`: a link of 600 characters can stand for half a million."""

    def load_payload(self, payload: bytes, *args: Any, **kwargs: Any) -> Any:
        """Raises BadPayload, a kind of BadSignature."""
        if payload.startswith(b"."):
            unpacking = zlib.decompressobj()
            try:
                payload = base64_encode(unpacking.decompress(base64_decode(payload[1:]), MAX_BYTES))
            except zlib.error as error:
                raise BadPayload("not compressed as it says", error) from error
            if unpacking.unconsumed_tail:
                raise BadPayload(f"more than {MAX_BYTES} bytes")
        return super().load_payload(payload, *args, **kwargs)


def _signer() -> URLSafeTimedSerializer:
    return _BoundedSerializer(current_app.config["SECRET_KEY"], salt="preview")
