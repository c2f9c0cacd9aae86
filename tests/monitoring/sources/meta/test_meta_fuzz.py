"""Whatever Meta sends, it is read or refused, and nothing breaks."""

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitoring.rules.incoming import Batch, Unreadable
from monitoring.rules.meta import Asked, wrapped
from monitoring.sources import PROVIDERS
from monitoring.sources.base import Account
from tests.monitoring.sources.meta.graph_server import NOW

_SAID = {"id": "777", "name": "A", "username": "tealover"}
_COMMENT = {
    "item": "comment",
    "verb": "edited",
    "comment_id": "100_5_9",
    "post_id": "100_5",
    "parent_id": "100_5",
    "from": _SAID,
    "message": "Handle broke",
    "created_time": 1772615698,
    "post": {"permalink_url": "/100/posts/5"},
}
_REMOVED = {**_COMMENT, "verb": "remove"}
_GRAPH_ROW = {
    "id": "5_9",
    "message": "Handle broke",
    "text": "refund?",
    "from": _SAID,
    "created_time": "2026-03-04T09:15:00+0000",
    "timestamp": "2026-03-04T09:15:00+0000",
    "permalink_url": "https://www.facebook.com/5",
    "parent": {"id": "5_8"},
    "like_count": 3,
    "shares": {"count": 2},
    "reactions": {"summary": {"total_count": 2}},
    "comments": {"data": [{"id": "5_10", "message": "Mine too", "text": "me too"}]},
    "replies": {"data": [{"id": "5_11", "text": "me too"}]},
}
_PAGE = {"data": [_GRAPH_ROW], "paging": {"next": "https://graph.facebook.com/x?after=2"}}
_MENTION = {"mentioned_comment": {**_GRAPH_ROW, "media": {"id": "1", "permalink": "/p/x"}}}


def _push(about: str, place: str, *values: tuple[str, Any]) -> dict[str, Any]:
    changes = [{"field": field, "value": value} for field, value in values]
    return {"object": about, "entry": [{"id": place, "time": 1772615700, "changes": changes}]}


def _answer(edge: str, answer: Any, on: str = "") -> dict[str, Any]:
    body: dict[str, Any] = json.loads(wrapped(Asked("100", edge, on), json.dumps(answer).encode()))
    return body


FACEBOOK = [
    _push("page", "100", ("feed", _COMMENT), ("feed", _REMOVED), ("mention", _COMMENT)),
    _answer("feed", _PAGE),
    _answer("comments", _PAGE, "100_5"),
    _answer("post", _GRAPH_ROW),
]
INSTAGRAM = [
    _push(
        "instagram",
        "100",
        ("comments", {"id": "1", "text": "refund?", "from": _SAID, "media": {"id": "2"}}),
        ("mentions", {"media_id": "3", "comment_id": "4"}),
    ),
    _answer("media", _PAGE),
    _answer("tags", _PAGE),
    _answer("comments", _PAGE, "1817"),
    _answer("mention", _MENTION),
]
ACCOUNTS = {
    "facebook": Account(settings={"page_id": "100"}),
    "instagram": Account(settings={"ig_user_id": "100", "username": "rimon"}),
}
_ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from(["", "\x00", "\ud83d", "x" * 50_000, "²", "9" * 400, "0001-01-01T00:00+23:59"]),
    st.sampled_from([10**30, -(10**18), 10**300, 1e308, 0, -1, 2**63, 253402300799000]),
    st.sampled_from([[], {}, [[]], {"data": 7}, {"id": {"id": 1}}, [None] * 3]),
    st.text(max_size=20),
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if not isinstance(value, dict | list):
        return [path]
    below = value.items() if isinstance(value, dict) else enumerate(value)
    return [path, *(place for key, one in below for place in _places(one, (*path, key)))]


@st.composite
def mutated(draw: st.DrawFn, payloads: list[dict[str, Any]]) -> bytes:
    """Return a real payload of which some places are gone, or hold something else."""
    payload = copy.deepcopy(draw(st.sampled_from(payloads)))
    for _time in range(draw(st.integers(1, 4))):
        *way, last = draw(st.sampled_from([place for place in _places(payload) if place]))
        parent: Any = payload
        for key in way:
            parent = parent[key]
        if draw(st.booleans()) and isinstance(parent, dict):
            del parent[last]
        else:
            parent[last] = copy.deepcopy(draw(_ODD))
        if not payload:
            break
    return json.dumps(payload).encode()


def _read(kind: str, body: bytes) -> Batch | None:
    try:
        return PROVIDERS[kind].parse(ACCOUNTS[kind], body, now=NOW)
    except Unreadable:
        return None


def _check(batch: Batch | None) -> None:
    if batch is None:
        return
    for mention in batch.mentions:
        assert mention.id
        assert mention.published_at is not None
        mention.text.encode()
        assert "\x00" not in mention.text
    for removed in batch.removed:
        assert removed.isascii()


@pytest.mark.parametrize("kind", ["facebook", "instagram"])
def test_the_payloads_that_are_mutated_are_read_whole(kind: str) -> None:
    payloads = FACEBOOK if kind == "facebook" else INSTAGRAM

    batches = [_read(kind, json.dumps(one).encode()) for one in payloads]

    assert all(one and not one.rejections and (one.mentions or one.wanted) for one in batches)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=mutated(FACEBOOK))
def test_nothing_facebook_sends_breaks_the_parser(body: bytes) -> None:
    _check(_read("facebook", body))


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=mutated(INSTAGRAM))
def test_nothing_instagram_sends_breaks_the_parser(body: bytes) -> None:
    _check(_read("instagram", body))


@settings(max_examples=100, deadline=None)
@given(body=st.binary(max_size=200))
def test_bytes_that_are_nothing_are_refused(body: bytes) -> None:
    _check(_read("facebook", body))


@pytest.mark.parametrize("kind", ["facebook", "instagram"])
def test_what_is_nested_too_deeply_is_refused(kind: str) -> None:
    deep = b'{"object":"page","entry":' + b"[" * 100_000 + b"]" * 100_000 + b"}"

    assert _read(kind, deep) is None
