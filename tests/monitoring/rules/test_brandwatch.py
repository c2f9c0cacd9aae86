"""Reading what Brandwatch sends: its fields, what is missing, and whatever else comes."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitoring.rules.brandwatch import read_mentions
from monitoring.rules.brandwatch_walk import Walk
from monitoring.rules.incoming import Batch, IncomingMention, Unreadable
from tests.platforms.brandwatch import a_mention

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def page(*items: Any, **fields: Any) -> bytes:
    return json.dumps({"results": items, "nextCursor": None, **fields}).encode()


def read(body: bytes, *, resolves_x: bool = False) -> Batch:
    return read_mentions(body, now=NOW, resolves_x=resolves_x)


def one(**fields: Any) -> IncomingMention:
    (mention,) = read(page(a_mention(1, added=NOW, **fields))).mentions
    return mention


def test_a_mention_is_read_whole() -> None:
    mention = one(
        date="2026-03-04T11:15:00.250+0200",
        fullname="Tea Lover",
        author="tealover",
        authorVerifiedType="blue",
        twitterFollowers=5200,
        twitterAuthorId="222",
        pageType="twitter",
        guid="2080",
        replyTo="https://twitter.com/rimon/statuses/20799",
        twitterLikeCount=9,
        twitterReplyCount=1,
        twitterRetweets=3,
        language="he",
        title="My kettle",
        snippet="My kettle smokes",
        url="https://twitter.com/tealover/status/2080",
    )

    assert mention.id == f"{1:032x}"
    assert mention.text == "My kettle smokes"
    assert (mention.platform, mention.language, mention.sentiment) == ("x", "he", "negative")
    assert mention.published_at == datetime(2026, 3, 4, 9, 15, 0, 250_000, tzinfo=UTC)
    assert mention.parent_id == "20799"
    assert (mention.likes, mention.comments, mention.shares, mention.reach) == (9, 1, 3, 1200)
    author = mention.author
    assert (author.id, author.handle, author.name) == ("222", "tealover", "Tea Lover")
    assert (author.followers, author.verified) == (5200, True)
    assert author.profile == "https://x.com/tealover"


@pytest.mark.parametrize(
    ("named", "platform"),
    [
        ("twitter", "x"),
        ("lexis_nexis_licensed_news", "news"),
        ("Online News", "news"),
        ("sina_weibo", "weibo"),
        ("four_chan", "4chan"),
        ("reddit", "reddit"),
        ("youtube", "youtube"),
        ("קומקום", "other"),
        (None, None),
        (7, "7"),
    ],
)
def test_kinds_of_pages_have_our_names(named: Any, platform: str | None) -> None:
    assert one(pageType=named).platform == platform


def test_the_newer_name_of_the_kind_of_page_wins() -> None:
    assert one(pageType="general", contentSource="tiktok").platform == "tiktok"


def test_a_title_stands_above_the_part_that_was_found() -> None:
    assert one(title="Kettle", snippet="it smokes").text == "Kettle\n\nit smokes"
    assert one(title="Kettle", snippet="it smokes", fullText="All of it").text.endswith("All of it")


def test_a_time_that_makes_no_sense_is_the_one_when_it_was_added() -> None:
    assert one(date="yesterday").published_at == NOW
    assert one(date=None).published_at == NOW
    assert one(date="0001-01-01T00:00:00.000+2359").published_at == NOW


def test_an_entry_of_a_thread_answers_the_thread() -> None:
    assert one(threadId=276, threadEntryType="reply").parent_id == "276"
    assert one(threadId="276", threadEntryType="post").parent_id == ""
    assert one(threadId="276", threadEntryType="comment", guid="276").parent_id == ""
    assert one(replyTo="https://forum.example.org/t/8").parent_id == "https://forum.example.org/t/8"


@pytest.mark.parametrize("value", [None, "many", True, -3, [], {}])
def test_a_counter_that_is_none_counts_nothing(value: Any) -> None:
    mention = one(twitterLikeCount=value, reachEstimate=value, impressions=value)

    assert (mention.likes, mention.reach) == (0, 0)


def test_a_huge_counter_is_held_to_the_limit() -> None:
    assert one(reachEstimate=10**30).reach == 10**11


def test_words_of_sentiment_and_language_that_are_unknown_are_left_out() -> None:
    mention = one(sentiment="mixed", language="עברית")

    assert (mention.sentiment, mention.language) == ("", "")


def test_an_address_that_is_none_is_left_out() -> None:
    assert (
        one(url="javascript:alert(1)", originalUrl="http://a.example/").url == "http://a.example/"
    )


def test_a_mention_without_an_id_is_refused_and_the_others_are_not() -> None:
    bad = a_mention(1, added=NOW, resourceId=None)

    batch = read(page(bad, "text", a_mention(2, added=NOW)))

    assert [one.id for one in batch.mentions] == [f"{2:032x}"]
    assert [(one.index, one.code) for one in batch.rejections] == [
        (0, "no_id"),
        (1, "invalid_item"),
    ]


def test_half_an_emoji_does_not_hide_the_page() -> None:
    body = page(a_mention(1, added=NOW, snippet="cut"), a_mention(2, added=NOW))

    batch = read(body.replace(b"cut", b"cut \\ud83d"))

    assert len(batch.mentions) == 2
    assert batch.mentions[0].text.endswith("cut \ufffd")


def test_bytes_that_are_no_text_do_not_hide_the_page() -> None:
    batch = read(page(a_mention(1, added=NOW, snippet="cut")).replace(b"cut", b"cut \xff"))

    assert batch.mentions[0].text.endswith("cut \ufffd")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "malformed_json"),
        (b"<html>", "malformed_json"),
        (b"[" * 100_000, "malformed_json"),
        (b"[]", "no_results"),
        (b'{"error": "x"}', "no_results"),
        (b'{"results": {"a": 1}}', "no_results"),
    ],
)
def test_what_is_no_page_is_unreadable(body: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as raised:
        read(body)

    assert raised.value.code == code


def test_posts_of_x_without_words_are_wanted_once_each() -> None:
    stripped = {"pageType": "twitter", "title": None, "snippet": None}
    items = [
        a_mention(1, added=NOW, guid="2080000000", **stripped),
        a_mention(2, added=NOW, guid=2080000000, **stripped),
        a_mention(3, added=NOW, guid=None, **{**stripped, "url": "https://x.com/a/status/20811"}),
        a_mention(4, added=NOW, guid="none", **{**stripped, "url": None}),
        a_mention(5, added=NOW, guid="2082000000", pageType="twitter"),
    ]

    batch = read(page(*items), resolves_x=True)

    assert [(one.kind, one.reference["id"]) for one in batch.wanted] == [
        ("x", "2080000000"),
        ("x", "20811"),
    ]
    assert [int(one.id, 16) for one in batch.mentions] == [4, 5]


_ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["\x00", "a" * 50_000, "9" * 400, "9999-12-31T23:59:59-2359", 10**400]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)
_REAL = a_mention(
    1,
    added=NOW,
    guid="2080",
    threadId="1",
    replyTo="https://x.com/a/status/1",
    threadEntryType="reply",
    contentSource="twitter",
    fullname="Tea",
    fullText="x",
    originalUrl="https://a.example",
    authorVerifiedType="blue",
    twitterFollowers=1,
    twitterLikeCount=1,
    twitterAuthorId="1",
)
_MODES = st.sampled_from(["yes", "no"])
_MUTATED = st.dictionaries(st.sampled_from(sorted(_REAL)), _ANYTHING).map(lambda new: _REAL | new)


@given(items=st.lists(_MUTATED | _ANYTHING, max_size=3), following=_ANYTHING, mode=_MODES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_comes_is_read_or_refused(items: list[Any], following: Any, mode: str) -> None:
    body = json.dumps({"results": items, "nextCursor": following}).encode()

    try:
        batch = read(body, resolves_x=mode == "yes")
    except Unreadable:
        return

    assert len(batch.mentions) + len(batch.rejections) + batch.repeated <= len(items)


@given(items=st.lists(_MUTATED | _ANYTHING, max_size=3), following=_ANYTHING)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_comes_leaves_a_cursor_to_go_on_from(items: list[Any], following: Any) -> None:
    walk = Walk.resumed({}, days=30, now=NOW)
    answer = {"results": items, "nextCursor": following}

    after = walk.after(answer, now=NOW)
    cursor = json.loads(json.dumps(after.cursor() if after else walk.finished(answer, now=NOW)))

    again = Walk.resumed(cursor, days=30, now=NOW)
    assert again.next == (after.next if after else "")
    assert again.since is None or again.since <= NOW


@given(body=st.binary(max_size=200))
def test_any_bytes_are_read_or_unreadable(body: bytes) -> None:
    with suppress(Unreadable):
        assert read(body).mentions == []
