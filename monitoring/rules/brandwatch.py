"""What Brandwatch sends, read into mentions (developers.brandwatch.com, mention fields)."""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson

from crisisapi.common.plain_sentences import plain_sentence as _
from monitoring.rules.incoming import (
    COUNT_LIMIT,
    Batch,
    IncomingMention,
    Refused,
    Unreadable,
    Wanted,
    mention_of,
    sift,
    with_whole_characters,
)

# Their word for a kind of page, where ours is another.
_PLATFORMS = {
    "twitter": "x",
    "news": "news",
    "online_news": "news",
    "lexis_nexis_licensed_news": "news",
    "licensed_news": "news",
    "lexisnexis_licensed_news": "news",
    "blogs": "blog",
    "forums": "forum",
    "reviews": "review",
    "sina_weibo": "weibo",
    "four_chan": "4chan",
}
# There is no field for a counter of any kind: each platform has its own.
_COUNTERS = {
    "likes": (
        "twitterLikeCount",
        "facebookLikes",
        "instagramLikeCount",
        "tiktokLikes",
        "blueskyLikes",
        "linkedinLikes",
    ),
    "comments": (
        "twitterReplyCount",
        "facebookComments",
        "instagramCommentCount",
        "tiktokComments",
        "blueskyReplies",
        "linkedinComments",
    ),
    "shares": (
        "twitterRetweets",
        "facebookShares",
        "tiktokShares",
        "blueskyReposts",
        "linkedinShares",
    ),
    "reach": ("reachEstimate", "impressions", "linkedinImpressions"),
}
_NOT_JSON = _("The answer is not valid JSON: %(error)s")
_FOLLOWERS = ("twitterFollowers", "instagramFollowerCount", "blueskyFollowers")
_AUTHOR_IDS = ("twitterAuthorId", "blueskyAuthorId")
_NAME = re.compile(r"[a-z0-9_-]{1,30}")
_POST_ID = re.compile(r"(?:^|/)(\d{5,25})/?(?:\?.*)?$")
_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_ID_LENGTH = 300


def read_page(body: bytes) -> dict[str, Any]:
    """Return an answer with its `results`, a list; raises `Unreadable` for anything else."""
    try:
        page = _loaded(body)
    except orjson.JSONDecodeError as error:
        raise Unreadable("malformed_json", _NOT_JSON % {"error": str(error)}) from error
    results = page.get("results", "") if isinstance(page, dict) else ""
    results = [] if results is None else results
    if not isinstance(results, list):
        raise Unreadable("no_results", _("The answer holds no list of results."))
    return {**page, "results": results}


def read_mentions(body: bytes, *, now: datetime, resolves_x: bool) -> Batch:
    """Read a page of mentions; raises `Unreadable`.

    Posts of X come without their words. When it `resolves_x`, they are wanted instead.
    """
    results = read_page(body)["results"]
    batch = sift(results, partial(_mention, resolves_x=resolves_x), now=now)
    if resolves_x:
        batch.wanted = list({one.key: one for one in _wanted(results)}.values())
    return batch


def moment_of(value: Any) -> datetime | None:
    """Return the time in a text such as 2026-03-04T09:15:00.000+0000; None when there is none."""
    try:
        said = datetime.fromisoformat(value)
        return said.replace(tzinfo=UTC) if said.tzinfo is None else said.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def error_in(body: bytes) -> tuple[str, str]:
    """Return the name of an error of theirs and what it says, at most 200 characters each."""
    try:
        said = _loaded(body)
    except orjson.JSONDecodeError:
        return "", ""
    if not isinstance(said, dict):
        return "", ""
    listed = said.get("errors")
    first = listed[0] if isinstance(listed, list) and listed else {}
    inner = first if isinstance(first, dict) else {"message": first}
    name = _text(said.get("error"))[:200]
    told = (_text(one)[:200] for one in (said.get("error_description"), inner.get("message")))
    return name, _first(told) or name


