"""`flask verify` finds nothing on the site, and every fault that was planted in a copy of it."""

import json
import re
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import Result

from app import create_app
from microsite.config import ROOT, Settings
from microsite.content.verification import read_verification
from microsite.delivery.export import Export
from microsite.runtime import runtime_of
from microsite.verify import browser, language, privacy, promotions
from microsite.verify.copy import Copy
from microsite.verify.folder import served
from microsite.verify.page import Finding, Page
from microsite.verify.visit import Answer, Visitor
from tests.exports import BASE

PROMISES = ["privacy", "language", "links", "promotions", "text", "access"]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real site in files; in place of each share image, which takes long to draw, the icon."""
    folder = tmp_path_factory.mktemp("verify")
    (folder / "instance").mkdir()
    app = create_app(Settings(instance=folder / "instance", base_url=BASE, page_memory=0))
    runtime_of(app).store.upgrade()
    runtime_of(app).is_export, runtime_of(app).click_base_url = True, None
    Export(app, folder / "out", share_images=False).write()
    for page in (folder / "out").rglob("*.html"):
        for image in re.findall(rf'<meta property="og:image" content="{BASE}/([^"]+)"', page.read_text()):
            (folder / "out" / image).parent.mkdir(exist_ok=True)
            (folder / "out" / image).write_bytes((folder / "out" / "apple-touch-icon.png").read_bytes())
    return folder / "out"


def verify(target: Path | str, *options: str, site: Path = ROOT / "site") -> Result:
    arguments = ["verify", str(target), "--no-browser", *options]
    return create_app(Settings()).test_cli_runner().invoke(args=arguments, env={"MICROSITE_SITE": str(site)})


def test_the_site_keeps_its_promises(exported: Path, tmp_path: Path) -> None:
    """All of it: exit code 0, a line for each promise, and with `--keep` the file for the page “Check us”."""
    site = tmp_path / "site"
    shutil.copytree(ROOT / "site", site)
    with served(exported) as origin:
        result = verify(origin, "--keep", site=site)
    kept = read_verification(site)

    assert 0 == result.exit_code, result.output
    assert PROMISES == re.findall(r"^  (\w+) +\d+ checks   holds", result.stdout, re.MULTILINE)
    assert kept and PROMISES == list(kept.promises)
    assert BASE == kept.site and kept.pages > 50 and not kept.browser
    assert {(0, 0), (0, 5)} == {(outcome.faults, outcome.warnings) for outcome in kept.promises.values()}


def test_what_readers_do_not_reach_is_not_kept(exported: Path) -> None:
    """The page says what was found at an address, of all promises."""
    assert "Name the site's public address" in verify(exported, "--keep").output
    assert "and no promise." in verify(BASE, "--keep", "--only", "text").output


def test_one_promise_can_be_looked_at_alone(exported: Path) -> None:
    """As the page “Check us” says."""
    result = verify(exported, "--only", "access")

    assert ["access"] == re.findall(r"^  (\w+) +\d+ checks   holds", result.stdout, re.MULTILINE)


class Spoilt:
    """A copy of the export in which faults are planted, each on a page of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.planted: set[tuple[str, str, str]] = set()
        """Promise, check and page by which each has to be found."""

    def edit(self, check: str, path: str, pattern: str, text: str) -> None:
        """Replace what the pattern finds first in the file of `path`; to be found there by `promise.check`."""
        file = self.folder / (path + "index.html" if path.endswith("/") else path).lstrip("/")
        spoilt, number = re.subn(pattern, text, file.read_text(), count=1, flags=re.DOTALL)
        assert number, f"{path} has no {pattern}"
        file.write_text(spoilt)
        self.expect(check, path)

    def rule(self, check: str, path: str, file: str, text: str) -> None:
        """Put a rule first (redirects) or last (headers)."""
        rules = self.folder / file
        rules.write_text(f"{text}\n{rules.read_text()}" if file == "_redirects" else f"{rules.read_text()}\n{text}\n")
        self.expect(check, path)

    def expect(self, check: str, *paths: str) -> None:
        promise, _, name = check.partition(".")
        self.planted |= {(promise, name, path) for path in paths}


GUIDES, NEWS = "/en/blog/guides/", "/en/blog/news/"


