"""Feeds of Google Alerts: wrapped links, titles encoded twice, and a snippet."""

import re
from typing import Any

from monitoring.rules.feeds import entry_fields, said_language
from monitoring.rules.links import host_of, language_hint, platform_of, unwrapped

_SECRET = re.compile(r"/alerts/feeds/([0-9]{8,30})/([0-9]{8,30})")
_CUT = re.compile(r"\s*(?:\.\.\.|…)\Z")


def alert_fields(entry: Any, _feed: Any) -> dict[str, Any]:
    """Return the fields of the mention an entry is; the id is text, as it exceeds 64 bits signed.

    The page that was found is the author, since an alert names no other.
    """
    wrapped = str(entry.get("link") or "")
    url = unwrapped(wrapped)
    fields = entry_fields(entry, {})
    host = host_of(url)
    return {
        **fields,
        "id": fields["id"] if entry.get("id") else url,
        "text": _CUT.sub("…", fields["text"]),
        "url": url,
        "platform": platform_of(url) or None,
        "language": said_language(language_hint(wrapped), fields["text"]),
        "author": {"name": host, "handle": host},
    }


def without_address(body: bytes, address: str) -> bytes:
    """Return a feed without the two numbers of its address: whoever knows them can read it."""
    found = _SECRET.search(address)
    for number in found.groups() if found else ():
        body = body.replace(number.encode(), b"0" * len(number))
    return body


def is_alert_path(path: str) -> bool:
    """Whether a path is that of the feed of an alert."""
    return bool(re.search(r"/alerts/feeds/[0-9]+/[0-9]+/?\Z", path))
