"""Posts as signed webhooks: what each answer means, counted at the receiver."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook

from messaging.channels.base import Account
from messaging.channels.webhook import WebhookWay
from messaging.rules.signing import key_of, signed_headers
from tests.messaging.channels.conftest import KEY, a_piece
from tests.servers import FakeServer, Reply

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OLD = "whsec_" + base64.b64encode(bytes(range(1, 33))).decode()
WAY = WebhookWay()


def account(server: FakeServer, **settings: str) -> Account:
    return Account("website", {"url": f"{server.url}/in", **settings}, {"secret": SECRET})


def test_the_signature_is_that_of_the_standard() -> None:
    body = b'{"type":"incident.opened","timestamp":"2026-01-01T00:00:00Z","data":{"id":"inc_1"}}'

    headers = signed_headers([SECRET], message_id="msg_demo0001", timestamp=1767225600, body=body)

    assert headers["webhook-signature"] == "v1,sHbR2ukWLiQVCZ+76JhT/+zTlFv+vjvmZoWCF/ekKnI="


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "not base64!", "whsec_é"])
def test_a_secret_that_is_none_is_recognised(secret: str) -> None:
    assert key_of(secret) is None


@pytest.mark.parametrize("secret", [SECRET, OLD])
def test_a_receiver_verifies_it_with_the_new_and_with_the_old_secret(
    server: FakeServer, secret: str
) -> None:
    both = Account("website", {"url": server.url}, {"secret": SECRET, "previous_secret": OLD})

    WAY.publish(both, a_piece())

    seen = server.seen[0]
    said: Mapping[str, Any] = Webhook(secret).verify(seen.body, dict(seen.headers))
    assert (seen.headers["webhook-id"], said["type"]) == (str(KEY), "post.publish")
    assert said["data"]["text"] == a_piece().text


def test_the_receiver_says_where_it_is(server: FakeServer) -> None:
    server.then(Reply(201, {"id": "77", "url": "https://news.example/77"}))

    outcome = WAY.publish(account(server), a_piece())

    assert (outcome.result, outcome.external_id) == ("published", "77")
    assert outcome.url == "https://news.example/77"


@pytest.mark.parametrize("body", [b"", b"<html>ok</html>", [1], {"id": 5}])
def test_any_2xx_says_that_it_is_out(server: FakeServer, body: Any) -> None:
    server.then(Reply(202, body))

    outcome = WAY.publish(account(server), a_piece())

    assert (outcome.result, outcome.external_id) == ("published", str(KEY))


@pytest.mark.parametrize(
    ("reply", "result", "code"),
    [
        (Reply(302, headers={"Location": "/"}), "failed", "refused"),
        (Reply(400), "failed", "refused"),
        (Reply(401), "failed", "credentials_refused"),
        (Reply(410), "failed", "gone"),
        (Reply(429, headers={"Retry-After": "7"}), "retry", "rate_limited"),
        (Reply(500), "unknown", "server_error"),
        (Reply(502), "unknown", "server_error"),
        (Reply(503, headers={"Retry-After": "7"}), "unknown", "server_error"),
        (Reply(cut="after_reading"), "unknown", "no_answer"),
        (Reply(cut="in_answer", body={"id": "77"}), "unknown", "no_answer"),
    ],
)
def test_each_refusal_says_whether_it_may_be_out(
    server: FakeServer, reply: Reply, result: str, code: str
) -> None:
    server.then(reply)

    outcome = WAY.publish(account(server), a_piece())

    assert (outcome.result, outcome.code) == (result, code)


@pytest.mark.parametrize(("is_idempotent", "result"), [("true", "retry"), ("false", "unknown")])
def test_only_a_receiver_that_recognises_repetitions_is_sent_to_again(
    server: FakeServer, is_idempotent: str, result: str
) -> None:
    since = datetime(2026, 6, 9, tzinfo=UTC)

    found = WAY.find(account(server, is_idempotent=is_idempotent), a_piece(), since=since)

    assert found is not None
    assert (found.result, server.seen) == (result, [])


def test_a_receiver_that_takes_posts_down_is_asked(server: FakeServer) -> None:
    outcome = WAY.withdraw(account(server, takes_withdrawals="true"), "77")

    assert (outcome.result, server.seen[0].json()["data"]) == ("published", {"id": "77"})


def test_another_is_not_asked(server: FakeServer) -> None:
    outcome = WAY.withdraw(account(server), "77")

    assert (outcome.code, server.seen) == ("cannot_withdraw", [])


def test_a_test_posts_nothing(server: FakeServer) -> None:
    assert WAY.test(account(server)) == []
    assert [seen.method for seen in server.seen] == ["HEAD"]


def test_a_test_says_that_nothing_is_there(server: FakeServer) -> None:
    server.then(Reply(404))

    [problem] = WAY.test(account(server))

    assert (problem.code, problem.field) == ("gone", "settings.url")


def test_a_test_says_that_nobody_answers(server: FakeServer) -> None:
    server.stop()

    [problem] = WAY.test(account(server))

    assert problem.code == "not_reached"
