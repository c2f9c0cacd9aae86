"""What Facebook pushes, read into mentions."""

from typing import Any

import pytest

from monitoring.rules.incoming import Batch, Unreadable
from monitoring.sources.base import Account
from tests.monitoring.sources.meta.facebook_says import (
    ACCOUNT,
    FACEBOOK,
    SAID,
    TOLD,
    body_of,
    comment,
    entry,
    post,
)
from tests.monitoring.sources.meta.graph_server import (
    CREDENTIALS,
    NOW,
)


def parsed(*values: Any) -> Batch:
    return FACEBOOK.parse(ACCOUNT, body_of(entry(*values)), now=NOW)


def test_a_comment_is_a_mention_with_its_author_post_and_time() -> None:
    batch = parsed(comment(9, message="Handle broke caf\u00e9"))

    [mention] = batch.mentions
    assert (mention.id, mention.platform, mention.parent_id) == ("5_9", "facebook", "100_5")
    assert (mention.text, mention.author.id, mention.author.name) == (
        "Handle broke café",
        "777",
        "A. Customer",
    )
    assert mention.published_at is not None
    assert int(mention.published_at.timestamp()) == SAID
    assert mention.url == "https://www.facebook.com/100_5?comment_id=9"


def test_an_id_with_the_page_in_front_is_the_same_comment() -> None:
    batch = parsed(comment(9, comment_id="100_5_9"), comment(9))

    assert [one.id for one in batch.mentions] == ["5_9"]
    assert batch.repeated == 1


def test_a_reply_answers_the_comment_above_it() -> None:
    [mention] = parsed(comment(10, parent_id="100_5_9")).mentions

    assert mention.parent_id == "5_9"


def test_what_the_page_says_itself_is_passed_over() -> None:
    own = {"id": "100", "name": "Rimon"}

    batch = parsed(comment(1, **{"from": own}), post(**{"from": own}))

    assert (batch.mentions, batch.rejections, batch.removed) == ([], [], [])


@pytest.mark.parametrize("item", ["status", "post", "photo", "video", "share", "unheard_of"])
def test_whatever_a_visitor_posts_with_words_is_a_mention(item: str) -> None:
    [mention] = parsed(post(item=item)).mentions

    assert (mention.id, mention.text, mention.parent_id) == ("100_8", "My kettle leaks", "")


def test_a_picture_without_words_is_a_mention_and_a_share_without_words_is_none() -> None:
    batch = parsed(comment(1, message=None), post(item="share", message=None))

    assert [(one.id, one.text) for one in batch.mentions] == [("5_1", "")]


@pytest.mark.parametrize("verb", ["add", "edit", "remove"])
@pytest.mark.parametrize("item", ["like", "reaction"])
def test_a_reaction_is_no_mention_and_takes_nothing_away(item: str, verb: str) -> None:
    batch = parsed(comment(9, item=item, verb=verb, reaction_type="angry", message=None))

    assert (batch.mentions, batch.removed, batch.rejections) == ([], [], [])


@pytest.mark.parametrize("time", [TOLD, TOLD * 1000])
def test_an_edit_is_a_later_revision_whether_told_in_seconds_or_milliseconds(time: int) -> None:
    told = entry(comment(9, verb="edited", message="It did not break"), time=time)

    [mention] = FACEBOOK.parse(ACCOUNT, body_of(told), now=NOW).mentions

    assert (mention.revision, mention.text) == (TOLD * 1000, "It did not break")


def test_an_edit_that_comes_without_words_blanks_nothing() -> None:
    assert parsed(post(item="post", verb="edited", message=None)).mentions == []


def test_a_removed_comment_is_told_to_be_gone_and_never_comes_back() -> None:
    batch = parsed(comment(9, verb="remove", message=None))

    assert batch.removed == ["5_9"]
    assert [(one.id, one.text) for one in batch.mentions] == [("5_9", "")]


