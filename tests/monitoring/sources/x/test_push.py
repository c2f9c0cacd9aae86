"""X pushing: its challenge, its signature, its events, in whatever order and however often."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand
from monitoring.models import Delivery, Intake, Mention, Source
from monitoring.rules.x_signature import signed
from tests.factories.monitoring import SourceFactory

pytestmark = pytest.mark.django_db

SECRET = "demo-consumer-secret"
ID = "2080000000000000001"


@pytest.fixture
def source(brand: Brand) -> Source:
    return SourceFactory(
        brand=brand,
        kind="x",
        secret="",
        settings={"mode": "push", "username": "Northwind"},
        credentials={"consumer_secret": SECRET},
    )


def event(kind: str, payload: Any, **fields: Any) -> dict[str, Any]:
    return {
        "data": {
            "event_uuid": "-2781149976877970683",
            "filter": {"user_id": "111"},
            "event_type": kind,
            "tag": "brand",
            "payload": payload,
            "includes": {"users": [{"id": "222", "username": "tealover"}]},
            **fields,
        }
    }


def post(post_id: str = ID, **fields: Any) -> dict[str, Any]:
    return {
        "id": post_id,
        "text": "@northwind my kettle smokes",
        "author_id": "222",
        "created_at": "2026-03-04T09:15:00.000Z",
        "lang": "en",
        "edit_history_tweet_ids": [post_id],
        **fields,
    }


def push(source: Source, said: Any, *, signature: str | None = None) -> Any:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return APIClient().post(
        f"/api/v1/sources/{source.pk}/webhook/",
        body,
        content_type="application/json",
        headers={"x-twitter-webhooks-signature": signature or signed(SECRET, body)},
    )


def ids() -> set[str]:
    return set(Mention.objects.values_list("external_id", flat=True))


def test_the_challenge_is_answered_as_x_computes_it(source: Source) -> None:
    response = APIClient().get(
        f"/api/v1/sources/{source.pk}/webhook/", {"crc_token": "c0ffee-token"}
    )

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert json.loads(response.content) == {
        "response_token": "sha256=RVJ/k+JelIbGRJcKe3id2zu44+8uPLprqMXRUPuac34="
    }


@pytest.mark.parametrize("query", [{}, {"crc_token": ""}, {"crc_token": "k" * 1_001}])
def test_what_is_no_challenge_is_not_answered(source: Source, query: dict[str, str]) -> None:
    response = APIClient().get(f"/api/v1/sources/{source.pk}/webhook/", query)

    assert response.status_code == 401


def test_without_a_secret_nothing_is_answered_and_nothing_taken(source: Source) -> None:
    source.credentials = {}
    source.save(update_fields=["credentials"])
    body = json.dumps(event("post.create", post())).encode()

    challenge = APIClient().get(f"/api/v1/sources/{source.pk}/webhook/", {"crc_token": "c"})
    pushed = push(source, body, signature=signed("", body))

    assert (challenge.status_code, pushed.status_code) == (401, 401)


def test_a_body_x_signed_is_taken_and_answered_with_200(source: Source) -> None:
    body = b'{"data":{"event_type":"post.mention.create"}}'

    response = push(source, body, signature="sha256=qiJEVbbmRhg1djHRm+bv+aM8x2w7+UJfck7uaEOPcEM=")

    assert response.status_code == 200
    assert Delivery.objects.get().rejected == 1


@pytest.mark.parametrize("bit", [0, 100, 301])
def test_one_flipped_bit_is_refused(source: Source, bit: int) -> None:
    body = bytearray(json.dumps(event("post.mention.create", post())).encode())
    signature = signed(SECRET, bytes(body))
    body[bit // 8] ^= 1 << (bit % 8)

    response = push(source, bytes(body), signature=signature)

    assert response.status_code == 401
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("signature", ["sha256=", "sha256=qiJE", "é", "sha1=qiJE"])
def test_a_signature_that_is_none_is_refused(source: Source, signature: str) -> None:
    assert push(source, event("post.create", post()), signature=signature).status_code == 401


def test_the_same_event_again_changes_nothing(source: Source) -> None:
    said = event("post.mention.create", post())

    first, again = push(source, said), push(source, said)

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["delivery"] == again.json()["delivery"]
    assert Mention.objects.count() == 1


def test_the_same_event_in_other_bytes_is_no_conflict(source: Source) -> None:
    said = event("post.mention.create", post())
    more = event(
        "post.mention.create", post(public_metrics={"like_count_str": "8", "like_count": 8})
    )

    push(source, said)
    response = push(source, more)

    assert response.status_code == 200
    assert Mention.objects.get().likes == 8


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1, 2, 0)])
def test_edits_are_the_same_post_in_whatever_order_they_come(
    source: Source, order: tuple[int, ...]
) -> None:
    history = [str(int(ID) + number) for number in range(3)]
    versions = [
        post(one, text=f"version {number}", edit_history_tweet_ids=history[: number + 1])
        for number, one in enumerate(history)
    ]

    for number in order:
        push(source, event("post.create", versions[number]))

    found = Mention.objects.get()
    assert (found.external_id, found.text, found.revision) == (history[0], "version 2", 2)


def test_a_deleted_post_loses_its_words(source: Source) -> None:
    push(source, event("post.create", post()))

    push(source, event("post.delete", {"id": ID, "author_id": "222"}))

    found = Mention.objects.get()
    assert (found.text, found.author_handle) == ("", "")
    assert found.removed_at


@pytest.mark.parametrize(
    ("kind", "payload", "expected"),
    [
        ("post.create", post(), {ID}),
        ("post.reply.create", post(referenced_tweets=[{"type": "replied_to", "id": "5"}]), {ID}),
        ("post.quote.create", post(referenced_tweets=[{"type": "quoted", "id": "5"}]), {ID}),
        ("post.mention.create", {"data": post()}, {ID}),
        ("post.mention.create", post(author_id="111"), set()),
        ("post.create", post(author_id="111"), {ID}),
        ("like.create", {"id": "87719f50", "liked_tweet_id": ID}, set()),
        ("follow.follow", {"source": {}, "target": {}}, set()),
        ("dm.received", {"text": "secret"}, set()),
        ("post.something.new", {"what": 1}, set()),
        ("post.repost.create", post(referenced_tweets=[{"type": "retweeted", "id": "5"}]), set()),
    ],
)
def test_events_are_mentions_where_they_are_posts_of_others(
    source: Source, kind: str, payload: Any, expected: set[str]
) -> None:
    response = push(source, event(kind, payload))

    assert response.status_code == 200
    assert ids() == expected
    assert Delivery.objects.get().rejected == 0


def test_what_the_account_posts_itself_is_no_mention(source: Source) -> None:
    includes = {"users": [{"id": "222", "username": "northwind"}]}

    push(source, event("post.create", post(), includes=includes))

    assert not ids()


def test_a_repost_brings_the_present_numbers_of_what_it_repeats(source: Source) -> None:
    push(source, event("post.create", post()))
    original = post(public_metrics={"retweet_count": 12, "like_count": 7})
    repost = post("2080000000000009999", referenced_tweets=[{"type": "retweeted", "id": ID}])

    push(source, event("post.repost.create", repost, includes={"tweets": [original]}))

    assert Mention.objects.get().shares == 12


OLD = {
    "for_user_id": "111",
    "tweet_create_events": [
        {
            "id": 2080000000000000001,
            "id_str": ID,
            "created_at": "Wed Mar 04 09:15:00 +0000 2026",
            "text": "@northwind my kettle…",
            "truncated": True,
            "extended_tweet": {
                "full_text": "@northwind my kettle smokes &gt; https://t.co/a",
                "entities": {
                    "urls": [{"url": "https://t.co/a", "expanded_url": "https://k.example"}]
                },
            },
            "user": {
                "id_str": "222",
                "screen_name": "tealover",
                "name": "Tea Lover",
                "followers_count": 5200,
                "verified": False,
            },
            "lang": "iw",
            "in_reply_to_status_id_str": "2079",
            "favorite_count": 9,
            "reply_count": 1,
            "retweet_count": 3,
            "quote_count": 2,
        }
    ],
}


def test_events_of_the_old_shape_are_taken_too(source: Source) -> None:
    push(source, OLD)

    found = Mention.objects.get()
    assert (found.external_id, found.language, found.parent_id) == (ID, "he", "2079")
    assert found.text == "@northwind my kettle smokes > https://k.example"
    assert f"{found.published_at:%Y-%m-%dT%H:%M}" == "2026-03-04T09:15"
    assert (found.author_handle, found.author_followers) == ("tealover", 5200)
    assert (found.likes, found.comments, found.shares) == (9, 1, 5)


def test_deletions_of_the_old_shape_are_taken_too(source: Source) -> None:
    push(source, OLD)

    push(source, {"tweet_delete_events": [{"status": {"id": ID, "user_id": "222"}}]})

    assert Mention.objects.get().removed_at


def test_what_is_no_json_is_kept_and_answered_with_200(source: Source) -> None:
    response = push(source, b"<html>")

    assert response.status_code == 200
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.error_code) == ("failed", "malformed_json")
    intake = Intake.objects.get(source=source)
    assert (intake.state, intake.error_code) == ("degraded", "malformed_json")


def test_one_bad_post_leaves_the_others(source: Source) -> None:
    tweets = [{"text": "no id"}, *OLD["tweet_create_events"], {"id": 7, "text": 8}]

    push(source, {"for_user_id": "111", "tweet_create_events": tweets})

    delivery = Delivery.objects.get()
    assert ids() == {ID}
    assert [(one["index"], one["code"]) for one in delivery.rejections] == [
        (0, "no_id"),
        (2, "no_text"),
    ]
