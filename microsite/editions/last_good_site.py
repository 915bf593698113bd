"""The last good site.toml, kept in the instance folder: a start with a broken one has it to go on with."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from microsite.config import Settings
from microsite.content.site_file import Site, read_site, with_pseudo
from microsite.content.toml import MAX_BYTES
from microsite.faults import Faults
from microsite.regular_files import read_regular_file


def keep_site(settings: Settings) -> None:
    """Keep the present site.toml, which is good. A disk that is full or read-only keeps the former one."""
    kept = _path(settings)
    with suppress(Faults, OSError):
        content = read_regular_file(settings.site / "site.toml", MAX_BYTES)
        if kept.is_file() and content == kept.read_bytes():
            return
        descriptor, name = tempfile.mkstemp(dir=kept.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            os.replace(name, kept)
        except OSError:
            os.unlink(name)
            raise


def kept_site(settings: Settings) -> Site | None:
    """What it said, if there is one that this program can read."""
    try:
        content = read_regular_file(_path(settings), MAX_BYTES)
        site = read_site(settings.site / "site.toml", content)
    except Faults:
        return None
    return with_pseudo(site) if settings.pseudo else site


def _path(settings: Settings) -> Path:
    return settings.instance / "last_site.toml"
