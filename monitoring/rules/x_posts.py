"""Posts of X, read into mentions, as version 2 of its API has them.

What the fields are: docs.x.com/x-api/fundamentals/data-dictionary.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from crisisapi.common.plain_sentences import plain_sentence as _
from monitoring.rules.incoming import COUNT_LIMIT, IncomingMention, PassedOver, Refused, mention_of

# The ids of X count milliseconds from here, in front of 22 bits of other things.
_ID_EPOCH = 1_288_834_974_657
_ID_BITS = 22
# Since November 2010; ids before were counted one by one.
_FIRST_TIMED_ID = 29_700_000_000

_ADDRESS = re.compile(r"https?://t\.co/\w+")
_NAME = re.compile(r"\w{1,50}")
_DIGITS = re.compile(r"[0-9]{1,19}")
_SUBTAG = re.compile(r"[a-z]{2,3}")
# Codes that are no languages to X: unknown, only tags, only links, only pictures, and such.
_NO_LANGUAGES = frozenset({"und", "zxx", "art", "qam", "qct", "qht", "qme", "qst"})
_OLD_CODES = {"iw": "he", "in": "id", "ji": "yi"}


@dataclass(frozen=True)
class Known:
    """What came along with posts, by ids: users, and the posts they refer to."""

    users: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    posts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


NOTHING_KNOWN = Known()


def known_from(includes: Any) -> Known:
    """Return what the `includes` of an answer or an event hold."""
    return Known(_index(objects(includes, "users")), _index(objects(includes, "tweets")))


def post_of(
    post: Mapping[str, Any], known: Known, *, own: frozenset[str] = frozenset()
) -> IncomingMention | None:
    """Return the mention a post is; `own` are ids and names, in small letters, of the brand.

    A repost says nothing new: the post it repeats is returned, with its present numbers, or None
    where that did not come along. Raises `Refused` for one without an id, `PassedOver` for one
    of the brand's own.
    """
    meant = _meant(post, known.posts)
    if meant is None:
        return None
    author = author_of(meant, known.users)
    if not own.isdisjoint({author["id"], author["handle"].lower()}):
        raise PassedOver.own_post(id_of(meant.get("id")))
    return mention_of(_fields(meant, author))


def author_of(post: Mapping[str, Any], users: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what is known of the author of a post."""
    author_id = id_of(post.get("author_id"))
    user = users.get(author_id, {})
    name = text_of(user.get("username"))
    followers = mapping_of(user.get("public_metrics")).get("followers_count")
    place = name if _NAME.fullmatch(name) else f"i/user/{author_id}"
    return {
        "id": author_id,
        "handle": name,
        "name": text_of(user.get("name")),
        "followers": None if followers is None else count_of(followers),
        "verified": _is_verified(user),
        "profile": f"https://x.com/{place}" if author_id or name else "",
    }


def id_of(value: Any) -> str:
    """Return an id as text, empty when it is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if 0 < value < 2**63 else ""
    return text_of(value)[:300]


def is_id(value: str) -> bool:
    """Say whether X could have given such an id."""
    return _DIGITS.fullmatch(value) is not None


def text_of(value: Any) -> str:
    """Return a text, empty when it is none."""
    return value if isinstance(value, str) else ""


def mapping_of(value: Any) -> Mapping[str, Any]:
    """Return an object, an empty one when it is none."""
    return value if isinstance(value, Mapping) else {}


def objects(holder: Any, name: str) -> Iterator[Mapping[str, Any]]:
    """Yield the objects in a list of objects; each may stand inside of `data`."""
    found = mapping_of(holder).get(name)
    for one in found if isinstance(found, list) else ():
        yield from (inside(one),) if isinstance(one, Mapping) else ()


def inside(one: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an object without the `data` that some events put around it."""
    inner = one.get("data")
    return inner if isinstance(inner, Mapping) and "id" not in one else one


