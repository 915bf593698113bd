"""Drawings that lie beside a text (`NAME.svg`, `NAME.fr.svg`): checked, and written anew as HTML.

Nothing reaches a page but what is listed here. Read by expat itself: what stands above it (ElementTree, defusedxml)
does not tell the line of an element, and lxml would be the largest of our libraries.
"""

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from microsite.content.fields import KEY
from microsite.content.text_checks import decode_text
from microsite.faults import Fault, Faults, failing_alone, suggestion
from microsite.language.locales import runs_right_to_left
from microsite.language.typography import typeset
from microsite.regular_files import MiB, read_regular_file

MAX_BYTES = 4096
PHONE_WIDTH = 288
"""Pixels that a drawing has on a phone of 320: the stylesheet's `--edge` takes 16 on either side."""
MIN_TEXT = 13
"""Pixels of letters there."""
COLOURS = ("line", "planet", "soft")
"""Classes, in the stylesheet below `.figure`: each gives the token of its name. Without one, ink."""
_NAMESPACE = "http://www.w3.org/2000/svg"
_CONTAINERS = {"g", "svg", "text", "tspan"}
_WORDS = {"desc", "text", "title", "tspan"}
_ELEMENTS = {*_CONTAINERS, *_WORDS, "circle", "ellipse", "line", "path", "polygon", "polyline", "rect"}
_NUMBER = r"-?(?:\d+(?:\.\d+)?|\.\d+)", "a number"
_NUMBERS = r"[-\d\s.,]+", "numbers"
_INK = "none|currentColor", "`none` or `currentColor`, and the colour by a `class`"
_PAINT = {
    "fill": _INK,
    "font-family": ("sans-serif", "`sans-serif`"),
    "font-size": _NUMBER,
    "font-weight": ("bold", "`bold`"),
    "stroke": _INK,
    "stroke-linecap": ("butt|round|square", "`butt`, `round` or `square`"),
    "stroke-linejoin": ("bevel|miter|round", "`bevel`, `miter` or `round`"),
    "stroke-width": _NUMBER,
    "text-anchor": ("start|middle|end", "`start`, `middle` or `end`"),
}
_SHAPES = {
    **_PAINT,
    **dict.fromkeys(("cx", "cy", "dx", "dy", "height", "r", "rx", "ry", "width"), _NUMBER),
    **dict.fromkeys(("x", "x1", "x2", "y", "y1", "y2"), _NUMBER),
    "class": ("|".join(COLOURS), f"one of {', '.join(COLOURS)}"),
    "d": (r"[MLHVCSQTAZmlhvcsqtaz\d\s.,-]+", "a path"),
    "points": _NUMBERS,
    "stroke-dasharray": _NUMBERS,
    "transform": (r"(?:(?:translate|rotate)\([-\d\s.,]+\)\s*)+", "`translate(…)` and `rotate(…)`"),
}
_NAMES = {"lang": (r"[A-Za-z]{2,3}(?:-[A-Za-z\d]{2,8}){0,2}", "a language, such as `fr`")}
_ROOT = {**_PAINT, "viewBox": (r"[-\d\s.]+", "four numbers"), "xmlns": (_NAMESPACE, f"`{_NAMESPACE}`")}
_ATTRIBUTES = {**dict.fromkeys(_ELEMENTS, _SHAPES), "svg": _ROOT, "title": _NAMES, "desc": _NAMES}
"""By element and attribute: the pattern of its values, and what a writer may put there."""
_AS_IT_IS = 'Write `fill="none" stroke="currentColor"` on the svg: it has to be right without our stylesheet as well.'


class _OpenElement(NamedTuple):
    """An element that is not closed yet, and what holds inside it."""

    name: str
    language: str
    size: float | None
    """Of letters, in units of the drawing."""
    colour: str


def read_drawing(path: Path) -> dict[str, str]:
    """The HTML of a drawing by the id of each locale that it is for. Raises Faults, whatever is wrong.

    `NAME.fr.svg` is for one. `NAME.svg`, which has no words, is for each that its title and description are in.
    """
    data = read_regular_file(path, MiB)
    if len(data) > MAX_BYTES:
        message = f"{len(data)} bytes; a drawing has at most {MAX_BYTES}. Round its numbers, draw less."
        raise Faults([Fault(path, 1, message)])
    name, _, locale_id = path.stem.partition(".")
    if not KEY.fullmatch(name):
        message = "no name for a drawing. Write small letters without accents, digits, hyphens: `the-cable.fr.svg`."
        raise Faults([Fault(path, 1, message)])
    reader = _Reader(path, name, locale_id)
    with failing_alone(path):
        return reader.read(decode_text(path, data))