def test_what_was_removed_long_after_it_was_said_is_only_taken_away() -> None:
    batch = parsed(comment(9, verb="remove", created_time=SAID - 3 * 86_400))

    assert (batch.removed, batch.mentions) == (["5_9"], [])


@pytest.mark.parametrize("verb", ["hide", "unhide"])
def test_what_the_page_hides_was_said_all_the_same(verb: str) -> None:
    assert [one.id for one in parsed(comment(9, verb=verb)).mentions] == ["5_9"]


def test_a_post_elsewhere_that_names_the_page_is_read_or_looked_up() -> None:
    told = {"item": "post", "verb": "add", "sender_id": "5", "sender_name": "B", "post_id": "5_6"}
    changes = [
        {"field": "mention", "value": {**told, "message": "Look @Rimon"}},
        {"field": "mention", "value": {**told, "post_id": "5_7"}},
    ]

    batch = FACEBOOK.parse(ACCOUNT, body_of(entry(changes=changes)), now=NOW)

    assert [(one.id, one.author.name) for one in batch.mentions] == [("5_6", "B")]
    assert [(one.kind, one.reference["id"]) for one in batch.wanted] == [("facebook", "5_7")]


def test_what_happens_at_another_page_is_refused_with_its_reason() -> None:
    batch = FACEBOOK.parse(ACCOUNT, body_of(entry(comment(1), id="999")), now=NOW)

    assert [(one.code, "999" in one.reason) for one in batch.rejections] == [("other_place", True)]


def test_several_pages_of_one_app_are_told_apart() -> None:
    account = Account(settings={"page_id": "100, 200"}, credentials=CREDENTIALS)
    own = comment(2, **{"from": {"id": "200"}})

    batch = FACEBOOK.parse(
        account, body_of(entry(comment(1)), entry(comment(3), own, id="200")), now=NOW
    )

    assert [one.id for one in batch.mentions] == ["5_1", "5_3"]


def test_a_push_of_a_thousand_entries_is_read_whole() -> None:
    entries = [entry(comment(number * 2), comment(number * 2 + 1)) for number in range(1000)]

    batch = FACEBOOK.parse(ACCOUNT, body_of(*entries), now=NOW)

    assert len(batch.mentions) == 2000


def test_a_bad_change_is_refused_alone() -> None:
    odd = [
        "x",
        None,
        entry(changes="x"),
        entry(changes=[1, {"field": "feed"}]),
        entry(comment(1, comment_id=None), comment(2, message={"a": 1})),
        entry(post(**{"from": None})),
        entry(comment(3)),
    ]

    batch = FACEBOOK.parse(ACCOUNT, body_of(*odd), now=NOW)

    assert [one.id for one in batch.mentions] == ["5_3"]
    assert [one.code for one in batch.rejections] == [
        *["invalid_item"] * 5,
        "id_missing",
        "invalid_item",
        "author_missing",
    ]


def test_private_messages_are_passed_over() -> None:
    told = {"id": "100", "time": TOLD * 1000, "messaging": [{"message": {"text": "secret"}}]}

    batch = FACEBOOK.parse(ACCOUNT, body_of(told), now=NOW)

    assert (batch.mentions, batch.rejections) == ([], [])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html>", "malformed_json"),
        (b"", "malformed_json"),
        (b"[]", "invalid_envelope"),
        (b'{"object":"page"}', "invalid_envelope"),
        (b'{"object":"instagram","entry":[]}', "other_object"),
        (b'{"object":7,"entry":[]}', "other_object"),
    ],
)
def test_what_is_no_push_of_a_page_cannot_be_read(body: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as unread:
        FACEBOOK.parse(ACCOUNT, body, now=NOW)

    assert unread.value.code == code


def test_half_an_emoji_does_not_lose_the_comment() -> None:
    body = body_of(entry(comment(1))).replace(b"Handle", rb"\ud83d\u0000 Handle")

    [mention] = FACEBOOK.parse(ACCOUNT, body, now=NOW).mentions

    assert mention.text == "\ufffd\ufffd Handle number 1 broke"
