"""What Mention (mention.com) sends becomes our mentions; what is odd in it stays harmless."""

import random
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.rules.incoming import Batch, IncomingMention, Unreadable
from monitoring.rules.mention_paging import Standing, afresh, behind, behind_children, question
from monitoring.rules.mention_payloads import read_mentions

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
ITEM: dict[str, Any] = {
    "id": "901",
    "alert_id": 55,
    "title": "Kettle handle cracked",
    "description": "Mine split on day two and nobody answers…",
    "original_url": "https://blog.example.org/kettle",
    "clickable_url": "https://web.mention.com/api/url?token=abc",
    "unique_id": "https://blog.example.org/kettle",
    "published_at": "2026-03-04T09:15:00.10090700+00:00",
    "created_at": "2026-03-04T09:21:10.0+00:00",
    "language_code": "iw",
    "folder": "inbox",
    "tone": -1,
    "source_type": "blogs",
    "source_name": "Kettle Blog",
    "source_url": "https://blog.example.org",
    "direct_reach": 5200,
    "children": {
        "children": [{"id": "902"}],
        "total": 4,
        "_links": {"more": {"href": "?cursor=a"}},
    },
}
LIST = {"mentions": [ITEM], "_links": {"more": {"href": "/x?cursor=abc", "params": {"limit": 20}}}}
STREAM = b"\n".join(
    [b'{"type":"mark"}', msgspec.json.encode({"type": "mention", "mention": ITEM}), b"{"]
)


def read(**fields: Any) -> IncomingMention:
    item = {**ITEM, "children": None, **fields}
    (found,) = batch({"mentions": [item]}).mentions
    return found


def batch(data: Any) -> Batch:
    return read_mentions(msgspec.json.encode(data), now=NOW)


def test_a_mention_is_read_into_our_shape() -> None:
    found = read()

    assert found.text == "Kettle handle cracked\n\nMine split on day two and nobody answers…"
    assert (found.platform, found.language, found.sentiment) == ("blog", "he", "negative")
    assert found.url == "https://blog.example.org/kettle"
    assert found.published_at == datetime(2026, 3, 4, 9, 15, 0, 100907, tzinfo=UTC)
    assert (found.author.name, found.author.profile) == ("Kettle Blog", "https://blog.example.org")
    assert (found.reach, found.likes, found.parent_id) == (5200, 0, "")


@pytest.mark.parametrize(
    ("kind", "url", "platform"),
    [
        ("twitter", "https://twitter.com/tealover/status/2080", "x"),
        ("facebook", "", "facebook"),
        ("instagram", "", "instagram"),
        ("news", "https://news.example.org/1", "news"),
        ("forums", "https://www.reddit.com/r/tea/1", "reddit"),
        ("videos", "https://youtu.be/1", "youtube"),
        ("videos", "https://vimeo.com/1", "video"),
        ("web", "https://m.tiktok.com/1", "tiktok"),
        ("web", "https://notx.com/1", "web"),
        ("Bluesky", "", "bluesky"),
        ("an odd kind", "https://[::1", None),
        (None, "https://x.com/i/status/1", "x"),
    ],
)
def test_a_source_type_is_one_of_our_platforms(kind: Any, url: str, platform: Any) -> None:
    assert read(source_type=kind, original_url=url, unique_id="u").platform == platform


def test_the_handle_of_a_post_on_x_is_read_from_its_address() -> None:
    url = "https://twitter.com/tealover/status/2080"

    assert read(source_type="twitter", original_url=url).author.handle == "tealover"


@pytest.mark.parametrize(
    ("tone", "sentiment"),
    [
        (-1, "negative"),
        (0, "neutral"),
        (1, "positive"),
        ("1", "positive"),
        (-1.0, "negative"),
        ("neutral", "neutral"),
        (None, ""),
        (2, ""),
        (True, ""),
        ({}, ""),
    ],
)
def test_a_tone_is_a_sentiment(tone: Any, sentiment: str) -> None:
    assert read(tone=tone).sentiment == sentiment


@pytest.mark.parametrize(
    ("said", "minute"),
    [
        ("2026-03-04T09:15:00.12345678901234+00:00", 15),
        ("2026-03-04T11:15:00+0200", 15),
        ("2026-03-04T09:15:00Z", 15),
        ("2026-03-04 09:15:00", 15),
        ("-0001-11-30T00:00:00.0+00:00", 21),
        ("1970-01-01T00:00:00.0+00:00", 21),
        ("2026-02-31T00:00:00.0+00:00", 21),
        (1772615700, 21),
        (None, 21),
    ],
)
def test_a_time_that_cannot_be_read_is_when_it_was_found(said: Any, minute: int) -> None:
    found = read(published_at=said).published_at

    assert found is not None
    assert (found.hour, found.minute) == (9, minute)