def _loaded(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        # A text cut in the middle of an emoji must not hide the rest of the page.
        whole = body.decode("utf-8-sig", "replace").encode()
        return orjson.loads(with_whole_characters(whole))


def _mention(item: Any, *, resolves_x: bool) -> IncomingMention | None:
    if not isinstance(item, dict):
        raise Refused("invalid_item", _("A mention is a JSON object."))
    if resolves_x and _stripped_id(item):
        return None
    return mention_of(
        {
            "id": _id_of(item),
            "text": _words_of(item),
            "platform": _platform_of(item),
            "published_at": moment_of(item.get("date")) or moment_of(item.get("added")),
            "url": _first(_address(item.get(name)) for name in ("url", "originalUrl")),
            "language": _language(item.get("language")),
            "author": _author_of(item),
            "parent_id": _parent_of(item),
            "sentiment": _sentiment(item.get("sentiment")),
            **{name: _most(item, names) or 0 for name, names in _COUNTERS.items()},
        }
    )


def _wanted(results: list[Any]) -> Iterator[Wanted]:
    for item in results:
        if isinstance(item, dict) and (post_id := _stripped_id(item)):
            yield Wanted("x", post_id, {"id": post_id})


def _stripped_id(item: Mapping[str, Any]) -> str:
    """Return the id of a post of X that came without words; empty for anything else."""
    if _platform_of(item) != "x" or _words_of(item):
        return ""
    return _first(_post_id(item.get(name)) for name in ("guid", "url", "originalUrl"))


def _id_of(item: Mapping[str, Any]) -> str:
    found = _text(item.get("resourceId")) or _text(item.get("guid"))
    if not found or len(found) > _ID_LENGTH:
        reason = _("A mention without a resourceId cannot be told from others.")
        raise Refused("no_id", reason)
    return found


def _words_of(item: Mapping[str, Any]) -> str:
    title = _text(item.get("title"))
    body = _text(item.get("fullText")) or _text(item.get("snippet"))
    return body if body.startswith(title) else "\n\n".join(one for one in (title, body) if one)


def _platform_of(item: Mapping[str, Any]) -> str | None:
    named = _first(_text(item.get(name)) for name in ("contentSource", "pageType"))
    name = named.lower().replace(" ", "_")
    name = _PLATFORMS.get(name, name)
    if not name:
        return None
    return name if _NAME.fullmatch(name) else "other"


def _author_of(item: Mapping[str, Any]) -> dict[str, Any]:
    handle = _text(item.get("author"))
    verified = _text(item.get("authorVerifiedType")).lower()
    is_x = _platform_of(item) == "x" and _HANDLE.fullmatch(handle)
    return {
        "id": _first(_text(item.get(name)) for name in _AUTHOR_IDS),
        "handle": handle,
        "name": _text(item.get("fullname")),
        "followers": _most(item, _FOLLOWERS),
        "verified": (verified not in ("none", "unverified", "false")) if verified else None,
        "profile": f"https://x.com/{handle}" if is_x else "",
    }


def _parent_of(item: Mapping[str, Any]) -> str:
    """Return what it answers, or else the thread it is in when it did not begin it."""
    answered = _text(item.get("replyTo"))
    if answered:
        return (_platform_of(item) == "x" and _post_id(answered)) or answered
    thread = _text(item.get("threadId"))
    begins = thread in {_text(item.get("guid")), _text(item.get("resourceId"))}
    is_entry = _text(item.get("threadEntryType")).lower() in ("reply", "comment")
    return thread if is_entry and not begins else ""


def _sentiment(value: Any) -> str:
    word = _text(value).lower()
    return word if word in ("positive", "neutral", "negative") else ""


def _language(value: Any) -> str:
    code = _text(value).lower().partition("-")[0]
    return code if _LANGUAGE.fullmatch(code) else ""


def _address(value: Any) -> str:
    address = _text(value)
    return address if address.startswith(("http://", "https://")) else ""


def _post_id(value: Any) -> str:
    found = _POST_ID.search(_text(value)[:2_000])
    return found[1] if found else ""


def _most(item: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    counts = [count for name in names if (count := _count(item.get(name))) is not None]
    return max(counts, default=None)


def _count(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return min(max(0, int(value)), COUNT_LIMIT)


def _text(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else ""


def _first(found: Iterator[str]) -> str:
    return next((one for one in found if one), "")
