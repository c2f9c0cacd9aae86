"""What X sends, pushed or asked for, read into batches.

Events: docs.x.com/x-api/activity/event-payloads, before those docs.x.com/x-api/account-activity.
Answers and streams: docs.x.com/x-api/posts; what is missing in them stands in their `errors`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from crisisapi.common.plain_sentences import plain_sentence as _
from monitoring.rules.incoming import (
    Batch,
    IncomingMention,
    Refused,
    Unreadable,
    sift,
    with_whole_characters,
)
from monitoring.rules.x_posts import (
    NOTHING_KNOWN,
    Known,
    id_of,
    inside,
    known_from,
    mapping_of,
    objects,
    post_of,
    text_of,
)
from monitoring.rules.x_tweets import modern

# What somebody does to the account that is listened for; its own posts come along with it.
_TO_THE_ACCOUNT = frozenset(
    {"post.mention.create", "post.reply.create", "post.quote.create", "post.repost.create"}
)
_GONE = ("/resource-not-found", "/not-authorized-for-resource")


@dataclass(frozen=True)
class _Item:
    """A post and what came along with it; `fault` says why there is none."""

    post: Any = None
    known: Known = NOTHING_KNOWN
    own: frozenset[str] = frozenset()
    fault: str = ""


@dataclass
class _Found:
    items: list[_Item] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def read_payload(body: bytes, *, own: frozenset[str], now: datetime) -> Batch:
    """Read an event, an answer, or lines of a stream; raises `Unreadable` for anything else.

    `own` are the ids and names, in small letters, of accounts whose posts are no mentions. Events
    that are no posts are passed over: X adds new ones at any time.
    """
    found = _Found()
    for part in _parts(body):
        _take(part, own, found) if isinstance(part, Mapping) else found.items.append(part)
    if found.items and all(item.fault for item in found.items):
        raise Unreadable("malformed_json", _("X sent something that is no JSON."))
    batch = sift(found.items, _mention, now=now)
    batch.removed = sorted(set(found.removed))
    return batch


def parsed(body: bytes) -> Any:
    """Return what JSON says, however odd its numbers and characters; raises ValueError."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(with_whole_characters(body))
    except RecursionError as error:
        raise ValueError(str(error)) from error


def _parts(body: bytes) -> Iterator[Mapping[str, Any] | _Item]:
    try:
        whole = parsed(body)
    except ValueError:
        yield from _lines(body)
        return
    if not isinstance(whole, Mapping):
        raise Unreadable("not_of_x", _("X sends JSON objects; this is something else."))
    yield whole


def _lines(body: bytes) -> Iterator[Mapping[str, Any] | _Item]:
    for line in filter(None, map(bytes.strip, body.split(b"\n"))):
        try:
            part = parsed(line)
        except ValueError as error:
            yield _Item(fault=_("The line is no JSON: %(error)s") % {"error": str(error)})
            continue
        yield part if isinstance(part, Mapping) else _Item(fault=_("The line is no JSON object."))


def _take(part: Mapping[str, Any], own: frozenset[str], found: _Found) -> None:
    data = part.get("data")
    rows = data if isinstance(data, list) else [] if data is None else [data]
    known = known_from(part.get("includes"))
    for row in rows:
        if isinstance(row, Mapping) and "event_type" in row:
            _take_event(row, own, found)
        else:
            found.items.append(_Item(row, known, own))
    _take_old_events(part, own, found)
    found.removed.extend(_gone(part))


def _take_event(event: Mapping[str, Any], own: frozenset[str], found: _Found) -> None:
    kind, payload = text_of(event.get("event_type")), event.get("payload")
    if kind == "post.delete":
        deleted = id_of(inside(mapping_of(payload)).get("id"))
        found.removed.extend([deleted] if deleted else [])
        found.items.extend([] if deleted else [_Item(payload)])
        return
    if not (kind.startswith("post.") and kind.endswith("create")):
        return
    listener = id_of(mapping_of(event.get("filter")).get("user_id"))
    mine = own | {listener} if kind in _TO_THE_ACCOUNT and listener else own
    post = inside(payload) if isinstance(payload, Mapping) else payload
    found.items.append(_Item(post, known_from(event.get("includes")), mine))


def _take_old_events(part: Mapping[str, Any], own: frozenset[str], found: _Found) -> None:
    listener = id_of(part.get("for_user_id"))
    mine = own | {listener} if listener else own
    for tweet in objects(part, "tweet_create_events"):
        post, includes = modern(tweet)
        found.items.append(_Item(post, known_from(includes), mine))
    for event in objects(part, "tweet_delete_events"):
        status = mapping_of(event.get("status"))
        deleted = id_of(status.get("id_str")) or id_of(status.get("id"))
        found.removed.extend([deleted] if deleted else [])


def _gone(part: Mapping[str, Any]) -> Iterator[str]:
    """Yield the posts that X says are deleted, or not public any more."""
    for error in objects(part, "errors"):
        is_post = text_of(error.get("resource_type")) in ("tweet", "post")
        gone = id_of(error.get("resource_id")) or id_of(error.get("value"))
        if is_post and gone and text_of(error.get("type")).endswith(_GONE):
            yield gone


def _mention(item: _Item) -> IncomingMention | None:
    if item.fault:
        raise Refused("malformed_json", item.fault)
    if not isinstance(item.post, Mapping):
        raise Refused("invalid_item", _("A post is a JSON object."))
    return post_of(item.post, item.known, own=item.own)
