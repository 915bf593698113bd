"""The grade of an answer's headers, as Mozilla's HTTP Observatory gives it.

From its public table (github.com/mdn/mdn-http-observatory, src/grader/charts.js; "Tests & Scoring" on MDN): a hundred
points, less what is missing; what goes beyond is added where 90 are left. Left out is what is not known here: whether a
host is on the list for preloading (5 points), and the redirect from http. Scripts, which it asks about, there are none.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from microsite.verify.visit import Answer

GRADES = [(100, "A+"), (90, "A"), (85, "A-"), (80, "B+"), (70, "B"), (65, "B-"), (60, "C+"), (50, "C"), (45, "C-")]
GRADES += [(40, "D+"), (30, "D"), (25, "D-"), (0, "F")]
MIN_FOR_BONUS = 90
HALF_A_YEAR = 15_768_000
"""Seconds."""
BROAD = {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
INLINE = {"'unsafe-inline'", "data:"}
HASHES = ("'sha256-", "'sha384-", "'sha512-", "'nonce-")
PRIVATE_REFERRERS = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}


class Result(NamedTuple):
    """Of one of its tests: points, the name that it gives them, what to do where there are fewer than none."""

    points: int
    name: str
    advice: str = ""


NOSNIFF = Result(0, "x-content-type-options-nosniff")
SNIFF = Result(-5, "x-content-type-options-not-implemented", "Send X-Content-Type-Options: nosniff.")


class Grade(NamedTuple):
    score: int
    letter: str
    results: tuple[Result, ...]


def grade(answer: Answer, is_https: bool) -> Grade:
    """Of one answer. Without https, what only https can have is not asked for."""
    policy = parse_policy(answer.header("content-security-policy"))
    results = (
        _policy(policy, is_https),
        _frames(policy, answer.header("x-frame-options")),
        _cookies(answer, is_https),
        _sharing(answer),
        _referrer(answer.header("referrer-policy")),
        NOSNIFF if answer.header("x-content-type-options").lower() == "nosniff" else SNIFF,
        _resources(answer.header("cross-origin-resource-policy")),
        *((_transport(answer.header("strict-transport-security")),) if is_https else ()),
    )
    score = 100 + sum(min(0, result.points) for result in results)
    if score >= MIN_FOR_BONUS:
        score += sum(max(0, result.points) for result in results)
    return Grade(max(0, score), next(letter for least, letter in GRADES if max(0, score) >= least), results)


def parse_policy(header: str) -> dict[str, set[str]]:
    """The directives of a Content-Security-Policy; of one that is named twice the first counts."""
    directives: dict[str, set[str]] = {}
    for part in header.split(";"):
        name, *sources = part.split() or [""]
        if name:
            directives.setdefault(name.lower(), set(sources))
    return directives


def _policy(policy: Mapping[str, set[str]], is_https: bool) -> Result:
    if not policy:
        return Result(-25, "csp-not-implemented", "Send a Content-Security-Policy that begins with default-src 'none'.")
    default = policy.get("default-src", {"*"})
    script, style, objects = (policy.get(f"{kind}-src", default) for kind in ("script", "style", "object"))
    script, style = _without_covered_inline(script), _without_covered_inline(style)
    images = policy.get("img-src", default) | policy.get("media-src", default)
    active = {source for name, sources in policy.items() if name not in ("img-src", "media-src") for source in sources}
    if script & (BROAD | INLINE) or objects & BROAD:
        return Result(-20, "csp-implemented-with-unsafe-inline", "Name the sources of scripts and objects, or none.")
    if is_https and any(source.startswith(("http:", "ftp:")) for source in active):
        return Result(-20, "csp-implemented-with-insecure-scheme", "Take sources by http out of the policy.")
    if "'unsafe-eval'" in script | style:
        return Result(-10, "csp-implemented-with-unsafe-eval", "Take 'unsafe-eval' out of the policy.")
    if is_https and any(source.startswith(("http:", "ftp:")) for source in images):
        return Result(-10, "csp-implemented-with-insecure-scheme-in-passive-content-only", "Take pictures by http out.")
    if style & (BROAD | INLINE):
        return Result(0, "csp-implemented-with-unsafe-inline-in-style-src-only")
    if default == {"'none'"}:
        return Result(10, "csp-implemented-with-no-unsafe-default-src-none")
    return Result(5, "csp-implemented-with-no-unsafe")


def _without_covered_inline(sources: set[str]) -> set[str]:
    """Beside a hash or a nonce, browsers pass 'unsafe-inline' over."""
    return sources - {"'unsafe-inline'"} if any(source.startswith(HASHES) for source in sources) else sources


def _frames(policy: Mapping[str, set[str]], header: str) -> Result:
    if not policy.get("frame-ancestors", {"*"}) & BROAD:
        return Result(5, "x-frame-options-implemented-via-csp")
    if header.upper() in ("DENY", "SAMEORIGIN"):
        return Result(0, "x-frame-options-sameorigin-or-deny")
    return Result(-20, "x-frame-options-not-implemented", "Add frame-ancestors 'none' to the policy.")


def _cookies(answer: Answer, is_https: bool) -> Result:
    cookies = [value.lower() for name, value in answer.headers if name == "set-cookie"]
    if not cookies:
        return Result(0, "cookies-not-found")
    if is_https and not all("; secure" in cookie for cookie in cookies):
        return Result(-40, "cookies-session-without-secure-flag", "Set Secure on every cookie, or set none.")
    if not all("; httponly" in cookie for cookie in cookies):
        return Result(-30, "cookies-session-without-httponly-flag", "Set HttpOnly on every cookie, or set none.")
    if all(re.search("; samesite=(?:strict|lax)", cookie) for cookie in cookies):
        return Result(5, "cookies-secure-with-httponly-sessions-and-samesite")
    return Result(0, "cookies-secure-with-httponly-sessions")


def _sharing(answer: Answer) -> Result:
    if answer.header("access-control-allow-credentials"):
        return Result(-50, "cross-origin-resource-sharing-implemented-with-universal-access", "Take the header out.")
    return Result(0, "cross-origin-resource-sharing-not-implemented")


def _referrer(header: str) -> Result:
    if not header:
        return Result(0, "referrer-policy-not-implemented", "Send Referrer-Policy: no-referrer.")
    last = header.split(",")[-1].strip().lower()  # browsers take the last that they know
    if last in PRIVATE_REFERRERS:
        return Result(5, "referrer-policy-private")
    return Result(-5, "referrer-policy-unsafe", "Send Referrer-Policy: no-referrer.")


def _resources(header: str) -> Result:
    if header in ("same-origin", "same-site"):
        return Result(10, f"corp-implemented-with-{header}")
    if header not in ("", "cross-origin"):
        return Result(-5, "corp-header-invalid", "Send Cross-Origin-Resource-Policy: same-origin.")
    return Result(0, "corp-not-implemented")


def _transport(header: str) -> Result:
    age = re.search(r"max-age=(\d+)", header)
    if not age:
        return Result(-20, "hsts-not-implemented", "Send Strict-Transport-Security with half a year at least.")
    if int(age[1]) < HALF_A_YEAR:
        return Result(-10, "hsts-implemented-max-age-less-than-six-months", "Send half a year at least.")
    return Result(0, "hsts-implemented-max-age-at-least-six-months")
