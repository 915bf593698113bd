"""`flask content check`, `flask export`."""

import os
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import click
from flask.cli import ScriptInfo, pass_script_info
from sqlalchemy.exc import SQLAlchemyError

from microsite.cli.errors import CommandError, FaultsError, FaultsGroup, report
from microsite.cli.progress_bar import progress_bar
from microsite.config import ROOT, load_settings, origin
from microsite.content.check import avoided_words
from microsite.content.glossary_table import TABLES, with_table
from microsite.delivery.export import Export, ExportError
from microsite.editions.notices import notices
from microsite.editions.site_folder import read_folder
from microsite.environment import PREFIX
from microsite.faults import Faults, named
from microsite.language.locales import make_locale
from microsite.language.reading import read_catalogs
from microsite.promotions.claim_checks import file_claims
from microsite.runtime import runtime_of

content = FaultsGroup("content", help="Articles, pages, promotions and site.toml.")


def checked_origin(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """The value of an option that takes an origin or nothing, for Click. Raises BadParameter for anything else."""
    try:
        return value and origin(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--base-url", required=True, help="Scheme and host under which readers will reach the files.")
@click.option(
    "--go-base",
    default="",
    callback=checked_origin,
    help="Scheme and host of a running instance that counts clicks; else none are counted.",
)
@click.option("--share-images/--no-share-images", default=True, help="Draw the pictures that social networks show.")
@pass_script_info
def export(script: ScriptInfo, folder: Path, base_url: str, go_base: str, share_images: bool) -> None:
    """Write the whole public site to FOLDER as files, for any server or CDN.

    FOLDER is replaced at once when all is written. It holds _nginx.conf, _headers and _redirects for its server.
    """
    settings = load_settings({**os.environ, f"{PREFIX}BASE_URL": base_url, f"{PREFIX}PAGE_MEMORY": "0"})
    app = script.load_app().extensions["create_app"](settings)
    runtime = runtime_of(app)
    try:
        runtime.store.upgrade()
    except SQLAlchemyError as error:
        # What was paused would be public again.
        hint = "Is the database up? It has the words in force."
        raise CommandError(f"{folder}: not written: {type(error).__name__}. {hint}") from error
    runtime.is_export, runtime.click_base_url = True, go_base or None

    try:
        with progress_bar("Pages") as advance:
            count = Export(app, folder, share_images).write(advance)
    except Faults as error:
        raise FaultsError(error.faults) from error
    except ExportError as error:
        raise CommandError(str(error)) from error
    runtime.counts.flush()  # it is public now: the register of the next export says so
    click.echo(f"{folder}: {count} files.")


@content.command("glossary")
def content_glossary() -> None:
    """Write the terms of site/glossary.toml into the tables of the translators' documents."""
    files = read_folder(load_settings())
    source, target = make_locale("en"), make_locale("fr")
    for name in TABLES:
        path = ROOT / "docs" / name
        path.write_text(with_table(path, files.content.glossary, source, target), encoding="utf-8")
        click.echo(f"{path} has the terms of the glossary.")


@content.command("check")
def content_check() -> None:
    """Name every fault at once, also of catalogs that keep words from readers; warn of placeholders and claims."""
    settings = load_settings()
    files = read_folder(settings)
    site = files.content.site
    catalogs = read_catalogs(settings.translations, site.locales.values(), waiting=site.public_from)
    in_catalogs = dict.fromkeys(fault for catalog in catalogs.values() for fault in catalog.faults)
    reminders = notices(site, files.security_txt, datetime.now(UTC)).values()
    in_words = file_claims(files.promotions, site, files.claims)
    warnings = [*files.content.warnings, *avoided_words(files.content)]
    report([*files.faults, *in_catalogs, *in_words, *warnings, *chain.from_iterable(reminders)])
    claim_count = sum(map(len, files.claims.values()))
    counts = f"Texts ({len(files.content.text_files)}), promotions ({len(files.promotions)}) and claims ({claim_count})"
    click.echo(f"{counts} are in order.")
    for locale in site.locales.values():
        unwritten = [entry.key for entry in files.content.entries() if not entry.speaks(locale)]
        if unwritten and locale.id not in site.public_from:
            click.echo(f"Not written yet, {locale.id}.md of: {named(unwritten)}.")
