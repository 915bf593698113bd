"""Put a folder in the place of another, at once."""

import ctypes
import os
from pathlib import Path

AT_FDCWD = -100
RENAME_EXCHANGE = 2


def exchange(new: Path, old: Path) -> None:
    """`new` stands where `old` stood, and the other way round; nobody sees neither or half. `old` need not exist.

    Python has no name for Linux's exchange of two names; where there is none, a moment passes between two renames.
    """
    if not old.exists():
        new.rename(old)
        return
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
        done = rename(AT_FDCWD, os.fsencode(new), AT_FDCWD, os.fsencode(old), RENAME_EXCHANGE) == 0
    except AttributeError:
        done = False
    if not done:
        former = new.with_name(f"{new.name}.former")
        old.rename(former)
        new.rename(old)
        former.rename(new)
