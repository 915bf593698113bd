"""Reading files from outside: regular ones alone, as a pipe would block for ever, and no larger than they may be.

And writing files of ours, whole or not at all.
"""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from microsite.faults import Fault, Faults
from microsite.text import N_, Sentence

MiB = 1024 * 1024
_NOT_REGULAR = N_("is no regular file. Put a file of text there, or remove it.")
# TRANSLATORS: Behind a file's name. %(reason)s is what the system says, in English.
_UNREADABLE = N_("cannot be read: %(reason)s. Remove it or put the file there.")
# TRANSLATORS: Behind a file's name. %(size)s is a number.
_TOO_LONG = N_("is longer than %(size)s MiB. Split it, or take out what does not belong there.")


def read_regular_file(path: Path, max_bytes: int) -> bytes:
    """The whole file. Raises Faults for one that is missing, unreadable, not regular, or longer than `max_bytes`.

    It is opened without blocking, and examined after it was opened, so that what is examined is what is read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            # Checked before `open`, which would leave the descriptor of a directory open.
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Faults([Fault(path, 1, Sentence(_NOT_REGULAR))])
            with open(descriptor, "rb", closefd=False) as file:
                data = file.read(max_bytes + 1)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL in it
        reason = error.strerror if isinstance(error, OSError) else error
        raise Faults([Fault(path, 1, Sentence(_UNREADABLE, reason=reason))]) from error
    if len(data) > max_bytes:
        raise Faults([Fault(path, 1, Sentence(_TOO_LONG, size=f"{max_bytes / MiB:g}"))])
    return data


@contextmanager
def draft_of(path: Path, data: bytes, mode: int = 0o666) -> Iterator[Path]:
    """A file beside `path` that holds `data` whole, to be given its name within the block. Raises OSError."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # a power cut could keep the name without the bytes, for ever
        yield draft
    finally:
        with suppress(OSError):  # it has the file's name now, or the folder is gone or is none
            draft.unlink()


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file in one step, or leave it: no reader sees half of it, whoever else writes it at the same time.

    Raises OSError, also where there is no folder for it.
    """
    with draft_of(path, data) as draft:
        draft.replace(path)
