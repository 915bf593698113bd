"""Counted is who looks at a page and did not ask to be left out; robots and prefetching are served, not counted."""

import logging

import pytest

from microsite.promotions.audience import MAX_USER_AGENT, is_counted, is_robot

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"

BROWSERS = [
    FIREFOX,
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/141.0.0.0 Safari/537.36 OPR/125.0.0.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26 Safari/605",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 "
    "Mobile/15E148 Safari/604.1 (Ecosia ios@11.2.0.2501)",
    f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/142.0.0.0 Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 12; CUBOT X50) {WEBKIT} Chrome/130.0.0.0 Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 15; CPH2557 Build/AP3A.240617.008; wv) {WEBKIT} Version/4.0 Chrome/142.0.7444.142 "
    "Mobile Safari/537.36 Instagram 406.0.0.58.159 Android (35/15; 480dpi; 1080x2400; OPPO; CPH2557; OP573DL1; mt6833)",
    f"Mozilla/5.0 (Linux; Android 16; wv) {WEBKIT} Version/4.0 Chrome/146.0 Mobile Safari/537.36 MetaIAB Facebook",
    f"Android 13) {WEBKIT} Version/4.0 Chrome/118.0.0.0 Mobile DuckDuckGo/5 Safari/537.36",
    "Opera/9.80 (Android; Opera Mini/36.2/119.132; U; fr) Presto/2.12.423 Version/12.16",
    "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",
    "Mozilla/5.0 (compatible; Konqueror/4.5; FreeBSD) KHTML/4.5.4 (like Gecko)",
    "Lynx/2.9.2 libwww-FM/2.14 SSL-MM/1.4.1 OpenSSL/3.5.1",
    "Links (2.30; Linux 6.12.0 x86_64; GNU C 14.2; text)",
    "ELinks/0.17.1 (textmode; Debian; Linux 6.12.0 x86_64; 143x49-2)",
    "w3m/0.5.3+git20230121",
]

ROBOTS = [
    "",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    f"Mozilla/5.0 (Linux; Android 6.0.1) {WEBKIT} Chrome/142.0 Mobile Safari/537.36 (compatible; Googlebot/2.1)",
    "Mozilla/5.0 (compatible; Google-InspectionTool/1.0)",
    f"Mozilla/5.0 {WEBKIT[:-1]}; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0 Safari/537.36",
    f"Mozilla/5.0 {WEBKIT[:-1]}; compatible; GPTBot/1.3; +https://openai.com/gptbot)",
    f"Mozilla/5.0 {WEBKIT[:-1]}; compatible; Claude-User/1.0; +Claude-User@anthropic.com)",
    f"Mozilla/5.0 {WEBKIT[:-1]}; compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)",
    f"Mozilla/5.0 (Linux; Android 5.0) {WEBKIT} Mobile Safari/537.36 (compatible; Bytespider)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15 (Applebot/0.1)",
    "WhatsApp/2.23.20.0",
    "Mastodon/4.5.0 (http.rb/5.3.1; +https://mastodon.example/)",
    "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 3 subscribers)",
    f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/142.0.0.0 Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 11; moto g power) {WEBKIT} Chrome/142.0 Mobile Safari/537.36 Chrome-Lighthouse",
    f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/142.0 Safari/537.36 DatadogSynthetics",
    "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "curl/8.17.0",
    "Wget/1.25.0",
    "python-requests/2.32.5",
    "Go-http-client/2.0",
    "Java/25",
    "node",
    "SomethingNew/0.1",
]


def asked(user_agent: str = FIREFOX, method: str = "GET", **headers: str) -> dict[str, str]:
    """A request as the server hands it on."""
    named = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return {"REQUEST_METHOD": method, "HTTP_USER_AGENT": user_agent, **named}


def test_a_reader_is_counted() -> None:
    """A GET from an ordinary browser."""
    assert is_counted(asked())


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS", "get"])
def test_only_a_get_is_counted(method: str) -> None:
    """HEAD looks without reading, and nothing else is a visit."""
    assert not is_counted(asked(method=method))


@pytest.mark.parametrize("signal", ["Sec_GPC", "DNT"])
def test_who_objects_is_not_counted(signal: str) -> None:
    """Global Privacy Control and Do Not Track are honoured; `0` is no objection."""
    assert not is_counted(asked(**{signal: "1"}))
    assert is_counted(asked(**{signal: "0"}))


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Sec_Purpose", "prefetch"),
        ("Sec_Purpose", "prefetch;prerender"),
        ("Sec_Purpose", "prefetch;anonymous-client-ip"),
        ("Purpose", "prefetch"),
        ("Purpose", "Prerender"),
        ("X_Moz", "prefetch"),
    ],
)
def test_a_page_fetched_in_advance_is_not_counted(header: str, value: str) -> None:
    """A browser that loads what may be read next has shown nothing to anybody."""
    assert not is_counted(asked(**{header: value}))


@pytest.mark.parametrize("user_agent", BROWSERS)
def test_browsers_are_counted(user_agent: str) -> None:
    """On desktops, on telephones, inside apps, in a terminal; a CUBOT is a telephone."""
    assert is_counted(asked(user_agent))


@pytest.mark.parametrize("user_agent", ROBOTS)
def test_robots_are_not_counted(user_agent: str) -> None:
    """Search engines, language models, previews, feed readers, monitors, libraries; who says nothing is one as well."""
    assert not is_counted(asked(user_agent))


def test_a_request_without_user_agent_is_not_counted() -> None:
    """Every browser says what it is."""
    assert not is_counted({"REQUEST_METHOD": "GET"})


def test_the_memory_of_verdicts_is_bounded(caplog: pytest.LogCaptureFixture) -> None:
    """However many and however long user agents are sent: so many, so long, in memory alone, never in a log."""
    is_robot.cache_clear()
    caplog.set_level(logging.DEBUG)
    for number in range(5000):
        is_counted(asked(f"{FIREFOX} canary{number} {'x' * 10_000}"))
    assert is_robot.cache_info().currsize == 4096
    before = is_robot.cache_info().hits
    for ending in "ab":
        is_counted(asked(FIREFOX + "x" * MAX_USER_AGENT + ending))
    assert is_robot.cache_info().hits == before + 1
    assert "canary" not in caplog.text
    is_robot.cache_clear()
