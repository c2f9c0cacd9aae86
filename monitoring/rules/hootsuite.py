"""Events of Hootsuite, read: the messages of its Inbox, and the states of messages of ours."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson

from crisisapi.common.plain_sentences import plain_sentence as _
from monitoring.rules.incoming import (
    ITEMS_LIMIT,
    IncomingMention,
    MessageState,
    Refused,
    mention_of,
    with_whole_characters,
)
from monitoring.rules.signature import BadSignature

INBOUND = "INBOUND_MESSAGE_RECEIVED"
# Five minutes are what Hootsuite advises.
TOLERANCE = timedelta(minutes=5)

_PLATFORM = "com.hootsuite."
_MESSAGE = "com.hootsuite.messages.event.v1"
_PING = "com.hootsuite.ping.event.v1"

# Short and long names of media, as its documents have them in several places.
_MEDIA = {
    "fb": "facebook",
    "messenger": "facebook",
    "ig": "instagram",
    "tw": "x",
    "twit": "x",
    "twitter": "x",
    "wa": "whatsapp",
    "li": "linkedin",
    "yt": "youtube",
    "tt": "tiktok",
}
_PLATFORM_NAME = re.compile(r"[a-z0-9_-]{1,30}")
_PHONE = re.compile(r"\+?[\d\s().-]{5,}")


def read_events(body: bytes) -> list[Any] | None:
    """Return the events of a body that holds one or an array; None when it is something else."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        try:
            found = orjson.loads(with_whole_characters(body))
        except orjson.JSONDecodeError:
            return None
    events = found if isinstance(found, list) else [found]
    is_readable = isinstance(found, dict | list) and len(events) <= ITEMS_LIMIT
    return events if is_readable else None


def types_in(body: bytes) -> list[str]:
    """Return the types of the events in a body, "" for an event without one."""
    return [_type_of(event) for event in read_events(body) or []]


def is_ping(body: bytes) -> bool:
    """Say whether a body only asks whether we are there."""
    types = types_in(body)
    return bool(types) and all(one == _PING for one in types)


def is_callback(body: bytes) -> bool:
    """Say whether a body holds events of the REST platform only, which nobody signs."""
    types = types_in(body)
    return bool(types) and all(one.startswith(_PLATFORM) for one in types)


def check_age(body: bytes, *, now: datetime) -> None:
    """Raise `BadSignature` for an event of the Inbox that was sent long before, or after, now."""
    for event in read_events(body) or []:
        if _type_of(event).startswith(_PLATFORM) or not isinstance(event, dict):
            continue
        sent = _moment(event.get("timestamp"))
        if sent is not None and abs(now - sent) > TOLERANCE:
            reason = _("It was sent more than five minutes ago, or in the future.")
            raise BadSignature("timestamp_out_of_tolerance", reason)


def mention_in(event: Any) -> IncomingMention | None:
    """Return the mention in an event, None in one of another type; raises `Refused`."""
    if not isinstance(event, dict):
        raise Refused("not_an_object", _("An event is a JSON object."))
    if _type_of(event) != INBOUND:
        return None
    data = _object(event, "data")
    message, contact = _object(data, "message"), _object(data, "contactProfile")
    name = _text(message.get("messageId")) or _text(event.get("idempotencyKey"))
    if not name:
        raise Refused("id_missing", _("The message has no messageId."))
    platform = _platform(_object(data, "medium").get("id"))
    return mention_of(
        {
            "id": name,
            "text": message.get("text") or "",
            "platform": platform,
            "published_at": _moment(event.get("timestamp")),
            "parent_id": _text(data.get("conversationId")),
            "author": _author(contact),
        }
    )


def states_in(events: list[Any]) -> list[MessageState]:
    """Return what callbacks say of messages of ours: a hint, no more."""
    found = {}
    for event in events:
        if _type_of(event) != _MESSAGE:
            continue
        data = _object(event, "data")
        message_id = _text(_object(data, "message").get("id"))
        if message_id:
            state = _text(data.get("state"))[:40]
            found[message_id] = MessageState(message_id, state, _moment(data.get("timestamp")))
    return list(found.values())


def _author(contact: Mapping[str, Any]) -> dict[str, Any]:
    # The second identifier is an account or, as with WhatsApp, a number nobody needs here.
    second = _text(contact.get("secondaryIdentifier"))
    return {
        "id": _text(contact.get("mediumContactProfileId")) or _text(contact.get("id")),
        "name": contact.get("primaryIdentifier"),
        "handle": "" if _PHONE.fullmatch(second) else second.removeprefix("@"),
    }


def _platform(medium: Any) -> str | None:
    said = _text(medium).lower()
    named = _MEDIA.get(said, said)
    return named if _PLATFORM_NAME.fullmatch(named) else None


def _type_of(event: Any) -> str:
    return _text(event.get("type")) if isinstance(event, dict) else ""


def _object(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = holder.get(name)
    return found if isinstance(found, dict) else {}


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)


def _moment(said: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(said)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None
