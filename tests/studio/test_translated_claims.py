"""Claims in the translated words of a promotion: whoever writes them, the same rule holds."""

from collections.abc import Callable

from sqlalchemy import select

from microsite.config import ROOT, Settings
from microsite.editions.publishing import Editions
from microsite.storage.tables import Revision
from microsite.studio.access import Role
from tests.conftest import Seen
from tests.studio.conftest import Editor, soup
from tests.studio.editors import Writing
from tests.studio.test_translation_files import report, send
from tests.studio.translators import FRENCH, French, Translating

SOURCE = "The café's Wi-Fi does not need to know where you go online."
FRENCH_WORDS = "Le Wi-Fi du café n’a pas à savoir où vous allez en ligne."
CLAIM = "Anonymat garanti à jamais."


def test_a_claim_is_not_live_before_it_was_confirmed(
    settings: Settings, editions: Editions, sign_in: Callable[..., Editor], look: Callable[..., Seen]
) -> None:
    """The desk says which words and why; saved once more they are live, and confirmed. A file cannot confirm."""
    (settings.site / "claims.toml").write_text((ROOT / "site" / "claims.toml").read_text())
    editions.refresh()
    translator = sign_in(Role.TRANSLATOR)
    file = translator.get(f"{FRENCH}messages.po").data
    uploaded = send(translator, file.replace(FRENCH_WORDS.encode(), CLAIM.encode()))
    assert (report(uploaded)["Changed"], report(uploaded)["Refused"]) == (0, 1)
    assert "“garanti” claims too much." in soup(uploaded).get_text()

    desk = Translating.open(translator, SOURCE).save(CLAIM)
    assert desk.answer.status_code == 422
    assert "Un VPN cache votre adresse" in desk.page.get_text()
    assert look("/fr/").words("aside.promo .headline") == [FRENCH_WORDS]

    assert desk.save(CLAIM).answer.status_code == 303
    assert look("/fr/").words("aside.promo .headline") == [CLAIM]
    with editions.store.read() as session:
        assert session.scalars(select(Revision.confirmed_claims)).all() == [["Anonymat", "garanti"]]


def test_live_claims_of_a_catalog_stand_on_the_first_page(
    settings: Settings, editions: Editions, sign_in: Callable[..., Editor], french: French
) -> None:
    """Until somebody changes or confirms them; for whoever may."""
    (settings.site / "claims.toml").write_text((ROOT / "site" / "claims.toml").read_text())
    marketer, translator = sign_in(Role.MARKETING), sign_in(Role.TRANSLATOR)
    editions.refresh()
    assert not soup(marketer.get("/studio/")).select("#claims")
    french.change(FRENCH_WORDS, CLAIM)
    editions.refresh()
    claimed = soup(marketer.get("/studio/")).select("[aria-labelledby=claims] mark")
    assert [mark.get_text() for mark in claimed] == ["Anonymat", "garanti"]
    assert not soup(translator.get("/studio/")).select("#claims")

    Writing.open(marketer).press("publish:fr", note="n").press("publish:fr", tick=True)
    assert not soup(marketer.get("/studio/")).select("#claims")
