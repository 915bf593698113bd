"""Three translators who save and check at the same moment: nobody is refused, and no word is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from microsite.storage.store import Store
from microsite.storage.tables import Revision
from microsite.studio.access import Role
from tests.studio.conftest import ON_BOTH_DATABASES, Editor, soup
from tests.studio.editors import held_by
from tests.studio.translators import FRENCH

ROUNDS = 4
CHECK = {"Sec-Fetch-Mode": "cors"}
"""As browsers mark what a script sends."""


@ON_BOTH_DATABASES
def test_three_who_save_and_check_at_once(sign_in: Callable[..., Editor], store: Store) -> None:
    """Each in two windows: while one sends words to be saved, a script of the other sends words to be checked."""
    page = soup(sign_in(Role.TRANSLATOR).get(FRENCH, query_string={"q": "articles"}))
    paths = [str(link["href"]).partition("?")[0] for link in page.select(".queue th > a")[: 3 * ROUNDS]]
    assert sign_in(Role.TRANSLATOR).get(paths[0]).status_code == 200
    everybody = Barrier(6)

    def work(editor: Editor, paths: list[str], saves: bool) -> list[int]:
        statuses = []
        for number, path in enumerate(paths):
            form = soup(editor.get(path)).select("form.translating")[0]
            fields = held_by(form) | {"do": "stay" if saves else "check", "note": f"{number}"}
            fields |= {name: f"{words} ici" for name, words in fields.items() if name.startswith("words-")}
            everybody.wait(10)
            statuses.append(editor.post(path, data=fields, headers={} if saves else CHECK).status_code)
            if saves and statuses[-1] == 422:  # the checks remark on a word after the full stop
                form = soup(editor.post(path, data=fields)).select("form.translating")[0]
                statuses[-1] = editor.post(path, data=held_by(form) | {"do": "stay"}).status_code
        return statuses

    people = (Role.TRANSLATOR, "en"), (Role.TRANSLATOR, "fr"), (Role.ADMIN, "en")
    hands = [(sign_in(*who), paths[place::3], saves) for place, who in enumerate(people) for saves in (True, False)]
    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(lambda hand: work(*hand), hands))

    assert statuses == [[303 if saves else 200] * ROUNDS for _, _, saves in hands]
    with store.read() as session:
        assert session.scalar(select(func.count(Revision.id))) == 3 * ROUNDS
