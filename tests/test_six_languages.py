"""Six languages that the site does not have yet: every kind of page is right in each, without a line of code."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import polib
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from app import create_app
from microsite.catalog_tools.new_language import add_locale, write_site
from microsite.catalog_tools.writing import updated_catalog
from microsite.config import ROOT
from microsite.content.site_file import read_site
from microsite.editions.publishing import Editions
from microsite.language.locales import Locale, make_locale, plural_forms
from microsite.language.po_file import catalog_path, template_path
from microsite.reader.share_image import draw
from microsite.runtime import runtime_of
from tests.conftest import NOW, Reader, Seen, check_any_page, small_site

MINUTES = (1, 2, 5, 11)


@dataclass(frozen=True)
class Language:
    """What a translator and a writer type, and what readers see then."""

    id: str
    skip: str
    """“Skip to content”."""
    title: str
    typed: str
    """A sentence with straight quotation marks, one pair inside another."""
    shown: str
    minutes: tuple[str, ...]
    """“%(num)s-minute read”, in each plural form, in the order of gettext's rule."""
    read: tuple[str, ...]
    """For `MINUTES`."""
    day: str
    """2 November 2026."""
    months: str
    """June 2019 to July 2020."""
    month: str
    """June 2020."""
    word: str = "wort "
    """Takes a 230th of a minute to read."""


LANGUAGES = [
    Language(
        "de", "Zum Inhalt springen", "Das Kabel der Stadt",
        """Sie sagt "wir 'hören' zu".""", "Sie sagt „wir ‚hören‘ zu“.",
        ("%(num)s Minute Lesezeit", "%(num)s Minuten Lesezeit"),
        ("1 Minute Lesezeit", "2 Minuten Lesezeit", "5 Minuten Lesezeit", "11 Minuten Lesezeit"),
        "2. November 2026", "Juni 2019 – Juli 2020", "Juni 2020",
    ),
    Language(
        "ar", "انتقل إلى المحتوى", "كابل المدينة",
        """قالت "نحن 'نستمع' إليكم".""", "قالت ”نحن ’نستمع‘ إليكم“.",
        ("لا دقائق (%(num)s)", "دقيقة واحدة (%(num)s)", "دقيقتان (%(num)s)", "%(num)s دقائق", "%(num)s دقيقة",
         "%(num)s من الدقائق"),
        ("دقيقة واحدة (1)", "دقيقتان (2)", "5 دقائق", "11 دقيقة"),
        "2 نوفمبر 2026", "يونيو 2019 – يوليو 2020", "يونيو 2020", "كلمة ",
    ),
    Language(
        "pt_BR", "Ir para o conteúdo", "O cabo da cidade",
        """Ela diz "nós 'ouvimos' tudo".""", "Ela diz “nós ‘ouvimos’ tudo”.",
        ("%(num)s minuto de leitura", "%(num)s minutos de leitura"),
        ("1 minuto de leitura", "2 minutos de leitura", "5 minutos de leitura", "11 minutos de leitura"),
        "2 de novembro de 2026", "junho de 2019 – julho de 2020", "junho de 2020",
    ),
    Language(
        "zh_Hant", "跳到內容", "城市的電纜",
        """她說 "我們 '聽' 著" 。""", "她說 「我們 『聽』 著」 。",
        ("閱讀時間 %(num)s 分鐘",),
        ("閱讀時間 1 分鐘", "閱讀時間 2 分鐘", "閱讀時間 5 分鐘", "閱讀時間 11 分鐘"),
        "2026年11月2日", "2019年6月至2020年7月", "2020年6月", "字",
    ),
    Language(
        "pl", "Przejdź do treści", "Kabel miasta",
        """Mówi: "my 'słuchamy' was".""", "Mówi: „my «słuchamy» was”.",
        ("%(num)s minuta czytania", "%(num)s minuty czytania", "%(num)s minut czytania"),
        ("1 minuta czytania", "2 minuty czytania", "5 minut czytania", "11 minut czytania"),
        "2 listopada 2026", "czerwiec 2019–lipiec 2020", "czerwiec 2020",
    ),
    Language(
        "he", "דילוג לתוכן", "הכבל של העיר",
        """היא אומרת "אנחנו 'מקשיבים' לכם".""", "היא אומרת ”אנחנו ’מקשיבים’ לכם”.",
        ("דקת קריאה אחת (%(num)s)", "%(num)s דקות קריאה"),
        ("דקת קריאה אחת (1)", "2 דקות קריאה", "5 דקות קריאה", "11 דקות קריאה"),
        "2 בנובמבר 2026", "יוני 2019–יולי 2020", "יוני 2020", "מילה ",
    ),
]  # fmt: skip
EVERY = pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)


