"""What a server of exported files has to know: headers as the app sets them, redirects, which language at `/`."""

from microsite.content.site_file import Site
from microsite.delivery.encodings import Headers
from microsite.delivery.static_files import YEAR
from microsite.language.locales import Locale

NGINX, HEADERS, REDIRECTS = "_nginx.conf", "_headers", "_redirects"
OF_ONE_PAGE = {
    *("content-type", "content-length", "content-encoding", "etag", "vary", "cache-control", "cdn-cache-control"),
}
"""Headers that the server knows better, file by file."""


def files(site: Site, page: Headers, moved: list[tuple[str, str]]) -> dict[str, str]:
    """The three files by name; `page` are the headers that the app gives to a page."""
    always = {name: value for name, value in page if name.lower() not in OF_ONE_PAGE}
    return {
        NGINX: nginx(site, always, moved),
        HEADERS: headers(site, always),
        REDIRECTS: redirects(site, moved),
    }


def nginx(site: Site, always: dict[str, str], moved: list[tuple[str, str]]) -> str:
    """To be included in a `server` block that says where to listen, its name, and this folder as its root."""

    def says(values: dict[str, str], indent: str = "") -> list[str]:
        return [f'{indent}add_header {name} "{value}" always;' for name, value in values.items()]

    def within(place: str, *lines: str) -> list[str]:
        return [f"location {place} {{", *(f"    {line}" for line in lines), "}"]

    pages = {**always, "Cache-Control": "no-cache"}
    images = {**always, "Cache-Control": YEAR, "Cross-Origin-Resource-Policy": "cross-origin"}
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
        *says(pages),
        *within("~ ^/_", "return 404;"),
        *within("/static/", *says({**always, "Cache-Control": YEAR})),
        *within("~ \\.atom$", "types { }", "default_type application/atom+xml;"),
    ]
    for tag in site.locales:
        lines += within(f"/{tag}/", f"error_page 404 /{tag}/404.html;")
        lines += within(f"/{tag}/share/", *says(images))
    choices = [
        f'if ($http_accept_language ~* "{_asks_for(locale, site)}") {{ return 302 /{locale.tag}/; }}'
        for locale in site.locales.values()
    ]
    negotiation = {**always, "Cache-Control": "no-store", "Vary": "Accept-Language"}
    lines += within("= /", *says(negotiation), *choices, f"return 302 /{site.default.tag}/;")
    for former, present in moved:
        lines += within(f"= {former}", f"return 301 {present};")
    return "\n".join(lines) + "\n"


def headers(site: Site, always: dict[str, str]) -> str:
    """Netlify's and Cloudflare's convention: a path, then its headers."""
    blocks: list[tuple[str, dict[str, str]]] = [("/*", always), ("/static/*", {"Cache-Control": YEAR})]
    blocks += [(f"/{tag}/share/*", {"Cache-Control": YEAR}) for tag in site.locales]
    return "".join(
        f"{path}\n" + "".join(f"  {name}: {value}\n" for name, value in said.items()) for path, said in blocks
    )


def redirects(site: Site, moved: list[tuple[str, str]]) -> str:
    """The same convention's redirects: language at `/`, former addresses, a page for wrong ones."""
    lines = [
        f"/ /{locale.tag}/ 302! Language={locale.tag}" for locale in site.locales.values() if locale != site.default
    ]
    lines.append(f"/ /{site.default.tag}/ 302!")
    lines += [f"{former} {present} 301" for former, present in moved]
    lines += [f"/{tag}/* /{tag}/404.html 404" for tag in site.locales]
    return "\n".join(lines) + "\n"


def _asks_for(locale: Locale, site: Site) -> str:
    """A pattern for Accept-Language headers in which this locale is the first of the site's that is welcome.

    Browsers list languages in order of preference; nginx cannot sort them by their qualities.
    """
    refused = r"\s*;\s*q=0(?:\.0*)?\s*(?:,|$)"
    known = "|".join(dict.fromkeys(one.language for one in site.locales.values()))
    skipped = rf"(?:(?!\s*(?:{known})(?:-[a-z0-9-]+)?(?!{refused})\s*(?:[;,]|$))[^,]*,)*"
    return rf"^{skipped}\s*{locale.language}(?:-[a-z0-9-]+)?(?!{refused})\s*(?:[;,]|$)"
