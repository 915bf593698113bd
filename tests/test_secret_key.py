"""The key that signs sessions and previews: never empty, never short, the same in all that start at once."""

import os
import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from app import create_app
from microsite.config import ConfigurationError, Settings, load_settings
from microsite.secret_key import load_or_create


@pytest.mark.parametrize("key", [" ", "changeme", "x" * 31, "x" + " " * 40])
def test_a_short_key_from_the_environment_is_refused(tmp_path: Path, key: str) -> None:
    """With the name of the variable, and a way to make a good one."""
    with pytest.raises(ConfigurationError, match=r"MICROSITE_SECRET_KEY: .* at least 32: python3 -c"):
        load_settings({"MICROSITE_INSTANCE": str(tmp_path), "MICROSITE_SECRET_KEY": key})


@pytest.mark.parametrize("content", [b"", b"\n", b"changeme", b"\xff" * 40, b"k" * 5000])
def test_a_file_without_a_key_is_refused(settings: Settings, content: bytes) -> None:
    """The app is not made, the sentence names the file, and what is in it stays: it may be somebody's only copy."""
    path = settings.instance / "secret_key"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=f"{path}: "):
        create_app(settings)
    assert path.read_bytes() == content


@pytest.mark.parametrize("kind", ["pipe", "folder", "dangling link"])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: str) -> None:
    """And waited for by nobody: to open a pipe would take for ever."""
    path = tmp_path / "secret_key"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(ConfigurationError, match=f"{path}: "):
        load_or_create(path)


def test_a_key_is_made_once(tmp_path: Path) -> None:
    """For its owner alone; nothing is left beside it."""
    key = load_or_create(tmp_path / "secret_key")
    assert len(key) == 64
    assert load_or_create(tmp_path / "secret_key") == key
    assert [(path.name, stat.S_IMODE(path.stat().st_mode)) for path in tmp_path.iterdir()] == [("secret_key", 0o600)]


def test_all_that_start_at_once_agree(tmp_path: Path) -> None:
    """A session that one process signed is good in the others."""
    with ProcessPoolExecutor(4, get_context("fork")) as pool:
        for attempt in range(20):
            assert len(set(pool.map(load_or_create, [tmp_path / f"{attempt}"] * 4))) == 1


def test_a_key_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    """As `cp` leaves it, from a backup."""
    path = tmp_path / "secret_key"
    path.write_text("k" * 64)
    path.chmod(0o644)
    assert load_or_create(path) == "k" * 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("call", ["fsync", "link"])
def test_a_full_disk_leaves_no_empty_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """The start ends with a sentence and leaves nothing behind; once there is room, the next one makes a key."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, call, full)
        with pytest.raises(ConfigurationError, match=r"secret_key: .* No space left on device.* start again"):
            load_or_create(tmp_path / "secret_key")
    assert not list(tmp_path.iterdir())
    assert len(load_or_create(tmp_path / "secret_key")) == 64
