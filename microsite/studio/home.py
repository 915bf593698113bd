"""The first page after signing in."""

from flask_babel import pgettext

from microsite.studio import studio
from microsite.studio.access import Role, needs
from microsite.studio.pages import render


@studio.get("/")
@needs(*Role)
def home() -> str:
    return render("home.html", pgettext("studio", "Overview"))
