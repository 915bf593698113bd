"""`flask catalogs ...` and `flask locale ...`."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from microsite.catalog_tools import writing
from microsite.catalog_tools.check import check_catalogs
from microsite.catalog_tools.new_language import PUBLIC_FROM, add_locale, remove_locale, texts_in, write_site
from microsite.catalog_tools.progress import is_ready
from microsite.cli.errors import CommandError, FaultsGroup, report
from microsite.config import ROOT, load_settings
from microsite.content.site_file import Site, read_site
from microsite.editions.site_folder import read_folder
from microsite.faults import Fault
from microsite.language.catalog import SOURCE_LANGUAGE
from microsite.language.locales import Locale, canonical_id, make_locale
from microsite.language.message import shortened
from microsite.language.po_file import MAX_CATALOG_BYTES, catalog_path, template_path
from microsite.language.reading import read_catalogs, read_template
from microsite.language.studio_translations import translations_by_locale
from microsite.promotions.claims import read_claims
from microsite.regular_files import read_regular_file, write_atomically
from microsite.runtime import current_runtime
from microsite.storage.revision_rows import read_revisions
from microsite.storage.revisions import Revisions
from microsite.studio.translations.queue_items import Queue, queue_of

_NO_DATABASE = "The database does not answer, or is not there yet: the first start makes it."
catalogs = FaultsGroup("catalogs", help="Message catalogs.")
locale = FaultsGroup("locale", help="The languages of the site.")


@catalogs.command("extract")
def catalogs_extract() -> None:
    """Write translations/messages.pot from templates, Python, site.toml and promotions."""
    settings = load_settings()
    path = template_path(settings.translations)
    _write(path, writing.extracted_template(ROOT, path.parent, settings.site))


@catalogs.command("update")
@click.option("--force", is_flag=True, help="Also where translations of the last commit are lost.")
def catalogs_update(force: bool) -> None:
    """Take the template's messages into the catalog of every locale."""
    for site_locale in _site().locales.values():
        if site_locale.language != SOURCE_LANGUAGE:
            _update(site_locale, force)


@catalogs.command("check")
def catalogs_check() -> None:
    """Name what is stale, missing, refused or ill set, and which words claim too much, with the line."""
    settings = load_settings()
    site = _site()
    claims = read_claims(settings.site / "claims.toml", site)
    report([*check_catalogs(ROOT, settings.translations, site, settings.site, claims), *_fallen_behind(site)])
    click.echo("No fault in the catalogs. `catalogs status` says what is still to translate.")


def _fallen_behind(site: Site) -> list[Fault]:
    """As the site says it, which knows the studio's words and what was public; nothing where no language waits."""
    runtime = current_runtime()
    if not site.public_from or not runtime.store.is_reachable():
        return []
    runtime.editions.poll_revisions()
    runtime.editions.refresh()
    return runtime.editions.faults.get("languages", [])


@catalogs.command("status")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def catalogs_status(as_json: bool) -> None:
    """How far each language is, as the studio counts: messages, and texts missing or older than in another language."""
    settings = load_settings()
    read_template(settings.translations)  # raises Faults; without a template nobody knows what is missing
    runtime = current_runtime()
    runtime.editions.is_database_away = not runtime.store.is_reachable()
    if runtime.editions.is_database_away:
        click.echo(f"{_NO_DATABASE} What it keeps, the studio's words among it, is not counted.", err=True)
    else:
        runtime.editions.poll_revisions()
    edition = runtime.editions.refresh()
    statuses = [_status(queue_of(edition, known)) for known in edition.all_content.site.locales.values()]
    if as_json:
        click.echo(json.dumps(statuses, ensure_ascii=False, indent=2))
    else:
        for status in statuses:
            _show(status)


@catalogs.command("write")
def catalogs_write() -> None:
    """Write translations saved in the studio into the .po files, where they are newer."""
    folder = load_settings().translations
    try:
        revisions = read_revisions(current_runtime().store, Revisions())
    except SQLAlchemyError as error:
        raise CommandError(f"{_NO_DATABASE} Nothing was written.") from error
    words = translations_by_locale(revisions.in_force(datetime.now(UTC)))
    for site_locale in _site().locales.values():
        path = catalog_path(folder, site_locale.id)
        if site_locale.id not in words or not os.path.lexists(path):
            continue
        written = writing.merged_catalog(folder, site_locale, words[site_locale.id])
        if written == read_regular_file(path, MAX_CATALOG_BYTES):
            click.echo(f"{path} says it all already.")
        else:
            write_atomically(path, written)
            click.echo(f"{path} has the studio's words.")


@locale.command("add")
@click.argument("identifier")
def locale_add(identifier: str) -> None:
    """Add a language, such as de, ar, pt_BR or zh_Hant: its catalog, and its lines in site.toml."""
    site, new = _site(), _locale(identifier)
    if new.tag in site.locales:
        raise CommandError(f"{new.name} ({new.id}) is a language of this site already.")
    if new.language == SOURCE_LANGUAGE:
        raise CommandError(
            f"{new.name} ({new.id}) cannot be added: messages are written in English, and its catalog would never be "
            "read. Readers who ask for it have the English pages."
        )
    if same := next((known for known in site.locales.values() if known.meaning == new.meaning), None):
        raise CommandError(
            f"{new.id} says what {same.id} says, {_spoken(same)}, and that is a language of this site already. A "
            f"variant is of another region: it takes from `{same.language}` whatever it does not say itself."
        )
    _update(new)  # first: without its catalog a language is none
    write_site(site.path, add_locale(site, new))
    click.echo(f"""
{new.name} ({new.id}) is a language of this site. {_shorter(new)}{_when_public(new)}
  1. Translate {catalog_path(load_settings().translations, new.id)}, with Poedit or in the studio.
  2. Translate the slugs of the categories in {site.path.name}: slug.{new.id}
  3. Add articles/<key>/{new.id}.md for each article that exists in it.
`.venv/bin/flask --app app catalogs status` says how far it is.""")


