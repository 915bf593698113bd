"""`security.txt` (RFC 9116): whom to tell of a weakness, until when that holds. Served as it stands, never renewed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from microsite.faults import Fault, Faults
from microsite.regular_files import read_regular_file

SECURITY_TXT = "security.txt"
MAX_BYTES = 32 * 1024
SOON = timedelta(days=30)
"""How long before its Expires the file is named."""
_FIELD = re.compile(r"(contact|expires)[ \t]*:[ \t]*(\S.{0,2000}?)[ \t]*", re.IGNORECASE)
_CONTACT = re.compile(r"(?:mailto|https|tel):\S+")


@dataclass(frozen=True)
class SecurityTxt:
    """What the file says; without one, or with one that is wrong, `body` is None and `fault` says why."""

    path: Path
    body: str | None = None
    expires: datetime | None = None
    line: int = 1
    """Of Expires."""
    fault: str = ""

    def is_expired(self, now: datetime) -> bool:
        return self.expires is not None and self.expires <= now

    def warnings(self, now: datetime) -> Iterator[Fault]:
        """What somebody should do about it: nobody else does."""
        message = self.fault
        if self.expires is not None and self.expires <= now + SOON:
            when = f"{self.expires:%Y-%m-%d}"
            state = f"has expired on {when}" if self.is_expired(now) else f"expires on {when}"
            message = f"{state}. Look whether its contacts still hold, then write a new Expires."
        if message:
            yield Fault(self.path, self.line, message, warning=True)


def read_security_txt(folder: Path) -> SecurityTxt:
    """The file in the folder of the site. Raises nothing: what is wrong with it is its `fault`."""
    path = folder / SECURITY_TXT
    if not path.exists():
        return SecurityTxt(path, fault="is not there: it says whom to tell of a weakness (RFC 9116). Add it.")
    try:
        body = read_regular_file(path, MAX_BYTES).decode("utf-8-sig")
    except Faults as error:
        return SecurityTxt(path, fault=error.faults[0].message)
    except UnicodeDecodeError:
        return SecurityTxt(path, fault="is not UTF-8. Save it as UTF-8.")
    lines = enumerate(body.splitlines(), 1)
    fields = [(number, field[1].lower(), field[2]) for number, line in lines if (field := _FIELD.fullmatch(line))]
    if not any(name == "contact" and _CONTACT.fullmatch(value) for _, name, value in fields):
        return SecurityTxt(path, fault="has no contact. Write `Contact: mailto:…` or `Contact: https://…`.")
    dates = [(number, value) for number, name, value in fields if name == "expires"]
    if len(dates) != 1:
        return SecurityTxt(path, fault="has to say once until when it holds. Write `Expires: 2027-11-30T00:00:00Z`.")
    ((line_number, date),) = dates
    try:
        expires = datetime.fromisoformat(date)
        if expires.tzinfo is None:
            raise ValueError(date)
    except ValueError:
        return SecurityTxt(path, line=line_number, fault="is no moment. Write `Expires: 2027-11-30T00:00:00Z`.")
    return SecurityTxt(path, body, expires, line_number)
