"""An export is whole or it is the last one, however many processes write it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.logging import default_handler

from microsite.config import Settings
from microsite.delivery import export
from microsite.delivery.export import Answer, Export, ExportError
from microsite.reader import inventory
from tests.exports import files, run


def test_nothing_is_written_without_the_words_in_force(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that is away would make words public that somebody has paused."""
    monkeypatch.setenv("MICROSITE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    result = run(settings, tmp_path / "out")

    assert 1 == result.exit_code and "Is the database up?" in result.output
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_else_is_left_alone(settings: Settings, tmp_path: Path) -> None:
    """A slip of the keyboard costs nobody their files."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("dear")
    result = run(settings, tmp_path / "letters")

    assert 1 == result.exit_code
    assert "holds something else" in result.output
    assert "dear" == (tmp_path / "letters" / "mine.txt").read_text()


def test_a_fault_in_a_text_keeps_the_last_export(settings: Settings, tmp_path: Path) -> None:
    """It is named with file and line."""
    folder = tmp_path / "out"
    run(settings, folder)
    before = files(folder)
    (settings.site / "pages" / "about" / "en.md").write_text("nothing")
    result = run(settings, folder)

    assert 1 == result.exit_code
    assert "en.md:1:" in result.output
    assert before == files(folder)


def test_a_fault_midway_keeps_the_last_export(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address with no page behind it is named; of the export that it was found in, nothing is left."""
    folder = tmp_path / "out"
    run(settings, folder)
    before, names = files(folder), {path.name for path in tmp_path.iterdir()}
    about = settings.site / "pages" / "about" / "en.md"
    about.write_text(about.read_text() + "\n\nOne more paragraph.\n")
    pages = inventory.all_pages
    monkeypatch.setattr(inventory, "all_pages", lambda edition: [*pages(edition), "/en/nope/"])
    result = run(settings, folder)

    assert 1 == result.exit_code
    assert "/en/nope/ answers 404 instead of what should be there." in result.output
    assert before == files(folder)
    assert names == {path.name for path in tmp_path.iterdir()}


def test_a_fault_in_another_process_keeps_the_last_export(
    public: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that was started, and waits for the others, has written nothing by then."""
    folder = tmp_path / "out"
    Export(public, folder, share_images=False, processes=1).write()
    before, names = files(folder), {path.name for path in tmp_path.iterdir()}
    this_process, ask = os.getpid(), Export.ask

    def fail_elsewhere(export: Export, address: str) -> Answer:
        if os.getpid() != this_process:
            raise ExportError("a fault elsewhere")
        return ask(export, address)

    monkeypatch.setattr(export, "BATCH_SIZE", 1)
    monkeypatch.setattr(Export, "ask", fail_elsewhere)
    with pytest.raises(ExportError, match="a fault elsewhere"):
        Export(public, folder, share_images=False, processes=2).write()

    assert before == files(folder)
    assert names == {path.name for path in tmp_path.iterdir()}


def test_the_last_export_is_there_until_the_next_one_is(
    public: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is moved or taken away meanwhile: whoever asks for a page gets that of one of the two."""
    folder = tmp_path / "out"
    Export(public, folder, share_images=False, processes=1).write()
    there: list[bool] = []

    def watched(change: Callable[..., None]) -> Callable[..., None]:
        def changed(*given: Any, **named: Any) -> None:
            change(*given, **named)
            there.append((folder / "en" / "index.html").exists())

        return changed

    for name in ("rename", "replace", "unlink", "rmdir"):
        monkeypatch.setattr(os, name, watched(getattr(os, name)))
    Export(public, folder, share_images=False, processes=1).write()

    assert there and all(there)


def fail() -> str:
    raise ZeroDivisionError


def test_a_page_that_fails_is_said_as_it_is(
    public: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its trace is that of the fault, and of no other on the way to saying it."""
    monkeypatch.setitem(public.view_functions, "reader.home", fail)
    monkeypatch.setattr(public.logger, "handlers", [default_handler])  # Flask's own, which pytest's would stand in for
    with pytest.raises(ExportError, match=r"^/en/ answers 500 instead of what should be there\.$"):
        Export(public, tmp_path / "out", share_images=False, processes=1).write()
    errors = capsys.readouterr().err

    assert "ZeroDivisionError" in errors
    assert "Logging error" not in errors and "KeyError" not in errors


@pytest.mark.parametrize(("endpoint", "address"), [("reader.share", r"/en/share/\S+\.png"), ("static", r"/static/\S+")])
def test_a_picture_that_fails_is_a_fault_as_well(
    public: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endpoint: str, address: str
) -> None:
    """Its file would hold an error page."""
    monkeypatch.setitem(public.view_functions, endpoint, lambda **_: fail())
    with pytest.raises(ExportError, match=f"^{address} answers 500"):
        Export(public, tmp_path / "out", processes=1).write()

    assert not (tmp_path / "out").exists()


def test_several_processes_write_what_one_writes(
    public: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page once, and each is told of, whoever wrote it."""
    monkeypatch.setattr(export, "BATCH_SIZE", 5)
    told: list[tuple[int, int]] = []

    Export(public, tmp_path / "one", share_images=False, processes=1).write()
    Export(public, tmp_path / "three", share_images=False, processes=3).write(lambda *progress: told.append(progress))

    assert files(tmp_path / "one") == files(tmp_path / "three")
    assert told == sorted(told) and told[-1][0] == told[0][1]


def test_as_many_processes_write_as_there_are_processors_for_them(
    public: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a container or `taskset` allows, not what the machine has."""
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {5, 6, 7}, raising=False)
    assert 3 == Export(public, tmp_path / "out").processes
    monkeypatch.delattr(os, "sched_getaffinity")
    assert 64 == Export(public, tmp_path / "out").processes
