"""The onion service: the same site under a second host, for whoever must not be seen to read it."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from microsite.config import ConfigurationError, Settings, load_settings
from tests.test_export_servers import ask, served

ONION = f"{'a' * 50}bcd234.onion"
PAGES = ["/en/", "/fr/", "/en/blog/news/the-cable/", "/en/feed.atom", "/sitemap.xml"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"onion": f"http://{ONION}"})


@pytest.mark.parametrize("path", PAGES)
def test_the_same_bytes_answer_under_both_hosts(client: FlaskClient, path: str) -> None:
    """With the same headers, whichever host asks first."""
    there, here = client.get(path, headers={"Host": ONION}), client.get(path)

    assert 200 == here.status_code
    assert (here.data, sorted(here.headers)) == (there.data, sorted(there.headers))


def test_a_page_says_where_it_is_at_the_onion_service(client: FlaskClient) -> None:
    """Pages alone; nothing of what somebody put behind a question mark."""
    assert f"http://{ONION}/en/" == client.get("/en/?x=%0d%0aEvil:1").headers["Onion-Location"]
    for path in ("/en/feed.atom", "/en/nothing/", "/", "/studio/login"):
        assert "Onion-Location" not in client.get(path).headers, path


@pytest.mark.parametrize("path", ["/studio", "/studio/", "/studio/login", "/studio/nothing"])
def test_the_studio_is_not_there(client: FlaskClient, path: str) -> None:
    """Whatever is asked, in whatever case the host is written; under the first host it is where it was."""
    assert {404} == {client.get(path, headers={"Host": host}).status_code for host in (ONION, ONION.upper())}
    assert 404 == client.post("/studio/login", headers={"Host": ONION}).status_code
    assert 200 == client.get("/studio/login").status_code


@pytest.mark.parametrize("host", [ONION.replace("a", "b"), f"x.{ONION}", f"{ONION}.example", "a.onion"])
def test_no_other_onion_answers(client: FlaskClient, host: str) -> None:
    """A name like ours is not ours."""
    assert 400 == client.get("/en/", headers={"Host": host}).status_code


@pytest.mark.parametrize("value", ["https://x.onion", f"https://{ONION}", ONION, f"http://{ONION}/en/", "http://x.com"])
def test_an_address_that_is_none_is_refused_at_the_start(value: str, tmp_path: Path) -> None:
    """With the name of the setting, and what it should be."""
    with pytest.raises(ConfigurationError, match="MICROSITE_ONION: give http:// and the name that Tor wrote"):
        load_settings({"MICROSITE_ONION": value, "MICROSITE_INSTANCE": str(tmp_path / "instance")})


def test_exported_files_say_it_too(exported: Path, tmp_path: Path) -> None:
    """A real nginx names the page that was asked for, and makes no header of what a client wrote into its address."""
    with served(exported, tmp_path) as nginx:
        for path in ("/en/", "/fr/blog/actualites/le-cable/"):
            assert f"http://{ONION}{path}" == ask(nginx, path)[0].headers["Onion-Location"]
        hostile = ask(nginx, "/en/?x=%0d%0aEvil:1")[0]
        assert f"http://{ONION}/en/?x=%0d%0aEvil:1" == hostile.headers["Onion-Location"]
        assert "Evil" not in hostile.headers
