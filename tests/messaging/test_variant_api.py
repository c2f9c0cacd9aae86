"""Variants over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from messaging.models import Channel, Message, Variant
from tests.checks import problem_of
from tests.factories.messaging import (
    ChannelFactory,
    MediaAssetFactory,
    MessageFactory,
    VariantFactory,
)
from tests.messaging.conftest import patch, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(brand: Brand) -> Message:
    return MessageFactory(incident__brand=brand)


@pytest.fixture
def client(client_of: Callable[[User], APIClient], responder: User) -> APIClient:
    return client_of(responder)


def test_a_variant_shows_its_posts_with_their_counts(
    client: APIClient, message: Message, channel: Channel
) -> None:
    picture = MediaAssetFactory(brand=message.brand)
    body = {
        "message": str(message.pk),
        "channel": str(channel.pk),
        "text": "Off the shelves: https://example.org/k2",
        "media": [{"asset": str(picture.pk)}],
        "options": {"reply_settings": "following"},
    }

    made = post(client, "variants/", **body)

    assert made.status_code == 201, made.content
    read = client.get(made["Location"]).json()
    assert read == made.json()
    assert read["media"] == [{"asset": str(picture.pk), "alt_text": picture.alt_text}]
    [piece] = read["pieces"]
    assert (piece["length"], piece["limit"], piece["remaining"], piece["unit"]) == (
        40,
        280,
        240,
        "weighted",
    )
    assert piece["problems"] == []


def test_what_does_not_fit_is_shown_at_its_place(
    client: APIClient, message: Message, channel: Channel
) -> None:
    body = {"message": str(message.pk), "channel": str(channel.pk), "text": "א" * 281}

    [piece] = post(client, "variants/", **body).json()["pieces"]

    assert piece["remaining"] == -1
    assert [
        (one["code"], one["severity"], one["part"], one["start"], one["end"])
        for one in piece["problems"]
    ] == [("too_long", "error", "text", 280, 281)]


def test_a_change_needs_the_version_and_a_drop_too(client: APIClient, brand: Brand) -> None:
    variant = VariantFactory(message__incident__brand=brand)
    path = f"variants/{variant.pk}/"

    assert patch(client, path, version=9, text="Other").status_code == 412
    changed = patch(client, path, text="Other", media=[])
    assert (changed.status_code, changed.json()["pieces"][0]["text"]) == (200, "Other")
    assert client.delete(f"/api/v1/{path}").status_code == 428
    gone = client.delete(f"/api/v1/{path}", headers={"If-Match": changed["ETag"]})
    assert (gone.status_code, Variant.objects.count()) == (204, 0)


def test_a_second_variant_for_a_channel_is_a_conflict(client: APIClient, brand: Brand) -> None:
    variant = VariantFactory(message__incident__brand=brand)
    body = {"message": str(variant.message_id), "channel": str(variant.channel_id)}

    refused = post(client, "variants/", **body)

    assert (refused.status_code, problem_of(refused, 409)["code"]) == (409, "variant_exists")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("options", {"visibility": "public"}),
        ("options", {"reply_settings": 5}),
        ("link", "javascript:alert(1)"),
        ("media", [{"asset": "019bb138-1000-72d7-9164-2b726b044016"}]),
        ("media", ["x"] * 100),
        ("text", "x" * 100_001),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(
    client: APIClient, message: Message, channel: Channel, field: str, value: Any
) -> None:
    body = {"message": str(message.pk), "channel": str(channel.pk), field: value}

    refused = post(client, "variants/", **body)

    assert refused.status_code == 400, refused.content
    assert {name.partition(".")[0] for name in problem_of(refused, 400)["errors"]} == {field}


def test_submitting_what_does_not_fit_names_the_variant(
    client: APIClient, message: Message, channel: Channel
) -> None:
    body = {"message": str(message.pk), "channel": str(channel.pk), "text": "א" * 281}
    made = post(client, "variants/", **body).json()

    refused = post(client, f"messages/{message.pk}/submit/")

    found = problem_of(refused, 400)
    assert (refused.status_code, found["code"]) == (400, "does_not_fit")
    assert set(found["errors"]) == {f"variants.{made['id']}"}


def test_variants_are_found_by_message(client: APIClient, brand: Brand) -> None:
    variant, _other = VariantFactory.create_batch(2, message__incident__brand=brand)

    found = client.get(f"/api/v1/variants/?message={variant.message_id}").json()["results"]

    assert [row["id"] for row in found] == [str(variant.pk)]


def test_revisions_show_what_the_channels_were_to_show(
    client: APIClient, message: Message, channel: Channel
) -> None:
    post(client, "variants/", message=str(message.pk), channel=str(channel.pk), text="Short")

    [last, _first] = client.get(f"/api/v1/messages/{message.pk}/revisions/").json()["results"]

    assert last["variants"][0]["channel"] == str(channel.pk)
    assert last["variants"][0]["pieces"][0]["text"] == "Short"


class TestPreviews:
    def test_each_platform_says_what_it_would_show(self, client: APIClient) -> None:
        body: dict[str, Any] = {
            "text": "כתבו אל @rimon. " * 30,
            "language": "he",
            "platforms": ["x", "instagram", "website"],
            "is_thread": True,
        }

        answer = post(client, "previews/", **body)

        assert answer.status_code == 200, answer.content
        rows = {row["platform"]: row for row in answer.json()["results"]}
        assert [len(rows[name]["pieces"]) for name in body["platforms"]] == [3, 1, 1]
        assert rows["x"]["is_sendable"]
        assert rows["x"]["pieces"][0]["text"].endswith("\n1/3")
        assert "\u2066@rimon\u2069" in rows["website"]["pieces"][0]["text"]
        assert [one["code"] for one in rows["instagram"]["pieces"][0]["problems"]] == [
            "too_many_mentions",
            "media_needed",
        ]

    def test_a_channel_is_previewed_with_its_limits(self, client: APIClient, brand: Brand) -> None:
        channel = ChannelFactory(brand=brand, platform="mastodon", limits={"max_characters": 9})
        body = {"text": "ten letters", "language": "en", "channels": [str(channel.pk)]}

        [row] = post(client, "previews/", **body).json()["results"]

        assert (row["channel"], row["is_sendable"]) == (str(channel.pk), False)
        assert row["pieces"][0]["limit"] == 9

    def test_a_warning_does_not_keep_it_from_being_sent(self, client: APIClient) -> None:
        body = {"text": "\u202eabc", "language": "en", "platforms": ["press"]}

        [row] = post(client, "previews/", **body).json()["results"]

        assert [one["code"] for one in row["pieces"][0]["problems"]] == [
            "direction_overridden",
            "direction_unbalanced",
        ]
        assert row["is_sendable"]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"platforms": []}, "platforms"),
            ({"platforms": ["icq"]}, "platforms"),
            ({"language": "hebrew"}, "language"),
            ({"text": "x" * 100_001}, "text"),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, client: APIClient, change: dict[str, Any], field: str
    ) -> None:
        body = {"text": "a", "language": "en", "platforms": ["x"], **change}

        refused = post(client, "previews/", **body)

        assert refused.status_code == 400
        assert {name.partition(".")[0] for name in problem_of(refused, 400)["errors"]} == {field}

    def test_a_stranger_s_channel_is_not_there(self, client: APIClient) -> None:
        body = {"text": "a", "language": "en", "channels": [str(ChannelFactory().pk)]}

        assert post(client, "previews/", **body).status_code == 400
