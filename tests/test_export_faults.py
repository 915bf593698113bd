"""An export is whole or it is the last one, however many processes write it."""

import gc
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.logging import default_handler

from microsite.config import Settings
from microsite.delivery import export
from microsite.delivery.export import Export, ExportError
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


def test_a_fault_keeps_the_last_export(settings: Settings, tmp_path: Path) -> None:
    """It is named with file and line."""
    folder = tmp_path / "out"
    run(settings, folder)
    before = files(folder)
    (settings.site / "pages" / "about" / "en.md").write_text("nothing")
    result = run(settings, folder)

    assert 1 == result.exit_code
    assert "en.md:1:" in result.output
    assert before == files(folder)


def fail() -> str:
    raise ZeroDivisionError


def test_a_page_that_fails_is_said_as_it_is(
    public: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its trace is that of the fault, and of no other on the way to saying it."""
    monkeypatch.setitem(public.view_functions, "reader.home", fail)
    monkeypatch.setattr(public.logger, "handlers", [default_handler])  # Flask's own, which pytest's would stand in for
    with pytest.raises(ExportError, match=r"^/en/ answers 500 instead of a page\.$"):
        Export(public, tmp_path / "out", share_images=False, processes=1).write()
    said = capsys.readouterr().err

    assert "ZeroDivisionError" in said
    assert "Logging error" not in said and "KeyError" not in said


def test_several_processes_write_what_one_writes(
    public: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page once, and each is told of, whoever wrote it."""
    monkeypatch.setattr(export, "SHARED_OUT", 5)
    told: list[tuple[int, int]] = []

    def progress(done: Iterable[int], total: int) -> Iterator[int]:
        for number in done:
            told.append((number, total))
            yield number

    Export(public, tmp_path / "one", share_images=False, processes=1).write()
    Export(public, tmp_path / "three", share_images=False, processes=3).write(progress)

    assert files(tmp_path / "one") == files(tmp_path / "three")
    assert sum(number for number, _ in told) == told[0][1]


def test_as_many_processes_write_as_there_are_processors_for_them(
    public: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a container or `taskset` allows, not what the machine has."""
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {5, 6, 7}, raising=False)
    assert 3 == Export(public, tmp_path / "out").processes
    monkeypatch.delattr(os, "sched_getaffinity")
    assert 64 == Export(public, tmp_path / "out").processes


def test_a_fault_leaves_the_memory_of_this_process_as_it_was(
    public: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept from the garbage collector while several processes write is given back to it."""
    monkeypatch.setattr(export, "SHARED_OUT", 5)
    monkeypatch.setitem(public.view_functions, "reader.home", fail)
    before = gc.get_freeze_count()
    with pytest.raises(ExportError):
        Export(public, tmp_path / "out", share_images=False, processes=2).write()

    assert before == gc.get_freeze_count()
