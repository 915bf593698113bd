"""“What this site sees of you”: every header line of one request, and what each betrays. Nothing of it is kept."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from flask import Request, current_app
from flask_babel import gettext

from microsite.text import N_

MAX_LINES = 60
"""Shown of a request; the server takes some hundred."""
MAX_VALUE_CHARACTERS = 1000
"""Shown of a line."""
TLS, HTTP_VERSION = "X-Forwarded-TLS", "X-Forwarded-HTTP"
"""What a reverse proxy of ours says of the connection that it has with the reader; see docs/operations.md."""


class Line(NamedTuple):
    """One fact as the page shows it, in the reader's language."""

    name: str
    value: str | None
    """As it arrived, shortened where it is long; empty where the server read nothing of it; None: not sent."""
    meaning: str
    is_changed_by_vpn: bool = False


class Seen(NamedTuple):
    """What one request brought along."""

    header_count: int
    network: list[Line]
    browser: list[Line]
    unasked: list[Line]
    """What the browser's maker, or a machine on the way, added: neither the reader nor the site had asked for it."""
    left_out: int
    """Lines beyond `MAX_LINES`."""


ADDRESS = N_("The answer is sent to it. It tells roughly where you are, and which company connects you.")
ADDED_ON_THE_WAY = N_("A machine between you and this site added this. It may name your address, or your network.")
UNKNOWN = N_("We do not know this line. Whatever it says, every site that you open can read it.")
HINT = N_("The maker of your browser has it sent to every site. It says what your browser, system or machine is.")
FETCH = N_("Your browser says how it came to ask: by a link, a typed address, an image, from this site or another.")
NETWORK = {
    "Via": ADDED_ON_THE_WAY,
    "Forwarded": ADDED_ON_THE_WAY,
    "X-Real-IP": ADDED_ON_THE_WAY,
    "ECT": N_("How fast your connection seems to your browser."),
    "RTT": N_("How long your connection takes for an answer."),
    "Downlink": N_("How much your connection carries."),
}
"""By the name of the header. So are those below."""
BROWSER = {
    "User-Agent": N_("Your browser introduces itself: its name and version, and your system."),
    "Accept-Language": N_("The languages that you read, in order. The rarer they are, the fewer people you can be."),
    "Accept": N_("The kinds of files that your browser takes. The list differs from one browser to the next."),
    "Accept-Encoding": N_("How the answer may be compressed. It tells how old your browser is."),
    "Referer": N_("The page that you came from. Its address may hold what you searched for, or read."),
    "Cookie": N_("What a site had your browser keep, to recognise it later. This site sets none for readers."),
    "Sec-GPC": N_("Global Privacy Control, which some laws make binding. This site counts no request that says 1."),
    "DNT": N_("Do Not Track. Few sites heed it; this one counts no request that says 1."),
    "Save-Data": N_("You asked your browser to use little data."),
}
ANSWER = N_("What your browser means to do with the answer: show a page, an image, something else.")
UNASKED = {
    "Sec-CH-UA": N_("Name and version of your browser, again. Chrome and its relatives send this to every site."),
    "Sec-CH-UA-Mobile": N_("Whether you are on a phone. Chrome and its relatives send this to every site."),
    "Sec-CH-UA-Platform": N_("Your system. Chrome and its relatives send this to every site."),
    "Sec-Fetch-Site": N_("Who opened this page: a link on this site, a link on another one, or you yourself."),
    "Sec-Fetch-User": N_("Whether you clicked or tapped yourself."),
    "Sec-Fetch-Mode": ANSWER,
    "Sec-Fetch-Dest": ANSWER,
    "Host": N_("The name of the site that you asked for: one machine may serve many."),
    "Connection": N_("Whether the line is kept open for the next request. It says nothing of you."),
    "Upgrade-Insecure-Requests": N_("Your browser would rather have encrypted pages. Nearly all browsers say so."),
    "Priority": N_("How urgent your browser finds this page. It tells one browser from another."),
    "TE": N_("A detail of how answers may be sent. It tells one browser from another."),
    "Cache-Control": N_("You loaded the page anew, or your browser keeps no copies."),
    "Pragma": N_("You loaded the page anew, or your browser keeps no copies."),
    "If-None-Match": N_("Your browser has a copy of the page. A site could recognise you by the copy’s mark."),
    "If-Modified-Since": N_("Your browser has a copy of the page, and says since when."),
    "X-Requested-With": N_("The app in which you opened this page says its name."),
    "Sec-Purpose": N_("Your browser loaded the page before you asked for it."),
    "Purpose": N_("Your browser loaded the page before you asked for it."),
    "From": N_("An e-mail address. Browsers do not send it; robots do."),
    "Authorization": N_("A name and a password, or what stands for them. This site asked for none."),
}
KNOWN = {name.lower(): (name, meaning) for name, meaning in {**NETWORK, **BROWSER, **UNASKED}.items()}
"""Name and meaning, by the name in small letters."""
PREFIXES = {
    **dict.fromkeys(("Sec-Ch-", "Device-", "Dpr", "Viewport-", "Width"), HINT),
    "Sec-Fetch-": FETCH,
    **dict.fromkeys(("X-Forwarded-", "X-Real-", "X-Client-Ip", "True-Client-Ip", "Cf-", "X-Amzn-"), ADDED_ON_THE_WAY),
}
WORDS = {
    # TRANSLATORS: What a browser says in its user's name; %(value)s is the 1 that it sends.
    ("Sec-GPC", "1"): N_("%(value)s: do not sell or share what is known of me"),
    # TRANSLATORS: What a browser says in its user's name; %(value)s is the 1 that it sends.
    ("DNT", "1"): N_("%(value)s: do not track me"),
    # TRANSLATORS: What a browser says in its user's name; %(value)s is the 0 that it sends.
    ("DNT", "0"): N_("%(value)s: I do not mind being tracked"),
}
"""What a value says that is a mere number."""
NOT_SENT = ("Referer", "Cookie", "Sec-GPC")
"""Lines whose absence says something too."""
FROM_PROXIES = {TLS.lower(), HTTP_VERSION.lower()}


