"""Previews: what would become of a payload, told by storing it and taking that back."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from monitoring.models import Mention, Source
from monitoring.rules.signature import sign
from monitoring.services.deliveries import receive_delivery
from monitoring.services.previewing import Letter, preview_delivery
from tests.factories.monitoring import SourceFactory
from tests.monitoring.pushing import body_of, mention

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def receive(source: Source, name: str, *mentions: dict[str, Any]) -> None:
    receive_delivery(source=source, external_id=name, body=body_of(*mentions), now=NOW)


def preview(source: Source, body: bytes, **terms: Any) -> dict[str, Any]:
    return preview_delivery(source=source, letter=Letter(body, **terms), now=NOW)


def became(found: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    return [(one["id"], one["outcome"], one["rules"]) for one in found["mentions"]]


def rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_each_item_is_told_with_what_would_become_of_it_and_why(source: Source) -> None:
    receive(source, "one", *(mention(number, likes=5) for number in range(1, 6)))
    Mention.objects.filter(external_id="post-5").update(removed_at=NOW)
    edit = {"revision": 2, "text": "It smokes"}

    found = preview(
        source,
        body_of(
            mention(1),
            mention(2, likes=6),
            mention(3, **edit),
            mention(4, likes=6, **edit),
            mention(5, **edit),
            mention(6),
            mention(6),
            {"id": "bad"},
        ),
    )

    assert became(found) == [
        ("post-1", "duplicate", ["same_id"]),
        ("post-2", "updated", ["engagement_grew"]),
        ("post-3", "updated", ["edited"]),
        ("post-4", "updated", ["edited", "engagement_grew"]),
        ("post-5", "ignored", ["removed_before"]),
        ("post-6", "new", []),
        ("post-6", "duplicate", ["repeated_in_payload"]),
    ]
    assert [(one.index, one.code) for one in found["rejected"]] == [(7, "invalid_item")]
    assert (found["accepted"], found["updated"], found["duplicates"]) == (1, 3, 6)


@pytest.mark.parametrize("count", [3, 60])
def test_nothing_is_stored_on_either_path_into_the_database(source: Source, count: int) -> None:
    receive(source, "one", mention(0), mention(1))
    before, kept = rows(), list(Mention.objects.order_by("pk").values())

    found = preview(
        source, body_of(mention(0, likes=9, revision=1), *map(mention, range(1, count)))
    )

    assert found["accepted"] == count - 2
    assert rows() == before
    assert list(Mention.objects.order_by("pk").values()) == kept


def test_what_cannot_be_read_is_told_as_the_delivery_would_say_it(source: Source) -> None:
    found = preview(source, b"<html>")

    assert (found["error_code"], found["mentions"]) == ("malformed_json", [])
    assert found["error_detail"].startswith("The body is not valid JSON")


def signed(source: Source, body: bytes, name: str = "msg_1", **wrong: str) -> dict[str, str]:
    at = int(NOW.timestamp())
    return {
        "Webhook-Id": name,
        "Webhook-Timestamp": str(at),
        "Webhook-Signature": sign(source.secret, message_id=name, timestamp=at, body=body),
        **wrong,
    }


@pytest.mark.parametrize(
    ("name", "wrong", "outcome", "code"),
    [
        ("new", {}, "taken", ""),
        ("known", {}, "repeated", ""),
        ("used", {}, "conflict", ""),
        ("new", {"Webhook-Signature": "v1,AAAA"}, "refused", "signature_invalid"),
        ("new", {"Webhook-Timestamp": "12"}, "refused", "timestamp_out_of_tolerance"),
    ],
)
def test_headers_are_told_what_a_push_with_them_would_hear(
    source: Source, name: str, wrong: dict[str, str], outcome: str, code: str
) -> None:
    body = body_of(mention(1))
    receive(source, "known", mention(1))
    receive(source, "used", mention(2))

    told = preview(source, body, headers=signed(source, body, name, **wrong))["signature"]

    assert (told["outcome"], told["code"]) == (outcome, code)
    assert (told["delivery"] is None) is (name == "new")


def test_a_handshake_is_told_whether_it_would_be_answered_and_not_with_what(
    brand: Brand,
) -> None:
    source = SourceFactory(brand=brand, kind="x", credentials={"consumer_secret": "s3cret"})

    right = preview(source, b"", query={"crc_token": "abc"})
    wrong = preview(source, b"", query={"token": "abc"})

    assert right["handshake"] == {"is_answered": True, "status": 200}
    assert wrong["handshake"] == {"is_answered": False, "status": 401}
    assert right["signature"] is None


def x_body(**event: Any) -> bytes:
    said = {"id_str": "2080000000000000001", "text": "My kettle smokes"}
    user = {"id_str": "222", "screen_name": "tealover", "name": "Tea"}
    at = f"{NOW - timedelta(hours=1):%a %b %d %H:%M:%S +0000 %Y}"
    tweet = {**said, "user": user, "created_at": at}
    own = {**tweet, "id_str": "2080000000000000002", "user": {**user, "id_str": "111"}}
    return json.dumps({"for_user_id": "111", "tweet_create_events": [tweet, own], **event}).encode()


def deletion(*ids: str) -> dict[str, Any]:
    return {"tweet_delete_events": [{"status": {"id_str": one}} for one in ids]}


def test_removals_and_posts_of_the_brand_are_told(brand: Brand) -> None:
    source = SourceFactory(brand=brand, kind="x", platform="x")
    post = "2080000000000000001"

    first = preview(source, x_body(**deletion("2080000000000000009")))
    receive_delivery(source=source, external_id="one", body=x_body(), now=NOW)
    gone = preview(source, x_body(**deletion(post)))
    receive_delivery(source=source, external_id="two", body=x_body(**deletion(post)), now=NOW)
    again = preview(source, x_body(**deletion(post)))

    assert became(first) == [(post, "new", [])]
    assert [(one.index, one.id, one.rule) for one in first["ignored"]] == [
        (1, "2080000000000000002", "own_post")
    ]
    assert first["removed"] == [{"id": "2080000000000000009", "outcome": "remembered"}]
    assert gone["removed"] == [{"id": post, "outcome": "removed"}]
    assert again["removed"] == [{"id": post, "outcome": "removed_before"}]
    assert became(again) == [(post, "ignored", ["removed_before"])]


def test_a_preview_over_http_shows_every_part(
    source: Source, client_of: Callable[[User], APIClient], manager_of_brand: User
) -> None:
    client = client_of(manager_of_brand)
    payload = body_of(mention(1), {"id": "x"}).decode()

    answer = client.post(
        f"/api/v1/sources/{source.pk}/preview/",
        {"payload": payload, "headers": {"webhook-id": "m"}, "query": {"a": "b"}},
        format="json",
    )

    told = answer.json()
    assert answer.status_code == 200, told
    assert (told["mentions"][0]["outcome"], told["accepted"]) == ("new", 1)
    assert told["signature"]["code"] == "signature_missing"
    assert told["handshake"] == {"is_answered": False, "status": 401}
    assert told["rejected"][0]["index"] == 1
    assert not Mention.objects.exists()
