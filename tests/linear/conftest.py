"""Accounts as in the tests of the studio; and nothing is remembered, or the second time would cost nothing."""

import pytest

from microsite.content import document
from microsite.language import po_file, reading
from tests.studio.conftest import editor as editor
from tests.studio.conftest import sign_in as sign_in


@pytest.fixture(autouse=True)
def _work_is_done_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in (
        (document, "render"),
        (po_file, "read_bytes"),
        (reading, "refusals"),
        (reading, "typeset_once"),
    ):
        monkeypatch.setattr(module, name, getattr(module, name).__wrapped__)
