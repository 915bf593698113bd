"""What happens to a request of the studio before its view, and the settings that this rests on.

The order matters:

1. Flask opens the session: for the studio only (`StudioSessions`).
2. `errors.init_errors`: a request that was refused before Flask (too many at once, a body that broke off) is answered
   without the database, and an address without a route as a page of the studio.
3. `gate`: the account is loaded first. A session that is over ends here, with its CSRF token: so a form that was sent
   too late leads to the sign-in page, which keeps it, and not to an error about its token.
4. `gate`: the role. Who lacks it does not make the server parse a form, and learns nothing of what it would have said.
   Then the second factor: who has to set one up does that first.
5. `gate`: the number of fields, then origin and CSRF token. From here on the request is one that the account meant.
6. The view. Where a password or a code is checked, `throttle` counts the attempt first, in a transaction of its own:
   what fails afterwards leaves the count, and no hash is computed for an attempt over the limit.
"""

from hashlib import sha256
from urllib.parse import urlsplit

from flask import Flask, Request, abort, current_app, redirect, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError, CSRFProtect
from itsdangerous import Signer
from werkzeug.exceptions import BadRequest

from microsite.runtime import current_runtime, runtime_of
from microsite.storage.tables import Account
from microsite.studio import audit
from microsite.studio.access import load_account, needed_by
from microsite.studio.blueprint import is_studio, studio

MAX_FIELDS = 1000
"""Of a form, as Werkzeug has it for those with a file: 60 languages of a promotion have 420."""
WITHOUT_SECOND_FACTOR = {"studio.add_second_factor", "studio.sign_out"}
"""Endpoints that an account can use before it has one, where it must."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def init_security(app: Flask) -> None:
    origin = urlsplit(runtime_of(app).settings.studio_origin)
    # Browsers drop a __Host- cookie that came over plain http, even from this machine.
    plain = origin.scheme == "http" and origin.hostname in LOOPBACK
    Signer.default_digest_method = staticmethod(sha256)  # of what Flask-WTF and `throttle` sign; SHA-1 by default
    app.config.update(
        SECOND_FACTOR_REQUIRED=not plain,
        # No other host can plant one, which costs the path: __Host- asks for “/”. Readers' pages do not look at it.
        SESSION_COOKIE_NAME="studio" if plain else "__Host-studio",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_SECURE=not plain,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        WTF_CSRF_CHECK_DEFAULT=False,  # `gate` checks, once it knows whether the session has expired
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session
        WTF_CSRF_SSL_STRICT=False,  # `is_same_origin` goes by Fetch Metadata or Origin, not by the referrer
    )
    app.session_interface = StudioSessions()
    CSRFProtect(app)


@studio.before_request
def gate() -> None:
    """Let a request through to its view, or abort: 401 asks to sign in (`sign_in.ask_to_sign_in`)."""
    needed = needed_by(request.endpoint or "")
    if not request.path.isprintable():  # no page has such an address, and PostgreSQL cannot be asked for it
        abort(404)
    account = load_account()
    if needed is None:
        abort(403)
    if needed and not account:
        abort(401)
    if account and needed and account.role not in needed:
        audit.record_alone("refused", request.path)
        abort(403)
    if account and needed and lacks_second_factor(account) and request.endpoint not in WITHOUT_SECOND_FACTOR:
        if request.method == "POST":
            raise SecondFactorMissing
        abort(redirect(url_for("studio.add_second_factor"), 303))
    if sum(map(len, request.form.listvalues())) > (request.max_form_parts or MAX_FIELDS):
        abort(413)
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        try:
            check_csrf()
        except CSRFError:
            if account:
                audit.record_alone("form-refused", request.path)
            raise


def lacks_second_factor(account: Account) -> bool:
    """Whether an account still has to set one up, as it must wherever the studio is more than a trial at home."""
    return bool(current_app.config["SECOND_FACTOR_REQUIRED"]) and not account.totp_secret


class SecondFactorMissing(BadRequest):
    """A form of an account that has to set up a second factor first."""


class NoCookie(CSRFError):
    """The browser sent no cookie of the studio: it refuses cookies, or drops ours, which came over plain http."""


def check_csrf() -> None:
    """Raises CSRFError for a form from another site, or with the token of another session; NoCookie without any."""
    if not is_same_origin():
        raise CSRFError("The form came from another site.")
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        raise NoCookie("The form came without the cookie of a session.")
    protection: CSRFProtect = current_app.extensions["csrf"]
    protection.protect()


def is_same_origin() -> bool:
    """Whether a form was sent from a page of this site, as browsers say (Fetch Metadata; before 2023: Origin).

    Another site's form arrives without our cookie, just as after an expired session. It must not come back filled in.
    """
    if fetch_site := request.headers.get("Sec-Fetch-Site"):
        return fetch_site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin in (None, current_runtime().settings.studio_origin, request.host_url.rstrip("/"))


class StudioSessions(SecureCookieSessionInterface):
    """Readers have no session, not even an empty one: writing to it is an error."""

    digest_method = staticmethod(sha256)  # Flask's own is SHA-1

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return super().open_session(app, request) if is_studio(request.path) else self.make_null_session(app)
