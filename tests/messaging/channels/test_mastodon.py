"""Mastodon: keys against doubles, limits of the server, media that take their time."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from messaging.channels.base import Attachment
from messaging.channels.mastodon import MastodonWay
from tests.platforms.base import KEY, a_piece
from tests.platforms.mastodon import FakeMastodon
from tests.servers import FakeServer, Reply, serving

PICTURE = Attachment("", "image/png", "קומקום", 3, lambda: b"png")


@pytest.fixture
def mastodon() -> FakeMastodon:
    return FakeMastodon()


@pytest.fixture
def server(mastodon: FakeMastodon) -> Iterator[FakeServer]:
    with serving(mastodon.answer) as running:
        yield running


def test_the_same_piece_twice_is_one_status(mastodon: FakeMastodon, server: FakeServer) -> None:
    account = mastodon.account(server.url)

    first = mastodon.way.publish(account, a_piece())
    second = mastodon.way.publish(account, a_piece())

    assert first.external_id == second.external_id
    assert (len(mastodon.posts), list(mastodon.keys)) == (1, [str(KEY)])


def test_a_status_says_its_language_and_who_sees_it(
    mastodon: FakeMastodon, server: FakeServer
) -> None:
    account = mastodon.account(server.url)
    account = dataclasses.replace(account, settings={**account.settings, "visibility": "unlisted"})
    piece = a_piece(language="he-IL", options={"spoiler_text": "Recall"}, reply_to="7")

    out = mastodon.way.publish(account, piece)

    said = mastodon.posts[out.external_id]
    assert (said["language"], said["visibility"]) == ("he", "unlisted")
    assert (said["spoiler_text"], said["in_reply_to_id"]) == ("Recall", "7")


def test_a_limit_names_its_end_as_a_time(mastodon: FakeMastodon, server: FakeServer) -> None:
    reset_at = (timezone.now() + timedelta(minutes=5)).isoformat().replace("+00:00", "Z")
    server.then(Reply(429, {"error": "Too many"}, {"X-RateLimit-Reset": reset_at}))

    outcome = mastodon.way.publish(mastodon.account(server.url), a_piece())

    assert outcome.retry_after == pytest.approx(300, abs=3)


def test_a_text_too_long_for_this_server_is_a_refusal(
    mastodon: FakeMastodon, server: FakeServer
) -> None:
    outcome = mastodon.way.publish(mastodon.account(server.url), a_piece(text="א" * 5_001))

    assert (outcome.result, outcome.code) == ("failed", "refused")


def test_media_are_waited_for(mastodon: FakeMastodon, server: FakeServer) -> None:
    mastodon.processing = 2

    out = mastodon.way.publish(mastodon.account(server.url), a_piece(attachments=(PICTURE,)))

    assert mastodon.posts[out.external_id]["media_ids"] == ["m1"]


def test_media_that_take_long_are_come_back_for_and_not_sent_again(
    mastodon: FakeMastodon, server: FakeServer, settings: Any
) -> None:
    settings.OUTBOUND_PATIENCE_SECONDS = 0.9
    mastodon.processing = 2
    account, piece = mastodon.account(server.url), a_piece(attachments=(PICTURE,))

    first = mastodon.way.publish(account, piece)
    second = mastodon.way.publish(account, piece)

    assert (first.code, first.retry_after, second.result) == ("media_processing", 30.0, "published")
    assert len(server.of("POST", "/api/v2/media")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Thanks @standards@gov.example, we checked.",
        "שורה ראשונה\n\nשורה שנייה & <b>",
        "קראו: https://rimon.example/k2?a=1&b=2",
    ],
)
def test_a_status_is_found_by_what_was_written(
    mastodon: FakeMastodon, server: FakeServer, text: str
) -> None:
    account, piece = mastodon.account(server.url), a_piece(text=text)
    out = mastodon.way.publish(account, piece)

    found = mastodon.way.find(account, piece, since=timezone.now() - timedelta(minutes=5))

    assert found is not None
    assert found.external_id == out.external_id


def test_an_older_status_with_the_same_text_is_not_ours(
    mastodon: FakeMastodon, server: FakeServer
) -> None:
    account = mastodon.account(server.url)
    out = mastodon.way.publish(account, a_piece())
    mastodon.posts[out.external_id]["at"] -= timedelta(days=30)

    found = mastodon.way.find(account, a_piece(), since=timezone.now() - timedelta(minutes=5))

    assert found is not None
    assert found.result == "failed"


def test_the_server_tells_its_limits(mastodon: FakeMastodon, server: FakeServer) -> None:
    way = mastodon.way

    assert isinstance(way, MastodonWay)
    assert way.limits(mastodon.account(server.url)) == {
        "max_characters": 5_000,
        "characters_reserved_per_url": 23,
        "max_media_attachments": 4,
    }


def test_a_test_names_the_rights_that_are_missing(
    mastodon: FakeMastodon, server: FakeServer
) -> None:
    mastodon.scopes = ["read"]

    (problem,) = mastodon.way.test(mastodon.account(server.url))

    assert (problem.code, problem.field) == ("rights_missing", "credentials.access_token")
    assert "write:statuses" in problem.sentence


def test_a_server_that_is_something_else_is_named(
    mastodon: FakeMastodon, server: FakeServer
) -> None:
    server.then(Reply(200, "<html>"))

    (problem,) = mastodon.way.test(mastodon.account(server.url))

    assert (problem.code, problem.field) == ("not_understood", "settings.api_base")
