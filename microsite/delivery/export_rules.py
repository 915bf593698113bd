"""What a server of exported files has to know: headers as the app sets them, redirects, which language at `/`.

A place is what a rule is about: an address, or `/en/blog/*` for all that begin like that. The app was asked for one
address of each, and what it said holds for the whole place.
"""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from microsite.content.site_file import Site
from microsite.delivery.encodings import Headers
from microsite.language.locales import Locale

NGINX, HEADERS, REDIRECTS = "_nginx.conf", "_headers", "_redirects"
OF_ONE_FILE = {
    *("content-type", "content-length", "content-encoding", "content-disposition", "accept-ranges", "date"),
    *("etag", "last-modified", "location", "vary", "cdn-cache-control", "onion-location"),
}
"""Headers that the server knows better, file by file."""

Places = dict[str, dict[str, str]]
"""The headers of each place."""
Moved = list[tuple[str, str]]
"""Former addresses, each with the present one."""
Tags = Collection[str]


def place_of(address: str) -> str:
    """The place of an address. Lists and articles share one, so do pictures; nothing else is many."""
    return re.sub(r"^(/[^/]+/(?:blog|share)/).*", r"\1*", address)


def files(site: Site, coming: Tags, headers_by_place: dict[str, Headers], moved: Moved) -> dict[str, str]:
    """The three files by name, from the headers that the app sends in each place.

    `coming` are the languages that readers do not see so far: their addresses lead nowhere.
    """
    places = {
        place: {name: value for name, value in sent if name.lower() not in OF_ONE_FILE}
        for place, sent in headers_by_place.items()
    }
    onions = {place: _onion(sent) for place, sent in headers_by_place.items()}
    return {
        NGINX: nginx(site, coming, places, moved, onions),
        HEADERS: headers(places),
        REDIRECTS: redirects(site, coming, moved),
    }


def nginx(site: Site, coming: Tags, places: Places, moved: Moved, onions: Places) -> str:
    """To be included in a `server` block that says where to listen, its name, and this folder as its root."""
    home = f"/{site.default.tag}/"
    page = places[home]
    lines = [
        "# Written by `flask export`. Include it in a server block with `listen`, `server_name` and `root`.",
        "access_log off;",
        "error_log /dev/null emerg;  # an error log names who asked for what is not there",
        "log_not_found off;",
        "server_tokens off;",
        "charset utf-8;",
        "gzip_static on;",
        "gzip_vary on;",
        "absolute_redirect off;",
        "index index.html;",
        "error_page 404 /404.html;",
        *_add_headers(page | onions[home]),
        *_other_spellings(site, coming, moved),
        *_block("~ ^/_", "return 404;"),
        *_block("~ \\.atom$", "types { }", "default_type application/atom+xml;"),
    ]
    for tag in site.locales:
        lines += _block(f"/{tag}/", f"error_page 404 /{tag}/404.html;")
    for place, own in places.items():
        if own != page and place != "/":
            lines += _nginx_place(place, own | onions[place])
    choices = [
        f'if ($http_accept_language ~* "{_prefers(locale, site)}") {{ return 302 /{locale.tag}/; }}'
        for locale in site.locales.values()
    ]
    negotiation = {**places["/"], "Vary": "Accept-Language"}
    lines += _block("= /", *_add_headers(negotiation), *choices, f"return 302 /{site.default.tag}/;")
    for former, present in moved:
        lines += _block(f"= {former}", f"return 301 {present};")
    return "\n".join(lines) + "\n"


def _other_spellings(site: Site, coming: Tags, moved: Moved) -> list[str]:
    """Locations of `/FR/`, `/fr-FR/` and what is below them, which lead in one step to what there is under `/fr/`.

    Of what follows the language, capitals stay: nginx cannot make small letters of them.
    """
    lines: list[str] = []
    known = "|".join(map(re.escape, site.locales))
    hidden = "".join(rf"(?!(?i:{re.escape(tag)})(?:/|$))" for tag in sorted(coming))
    by_range = {tag.lower(): tag for tag in sorted(site.locales, key=len, reverse=True)}
    for tag, locale in site.locales.items():
        by_range.setdefault(locale.language, tag)
    for spelling, tag in by_range.items():
        prefix = re.escape(spelling).replace(r"\-", "[-_]")
        lines += _block(
            f'~ "^/(?!(?:{known})/){hidden}(?i:{prefix})(?:[-_][A-Za-z0-9]+)*(?<below>(?:/[^/]+)*)/?$"',
            f"error_page 404 /{tag}/404.html;",
            *(
                f'rewrite "(?i)^/[^/]+/{re.escape(former.split("/", 2)[2].rstrip("/"))}/?$" {present} permanent;'
                for former, present in moved
                if former.startswith(f"/{tag}/")
            ),
            *_block(f"(-f $document_root/{tag}$below/index.html)", f"return 301 /{tag}$below/;", kind="if"),
            *_block(f"(-f $document_root/{tag}$below)", f"return 301 /{tag}$below;", kind="if"),
            "return 404;",
        )
    return lines


