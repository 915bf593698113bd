"""The file of the secret key in the instance folder: made once, whole or not at all, with a key nobody can guess."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from microsite.environment import ConfigurationError
from microsite.faults import Faults
from microsite.regular_files import draft_of, read_regular_file

MIN_LENGTH = 32
"""Characters: 128 bits where they are hexadecimal digits, the fewest that RFC 6151 and NIST SP 800-107 ask of a key."""
MAX_BYTES = 4096
GROUP_AND_OTHERS = 0o077
"""The permission bits of all but the owner of a file."""


def weakness(key: str) -> str | None:
    """Why a key cannot be used, and what to do; None if it can."""
    length = len(key.strip())
    if length >= MIN_LENGTH:
        return None
    fault = f"has {length} characters, and what it signs could be forged" if length else "is empty"
    return f"{fault}. Take one of at least {MIN_LENGTH}: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"


def load_or_create(path: Path) -> str:
    """The key in a file, which is made if there is none. Raises ConfigurationError, with what to do.

    Two processes that start at once get the same key. An empty file, as earlier releases left it when they ended while
    they wrote, is refused and not replaced: of two starts at once, each would replace what the other made.
    """
    if not os.path.lexists(path):
        _create(path)
    try:
        key = read_regular_file(path, MAX_BYTES).decode("ascii")
    except Faults as faults:
        why = faults.faults[0].message.partition(". ")[0]
        raise ConfigurationError(
            f"{path}: {why}. It holds the key that signs sessions. Let the site's account read it, and no other."
        ) from faults
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{path}: holds something else than letters, digits and signs of ASCII. Put the key of a backup there."
        ) from error
    if not key.strip():
        raise ConfigurationError(
            f"{path}: is empty, since a start was cut off or the disk was full. "
            "Put the key of a backup there; if there has never been an account, remove the file and start again."
        )
    if fault := weakness(key):
        raise ConfigurationError(f"{path}: {fault} Put it in this file.")
    _make_private(path)
    return key


def _create(path: Path) -> None:
    """Write a new key to a draft, and link the draft to its name.

    So the name never stands for half a key, and of two processes the second finds the key of the first.
    """
    try:
        with draft_of(path, secrets.token_hex(32).encode(), 0o600) as draft, suppress(FileExistsError):
            os.link(draft, path)
        _sync_folder(path.parent)
    except OSError as error:
        raise ConfigurationError(
            f"{path}: the key that signs sessions cannot be kept there: {error.strerror}. "
            "Make room or let the site's account write there, or set MICROSITE_SECRET_KEY; then start again."
        ) from error


def _sync_folder(folder: Path) -> None:
    """Write the names in a folder to the disk.

    A power cut must not take the key's name away again: what was signed meanwhile could not be read any more.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_private(path: Path) -> None:
    """Take the permissions of all but the owner away: `cp` from a backup leaves a file open to everybody."""
    if not path.stat().st_mode & GROUP_AND_OTHERS:
        return
    try:
        path.chmod(path.stat().st_mode & ~GROUP_AND_OTHERS)
    except OSError as error:
        raise ConfigurationError(
            f"{path}: others on this machine may read it, and that cannot be changed: {error.strerror}. "
            f"As its owner: chmod 600 {path}"
        ) from error
