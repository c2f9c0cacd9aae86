"""What is said under and about Instagram accounts, pushed or asked for, read into mentions.

Pushes: developers.facebook.com/docs/graph-api/webhooks/reference/instagram. Of a mention only ids
come: …/docs/instagram-platform/instagram-api-with-facebook-login/mentions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from crisisapi.common.plain_sentences import plain_sentence as _
from monitoring.rules.incoming import (
    Batch,
    IncomingMention,
    PassedOver,
    Refused,
    Wanted,
    mention_of,
)
from monitoring.rules.meta import (
    Asked,
    Change,
    Found,
    address_of,
    asked_in,
    changes_of,
    count_of,
    gathered,
    id_of,
    mapping_of,
    moment_of,
    objects_of,
    read_json,
    require_id,
    require_place,
    text_of,
)

WEB = "https://www.instagram.com"
_COMMENTS = frozenset({"comments", "live_comments"})


@dataclass(frozen=True)
class _Row:
    """A comment or a post, with what it stands under."""

    said: Any
    under: str = ""
    address: str = ""
    by: str = ""


def read_instagram(
    body: bytes, *, accounts: frozenset[str], usernames: frozenset[str], now: datetime
) -> Batch:
    """Read a push or an answer; what the accounts say themselves is passed over.

    `usernames` in small letters. Raises `Unreadable` for what is neither.
    """
    said = read_json(body)
    answered = asked_in(said)
    own = accounts | usernames
    if answered is None:
        changes = changes_of(said, kind="instagram")
        return gathered(changes, partial(_of_change, accounts=accounts, own=own), now=now)
    return gathered(list(_rows(*answered)), partial(_of_row, own=own), now=now)


def _of_change(
    found: Found, change: Change, *, accounts: frozenset[str], own: frozenset[str]
) -> IncomingMention | None:
    require_place(change, accounts)
    if change.name == "mentions":
        found.wanted.append(_wanted(change))
    if change.name not in _COMMENTS:
        return None
    value = change.value
    if _is_own(value, own):
        raise PassedOver.own_post(id_of(value.get("id")))
    media = id_of(mapping_of(value.get("media")).get("id"))
    fields = _fields(value, under=id_of(value.get("parent_id")) or media)
    return mention_of({**fields, "published_at": fields["published_at"] or change.told_at})


def _wanted(change: Change) -> Wanted:
    """Return what to look up: a comment that names the account, else a post that does."""
    comment = id_of(change.value.get("comment_id"))
    media = id_of(change.value.get("media_id"))
    reference = {"place": change.place, "comment_id": comment, "media_id": media}
    if comment:
        return Wanted("instagram", f"comment:{comment}", reference)
    return Wanted("instagram", f"media:{require_id(media, 'media_id')}", reference)


def _rows(asked: Asked, answer: Mapping[str, Any]) -> Iterator[_Row]:
    if asked.edge == "mention":
        comment = mapping_of(answer.get("mentioned_comment"))
        media = answer.get("mentioned_media") or comment.get("media")
        address = text_of(mapping_of(media).get("permalink"))
        said = comment or media
        under = id_of(mapping_of(media).get("id")) if comment else ""
        yield from [_Row(said, under, address)] if said else []
        return
    for row in objects_of(answer):
        if asked.edge == "tags":
            yield _Row(row)
        elif asked.edge == "media":
            yield from _under(row)
        else:
            yield from _with_replies(_Row(row, asked.on))


def _under(media: Any) -> Iterator[_Row]:
    """Yield the comments under a post of the account; the post is its own."""
    if not isinstance(media, Mapping):
        yield _Row(media)
        return
    own_id, by = id_of(media.get("id")), text_of(media.get("username"))
    for comment in objects_of(media.get("comments")):
        yield from _with_replies(_Row(comment, own_id, text_of(media.get("permalink")), by))


def _with_replies(row: _Row) -> Iterator[_Row]:
    yield row
    said = mapping_of(row.said)
    for reply in objects_of(said.get("replies")):
        yield _Row(reply, id_of(said.get("id")), row.address, row.by)


def _of_row(_found: Found, row: _Row, *, own: frozenset[str]) -> IncomingMention | None:
    if not isinstance(row.said, Mapping):
        raise Refused("invalid_item", _("A post or comment is not an object."))
    if _is_own(row.said, own | {row.by.lower()} - {""}):
        raise PassedOver.own_post(id_of(row.said.get("id")))
    parent = id_of(row.said.get("parent_id")) or row.under
    return mention_of(_fields(row.said, under=parent, address=row.address))


def _is_own(said: Mapping[str, Any], own: frozenset[str]) -> bool:
    author = author_of(said)
    return not {author["id"], author["handle"].lower()}.isdisjoint(own)


def author_of(said: Mapping[str, Any]) -> dict[str, str]:
    """Return who said it, as far as Meta tells."""
    user = mapping_of(said.get("from")) or mapping_of(said.get("user"))
    handle = text_of(user.get("username")) or text_of(said.get("username"))
    return {
        "id": id_of(user.get("id")),
        "handle": handle,
        "profile": f"{WEB}/{handle}/" if id_of(handle) else "",
    }


def _fields(said: Mapping[str, Any], *, under: str, address: str = "") -> dict[str, Any]:
    own_id = require_id(said.get("id"), "id")
    return {
        "id": own_id,
        "text": said.get("text") or said.get("caption") or "",
        "platform": "instagram",
        "published_at": moment_of(said.get("timestamp")),
        "url": address_of(said.get("permalink") or address, WEB),
        "author": author_of(said),
        "parent_id": under,
        "likes": count_of(said.get("like_count")),
        "comments": count_of(said.get("comments_count")),
    }
