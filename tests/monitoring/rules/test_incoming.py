import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.incoming import (
    COUNT_LIMIT,
    Batch,
    Unreadable,
    parse_body,
    with_whole_characters,
)

NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)


def _parse(*items: Any) -> Batch:
    return parse_body(json.dumps({"mentions": items}).encode(), now=NOW)


def _rejection(**fields: Any) -> str:
    batch = _parse({"id": "1", "text": "x", **fields})
    assert batch.mentions == []
    return batch.rejections[0].code


def test_the_least_there_can_be_is_an_id_and_a_text() -> None:
    (mention,) = _parse({"id": "1", "text": ""}).mentions

    assert (mention.published_at, mention.platform, mention.likes) == (NOW, None, 0)


def test_everything_there_can_be_is_read() -> None:
    (mention,) = _parse(
        {
            "id": "1",
            "text": "הידית נסדקה",
            "platform": "x",
            "published_at": "2026-03-04T11:15:00.5+02:00",
            "url": "https://x.example/1",
            "language": "he",
            "author": {"handle": "tealover", "name": "תה", "followers": 5200, "verified": True},
            "likes": COUNT_LIMIT,
            "comments": 2,
            "shares": 3,
            "reach": 4,
            "colour": "ignored",
        }
    ).mentions

    assert mention.published_at == datetime(2026, 3, 4, 9, 15, 0, 500_000, UTC)
    assert (mention.author.handle, mention.author.followers) == ("tealover", 5200)
    assert (mention.likes, mention.comments, mention.shares, mention.reach) == (
        COUNT_LIMIT,
        2,
        3,
        4,
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"id": ""},
        {"id": 7},
        {"id": "x" * 301},
        {"text": None},
        {"text": "x" * 40_001},
        {"platform": "X"},
        {"platform": "x\n"},
        {"language": "he\n"},
        {"language": "hebrew"},
        {"published_at": "2026-03-04"},
        {"published_at": "2026-03-04T09:15:00"},
        {"published_at": 1772615700},
        {"likes": -1},
        {"likes": 1.5},
        {"likes": "7"},
        {"likes": True},
        {"likes": None},
        {"reach": COUNT_LIMIT + 1},
        {"author": "tealover"},
        {"author": {"followers": -1}},
    ],
)
def test_a_field_of_the_wrong_shape_is_refused(fields: dict[str, Any]) -> None:
    assert _rejection(**fields) == "invalid_item"


@pytest.mark.parametrize(
    "fields", [{"id": "a\0"}, {"text": "\0"}, {"url": "\0"}, {"author": {"name": "\0"}}]
)
def test_a_nul_character_is_refused(fields: dict[str, Any]) -> None:
    assert _rejection(**fields) == "nul_character"


def test_a_backslash_before_u0000_is_no_nul_character() -> None:
    assert _parse({"id": "1", "text": "\\u0000"}).mentions[0].text == "\\u0000"


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("0001-01-01T00:00:00+14:00", "published_too_early"),
        ("1989-12-31T23:59:59Z", "published_too_early"),
        ("2026-03-05T10:00:01Z", "published_in_future"),
        ("9999-12-31T23:59:59-14:00", "published_in_future"),
    ],
)
def test_a_time_that_cannot_be_is_refused(moment: str, code: str) -> None:
    assert _rejection(published_at=moment) == code


def test_a_clock_a_little_ahead_is_forgiven() -> None:
    ahead = NOW + timedelta(hours=23)

    assert _parse({"id": "1", "text": "x", "published_at": ahead.isoformat()}).mentions


@pytest.mark.parametrize(
    ("escaped", "text"),
    [
        (r"cut \ud83d", "cut \ufffd"),
        (r"\uDE00 cut", "\ufffd cut"),
        (r"\ud83d\ud83d\ude00", "\ufffd😀"),
        (r"\ud83d\\ud83d", "\ufffd\\ud83d"),
    ],
)
def test_half_an_emoji_costs_neither_its_mention_nor_the_others(escaped: str, text: str) -> None:
    first = '{"id": "1", "text": "' + escaped + '"}'
    body = '{"mentions": [' + first + ', {"id": "2", "text": "😀"}]}'

    batch = parse_body(body.encode(), now=NOW)

    assert [mention.text for mention in batch.mentions] == [text, "😀"]


@given(st.text(st.characters(), max_size=30))
def test_text_of_whole_characters_is_left_as_it_is(text: str) -> None:
    whole = text.encode("utf-8", "ignore").decode()
    encoded = json.dumps(whole).encode()

    assert with_whole_characters(encoded) == encoded
    json.loads(with_whole_characters(json.dumps(text).encode())).encode()


def test_mentions_come_sorted_so_that_batches_lock_in_the_same_order() -> None:
    batch = _parse(*({"id": key, "text": ""} for key in ["b", "א", "a", "B"]))

    assert [mention.id for mention in batch.mentions] == ["B", "a", "b", "א"]


@given(st.binary(max_size=300))
def test_any_bytes_are_a_batch_or_unreadable(body: bytes) -> None:
    with suppress(Unreadable):
        parse_body(body, now=NOW)


@given(
    st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["id", "text", "author", "likes", "published_at", "url"]),
                    inner,
                )
            ),
            max_leaves=8,
        ),
        max_size=5,
    )
)
def test_every_item_is_a_mention_a_repetition_or_a_rejection(items: list[Any]) -> None:
    batch = _parse(*items)

    assert len(batch.mentions) + batch.repeated + len(batch.rejections) == len(items)