def count_of(value: Any) -> int:
    """Return a counter, which X also writes as text; zero when it is none."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        return 0
    return int(min(value, COUNT_LIMIT))


def time_of_id(post_id: str) -> datetime | None:
    """Return when the post of an id was made, None for an id that does not tell."""
    if not _DIGITS.fullmatch(post_id) or int(post_id) < _FIRST_TIMED_ID:
        return None
    moment = ((int(post_id) >> _ID_BITS) + _ID_EPOCH) / 1000
    return datetime.fromtimestamp(moment, UTC)


def id_at(moment: datetime) -> int:
    """Return the lowest id a post of that moment can have."""
    since = moment - datetime.fromtimestamp(_ID_EPOCH / 1000, UTC)
    return max(0, since // timedelta(milliseconds=1)) << _ID_BITS


def _fields(post: Mapping[str, Any], author: Mapping[str, Any]) -> dict[str, Any]:
    post_id = id_of(post.get("id"))
    if not post_id:
        raise Refused("no_id", _("A post without an id."))
    first, revision = _version(post, post_id)
    name = author["handle"] if _NAME.fullmatch(author["handle"]) else "i/web"
    return {
        "id": first,
        "text": _text(post),
        "platform": "x",
        "published_at": _moment(post.get("created_at")) or time_of_id(post_id),
        "url": f"https://x.com/{name}/status/{post_id}",
        "language": _language(post.get("lang")),
        "author": author,
        "parent_id": _reference(post, "replied_to") or _reference(post, "quoted"),
        "revision": revision,
        **_counters(mapping_of(post.get("public_metrics"))),
    }


def _meant(
    post: Mapping[str, Any], told: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    repeated = _reference(post, "retweeted")
    return told.get(repeated) if repeated else post


def _version(post: Mapping[str, Any], post_id: str) -> tuple[str, int]:
    """Return the id of the first version, by which a post is known, and which version this is."""
    said = post.get("edit_history_tweet_ids")
    history = [found for one in said if (found := id_of(one))] if isinstance(said, list) else []
    if post_id not in history:
        return post_id, 0
    return history[0], history.index(post_id)


def _text(post: Mapping[str, Any]) -> str:
    long = mapping_of(post.get("note_tweet"))
    said = long if text_of(long.get("text")) else post
    if not isinstance(said.get("text"), str):
        raise Refused("no_text", _("A post without a text."))
    links = dict(_links(said))
    text = _ADDRESS.sub(lambda found: links.get(found[0], found[0]), said["text"])
    return html.unescape(text).strip()


def _links(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what stands behind the short addresses; an attachment's says nothing to readers."""
    for url in objects(said.get("entities"), "urls"):
        behind = text_of(url.get("unwound_url")) or text_of(url.get("expanded_url"))
        if behind:
            yield text_of(url.get("url")), "" if url.get("media_key") else behind[:2_000]


def _counters(metrics: Mapping[str, Any]) -> dict[str, int]:
    shares = count_of(metrics.get("retweet_count")) + count_of(metrics.get("quote_count"))
    return {
        "likes": count_of(metrics.get("like_count")),
        "comments": count_of(metrics.get("reply_count")),
        "shares": min(shares, COUNT_LIMIT),
        "reach": count_of(metrics.get("impression_count")),
    }


def _language(tag: Any) -> str:
    code = text_of(tag).lower().replace("_", "-").partition("-")[0]
    code = _OLD_CODES.get(code, code)
    return code if _SUBTAG.fullmatch(code) and code not in _NO_LANGUAGES else ""


def _moment(said: Any) -> datetime | None:
    text = text_of(said)[:40]
    for read in (datetime.fromisoformat, _old_moment):
        try:
            found = read(text)
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _old_moment(text: str) -> datetime:
    return datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y")


def _is_verified(user: Mapping[str, Any]) -> bool | None:
    kind = user.get("verified_type")
    if isinstance(kind, str) and kind not in ("", "none"):
        return True
    said = user.get("verified")
    return said if isinstance(said, bool) else None


def _reference(post: Mapping[str, Any], kind: str) -> str:
    for one in objects(post, "referenced_tweets"):
        if one.get("type") == kind:
            return id_of(one.get("id"))
    return ""


def _index(rows: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {found: row for row in rows if (found := id_of(row.get("id")))}
