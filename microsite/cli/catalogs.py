"""`flask catalogs ...` and `flask locale ...`."""

import dataclasses
import json
import os
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from microsite.catalog_tools import catalog_files
from microsite.catalog_tools.catalog_report import Status, findings, statuses
from microsite.catalog_tools.new_language import PUBLIC_FROM, add_locale, remove_locale, texts_in, write_site
from microsite.cli.site import report, site_of_settings
from microsite.config import ROOT, load_settings
from microsite.editions.site_folder import read_folder
from microsite.faults import Faults
from microsite.language.catalogs import SOURCE, shortened
from microsite.language.locales import Locale, make_locale
from microsite.language.po_file import LARGEST, catalog_path, template_path
from microsite.regular_files import read_regular_file

catalogs = AppGroup("catalogs", help="Message catalogs.")
locale = AppGroup("locale", help="The languages of the site.")


@catalogs.command("extract")
def catalogs_extract() -> None:
    """Write translations/messages.pot from templates, Python, site.toml and promotions."""
    settings = load_settings()
    path = template_path(settings.translations)
    try:
        written = catalog_files.extracted(ROOT, path.parent, settings.site)
    except Faults as found:
        report(found.faults)
    else:
        _write(path, written)


@catalogs.command("update")
@click.option("--force", is_flag=True, help="Also where translations of the last commit are lost.")
def catalogs_update(force: bool) -> None:
    """Take the template's messages into the catalog of every locale."""
    for one in site_of_settings().locales.values():
        if one.language != SOURCE:
            _update(one, force)


@catalogs.command("check")
def catalogs_check() -> None:
    """Name what is stale, missing, refused or ill set, with its line."""
    settings = load_settings()
    report(findings(ROOT, settings.translations, site_of_settings(), settings.site))
    click.echo("The catalogs are complete and up to date.")


@catalogs.command("status")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def catalogs_status(as_json: bool) -> None:
    """How far each language is: messages, and articles missing or older than their counterparts."""
    settings = load_settings()
    try:
        found = statuses(settings.translations, read_folder(settings).content)
    except Faults as faults:
        report(faults.faults)
        return
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(status) for status in found], ensure_ascii=False, indent=2))
    else:
        for status in found:
            _show(status)


@catalogs.command("write")
def catalogs_write() -> None:
    """Write translations saved in the studio into the .po files, where they are newer."""
    from datetime import UTC, datetime

    from flask import current_app

    from microsite.language.studio_words import words_by_locale
    from microsite.storage.revisions import Revisions, in_force, read_revisions

    folder = load_settings().translations
    revisions = read_revisions(current_app.extensions["store"], Revisions())
    words = words_by_locale(in_force(revisions, datetime.now(UTC)))
    for one in site_of_settings().locales.values():
        path = catalog_path(folder, one.id)
        if one.id not in words or not os.path.lexists(path):
            continue
        try:
            written, present = catalog_files.merged(folder, one, words[one.id]), read_regular_file(path, LARGEST)
        except Faults as found:
            report(found.faults)
            return
        if written == present:
            click.echo(f"{path} says it all already.")
        else:
            catalog_files.replace(path, written)
            click.echo(f"{path} has the studio's words.")


@locale.command("add")
@click.argument("identifier")
def locale_add(identifier: str) -> None:
    """Add a language, such as de, ar, pt_BR or zh_Hant: its catalog, and its lines in site.toml."""
    site, new = site_of_settings(), _locale(identifier)
    if new.tag in site.locales:
        _end(f"{new.name} ({new.id}) is a language of this site already.")
    _update(new)  # first: without its catalog a language is none
    try:
        write_site(site.path, add_locale(site, new))
    except Faults as found:
        report(found.faults)
    click.echo(f"""
{new.name} is a language of this site. Its readers see it once {PUBLIC_FROM} % of what they read is translated
(`public_from` in {site.path.name}); signed-in translators see it now.
  1. Translate {catalog_path(load_settings().translations, new.id)}, with Poedit or in the studio.
  2. Translate the slugs of the categories in {site.path.name}: slug.{new.id}
  3. Add articles/<key>/{new.id}.md for each article that exists in it.
`.venv/bin/flask --app app catalogs status` says how far it is.""")


@locale.command("remove")
@click.argument("identifier")
def locale_remove(identifier: str) -> None:
    """Take a language out of site.toml. Its catalog stays, so that nothing is lost."""
    site, gone = site_of_settings(), _locale(identifier)
    if gone.tag not in site.locales:
        _end(f"{gone.name} ({gone.id}) is no language of this site.")
    if gone == site.default:
        _end(f"{gone.name} is the `default_locale` of {site.path.name}. Choose another one there first.")
    if texts := texts_in(site.path.parent, gone):
        listed = "\n".join(f"  {path}" for path in texts)
        _end(f"These texts are written in {gone.name}. Move them out of the folder first:\n{listed}")
    try:
        write_site(site.path, remove_locale(site, gone))
    except Faults as found:
        report(found.faults)
    kept = catalog_path(load_settings().translations, gone.id)
    click.echo(f"{gone.name} is no language of this site any more. {kept} stays: adding it again takes that up.")


def _update(one: Locale, force: bool = False) -> None:
    folder = load_settings().translations
    path = catalog_path(folder, one.id)
    try:
        written = catalog_files.updated(folder, one)
        lost = [] if force else catalog_files.emptied(path, written)
    except Faults as found:
        report(found.faults)
    else:
        if lost:
            _end(
                f"{path} lacks {len(lost)} of the translations in the last commit, the first being of "
                f"“{shortened(lost[0])}”. Nothing has been written: they would be empty, and the site would take them "
                f"back. Put them back (git checkout -- {path}), or give --force."
            )
        _write(path, written)


def _write(path: Path, written: bytes) -> None:
    try:
        catalog_files.replace(path, written)
    except OSError as error:
        _end(f"{path} cannot be written: {error.strerror}. Is MICROSITE_TRANSLATIONS a folder that you may write to?")
    click.echo(f"{path} is up to date.")


def _show(status: Status) -> None:
    click.echo(f"{status.locale}: {'public' if status.is_public else f'hidden below {status.public_from} %'}")
    click.echo(f"  {status.share} % of what readers see")
    counted = ("translated", "fuzzy", "missing", "source_changed", "refused")
    numbers = ", ".join(f"{getattr(status, name)} {name.replace('_', ' ')}" for name in counted)
    click.echo(f"  {status.messages} messages: {numbers}")
    for name in ("articles_missing", "articles_older"):
        if keys := getattr(status, name):
            click.echo(f"  {name.replace('_', ' ')}: {', '.join(keys)}")


def _locale(identifier: str) -> Locale:
    try:
        return make_locale(identifier)
    except ValueError as error:
        _end(str(error))
        raise


def _end(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(1)
