"""What the environment says: read without anything that the process that watches over a server could do without."""

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "MICROSITE_"


class ConfigurationError(SystemExit):
    """A setting that cannot be used. Ends the program with its sentence, without a trace."""


def given_settings(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The settings that somebody gave, by field; the environment wins over the file `.env` beside `app.py`."""
    if environ is None:
        environ = {**{k: v or "" for k, v in dotenv_values(ROOT / ".env").items()}, **os.environ}
    return {k.removeprefix(PREFIX).lower(): v for k, v in environ.items() if k.startswith(PREFIX) and v != ""}
