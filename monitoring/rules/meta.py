"""What Meta pushes for Facebook and Instagram, and how what was asked for is kept.

developers.facebook.com/docs/graph-api/webhooks/getting-started. A push holds entries of several
Pages or accounts with changes in each; Instagram prints a change right in its entry as well. What
was asked for is kept together with what was asked: an answer alone does not say what it is about.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson

from crisisapi.common.plain_sentences import plain_sentence as _
from monitoring.rules.incoming import (
    COUNT_LIMIT,
    NOT_JSON,
    Batch,
    IncomingMention,
    Refused,
    Unreadable,
    Wanted,
    sift,
    with_whole_characters,
)
from monitoring.rules.signature import DOES_NOT_FIT, BadSignature

_ID = re.compile(r"[A-Za-z0-9_.:-]{1,200}")
# Seconds of the year 5138, milliseconds of 1973: what is more are milliseconds.
_MILLISECONDS_FROM = 100_000_000_000
_HEADER = "X-Hub-Signature-256"
_OBJECTS = {"page": "facebook", "instagram": "instagram"}


@dataclass(frozen=True)
class Change:
    """Something that happened at a `place`, a Page or an account; `fault` says why it is none."""

    place: str = ""
    name: str = ""
    value: Mapping[str, Any] = field(default_factory=dict)
    told_at: datetime | None = None
    fault: str = ""


@dataclass(frozen=True)
class Asked:
    """What was asked: an edge of a place, perhaps on one of its posts."""

    place: str
    edge: str
    on: str = ""


@dataclass
class Found:
    """What is found besides mentions."""

    removed: list[str] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)


def verify_body(secret: str, headers: Mapping[str, str], body: bytes) -> str:
    """Return an id made of the bytes; raises `BadSignature` when the app did not sign them.

    Meta signs the bytes as they are sent, with what is not ASCII escaped.
    """
    given = headers.get("x-hub-signature-256", "")
    if not given:
        raise BadSignature(*_missing(headers))
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    scheme, _equals, digest = given.strip().partition("=")
    fits = hmac.compare_digest(digest.lower().encode(), expected.encode())
    if not secret or scheme.lower() != "sha256" or not fits:
        raise BadSignature("signature_invalid", DOES_NOT_FIT)
    return f"push:{hashlib.sha256(body).hexdigest()}"


def _missing(headers: Mapping[str, str]) -> tuple[str, str]:
    named = {"header": _HEADER}
    if "x-hub-signature" in headers:
        return "signature_outdated", _("SHA-1 alone is not accepted; send %(header)s.") % named
    return "signature_missing", _("Send %(header)s.") % named


def answered_challenge(token: str, query: Mapping[str, str]) -> str | None:
    """Return what proves that the address is ours; None when it is not asked, or by a stranger."""
    challenge = query.get("hub.challenge", "")
    given = query.get("hub.verify_token", "")
    fits = hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())
    is_asked = query.get("hub.mode") == "subscribe" and 0 < len(challenge) <= 200
    return challenge if token and fits and is_asked and challenge.isprintable() else None


def wrapped(asked: Asked, answer: bytes) -> bytes:
    """Return an answer, untouched, with what was asked before it."""
    said = orjson.dumps({"place": asked.place, "edge": asked.edge, "on": asked.on})
    return b'{"asked":' + said + b',"answer":' + answer + b"}"


def read_json(body: bytes) -> Mapping[str, Any]:
    """Return the object in the bytes; half characters are replaced. Raises `Unreadable`."""
    try:
        said = _loaded(body)
    except orjson.JSONDecodeError as error:
        raise Unreadable("malformed_json", NOT_JSON % {"error": str(error)}) from error
    if not isinstance(said, dict):
        raise Unreadable("invalid_envelope", _("The body is not a JSON object."))
    return said


def _loaded(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return orjson.loads(with_whole_characters(body))


def asked_in(said: Mapping[str, Any]) -> tuple[Asked, Mapping[str, Any]] | None:
    """Return what was asked and answered; None for a push."""
    if "asked" not in said:
        return None
    asked = mapping_of(said["asked"])
    names = {name: str(asked.get(name, "")) for name in ("place", "edge", "on")}
    return Asked(**names), mapping_of(said.get("answer"))


def changes_of(said: Mapping[str, Any], *, kind: str) -> list[Change]:
    """Return the changes in a push; raises `Unreadable` when it is none, or another kind's."""
    entries, about = said.get("entry"), said.get("object")
    if not isinstance(entries, list):
        reason = _("This is no push of Meta: there is no list `entry`.")
        raise Unreadable("invalid_envelope", reason)
    found = _OBJECTS.get(about, "") if isinstance(about, str) else ""
    if found != kind:
        raise Unreadable("other_object", _of_another(about, found))
    return [change for entry in entries for change in _changes_in(entry)]