def seen_of(request: Request, proxies: int) -> Seen:
    """What `request` brought along, with as many reverse proxies of ours in front."""
    headers = [line for line in request.headers if not (proxies and line[0].lower() in FROM_PROXIES)]
    seen = Seen(len(headers), list(_connection(request, proxies)), [], [], max(0, len(headers) - MAX_LINES))
    for header, value in headers[:MAX_LINES]:
        name, meaning = KNOWN.get(header.lower()) or (header.replace("Sec-Ch-Ua", "Sec-CH-UA"), _meaning(header))
        is_of_network = name in NETWORK or meaning == ADDED_ON_THE_WAY
        group = seen.network if is_of_network else seen.browser if name in BROWSER else seen.unasked
        group.append(Line(name, _shown(name, value), gettext(meaning), is_of_network))
    sent = {name.lower() for name, _ in headers}
    seen.browser.extend(Line(name, None, gettext(BROWSER[name])) for name in NOT_SENT if name.lower() not in sent)
    return seen


def _connection(request: Request, proxies: int) -> Iterator[Line]:
    """What no header line says."""
    # TRANSLATORS: The reader's IP address.
    yield Line(gettext("Your address"), _shortened(request.remote_addr or ""), gettext(ADDRESS), True)
    version = request.headers.get(HTTP_VERSION, "") if proxies else request.environ.get("SERVER_PROTOCOL", "")
    if version:
        meaning = gettext("How your browser and this site talk. It tells how old your browser, or your network, is.")
        # TRANSLATORS: The version of HTTP, a technical term.
        yield Line(gettext("Protocol"), _shortened(version), meaning)
    if proxies and (tls := request.headers.get(TLS)):
        meaning = gettext("How the page is encrypted on its way. Your network sees this too, but not the page.")
        # TRANSLATORS: The version of TLS, and its cipher.
        yield Line(gettext("Encryption"), _shortened(tls), meaning)


def _meaning(header: str) -> str:
    """Of a header that we do not know by its whole name."""
    return next((meaning for prefix, meaning in PREFIXES.items() if header.startswith(prefix)), UNKNOWN)


def _shown(name: str, value: str) -> str:
    if name == "Cookie":  # of somebody who works here: what it holds is for the studio alone
        value = re.sub(rf"({current_app.config['SESSION_COOKIE_NAME']}[^=]*)=[^;]*", r"\1=…", value)
    words = WORDS.get((name, value.strip()))
    return gettext(words, value=value.strip()) if words else _shortened(value)


def _shortened(value: str) -> str:
    """With what cannot be printed as `\\xNN`, and an end that says how much is missing."""
    beginning = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in value[:MAX_VALUE_CHARACTERS])
    if len(value) <= MAX_VALUE_CHARACTERS:
        return beginning
    # TRANSLATORS: After the beginning of a long line that the reader's browser sent.
    rest = gettext("… and %(number)s more characters", number=len(value) - MAX_VALUE_CHARACTERS)
    return f"{beginning}{rest}"