def _shorter(new: Locale) -> str:
    """A hint where the language alone would do, as for `de_DE`."""
    is_needless = new.id != new.language and make_locale(new.language).meaning == new.meaning
    return f"`{new.language}` alone would say the same, {_spoken(new)}. " if is_needless else ""


def _spoken(known: Locale) -> str:
    """`German of Germany`: what a locale means where it names no region."""
    english = make_locale(SOURCE_LANGUAGE).babel
    return f"{known.babel.get_language_name('en')} of {english.territories.get(known.meaning[2], known.meaning[2])}"


def _when_public(new: Locale) -> str:
    """Which of its pages readers see, and from when on."""
    settings = load_settings()
    content = read_folder(settings).content
    parents = [parent for parent in new.lineage[1:] if os.path.lexists(catalog_path(settings.translations, parent))]
    catalog = read_catalogs(settings.translations, [new])[new.id]
    words = f"Where it has no words of its own, it says those of {parents[0]}. " if parents else ""
    if is_ready(catalog, new, content):
        return f"{words}It has all that is asked for: its readers see it as soon as the site has read site.toml."
    texts = ", ".join(content.lacking(new))
    needed = f"It also needs these texts (`required`): {texts}. " if texts else ""
    return (
        f"{words}Its readers see it once {PUBLIC_FROM} % of the interface is translated (`public_from` in site.toml); "
        f"so far {catalog.percent_translated()} % is. {needed}"
        "Signed-in translators see it now."
    )


@locale.command("remove")
@click.argument("identifier")
def locale_remove(identifier: str) -> None:
    """Take a language out of site.toml. Its catalog stays, so that nothing is lost."""
    site, gone = _site(), _locale(identifier)
    if gone.tag not in site.locales:
        raise CommandError(f"{gone.name} ({gone.id}) is no language of this site.")
    if gone == site.default:
        raise CommandError(f"{gone.name} is the `default_locale` of {site.path.name}. Choose another one there first.")
    if texts := texts_in(site.path.parent, gone):
        listed = "\n".join(f"  {path}" for path in texts)
        raise CommandError(f"These texts are written in {gone.name}. Move them out of the folder first:\n{listed}")
    write_site(site.path, remove_locale(site, gone))
    kept = catalog_path(load_settings().translations, gone.id)
    click.echo(f"{gone.name} is no language of this site any more. {kept} stays: adding it again takes that up.")


def _update(site_locale: Locale, force: bool = False) -> None:
    folder = load_settings().translations
    path = catalog_path(folder, site_locale.id)
    written = writing.updated_catalog(folder, site_locale)
    if not force and (lost := writing.lost_translations(path, written)):
        raise CommandError(
            f"{path} lacks {len(lost)} of the translations in the last commit, the first being of "
            f"“{shortened(lost[0])}”. Nothing has been written: they would be empty, and the site would take them "
            f"back. Put them back (git checkout -- {path}), or give --force."
        )
    _write(path, written)


def _write(path: Path, written: bytes) -> None:
    is_new = not os.path.lexists(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, written)
    except OSError as error:
        hint = "Is MICROSITE_TRANSLATIONS a folder that you may write to?"
        raise CommandError(f"{path} cannot be written: {error.strerror}. {hint}") from error
    click.echo(f"{path} is new." if is_new else f"{path} is up to date.")


def _status(queue: Queue) -> dict[str, Any]:
    language = queue.progress
    return {
        "locale": language.locale.id,
        "messages": language.messages,
        "translated": language.translated,
        "fuzzy": language.states["fuzzy"],
        "missing": language.states["missing"],
        "source_changed": language.states["changed"],
        "failing": language.states["failing"],
        "refused": language.refused,
        "share": language.percent,
        "public_from": language.public_from,
        "is_public": language.is_public,
        "has_fallen_behind": language.has_fallen_behind,
        "texts_required": language.lacking,
        "texts_missing": [text.file for text in queue.texts if "missing" in text.states],
        "texts_older": [text.file for text in queue.texts if "changed" in text.states],
    }


def _show(status: dict[str, Any]) -> None:
    standing = "public" if status["is_public"] else f"hidden below {status['public_from']} %"
    click.echo(f"{status['locale']}: {'public, but fallen behind' if status['has_fallen_behind'] else standing}")
    click.echo(f"  {status['share']} % of the interface that readers see")
    if status["messages"]:
        names = ("translated", "fuzzy", "missing", "source_changed", "failing", "refused")
        numbers = ", ".join(f"{status[name]} {name.replace('_', ' ')}" for name in names)
        click.echo(f"  {status['messages']} messages: {numbers}")
    for name in ("texts_required", "texts_missing", "texts_older"):
        if keys := status[name]:
            click.echo(f"  {name.replace('_', ' ')}: {', '.join(keys)}")


def _site() -> Site:
    return read_site(load_settings().site / "site.toml")


def _locale(identifier: str) -> Locale:
    try:
        return make_locale(canonical_id(identifier))
    except ValueError as error:
        raise CommandError(str(error)) from error
