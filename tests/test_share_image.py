"""A link that is shared shows the title in our type, whole, and never a box; the image is drawn once."""

import hashlib
import os
import re
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFont

from microsite.config import ROOT
from microsite.reader import share_image, share_type
from microsite.reader.share_image import EDGE, HEIGHT, INK, PAPER, PLANET, WIDTH, cached_image, draw, image_name

SITE = "Planet Privacy"
FRENCH = "« Un VPN à Hong\u00a0Kong\u00a0: ce qu’il cache, à qui\u202f; et l’œil de l’État\u202f? 12\u202f500\u00a0€… »"
GREEK = "Η ιδιωτικότητα στο Χονγκ Κονγκ: τι αλλάζει"
TITLES = {
    "one word": "Anonymity",
    "French": FRENCH,
    "Greek": GREEK,
    "Russian": "Приватность в Гонконге: что изменится",
    "Vietnamese": "Quyền riêng tư ở Hồng Kông",
    "long": FRENCH * 20,
    "long word": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "wide": "W" * 900,
    "wide words": "WWW " * 300,
    "narrow": "i " * 2000,
}


@cache
def picture(title: str, kicker: str = "Guides", site_name: str = SITE, direction: str = "ltr") -> Image.Image:
    return Image.open(BytesIO(draw(title, kicker, site_name, direction))).convert("RGB")


