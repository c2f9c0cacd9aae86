"""What is said on and about Facebook Pages, pushed or asked for, read into mentions.

Pushes: developers.facebook.com/docs/graph-api/webhooks/reference/page (field `feed`, `mention`).
Answers: developers.facebook.com/docs/graph-api/reference/page/feed and …/object/comments.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
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
    total_of,
)

WEB = "https://www.facebook.com"
_FIELDS = frozenset({"feed", "mention", "ratings"})
# Nothing is said by these; how many there are is asked for.
_WORDLESS = frozenset({"like", "reaction", "follow"})
# A picture or film says something without words.
_SHOWN = frozenset({"comment", "post", "status", "photo", "video", "album"})
_GONE = frozenset({"remove", "removed", "delete", "deleted"})
_EDITED = frozenset({"edited", "edit", "update"})
# So long a push is repeated, and may come behind the news that its post is gone.
_REPEATED_FOR = timedelta(hours=48)
_PARTS_OF_COMMENT = 3


def read_facebook(body: bytes, *, pages: frozenset[str], now: datetime) -> Batch:
    """Read a push or an answer; what the Pages say themselves is passed over.

    Raises `Unreadable` for what is neither.
    """
    said = read_json(body)
    answered = asked_in(said)
    if answered is None:
        changes = changes_of(said, kind="facebook")
        return gathered(changes, partial(_of_change, pages=pages, now=now), now=now)
    rows = list(_rows(*answered))
    return gathered(rows, partial(_of_row, pages=pages), now=now)


def _of_change(
    found: Found, change: Change, *, pages: frozenset[str], now: datetime
) -> IncomingMention | None:
    require_place(change, pages)
    value, item = change.value, text_of(change.value.get("item"))
    if change.name not in _FIELDS or item in _WORDLESS:
        return None
    if author_of(value)["id"] in pages:
        raise PassedOver.own_post(id_of(value.get("comment_id")) or id_of(value.get("post_id")))
    if text_of(value.get("verb")) in _GONE:
        return _gone(found, change)
    if _says_nothing(change, item):
        _want(found, change)
        return None
    _require_author(value, is_post=item != "comment" and change.name == "feed")
    revision = 0
    if text_of(value.get("verb")) in _EDITED:
        revision = int((change.told_at or now).timestamp() * 1000)
    return mention_of(_fields_of_change(change) | {"revision": revision})


def _require_author(said: Mapping[str, Any], *, is_post: bool) -> None:
    """Refuse a post on the Page of which nobody can tell whether it is the Page's own."""
    if is_post and not author_of(said)["id"]:
        reason = _("A post on the Page came without its author: it may be the Page's own.")
        raise Refused("author_missing", reason)


def _says_nothing(change: Change, item: str) -> bool:
    """Whether there are no words, nor anything shown; an edit without words is not told whole."""
    if _words(change.value):
        return False
    is_edit = text_of(change.value.get("verb")) in _EDITED
    return item not in _SHOWN or is_edit or change.name == "mention"


def _words(value: Mapping[str, Any]) -> Any:
    return value.get("message") or value.get("review_text") or ""


def _want(found: Found, change: Change) -> None:
    """Want a post somewhere else that names the Page, of which only the id came."""
    if change.name == "mention":
        key = _id_of_change(change.value)
        reference = {"id": key, "place": change.place}
        found.wanted.append(Wanted("facebook", f"post:{key}", reference))


def _gone(found: Found, change: Change) -> IncomingMention | None:
    """Note that a post is gone; one that was said just now may yet come, and is not let in.

    It is counted without words, as one is that was known. Whose it was has to be told: what the
    Pages say themselves never counts.
    """
    value = change.value
    found.removed.append(_id_of_change(value))
    said_at, told_at = moment_of(value.get("created_time")), change.told_at
    if not author_of(value)["id"] or said_at is None or told_at is None:
        return None
    if told_at - said_at > _REPEATED_FOR:
        return None
    return mention_of(
        {"id": found.removed[-1], "text": "", "platform": "facebook", "published_at": said_at}
    )


