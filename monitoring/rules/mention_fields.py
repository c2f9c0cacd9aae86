"""The fields of one mention as Mention (mention.com) sends it, whatever their types turn out to be.

Everything here returns something for anything: a field that cannot be read is left out.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from monitoring.rules.incoming import COUNT_LIMIT, EARLIEST

# What Mention calls a kind of source, by our names of platforms.
_PLATFORMS = {
    "twitter": "x",
    "blogs": "blog",
    "forums": "forum",
    "videos": "video",
    "images": "image",
    "reviews": "review",
}
# Kinds that say less than the address does.
_VAGUE = frozenset({"", "web", "blog", "forum", "video", "image", "news", "other"})
_HOSTS = {
    "twitter.com": "x",
    "x.com": "x",
    "facebook.com": "facebook",
    "instagram.com": "instagram",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "tiktok.com": "tiktok",
    "reddit.com": "reddit",
    "linkedin.com": "linkedin",
}
_NAME = re.compile(r"[a-z0-9_-]{1,30}\Z")
# Whole seconds, a fraction of any length, and the offset, which may be missing.
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,30}))?(Z|[+-]\d\d:?\d\d)?\Z", re.ASCII
)
_TONES = {"-1": "negative", "0": "neutral", "1": "positive"}
_FEELINGS = frozenset(_TONES.values())
_HANDLE = re.compile(r"/([A-Za-z0-9_]{1,15})/status/", re.ASCII)
_COUNTED = {
    "likes": ("likes", "like_count", "favorite_count"),
    "comments": ("comments", "comment_count", "reply_count"),
    "shares": ("shares", "share_count", "retweet_count"),
    "reach": ("direct_reach", "reach", "cumulative_reach"),
}


def mapping(value: Any) -> Mapping[str, Any]:
    """Return an object, empty when it is none."""
    return value if isinstance(value, dict) else {}


def words(item: Mapping[str, Any], *names: str) -> str:
    """Return the first of these fields that says something, numbers as text."""
    for name in names:
        value = item.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**64:
            return str(value)
    return ""


def text_of(item: Mapping[str, Any]) -> str:
    """Return title and description, or whatever else of the post came."""
    title = words(item, "title")
    said = words(item, "description", "description_medium", "description_short")
    if title and said and not said.startswith(title.rstrip("….")):
        return f"{title}\n\n{said}"
    return said or title or words(mapping(item.get("metadata")), "text", "message", "content")


def url_of(item: Mapping[str, Any]) -> str:
    """Return where the post stands; never Mention's link that counts who follows it."""
    for name in ("original_url", "unique_id", "url"):
        found = words(item, name)
        if found.startswith(("http://", "https://")):
            return found
    return ""


def platform_of(item: Mapping[str, Any]) -> str | None:
    """Return our name of where it was said; None when nothing says so."""
    said = words(item, "source_type").lower()
    named = _PLATFORMS.get(said, said)
    if named in _VAGUE:
        named = _platform_at(url_of(item)) or named
    return named if _NAME.match(named) else None


def moment(value: Any) -> datetime | None:
    """Return a time, its fraction cut after six digits; None for none, and for before 1990."""
    found = _MOMENT.match(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    day, time, fraction, offset = found.groups()
    written = f"{day}T{time}.{(fraction or '0')[:6]:0<6}{offset or '+00:00'}"
    try:
        read = datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return read if read >= EARLIEST else None


def sentiment_of(tone: Any) -> str:
    """Return what a tone of -1, 0 or 1 means; an empty string for any other."""
    if isinstance(tone, float) and tone.is_integer():
        tone = int(tone)
    said = words({"tone": tone}, "tone").lower()
    return _TONES.get(said) or (said if said in _FEELINGS else "")


def author_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return who said it: of what is no social network, the site."""
    said = mapping(item.get("author"))
    known = mapping(item.get("metadata"))
    profile = words(said, "url", "profile_url") or words(item, "source_url")
    return {
        "id": words(said, "id") or words(known, "author_id", "user_id"),
        "handle": words(said, "username", "screen_name")
        or words(known, "screen_name", "username")
        or _handle_in(item),
        "name": words(said, "name", "realname")
        or words(item, "author_name")
        or words(item, "source_name"),
        "followers": _count(said.get("followers_count"), known.get("followers_count")),
        "profile": profile if profile.startswith(("http://", "https://")) else "",
    }


def counters_of(item: Mapping[str, Any]) -> dict[str, int | None]:
    """Return the counters that came, None for the others."""
    places = (item, mapping(item.get("engagement")), mapping(item.get("metadata")))
    return {
        counter: _count(*(place.get(name) for name in names for place in places))
        for counter, names in _COUNTED.items()
    }


def _count(*values: Any) -> int | None:
    for value in values:
        is_text = isinstance(value, str) and value.isascii() and value.isdigit()
        found = int(value[:19]) if is_text else value
        if isinstance(found, int | float) and not isinstance(found, bool) and found >= 0:
            return int(min(found, COUNT_LIMIT))
    return None


def _handle_in(item: Mapping[str, Any]) -> str:
    found = _HANDLE.search(url_of(item)) if platform_of(item) == "x" else None
    return found[1] if found and found[1] != "i" else ""


def _platform_at(url: str) -> str:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    parts = host.split(".")
    return _HOSTS.get(".".join(parts[-2:]), "")
