"""Settings as somebody gave them, as text.

A module of its own, without pydantic: the process that watches over a server worker needs no more.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "MICROSITE_"


class ConfigurationError(SystemExit):
    """A setting cannot be used. Ends the program with its sentence, without a traceback."""


def settings_from_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The values of `MICROSITE_*` variables by field name; the environment wins over the file `.env` beside `app.py`.

    A variable that is empty is not set.
    """
    if environ is None:
        environ = {**{name: value or "" for name, value in dotenv_values(ROOT / ".env").items()}, **os.environ}
    return {
        name.removeprefix(PREFIX).lower(): value for name, value in environ.items() if name.startswith(PREFIX) and value
    }
