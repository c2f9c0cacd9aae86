"""The one shape every source is parsed into, and why an item is refused."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from crisisapi.common.plain_sentences import plain_sentence as _
from monitoring.rules.shapes import shape_told

ITEMS_LIMIT = 1000
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
FUTURE_TOLERANCE = timedelta(hours=24)
COUNTERS = ("likes", "comments", "shares", "reach")
# Sums of a hundred million mentions still fit into 64 bits.
COUNT_LIMIT = 10**11

NOT_UTF8 = _("The body is not UTF-8: %(error)s.")
NOT_JSON = _("The body is not valid JSON: %(error)s")

_Raw = TypeVar("_Raw")
_Count = Annotated[int, Meta(ge=0, le=COUNT_LIMIT)]
_Line = Annotated[str, Meta(max_length=300)]


class IncomingAuthor(Struct, frozen=True):
    """Who said it."""

    id: _Line = ""
    handle: _Line = ""
    name: _Line = ""
    followers: _Count | None = None
    verified: bool | None = None
    profile: Annotated[str, Meta(max_length=2_000)] = ""


class IncomingMention(Struct, kw_only=True):
    """One item as integrators send it; fields that are not listed are ignored.

    `parent_id` is the id of what it answers. `sentiment` is what the sender makes of it.
    `revision` rises when the same post says something else than before.
    """

    id: Annotated[str, Meta(min_length=1, max_length=300)]
    text: Annotated[str, Meta(max_length=40_000)]
    platform: Annotated[str, Meta(pattern=r"^[a-z0-9_-]{1,30}\Z")] | None = None
    published_at: Annotated[datetime, Meta(tz=True)] | None = None
    url: Annotated[str, Meta(max_length=2_000)] = ""
    language: Annotated[str, Meta(pattern=r"^([a-z]{2,3})?\Z")] = ""
    author: IncomingAuthor = IncomingAuthor()
    parent_id: _Line = ""
    sentiment: Literal["", "positive", "neutral", "negative"] = ""
    revision: Annotated[int, Meta(ge=0, le=2**53)] = 0
    likes: _Count = 0
    comments: _Count = 0
    shares: _Count = 0
    reach: _Count = 0


class _Envelope(Struct):
    mentions: Annotated[list[msgspec.Raw], Meta(max_length=ITEMS_LIMIT)]


class Rejection(Struct, frozen=True):
    """Why one item was refused."""

    index: int
    code: str
    reason: str


class Ignored(Struct, frozen=True):
    """An item that is well, and nothing to us; `id` is empty where it has none."""

    index: int
    id: str
    rule: str


class Unreadable(Exception):
    """The body as a whole cannot be read; nothing in it was looked at."""

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(code)


class Wanted(Struct, frozen=True):
    """A post of which only the id came; `kind` is the kind of source that can look it up.

    `key` is what it is called by, the same for each repetition.
    """

    kind: str
    key: str
    reference: dict[str, str]


class MessageState(Struct, frozen=True):
    """What a platform tells of a message that was published through it."""

    external_id: str
    state: str
    at: datetime | None = None


class Batch(Struct):
    """What a body held: distinct mentions sorted by id, `repeats` of them, refused items.

    `ignored` are items that nobody counts, such as posts of the brand itself. `removed` are the
    ids of posts that are gone; `wanted` those of which only the id came; `states` concern our own
    messages.
    """

    mentions: list[IncomingMention]
    repeats: list[IncomingMention]
    rejections: list[Rejection]
    ignored: list[Ignored] = []
    removed: list[str] = []
    wanted: list[Wanted] = []
    states: list[MessageState] = []

    @property
    def repeated(self) -> int:
        """How many items came more than once."""
        return len(self.repeats)


_envelope = msgspec.json.Decoder(_Envelope)
_item = msgspec.json.Decoder(IncomingMention)


def parse_body(body: bytes, *, now: datetime) -> Batch:
    """Parse `{"mentions": […]}`; bad items are refused one by one, with their index.

    An item without a time was said `now`, when the body was received. Raises `Unreadable` when
    the body is no JSON of this shape.
    """
    try:
        body.decode()
        items = _items_of(body)
    except UnicodeDecodeError as error:
        raise Unreadable("invalid_utf8", NOT_UTF8 % {"error": error.reason}) from error
    except msgspec.ValidationError as error:
        raise Unreadable("invalid_envelope", shape_told(error)) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unreadable("malformed_json", NOT_JSON % {"error": str(error)}) from error
    return sift(items, _item.decode, now=now, may_hold_nul=b"\\u0000" in body)


def sift(
    items: Iterable[_Raw],
    read: Callable[[_Raw], IncomingMention | None],
    *,
    now: datetime,
    may_hold_nul: bool = True,
) -> Batch:
    """Read items one by one; None is passed over, a bad one is refused with its index.

    `read` raises `Refused` or `PassedOver`, or what msgspec raises for a wrong shape.
    """
    found: dict[str, IncomingMention] = {}
    batch = Batch([], [], [])
    for index, raw in enumerate(items):
        try:
            mention = read(raw)
            if mention is None:
                continue
            mention.published_at = mention.published_at or now
            _refuse_odd(mention, mention.published_at, now=now, may_hold_nul=may_hold_nul)
        except Refused as error:
            batch.rejections.append(Rejection(index, error.code, error.reason))
            continue
        except PassedOver as passed:
            batch.ignored.append(Ignored(index, passed.id, passed.rule))
            continue
        except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
            batch.rejections.append(Rejection(index, "invalid_item", shape_told(error)))
            continue
        earlier = found.get(mention.id)
        if earlier is None:
            found[mention.id] = mention
        else:
            batch.repeats.append(mention)
            found[mention.id] = _joined(earlier, mention)
    # Sorted, so that two batches with the same ids lock them in the same order.
    batch.mentions = [found[key] for key in sorted(found)]
    return batch


def mention_of(fields: Mapping[str, Any]) -> IncomingMention:
    """Return the mention a platform's item describes; what is too long is cut, NULs are replaced.

    Only for what platforms send: an integrator is told what is wrong instead. Raises what msgspec
    raises for a value of the wrong type.
    """
    tidied = {name: _tidied(name, value) for name, value in fields.items() if value is not None}
    return msgspec.convert(tidied, IncomingMention)


_LENGTHS = {"text": 40_000, "url": 2_000, "profile": 2_000}


def _tidied(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _tidied(key, one) for key, one in value.items() if one is not None}
    if not isinstance(value, str):
        return value
    whole = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\x00", "\ufffd")[: _LENGTHS.get(name, 300)]


def _items_of(body: bytes) -> list[msgspec.Raw]:
    try:
        return _envelope.decode(body).mentions
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        whole = with_whole_characters(body)
        if whole == body:
            raise
        return _envelope.decode(whole).mentions


# A surrogate pair, half of one, or any other escape.
_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\.",
    re.DOTALL,
)
_HALF_LENGTH = len(rb"\ud83d")


def with_whole_characters(json: bytes) -> bytes:
    """Return JSON with U+FFFD for each half of a surrogate pair, which is no character.

    Tools that cut a text after so many UTF-16 units leave half an emoji at its end.
    """
    return _ESCAPE.sub(
        lambda found: rb"\ufffd" if len(found[0]) == _HALF_LENGTH else found[0], json
    )


class Refused(Exception):
    """One item is refused; the code is stable, the reason is in words."""

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(code)


class PassedOver(Exception):
    """One item is well and nothing to us; the rule is stable."""

    def __init__(self, rule: str, item_id: str = "") -> None:
        self.rule = rule
        self.id = item_id
        super().__init__(rule)

    @classmethod
    def own_post(cls, item_id: str) -> "PassedOver":
        """Return that the brand said it itself."""
        return cls("own_post", item_id)


def _refuse_odd(
    mention: IncomingMention, moment: datetime, *, now: datetime, may_hold_nul: bool
) -> None:
    if may_hold_nul and any("\x00" in text for text in _texts(mention)):
        raise Refused("nul_character", _("Text may not hold the character U+0000."))
    if moment < EARLIEST:
        reason = _("published_at is before %(year)s.") % {"year": EARLIEST.year}
        raise Refused("published_too_early", reason)
    if moment > now + FUTURE_TOLERANCE:
        reason = _("published_at is more than a day in the future.")
        raise Refused("published_in_future", reason)


def _texts(mention: IncomingMention) -> Iterable[str]:
    author = mention.author
    return (
        mention.id,
        mention.text,
        mention.url,
        mention.parent_id,
        author.id,
        author.handle,
        author.name,
        author.profile,
    )


def _joined(kept: IncomingMention, again: IncomingMention) -> IncomingMention:
    """Return the later revision, with the most ever seen of each counter."""
    best = again if again.revision > kept.revision else kept
    for name in COUNTERS:
        setattr(best, name, max(getattr(kept, name), getattr(again, name)))
    return best


def as_json(items: list[dict[str, Any]]) -> bytes:
    """Return items in the envelope that `parse_body` reads."""
    return msgspec.json.encode({"mentions": items})
