"""A database that has no room: what somebody sends is refused in plain words, and comes back once there is room."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from microsite.runtime import runtime_of
from microsite.studio.access import Role
from tests.studio.conftest import PASSWORD, Editor, soup


@contextmanager
def no_room(app: Flask) -> Iterator[None]:
    def refuse(connection: Connection) -> None:
        raise OperationalError("COMMIT", {}, Exception("database or disk is full"))

    writer = runtime_of(app).store.writer
    event.listen(writer, "commit", refuse)
    try:
        yield
    finally:
        event.remove(writer, "commit", refuse)


def test_saves_and_sign_in_are_refused_in_plain_words(app: Flask, sign_in: Callable[..., Editor]) -> None:
    """503 with a page of ours that has what was typed; readers notice nothing; with room again, both work."""
    editor, email = sign_in(Role.TRANSLATOR), "translator-en@example.org"
    editor.get("/studio/login")
    with no_room(app):
        saved = editor.fill_in("/studio/account", locale="fr", timezone="UTC")
        assert saved.status_code == 503
        assert soup(saved).select("h1")
        assert soup(saved).select_one("[name=timezone]")["value"] == "UTC"  # type: ignore[index]  # None fails as well
        other = app.test_client()
        assert isinstance(other, Editor)
        assert other.fill_in("/studio/login", email=email, password=PASSWORD).status_code == 503
        assert other.get("/en/").status_code == 200
    assert editor.fill_in("/studio/account", locale="fr", timezone="UTC").status_code == 303
    assert other.fill_in("/studio/login", email=email, password=PASSWORD).status_code == 303
