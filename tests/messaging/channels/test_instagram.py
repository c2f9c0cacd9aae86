"""Instagram: nothing is public before its container is published, and that happens once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from messaging.channels.base import Attachment, Outcome
from tests.platforms.base import TEXT, a_piece
from tests.platforms.meta import FakeInstagram, refusal
from tests.servers import FakeServer, Reply, serving

PICTURE = Attachment("https://rimon.example/a.jpg", "image/jpeg", "קומקום", 3, lambda: b"jpg")
FILM = Attachment("https://rimon.example/a.mp4", "video/mp4", "", 3, lambda: b"mp4")
PIECE = a_piece(attachments=(PICTURE,))
HTML = "<html>"


@pytest.fixture
def instagram() -> FakeInstagram:
    return FakeInstagram()


@pytest.fixture
def server(instagram: FakeInstagram) -> Iterator[FakeServer]:
    with serving(instagram.answer) as running:
        yield running


def _find(instagram: FakeInstagram, url: str, **fields: Any) -> Outcome | None:
    piece = a_piece(attachments=(PICTURE,), **fields)
    since = timezone.now() - timedelta(minutes=5)
    return instagram.way.find(instagram.account(url), piece, since=since)


def test_a_post_is_made_then_followed_and_published(
    instagram: FakeInstagram, server: FakeServer
) -> None:
    account = instagram.account(server.url)

    made = instagram.way.publish(account, PIECE)
    assert (made.result, instagram.posts) == ("accepted", {})
    out = instagram.way.follow(account, made.external_id)

    assert (out.result, instagram.texts()) == ("published", [TEXT])
    assert out.url == f"https://www.instagram.com/p/{out.external_id}/"


@pytest.mark.parametrize(
    "trouble",
    [Reply(seconds=5.0), Reply(cut="before_reading"), Reply(500, HTML), Reply(200, HTML)],
    ids=["slow", "cut", "500", "html"],
)
def test_a_container_nobody_heard_of_is_made_again(
    instagram: FakeInstagram, server: FakeServer, settings: Any, trouble: Reply
) -> None:
    settings.OUTBOUND_PATIENCE_SECONDS = 0.5 if trouble.seconds else 20
    server.then(trouble)

    outcome = instagram.way.publish(instagram.account(server.url), PIECE)

    assert outcome.result == "retry"
    assert instagram.posts == {}


@pytest.mark.parametrize(
    "trouble",
    [
        Reply(does=True, seconds=5.0),
        Reply(does=True, cut="after_reading"),
        Reply(500, HTML, does=True),
        Reply(200, HTML, does=True),
        Reply(200, b'{"id', does=True),
    ],
    ids=["slow", "cut", "500", "html", "half json"],
)
def test_a_publishing_nobody_heard_of_is_told_by_the_container(
    instagram: FakeInstagram, server: FakeServer, settings: Any, trouble: Reply
) -> None:
    settings.OUTBOUND_PATIENCE_SECONDS = 0.5 if trouble.seconds else 20
    account = instagram.account(server.url)
    made = instagram.way.publish(account, PIECE)
    server.then(Reply(200, {"status_code": "FINISHED"}), trouble)

    first = instagram.way.follow(account, made.external_id)
    second = instagram.way.follow(account, first.external_id)

    assert (first.result, second.result) == ("accepted", "published")
    assert (second.external_id in instagram.posts, instagram.texts()) == (True, [TEXT])


def test_a_publishing_that_was_not_done_is_done_the_next_time(
    instagram: FakeInstagram, server: FakeServer
) -> None:
    account = instagram.account(server.url)
    made = instagram.way.publish(account, PIECE)
    server.then(Reply(200, {"status_code": "FINISHED"}), Reply(cut="after_reading"))

    first = instagram.way.follow(account, made.external_id)
    second = instagram.way.follow(account, first.external_id)

    assert (first.result, second.result) == ("accepted", "published")
    assert instagram.texts() == [TEXT]


def test_a_container_in_work_is_asked_again(instagram: FakeInstagram, server: FakeServer) -> None:
    instagram.state = "IN_PROGRESS"
    account = instagram.account(server.url)
    made = instagram.way.publish(account, PIECE)

    outcome = instagram.way.follow(account, made.external_id)

    assert (outcome.result, outcome.external_id) == ("accepted", made.external_id)


@pytest.mark.parametrize("state", ["ERROR", "EXPIRED"])
def test_a_container_that_failed_is_a_refusal(
    instagram: FakeInstagram, server: FakeServer, state: str
) -> None:
    instagram.state = state
    account = instagram.account(server.url)
    made = instagram.way.publish(account, PIECE)

    outcome = instagram.way.follow(account, made.external_id)

    assert (outcome.result, outcome.code) == ("failed", "media_refused")


def test_a_limit_of_the_day_makes_it_wait(instagram: FakeInstagram, server: FakeServer) -> None:
    account = instagram.account(server.url)
    server.then(refusal(9, subcode=2207042))

    outcome = instagram.way.publish(account, PIECE)

    assert (outcome.result, outcome.code) == ("retry", "rate_limited")


def test_without_a_picture_there_is_no_post(instagram: FakeInstagram, server: FakeServer) -> None:
    outcome = instagram.way.publish(instagram.account(server.url), a_piece())

    assert (outcome.result, outcome.code, server.seen) == ("failed", "media_missing", [])


def test_a_carousel_has_its_text_on_the_whole(instagram: FakeInstagram, server: FakeServer) -> None:
    piece = a_piece(attachments=(PICTURE, FILM))

    made = instagram.way.publish(instagram.account(server.url), piece)

    picture, film, whole = instagram.containers.values()
    assert made.result == "accepted"
    assert (picture["alt_text"], film["media_type"]) == ("קומקום", "VIDEO")
    assert (whole["children"], whole["caption"]) == ("1001,1002", TEXT)
    assert "caption" not in picture


def test_a_single_film_is_a_reel(instagram: FakeInstagram, server: FakeServer) -> None:
    instagram.way.publish(instagram.account(server.url), a_piece(attachments=(FILM,)))

    (made,) = instagram.containers.values()
    assert (made["media_type"], made["video_url"]) == ("REELS", FILM.url)


def test_a_film_may_be_kept_out_of_the_feed(instagram: FakeInstagram, server: FakeServer) -> None:
    piece = a_piece(attachments=(FILM,), options={"share_to_feed": False})

    instagram.way.publish(instagram.account(server.url), piece)

    (made,) = instagram.containers.values()
    assert made["share_to_feed"] == "false"


def test_a_search_publishes_nothing(instagram: FakeInstagram, server: FakeServer) -> None:
    made = instagram.way.publish(instagram.account(server.url), PIECE)

    found = _find(instagram, server.url, external_id=made.external_id)

    assert found is not None
    assert (found.result, instagram.posts) == ("failed", {})


def test_a_search_finds_what_is_out(instagram: FakeInstagram, server: FakeServer) -> None:
    account = instagram.account(server.url)
    made = instagram.way.publish(account, PIECE)
    out = instagram.way.follow(account, made.external_id)

    found = _find(instagram, server.url)

    assert found is not None
    assert (found.result, found.external_id) == ("published", out.external_id)


def test_later_pieces_are_comments(instagram: FakeInstagram, server: FakeServer) -> None:
    account = instagram.account(server.url)
    piece = a_piece(reply_to="55", root="55")

    outcome = instagram.way.publish(account, piece)
    found = instagram.way.find(account, piece, since=timezone.now())

    assert (outcome.result, server.seen[0].path) == ("published", "/v25.0/55/comments")
    assert found is not None
    assert found.external_id == outcome.external_id


def test_what_meta_does_not_let_us_delete_is_for_a_person(
    instagram: FakeInstagram, server: FakeServer
) -> None:
    outcome = instagram.way.withdraw(instagram.account(server.url), "1005")

    assert (outcome.result, outcome.code) == ("failed", "cannot_withdraw")


def test_with_the_right_to_delete_a_post_is_gone(
    instagram: FakeInstagram, server: FakeServer
) -> None:
    account = instagram.account(server.url)
    instagram.can_delete = True
    out = instagram.way.follow(account, instagram.way.publish(account, PIECE).external_id)

    outcome = instagram.way.withdraw(account, out.external_id)

    assert (outcome.result, instagram.posts) == ("published", {})


def test_a_container_that_never_got_out_is_gone(
    instagram: FakeInstagram, server: FakeServer
) -> None:
    account = instagram.account(server.url)
    made = instagram.way.publish(account, PIECE)

    assert instagram.way.withdraw(account, made.external_id).result == "published"


def test_a_test_counts_what_is_left_of_the_day(
    instagram: FakeInstagram, server: FakeServer
) -> None:
    account = instagram.account(server.url)
    assert instagram.way.test(account) == []

    instagram.used = 100

    assert [one.code for one in instagram.way.test(account)] == ["limit_reached"]