def _of_another(about: object, kind: str) -> str:
    told = {"object": str(about)[:50], "kind": kind}
    if kind:
        return _("This is a push about “%(object)s”; a source of kind %(kind)s takes it.") % told
    return _("This is a push about “%(object)s”, which no kind of source takes.") % told


def _changes_in(entry: Any) -> Iterator[Change]:
    if not isinstance(entry, Mapping):
        yield Change(fault=_("An entry is not an object."))
        return
    place, told_at = id_of(entry.get("id")), moment_of(entry.get("time"))
    told = entry.get("changes")
    if "changes" in entry and not isinstance(told, list):
        yield Change(fault=_("The changes of an entry are not a list."))
    both = [*(told if isinstance(told, list) else []), *([entry] if "field" in entry else [])]
    for one in both:
        value = one.get("value") if isinstance(one, Mapping) else None
        if isinstance(value, Mapping):
            yield Change(place, text_of(one.get("field")), value, told_at)
        else:
            yield Change(fault=_("A change has no value that is an object."))


def gathered(
    items: list[Any],
    read: Callable[[Found, Any], IncomingMention | None],
    *,
    now: datetime,
) -> Batch:
    """Read items one by one into a batch, with what `read` finds besides mentions."""
    found = Found()
    batch = sift(items, partial(read, found), now=now)
    batch.removed = sorted(set(found.removed))
    batch.wanted = list({one.key: one for one in found.wanted}.values())
    return batch


def require_place(change: Change, places: frozenset[str]) -> None:
    """Refuse what is no change, or happened at a Page or account that is not listened for."""
    if change.fault:
        raise Refused("invalid_item", change.fault)
    if change.place not in places:
        raise Refused("other_place", _elsewhere(change.place))


def _elsewhere(place: str) -> str:
    if not place:
        return _("Nothing says where it happened.")
    return _("It happened at %(place)s, which is not in the settings.") % {"place": place}


def require_id(value: Any, name: str) -> str:
    """Return an id, or refuse the item that has none."""
    found = id_of(value)
    if not found:
        raise Refused("id_missing", _("There is no usable %(name)s.") % {"name": name})
    return found


def id_of(value: Any) -> str:
    """Return an id as text, empty when it is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def text_of(value: Any) -> str:
    """Return a text, empty when it is none."""
    return value if isinstance(value, str) else ""


def mapping_of(value: Any) -> Mapping[str, Any]:
    """Return an object, an empty one when it is none."""
    return value if isinstance(value, Mapping) else {}


def objects_of(value: Any) -> list[Any]:
    """Return the rows of a list of the Graph API, `{"data": […]}`."""
    rows = mapping_of(value).get("data")
    return rows if isinstance(rows, list) else []


def count_of(value: Any) -> int:
    """Return a counter, 0 when it is none."""
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= COUNT_LIMIT
    return value if is_count else 0


def total_of(value: Any) -> int:
    """Return the total in the summary of a list."""
    return count_of(mapping_of(mapping_of(value).get("summary")).get("total_count"))


def moment_of(value: Any) -> datetime | None:
    """Return a time: Unix seconds or milliseconds, or ISO 8601; None when it is none."""
    try:
        if isinstance(value, str) and not value.isdigit():
            said = datetime.fromisoformat(value)
            return said if said.tzinfo else said.replace(tzinfo=UTC)
        if isinstance(value, bool) or not isinstance(value, int | float | str) or not value:
            return None
        number = float(value)
        return datetime.fromtimestamp(
            number / 1000 if number >= _MILLISECONDS_FROM else number, UTC
        )
    except (ValueError, OverflowError, OSError):
        return None


def address_of(value: Any, base: str) -> str:
    """Return an address of the web, completed where the platform gives its path only."""
    said = text_of(value)
    if said.startswith("/"):
        return f"{base}{said}"
    return said if said.startswith(("https://", "http://")) else ""