def plant(spoilt: Spoilt) -> None:
    """Two dozen and more, one after the other."""
    spoilt.rule("privacy.cookies", "/en/about/", "_headers", "/en/about/\n  Set-Cookie: visit=1; Path=/")
    spoilt.rule("privacy.headers", "/en/glossary/", "_headers", "/en/glossary/\n  Content-Security-Policy: ")
    spoilt.edit(
        "privacy.third_parties", f"{GUIDES}public-wi-fi/", "</h1>", '</h1><img alt="" src="https://a.example/x">'
    )
    spoilt.edit("privacy.third_parties", "/fr/glossaire/", "<style>", "<style>a{background:url(//b.example/y)}")
    spoilt.edit("privacy.scripts", f"{GUIDES}end-to-end-encryption/", "</h1>", "</h1><script>alert()</script>")
    spoilt.edit("language.encoding", "/fr/verifiez/", '<meta charset="utf-8">', "")
    spoilt.edit("language.declared", "/en/legal/", '<html lang="en"', "<html")
    spoilt.edit(
        "language.unmixed",
        "/fr/a-propos/",
        "</h1>",
        "</h1><p>The site is one of the few that you can read without being known to it.</p>",
    )
    spoilt.edit("language.alternates", "/en/privacy/", "/fr/vie-privee/", "/fr/mentions-legales/")
    spoilt.expect("language.sitemap_alternates", "/sitemap.xml")
    spoilt.edit("language.canonical", "/en/corrections/", 'canonical" href="[^"]+', f'canonical" href="{BASE}/en/feed/')
    spoilt.edit("links.dead", "/en/accessibility/", 'href="/en/legal/"', 'href="/en/gone/"')
    spoilt.edit("links.anchors", "/fr/accessibilite/", "#site_content", "#site_nowhere")
    two_steps = "/en/hong-kong /en/old/ 301\n/en/old/ /en/hong-kong/ 301"
    spoilt.rule("links.redirects", "/en/hong-kong", "_redirects", two_steps)
    spoilt.edit("links.sitemap", "/sitemap.xml", rf"<url>\s*<loc>{BASE}/fr/flux/.*?</url>", "")
    spoilt.edit("links.feeds", "/fr/feed.atom", "</feed>", "")
    plant_promotions(spoilt)
    plant_texts(spoilt)


def plant_promotions(spoilt: Spoilt) -> None:
    """In an article each: there are fewer pages with an advertisement than ways to spoil one."""
    spoilt.edit("promotions.labelled", f"{NEWS}hong-kong-national-security-law/", "<b>Advertisement</b>", "<b>News</b>")
    spoilt.edit(
        "promotions.marked_as_paid", f"{NEWS}pacific-cable-hong-kong/", 'rel="sponsored nofollow', 'rel="nofollow'
    )
    spoilt.edit(
        "promotions.leading",
        f"{NEWS}hong-kong-year-in-the-streets/",
        "https://freevpnplanet.com/",
        "https://c.example/",
    )
    article = f"{NEWS}whatsapp-stops-answering-hong-kong-police/"
    spoilt.edit(
        "promotions.few", article, '(<aside class="row promo")(.*?)</aside>', r"\1\2</aside>\1 hidden\2</aside>"
    )
    article = "/fr/blog/actualites/loi-securite-nationale/"
    spoilt.edit("promotions.claims", article, '(<p class="headline">)', r"\1Anonyme, c’est garanti. ")
    article = "/fr/blog/actualites/cable-hong-kong/"
    spoilt.edit("text.expired", article, '(<p class="headline">)', r"\1Jusqu’au 1<sup>er</sup> mars 2026. ")
    german = "/fr/blog/actualites/whatsapp-hong-kong/"
    spoilt.rule("promotions.the_same_for_everybody", german, "_redirects", f"{german} /fr/ 302 Language=de")


def plant_texts(spoilt: Spoilt) -> None:
    spoilt.edit("text.typography", f"{GUIDES}what-a-page-learns/", "</h1>", "</h1><p>It's said.</p>")
    spoilt.edit("text.typography", "/fr/blog/guides/ce-qu-une-page-apprend/", "</h1>", "</h1><p>Vraiment ?</p>")
    spoilt.edit("text.left_over", "/fr/mentions-legales/", "</h1>", "</h1><p>[adresse de la société]</p>")
    spoilt.edit(
        "text.structured_data", f"{GUIDES}ask-a-company/", '"datePublished":"[^"]+"', '"datePublished":"2020-01-01"'
    )
    spoilt.edit("text.structured_data", f"{GUIDES}vpn-in-hong-kong/", '"headline":"', '"headline":"Not ')
    spoilt.edit(
        "text.sources", f"{GUIDES}what-your-network-sees/", '(<li id="source-1"[^>]*>.*?)<cite>[^<]+</cite>', r"\1"
    )
    contact = "Contact: mailto:security@privacy.example\nExpires: 2026-11-01T00:00:00Z\n"
    (spoilt.folder / ".well-known" / "security.txt").write_text(contact)
    spoilt.expect("text.security_contact", "/.well-known/security.txt")
    spoilt.edit("access.headings", "/fr/blog/guides/demander-ses-donnees/", "<h2", "<h4")
    spoilt.edit("access.names", "/fr/blog/guides/juger-un-vpn/", "</h1>", '</h1><img src="/favicon.ico">')
    spoilt.edit("access.structure", "/fr/rectificatifs/", '<p class="lede">', '<p class="lede" id="site_content">')


