"""What fields of files may hold: keys, slugs, names, sentences, addresses of the web."""

import re
import unicodedata
from typing import Annotated, TypeVar
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from microsite.language.typography import typeset

KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""What a text's folder, a promotion's file and a slug may be called."""
MAX_SLUG = 100
"""Characters; file systems hold 255 bytes."""
MAX_NAME = 100
"""Characters of a name of a site, a company, a publication, a category, or of who replies."""
MAX_ADDRESS = 2000
"""Characters: what every browser and search engine takes."""
_BREAKS = re.compile(r"[ \t\n]*[\t\n][ \t\n]*")
_ODD = re.compile(r"[\s\\<>\"]")


class Strict(BaseModel):
    """Checked, immutable, and without fields that the model does not declare."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Model = TypeVar("Model", bound=Strict)


def with_typeset(model: Model, language: str, *names: str) -> Model:
    """The model, these of its fields set as `language` has it; those that it leaves out stay so."""
    words = {name: typeset(value, language) for name in names if (value := getattr(model, name))}
    return model.model_copy(update=words)


def heading_id(words: str) -> str:
    """As `slugify`, with the letters of every other script as they are: what has no plain letters had no name."""
    kept: list[str] = []
    for character in unicodedata.normalize("NFKD", words).lower():
        if character.isascii():
            kept.append(character if character.isalnum() else "-")
        elif character.isalnum() or (
            unicodedata.category(character).startswith("M") and kept and not kept[-1].isascii()
        ):
            kept.append(character)
    parts = filter(None, "".join(kept).split("-"))
    return unicodedata.normalize("NFC", "-".join(parts)) or "section"


def slugify(words: str) -> str:
    """The words in plain letters, such as in an address; never empty."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain)) or "section"


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


def _slug(value: str) -> str:
    if len(value) > MAX_SLUG:
        raise ValueError(f"more than {MAX_SLUG} characters. Shorten it")
    if not KEY.fullmatch(value):
        raise ValueError("cannot be part of an address. Use small letters without accents, digits, hyphens")
    return value


def _web_address(value: str) -> str:
    if not split_address(value):
        raise ValueError("not an address. Write all of it, from https://")
    return value


def _https_address(value: str) -> str:
    if not split_address(value, ("https",)):
        raise ValueError("not an https address. Write all of it, from https://")
    return value


def _on_one_line(value: object) -> object:
    """Words that a file breaks into lines are one line of a page, a title, a feed."""
    return _BREAKS.sub(" ", value) if isinstance(value, str) else value


def at_most(characters: int) -> StringConstraints:
    """Text that is not empty, without the spaces around it."""
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=characters)


ONE_LINE = BeforeValidator(_on_one_line)
Slug = Annotated[str, AfterValidator(_slug)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
HttpsAddress = Annotated[str, AfterValidator(_https_address)]
Name = Annotated[str, at_most(MAX_NAME), ONE_LINE]
Title = Annotated[str, at_most(200), ONE_LINE]
Sentences = Annotated[str, at_most(600), ONE_LINE]
"""One or two, as lists and search engines show them."""
