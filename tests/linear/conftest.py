"""Accounts as in the tests of the studio; and nothing is remembered, or the second time would cost nothing."""

import pytest

from tests import remembered
from tests.studio.conftest import editor as editor
from tests.studio.conftest import sign_in as sign_in


@pytest.fixture(autouse=True)
def _work_is_done_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    remembered.forget_words(monkeypatch)
