"""The picture that stands beside a link to a page: its category and title in our type, and one planet (Open Graph)."""

from __future__ import annotations

import hashlib
import json
import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from microsite.reader.share_type import LEADING, SANS, SERIFS, Letters, Text, fitted, spelled
from microsite.regular_files import write_atomically

if TYPE_CHECKING:  # imported where it is used: most processes never draw, and it costs a start 17 ms and 6 MB
    from PIL import Image, ImageDraw

log = logging.getLogger(__name__)
VERSION = 1
"""Part of every name. Raise it with any change to the drawing or the fonts: every image is then made anew."""

# The ground of articles; night is kept for advertisements.
PAPER, INK, SOFT, LINE, PLANET = "#f6f8f7", "#0e2229", "#405257", "#c2cdcb", "#d9431e"
BLENDS = [(PAPER, INK), (PAPER, SOFT), (PAPER, LINE), (PAPER, PLANET), (PLANET, INK)]
"""Colours that touch. Smooth edges need steps between them, `STEP` apart: closer, and Pillow takes one for another."""
STEP = 16


SIZE = WIDTH, HEIGHT = 1200, 630
EDGE = 72
MARK_TOP, MARK = 56, 60
NAME_FOOT, NAME_SIZE, NAME_INDENT = 99, 36, MARK + 14
KICKER_FOOT, KICKER_SIZE = 184, 28
TITLE_TOP, TITLE_FOOT, MEASURE = 228, 560, 830

# Shares of the size of the type: of its capitals, and below its line.
CAPITALS, BELOW = 0.68, 0.3

SMOOTH = 4
"""Shapes are drawn this many times larger, then reduced: Pillow's own edges are jagged."""
TILT = math.radians(-22)
FAR, NEAR, WHOLE = range(180, 361), range(181), range(361)
"""Degrees of an orbit, clockwise from the right."""
SKY = (600, 180, WIDTH, HEIGHT)
CENTRE, UNIT = (1116.0, 462.0), 2.2

Point = tuple[float, float]


def image_name(title: str, kicker: str, site_name: str, direction: str = "ltr") -> str:
    """A hash of all that an image is made of: the same name is the same image, for ever."""
    made_of = json.dumps([VERSION, title, kicker, site_name, direction])
    return hashlib.blake2b(made_of.encode(), digest_size=6).hexdigest()


def cached_image(folder: Path, title: str, kicker: str, site_name: str, direction: str = "ltr") -> Path | BytesIO:
    """The file of an image in `folder`, drawn when first asked for; the image itself where it cannot be written."""
    path = folder / f"{image_name(title, kicker, site_name, direction)}.png"
    with suppress(OSError):  # of a folder that may not be looked at as well
        if path.stat().st_size:
            return path
    image = draw(title, kicker, site_name, direction)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(path, image)
    except OSError as error:
        log.error("share-image-unkept: a share image was drawn and cannot be kept: %s", error.strerror)
        return BytesIO(image)
    return path


def draw(title: str, kicker: str, site_name: str, direction: str = "ltr") -> bytes:
    """A PNG. Where no font of ours has the title's letters, the site's name stands alone in its place."""
    from PIL import Image

    image = Image.new("RGB", SIZE, PAPER)
    _draw_planet(image)
    if mirrored := direction == "rtl":
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    _draw_mark(image, WIDTH - EDGE - MARK if mirrored else EDGE)
    heading, publisher, category = spelled(title, SERIFS), spelled(site_name, SERIFS), spelled(kicker, SANS)
    if largest := heading or publisher:
        _draw_title(image, largest, mirrored)
    if heading and publisher:
        _draw_line(image, publisher.words, publisher.set(NAME_SIZE), NAME_FOOT, mirrored, indent=NAME_INDENT)
    if heading and category:
        _draw_line(image, category.words, category.set(KICKER_SIZE), KICKER_FOOT, mirrored, SOFT)
    return _png(image)


def _png(image: Image.Image) -> bytes:
    """With few colours, and exactly ours."""
    from PIL import Image

    palette = Image.new("P", (1, 1))
    palette.putpalette([channel for first, second in BLENDS for colour in _blend(first, second) for channel in colour])
    file = BytesIO()
    # Not `optimize`: it takes 30 ms to save 2 kB of 22.
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(file, "PNG")
    return file.getvalue()


def _blend(first: str, second: str) -> Iterator[list[int]]:
    """The way from one colour to the other, as red, green and blue."""
    ends = list(zip(bytes.fromhex(first[1:]), bytes.fromhex(second[1:]), strict=True))
    steps = max(abs(a - b) for a, b in ends) // STEP
    for step in range(steps + 1):
        yield [round(a + (b - a) * step / steps) for a, b in ends]