def test_a_post_has_one_id_in_all_alerts_and_another_than_its_neighbour_at_the_address() -> None:
    first, other_alert = read(), read(id="77", alert_id=56)
    neighbour = read(id="78", published_at="2026-03-04T09:16:00.0+00:00")

    assert first.id == other_alert.id != neighbour.id
    assert read(unique_id=None).id == "55:901"


def test_addresses_that_are_alike_for_long_are_still_two_posts() -> None:
    long = "https://blog.example.org/" + "k" * 400

    assert read(unique_id=long + "1").id != read(unique_id=long + "2").id


@pytest.mark.parametrize("folder", ["spam", "trash"])
def test_what_was_thrown_out_is_passed_over(folder: str) -> None:
    found = batch({"mentions": [{**ITEM, "folder": folder, "children": None}]})

    assert (found.mentions, found.rejections) == ([], [])


@pytest.mark.parametrize("folder", [[], {"name": "spam"}, None, 3])
def test_a_folder_of_another_shape_is_none_of_theirs(folder: Any) -> None:
    assert read(folder=folder).text


def test_grouped_posts_answer_the_one_they_came_under() -> None:
    found = {one.text[:6]: one for one in batch(LIST).mentions}

    assert found[""].id == ":902"
    assert found[""].parent_id == found["Kettle"].id


@pytest.mark.parametrize(
    "body",
    [
        msgspec.json.encode(LIST),
        msgspec.json.encode({"children": [ITEM]}),
        msgspec.json.encode(ITEM),
        msgspec.json.encode({"mention": ITEM}),
        STREAM,
    ],
)
def test_a_list_one_mention_and_lines_of_a_stream_are_read(body: bytes) -> None:
    found = read_mentions(body, now=NOW).mentions

    assert "Kettle handle cracked" in "".join(one.text for one in found)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html>Sign in</html>", "malformed_json"),
        (msgspec.json.encode(LIST)[:80], "malformed_json"),
        (b"\xff\xfe", "invalid_utf8"),
        (b"[" * 9000, "malformed_json"),
        (b'{"alerts": []}', "invalid_envelope"),
        (b"[]", "invalid_envelope"),
        (b"", "malformed_json"),
    ],
)
def test_anything_else_is_unreadable(body: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_mentions(body, now=NOW)

    assert refused.value.code == code


ODD: list[Any] = [
    None,
    True,
    -1,
    10**30,
    1.5,
    "",
    "\x00",
    "\U0001f375" * 50_000,
    "https://[",
    [],
    [[]],
    {},
    {"id": {}},
    {"children": [1, {"id": 3, "children": [{}]}], "total": "x", "_links": 7},
    [{"id": "1", "children": {"mentions": [{"id": "2"}]}}],
]


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A real list with some of its parts dropped or replaced."""
    data: Any = msgspec.json.decode(msgspec.json.encode(LIST))
    for _ in range(draw(st.integers(1, 5))):
        place: Any = draw(st.sampled_from(_places(data)))
        name = draw(st.sampled_from(sorted(place))) if isinstance(place, dict) else 0
        if draw(st.booleans()):
            place[name] = deepcopy(draw(st.sampled_from(ODD)))
        else:
            del place[name]
        if not _places(data):
            break
    return data


def _places(data: Any) -> list[Any]:
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    found = [data] if isinstance(data, dict | list) and data else []
    return found + [place for one in inner for place in _places(one)]


@settings(max_examples=300)
@given(mutated(), st.integers(0, 3), st.randoms(use_true_random=False))
def test_whatever_changes_in_a_payload_is_read_or_refused(
    data: Any, damage: int, chance: random.Random
) -> None:
    body = bytearray(msgspec.json.encode(data))
    for _ in range(damage):
        body[chance.randrange(len(body))] = chance.randrange(256)
    for whole in (bytes(body), STREAM.replace(b"Kettle", bytes(body)), bytes(body) + b"\n{}"):
        try:
            found = read_mentions(whole, now=NOW)
        except Unreadable:
            continue
        assert len(found.mentions) + found.repeated + len(found.rejections) >= 0


@settings(max_examples=300)
@given(mutated(), mutated(), st.sampled_from([None, "7", "901"]))
def test_whatever_changes_in_a_list_there_is_a_place_to_go_on(
    data: Any, kept: Any, since: str | None
) -> None:
    standing = Standing.of(kept)
    for start in (standing, Standing.of({"since": since, "top": "1", "children": [["1", ""]]})):
        asked = question(start, now=NOW, window=NOW - datetime(2026, 3, 1, tzinfo=UTC))
        after = behind(start, asked, data, now=NOW, window=NOW - datetime(2026, 3, 1, tzinfo=UTC))
        again = Standing.of(msgspec.json.decode(msgspec.json.encode(after.kept())))

        assert (again.since, again.going, again.children) == (
            after.since,
            after.going,
            after.children,
        )
        assert afresh(after).going == {}
        if after.children:
            behind_children(after, data)
