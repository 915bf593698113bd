"""A language's catalog as a `.po` file: downloaded with the studio's words in it; uploaded, to be looked at."""

from pathlib import Path
from typing import Any

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from microsite.catalog_tools.writing import merged_catalog
from microsite.faults import Faults
from microsite.language.locales import Locale
from microsite.language.po_file import MAX_CATALOG_BYTES, catalog_path, read_bytes
from microsite.language.studio_translations import translations_by_locale
from microsite.runtime import current_runtime
from microsite.studio.access import Role, needs
from microsite.studio.blueprint import newest_edition, studio
from microsite.studio.layout import language_name, render
from microsite.studio.translations.queue import locale_or_404
from microsite.studio.translations.stored_uploads import file_name, store_upload
from microsite.studio.translations.upload_report import in_our_order
from microsite.text import decoded

FORM_OVERHEAD_BYTES = 64 * 1024
"""Of a form beside its file."""


@studio.get("/translations/<tag>/messages.po")
@needs(Role.TRANSLATOR)
def download(tag: str) -> ResponseReturnValue:
    edition, locale = newest_edition(), locale_or_404(tag)
    folder = current_runtime().editions.settings.translations
    path = catalog_path(folder, locale.id)
    if not path.is_file():
        abort(404)
    served = edition.catalogs[locale.id].files.get(path)
    words = translations_by_locale(edition.revisions.in_force(edition.moment)).get(locale.id, {})
    try:
        data = merged_catalog(folder, locale, words, served and served.file)
    except Faults as error:
        return report_page(locale, faults=error.faults), 409
    response = Response(data, mimetype="text/x-gettext-translation")
    response.headers.set("Content-Disposition", "attachment", filename=f"{locale.id}.po")
    return response


@studio.before_app_request
def _allow_large_upload() -> None:
    """A catalog is larger than any other form. Runs before anything reads the form."""
    if request.endpoint == "studio.upload":
        request.max_content_length = MAX_CATALOG_BYTES + FORM_OVERHEAD_BYTES


@studio.post("/translations/<tag>/upload/")
@needs(Role.TRANSLATOR)
def upload(tag: str) -> ResponseReturnValue:
    """Keep a file that can be read, and lead to the page on which it is looked at."""
    edition, locale = newest_edition(), locale_or_404(tag)
    file = request.files.get("file")
    if not file or not file.filename:
        return report_page(locale, wrong=gettext("No file was chosen. Choose a .po file and send it again.")), 422
    data, name = file.read(), file_name(file.filename, locale)
    try:
        in_our_order(edition, locale, read_bytes(Path(name), data, locale, may_have_other_forms=True), Path(name))
    except Faults as error:
        return report_page(locale, faults=error.faults), 422
    return redirect(url_for("studio.upload_page", tag=tag, number=store_upload(locale, name, decoded(data))), 303)


def report_page(locale: Locale, **values: Any) -> str:
    """Why a file cannot be taken, or given."""
    return render("translations/catalog_file.html", file_title(locale), language=locale, **values)


def file_title(locale: Locale) -> str:
    # TRANSLATORS: Over the report on a file of translations that somebody sent. %(language)s is a language's name.
    return str(gettext("The file for %(language)s", language=language_name(locale)))