def test_every_planted_fault_is_found_and_nothing_else(exported: Path, copied: Spoilt) -> None:
    """Each on its page, by the check that is meant for it; the command ends with 1."""
    plant(copied)
    result = verify(copied.folder, "--json")
    promises = json.loads(result.stdout)["promises"]
    findings = {
        (promise, check["check"], finding["page"])
        for promise, checks in promises.items()
        for check in checks
        for finding in check["findings"]
        if not finding["is_warning"]
    }

    assert 1 == result.exit_code
    assert copied.planted - findings == set(), "not found"
    assert findings - copied.planted - ALONG == set(), "found, and not planted"


ALONG = {
    ("language", "alternates", "/fr/vie-privee/"),  # it names the page that names another one
    ("privacy", "headers", "/en/about/"),  # the cookie lacks all that would make it safe
    ("privacy", "nothing_comes_back", "/en/about/"),
    (
        "access",
        "structure",
        f"{NEWS}whatsapp-stops-answering-hong-kong-police/",
    ),  # its advertisement stands there twice
}
"""What follows from a planted fault elsewhere."""


@pytest.fixture
def copied(exported: Path, tmp_path: Path) -> Spoilt:
    return Spoilt(Path(shutil.copytree(exported, tmp_path / "spoilt")))


@pytest.mark.skipif(not any(map(shutil.which, browser.CHROMIUM)), reason="needs Debian's chromium-headless-shell")
def test_a_browser_sees_what_is_kept_and_asked_for_and_what_axe_sees(exported: Path, copied: Spoilt) -> None:
    """On a spoilt page, and nothing on one that is as it was. In a thread: Playwright may be at work in this one."""
    copied.rule("privacy.in_browser", "/en/about/", "_headers", "/en/about/\n  Set-Cookie: visit=1; Path=/")
    copied.edit("privacy.in_browser", "/en/about/", "</h1>", "</h1><img src='https://a.example/x.png'>")

    def look() -> dict[str, list[Finding]]:
        with served(copied.folder) as origin, Visitor(origin) as visitor:
            copy = Copy(visitor)
            copy.pages = {path: Page(path, visitor.get(path)) for path in ("/fr/glossaire/", "/en/about/")}
            return browser.look(copy)

    with ThreadPoolExecutor(1) as thread:
        by_check = thread.submit(look).result()

    assert {"/en/about/"} == {finding.page for findings in by_check.values() for finding in findings}
    assert [
        "asks https://a.example/x.png",
        "has something that its policy stops",
        "leaves cookies in the browser",
    ] == sorted(
        finding.message.partition(":")[0] if "policy" in finding.message else finding.message
        for finding in by_check["in_browser"]
    )
    assert ["image-alt"] == [finding.message.partition(":")[0] for finding in by_check["axe"]]


def test_what_cannot_be_looked_at_is_said_in_a_sentence(tmp_path: Path) -> None:
    """A folder that is no export, a site that does not answer."""
    assert "no export (No such file or directory)" in verify(tmp_path).output
    assert "gives no answer (ConnectionRefusedError" in verify("http://127.0.0.1:9").output


def test_a_site_that_names_another_address_is_told_so() -> None:
    """Readers come by https to a host that its pages do not know: its base URL is wrong."""
    copy = Copy(Visitor("https://privacy.example"), base="http://127.0.0.1:8000")

    assert ["says that it is at http://127.0.0.1:8000"] == [finding.message for finding in language.canonical(copy)]


PAGE = '<html lang="en"><aside><a rel="sponsored" href="https://a.example/?utm_source=x">Buy</a></aside>'


class Fickle(Visitor):
    """A site that shows something else to telephones, and greets everybody with the browser of whoever came before."""

    def __init__(self) -> None:
        super().__init__("http://site.example")
        self.last = ""

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        agent, greeting = (headers or {}).get("User-Agent", ""), self.last
        self.last = agent if privacy.MARK in agent else self.last
        body = PAGE + ("<p>For your iPhone" if "iPhone" in agent else f"<p>{greeting}")
        return Answer(200, (("content-type", "text/html"),), body.encode())


def test_who_is_told_apart_and_what_is_remembered_is_found() -> None:
    """Which a folder of files cannot do, and a server can."""
    copy = Copy(Fickle())
    copy.walk()

    different = {finding.message for finding in promotions.the_same_for_everybody(copy)}
    remembered = {finding.message for finding in privacy.nothing_comes_back(copy)}

    whom = "is another one for a visitor"
    assert {f"{whom} with a telephone", f"{whom} from a social network"} == different
    assert "says what an earlier visitor sent" in remembered
