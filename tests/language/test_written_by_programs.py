"""A catalog that Weblate, Poedit, Pontoon or gettext wrote is in order: its words are compared, not its layout.

The files of `tests/corpus/written` were written by those programs out of `ours.po`, which is sixteen messages of the
real catalog: `weblate*` by translate-toolkit 3.20, Weblate's writer, with the wrapping 65535 (that of our
`weblate.json`), -1 and 77; `poedit` by Poedit 3.2.2; `pontoon` by moz.l10n 0.15, Pontoon's writer; `babel` by Babel
2.19, its update by 2.18; `pot2po` by translate-toolkit 3.8; the others by gettext 0.21.
"""

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import polib
import pytest

from microsite.catalog_tools import check
from microsite.catalog_tools.check import check_catalogs
from microsite.catalog_tools.writing import merged_catalog, updated_catalog
from microsite.config import ROOT, Settings
from microsite.content.site_file import read_site
from microsite.faults import Fault
from microsite.language.locales import make_locale
from microsite.language.po_file import catalog_path, read_bytes, template_path
from microsite.language.reading import read_catalogs
from microsite.language.studio_translations import StudioTranslation
from tests.language.conftest import change

FOLDER = ROOT / "tests" / "corpus" / "written"
NAMES = sorted(path.stem for path in FOLDER.glob("*.po") if path.stem != "template")
FRENCH = make_locale("fr")
Find = Callable[[], list[Fault]]


