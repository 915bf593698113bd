"""Chromium before a studio of its own, whose clock a test may move, with scripting on and off."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from microsite.config import Settings
from tests.browser.conftest import DESKTOP, Live, serve
from tests.conftest import Clock
from tests.studio.conftest import PASSWORD


@pytest.fixture
def live(settings: Settings, clock: Clock) -> Iterator[Live]:
    with serve(settings, clock) as live:
        yield live


class Studio:
    """What somebody does in the studio with one browser."""

    def __init__(self, browser: Browser, live: Live, **context: Any) -> None:
        self.context = browser.new_context(**{"viewport": {"width": DESKTOP, "height": 900}, **context})
        self.live = live
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda said: self.problems.append(said.text) if "Refused" in said.text else None)

    def open(self, path: str) -> Page:
        self.page.goto(path if path.startswith("http") else self.live.address + path)
        return self.page

    def fill(self, **fields: str) -> None:
        """Type into the fields of these names; choose, where one is a list."""
        for name, value in fields.items():
            control = self.page.locator(f"main [name={name}]:visible")
            if control.evaluate("control => control.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)

    def send(self, button: str = "main button") -> None:
        with self.page.expect_navigation():
            self.page.locator(button).first.click()

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.open("/studio/login")
        self.fill(email=email, password=password)
        self.send()

    @property
    def title(self) -> str:
        return self.page.locator("h1").inner_text()


@pytest.fixture(params=[True, False], ids=["scripting", "no-scripting"])
def scripting(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)
