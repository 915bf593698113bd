"""A drawing lies beside a text, which places it: `::: figure name; Caption.[^key]`. Nothing else of it is shown."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from microsite.config import Settings
from microsite.content.drawings import COLOURS, MAX_BYTES, read_drawing
from microsite.editions.publishing import Editions
from microsite.faults import Faults
from tests.conftest import Seen
from tests.content.writer import ARTICLE, GOOD_DRAWING, Check, Edit, faults, write
from tests.test_stylesheet import FILE

Look = Callable[..., Seen]
ADDRESS, FRENCH, ARABIC = "/en/blog/guides/a-guide/", "/fr/blog/guides/un-guide/", "/ar/blog/dalil/dalil-la-yashikh/"
CONTENT = "{http://www.w3.org/2005/Atom}content"
PLACED = "::: figure cable; The cable.[^daily]\n:::"


def placed(drawing: str, name: str = "cable.en.svg", block: str = PLACED) -> list[Edit]:
    """The article with a figure on line 20, its drawing beside it."""
    return [
        (f"articles/fresh/{name}", "", drawing),
        (ARTICLE, "  - publication: The Daily\n", "  - publication: The Daily\n    key: daily\n"),
        (ARTICLE, "The second paragraph.", block),
    ]


class TestReaders:
    def test_a_drawing_stands_in_the_text_with_its_names(self, look: Look) -> None:
        """Part of the page; who does not see it hears a title and a description; its caption names the source."""
        page = look(ADDRESS)
        drawing = page.one("figure.figure svg[role=img]")

        assert ["Two ends"] == page.words(f"#{drawing['aria-labelledby']}")
        assert page.one(f"#{drawing['aria-describedby']}").get_text().startswith("A line from 1 to 2")
        assert "The line and its two ends." in page.one("figure figcaption").get_text()
        assert ["The Daily, 1 July 2020"] == page.words("figure svg + .cites #source-1")

    def test_one_without_words_is_for_every_language(self, look: Look) -> None:
        """It has its title and description in each; they are set as that language sets them."""
        assert ["Deux bouts"] == look(FRENCH).words("figure svg title")
        assert ["Un trait de 1 à 2\u00a0: qui se tient au milieu le voit passer."] == [
            element.get_text() for element in look(FRENCH).all("figure svg desc")
        ]
        assert ["طرفان"] == look(ARABIC).words("figure svg title")

    def test_it_says_how_large_it_is_and_is_ink_by_itself(self, look: Look) -> None:
        """A page without its style, and a program that reads feeds, show it right."""
        drawing = look(ADDRESS).one("figure svg")

        assert ("320", "90", "none", "currentColor") == tuple(
            drawing[name] for name in ("width", "height", "fill", "stroke")
        )

    def test_it_is_in_the_feed(self, client: FlaskClient) -> None:
        """Whole articles are, and this is part of one."""
        feed = ElementTree.fromstring(client.get("/fr/feed.atom").get_data())
        texts = [BeautifulSoup(str(element.text), "html.parser") for element in feed.iter(CONTENT)]
        figures = [figure for text in texts for figure in text.select("figure")]

        assert ["Deux bouts"] == [figure.svg.title.get_text() for figure in figures if figure.svg and figure.svg.title]
        assert "Le trait et ses deux bouts." in figures[0].get_text()

    def test_it_is_in_the_export(self, exported: Path) -> None:
        """As in every page."""
        assert 'aria-labelledby="site_figure_two-ends"' in (exported / ADDRESS.strip("/") / "index.html").read_text()

    def test_a_new_drawing_shows_by_itself(self, settings: Settings, editions: Editions, look: Look) -> None:
        """As a text does; one that has become faulty stays as it was."""
        path = settings.site / "articles" / "guide" / "two-ends.svg"
        first = path.read_text(encoding="utf-8")
        path.write_text(first.replace("Two ends", "Two shores"), encoding="utf-8")
        editions.refresh()
        assert ["Two shores"] == look(ADDRESS).words("figure svg title")

        path.write_text("<svg", encoding="utf-8")
        editions.refresh()
        editions.refresh()
        assert ["Two shores"] == look(ADDRESS).words("figure svg title")
        assert [path] == [fault.path for fault in editions.current.content.faults]

    def test_one_that_was_never_good_leaves_its_caption(
        self, settings: Settings, editions: Editions, look: Look
    ) -> None:
        """And its source, to which other lines of the text may lead."""
        (settings.site / "articles" / "guide" / "two-ends.svg").unlink()
        editions.refresh()
        (settings.site / "articles" / "guide" / "two-ends.svg").write_text("<svg", encoding="utf-8")
        editions.refresh()

        assert look(ADDRESS).one("figcaption + .cites #source-1")
        assert [] == look(ADDRESS).all("figure svg")


REFUSED = {
    "script": ("<path", "<script>alert(1)</script><path", 4, "<script> has no place in a drawing"),
    "style": ("<path", "<style>path{fill:red}</style><path", 4, "<style> has no place"),
    "foreign": ("<path", "<foreignObject><b>x</b></foreignObject><path", 4, "<foreignObject> has no place"),
    "picture": ("<path", '<image href="https://example.org/a.png"/><path', 4, "<image> has no place"),
    "animation": ("<path", '<set attributeName="d" to="M0 0"/><path', 4, "<set> has no place"),
    "link": ("<path", '<a href="https://example.org/"><path', 4, "<a> has no place"),
    "use": ("<path", '<use href="https://example.org/a.svg#b"/><path', 4, "<use> has no place"),
    "handler": ("<path", '<path onload="alert(1)"', 4, "the attribute `onload` has no place on <path>"),
    "root handler": ("<svg", '<svg onload="alert(1)"', 1, "the attribute `onload` has no place on <svg>"),
    "inline style": ("<path", '<path style="stroke:red"', 4, "the attribute `style` has no place"),
    "id": ("<path", '<path id="site_content"', 4, "the attribute `id` has no place"),
    "prefix": ("<path", '<path xlink:href="#a"', 4, "the attribute `xlink:href` has no place"),
    "colour": ("<path", '<path stroke="#d9431e"', 4, "write `none` or `currentColor`"),
    "paint elsewhere": ("<path", '<path stroke="url(https://example.org/)"', 4, "write `none` or `currentColor`"),
    "class": ('class="planet"', 'class="promo"', 4, "write one of line, planet, soft"),
    "scale": ("<path", '<path transform="scale(.1)"', 4, "write `translate(…)` and `rotate(…)`"),
    "digits of others": ('x="40"', 'x="٤٠"', 5, "write a number"),
    "doctype": ("<svg", '<!DOCTYPE svg [<!ENTITY a "b">]>\n<svg', 1, "a DOCTYPE. Remove it."),
    "instruction": ("<svg", '<?xml-stylesheet href="https://example.org/a.css"?>\n<svg', 1, "an instruction of XML"),
    "entity": ("Taiwan", "&taiwan;", 5, "no XML: undefined entity"),
    "number": ("Taiwan", "&#x202e;Taiwan", 5, "Type the character itself"),
    "direction": ("Taiwan", "\u202eTaiwan", 5, "U+202E"),
    "title": ("<title>A cable</title>", "", 1, "no <title> in “en”"),
    "empty title": ("<title>A cable</title>", "<title> </title>", 1, "no <title> in “en”"),
    "description": ("<desc>A line from one shore to another.</desc>", "", 1, "no <desc> in “en”"),
    "title inside": ("<path", "<g><title>B</title></g><path", 4, "<title> in the wrong place"),
    "size": (' viewBox="0 0 320 90"', "", 1, 'Write `viewBox="0 0 320 200"`'),
    "no size": ("0 0 320 90", "0 0 0 0", 1, 'Write `viewBox="0 0 320 200"`'),
    "ink": (' fill="none"', "", 1, 'Write `fill="none" stroke="currentColor"`'),
    "small": ('font-size="15"', 'font-size="14"', 5, "letters too small for a phone. Give them a `font-size` of 14.4"),
    "sizeless": (' font-size="15"', "", 5, "letters too small for a phone"),
    "pale": ("<text", '<text class="planet"', 5, "words in the colour `planet`, which is too pale"),
    "words": ("<path", "Cable <path", 4, "words outside of <text>"),
    "open": ("</svg>", "", 7, "no XML: no element found"),
    "svg inside": ("<path", "<svg/><path", 4, "<svg> in the wrong place"),
    "html": ("<svg", "<html><svg", 1, "<html> has no place"),
    "long": ("</svg>", f"<!--{'-x' * MAX_BYTES}--></svg>", 1, f"a drawing has at most {MAX_BYTES}"),
    "very long": ("</svg>", f"<!--{'x' * 5 * 1024**2}--></svg>", 1, "is longer than 1 MiB"),
}


class TestWriters:
    @pytest.mark.parametrize(("old", "new", "line", "sentence"), REFUSED.values(), ids=REFUSED)
    def test_what_has_no_place_in_a_drawing_is_refused(
        self, tmp_path: Path, old: str, new: str, line: int, sentence: str
    ) -> None:
        """By its line, with what to do."""
        assert old in GOOD_DRAWING
        path = tmp_path / "cable.en.svg"
        path.write_text(GOOD_DRAWING.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(Faults) as refused:
            read_drawing(path)

        reported = [(fault.line, str(fault.message)) for fault in refused.value.faults]
        assert any(where == line and sentence in words for where, words in reported), reported

    def test_its_faults_are_the_drawing_s_own(self, check: Check, site: Path) -> None:
        """`content check` names all of them at once, by file and line; the text that places it has none."""
        handler, script = REFUSED["handler"][:2], REFUSED["script"][:2]
        write(site, placed(GOOD_DRAWING.replace(*handler, 1).replace(*script, 1)))

        assert ["articles/fresh/cable.en.svg:4"] * 2 == [where for where, _ in faults(check())][:2]
        assert not [where for where, _ in faults(check()) if ".md" in where]

    def test_a_good_drawing_has_no_fault(self, check: Check, site: Path) -> None:
        """The one that all others here are made of."""
        write(site, placed(GOOD_DRAWING))
        assert [] == faults(check())

    def test_entities_that_grow_are_never_expanded(self, tmp_path: Path) -> None:
        """A billion laughs end at the first word of their declaration."""
        rows = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(30))
        path = tmp_path / "laughs.en.svg"
        path.write_text(f"<!DOCTYPE svg [{rows}]>{GOOD_DRAWING.replace('Taiwan', '&l29;')}", encoding="utf-8")

        with pytest.raises(Faults, match="a DOCTYPE"):
            read_drawing(path)

    def test_what_is_written_is_words_and_nothing_else(self, tmp_path: Path) -> None:
        """Signs of HTML in a title, a label, an attribute are themselves."""
        path = tmp_path / "cable.fr.svg"
        path.write_text(
            GOOD_DRAWING.replace("Taiwan", "&lt;b&gt; &amp; c'est").replace("A cable", "L'eau &lt;i&gt;"), "utf-8"
        )
        html = read_drawing(path)["fr"]

        assert "&lt;b&gt; &amp; c’est" in html and ">L’eau &lt;i&gt;</title>" in html

    @pytest.mark.parametrize(
        ("name", "block", "where", "sentence"),
        [
            ("cable.en.svg", "::: figure cabel; C.[^daily]\n:::", ARTICLE, "Did you mean `cable`?"),
            ("cable.en.svg", "::: figure ship; C.[^daily]\n:::", ARTICLE, "Put ship.en.svg beside this text"),
            ("cable.fr.svg", PLACED, ARTICLE, "there is no drawing `cable` in this language"),
            ("cable.en.svg", "::: figure cable\n:::", ARTICLE, "a figure has its name and its caption on this line"),
            ("cable.en.svg", "::: figure ; C.[^daily]\n:::", ARTICLE, "a figure has its name and its caption"),
            ("cable.en.svg", "::: figure cable; C.[^daily]\nWords.\n:::", ARTICLE, "and no text below"),
            ("cable.en.svg", "::: figure cable; The cable.\n:::", ARTICLE, "a figure that names no source"),
            ("cable.en.svg", "::: figure cable; C.[^dayly]\n:::", ARTICLE, "Did you mean `[^daily]`?"),
            ("cable.en.svg", f"{PLACED}\n\n{PLACED}", ARTICLE, "the figure `cable` stands here twice"),
            ("cable.xx.svg", PLACED, "articles/fresh/cable.xx.svg", "Name it one of cable.en.svg"),
            ("Cable.en.svg", PLACED, "articles/fresh/Cable.en.svg", "no name for a drawing"),
        ],
    )
    def test_a_figure_that_is_not_whole_is_named(
        self, check: Check, site: Path, name: str, block: str, where: str, sentence: str
    ) -> None:
        """Where the text is wrong its line, where the file is named wrong the file."""
        write(site, placed(GOOD_DRAWING, name, block))
        reported = faults(check())

        assert any(place.startswith(f"{where}:") and sentence in words for place, words in reported), reported

    def test_words_belong_to_a_language(self, check: Check, site: Path) -> None:
        """A drawing for all has none but its titles; a language that it has none for is named at the text."""
        shared = GOOD_DRAWING.replace("<title>", '<title lang="fr">').replace("<desc>", '<desc lang="fr">')
        write(site, placed(shared, "cable.svg"))
        assert "words, in a drawing for every language" in faults(check())[0][1]

        write(site, [("articles/fresh/cable.svg", "", shared.replace("Taiwan", "12"))])
        ((where, sentence),) = faults(check())
        assert f"{ARTICLE}:20" == where and 'Give it <title lang="en">' in sentence

    def test_a_page_has_no_figures(self, check: Check, site: Path) -> None:
        """It has no sources to name."""
        page = "pages/fresh-page/en.md"
        write(site, [(page, "The only paragraph.", f"The only paragraph.\n\n{PLACED}")])
        assert any("the block `figure` stands in articles only" in words for _, words in faults(check()))


def test_each_colour_of_drawings_is_in_the_stylesheet() -> None:
    """And has nothing but the token of its name."""
    for name in COLOURS:
        assert f".figure .{name} {{ color: var(--{name}); }}" in FILE
