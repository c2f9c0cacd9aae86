"""Links: unwrapped, made whole, and what they tell of where they lead."""

import base64
import binascii
import html
import re
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

_WRAPPING_HOST = re.compile(r"(?:www\.|news\.)?google\.[a-z]{2,3}(?:\.[a-z]{2,3})?")
# What Google writes around a target; some of it follows it.
_TRACKING = re.compile(r"&(?:cad|cd|ct|ei|esrc|rct|sa|source|sqi|usg|ved)=[^&]*\Z")
_TARGET = re.compile(r"(?:^|&)(?:url|q)=")
_UNSAFE = re.compile(r"[\x00-\x20<>\"\\^`{|}\x7f]")
# `<alert hash>:<domain>:<language>:<REGION>` ends the message in `cd`; nobody documents it.
_HINT = re.compile(rb":[a-z.]{2,7}:([a-z]{2,3})(?:-[A-Za-z]{2,4})?:([A-Z]{2})\Z")
_NESTED = 3

_PLATFORMS = {
    "facebook.com": "facebook",
    "fb.com": "facebook",
    "instagram.com": "instagram",
    "linkedin.com": "linkedin",
    "reddit.com": "reddit",
    "threads.net": "threads",
    "tiktok.com": "tiktok",
    "twitter.com": "x",
    "x.com": "x",
    "youtu.be": "youtube",
    "youtube.com": "youtube",
    "blogger.com": "blog",
    "blogspot.com": "blog",
    "medium.com": "blog",
    "substack.com": "blog",
    "tumblr.com": "blog",
    "wordpress.com": "blog",
    "quora.com": "forum",
    "stackexchange.com": "forum",
    "stackoverflow.com": "forum",
    "tapuz.co.il": "forum",
}


def unwrapped(link: str) -> str:
    """Return where a link of Google leads, any other link as it is; empty unless http or https.

    No call is made. The target stands in `url` or `q`, raw or percent-encoded.
    """
    for _layer in range(_NESTED):
        parts = _parts(link)
        if parts is None:
            return ""
        if parts.path != "/url" or not _WRAPPING_HOST.fullmatch(parts.hostname or ""):
            return link
        link = _target(link)
    return ""


def web_address(link: str, *, base: str = "") -> str:
    """Return the whole address of a link that may be relative; empty unless http or https."""
    try:
        whole = urljoin(base, link.strip())
    except ValueError:
        return ""
    return _UNSAFE.sub(_quoted, whole) if _parts(whole) else ""


def host_of(link: str) -> str:
    """Return the host a link leads to without `www.`; empty where there is none."""
    parts = _parts(link)
    return (parts.hostname or "").removeprefix("www.") if parts else ""


def platform_of(link: str) -> str:
    """Return the platform a link leads to, as we call it; empty when it is none we know."""
    labels = host_of(link).split(".")
    hosts = (".".join(labels[start:]) for start in range(len(labels) - 1))
    return next((_PLATFORMS[host] for host in hosts if host in _PLATFORMS), "")


def language_hint(link: str) -> str:
    """Return the language of the alert that found a link; empty when the link does not tell."""
    found = re.search(r"[?&]cd=([\w%+/=-]{8,400})", html.unescape(link))
    if found is None:
        return ""
    token = unquote(found[1]).rstrip("=").replace("+", "-").replace("/", "_")
    try:
        message = base64.b64decode(token + "=" * (-len(token) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        return ""
    hint = _HINT.search(message)
    return hint[1].decode() if hint else ""


def _parts(link: str) -> SplitResult | None:
    try:
        parts = urlsplit(link)
        is_web = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if is_web else None


def _target(link: str) -> str:
    """Return what stands in `url` or `q`; a raw target may hold & and # of its own."""
    query = html.unescape(link).partition("?")[2]
    found = (_written(query[start.end() :]) for start in _TARGET.finditer(query))
    return next(filter(None, map(web_address, found)), "")


def _written(rest: str) -> str:
    until = rest.rfind("&ct=ga")
    target = rest if until < 0 else rest[:until]
    while (shorter := _TRACKING.sub("", target)) != target:
        target = shorter
    try:
        return unquote(target, errors="strict")
    except UnicodeDecodeError:
        return target


def _quoted(found: re.Match[str]) -> str:
    return quote(found[0], safe="")
