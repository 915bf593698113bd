"""Addresses that files name: whole, of the web, and the same to browsers as to us."""

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

MAX_ADDRESS = 2000
"""Characters: what every browser and search engine takes."""
_ODD = re.compile(r"[\s\\<>\"]")


def split_address(address: str, schemes: tuple[str, ...] = ("https", "http")) -> SplitResult | None:
    """The parts of an address with one of these schemes and a host; None for anything else.

    Spaces and backslashes are refused: in `https://elsewhere\\@here/` browsers and Python find different hosts.
    """
    if len(address) > MAX_ADDRESS or _ODD.search(address):
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises for one that is no number, or beyond 65535
    except ValueError:
        return None
    return parts if parts.scheme in schemes and parts.hostname and "@" not in parts.netloc else None


def with_values(address: str, values: dict[str, str]) -> str:
    """The address with these values in its query, before the `#`; one that it names itself stays as it is."""
    parts = urlsplit(address)
    named = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    added = urlencode({name: value for name, value in values.items() if name not in named})
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query.rstrip("&"), added)))))
