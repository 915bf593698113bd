"""One file says what terms mean: a page shows them, texts link to them, and words that are avoided are named."""

import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from microsite.catalog_tools.check import check_catalogs
from microsite.config import ROOT, Settings
from microsite.content.glossary import Glossary, Term, read_glossary, translation_findings
from microsite.content.glossary_table import TABLES, with_table
from microsite.content.site_file import read_site
from microsite.editions.publishing import Editions
from microsite.language.locales import make_locale
from microsite.language.message import Message
from microsite.language.po_file import template_path
from tests.content.writer import ARTICLE, Check
from tests.language.conftest import Look

ENGLISH, FRENCH = make_locale("en"), make_locale("fr")
TERMS = """\
[encryption]
en.term = "encryption"
en.definition = "Words only a key opens, 100% \\\\* {}."
en.forms = ["encrypt", "encrypted"]
fr.term = "chiffrement"
fr.definition = "L'opération qui rend un texte illisible."
fr.forms = ["chiffrer", "chiffré"]
fr.avoid = [{ words = ["cryptage", "crypté"], why = "On ne crypte pas." }]

[vpn]
en.term = "virtual private network (VPN)"
en.definition = "A tunnel."
en.forms = ["VPN"]

[click]
en.term = "click"
fr.term = "clic"

[key]
en.term = "key"
en.ambiguous = true
fr.term = "clé"
"""
PAGES = {"en": "Glossary", "fr": "Glossaire"}


@pytest.fixture
def glossary(settings: Settings) -> Path:
    """The file, and the page that shows it."""
    path = settings.site / "glossary.toml"
    path.write_text(TERMS, encoding="utf-8")
    (settings.site / "pages" / "glossary").mkdir()
    for locale, title in PAGES.items():
        text = f"---\ntitle: {title}\nsummary: Words.\nslug: {title.lower()}\n---\n\nWords.\n\n::: glossary\n:::\n"
        (settings.site / "pages" / "glossary" / f"{locale}.md").write_text(text, encoding="utf-8")
    return path


def read(path: Path, settings: Settings) -> Glossary:
    return read_glossary(path, read_site(settings.site / "site.toml"))


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.mark.parametrize(
    ("locale_id", "words", "letters"),
    [
        ("fr", ["œuvre", "ordre", "Écho", "effacement"], ["E", "O"]),
        ("ru", ["ключ", "Канал", "журнал", "жетон"], ["Ж", "К"]),
        ("ar", ["نفق", "أمن", "انترنت", "ناقل"], ["ا", "ن"]),
        ("ko", ["가명", "고리", "나무", "노드"], ["ᄀ", "ᄂ"]),
        ("zh_Hant", ["加密", "隧道", "金鑰", "日誌"], [""]),
        ("en", ["key", "kill switch", "keeper"], [""]),
        ("en", [], [""]),
    ],
)
def test_terms_stand_under_the_letter_that_they_begin_with(
    locale_id: str, words: list[str], letters: list[str]
) -> None:
    """In any script; under none where they share one, or hardly two share any."""
    locale = make_locale(locale_id)
    terms = {f"key-{n}": {locale.id: Term(term=word, definition="A word.")} for n, word in enumerate(words)}

    by_letter = Glossary(terms).by_letter(locale)
    assert letters == [letter for letter, _ in by_letter]
    assert sorted(words) == sorted(entry.term for _, entries in by_letter for _, entry in entries)


