"""Deliveries: seen, fetched as they came, replayed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import User
from crisisapi.events.models import Event
from monitoring.models import Delivery, DeliveryStatus, Mention, Source
from tests.checks import problem_of, queries_of
from tests.factories.monitoring import DeliveryFactory, SourceFactory
from tests.monitoring.pushing import body_of, mention, push

pytestmark = pytest.mark.django_db

DELIVERIES = "/api/v1/deliveries/"


@pytest.fixture
def failed(source: Source) -> Delivery:
    """A delivery that an earlier, worse parser could not read."""
    return DeliveryFactory(
        source=source,
        body=body_of(mention(1), mention(2)),
        status=DeliveryStatus.FAILED,
        error_code="invalid_envelope",
        error_detail="Expected `array`",
    )


def _replay(client: APIClient, delivery: Delivery) -> Any:
    return client.post(f"{DELIVERIES}{delivery.pk}/replay/", {})


def test_the_list_shows_how_each_delivery_went(api: APIClient, source: Source) -> None:
    push(source, body_of(mention(1), {"id": "x"}))

    (row,) = api.get(DELIVERIES).json()["results"]

    assert (row["brand"], row["external_id"], row["status"]) == ("rimon", "msg_1", "processed")
    assert (row["accepted"], row["rejected"]) == (1, 1)
    assert "rejections" not in row


def test_a_single_delivery_says_what_was_refused_and_why(api: APIClient, source: Source) -> None:
    delivery = push(source, body_of(mention(1), {"id": "x"})).json()["delivery"]

    shown = api.get(f"{DELIVERIES}{delivery}/").json()

    assert [(item["index"], item["code"]) for item in shown["rejections"]] == [(1, "invalid_item")]


def test_headers_are_shown_without_those_that_are_secret(api: APIClient, source: Source) -> None:
    delivery = push(source, body_of(mention(1))).json()["delivery"]

    headers = api.get(f"{DELIVERIES}{delivery}/").json()["headers"]

    assert headers["webhook-id"] == "msg_1"
    assert headers["content-type"] == "application/json"
    assert "webhook-signature" not in headers


def test_it_says_until_when_it_can_be_replayed(api: APIClient, failed: Delivery) -> None:
    shown = api.get(f"{DELIVERIES}{failed.pk}/").json()

    until = datetime.fromisoformat(shown["kept_until"])
    assert until == failed.created_at + timedelta(days=365)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=failed", 1),
        ("status=processed", 2),
        ("external_id=msg_1", 1),
        ("error_code=malformed_json", 1),
        ("created_from=2020-01-01T00:00:00Z", 3),
        ("created_before=2020-01-01T00:00:00Z", 0),
        ("brand=rimon", 3),
        ("brand=other", 0),
    ],
)
def test_deliveries_are_found_by_their_outcome_and_id(
    api: APIClient, source: Source, query: str, found: int
) -> None:
    push(source, body_of(mention(1)))
    push(source, b"{", message_id="msg_2")
    push(source, body_of(), message_id="msg_3")

    assert len(api.get(f"{DELIVERIES}?{query}").json()["results"]) == found


def test_deliveries_of_one_source_are_found(api: APIClient, source: Source) -> None:
    other = SourceFactory(brand=source.brand)
    push(source, body_of(mention(1)))
    push(other, body_of(mention(1)))

    (row,) = api.get(f"{DELIVERIES}?source={other.pk}").json()["results"]

    assert row["source"] == str(other.pk)


def test_the_exact_bytes_can_be_fetched(api: APIClient, source: Source) -> None:
    body = b'{"mentions": [ {"id": "\xff'
    delivery = push(source, body).json()["delivery"]

    response = api.get(f"{DELIVERIES}{delivery}/raw/")

    assert response.content == body
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment")


def test_a_failed_delivery_is_replayed(api: APIClient, failed: Delivery) -> None:
    response = _replay(api, failed)

    answer = response.json()
    assert (response.status_code, answer["status"], answer["accepted"]) == (200, "processed", 2)
    assert (answer["error_code"], answer["error_detail"]) == ("", "")
    assert Mention.objects.filter(delivery_id=failed.pk).count() == 2
    assert Event.objects.filter(verb="delivery.replayed", object_id=failed.pk).exists()


def test_a_replay_that_fails_again_says_so(api: APIClient, failed: Delivery) -> None:
    Delivery.objects.filter(pk=failed.pk).update(body=b"{")

    answer = _replay(api, failed).json()

    assert (answer["status"], answer["error_code"]) == ("failed", "malformed_json")


def test_a_sender_that_repeats_itself_after_a_replay_is_told_that_it_was_taken(
    api: APIClient, source: Source
) -> None:
    first = push(source, b"{")
    kept = Delivery.objects.get(pk=first.json()["delivery"])
    # As if a better parser could read it.
    Delivery.objects.filter(pk=kept.pk).update(body=body_of(mention(1), mention(2)))

    _replay(api, kept)

    again = push(source, b"{")
    assert (first.status_code, again.status_code, again.json()["accepted"]) == (400, 202, 2)


def test_a_viewer_sees_and_does_not_touch(
    failed: Delivery, client_of: Callable[[User], APIClient], viewer: User
) -> None:
    client = client_of(viewer)

    assert client.get(f"{DELIVERIES}{failed.pk}/").status_code == 200
    problem_of(client.get(f"{DELIVERIES}{failed.pk}/raw/"), 403)
    problem_of(_replay(client, failed), 403)


def test_a_stranger_finds_nothing(
    failed: Delivery, client_of: Callable[[User], APIClient], stranger: User
) -> None:
    client = client_of(stranger)

    assert client.get(DELIVERIES).json()["results"] == []
    for response in (
        client.get(f"{DELIVERIES}{failed.pk}/"),
        client.get(f"{DELIVERIES}{failed.pk}/raw/"),
        _replay(client, failed),
    ):
        problem_of(response, 404)


def test_thirty_deliveries_take_as_many_queries_as_one(api: APIClient, source: Source) -> None:
    DeliveryFactory(source=source)
    one = queries_of(api, DELIVERIES)
    DeliveryFactory.create_batch(29, source=source)

    listing = queries_of(api, DELIVERIES)

    assert len(listing) == len(one)
    assert not any('"body"' in query or '"rejections"' in query for query in listing)
