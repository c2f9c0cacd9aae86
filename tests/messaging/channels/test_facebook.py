"""Facebook: errors in any status, duplicates, pictures, films, and the Page's own token."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from messaging.channels.base import Attachment
from tests.platforms.base import TEXT, a_piece
from tests.platforms.meta import FakeFacebook, refusal
from tests.servers import FakeServer, Reply, serving

PICTURE = Attachment("https://rimon.example/a.jpg", "image/jpeg", "קומקום", 3, lambda: b"jpg")
FILM = Attachment("https://rimon.example/a.mp4", "video/mp4", "", 3, lambda: b"mp4")


@pytest.fixture
def facebook() -> FakeFacebook:
    return FakeFacebook()


@pytest.fixture
def server(facebook: FakeFacebook) -> Iterator[FakeServer]:
    with serving(facebook.answer) as running:
        yield running


@pytest.mark.parametrize(
    ("said", "result", "code"),
    [
        (refusal(190, status=401, subcode=463), "failed", "credentials_refused"),
        (refusal(200), "failed", "not_allowed"),
        (refusal(10, status=403), "failed", "not_allowed"),
        (refusal(368), "failed", "blocked"),
        (refusal(100, subcode=1234), "failed", "refused"),
        (refusal(4), "retry", "rate_limited"),
        (refusal(32, status=403), "retry", "rate_limited"),
        (refusal(613, status=200), "retry", "rate_limited"),
        (refusal(1, status=500), "unknown", "server_error"),
        (refusal(2, status=503, is_transient=True), "unknown", "server_error"),
        (refusal(100, status=200), "failed", "refused"),
    ],
)
def test_errors_mean_what_meta_says_whatever_the_status(
    facebook: FakeFacebook, server: FakeServer, said: Reply, result: str, code: str
) -> None:
    server.then(said)

    outcome = facebook.way.publish(facebook.account(server.url), a_piece())

    assert (outcome.result, outcome.code) == (result, code)
    assert "s3cret" not in outcome.error


def test_the_wait_is_the_one_of_the_use_case(facebook: FakeFacebook, server: FakeServer) -> None:
    usage = '{"100":[{"type":"pages","estimated_time_to_regain_access":7}]}'
    limited = dataclasses.replace(refusal(32), headers={"X-Business-Use-Case-Usage": usage})
    server.then(limited)

    outcome = facebook.way.publish(facebook.account(server.url), a_piece())

    assert outcome.retry_after == 7 * 60


@pytest.mark.parametrize("usage", ["[]", "null", "{", '{"1":[null]}', '{"1":5}'])
def test_a_usage_nobody_can_read_is_left_alone(
    facebook: FakeFacebook, server: FakeServer, usage: str
) -> None:
    limited = dataclasses.replace(refusal(4), headers={"X-Business-Use-Case-Usage": usage})
    server.then(limited)

    outcome = facebook.way.publish(facebook.account(server.url), a_piece())

    assert (outcome.result, outcome.retry_after) == ("retry", None)


def test_a_duplicate_that_stands_there_is_out(facebook: FakeFacebook, server: FakeServer) -> None:
    account = facebook.account(server.url)
    first = facebook.way.publish(account, a_piece())

    second = facebook.way.publish(account, a_piece())

    assert (second.result, second.external_id) == ("published", first.external_id)


def test_a_duplicate_that_is_nowhere_is_a_refusal(
    facebook: FakeFacebook, server: FakeServer
) -> None:
    server.then(refusal(506))

    outcome = facebook.way.publish(facebook.account(server.url), a_piece())

    assert (outcome.result, outcome.code) == ("failed", "duplicate")


def test_pictures_stand_unpublished_until_the_post_shows_them(
    facebook: FakeFacebook, server: FakeServer
) -> None:
    piece = a_piece(attachments=(PICTURE, PICTURE))

    outcome = facebook.way.publish(facebook.account(server.url), piece)

    shown = facebook.posts[outcome.external_id]
    assert [photo["published"] for photo in facebook.photos] == ["false", "false"]
    assert facebook.photos[0]["alt_text_custom"] == "קומקום"
    assert shown["attached_media[1]"] == '{"media_fbid":"1002"}'


def test_a_film_is_followed_until_it_is_processed(
    facebook: FakeFacebook, server: FakeServer
) -> None:
    account = facebook.account(server.url)

    taken = facebook.way.publish(account, a_piece(attachments=(FILM,)))
    early = facebook.way.follow(account, taken.external_id)
    facebook.film_state = "ready"
    late = facebook.way.follow(account, early.external_id)

    assert [one.result for one in (taken, early, late)] == ["accepted", "accepted", "published"]
    assert late.url == f"https://www.facebook.com/100/videos/{late.external_id}"


def test_a_film_that_cannot_be_processed_is_a_refusal(
    facebook: FakeFacebook, server: FakeServer
) -> None:
    account = facebook.account(server.url)
    taken = facebook.way.publish(account, a_piece(attachments=(FILM,)))
    facebook.film_state = "error"

    outcome = facebook.way.follow(account, taken.external_id)

    assert (outcome.result, outcome.code) == ("failed", "media_refused")


def test_the_later_pieces_of_a_thread_are_comments_on_the_first(
    facebook: FakeFacebook, server: FakeServer
) -> None:
    account = facebook.account(server.url)
    piece = a_piece(number=3, reply_to="100_8", root="100_7")

    outcome = facebook.way.publish(account, piece)
    found = facebook.way.find(account, piece, since=timezone.now())

    assert server.seen[0].path == "/v25.0/100_7/comments"
    assert found is not None
    assert found.external_id == outcome.external_id


def test_a_link_goes_with_a_post_without_pictures(
    facebook: FakeFacebook, server: FakeServer
) -> None:
    piece = a_piece(options={"link": "https://rimon.example/k2"})

    outcome = facebook.way.publish(facebook.account(server.url), piece)

    assert facebook.posts[outcome.external_id]["link"] == "https://rimon.example/k2"


def test_a_link_beside_pictures_stands_in_the_text(
    facebook: FakeFacebook, server: FakeServer
) -> None:
    account = facebook.account(server.url)
    piece = a_piece(attachments=(PICTURE,), options={"link": "https://rimon.example/more"})

    outcome = facebook.way.publish(account, piece)
    found = facebook.way.find(account, piece, since=timezone.now())

    assert facebook.posts[outcome.external_id]["text"].endswith("\n\nhttps://rimon.example/more")
    assert found is not None
    assert found.external_id == outcome.external_id


def test_the_token_is_never_in_an_address(facebook: FakeFacebook, server: FakeServer) -> None:
    account = facebook.account(server.url)

    facebook.way.publish(account, a_piece())
    facebook.way.find(account, a_piece(), since=timezone.now() - timedelta(hours=1))
    facebook.way.test(account)

    assert not [one for one in server.seen if "s3cret" in f"{one.path}{dict(one.query)}"]


@pytest.mark.parametrize(
    ("replies", "code"),
    [
        ([Reply(200, {"id": "7", "name": "Dana"})], "other_account"),
        ([Reply(200, {"id": "100"}), Reply(200, {"is_published": False})], "page_hidden"),
        ([Reply(200, {"id": "100"}), Reply(200, {"can_post": False})], "rights_missing"),
    ],
)
def test_a_test_says_what_to_mend(
    facebook: FakeFacebook, server: FakeServer, replies: list[Reply], code: str
) -> None:
    server.then(*replies)

    problems = facebook.way.test(facebook.account(server.url))

    assert [problem.code for problem in problems] == [code]


def test_a_test_lives_with_a_token_that_may_not_ask(
    facebook: FakeFacebook, server: FakeServer
) -> None:
    server.then(Reply(200, {"id": "100"}), refusal(100))

    assert facebook.way.test(facebook.account(server.url)) == []


def test_what_meta_does_not_delete_is_a_refusal(facebook: FakeFacebook, server: FakeServer) -> None:
    outcome = facebook.way.withdraw(facebook.account(server.url), "100_404")

    assert (outcome.result, outcome.code) == ("failed", "refused")


def test_another_text_is_not_taken_for_ours(facebook: FakeFacebook, server: FakeServer) -> None:
    account = facebook.account(server.url)
    facebook.way.publish(account, a_piece(text=f"{TEXT} Really."))
    since: Any = timezone.now() - timedelta(minutes=5)

    found = facebook.way.find(account, a_piece(), since=since)

    assert found is not None
    assert found.result == "failed"
