"""The first page after signing in."""

from flask_babel import pgettext

from microsite.editions.edition import current_editions
from microsite.studio import studio
from microsite.studio.access import Role, needs
from microsite.studio.layout import render

MAX_FAULTS = 20
"""Shown at a time: whoever mends these sees the next ones."""


@studio.get("/")
@needs(*Role)
def home() -> str:
    """What there is to do, and what on the site is older than it should be."""
    return render("home.html", pgettext("studio", "Overview"), faults=_faults())


def _faults() -> list[str]:
    """With file and line, as /readyz names them."""
    editions = current_editions()
    ours = editions.settings.site.parent, editions.settings.translations.parent
    faults = [fault for faults in editions.faults.values() for fault in faults]
    return list(dict.fromkeys(fault.said_from(*ours) for fault in faults))[:MAX_FAULTS]
