"""Accounts that are signed in, as in the tests of the studio."""

from tests.studio.conftest import editor as editor
from tests.studio.conftest import sign_in as sign_in
