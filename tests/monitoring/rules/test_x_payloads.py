"""What X sends, read: every field, none of the fields, and anything else at all."""

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.rules.incoming import Batch, IncomingMention, Unreadable
from monitoring.rules.x_payloads import read_payload
from monitoring.rules.x_posts import id_at, known_from, post_of, time_of_id

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
ID = "2029123456789012345"

POST: dict[str, Any] = {
    "id": ID,
    "text": "@northwind my kettle &amp; pot https://t.co/abc https://t.co/pic",
    "author_id": "222",
    "created_at": "2026-03-04T09:15:00.250Z",
    "lang": "en",
    "conversation_id": "2029",
    "edit_history_tweet_ids": [ID],
    "referenced_tweets": [{"type": "quoted", "id": "7"}, {"type": "replied_to", "id": "8"}],
    "entities": {
        "urls": [
            {"url": "https://t.co/abc", "expanded_url": "https://k.example/a?b=1&c=2"},
            {"url": "https://t.co/pic", "expanded_url": "https://x.com/p", "media_key": "3_1"},
        ]
    },
    "public_metrics": {
        "retweet_count": 3,
        "reply_count": 1,
        "like_count": 9,
        "like_count_str": "9",
        "quote_count": 2,
        "impression_count": 410,
    },
}
USER = {
    "id": "222",
    "username": "tealover",
    "name": "Tea Lover",
    "verified": False,
    "verified_type": "blue",
    "public_metrics": {"followers_count": 5200},
}
ANSWER: dict[str, Any] = {
    "data": [POST, {**POST, "id": "2029123456789012346"}],
    "includes": {"users": [USER], "tweets": [{"id": "7", "text": "quoted"}]},
    "errors": [
        {
            "resource_type": "tweet",
            "resource_id": "8",
            "type": "https://api.x.com/2/problems/resource-not-found",
        }
    ],
    "meta": {"newest_id": ID, "result_count": 2},
}
EVENT = {
    "data": {
        "event_uuid": "-27",
        "filter": {"user_id": "111"},
        "event_type": "post.mention.create",
        "payload": POST,
        "includes": {"users": [{"data": USER}], "tweets": [POST]},
    }
}
DELETION = {"data": {"event_type": "post.delete", "payload": {"id": ID, "author_id": "222"}}}
OLD_TWEET = {
    "id": int(ID),
    "id_str": ID,
    "created_at": "Wed Mar 04 09:15:00 +0000 2026",
    "text": "my kettle…",
    "extended_tweet": {"full_text": "my kettle smokes", "entities": {"urls": []}},
    "user": {"id_str": "222", "screen_name": "tealover", "followers_count": 5200},
    "retweeted_status": None,
    "edit_history": {"initial_tweet_id": ID, "edit_tweet_ids": [ID]},
    "favorite_count": 9,
}
OLD = {
    "for_user_id": "111",
    "tweet_create_events": [OLD_TWEET, {"id": 9, "retweeted_status": OLD_TWEET}],
    "tweet_delete_events": [{"status": {"id": "9", "user_id": "222"}}],
}


def read(said: Any, *own: str) -> Batch:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return read_payload(body, own=frozenset(own), now=NOW)


def read_or_none(body: bytes) -> Batch | None:
    """Return what was read, None for what is refused as a whole, with its reason."""
    try:
        return read(body)
    except Unreadable as error:
        return None if error.code and error.reason else Batch([], [], [])


def one(**fields: Any) -> IncomingMention:
    (found,) = read({"data": {**POST, **fields}, "includes": {"users": [USER]}}).mentions
    return found


def test_each_field_finds_its_place() -> None:
    found = one()

    assert (found.id, found.platform, found.revision) == (ID, "x", 0)
    assert found.text == "@northwind my kettle & pot https://k.example/a?b=1&c=2"
    assert found.published_at == datetime(2026, 3, 4, 9, 15, 0, 250_000, tzinfo=UTC)
    assert (found.language, found.parent_id) == ("en", "8")
    assert found.url == f"https://x.com/tealover/status/{ID}"
    assert (found.likes, found.comments, found.shares, found.reach) == (9, 1, 5, 410)
    author = found.author
    assert (author.id, author.handle, author.name) == ("222", "tealover", "Tea Lover")
    assert (author.followers, author.verified) == (5200, True)
    assert author.profile == "https://x.com/tealover"


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("he", "he"),
        ("iw", "he"),
        ("in", "id"),
        ("zh-TW", "zh"),
        ("und", ""),
        ("qme", ""),
        ("", ""),
        (None, ""),
        (7, ""),
        ("long words", ""),
    ],
)
def test_languages_are_those_of_iso_and_nothing_else(said: Any, language: str) -> None:
    assert one(lang=said).language == language


def test_a_long_post_is_read_to_its_end() -> None:
    long = {"text": "k" * 4_000 + " &lt;end", "entities": {"urls": []}}

    assert one(note_tweet=long).text.endswith(" <end")


def test_an_edit_is_the_first_post_in_a_later_version() -> None:
    found = one(id="30", edit_history_tweet_ids=["10", "20", "30"])

    assert (found.id, found.revision) == ("10", 2)
    assert found.url.endswith("/status/30")


def test_an_old_version_that_is_looked_up_stays_old() -> None:
    assert one(id="20", edit_history_tweet_ids=["10", "20", "30"]).revision == 1


@pytest.mark.parametrize("missing", [None, "soon", 12, [], "2026-13-01T00:00:00Z"])
def test_a_post_without_a_time_was_made_when_its_id_says(missing: Any) -> None:
    made = datetime(2026, 3, 4, 9, 10, tzinfo=UTC)

    assert one(id=str(id_at(made)), created_at=missing).published_at == made