def _fields_of_change(change: Change) -> dict[str, Any]:
    value = change.value
    own_id = _id_of_change(value)
    parent = _canonical(id_of(value.get("parent_id"))) or id_of(value.get("post_id"))
    liked = text_of(value.get("recommendation_type")).lower()
    return {
        "id": own_id,
        "text": _words(value),
        "platform": "facebook",
        "published_at": moment_of(value.get("created_time")) or change.told_at,
        "url": _address_of_change(value, own_id),
        "author": author_of(value),
        "parent_id": "" if parent == own_id else parent,
        "sentiment": liked if liked in ("positive", "negative") else "",
    }


def _id_of_change(value: Mapping[str, Any]) -> str:
    if text_of(value.get("item")) == "comment" or value.get("comment_id"):
        return _canonical(require_id(value.get("comment_id"), "comment_id"))
    names = ("post_id", "open_graph_story_id", "share_id", "video_id", "photo_id")
    return next((known for name in names if (known := id_of(value.get(name)))), "") or require_id(
        None, "post_id"
    )


def _canonical(comment_id: str) -> str:
    """Return the id of a comment as the Graph API gives it, without the Page in front."""
    parts = comment_id.split("_")
    return "_".join(parts[1:]) if len(parts) == _PARTS_OF_COMMENT else comment_id


def _address_of_change(value: Mapping[str, Any], own_id: str) -> str:
    post = mapping_of(value.get("post"))
    base = address_of(value.get("permalink_url") or post.get("permalink_url"), WEB)
    base = base or f"{WEB}/{id_of(value.get('post_id')) or own_id}"
    if not value.get("comment_id"):
        return base
    joint = "&" if "?" in base else "?"
    return f"{base}{joint}comment_id={own_id.rpartition('_')[2]}"


def author_of(value: Mapping[str, Any]) -> dict[str, str]:
    """Return who said it, as far as Meta tells."""
    said = mapping_of(value.get("from"))
    author_id = said.get("id") or value.get("sender_id") or value.get("reviewer_id")
    name = said.get("name") or value.get("sender_name") or value.get("reviewer_name")
    return {"id": id_of(author_id), "name": text_of(name)}


@dataclass(frozen=True)
class _Row:
    """A post, or a comment with the post it stands `under`."""

    said: Any
    under: str = ""
    is_post: bool = False


def _rows(asked: Asked, answer: Mapping[str, Any]) -> Iterator[_Row]:
    if asked.edge == "post":
        yield _Row(answer)
        return
    for row in objects_of(answer):
        yield _Row(row, asked.on, is_post=asked.edge == "feed")
        if isinstance(row, Mapping) and not asked.on:
            yield from (_Row(one, id_of(row.get("id"))) for one in objects_of(row.get("comments")))


def _of_row(_found: Found, item: _Row, *, pages: frozenset[str]) -> IncomingMention | None:
    row = item.said
    if not isinstance(row, Mapping):
        raise Refused("invalid_item", _("A post or comment is not an object."))
    author = author_of(row)
    if not row:
        return None
    if author["id"] in pages:
        raise PassedOver.own_post(_canonical(id_of(row.get("id"))))
    _require_author(row, is_post=item.is_post)
    own_id = _canonical(require_id(row.get("id"), "id"))
    parent = _canonical(id_of(mapping_of(row.get("parent")).get("id"))) or item.under
    return mention_of(
        {
            "id": own_id,
            "text": row.get("message") or "",
            "platform": "facebook",
            "published_at": moment_of(row.get("created_time")),
            "url": address_of(row.get("permalink_url"), WEB) or f"{WEB}/{own_id}",
            "author": author,
            "parent_id": parent,
            "likes": count_of(row.get("like_count")) or total_of(row.get("reactions")),
            "comments": count_of(row.get("comment_count")) or total_of(row.get("comments")),
            "shares": count_of(mapping_of(row.get("shares")).get("count")),
        }
    )
