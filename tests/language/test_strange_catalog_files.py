"""Whatever stands where a catalog should be is named by its path; it never stops the site, nor passes the check."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from microsite.catalog_tools.check import check_catalogs
from microsite.config import ROOT, Settings
from microsite.content.site_file import read_site
from microsite.editions.publishing import Editions
from microsite.language import reading
from microsite.language.po_file import MAX_CATALOG_BYTES, catalog_path
from tests.language.conftest import SKIP, Look, Run, cut, degraded


def is_a_directory(path: Path) -> None:
    path.mkdir()


def leads_nowhere(path: Path) -> None:
    path.symlink_to("nowhere")


def leads_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def is_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def is_too_long(path: Path) -> None:
    path.write_bytes(b"#" * (MAX_CATALOG_BYTES + 1))


STRANGE = [os.mkfifo, is_a_directory, leads_nowhere, leads_to_itself, is_a_device, is_too_long]
strange_files = pytest.mark.parametrize("put", STRANGE, ids=lambda put: put.__name__)


@pytest.fixture
def french(settings: Settings, template: Path) -> Path:
    """The French catalog beside the template, before the site starts."""
    return catalog_path(settings.translations, "fr")


def checked(settings: Settings) -> list[str]:
    """The faults that end `catalogs check` with exit code 1."""
    site = read_site(settings.site / "site.toml")
    faults = check_catalogs(ROOT, settings.translations, site, settings.site)
    return [f.relative_to(settings.translations.parent) for f in faults if not f.warning and "/fr/" in str(f.path)]


@strange_files
def test_the_site_keeps_its_words_and_names_the_file(
    french: Path, editions: Editions, look: Look, client: FlaskClient, settings: Settings, put: Callable[[Path], None]
) -> None:
    """In the words of `catalogs check`; and whatever else changes is taken up."""
    assert SKIP in look("/fr/").text
    french.unlink()
    put(french)
    before = editions.current.number
    editions.refresh()

    assert SKIP in look("/fr/").text
    (line,) = degraded(client, "fr")
    assert line in checked(settings)
    assert before < editions.current.number


@strange_files
def test_a_start_with_it_is_a_site_in_the_source_language(
    french: Path, settings: Settings, look: Look, client: FlaskClient, put: Callable[[Path], None]
) -> None:
    """Pages are served, and health names the file."""
    french.unlink()
    put(french)

    assert ["Skip to content"] == look("/fr/").words("a.skip")
    (line,) = degraded(client, "fr")
    assert line in checked(settings)


def test_a_public_language_has_a_catalog(french: Path, settings: Settings, client: FlaskClient) -> None:
    """One that is missing is a fault, of the site and of the check."""
    french.unlink()

    (line,) = degraded(client, "fr")
    assert "there is no catalog for Français" in line
    assert line in checked(settings)


def test_an_exception_is_a_fault_of_that_file(
    french: Path, editions: Editions, look: Look, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A catalog that this program fails on leaves the last one in force, and the edition to all else."""
    assert SKIP in look("/fr/").text
    french.write_bytes(french.read_bytes() + b"\n")

    def fail(*_: object) -> None:
        raise RuntimeError("too deep")

    monkeypatch.setattr(reading, "_add", fail)
    before = editions.current.number
    editions.refresh()

    assert SKIP in look("/fr/").text
    (line,) = degraded(client, "fr")
    assert "this program fails on it (RuntimeError: too deep)" in line
    assert before + 1 == editions.current.number


class TestACutFile:
    """What a file lacks is not written out empty: empty means taken back."""

    def test_the_check_says_what_the_site_says(
        self, french: Path, editions: Editions, client: FlaskClient, settings: Settings
    ) -> None:
        """What is lacking, not that words have changed."""
        assert editions.current
        cut(french, share=0.5)
        editions.refresh()

        (line,) = degraded(client, "fr")
        assert ": lacks " in line
        assert line in checked(settings)
        assert not [other for other in checked(settings) if "stale" in other]

    def test_an_update_refuses_to_lose_what_was_committed(self, french: Path, settings: Settings, run: Run) -> None:
        """Unless it is forced; what somebody has emptied in the file was meant."""
        for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "catalogs"]):
            author = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
            subprocess.run(["git", *author, *command], cwd=settings.translations, check=True)
        whole = french.read_text(encoding="utf-8")
        cut(french, share=0.5)
        half = french.read_bytes()

        refused = run("catalogs", "update")
        assert 1 == refused.exit_code
        assert "of the translations in the last commit" in refused.output
        assert half == french.read_bytes()

        french.write_text(whole.replace(f'"{SKIP}"', '""'), encoding="utf-8")
        assert 0 == run("catalogs", "update").exit_code

        french.write_bytes(half)
        assert 0 == run("catalogs", "update", "--force").exit_code
        assert half != french.read_bytes()


def is_missing(path: Path) -> None:
    """Nothing is put there."""


@pytest.mark.parametrize("put", [is_missing, is_a_directory, leads_nowhere, cut], ids=lambda put: put.__name__)
def test_both_checks_say_what_the_site_says(
    french: Path, run: Run, client: FlaskClient, put: Callable[[Path], None]
) -> None:
    """`catalogs check` and `content check` end with the sentence of /readyz for a public language."""
    if put is not cut:
        french.unlink()
    put(french)
    (sentence,) = degraded(client, "fr")

    for command in ("catalogs", "content"):
        result = run(command, "check")
        assert result.exit_code == 1
        assert sentence.rpartition(f"{french.name}:")[2] in result.stderr
