"""Errors of the studio, in the account's language: what happened, and the form that was sent, to be sent again."""

import logging
from contextlib import suppress

from flask import Flask, Response, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, SQLAlchemyError
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError, RequestTimeout, ServiceUnavailable

from microsite.language.po_file import MAX_CATALOG_BYTES
from microsite.reader.errors import error_response, or_plain_text
from microsite.runtime import g
from microsite.studio import admission
from microsite.studio.access import load_account, set_locale
from microsite.studio.blueprint import is_studio, studio
from microsite.studio.layout import render
from microsite.studio.resubmission import PendingForm
from microsite.studio.security import NoCookie, SecondFactorMissing
from microsite.text import N_, Sentence

log = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = 3
LAST_RESORT = """\
Something failed on our side. Go back: your browser still has what you typed.

Une erreur s’est produite de notre côté. Revenez en arrière : votre navigateur a gardé ce que vous avez saisi.
"""


class Busy(ServiceUnavailable):
    """More is being asked of the studio than it works on at a time."""


SENTENCES: dict[type[HTTPException] | tuple[int, str | None] | int, tuple[str, str]] = {
    CSRFError: (N_("This form was open for too long"), N_("Nothing has been changed yet. Send it again.")),
    NoCookie: (
        N_("Your browser sent no cookie"),
        N_(
            "The studio knows you by a cookie, and nothing has been changed without it. Allow cookies for this site, "
            "then send it again. If the address begins with http, begin it with https: browsers keep the cookie over "
            "plain http at localhost alone."
        ),
    ),
    SecondFactorMissing: (
        N_("First set up a second factor"),
        N_("Nothing has been changed yet. Open the studio in another tab: it shows how. Then send this form again."),
    ),
    Busy: (
        # TRANSLATORS: Heading of a page, when many people use the studio at the same moment.
        N_("Too much at once"),
        N_("Many people are using the studio at the moment. Nothing has been changed. Try again in a few seconds."),
    ),
    403: (N_("Your account may not do this"), N_("An admin of the studio can change its role.")),
    404: (N_("There is nothing at this address"), N_("Perhaps it has gone, or it was mistyped.")),
    408: (
        N_("That took too long to arrive"),
        N_("Nothing has been changed. Go back: your browser still has what you typed. Send it again."),
    ),
    410: (
        N_("This link no longer works"),
        N_("It has been used or withdrawn, or its time is over. Ask an admin for another one."),
    ),
    (413, "studio.upload"): (
        N_("This file is too large"),
        Sentence(
            # TRANSLATORS: %(number)s is a number of MiB.
            N_("A catalog may have %(number)s MiB at most. Nothing of this one was read."),
            number=MAX_CATALOG_BYTES // 1024**2,
        ),
    ),
    413: (
        N_("That is more than the studio takes"),
        N_("Go back: your browser still has what you typed. Make it shorter."),
    ),
    500: (N_("Something failed on our side"), N_("The fault has been noted. Try again in a moment.")),
    (503, "studio.sign_in"): (
        N_("The database cannot be reached"),
        N_("Nobody can sign in for the moment. Readers notice nothing. Try again in a moment."),
    ),
    503: (
        N_("The database cannot be reached"),
        N_("Nothing has been changed. Readers notice nothing. Send the form again in a moment."),
    ),
}
"""Heading and sentence by class of error, else by status code (RFC 9110, 15) at one endpoint, else by status code."""
UNKNOWN = N_("This request cannot be answered"), N_("It was not understood.")


def init_errors(app: Flask) -> None:
    @app.before_request
    def _refused() -> Response | None:
        """What was not admitted, before anything asks the database: perhaps it is what everybody waits for.

        Then an address that no route has. It belongs to no blueprint: its error is asked for here.
        """
        match request.environ.get(admission.REFUSED):
            case admission.BUSY:
                return show_error(Busy(retry_after=RETRY_AFTER_SECONDS))
            case admission.INCOMPLETE:
                return show_error(RequestTimeout())
        wrong = request.routing_exception
        if isinstance(wrong, HTTPException) and is_studio(request.path):
            with suppress(SQLAlchemyError):
                load_account()
            return show_error(wrong)
        return None


@studio.errorhandler(SQLAlchemyError)
def show_lost_database(error: SQLAlchemyError) -> Response:
    if isinstance(error, DataError):  # it answers: what was asked of it cannot be
        return show_error(BadRequest())
    log.error("studio-without-database: the studio's database cannot be used: %s", type(error).__name__)
    return show_error(ServiceUnavailable())


@studio.errorhandler(HTTPException)
def show_error(error: HTTPException) -> Response:
    """Any refusal, as a page. Whatever else fails, what was typed stands on it."""
    code = error.code or 500
    if g.locale is None:
        set_locale()
    heading, sentence = _heading_and_sentence(error, code)
    pending_form = PendingForm.from_request() if code in (400, 408, 500, 503) else None
    signing_in = request.endpoint == "studio.sign_in"
    page = render("error.html", heading, sentence=sentence, pending_form=pending_form, signing_in=signing_in)
    return error_response(error, page)


studio.register_error_handler(InternalServerError, or_plain_text(show_error, LAST_RESORT))


def _heading_and_sentence(error: HTTPException, code: int) -> tuple[str, str]:
    keys = type(error), (code, request.endpoint), code
    heading, sentence = next((SENTENCES[key] for key in keys if key in SENTENCES), UNKNOWN)
    return gettext(heading), sentence.translated(gettext) if isinstance(sentence, Sentence) else gettext(sentence)
