"""A browser at the studio's door, and what it makes of a page."""

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Editor(FlaskClient):
    """Fills in forms as a browser does: with the token of the page that they stand on."""

    def fill_in(self, path: str, *, on: str = "", **fields: str | list[str]) -> TestResponse:
        """POST to `path` what somebody typed, with the token of the form on the page `on` (else of the page itself)."""
        page = self.get(on or path)
        token = soup(page).select_one("[name=csrf_token]")
        assert token, f"{on or path}: no form ({page.status})"
        return self.post(path, data={"csrf_token": str(token["value"]), **fields})


def soup(response: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(response.get_data(as_text=True), "html.parser")


def inputs_of(response: TestResponse) -> dict[str, str]:
    """The names and values of the inputs on a page, as its form would send them."""
    return {str(tag["name"]): str(tag.get("value", "")) for tag in soup(response).select("main input")}
