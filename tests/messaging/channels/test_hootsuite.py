"""Hootsuite: data and errors in one answer, states that change later, tokens that renew once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from messaging.channels.base import Attachment
from tests.platforms.base import a_piece
from tests.platforms.hootsuite import FakeHootsuite
from tests.servers import FakeServer, Reply, serving


@pytest.fixture
def hootsuite() -> FakeHootsuite:
    return FakeHootsuite()


@pytest.fixture
def server(hootsuite: FakeHootsuite) -> Iterator[FakeServer]:
    with serving(hootsuite.answer) as running:
        yield running


@pytest.mark.parametrize(
    ("state", "result", "code"),
    [
        ("SCHEDULED", "accepted", ""),
        ("SUBMITTED", "accepted", ""),
        ("PENDING_APPROVAL", "accepted", ""),
        ("SENT", "published", ""),
        ("REJECTED", "failed", "rejected"),
        ("SEND_FAILED_PERMANENTLY", "failed", "refused"),
        ("A_NEW_WORD", "unknown", "unreadable"),
        (["SENT"], "unknown", "unreadable"),
    ],
)
def test_a_message_is_followed_through_its_states(
    hootsuite: FakeHootsuite, server: FakeServer, state: Any, result: str, code: str
) -> None:
    account = hootsuite.account(server.url)
    taken = hootsuite.way.publish(account, a_piece())
    hootsuite.posts[taken.external_id]["state"] = state

    outcome = hootsuite.way.follow(account, taken.external_id)

    assert (outcome.result, outcome.code) == (result, code)


def test_what_is_sent_has_the_address_hootsuite_tells(
    hootsuite: FakeHootsuite, server: FakeServer
) -> None:
    hootsuite.state = "SENT"

    outcome = hootsuite.way.publish(hootsuite.account(server.url), a_piece())

    assert (outcome.result, outcome.url) == ("published", "https://x.com/rimon/status/9")


def test_a_message_that_is_not_known_for_a_moment_is_asked_again(
    hootsuite: FakeHootsuite, server: FakeServer
) -> None:
    outcome = hootsuite.way.follow(hootsuite.account(server.url), "404")

    assert (outcome.result, outcome.external_id) == ("accepted", "404")


def test_data_counts_more_than_the_errors_beside_it(
    hootsuite: FakeHootsuite, server: FakeServer
) -> None:
    message = {"id": "9", "state": "SCHEDULED", "socialProfile": {"id": "115"}}
    server.then(Reply(200, {"data": [message], "errors": [{"code": 40001, "message": "tag"}]}))

    outcome = hootsuite.way.publish(hootsuite.account(server.url), a_piece())

    assert (outcome.result, outcome.external_id) == ("accepted", "9")


def test_errors_alone_are_a_refusal_even_in_a_200(
    hootsuite: FakeHootsuite, server: FakeServer
) -> None:
    server.then(Reply(200, {"errors": [{"code": 40025, "message": "limit"}]}))

    outcome = hootsuite.way.publish(hootsuite.account(server.url), a_piece())

    assert (outcome.result, outcome.code) == ("failed", "refused")


def test_a_message_for_another_profile_is_not_ours(
    hootsuite: FakeHootsuite, server: FakeServer
) -> None:
    message = {"id": "9", "state": "SCHEDULED", "socialProfile": {"id": "116"}}
    server.then(Reply(200, {"data": [message]}))

    assert hootsuite.way.publish(hootsuite.account(server.url), a_piece()).result == "unknown"


@pytest.mark.parametrize(
    ("code", "result"), [(1003, "retry"), (1043, "retry"), (40021, "retry"), (40024, "failed")]
)
def test_codes_are_told_apart(
    hootsuite: FakeHootsuite, server: FakeServer, code: int, result: str
) -> None:
    server.then(Reply(400, {"errors": [{"code": code, "message": "m"}]}))

    assert hootsuite.way.publish(hootsuite.account(server.url), a_piece()).result == result


def test_an_expired_token_is_renewed_with_basic_and_kept(
    hootsuite: FakeHootsuite, server: FakeServer
) -> None:
    hootsuite.tokens = set()

    outcome = hootsuite.way.publish(hootsuite.account(server.url), a_piece())

    assert outcome.result == "accepted"
    assert hootsuite.kept["refresh_token"] == "s3cret-refresh-1"
    assert len(hootsuite.posts) == 1


def test_what_is_sent_cannot_be_deleted_from_here(
    hootsuite: FakeHootsuite, server: FakeServer
) -> None:
    hootsuite.state = "SENT"
    account = hootsuite.account(server.url)
    out = hootsuite.way.publish(account, a_piece())

    outcome = hootsuite.way.withdraw(account, out.external_id)

    assert (outcome.result, outcome.code) == ("failed", "cannot_withdraw")


def test_a_link_stands_in_the_text(hootsuite: FakeHootsuite, server: FakeServer) -> None:
    account = hootsuite.account(server.url)
    piece = a_piece(text="Recall", options={"link": "https://rimon.example/more"})

    outcome = hootsuite.way.publish(account, piece)

    assert hootsuite.posts[outcome.external_id]["text"] == "Recall\n\nhttps://rimon.example/more"


def test_threads_are_refused(hootsuite: FakeHootsuite, server: FakeServer) -> None:
    outcome = hootsuite.way.publish(hootsuite.account(server.url), a_piece(reply_to="9"))

    assert (outcome.result, outcome.code, server.seen) == ("failed", "thread_refused", [])


def test_the_token_does_not_go_where_the_file_goes(
    hootsuite: FakeHootsuite, server: FakeServer
) -> None:
    picture = Attachment("", "image/png", "", 3, lambda: b"png")

    outcome = hootsuite.way.publish(hootsuite.account(server.url), a_piece(attachments=(picture,)))

    assert hootsuite.posts[outcome.external_id]["media"] == [{"id": "m"}]
    assert hootsuite.uploaded[0].body == b"png"
    assert "authorization" not in hootsuite.uploaded[0].headers


def test_the_times_of_a_search_end_in_z(hootsuite: FakeHootsuite, server: FakeServer) -> None:
    since = timezone.now() - timedelta(minutes=5)

    hootsuite.way.find(hootsuite.account(server.url), a_piece(), since=since)

    asked = server.seen[0].query
    assert asked["startTime"].endswith("Z")
    assert asked["endTime"].endswith("Z")


@pytest.mark.parametrize(
    ("profile", "code"),
    [
        ({"type": "TWITTER", "isReauthRequired": 1}, "reconnect"),
        ({"type": "FACEBOOKPAGE", "isReauthRequired": 0}, "other_account"),
    ],
)
def test_a_test_says_what_to_mend(
    hootsuite: FakeHootsuite, server: FakeServer, profile: dict, code: str
) -> None:
    hootsuite.profile = profile

    problems = hootsuite.way.test(hootsuite.account(server.url))

    assert [one.code for one in problems] == [code]
