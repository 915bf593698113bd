"""Claims: what an advertisement for a VPN had better not say, and why."""

import pytest

from microsite.config import ROOT, Settings
from microsite.content.site_file import read_site
from microsite.editions.edition import Editions
from microsite.editions.site_folder import read_folder
from microsite.promotions.claims import Claims, find_claims, read_claims


@pytest.fixture(scope="module")
def claims() -> Claims:
    return read_claims(ROOT / "site" / "claims.toml", read_site(ROOT / "site" / "site.toml"))


@pytest.mark.parametrize(
    ("locale", "words", "found"),
    [
        ("en", "You become Anonymous everywhere", "Anonymous"),
        ("en", "It does not make you anonymous; no VPN can.", None),
        ("en", "100 % safe", "100 %"),
        ("en", "100% safe", "100%"),
        ("en", "100\u00a0% safe", "100 %"),
        ("en", "100 percent safe", "100 percent"),
        ("en", "Hundred per cent safe", "Hundred per cent"),
        ("en", "One hundred percent safe", "One hundred percent"),
        ("en", "A 100-percent cover", "100-percent"),
        ("en", "1100 percent more", None),
        ("en", "We anonymise you", "anonymise"),
        ("en", "Your traffic is anonymized", "anonymized"),
        ("en", "Anonymizing, and anonymization", "Anonymizing"),
        ("en", "It does not anonymise you", None),
        ("en", "Ano\u00adnymous", "Anonymous"),
        ("en", "guaran\u200bteed", "guaranteed"),
        ("en", "Risk\u2011free", "Risk-free"),
        ("en", "\uff27uaranteed", "Guaranteed"),
        ("en", "guar\u0430nt\u0435ed", "guaranteed"),
        ("en", "\u0391nonymous", "Anonymous"),
        ("fr", "prote\u0301ge comple\u0300tement", "complètement"),
        ("fr", "garan\u200d\u2060ti", "garanti"),
        ("en", "Untraceable.", "Untraceable"),
        ("en", "Guaranteed!", "Guaranteed"),
        ("en", "Military-grade encryption", "Military-grade"),
        ("en", "The world’s first VPN", "world’s first"),
        ("en", "It logs nothing", "logs nothing"),
        ("en", "A bestiary of fastenings", None),
        ("fr", "Devenez ANONYME", "ANONYME"),
        ("fr", "Il ne vous rend pas anonyme\u00a0; aucun VPN ne le peut.", None),
        ("fr", "Protégé à 100\u202f%", "100 %"),
        ("fr", "Protégé à 100 pour 100", "100 pour 100"),
        ("fr", "Protégé à cent pour cent", "cent pour cent"),
        ("fr", "Protégé à 100 pour cent", "100 pour cent"),
        ("fr", "Nous anonymisons vos données", "anonymisons"),
        ("fr", "Il ne vous anonymise pas", None),
        ("fr", "Ano\u00adnyme", "Anonyme"),
        ("fr", "intra\u200bçable", "intraçable"),
        ("fr", "Totalement intraçable", "Totalement"),
        ("fr", "Sécurité garantie", "garantie"),
        ("fr", "Un chiffrement militaire", "chiffrement militaire"),
        ("fr", "N’attendez plus", "N’attendez plus"),
        ("fr", "Zéro log", "Zéro log"),
        ("fr", "Des données illimitées", "illimitées"),
        ("fr", "La totalité du volume", None),
    ],
)
def test_what_is_warned_of(claims: Claims, locale: str, words: str, found: str | None) -> None:
    """Whole words, however written; and not where the sentence denies them."""
    assert found == next((warned.words for warned in find_claims({"text": words}, claims[locale])), None)


def test_every_warning_says_why_and_what_to_write_instead(claims: Claims) -> None:
    """In the language of the words; both languages have a list."""
    assert {"en", "fr"} == claims.keys()
    assert all(claim.why and claim.instead for found in claims.values() for claim in found.values())


def test_our_own_words_claim_nothing(editions: Editions, claims: Claims) -> None:
    """The default wording passes in both languages."""
    for locale in ("en", "fr"):
        words = editions.current.words[locale]["planet-freevpn"]
        assert [] == find_claims(
            {part: getattr(words, part) for part in ("headline", "text", "button")}, claims[locale]
        )


CLAIM = '[en.x]\npattern = "x"\nwhy = "y"\ninstead = "z"\n'


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (CLAIM.replace('"x"', '"(x"'), "claims.toml:2: `en.x.pattern`: not a regular expression"),
        (CLAIM.replace('"x"', '"(x+)+y"'), "claims.toml:2: `en.x.pattern`: a search for it might never end"),
        (CLAIM.replace('"x"', '"(?:x|x)*y"'), "claims.toml:2: `en.x.pattern`: a search for it might never end"),
        (CLAIM.replace('"x"', f'"{"x?" * 30}{"x" * 30}"'), "claims.toml:2: `en.x.pattern`: a search for it might"),
        (CLAIM.replace('"x"', '".*.*.*x"'), "claims.toml:2: `en.x.pattern`: a search for it might never end"),
        (CLAIM.replace('why = "y"\n', ""), "claims.toml:1: `en.x.why` is missing"),
        (CLAIM.replace("why", "wy"), "claims.toml:3: `en.x.wy` is not a field here"),
        ("\n" + CLAIM.replace("en.x", "de.x"), "claims.toml:2: “de” is not among `locales` of site.toml"),
        (CLAIM.replace('"z"', '"z'), "claims.toml:4: not valid TOML"),
    ],
)
def test_a_fault_is_named_with_its_line(settings: Settings, text: str, fault: str) -> None:
    """Like every other file of the site's."""
    (settings.site / "claims.toml").write_text(text)

    named = read_folder(settings).faults
    assert any(fault in str(found) for found in named), named


def test_a_broken_list_leaves_the_last_good_one(settings: Settings, editions: Editions) -> None:
    """A running site goes on with what it has, and takes up the mended one."""
    path = settings.site / "claims.toml"
    path.write_text(CLAIM)
    assert ["x"] == list(editions.refresh().claims["en"])
    path.write_text("[en.x")
    assert ["x"] == list(editions.refresh().claims["en"])
    assert "content" in editions.faults
    path.write_text("")
    assert {} == editions.refresh().claims