def ink(image: Image.Image, box: tuple[int, int, int, int]) -> set[str]:
    """The colours of a part of an image."""
    colours = image.crop(box).getcolors(WIDTH * HEIGHT) or []
    return {"#{:02x}{:02x}{:02x}".format(*colour) for _, colour in colours if isinstance(colour, tuple)}


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_size_and_weight(title: str) -> None:
    """It is a PNG of the size that social networks ask for, light, on exactly the site's ground."""
    data = draw(title, "Guides", SITE)
    image = Image.open(BytesIO(data))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(data) < 60_000
    assert ink(image.convert("RGB"), (0, 0, WIDTH, 50)) == {PAPER}


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_every_title_is_drawn(title: str) -> None:
    """Below the category stands the title in ink."""
    assert INK in ink(picture(title), (EDGE, 200, WIDTH // 2, 600))


def assert_fits(image: Image.Image) -> None:
    """Nothing stands in the left margin, the right one at the top, at the foot or on the planet."""
    untouched = picture("", "", "")
    assert ink(image, (0, 0, EDGE - 4, HEIGHT)) == ink(image, (910, 0, WIDTH, 190)) == {PAPER}
    for box in ((0, 580, WIDTH, HEIGHT), (960, 190, WIDTH, HEIGHT)):
        assert image.crop(box).tobytes() == untouched.crop(box).tobytes()


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_long_words_fit(title: str) -> None:
    """However long title, category and name of the site are, they keep to their place; the planet stays whole."""
    assert_fits(picture(title))
    assert_fits(picture(title, kicker=title, site_name=title))


@settings(max_examples=30, deadline=None)
@given(title=st.text(max_size=300), kicker=st.text(max_size=80), site_name=st.text(max_size=80))
def test_any_words_fit(title: str, kicker: str, site_name: str) -> None:
    """Whatever a writer types makes an image, and fits."""
    assert_fits(picture(title, kicker, site_name))


def test_long_title_ends_in_an_ellipsis() -> None:
    """What there is no room for is missing visibly; what follows there makes no difference."""
    assert draw("Hong Kong " * 100, "Guides", SITE) == draw("Hong Kong " * 200, "Guides", SITE)


FONTS = [*share_type.SERIFS, *share_type.SANS]


def shape(font: str, character: str) -> tuple[object, bytes]:
    mask = ImageFont.truetype(share_type.FONTS / font, 48, layout_engine=ImageFont.Layout.BASIC).getmask(character)
    return mask.size, bytes(mask)


@pytest.mark.parametrize("font", FONTS)
def test_french_marks_have_glyphs(font: str) -> None:
    """What French typography writes is in every font."""
    box = shape(font, "\U0010ffff")
    assert any(box[1])
    for mark in "’‘“”«»‹›…–—·•€àâæçéèêëîïôœùûüÿÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ":
        assert any(shape(font, mark)[1]), mark
        assert shape(font, mark) != box, mark


@pytest.mark.parametrize("font", FONTS)
def test_no_break_spaces_are_empty(font: str) -> None:
    """A no-break space is drawn as a space, never as a box; the narrow one is narrower."""
    letters = ImageFont.truetype(share_type.FONTS / font, 48, layout_engine=ImageFont.Layout.BASIC)
    assert not any(shape(font, "\u00a0")[1] + shape(font, "\u202f")[1])
    assert 0 < letters.getlength("\u202f") < letters.getlength("\u00a0")


@pytest.mark.parametrize(
    "title", ["الخصوصية في هونغ كونغ", "香港的隱私", "Tin tức 香港", "हांगकांग", "x̌ and q̇", "🎉", "", " \n"]
)
def test_unknown_script_draws_no_boxes(title: str) -> None:
    """Without a glyph for every letter there is no title, and no category: mark and name of the site stand alone."""
    assert draw(title, "Guides", SITE) == draw("", "", SITE)
    assert INK in ink(picture(title), (EDGE, 200, WIDTH // 2, 600))


def test_unknown_script_elsewhere() -> None:
    """A category, or a site's name, in letters that we lack is left out, and the title stands."""
    assert draw("Anonymity", "أخبار", SITE) == draw("Anonymity", "", SITE)
    assert draw("Anonymity", "Guides", "隱私") == draw("Anonymity", "Guides", "")


def test_symbols_that_we_lack_are_left_out() -> None:
    """An emoji does not cost an article its title."""
    assert draw("Bonjour 👋🏽 à tous ✌️", "Guides", SITE) == draw("Bonjour à tous", "Guides", SITE)


def test_composed_or_not() -> None:
    """An accent looks the same however it was typed; soft hyphens and marks of direction do not show."""
    assert draw("E\u0301te\u0301 \u200fin\u00advisible", "Guides", SITE) == draw("Été invisible", "Guides", SITE)


def test_right_to_left() -> None:
    """In a language that is written from the right, the page begins at the right and the planet is at the left."""
    x, y = (round(coordinate) for coordinate in share_image.CENTRE)
    assert picture("Anonymity").getpixel((x, y)) == picture("Anonymity", direction="rtl").getpixel((WIDTH - x, y))
    assert PLANET in ink(picture("Anonymity", direction="rtl"), (0, 300, EDGE, HEIGHT))
    assert ink(picture("Anonymity", direction="rtl"), (WIDTH - EDGE + 4, 0, WIDTH, HEIGHT)) == {PAPER}


def test_names_stay_in_one_line() -> None:
    """Rather a little smaller than with a break inside Hong Kong, or after a small word."""
    for title in ("À 23\u00a0heures, Hong Kong découvre la loi", "WhatsApp stops answering Hong Kong’s police"):
        words = share_type.spelled(title, share_type.SERIFS)
        assert words
        lines = share_type.fitted(words, share_image.MEASURE, share_image.TITLE_FOOT - share_image.TITLE_TOP)[1]
        assert sum("Hong Kong" in line for line in lines) == 1


INPUTS = (FRENCH, "Guides", SITE, "ltr")


def test_same_inputs_same_bytes() -> None:
    """Another process, on another day, draws the same image to the last bit."""
    code = f"import sys; from microsite.reader.share_image import draw; sys.stdout.buffer.write(draw(*{INPUTS!r}))"
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    other = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, capture_output=True)
    assert hashlib.sha256(other.stdout).digest() == hashlib.sha256(draw(*INPUTS)).digest()


def test_every_input_changes_the_name() -> None:
    """Another title, category, site name or direction is another image, with a name fit for files and addresses."""
    changed = [(*INPUTS[:n], "rtl" if n == 3 else INPUTS[n] + "x", *INPUTS[n + 1 :]) for n in range(4)]
    moved = [("ab", "c", SITE, "ltr"), ("a", "bc", SITE, "ltr")]
    names = {image_name(*inputs) for inputs in [INPUTS, *changed, *moved]}
    assert len(names) == 7
    assert all(re.fullmatch("[0-9a-f]{12}", each) for each in names)


def test_another_drawing_changes_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the look changes, nobody is served the old image."""
    before = image_name(*INPUTS)
    monkeypatch.setattr(share_image, "VERSION", share_image.VERSION + 1)
    assert image_name(*INPUTS) != before


def test_a_name_needs_no_drawing() -> None:
    """Writing an address loads no imaging library."""
    code = "import sys; from microsite.reader import share_image; share_image.image_name('', '', '')"
    code += "; assert 'PIL' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_kept_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first demand draws, every other one finds the file."""
    path = cached_image(tmp_path / "share", *INPUTS)
    assert isinstance(path, Path)
    assert path == tmp_path / "share" / f"{image_name(*INPUTS)}.png"
    assert path.read_bytes() == draw(*INPUTS)
    monkeypatch.setattr(share_image, "draw", None)
    assert cached_image(tmp_path / "share", *INPUTS) == path


def test_a_race_ends_well(tmp_path: Path) -> None:
    """Several processes that are asked for the same image at once leave one file, whole."""
    with ProcessPoolExecutor(3, get_context("spawn")) as processes:
        paths = set(processes.map(cached_image, *zip(*[(tmp_path, *INPUTS)] * 6, strict=True)))
    (path,) = paths
    assert isinstance(path, Path)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == draw(*INPUTS)


def test_a_full_disk_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of an image is never taken for the image, which is drawn and shown all the same."""

    def full(descriptor: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    drawn = cached_image(tmp_path, *INPUTS)
    assert isinstance(drawn, BytesIO)
    assert drawn.getvalue() == draw(*INPUTS)
    assert not list(tmp_path.iterdir())


def test_fonts_are_small_and_licensed() -> None:
    """Every font that we hand on has its licence beside it."""
    for font in FONTS:
        file = share_type.FONTS / font
        assert file.stat().st_size < 120_000
        assert "SIL OPEN FONT LICENSE" in file.with_suffix(".licence.txt").read_text(encoding="utf-8")
