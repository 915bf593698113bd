"""Notations of other programs that our Markdown does not have: readers would see them as they were typed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from markdown_it.token import Token

from microsite.content.fields import split_address

FOOTNOTE = (
    "a footnote. There are none: say it in the sentence, or name the source in `sources` and cite its key, `[^key]`."
)
INDENTED = "four spaces at the beginning make code of these lines. If they are none, take the spaces away."
MARKS = "quotation marks around a quotation. The page sets them; take these away."
_IN_MARKS = re.compile(r'\s*["“«][^"“”«»]*["”»]\W*')
_OWN_MACHINE = {"127.0.0.1", "localhost"}
"""Where whoever writes reads the site, and copies addresses from."""
_HIDES = "Put code between ` `, or remove it."
_NOTATIONS: tuple[tuple[str, str], ...] = (
    (r"<[!?][^<>\n]*>?", "a comment or instruction of HTML. Readers would see it; remove it."),
    (r"</?[a-zA-Z][^<>]*>", "would be read as it stands: no HTML. Write it in Markdown, or put code between ` `."),
    (
        r"\][ \t]{1,9}\((?:article|page|term|contact|https?|mailto):",
        "a space between a link's words and its address. Take it out.",
    ),
    (r"\]\([^\s)]*", "would be read as it stands: no link that may be followed. Mend the address, without spaces."),
    (r"\[\^[^\[\]\s]*\]?|\^\[", FOOTNOTE),
    (r"\[@[\w-]+", "a citation of a bibliography. Name the source in `sources` of the front matter."),
    (r"\]\[[^\[\]\n]*\]", "a link whose address is nowhere given. Write [words](address), or \\[ for a bracket."),
    (r"!?\[\[_?(?:toc|TOC)_?\]\]|@?\[(?:toc|TOC)\]|\{:toc\}|\{\{ ?toc ?\}\}", "a table of contents. Remove it."),
    (r"!?\[\[", "a link of a wiki. Write [words](article:key), or [words](page:key)."),
    (r"\{\{[<%]", f"a shortcode of Hugo. {_HIDES}"),
    (r"\{%|\{\{", f"a tag of Liquid or Jinja. {_HIDES}"),
    (r"\{:?[ \t]?[#.][\w-]|\{:[ \t]?\w", "an attribute. Headings get their address from their words; remove it."),
    (r"\$\$|\\(?:begin|end)\{", "a formula. There are none; say it in words."),
    (r"\\(?:newpage|pagebreak|toc)\b", "a command of LaTeX. Remove it."),
    (r"==[^=\s][^=\n]*==", "a highlight. Write **strong** or *emphasis*."),
    (r"%%[^%\n]*%%|^%%$", "a comment of Obsidian. Readers would see it; remove it."),
    (r"\A\[[ xX]\](?=[ \t])", "a task. Lists have none; remove the box."),
    (
        r"^\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?)?[ \t]*$|^\|[^\n]*\|[ \t]*$",
        "a table. There are none; make a list of it.",
    ),
    (r"^(?:!!!|\?\?\?\+?)[ \t]+\w+|\A\[!\w+\]", "a note of another program. Write a paragraph, or a heading over it."),
    (r"(?<![\w:]):[a-z][a-z0-9_+-]{1,40}:(?![\w:])", "a name of an emoji. Type the sign itself, or words."),
    (
        r"\[/?[a-z][\w-]*[ \t]+[\w-]+=[^\[\]\n]*\]|\[/[a-z][\w-]*\]|\[(?:gallery|caption|embed|playlist)\]",
        "a shortcode of WordPress. Remove it.",
    ),
    (r"^[•·▪●◦‣\uf0b7][ \t\u00a0]", "a dot for a list, as word processors set it. Begin each line with `- `."),
    (r"\A[^\n]{1,60}\n:[ \t]+\S|\A:[ \t]+\S", "a list of definitions. Write a list: `- **word**: what it means`."),
    (r"^(?:import|export)[ \t][^\n]*[ \t]from[ \t]+[\"'][^\"'\n]+[\"'];?$", "code of MDX. Remove it."),
    (r"^\.\. [\w-]+::?(?= |$)", "a directive of reStructuredText. Write it in Markdown, or in the front matter."),
    (r"^#{2,6}[^\s#]", "a heading without a space. Write `## ` and then its words."),
    (r"&#?\w{1,31};", "no name of a character. Type the character itself."),
)
_ANY = re.compile("|".join(f"(?P<n{number}>{pattern})" for number, (pattern, _) in enumerate(_NOTATIONS)), re.MULTILINE)
MAX_HEADING_LINES = 1
_SIGNS = re.compile(r"[<\[\]{$\\=%|&#^•·▪●◦‣\uf0b7]|:[a-z]|!!!|\?\?\?|\n:|\nimport|\nexport|\n\.\.")
_BEGINS = (":", "import", "export", "..")
"""A paragraph without any of these signs has no notation: to search for them takes a fortieth of the time."""
_MAX_SHOWN = 40
"""Characters of the notation that a fault repeats."""


class Notation(NamedTuple):
    """A notation that is not rendered."""

    line: int
    """Within the text, from 0."""
    words: str
    """Its first line."""
    message: str


def notations(text: str) -> Iterator[Notation]:
    """The notations of other programs in the words of a paragraph (see `plain_lines`), the first of each kind.

    Takes linear time: every pattern ends where the next of its kind could begin.
    """
    if not (_SIGNS.search(text) or text.startswith(_BEGINS)):
        return
    reported: set[str] = set()
    for match in _ANY.finditer(text):
        kind = match.lastgroup or ""
        if kind in reported:
            continue
        reported.add(kind)
        words = match[0].strip().partition("\n")[0]
        start = match.start() + len(match[0]) - len(match[0].lstrip("\n"))
        shown = words if len(words) <= _MAX_SHOWN else words[:_MAX_SHOWN] + "…"
        yield Notation(text.count("\n", 0, start), words, f"“{shown}”: {_NOTATIONS[int(kind[1:])][1]}")


def footnotes(env: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Line, from 0, and sentence of each definition such as `[^1]: word`, which Markdown takes for a link's address."""
    for label, reference in env.get("references", {}).items():
        if label.startswith("^"):
            yield reference["map"][0], f"“[{label}]:”: {FOOTNOTE}"


def is_in_marks(text: str) -> bool:
    """Whether all of a text stands between quotation marks, with none within."""
    return bool(_IN_MARKS.fullmatch(text))


def leads_nowhere(href: str) -> str:
    """A sentence for an address that no link can have; else empty."""
    address = split_address(href)
    if address and address.hostname in _OWN_MACHINE:
        return f"the link to “{href}”, on your own machine. Use article:key or page:key."
    if address or href == "contact:" or href.startswith("mailto:"):
        return ""
    return f"the link to “{href}”. Use article:key, page:key, term:key, contact:, or a whole https:// address."


def misread_as(token: Token, source: Sequence[str]) -> str:
    """A sentence for lines that Markdown reads as their writer hardly meant; else empty."""
    start, end = token.map or (0, 0)
    if token.type == "fence":
        last = source[min(end, len(source)) - 1].lstrip("> \t")
        if end - start < 2 or not last.startswith(token.markup) or last.strip(token.markup[0]).strip():
            return f"a block of code that does not end. Close it with a line {token.markup}."
    if token.type == "heading_open" and token.markup == "-" and end - start > 1 + MAX_HEADING_LINES:
        return "a line of dashes makes a heading of the lines above it. Put an empty line between them."
    return ""
