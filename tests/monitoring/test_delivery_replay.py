"""Replaying many deliveries: chosen by ids or by what failed, a bounded number at once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from crisisapi.events.models import Event
from monitoring.models import Delivery, DeliveryStatus, Mention, Source
from monitoring.services.replaying import replay_many
from tests.checks import problem_of
from tests.factories.monitoring import DeliveryFactory, SourceFactory
from tests.monitoring.pushing import body_of, mention

pytestmark = pytest.mark.django_db

DELIVERIES = "/api/v1/deliveries/"
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=1)


def failed(source: Source, number: int, **fields: Any) -> Delivery:
    """Return a delivery that an earlier, worse parser could not read."""
    plain: dict[str, Any] = {
        "body": body_of(mention(number)),
        "status": DeliveryStatus.FAILED,
        "error_code": "invalid_envelope",
        "processed_at": EARLIER,
    }
    made: Delivery = DeliveryFactory(source=source, **plain | fields)
    return made


def _ask(client: APIClient, owner: Source, **terms: Any) -> Any:
    return client.post(f"{DELIVERIES}replay/", {"brand": owner.brand.slug, **terms})


def _again(source: Source, **options: Any) -> Any:
    deliveries = Delivery.objects.filter(source=source, status=DeliveryStatus.FAILED)
    options = {"before": NOW, "now": NOW, "actor": SYSTEM, **options}
    return replay_many(deliveries=deliveries, **options)


def test_all_that_failed_is_replayed(api: APIClient, source: Source) -> None:
    for number in (1, 2, 3):
        failed(source, number)

    said = _ask(api, source).json()

    assert (said["processed"], said["again"], said["accepted"], said["left"]) == (3, 0, 3, 0)
    assert Mention.objects.count() == 3
    assert Event.objects.filter(verb="delivery.replayed").count() == 3


def test_what_fails_again_is_told_and_not_tried_for_ever(source: Source) -> None:
    failed(source, 1)
    failed(source, 2, body=b"{")
    failed(source, 3)

    first = _again(source, limit=2)
    second = _again(source, limit=2)
    third = _again(source, limit=2)

    assert (first.processed, first.again, first.left) == (1, 1, 1)
    assert (second.processed, second.again, second.left) == (1, 0, 0)
    assert (third.processed, third.again, third.left) == (0, 0, 0)


def test_a_run_ends_when_its_time_is_over_and_goes_on_where_it_stopped(source: Source) -> None:
    for number in (1, 2, 3):
        failed(source, number)

    first = _again(source, seconds=-1)
    rest = _again(source)

    assert (first.processed, first.left) == (1, 2)
    assert (rest.processed, rest.left) == (2, 0)


def test_the_oldest_are_replayed_first(source: Source) -> None:
    old, new = failed(source, 1), failed(source, 2)

    _again(source, limit=1)

    statuses = Delivery.objects.in_bulk([old.pk, new.pk])
    assert (statuses[old.pk].status, statuses[new.pk].status) == ("processed", "failed")


def test_the_answer_says_how_to_go_on(api: APIClient, source: Source) -> None:
    failed(source, 1, body=b"{")

    before = _ask(api, source).json()["before"]
    again = _ask(api, source, before=before).json()

    assert (again["again"], again["left"], again["before"]) == (0, 0, before)


@pytest.mark.parametrize(
    ("terms", "count"),
    [
        ({}, 2),
        ({"error_code": "not_a_feed"}, 1),
        ({"with_refused_items": True}, 3),
        ({"created_from": "2026-03-04T00:00:00Z"}, 1),
        ({"created_before": "2026-03-04T00:00:00Z"}, 1),
    ],
)
def test_deliveries_are_chosen_by_how_they_fared(
    api: APIClient, source: Source, terms: dict[str, Any], count: int
) -> None:
    failed(source, 1, created_at=NOW - timedelta(days=9), error_code="not_a_feed")
    failed(source, 2, created_at=NOW)
    partly = {"status": DeliveryStatus.PROCESSED, "rejected": 1, "error_code": ""}
    failed(source, 3, created_at=NOW - timedelta(days=1), **partly)
    failed(source, 4, status=DeliveryStatus.PROCESSED, error_code="")
    if "created_before" in terms:
        failed(SourceFactory(), 5, created_at=NOW - timedelta(days=9))

    assert _ask(api, source, **terms).json()["processed"] == count


def test_deliveries_are_chosen_by_source_and_by_id(api: APIClient, source: Source) -> None:
    other = SourceFactory(brand=source.brand)
    failed(source, 1)
    one, two = failed(other, 2), failed(other, 3, status=DeliveryStatus.PROCESSED)

    by_id = _ask(api, source, ids=[str(one.pk), str(two.pk)]).json()
    by_source = _ask(api, source, source=str(source.pk)).json()

    assert (by_id["processed"], by_source["processed"]) == (2, 1)


@pytest.mark.parametrize(
    "terms",
    [{"ids": []}, {"ids": ["x"]}, {"before": "2026-03-04T00:00:00"}, {"brand": "other"}],
)
def test_what_makes_no_sense_is_refused_by_name(
    api: APIClient, source: Source, terms: dict[str, Any]
) -> None:
    refused = problem_of(_ask(api, source, **terms), 400)

    assert next(iter(terms)) in str(refused["errors"])


def test_nothing_of_another_brand_is_replayed(api: APIClient, brand: Brand) -> None:
    other = failed(SourceFactory(), 1)
    mine = SourceFactory(brand=brand)

    said = _ask(api, mine, ids=[str(other.pk)]).json()

    assert (said["processed"], said["left"]) == (0, 0)
    assert Delivery.objects.get().status == "failed"


def test_a_viewer_replays_nothing(
    source: Source, client_of: Callable[[User], APIClient], viewer: User
) -> None:
    failed(source, 1)

    problem_of(_ask(client_of(viewer), source), 403)

    assert Delivery.objects.get().status == "failed"
