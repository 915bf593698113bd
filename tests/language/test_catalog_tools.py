"""What translators' own tools say of the French catalog: nothing. Weblate is told how to write it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from microsite.config import ROOT
from microsite.content.site_file import read_site
from microsite.language.catalog import SOURCE_LANGUAGE
from microsite.language.po_file import catalog_path, template_path

FRENCH = catalog_path(ROOT / "translations", "fr")
TEMPLATE = template_path(ROOT / "translations")
# Not asked of pofilter, since each mistakes good French for a fault: simplecaps counts capitals, and English has more;
# startcaps and startpunc take a placeholder at the beginning for a small letter and for punctuation (“%(num)s years
# ago”, “Il y a %(num)s ans”). That a sentence begins with a capital is asked by `flask catalogs check`. unchanged takes
# words that are French as well (Promotion, Page, Source, Note) for English ones; dennis calls that W302. Whether
# anything is left to translate is asked by `flask catalogs check` too.
LEFT_OUT = ["simplecaps", "startcaps", "startpunc", "unchanged"]


def said(*command: str | Path, **options: str) -> str:
    """What a program prints. Some of these end with 0 whatever they find."""
    name = str(command[0])
    program = shutil.which(name) or shutil.which(name, path=Path(sys.executable).parent)
    if not program:
        pytest.skip(f"{name} is not installed")
    done = subprocess.run(
        [program, *map(str, command[1:])],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "LC_ALL": "C.UTF-8", **options},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_msgfmt_finds_nothing() -> None:
    """Placeholders, header, plural forms."""
    assert said("msgfmt", "--check", "--output-file=/dev/null", FRENCH) == ""


def test_i18nspector_finds_nothing() -> None:
    """Header, encodings, placeholders, spelling of tags."""
    assert said("i18nspector", FRENCH) == ""


def test_dennis_finds_nothing() -> None:
    """Variables, tags, spaces."""
    lines = said("dennis-cmd", "lint", "--excluderules=W302", FRENCH).splitlines()

    assert [line for line in lines if not line.startswith("dennis version")] == []


def test_pofilter_finds_nothing(tmp_path: Path) -> None:
    """French spacing and punctuation, tags, addresses, doubled words; it writes a file if it finds anything."""
    filtered = tmp_path / "found.po"
    left_out = [f"--excludefilter={name}" for name in LEFT_OUT]
    said("pofilter", "--progress=none", "--language=fr", *left_out, FRENCH, filtered)

    assert not filtered.exists(), filtered.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [FRENCH, TEMPLATE], ids=["fr", "template"])
def test_msgcat_gives_the_file_back_byte_for_byte(path: Path, tmp_path: Path) -> None:
    """As msgcat writes it is as we write it."""
    said("msgcat", "--no-wrap", f"--output-file={tmp_path / 'out.po'}", path)

    assert (tmp_path / "out.po").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("path", [FRENCH, TEMPLATE], ids=["fr", "template"])
def test_polib_gives_the_file_back_byte_for_byte(path: Path) -> None:
    """So do the many tools that are made with it."""
    assert str(polib.pofile(str(path), wrapwidth=0)).encode() == path.read_bytes()


def test_weblate_finds_our_catalogs_and_writes_them_as_we_do() -> None:
    """Every catalog and no other file, the template, no wrapping of its own; it stops what we would refuse."""
    (component,) = json.loads((ROOT / "translations" / "weblate.json").read_text())
    site = read_site(ROOT / "site" / "site.toml")
    ours = {
        catalog_path(ROOT / "translations", locale.id)
        for locale in site.locales.values()
        if locale.language != SOURCE_LANGUAGE
    }

    assert set(ROOT.glob(component["filemask"])) >= ours
    assert template_path(ROOT / "translations") == ROOT / component["new_base"]
    assert ("po", 65535, "posix") == (
        component["file_format"],
        component["file_format_params"]["po_line_wrap"],
        component["language_code_style"],
    )
    assert {"python_format", "plurals", "xml-tags", "safe-html"} == set(component["enforced_checks"])