class _Reader:
    """Reads one drawing, and collects its HTML and its faults."""

    def __init__(self, path: Path, name: str, locale_id: str) -> None:
        self.faults: list[Fault] = []
        self._path, self._name, self._locale_id = path, name, locale_id
        self._open = [_OpenElement("", locale_id, None, "")]
        """The first stands for the file."""
        self._words: dict[str, dict[str, str]] = {"title": {}, "desc": {}}
        """Title and description, by locale id."""
        self._root = ""
        """The attributes of the svg."""
        self._width = 0.0
        self._html: list[str] = []
        self._parser = parser = expat.ParserCreate("UTF-8")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.ProcessingInstructionHandler = lambda target, data: self._fault("an instruction of XML. Remove it.")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._data

    def read(self, text: str) -> dict[str, str]:
        """The HTML by locale id. Raises Faults."""
        if "&#" in text:  # a number may stand for a sign that no text may hold
            line = text[: text.index("&#")].count("\n") + 1
            raise Faults([Fault(self._path, line, "the number of a character. Type the character itself.")])
        try:
            self._parser.Parse(text.encode(), True)
        except expat.ExpatError as error:
            message = f"no XML: {expat.ErrorString(error.code)}. Mend it, or save it anew as plain SVG."
            raise Faults([*self.faults, Fault(self._path, error.lineno, message)]) from error
        self._check_words()
        if self.faults:
            raise Faults(self.faults)
        body = "".join(self._html)
        return {locale_id: self._in_page(locale_id) + body + "</svg>" for locale_id in self._words["title"]}

    def _in_page(self, locale_id: str) -> str:
        """The beginning of the drawing in a page, with its names for those who do not see it."""
        anchor = f"site_figure_{self._name}"
        names = f'aria-labelledby="{anchor}" aria-describedby="{anchor}_desc"'
        title, description = (self._words[name][locale_id] for name in self._words)
        ids = f'<title id="{anchor}">{title}</title><desc id="{anchor}_desc">{description}</desc>'
        # Letters begin where they are drawn to, as in a file that is opened by itself.
        begins = ' direction="ltr"' if runs_right_to_left(locale_id) else ""
        return f'<svg role="img" {names}{begins}{self._root}>{ids}'

    def _check_words(self) -> None:
        """Each language that it is for has a title and a description."""
        languages = self._words["title"].keys() | self._words["desc"].keys() | ({self._locale_id} - {""})
        for name, words in self._words.items():
            if lacking := next((language for language in sorted(languages or {""}) if not words.get(language)), None):
                self._fault(f"no <{name}> in “{lacking}”. It is what people hear who do not see the drawing.", 1)
            elif not languages:
                self._fault(f'no <{name}>. Write one for each language: <{name} lang="en">.', 1)

    def _refuse_doctype(self, *_: object) -> None:
        """At once: it could declare entities that grow without end, or lie elsewhere."""
        raise Faults([*self.faults, Fault(self._path, self._line, "a DOCTYPE. Remove it.")])

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name not in _ELEMENTS:
            self._fault(f"<{name}> has no place in a drawing. {suggestion(name, _ELEMENTS, '<{}>')}")
        elif (name == "svg") != (len(self._open) == 1) or (name in self._words and len(self._open) != 2):
            self._fault(f"<{name}> in the wrong place. One <svg> holds everything, right in it <title> and <desc>.")
        allowed = _ATTRIBUTES.get(name, _SHAPES)
        for key, value in attributes.items():
            if key not in allowed:
                self._fault(f"the attribute `{key}` has no place on <{name}>. {suggestion(key, allowed, '`{}`')}")
            elif not re.fullmatch(allowed[key][0], value, re.ASCII):
                self._fault(f'`{key}="{value[:40]}"`: write {allowed[key][1]}.')
        self._open_element(name, attributes)

    def _open_element(self, name: str, attributes: Mapping[str, str]) -> None:
        above, size = self._open[-1], attributes.get("font-size", "")
        self._open.append(
            _OpenElement(
                name,
                attributes.get("lang", "").replace("-", "_") or above.language,
                float(size) if re.fullmatch(_NUMBER[0], size, re.ASCII) else above.size,
                attributes.get("class", above.colour),
            )
        )
        written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items() if key != "xmlns")
        if name == "svg":
            self._open_svg(attributes, written)
        elif name not in self._words:
            self._html.append(f"<{name}{written}{'' if name in _CONTAINERS else '/'}>")

    def _open_svg(self, attributes: Mapping[str, str], written: str) -> None:
        """The svg itself: how large it is, and that it is right without a stylesheet."""
        box = [float(number) for number in re.findall(_NUMBER[0], attributes.get("viewBox", ""))]
        if len(box) != 4 or min(box[2:]) <= 0:
            self._fault('no size. Write `viewBox="0 0 320 200"` on the svg, with its width and height.')
            return
        if attributes.get("fill") != "none" or attributes.get("stroke") != "currentColor":
            self._fault(_AS_IT_IS)
        self._width = box[2]
        self._root = f'{written} width="{box[2]:g}" height="{box[3]:g}"'

    def _end(self, name: str) -> None:
        self._open.pop()
        if name in _CONTAINERS - {"svg"}:
            self._html.append(f"</{name}>")

    def _data(self, data: str) -> None:
        element = self._open[-1]
        if not data.strip():
            self._html.append(" " if element.name in ("text", "tspan") else "")
            return
        words = escape(typeset(re.sub(r"\s+", " ", data), element.language), quote=False)
        if element.name in self._words:
            self._words[element.name][element.language] = words.strip()
        elif element.name in _WORDS:
            self._check_text(element, data)
            self._html.append(words)
        else:
            self._fault("words outside of <text>. Put them there, or remove them.")

    def _check_text(self, element: _OpenElement, words: str) -> None:
        """Letters in a drawing: large enough for a phone, in ink, and in the language of its file."""
        if not self._locale_id and any(map(str.isalpha, words)):
            self._fault(f"words, in a drawing for every language. Name it {self._name}.en.svg, and draw each language.")
        if element.colour not in ("", "soft"):
            self._fault(f"words in the colour `{element.colour}`, which is too pale. Leave it out, or write `soft`.")
        if not element.size or element.size * PHONE_WIDTH < MIN_TEXT * self._width:
            least = MIN_TEXT * self._width / PHONE_WIDTH
            self._fault(f"letters too small for a phone. Give them a `font-size` of {least:.1f} or more.")

    @property
    def _line(self) -> int:
        return self._parser.CurrentLineNumber

    def _fault(self, message: str, line: int = 0) -> None:
        self.faults.append(Fault(self._path, line or self._line, message))
