"""The same corpus of catalogs, sent to the studio: never a failure, always a sentence."""

from collections.abc import Callable
from io import BytesIO

from microsite.studio.access import Role
from tests.language.test_corpus import each
from tests.studio.conftest import Editor, soup
from tests.studio.translators import FRENCH


def test_each_is_taken_or_refused_in_its_line(sign_in: Callable[..., Editor]) -> None:
    """A file that cannot be read is named with its line, a message that cannot be served with the reason."""
    translator = sign_in(Role.TRANSLATOR)
    failed = []
    for name, data, expected in each():
        form = soup(translator.get(FRENCH)).select_one("form[enctype]")
        token = form.select_one("[name=csrf_token]")["value"] if form else ""  # type: ignore[index]
        answer = translator.post(
            f"{FRENCH}upload/", data={"csrf_token": token, "file": (BytesIO(data), f"{name}.po")}, follow_redirects=True
        )
        text = " ".join(soup(answer).get_text(" ").split())
        why = str(expected.get("uploaded") or expected.get("why", ""))
        is_said = why in text if "lacks" not in why else "Not in the file" in text
        if answer.status_code not in (200, 422) or not is_said:
            failed.append((name, answer.status, why))

    assert not failed, "\n".join(map(str, failed))
