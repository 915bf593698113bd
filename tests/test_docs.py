"""The documents say what is so."""

import ast
import re
import shutil
from pathlib import Path

import polib
import pytest

from microsite.config import ROOT, Settings
from microsite.content.front_matter import ArticleMatter, Change, Since, Source
from microsite.content.markdown import DIRECTIVES
from microsite.content.site_file import read_site
from microsite.editions.site_folder import read_folder
from microsite.environment import PREFIX

DOCS = [path for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("translations/*.md"))]


def test_every_setting_is_in_the_table_and_no_other() -> None:
    """CONTRIBUTING.md names each MICROSITE_ setting once."""
    named = re.findall(r"^\| `(MICROSITE_\w+)`", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)

    assert [f"{PREFIX}{field.upper()}" for field in Settings.model_fields] == named


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_command_in_the_documents_exists(path: Path) -> None:
    """`make something` is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    commands = set(re.findall(r"(?:^|`)(?:PORT=\d+ )?make ([a-z]+)", path.read_text(), re.MULTILINE))

    assert commands <= targets


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_link_between_documents_leads_to_a_file(path: Path) -> None:
    """Relative links and pictures."""
    links = re.findall(r"\]\((?!https?:|article:|page:|term:|contact:)([^)#]+)", path.read_text())

    assert [link for link in links if not (path.parent / link).exists()] == []


NAMED_FILE = re.compile(r"`([\w.-]+/[\w./-]*)`(?: \(([^)]*)\))?")
"""A path in backticks, and what stands in brackets behind it."""
FOLDERS = (ROOT, ROOT / "microsite", ROOT / "site" / "templates")
"""What paths in the documents for developers begin in."""


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_developers_find_what_is_named(name: str) -> None:
    """Each file and folder is there, and has what stands behind it: functions, classes and constants, or files."""
    missing = []
    for path, inside in NAMED_FILE.findall((ROOT / name).read_text()):
        file = next((folder / path for folder in FOLDERS if (folder / path).exists()), None)
        if file:
            known = defined_in(file) if file.is_file() else {each.name for each in file.iterdir()}
            missing += [f"{path}: {each}" for each in re.findall(r"`([\w.]+)`", inside) if each not in known]
        elif not path.startswith("instance/"):
            missing.append(path)

    assert missing == []


def defined_in(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())) if file.suffix == ".py" else ():
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("README.md", "README.fr.md"),
        ("docs/writing.md", "docs/rediger.md"),
        ("docs/translating.md", "docs/traduire.md"),
        ("docs/studio.md", "docs/atelier.md"),
    ],
)
def test_both_languages_have_the_same_sections(english: str, french: str) -> None:
    """Nobody gets less for reading French."""
    headings = [len(re.findall(r"^#+ ", (ROOT / name).read_text(), re.MULTILINE)) for name in (english, french)]

    assert headings[0] == headings[1]


@pytest.mark.parametrize("name", ["writing.md", "rediger.md"])
def test_the_writers_guide_explains_every_field_and_every_block(name: str) -> None:
    """What may stand in an article, in both languages."""
    text = (ROOT / "docs" / name).read_text()

    fields = {**ArticleMatter.model_fields, **Source.model_fields, **Change.model_fields, **Since.model_fields}
    assert [field for field in fields if f"`{field}" not in text] == []
    assert [block for block in DIRECTIVES if f"::: {block}" not in text] == []


@pytest.mark.parametrize("name", ["writing.md", "rediger.md"])
def test_the_writers_guide_names_every_category(name: str) -> None:
    """By its key, and by what it is called in addresses."""
    (row,) = re.findall(r"^\| `category`.*", (ROOT / "docs" / name).read_text(), re.MULTILINE)
    categories = read_site(ROOT / "site" / "site.toml").categories

    names = {name for key, category in categories.items() for name in (key, *category.slug.values())}
    assert names == set(re.findall(r"`([a-z]+)`", row)) - {"category"}


FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
TITLE = re.compile(r"`(title: [^`]+)`")


@pytest.mark.parametrize(("name", "locale"), [("writing.md", "en"), ("rediger.md", "fr")])
def test_the_examples_of_the_writers_guide_are_right(name: str, locale: str, tmp_path: Path) -> None:
    """Its article, then the same one with every other example in it, beside the real ones: nothing is remarked on."""
    guide = (ROOT / "docs" / name).read_text()
    fences = FENCE.findall(guide)
    (article,) = [text for _, text in fences if text.startswith("---\n")]
    fields = "".join(text for language, text in fences if language == "yaml")
    (folder,) = re.findall(rf"^(site/articles/.*)/{locale}\.md$", guide, re.MULTILINE)
    shutil.copytree(ROOT / "site", tmp_path / "site")
    file = tmp_path / folder / f"{locale}.md"
    file.parent.mkdir()
    glossary = tmp_path / "site/glossary.toml"
    glossary.write_text(glossary.read_text() + "".join(text for language, text in fences if language == "toml"))
    (drawing,) = [text for language, text in fences if language == "xml"]
    file.with_name(f"requests.{locale}.svg").write_text(drawing)
    whole = "\n".join([article.replace("---\n", f"---\n{fields}", 1), *blocks(fences)])
    titles = TITLE.findall(guide)
    for text in (article, whole, *(re.sub("^title: .*", title, article, flags=re.MULTILINE) for title in titles)):
        file.write_text(text)
        assert [] == remarks(file)

    assert (2, 1, 4, 2) == (guide.count("```yaml"), guide.count("```toml"), len(blocks(fences)), len(titles))


def blocks(fences: list[tuple[str, str]]) -> list[str]:
    return [text for language, text in fences if language == "markdown" and not text.startswith("---\n")]


def remarks(file: Path) -> list[str]:
    """What `make content` says of a file, and the faults of all others."""
    files = read_folder(Settings(site=file.parents[2]))
    return [*map(str, files.faults), *(str(warning) for warning in files.content.warnings if warning.path == file)]


MANUALS = {"studio.md": False, "atelier.md": True}
"""Of marketing and translators; whether a manual is in French, else in English."""


@pytest.mark.parametrize("name", MANUALS)
def test_what_a_manual_names_stands_on_the_screen(name: str) -> None:
    """What is in italics is what a control, a heading or a mark says: a message, with anything for its placeholders."""
    said = re.compile("|".join(_messages(is_french=MANUALS[name])))
    text = re.sub(r"`[^`]*`", "", (ROOT / "docs" / name).read_text(encoding="utf-8"))
    names = {_plain(shown) for shown in re.findall(r"(?<![*\w])\*(?![* ])([^*\[]+?)\*(?!\*)", text)}
    assert len(names) > 60
    assert [
        shown for shown in names if not said.fullmatch(shown) and not said.fullmatch(shown.removesuffix(" …"))
    ] == []


def _messages(is_french: bool) -> list[str]:
    """A pattern for every message that has more words than placeholders."""
    catalog = polib.pofile(str(ROOT / "translations" / "fr" / "LC_MESSAGES" / "messages.po"))
    texts = []
    for entry in catalog:
        french, english = [entry.msgstr, *entry.msgstr_plural.values()], [entry.msgid, entry.msgid_plural]
        texts += [] if entry.obsolete else french if is_french else english
    pieces = [re.split(r"%\(\w+\)s", _plain(text)) for text in texts]
    return [".+".join(map(re.escape, words)) + r"\.?" for words in pieces if re.search(r"\w\w", "".join(words))]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)