def test_the_time_of_an_id_is_the_one_x_gave_it() -> None:
    # The example of X's own documents, made on Wed Oct 10 20:19:24 +0000 2018.
    made = time_of_id("1050118621198921728")

    assert f"{made:%Y-%m-%dT%H:%M:%S%z}" == "2018-10-10T20:19:24+0000"


def test_a_repost_is_what_it_repeats_with_its_present_numbers() -> None:
    repost = {
        "id": "99",
        "text": "RT @a: my ket…",
        "referenced_tweets": [{"type": "retweeted", "id": ID}],
    }

    found = read({"data": [repost], "includes": {"tweets": [POST], "users": [USER]}}).mentions

    assert [(mention.id, mention.author.handle) for mention in found] == [(ID, "tealover")]


def test_a_repost_of_what_did_not_come_along_says_nothing() -> None:
    batch = read({"data": [{"id": "9", "referenced_tweets": [{"type": "retweeted", "id": "5"}]}]})

    assert (batch.mentions, batch.rejections) == ([], [])


@pytest.mark.parametrize("own", ["tealover", "222"])
def test_what_one_posts_oneself_is_passed_over(own: str) -> None:
    batch = read(ANSWER, own)

    assert (batch.mentions, batch.rejections) == ([], [])


def test_posts_that_x_says_are_gone_are_told() -> None:
    assert read(ANSWER).removed == ["8"]
    assert read(DELETION).removed == [ID]
    assert read(OLD).removed == ["9"]


def test_an_account_that_is_gone_is_no_post() -> None:
    error = {**ANSWER["errors"][0], "resource_type": "user"}

    assert read({"errors": [error]}).removed == []


def test_half_an_emoji_and_a_nul_become_replacements() -> None:
    (found,) = read(b'{"data": {"id": "5", "text": "kettle \\ud83d \\u0000"}}').mentions

    assert found.text == "kettle \ufffd \ufffd"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"7", b"null", b'"text"', b"<html></html>", b"\xff\xfe", b"{" * 5_000]
)
def test_what_is_nothing_of_x_is_unreadable_or_empty(body: bytes) -> None:
    batch = read_or_none(body)

    assert batch is None or (body, batch.mentions) == (b"", [])


def test_a_line_that_is_broken_leaves_the_others() -> None:
    line = json.dumps({"data": POST}).encode()

    batch = read(b"\n".join([line, line[:50], b"", json.dumps({"data": {"id": "7"}}).encode()]))

    assert [mention.id for mention in batch.mentions] == [ID]
    assert [(one.index, one.code) for one in batch.rejections] == [
        (1, "malformed_json"),
        (2, "no_text"),
    ]


_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.just(10**400),
    st.floats(),
    st.text(st.characters(codec=None, exclude_categories=()), max_size=20),
    st.sampled_from(["\x00", "\ud83d", "k" * 50_000, "-1", "9" * 400, "0", "&#0;&#xd800;"]),
    st.just([]),
    st.just({}),
    st.just([[[{"id": {"id": []}}]]]),
    st.just({"data": {"data": {"id": "5"}}}),
)


_REAL = [json.dumps(said) for said in (ANSWER, EVENT, DELETION, OLD)]


@st.composite
def _mutated(draw: st.DrawFn) -> Any:
    said = json.loads(draw(st.sampled_from(_REAL)))
    for _ in range(draw(st.integers(1, 4))):
        places = list(_places(said))
        holder, key = places[draw(st.integers(0, len(places) - 1))]
        if draw(st.booleans()):
            holder[key] = copy.deepcopy(draw(_ODD))
        else:
            del holder[key]
        if not list(_places(said)):
            break
    return said


def _places(said: Any) -> Iterator[tuple[Any, Any]]:
    rows = said.items() if isinstance(said, dict) else enumerate(said)
    for key, value in list(rows):
        yield said, key
        if isinstance(value, dict | list):
            yield from _places(value)


@settings(max_examples=250, deadline=None)
@given(_mutated())
def test_whatever_x_changes_is_read_refused_or_unreadable(said: Any) -> None:
    batch = read_or_none(json.dumps(said).encode("utf-8", "surrogatepass"))

    if batch is None:
        return
    for mention in batch.mentions:
        assert 0 < len(mention.id) <= 300
        assert len(mention.text) <= 40_000
        assert "\x00" not in mention.text
        mention.text.encode()
        assert mention.published_at
        assert min(mention.likes, mention.comments, mention.shares, mention.reach) >= 0
    assert all(batch.removed)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 2_000))
def test_any_bytes_in_any_place_do_no_harm(noise: bytes, place: int) -> None:
    body = json.dumps(ANSWER).encode()

    batch = read_or_none(body[:place] + noise + body[place:])

    assert batch is None or len(batch.mentions) <= 3


def test_what_comes_along_is_looked_through_once_however_many_posts_refer_to_it() -> None:
    class Counted(list[Any]):
        looked = 0

        def __iter__(self) -> Iterator[Any]:
            Counted.looked += 1
            return super().__iter__()

    known = known_from({"users": Counted([USER])})
    found = [post_of({**POST, "id": str(number)}, known) for number in range(1, 50)]

    assert [mention.author.handle for mention in found if mention] == ["tealover"] * 49
    assert Counted.looked == 1


def test_addresses_without_number_cost_no_more_than_reading_them() -> None:
    urls = [{"url": "https://t.co/a", "expanded_url": "https://k.example/" + "k" * 40_000}] * 2_000

    assert len(one(text="https://t.co/a " * 2_500, entities={"urls": urls}).text) <= 40_000
