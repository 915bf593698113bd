"""`flask promotions write`: what the studio says of a promotion becomes its file."""

import click
from sqlalchemy.exc import SQLAlchemyError

from microsite.cli.errors import CommandError, FaultsGroup, report
from microsite.clock import bounded
from microsite.config import load_settings
from microsite.editions.site_folder import read_folder
from microsite.faults import readable_name
from microsite.promotions.definition import defined_promotions
from microsite.promotions.promotion_file import written
from microsite.regular_files import write_atomically
from microsite.runtime import current_runtime
from microsite.storage.revision_rows import read_revisions
from microsite.storage.revisions import PROMOTION, Action, Revisions, Topic

promotions = FaultsGroup("promotions", help="Promotions of the studio.")


@promotions.command("write")
@click.argument("key")
def promotions_write(key: str) -> None:
    """Write what the studio says of the promotion KEY to site/promotions/KEY.toml.

    Comments at the top and default words stay. A new file gets the words in force in the default language.
    """
    settings, runtime = load_settings(), current_runtime()
    files = read_folder(settings)
    site = files.content.site
    try:
        saved = read_revisions(runtime.store, Revisions()).in_force(bounded(runtime.editions.clock))
    except SQLAlchemyError as error:
        raise CommandError(f"The database does not answer: {type(error).__name__}. Nothing was written.") from error
    defined = defined_promotions(files.promotions, saved, site)
    promotion = defined.promotions.get(key)
    if not promotion:
        if defined.faults:
            report(defined.faults)
        known = ", ".join(defined.promotions)
        raise CommandError(f"There is no promotion “{readable_name(key)}”. Write one of: {known}.")
    words = saved.get(Topic(PROMOTION, key, site.default.id))
    path = settings.site / "promotions" / f"{key}.toml"
    if not path.exists() and not (words and words.action == Action.WORDS):
        raise CommandError(f"“{key}” has no words in {site.default.name}. Write them in the studio first.")
    content = written(path, promotion, words.words if words else {})
    try:
        write_atomically(path, content)
    except OSError as error:
        raise CommandError(f"{path}: cannot be written: {error.strerror}.") from error
    click.echo(f"{path}: written. Its words go to the catalogs with `make catalogs`.")