class TestReaders:
    def test_each_language_has_a_page_of_its_own_terms(self, glossary: Path, editions: Editions, look: Look) -> None:
        """With a definition, what the other language calls it, and the words that are avoided."""
        editions.refresh()
        page = look("/fr/glossaire/")

        assert page.words("dfn") == ["chiffrement"]
        assert "L’opération qui rend un texte illisible." in page.text
        assert page.words("dd i[lang=en]") == ["encryption"]
        assert "cryptage. On ne crypte pas." in " ".join(page.text.split())
        assert look("/en/glossary/").words("dfn") == ["encryption", "virtual private network (VPN)"]
        assert "Words only a key opens, 100% \\* {}." in look("/en/glossary/").text

    def test_letters_lead_to_the_terms_that_begin_with_them(
        self, glossary: Path, editions: Editions, look: Look
    ) -> None:
        """In the order of the page, accents aside; a page with few terms for its letters has none."""
        assert not look("/fr/glossaire/").all(".letters, main h2")
        for key, term in {"reply": "Écho", "end": "effacement", "cookie": "cookie"}.items():
            append(glossary, f'[{key}]\nfr.term = "{term}"\nfr.definition = "Un mot."\n')
        editions.refresh()
        page = look("/fr/glossaire/")

        assert ["C", "E"] == page.words(".letters a") == page.words("main h2")
        assert [link["href"] for link in page.all(".letters a")] == [
            f"#{letter['id']}" for letter in page.all("main h2")
        ]
        assert ["chiffrement", "cookie", "Écho", "effacement"] == page.words("dfn")

    def test_it_is_a_page_like_any_other(self, glossary: Path, editions: Editions, client: FlaskClient) -> None:
        """In the sitemap with its languages, and in both of them."""
        editions.refresh()
        sitemap = client.get("/sitemap.xml").get_data(as_text=True)

        assert "/en/glossary/</loc>" in sitemap and "/fr/glossaire/</loc>" in sitemap

    def test_a_text_leads_to_a_term(self, glossary: Path, editions: Editions, look: Look, settings: Settings) -> None:
        """By a link, and on paper by the definition at its end; a term that the language lacks is plain words."""
        for locale in PAGES:
            append(
                settings.site / "articles" / "both" / f"{locale}.md",
                "\n\nIt is [so](term:encryption), [VPN](term:vpn).\n",
            )
        editions.refresh()
        english, french = look("/en/blog/news/the-cable/"), look("/fr/blog/actualites/le-cable/")

        assert [link["href"] for link in english.soup.select("a.term")] == [
            "/en/glossary/#encryption",
            "/en/glossary/#vpn",
        ]
        assert [link["href"] for link in french.soup.select("a.term")] == ["/fr/glossaire/#encryption"]
        assert french.words(".paper dt") == ["chiffrement"]

    def test_without_its_page_terms_are_plain_words(
        self, glossary: Path, editions: Editions, look: Look, settings: Settings
    ) -> None:
        """A link never leads nowhere."""
        append(settings.site / "articles" / "both" / "en.md", "\n\nIt is [so](term:encryption).\n")
        shutil.rmtree(settings.site / "pages" / "glossary")
        editions.refresh()

        assert look("/en/blog/news/the-cable/").soup.select("a.term, .paper") == []

    def test_a_broken_file_leaves_the_terms_as_they_were(self, glossary: Path, editions: Editions, look: Look) -> None:
        """And is named with its line."""
        editions.refresh()
        glossary.write_text(TERMS.replace("[vpn]", "[vpn"), encoding="utf-8")
        editions.refresh()

        assert "A tunnel." in look("/en/glossary/").text
        assert "glossary.toml" in str(editions.faults["content"][0])