# Shapes


def _draw_planet(image: Image.Image) -> None:
    """The promotion's drawing, on paper: three orbits, and the near half of the first before the planet."""
    with _shape(image, SKY, LINE) as orbits:
        for radii in ((118, 40), (170, 62), (230, 88)):
            orbits.orbit(CENTRE, (radii[0] * UNIT, radii[1] * UNIT), WHOLE, 2)
    with _shape(image, SKY, PLANET) as planet:
        planet.disc(CENTRE, 62 * UNIT)
    with _shape(image, SKY, INK) as ring:
        ring.orbit(CENTRE, (118 * UNIT, 40 * UNIT), NEAR, 3 * UNIT)


def _draw_mark(image: Image.Image, left: int) -> None:
    """The site's mark, whose canvas is 32 units wide."""
    box = left, MARK_TOP, left + MARK, MARK_TOP + MARK
    centre, unit = (left + MARK / 2, MARK_TOP + MARK / 2), MARK / 32
    radii = (14.4 * unit, 4.6 * unit)
    with _shape(image, box, INK) as ring:
        ring.orbit(centre, radii, FAR, 2.6 * unit)
    with _shape(image, box, PLANET) as planet:
        planet.disc(centre, 9.6 * unit)
    with _shape(image, box, INK) as ring:
        ring.orbit(centre, radii, NEAR, 2.6 * unit)


@contextmanager
def _shape(image: Image.Image, box: tuple[int, int, int, int], colour: str) -> Iterator[_Shape]:
    """Lay one colour, with smooth edges, on a part of an image."""
    from PIL import Image, ImageDraw

    left, top, right, bottom = box
    large = Image.new("L", ((right - left) * SMOOTH, (bottom - top) * SMOOTH))
    yield _Shape(ImageDraw.Draw(large), (left, top))
    image.paste(colour, box, large.reduce(SMOOTH))


@dataclass(frozen=True)
class _Shape:
    """Takes coordinates of the image, and draws much enlarged."""

    pen: ImageDraw.ImageDraw
    origin: Point

    def disc(self, centre: Point, radius: float) -> None:
        self.pen.circle(self._at(*centre), radius * SMOOTH, fill=255)

    def orbit(self, centre: Point, radii: Point, degrees: range, width: float) -> None:
        """Part of an ellipse that leans, with round ends."""
        points = []
        for angle in map(math.radians, degrees):
            x, y = radii[0] * math.cos(angle), radii[1] * math.sin(angle)
            x, y = x * math.cos(TILT) - y * math.sin(TILT), x * math.sin(TILT) + y * math.cos(TILT)
            points.append(self._at(centre[0] + x, centre[1] + y))
        self.pen.line(points, 255, round(width * SMOOTH), joint="curve")
        for end in (points[0], points[-1]):
            self.pen.circle(end, width * SMOOTH / 2, fill=255)

    def _at(self, x: float, y: float) -> Point:
        return (x - self.origin[0]) * SMOOTH, (y - self.origin[1]) * SMOOTH


# Words


def _draw_title(image: Image.Image, text: Text, mirrored: bool) -> None:
    letters, lines = fitted(text, MEASURE, TITLE_FOOT - TITLE_TOP)
    size = letters.font.size
    feet = [TITLE_TOP + size * (CAPITALS + LEADING * number) for number in range(len(lines))]
    for line, foot in zip(lines, feet, strict=True):
        # The orbits go behind the title: none is to be seen between letters, or between lines.
        behind = EDGE + round(letters.width(line)) + 16
        left = WIDTH - behind if mirrored else 0
        image.paste(PAPER, (left, round(foot - size), left + behind, round(foot + size * BELOW)))
    for line, foot in zip(lines, feet, strict=True):
        _draw_line(image, line, letters, foot, mirrored)


def _draw_line(
    image: Image.Image, words: str, letters: Letters, foot: float, mirrored: bool, colour: str = INK, indent: int = 0
) -> None:
    from PIL import ImageDraw

    words = letters.cut(words, MEASURE - indent)
    x = WIDTH - EDGE - indent - letters.width(words) if mirrored else EDGE + indent
    if not mirrored and words:
        x -= min(0, letters.font.getbbox(words[0], anchor="ls")[0])  # a j reaches out to the left
    pen = ImageDraw.Draw(image)
    for character in words:
        pen.text((x, foot), character, colour, letters.font, anchor="ls")
        x += letters.width(character)
