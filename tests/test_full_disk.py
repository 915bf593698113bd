"""A disk without a byte free: readers are served, nothing is half written, and it is said in plain words."""

import errno
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from microsite import disk
from microsite.reader import share_image
from microsite.runtime import runtime_of

MiB = 1024 * 1024


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("call", ["fsync", "replace", "mkdir"])
def test_share_images_are_drawn_all_the_same(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """The same picture as ever; nothing is left beside it, and once there is room it is kept."""
    address = "/fr/share/both-0000.png"
    folder: Path = runtime_of(app).settings.instance / "share"
    with monkeypatch.context() as patched:
        if call == "fsync":
            patched.setattr(os, "fsync", full)
        else:
            patched.setattr(Path, call, full)
        answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert not folder.exists() or not list(folder.iterdir())
    assert client.get(address).data == answer.data
    assert [path.read_bytes() for path in folder.iterdir()] == [answer.data]


def test_an_image_that_was_left_empty_is_drawn_anew(tmp_path: Path) -> None:
    """As a file system may leave it after a power cut."""
    inputs = ("Title", "Guides", "Planet Privacy")
    (tmp_path / f"{share_image.image_name(*inputs)}.png").touch()
    kept = share_image.cached_image(tmp_path, *inputs)
    assert isinstance(kept, Path)
    assert kept.read_bytes() == share_image.draw(*inputs)


@pytest.mark.parametrize(
    ("free", "files", "flag", "says"),
    [
        (0, 9, 0, "is full (0 MiB are free)"),
        (15 * MiB, 9, 0, "is full (15 MiB are free)"),
        (99 * MiB, 0, 0, "is full (99 MiB are free)"),
        (99 * MiB, 9, os.ST_RDONLY, "is read-only"),
        (99 * MiB, 9, 0, ""),
    ],
)
def test_readyz_names_the_disk(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, free: int, files: int, flag: int, says: str
) -> None:
    """With 200, since pages are served; and no more once there is room."""
    monkeypatch.setattr(disk, "CHECK_INTERVAL_SECONDS", 0)
    status = SimpleNamespace(f_bavail=free // 4096, f_frsize=4096, f_files=9, f_favail=files, f_flag=flag)
    with monkeypatch.context() as patched:
        patched.setattr(os, "statvfs", lambda _: status)
        answer = client.get("/readyz")
    assert answer.status_code == 200
    assert says in str(answer.get_json()["degraded"].get("disk", ""))
    assert bool(says) == ("disk" in answer.get_json()["degraded"])
    assert "disk" not in client.get("/readyz").get_json()["degraded"]