def translate(folder: Path, language: Language) -> None:
    """A catalog as `locale add` makes it, with the two messages of which the tests read the translation."""
    file = polib.pofile(updated_catalog(folder, make_locale(language.id)).decode(), wrapwidth=0)
    for entry in file:
        if entry.msgid == "Skip to content":
            entry.msgstr = language.skip
        elif entry.msgid == "%(num)s-minute read":
            entry.msgstr_plural = dict(enumerate(language.minutes))
    path = catalog_path(folder, language.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(file), encoding="utf-8")


def write(site: Path, language: Language) -> None:
    """The article of both languages, one for each of `MINUTES`, and a page."""
    head = f"---\ntitle: {language.title}\nsummary: {language.title}.\ncategory: news\npublished: 2026-11-02\n"
    source = "sources:\n  - publication: The Daily\n    date: 2020-06\n    url: https://example.org/\n"
    text = f"{language.typed}\n\n::: quote {language.title}\n{language.title}\n:::\n"
    file = site / "articles" / "both" / f"{language.id}.md"
    file.write_text(f"{head}slug: the-cable\nevents: 2019-06 to 2020-07-01\n{source}---\n\n{text}", encoding="utf-8")
    for minutes in MINUTES:
        folder = site / "articles" / f"minutes-{minutes}"
        folder.mkdir(exist_ok=True)
        paragraphs = "\n\n".join([(language.word * 23).strip()] * 10 * minutes)
        text = f"{head}slug: minutes-{minutes}\nevents: 2020-06\n---\n\n{paragraphs}\n"
        (folder / f"{language.id}.md").write_text(text, encoding="utf-8")
    for key in ("about", "seen"):
        text = f"---\ntitle: {language.title}\nsummary: {language.title}.\nslug: {key}\n---\n\n{language.typed}\n"
        seen = "\n::: seen\n:::\n" if key == "seen" else ""
        (site / "pages" / key / f"{language.id}.md").write_text(text + seen, encoding="utf-8")


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The small site in its own three languages and these, in one app for all tests."""
    settings = small_site(tmp_path_factory.mktemp("six"))
    template = template_path(settings.translations)
    template.write_bytes(template_path(ROOT / "translations").read_bytes())
    path = settings.site / "site.toml"
    for language in LANGUAGES:
        if language.id != "ar":
            write_site(path, add_locale(read_site(path), make_locale(language.id), public_from=0))
        translate(settings.translations, language)
        write(settings.site, language)
    app = create_app(settings)
    app.test_client_class = Reader
    runtime = runtime_of(app)
    runtime.store.upgrade()
    runtime.editions = Editions(settings, runtime.store, lambda: NOW)
    yield app
    runtime.editions.stop()
    runtime.store.close()


@pytest.fixture(scope="module")
def reader(six: Flask) -> FlaskClient:
    return six.test_client()


@pytest.fixture
def open_page(six: Flask, reader: FlaskClient) -> Callable[..., Seen]:
    def open_page(path: str, status: int = 200) -> Seen:
        answer = reader.get(path)
        assert (path, status) == (path, answer.status_code)
        seen = Seen(answer, BeautifulSoup(answer.get_data(as_text=True), "html.parser"))
        check_any_page(path, seen, six)
        return seen

    return open_page


def _locale(language: Language) -> Locale:
    return make_locale(language.id)


def test_nothing_that_was_written_has_a_fault(six: Flask) -> None:
    """Catalogs, texts and site.toml of all six are taken as they stand."""
    editions = runtime_of(six).editions
    editions.refresh()
    assert {} == {part: [fault for fault in faults if not fault.warning] for part, faults in editions.faults.items()}


@EVERY
def test_every_kind_of_page_is_in_the_language(language: Language, open_page: Callable[..., Seen]) -> None:
    """`lang`, direction and the first words of the page; in the list of languages, its own name."""
    locale, category = _locale(language), "akhbar" if language.id == "ar" else "news"
    paths = {path: 200 for path in ("", "blog/", "blog/page/2/", f"blog/{category}/", "about/", "seen/")}
    paths |= {f"blog/{category}/the-cable/": 200, f"blog/{category}/minutes-5/": 200, "nowhere/": 404}
    for path, status in paths.items():
        page = open_page(f"/{locale.tag}/{path}", status)
        assert (locale.tag, locale.direction) == (page.one("html")["lang"], page.one("html")["dir"])
        assert [language.skip] == page.words("a.skip")
        assert locale.name in page.words("nav.langs [aria-current]")
        assert "%(" not in page.text


@EVERY
def test_days_and_months_are_written_as_the_language_writes_them(
    language: Language, open_page: Callable[..., Seen]
) -> None:
    """In the article, in its sources and in lists: CLDR's patterns, not its skeletons."""
    locale, category = _locale(language), "akhbar" if language.id == "ar" else "news"
    article = _plain(open_page(f"/{locale.tag}/blog/{category}/the-cable/").text)
    blog = _plain(open_page(f"/{locale.tag}/blog/").text)

    for date in (language.day, language.months, language.month):
        assert date in article
    for date in (language.day, language.month):
        assert date in blog
    comma = {"ar": "،", "zh_Hant": "，"}.get(language.id, ",")
    assert f"The Daily{comma}" in article