def _nginx_place(place: str, own: dict[str, str]) -> list[str]:
    path, _, query = place.partition("?")
    if query:
        return _block(f"= {path}", *_block(f'($args = "{query}")', *_add_headers(own), kind="if"))
    if path.endswith("*"):
        tag = path.split("/")[1]
        return _block(path[:-1], f"error_page 404 /{tag}/404.html;", *_add_headers(own))
    return _block(f"= {path}index.html" if path.endswith("/") else f"= {path}", *_add_headers(own))


def _onion(sent: Headers) -> dict[str, str]:
    """The header that says where a page is at the onion service, if there is one: nginx puts the address in."""
    return {
        name: "{0.scheme}://{0.netloc}$request_uri".format(urlsplit(value))
        for name, value in sent
        if name.lower() == "onion-location"
    }


def _add_headers(values: dict[str, str]) -> list[str]:
    return [f'add_header {name} "{value}" always;' for name, value in values.items()]


def _block(condition: str, *lines: str, kind: str = "location") -> list[str]:
    return [f"{kind} {condition} {{", *(f"    {line}" for line in lines), "}"]


def headers(places: Places) -> str:
    """Netlify's and Cloudflare's convention: a place, then its headers. They do not look at what follows a `?`.

    No header is said twice of an address: Netlify would take one of the values, Cloudflare join them.
    """
    plain = {place: own for place, own in places.items() if "?" not in place}
    first, *rest = plain.values()
    common = {name: value for name, value in first.items() if all(own.get(name) == value for own in rest)}
    blocks = {"/*": common}
    blocks |= {place: {name: own[name] for name in own if name not in common} for place, own in plain.items()}
    return "".join(
        f"{place}\n" + "".join(f"  {name}: {value}\n" for name, value in own.items())
        for place, own in blocks.items()
        if own
    )


def redirects(site: Site, coming: Tags, moved: Moved) -> str:
    """The same convention's redirects: language at `/`, former addresses, a page for wrong ones.

    Capitals: of a home page alone. Netlify makes every path lower case itself, and would lead `/fr/nope` in a circle
    by a rule for `/FR/*`. Regions: as Cloudflare reads a placeholder within a name.
    Cloudflare ignores lines with a condition, a forced redirect (`!`) or a status like 404. It shows the default
    language at `/`, and the closest 404.html of itself.
    """
    lines = [
        f"/ /{locale.tag}/ 302! Language={locale.tag}" for locale in site.locales.values() if locale != site.default
    ]
    lines.append(f"/ /{site.default.tag}/ 302!")
    lines += [f"{former} {present} 301" for former, present in moved]
    lines += [f"/{tag.upper()}{end} /{tag}/ 301" for tag in site.locales if tag != tag.upper() for end in ("/", "")]
    for tag in site.locales:
        if not any(other.lower().startswith(f"{tag.lower()}-") for other in (*site.locales, *coming)):
            lines += [f"/{tag}-:region/* /{tag}/:splat 301", f"/{tag}-:region /{tag}/ 301"]
    lines += [f"/{tag}/* /{tag}/404.html 404" for tag in site.locales]
    return "\n".join(lines) + "\n"


def _prefers(locale: Locale, site: Site) -> str:
    """A pattern for Accept-Language headers in which this locale is the first of the site's that is welcome.

    Browsers list languages in order of preference; nginx cannot sort them by their qualities.
    """
    refused = r"\s*;\s*q=0(?:\.0*)?\s*(?:,|$)"
    known = "|".join(dict.fromkeys(other.language for other in site.locales.values()))
    skipped = rf"(?:(?!\s*(?:{known})(?:-[a-z0-9-]+)?(?!{refused})\s*(?:[;,]|$))[^,]*,)*"
    return rf"^{skipped}\s*{locale.language}(?:-[a-z0-9-]+)?(?!{refused})\s*(?:[;,]|$)"
