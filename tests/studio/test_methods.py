"""A form is sent with its token, or does nothing."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from microsite.runtime import runtime_of
from microsite.storage.tables import Revision
from microsite.studio.access import Role
from tests.studio.conftest import Editor
from tests.studio.editors import EDIT
from tests.studio.translators import Translating


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_an_address_that_is_only_opened_changes_nothing(
    app: Flask, sign_in: Callable[..., Editor], method: str
) -> None:
    """Nobody asks for the token of what is opened: a form inside such a request is not read."""
    editor = sign_in(Role.ADMIN)
    editor.open(f"{EDIT}pause/", method=method, data={"languages": "fr"})
    editor.open(Translating.open(editor).path, method=method, data={"do": "file"})

    with runtime_of(app).store.read() as session:
        assert session.scalar(select(func.count()).select_from(Revision)) == 0
