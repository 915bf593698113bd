"""Claims: what an advertisement for a VPN had better not say, and why."""

from functools import partial

import pytest

from microsite.catalog_tools.check import check_catalogs
from microsite.config import ROOT, Settings
from microsite.content.site_file import read_site
from microsite.editions.publishing import Editions
from microsite.editions.site_folder import read_folder
from microsite.language.po_file import catalog_path, template_path
from microsite.promotions.claim_checks import claims_in_force, file_claims
from microsite.promotions.claims import Claims, find_claims, read_claims
from microsite.promotions.look_alikes import readings
from tests.linear.hostile import MOST_GROWTH, ROUNDS, cpu_ms

FRENCH_WORDS = "Le Wi-Fi du café n’a pas à savoir où vous allez en ligne."


@pytest.fixture(scope="module")
def claims() -> Claims:
    return read_claims(ROOT / "site" / "claims.toml", read_site(ROOT / "site" / "site.toml"))


@pytest.mark.parametrize(
    ("locale", "words", "claim"),
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
        ("fr", "\u0430n\u043en\u0443m\u0435", "anonyme"),
        ("fr", "garant\u0456", "garanti"),
        ("fr", "tota\u04cfement", "totalement"),
        ("fr", "compl\u0435\u0300tement", "complètement"),
        ("fr", "an\u03ccnyme", "anonyme"),
        ("fr", "An0nyme", "Anonyme"),
        ("fr", "garant1", "garantI"),
        ("fr", "TotaIement", "Totalement"),
        ("fr", "\u1d00\u0274\u1d0f\u0274\u028f\u1d0d\u1d07", "anonyme"),
        ("fr", "\U0001f170\U0001f17d\U0001f17e\U0001f17d\U0001f188\U0001f17c\U0001f174", "ANONYME"),
        ("fr", "\U0001d41a\U0001d427\U0001d428\U0001d427\U0001d432\U0001d426\U0001d41e", "anonyme"),
        ("fr", "a\u0336n\u0336o\u0336n\u0336y\u0336m\u0336e\u0336", "anonyme"),
        ("fr", "ano\u034fny\ufe0fme", "anonyme"),
        ("fr", "sans\u2800risque", "sans risque"),
        ("fr", "zéro\u2013log", "zéro-log"),
        ("en", "Risk\u2212free", "Risk-free"),
        ("en", "\u0405\u0430fest", "Safest"),
        ("en", "\u13a0\u13a2 2 letters", None),
        ("en", "100 letters of 1oo", None),
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
def test_what_is_warned_of(claims: Claims, locale: str, words: str, claim: str | None) -> None:
    """Whole words, however written; and not where the sentence denies them."""
    assert claim == next((warned.words for warned in find_claims({"text": words}, claims[locale])), None)


@pytest.mark.parametrize("dress", ["e\u0301", "a\u0336", "\u0430n\u043en", "an0n1 ", "\u200b", "\U0001f170", "\ufdfa"])
def test_reading_takes_linear_time(dress: str) -> None:
    """Four times the text, four times the time, at most twice that: machines are not quiet."""
    texts = [(dress * 20_000)[:length] for length in (5_000, 10_000, 20_000)]
    once, _, four_times = [cpu_ms(partial(readings, text), ROUNDS) for text in texts]

    assert four_times < MOST_GROWTH * once


def test_every_warning_says_why_and_what_to_write_instead(claims: Claims) -> None:
    """In the language of the words; both languages have a list."""
    assert {"en", "fr"} == claims.keys()
    assert all(claim.why and claim.instead for of_locale in claims.values() for claim in of_locale.values())


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
    assert any(fault in str(warning) for warning in named), named


def test_a_broken_list_leaves_the_last_good_one(settings: Settings, editions: Editions) -> None:
    """A running site goes on with what it has, and takes up the mended one."""
    path = settings.site / "claims.toml"
    path.write_text(CLAIM)
    assert ["x"] == list(editions.refresh().files.claims["en"])
    path.write_text("[en.x")
    assert ["x"] == list(editions.refresh().files.claims["en"])
    assert "content" in editions.faults
    path.write_text("")
    assert {} == editions.refresh().files.claims


def test_claims_in_a_promotions_file_are_named_with_their_line(settings: Settings) -> None:
    """`content check` warns of the default words, in any dress; nothing is kept from readers for it."""
    promotion = settings.site / "promotions" / "planet-freevpn.toml"
    (settings.site / "claims.toml").write_text((ROOT / "site" / "claims.toml").read_text())
    lines = promotion.read_text().splitlines()
    number = next(number for number, line in enumerate(lines, 1) if line.startswith("headline"))
    lines[number - 1] = 'headline = "100 % guar\\u0430nteed to be a\\u00adnonymous: %s {}"'
    promotion.write_text("\n".join(lines))

    files = read_folder(settings)
    warnings = [str(fault) for fault in file_claims(files.promotions, files.content.site, files.claims)]
    assert [] == [fault for fault in files.faults if "planet-freevpn" in str(fault)]
    assert all(f"planet-freevpn.toml:{number}: warning: " in warning for warning in warnings), warnings
    words = " ".join(warnings)
    assert all(f"“{claim}” claims too much: " in words for claim in ("anonymous", "100 %", "guaranteed")), words
    assert "A guarantee binds the publisher" in words


def test_claims_in_a_catalog_are_named_with_their_line(settings: Settings) -> None:
    """`catalogs check` warns of a promotion's words that claim too much; other messages may say anything."""
    (settings.site / "claims.toml").write_text((ROOT / "site" / "claims.toml").read_text())
    template_path(settings.translations).write_bytes((template_path(ROOT / "translations")).read_bytes())
    path = catalog_path(settings.translations, "fr")
    words = path.read_text().replace(FRENCH_WORDS, "C’est \u0430nonyme, garanti\u00a0: %s {}.")
    path.write_text(words.replace('msgstr "Aller au contenu"', 'msgstr "Anonyme"', 1))

    site = read_site(settings.site / "site.toml")
    claims = read_claims(settings.site / "claims.toml", site)
    named = [str(fault) for fault in check_catalogs(ROOT, settings.translations, site, settings.site, claims)]
    claimed = [fault for fault in named if "Une garantie engage l’éditeur" in fault or "Un VPN cache" in fault]
    assert ["“anonyme”", "“garanti”"] == [word for word in ("“anonyme”", "“garanti”") if word in " ".join(claimed)]
    assert 2 == len(claimed) and all("messages.po" in fault and "warning: " in fault for fault in claimed)


def test_what_readers_are_shown_is_searched_whatever_its_source(settings: Settings, editions: Editions) -> None:
    """A catalog's claims that nobody warned of are known while they are live, by language and promotion."""
    (settings.site / "claims.toml").write_text((ROOT / "site" / "claims.toml").read_text())
    edition = editions.refresh()
    assert claims_in_force(edition, edition.files.claims) == {}
    path = catalog_path(settings.translations, "fr")
    path.write_text(path.read_text().replace(FRENCH_WORDS, "Anonyme, garanti."))
    edition = editions.refresh()

    claimed = claims_in_force(edition, edition.files.claims)
    assert claimed["fr", "planet-freevpn"] == ["Anonyme", "garanti"]