@pytest.fixture
def french(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The French catalog of a site that asks for sixteen messages."""
    template = Path(shutil.copy(FOLDER / "template.po", template_path(settings.translations))).read_bytes()
    monkeypatch.setattr(check, "extracted_template", lambda *_: template)
    shutil.rmtree(settings.translations / "ar")
    return Path(shutil.copy(FOLDER / "ours.po", catalog_path(settings.translations, "fr")))


@pytest.fixture
def findings(settings: Settings, french: Path) -> Find:
    """What `catalogs check` says of the catalog."""
    site = read_site(settings.site / "site.toml")
    return lambda: [fault for fault in check_catalogs(ROOT, settings.translations, site) if fault.path == french]


def test_each_program_is_there() -> None:
    """Those that translators are told of, each with a file."""
    assert {"weblate", "weblate-one-line-header", "poedit", "pontoon", "msgmerge", "msgmerge-obsolete"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_what_another_program_wrote_is_in_order(name: str, settings: Settings, french: Path, findings: Find) -> None:
    """No finding, no fault of the running site; the update leaves every byte, or two programs would undo each other."""
    shutil.copy(FOLDER / f"{name}.po", french)

    assert findings() == []
    assert read_catalogs(settings.translations, [FRENCH])["fr"].faults == []
    assert updated_catalog(settings.translations, FRENCH) == french.read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_the_studios_words_go_into_it_and_change_nothing_else(name: str, settings: Settings, french: Path) -> None:
    """Each message in turn, of one form or several, doubtful or not: the lines of all others stay as they are."""
    text = (FOLDER / f"{name}.po").read_text(encoding="utf-8")
    for message in read_bytes(french, text.encode(), FRENCH).messages.values():
        entries = polib.pofile(text, wrapwidth=0)
        entry = next(entry for entry in entries if (entry.msgctxt, entry.msgid) == message.key)
        forms = [f"{form}\nDit l’« atelier »" for form in message.forms]
        entry.msgstr, entry.msgstr_plural = ("", dict(enumerate(forms))) if message.msgid_plural else (forms[0], {})
        french.write_text(text.replace("#, python-format", "#, fuzzy, python-format"), encoding="utf-8")
        before = french.read_text(encoding="utf-8")
        words = {message.key: StudioTranslation(tuple(forms), message.forms)}
        after = merged_catalog(settings.translations, FRENCH, words).decode()

        others = re.compile(r"(?m)^#, fuzzy, ")
        assert str(polib.pofile(others.sub("#, ", after), wrapwidth=0)) == str(entries)
        assert before.count("#, fuzzy") - after.count("#, fuzzy") == ("python-format" in entry.flags)
        gone, new = (
            Counter(left.splitlines()) - Counter(right.splitlines())
            for left, right in ((before, after), (after, before))
        )
        assert gone.total() <= 1 + sum(len(form) // 20 + 2 for form in message.forms) and new.total() <= 1 + 3 * len(
            forms
        )


@pytest.mark.parametrize(
    "layout",
    [lambda data: b"\xef\xbb\xbf" + data, lambda data: data.replace(b"\n", b"\r\n"), lambda data: data + b"\n\n"],
    ids=["byte order mark", "CR LF", "blank lines"],
)
def test_bytes_that_say_nothing_are_no_change(layout: Callable[[bytes], bytes], french: Path, findings: Find) -> None:
    """As editors on Windows leave them."""
    french.write_bytes(layout(french.read_bytes()))

    assert findings() == []


@pytest.mark.parametrize("flags", ["fuzzy, python-format", "python-format, fuzzy"])
def test_a_message_marked_fuzzy_is_that_and_no_more(flags: str, french: Path, findings: Find) -> None:
    """In whichever order a program writes the flags."""
    change(french, "#, python-format", f"#, {flags}")

    (fault,) = findings()
    assert "is marked fuzzy" in fault.message


@pytest.mark.parametrize("flags", ["#,fuzzy,python-format", "#,  python-format,fuzzy"])
def test_flags_need_no_space_behind_their_sign(flags: str, french: Path, findings: Find) -> None:
    """Nor does any comment: gettext asks for none."""
    change(french, "#, python-format", f"#made by hand\n{flags}")

    (fault,) = findings()
    assert "is marked fuzzy" in fault.message


def test_a_message_that_stands_there_twice_is_named_as_the_site_names_it(
    settings: Settings, french: Path, findings: Find
) -> None:
    """With the line of the second one, and no word of an update, which would take it out."""
    last = french.read_text(encoding="utf-8").rpartition("\n\n")[2]
    french.write_text(french.read_text(encoding="utf-8") + f"\n{last}", encoding="utf-8")

    (fault,) = findings()
    assert "This message stands here twice. Keep one." == fault.message
    assert [fault] == read_catalogs(settings.translations, [FRENCH])["fr"].faults


def test_a_plural_rule_of_another_language_is_named(french: Path, findings: Find) -> None:
    """It has as many forms, and the site goes by it: French would say “0 minutes”."""
    change(french, "plural=(n > 1);", "plural=(n != 1);")

    (fault,) = findings()
    assert fault.warning and fault.line == 1 + french.read_text().split("Plural-Forms")[0].count("\n")
    assert "otherwise than Français does: “nplurals=2; plural=(n > 1);”" in fault.message


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('msgid "All articles"', 'msgid "Every article"'),
        ("#. Link to the list of all articles.", "#. A link."),
        ("#: microsite/text.py", "#: microsite/texts.py"),
    ],
    ids=["source", "comment", "place"],
)
def test_what_says_something_else_is_stale(before: str, after: str, french: Path, findings: Find) -> None:
    """A message, what programmers say of it, and where it stands."""
    change(french, before, after)

    assert any(fault.message.startswith(("stale", "lacks")) for fault in findings())


def test_weblate_is_told_to_write_as_we_do() -> None:
    """With its wrapping 65535 a file differs by the message and the header alone; with -1 its header is one line."""
    (component,) = json.loads((ROOT / "translations" / "weblate.json").read_text())
    assert component["file_format_params"] == {"po_line_wrap": 65535}

    ours, written = ((FOLDER / f"{name}.po").read_text().splitlines() for name in ("ours", "weblate"))
    changed = [line for line in written if line not in ours]
    assert [line for line in changed if line.startswith("msgstr")] == ['msgstr "Au contenu"']
    assert len(changed) == 6 and sum(line.endswith('\\n"') for line in changed) == 5