class TestWriters:
    @pytest.mark.parametrize(
        ("before", "after", "sentence"),
        [
            ("[vpn]", "[VPN]", "glossary.toml:10: “VPN” is no key of a term."),
            ('fr.term = "clic"', 'de.term = "Klick"', "glossary.toml:17: “de” is not among `locales` of site.toml."),
            ('en.term = "click"', 'en.terms = "click"', "Did you mean `term`?"),
            ('words = ["cryptage", "crypté"]', "words = []", "glossary.toml:8:"),
            ("A tunnel.", "A\u202etunnel.", "glossary.toml:12:"),
            ("A tunnel.", "A tunnel." * 100, "has more than 600 characters"),
        ],
    )
    def test_what_is_wrong_with_it_is_named_with_its_line(
        self, glossary: Path, check: Check, before: str, after: str, sentence: str
    ) -> None:
        """By `content check`, with what to do."""
        glossary.write_text(TERMS.replace(before, after), encoding="utf-8")
        result = check()

        assert result.exit_code == 1 and sentence in result.stderr

    def test_a_file_that_cannot_be_read_is_one_fault(self, glossary: Path, check: Check, settings: Settings) -> None:
        """Texts that link to its terms have none for that."""
        append(settings.site / ARTICLE, "\n[so](term:encryption)\n")
        glossary.write_text("[encryption", encoding="utf-8")
        result = check()

        assert result.exit_code == 1
        assert "glossary.toml:1: not valid TOML" in result.stderr and "no term" not in result.stderr

    def test_a_term_that_is_not_there_is_a_fault(self, glossary: Path, check: Check, settings: Settings) -> None:
        """With the nearest that is."""
        append(settings.site / ARTICLE, "\n[so](term:encription)\n")
        result = check()

        assert result.exit_code == 1
        assert "there is no term “encription”. Did you mean “encryption”?" in result.stderr

    def test_words_to_avoid_are_warned_of(self, glossary: Path, check: Check, settings: Settings) -> None:
        """In a text, with line and reason; neither in code nor in an address, nor in another language."""
        append(
            settings.site / "articles" / "both" / "fr.md",
            "\n\nLe Cryptage, `crypté`, [là](https://example.org/cryptage).\n",
        )
        append(settings.site / "articles" / "both" / "en.md", "\n\nThe cryptage.\n")
        lines = [line for line in check().stderr.splitlines() if "is avoided here" in line]

        number = len((settings.site / "articles" / "both" / "fr.md").read_text().splitlines())
        assert len(lines) == 1
        assert f"articles/both/fr.md:{number}: warning: “Cryptage” is avoided here: On ne crypte pas." in lines[0]


class TestTranslators:
    @pytest.mark.parametrize(
        ("source", "translation", "sentences"),
        [
            ("It is encrypted.", "C’est chiffré.", []),
            ("It is encrypted.", "C’est fermé.", ["The glossary has “chiffrement” for “encryption”."]),
            ("It is encrypted.", "Le cryptage.", ["“cryptage” is avoided here: On ne crypte pas."]),
            ("It is clear.", "Rien de CRYPTÉ.", ["“CRYPTÉ” is avoided here: On ne crypte pas."]),
            ("Press the key %(click)s", "Appuyez sur %(click)s", []),
            ("A VPN", "Un tunnel", []),
            ("Unencrypted", "Ouvert", []),
        ],
    )
    def test_a_translation_is_held_to_it(
        self, glossary: Path, settings: Settings, source: str, translation: str, sentences: list[str]
    ) -> None:
        """Whole words; not where a word means other things, a language has no term, or a placeholder is named so."""
        message = Message(None, source, None, (), "", (), False, None, 1)
        findings = list(translation_findings(read(glossary, settings), message, [translation], FRENCH))

        assert [str(finding) for finding in findings] == sentences
        assert {finding.grade for finding in findings} <= {"warning"}

    def test_the_check_of_catalogs_says_it_too(self, glossary: Path, settings: Settings) -> None:
        """As a warning, with the line of the message."""
        append(glossary, '\n[feed]\nen.term = "content"\nfr.term = "teneur"\n')
        shutil.copy(template_path(ROOT / "translations"), settings.translations)
        faults = check_catalogs(ROOT, settings.translations, read_site(settings.site / "site.toml"))

        (fault,) = [fault for fault in faults if "“Skip to content”" in fault.message]
        assert fault.warning and "The glossary has “teneur” for “content”." in fault.message

    @pytest.mark.parametrize("name", TABLES)
    def test_the_table_in_the_documents_is_made_from_it(self, name: str) -> None:
        """`flask --app app content glossary` writes it anew."""
        path = ROOT / "docs" / name
        real = read_glossary(ROOT / "site" / "glossary.toml", read_site(ROOT / "site" / "site.toml"))

        assert path.read_text(encoding="utf-8") == with_table(path, real, ENGLISH, FRENCH)


def test_the_real_glossary_has_forty_terms_in_each_language() -> None:
    """Each defined in one sentence in both."""
    real = read_glossary(ROOT / "site" / "glossary.toml", read_site(ROOT / "site" / "site.toml"))
    for locale in (ENGLISH, FRENCH):
        definitions = [entry.definition or "" for _, entry in real.defined(locale)]
        assert len(definitions) == 40
        assert all(words.endswith(".") and ". " not in words for words in definitions)
