"""What is missing, stale or doubtful: in the template, in each catalog, between the languages of articles."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from microsite.catalog_tools.catalog_files import extracted, updated
from microsite.content.document import Document
from microsite.content.library import Content, Entry
from microsite.content.site_file import Site
from microsite.faults import Fault, collected
from microsite.language.catalogs import LACKS, SOURCE, Catalog, no_catalog, read_catalogs, read_template, shortened
from microsite.language.locales import Locale
from microsite.language.message_checks import check, is_formattable
from microsite.language.po_file import LARGEST, Key, Message, catalog_path, read_file, template_path
from microsite.regular_files import read_regular_file


def findings(root: Path, folder: Path, site: Site, site_folder: Path | None = None) -> list[Fault]:
    """Stale files, messages that translators cannot understand, translations that are missing, refused or ill set."""
    faults: list[Fault] = []
    with collected(faults):
        faults += _template(root, folder, site_folder)
    for locale in site.locales.values():
        if locale.language != SOURCE:
            with collected(faults):
                faults += _catalog(folder, locale, is_waiting=locale.id in site.public_from)
    return list(dict.fromkeys(faults))  # what is wrong with the template is told once


def _template(root: Path, folder: Path, site_folder: Path | None) -> Iterator[Fault]:
    path = template_path(folder)
    if not os.path.lexists(path) or read_regular_file(path, LARGEST) != extracted(root, folder, site_folder):
        yield Fault(path, 1, "stale: words have changed. Run `make catalogs`.")
    for message in read_template(folder).values():
        where = f"“{shortened(message.msgid)}” ({', '.join(message.places)})"
        if not is_formattable(message):
            yield Fault(path, message.line, f"{where} has a percent sign that stands alone. Write %% or %(name)s.")
        if not message.comment and ("%(" in message.msgid or not re.search(r"\s", message.msgid.strip())):
            what = "is one word or has a placeholder. Say above it what it means: `TRANSLATORS: ...`."
            yield Fault(path, message.line, f"{where} {what}")


def _catalog(folder: Path, locale: Locale, is_waiting: bool) -> Iterator[Fault]:
    """A language that still waits for its share may be incomplete; one that is public may not."""
    path = catalog_path(folder, locale.id)
    if not os.path.lexists(path):
        regional = os.path.lexists(catalog_path(folder, locale.language))
        yield no_catalog(path, locale, is_waiting or regional)
        return
    # As the site says it: `make catalogs` would write what is lacking out empty, and empty means taken back.
    served = read_catalogs(folder, [locale])[locale.id]
    if lacking := [fault for fault in served.faults if fault.path == path and fault.what.startswith(LACKS)]:
        yield from lacking
    elif read_regular_file(path, LARGEST) != updated(folder, locale):
        yield Fault(path, 1, "stale: words have changed. Run `make catalogs`.")
    template = read_template(folder)
    for message in read_file(path, locale).messages.values():
        name = f"“{shortened(message.msgid)}”"
        if message.fuzzy:
            yield Fault(path, message.line, f"{name} is marked fuzzy. Check it, and take the mark off.", is_waiting)
        elif not any(message.forms):
            if not is_waiting:
                yield Fault(path, message.line, f"no translation of {name}. Add one.")
        else:
            for finding in check(template.get(message.key, message), message.forms, locale):
                yield Fault(path, message.line, f"{name}: {finding}", finding.grade == "warning")


@dataclass
class Status:
    """How far a language is."""

    locale: str
    messages: int
    translated: int = 0
    fuzzy: int = 0
    missing: int = 0
    source_changed: int = 0
    """Among the fuzzy ones: those whose source has changed since they were translated."""
    refused: int = 0
    share: int = 100
    """Of what readers see, in percent: decides whether the language is public."""
    public_from: int = 0
    is_public: bool = True
    articles_missing: list[str] = field(default_factory=list)
    articles_older: list[str] = field(default_factory=list)
    """Than the same article in another language."""


def statuses(folder: Path, content: Content, catalogs: dict[str, Catalog] | None = None) -> list[Status]:
    """Each language of the site, the one that messages are written in included. Raises Faults."""
    catalogs = catalogs or read_catalogs(folder, content.site.locales.values())
    template = read_template(folder)
    return [_status(locale, content, catalogs[locale.id], template) for locale in content.site.locales.values()]


def _status(locale: Locale, content: Content, catalog: Catalog, template: dict[Key, Message]) -> Status:
    status = Status(locale.id, len(template), len(template))
    status.articles_missing = [key for key, entry in content.articles.items() if not entry.speaks(locale)]
    status.articles_older = [key for key, entry in content.articles.items() if is_older(entry, locale)]
    if locale.language == SOURCE:
        return status
    in_file = catalog.asked()
    asked = [in_file[key] for key in template if key in in_file]
    fuzzy = {message.key for message in asked if message.fuzzy}
    status.translated = sum(key in catalog.messages for key in template)
    status.fuzzy = len(fuzzy)
    status.source_changed = sum(message.fuzzy and message.previous is not None for message in asked)
    status.refused = len(catalog.refused)
    status.missing = len(template.keys() - catalog.messages.keys() - fuzzy)
    status.share, status.public_from = catalog.share(), content.site.public_from.get(locale.id, 0)
    status.is_public = status.share >= status.public_from
    return status


def is_older(entry: Entry, locale: Locale) -> bool:
    """Whether the text in this language was left behind by another one."""
    mine = entry.documents.get(locale.id)
    return mine is not None and any(_changed(mine) < _changed(other) for other in entry.documents.values())


def _changed(document: Document) -> date:
    return document.article.updated or document.article.published
