"""Counts that a promotion was shown, once the page has been made: totals, nothing of the reader."""

from flask import Flask, Response, g, request

from microsite.edition import current_locale
from microsite.promotions.audience import counts
from microsite.promotions.counts import Counts, Spot
from microsite.reader import reader


def init_displays(app: Flask) -> None:
    counter: Counts = app.extensions["counts"]

    @app.after_request
    def _count(response: Response) -> Response:
        """A 304 is a display as well: the reader has the page before them. A preview in the studio is none."""
        shown = g.get("shown") if request.blueprint == reader.name and response.status_code in (200, 304) else None
        if shown and counts(request.method, request.headers):
            placed, key = shown
            counter.display(
                Spot(current_locale().tag, key, placed.placement, placed.promotion.key, placed.words.revision)
            )
        return response
