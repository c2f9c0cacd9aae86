"""What Mention (mention.com) sends, read into mentions.

dev.mention.com/current: GetMentions, GetMention, StreamMentions. Fields that its reference does not
promise are taken where they come and missed by nobody.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from crisisapi.common.plain_sentences import plain_sentence as _
from monitoring.rules.incoming import (
    NOT_JSON,
    NOT_UTF8,
    Batch,
    IncomingMention,
    Refused,
    Unreadable,
    mention_of,
    sift,
    with_whole_characters,
)
from monitoring.rules.language import language_code
from monitoring.rules.mention_fields import (
    author_of,
    counters_of,
    mapping,
    moment,
    platform_of,
    sentiment_of,
    text_of,
    url_of,
    words,
)

Item = Mapping[str, Any]

# What somebody, or Mention itself, has thrown out.
_THROWN_OUT = frozenset({"spam", "trash"})
# A mention may hold those grouped under it, and these once more.
_DEPTH = 3


def read_mentions(body: bytes, *, now: datetime) -> Batch:
    """Read a list, one mention, or lines of a stream; raises `Unreadable` for anything else."""
    return sift(_items_of(body), _mention, now=now)


def whole_json(body: bytes) -> Any:
    """Return what JSON holds, half characters in it replaced; raises `Unreadable`."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise Unreadable("invalid_utf8", NOT_UTF8 % {"error": error.reason}) from error
    try:
        return _decoded(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unreadable("malformed_json", NOT_JSON % {"error": str(error)}) from error


def listed(data: Any) -> list[Any] | None:
    """Return the items of a list, None when it is no list of mentions."""
    found = mapping(data)
    for name in ("mentions", "children"):
        if isinstance(found.get(name), list):
            return list(found[name])
    return None


def external_id(item: Item) -> str:
    """Return what a post is known by in all alerts; raises `Refused` for one without an id.

    Its own id differs from alert to alert. An address alone would not do: there may be several
    posts at one.
    """
    own = words(item, "id")
    if not own:
        raise Refused("id_missing", _("There is no id."))
    unique, said_at = words(item, "unique_id"), moment(item.get("published_at"))
    if not unique:
        return f"{words(item, 'alert_id')}:{own}"
    known_by = f"{unique}\n{said_at.timestamp():.0f}" if said_at else unique
    return "post:" + hashlib.sha256(known_by.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        whole = with_whole_characters(body)
        if whole == body:
            raise
        return msgspec.json.decode(whole)


def _items_of(body: bytes) -> Iterable[Any]:
    try:
        data = whole_json(body)
    except Unreadable:
        if not (lines := _lines_of(body)):
            raise
        return lines
    items = listed(data)
    if items is None:
        items = _told(data)
    if items is None:
        raise Unreadable("invalid_envelope", _("There are no mentions in it."))
    return _with_children(items, "", _DEPTH)


def _lines_of(body: bytes) -> list[Any]:
    """Return what the lines of a stream hold, unreadable ones as bytes; nothing if it is none."""
    found: list[Any] = []
    is_stream = False
    for line in filter(None, body.splitlines()):
        try:
            told = _told(whole_json(line))
        except Unreadable:
            told = [line]
        else:
            is_stream = is_stream or told is not None
        found += _with_children([line] if told is None else told, "", _DEPTH)
    return found if is_stream else []


def _told(data: Any) -> list[Any] | None:
    """Return the mentions of one object, none for a keep-alive; None when it is neither."""
    found = mapping(data)
    if "mention" in found:
        return [found["mention"]]
    if "id" in found or found.get("type") == "mention":
        return [data]
    return [] if "type" in found else None


def _with_children(items: Iterable[Any], parent: str, depth: int) -> Iterator[Any]:
    for item in items:
        yield {**item, "parent": parent} if parent and isinstance(item, dict) else item
        nested = listed(mapping(item).get("children"))
        if nested and depth:
            yield from _with_children(nested, _known_by(item), depth - 1)


def _known_by(item: Item) -> str:
    try:
        return external_id(item)
    except Refused:
        return ""


def _mention(item: Any) -> IncomingMention | None:
    if isinstance(item, bytes):
        raise Refused("malformed_json", _("The line is not valid JSON."))
    if not isinstance(item, dict):
        raise Refused("not_an_object", _("This is no mention."))
    if words(item, "folder") in _THROWN_OUT:
        return None
    return mention_of(
        {
            "id": external_id(item),
            "text": text_of(item),
            "platform": platform_of(item),
            "published_at": moment(item.get("published_at")) or moment(item.get("created_at")),
            "url": url_of(item),
            "language": language_code(words(item, "language_code")),
            "author": author_of(item),
            "parent_id": words(item, "parent") or words(item, "parent_id"),
            "sentiment": sentiment_of(item.get("tone")),
            **counters_of(item),
        }
    )
