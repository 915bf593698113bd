"""Accounts as in the tests of the studio; and nothing is remembered, or the second time would cost nothing."""

import pytest

from microsite.language import po_file
from tests.conftest import WORDS
from tests.studio.conftest import editor as editor
from tests.studio.conftest import sign_in as sign_in


@pytest.fixture(autouse=True)
def _work_is_done_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in [*WORDS, (po_file, "read_bytes")]:
        monkeypatch.setattr(module, name, getattr(module, name).__wrapped__)