def test_a_date_stays_in_one_piece(open_page: Callable[..., Seen]) -> None:
    """No line ends within a Chinese date, where browsers would part the year from its sign; a period may be parted.
    Elsewhere a day stays with its month.
    """
    assert "2.\u00a0November 2026" in open_page("/de/blog/news/the-cable/").text
    text = open_page("/zh-Hant/blog/news/the-cable/").text
    assert "2026\u2060年\u206011\u2060月\u20602\u2060日" in text
    assert "2019\u2060年\u20606\u2060月至2020\u2060年\u20607\u2060月" in text


@EVERY
def test_quotation_marks_are_those_of_the_language(language: Language, open_page: Callable[..., Seen]) -> None:
    """In sentences, one pair inside another, and around the words of a quotation."""
    category = "akhbar" if language.id == "ar" else "news"
    page = open_page(f"/{_locale(language).tag}/blog/{category}/the-cable/")
    before, after = (re.findall(r"[“”„「」]", language.shown)[end] for end in (0, -1))

    assert language.shown in page.text
    assert f"{before}{language.title}{after}" in page.words(".quote blockquote")


@EVERY
def test_reading_time_is_counted_and_said_in_the_right_plural_form(
    language: Language, open_page: Callable[..., Seen]
) -> None:
    """A sign of Chinese takes as long to read as a word of other languages."""
    tag, category = _locale(language).tag, "akhbar" if language.id == "ar" else "news"
    pages = [open_page(f"/{tag}/blog/{category}/minutes-{minutes}/") for minutes in MINUTES]

    assert list(language.read) == [page.words(".byline > p > small")[-1] for page in pages]
    assert len(language.minutes) == plural_forms(_locale(language))[0]


@EVERY
def test_its_feed_is_its_own(language: Language, reader: FlaskClient) -> None:
    """Its language, and its articles alone; the small site has one in Arabic already."""
    tag = _locale(language).tag
    feed = reader.get(f"/{tag}/feed.atom").get_data(as_text=True)

    assert f'xml:lang="{tag}"' in feed
    titles = set(re.findall(r"<entry.*?<title[^>]*>([^<]+)<", feed, re.DOTALL))
    assert titles - {"دليل لا يشيخ"} == {language.title}


@EVERY
def test_its_share_image_has_its_title_or_none(
    language: Language, open_page: Callable[..., Seen], reader: FlaskClient
) -> None:
    """Where no font of ours has the letters, the site's name stands alone, and the page names the title beside it."""
    category = "akhbar" if language.id == "ar" else "news"
    page = open_page(f"/{_locale(language).tag}/blog/{category}/the-cable/")
    answer = reader.get(re.sub(r"^https?://[^/]+", "", str(page.one("meta[property='og:image']")["content"])))
    nothing = draw("", "", "Planet Privacy", _locale(language).direction)
    image, empty = (Image.open(BytesIO(png)).tobytes() for png in (answer.data, nothing))

    assert (image == empty) == (language.id in ("ar", "he", "zh_Hant"))
    assert language.title == page.one("meta[property='og:title']")["content"]


def _plain(text: str) -> str:
    """With every kind of space, and every invisible mark, as a plain one or none."""
    return re.sub(r"[\u200e\u200f\u2060]", "", re.sub(r"\s+", " ", text))
