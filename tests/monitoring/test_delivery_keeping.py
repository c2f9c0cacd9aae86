"""How long deliveries are kept: those that were read, those that were not, and what stays."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crisisapi.events.models import Event
from monitoring.models import Delivery, DeliveryStatus, Mention, Source
from monitoring.services import keeping
from monitoring.services.deliveries import receive_delivery
from monitoring.services.keeping import kept_until, remove_old_deliveries
from monitoring.tasks import remove_deliveries
from tests.factories.monitoring import DeliveryFactory, MentionFactory, SourceFactory
from tests.monitoring.pushing import body_of, mention

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 3, 30, tzinfo=UTC)
FAILED = {"status": DeliveryStatus.FAILED}


@pytest.fixture(autouse=True)
def _days(settings: Any) -> None:
    settings.DELIVERIES_KEPT_DAYS = 30
    settings.FAILED_DELIVERIES_KEPT_DAYS = 60


def _remove(source: Source, **options: Any) -> int:
    return remove_old_deliveries(brand_id=source.brand_id, now=NOW, **{"seconds": 60.0, **options})


def _aged(source: Source, days: float, **fields: Any) -> Delivery:
    made: Delivery = DeliveryFactory(source=source, created_at=NOW - timedelta(days=days), **fields)
    return made


@pytest.mark.parametrize(
    ("days", "fields", "is_kept"),
    [
        (29.9, {}, True),
        (30.1, {}, False),
        (30.1, FAILED, True),
        (59.9, FAILED, True),
        (60.1, FAILED, False),
        (30.1, {"rejected": 1}, True),
        (60.1, {"rejected": 1}, False),
    ],
)
def test_what_is_left_to_be_replayed_is_kept_longer(
    source: Source, days: float, fields: dict[str, Any], *, is_kept: bool
) -> None:
    delivery = _aged(source, days, **fields)

    _remove(source)

    assert Delivery.objects.exists() is is_kept
    assert (kept_until(delivery) > NOW) is is_kept


def test_mentions_stay(source: Source) -> None:
    MentionFactory(source=source, delivery_id=_aged(source, 31).pk)

    assert _remove(source) == 1

    assert Mention.objects.count() == 1


def test_the_log_says_how_many_went_and_how_many_were_never_read(source: Source) -> None:
    for fields in ({}, {}, FAILED, {"rejected": 2}):
        _aged(source, 61, **fields)

    _remove(source)

    event = Event.objects.get(verb="source.deliveries_removed")
    assert event.object_id == source.pk
    assert event.data == {"read_in_full": 2, "not_read_in_full": 2}


def test_where_nothing_is_old_nothing_is_said(source: Source) -> None:
    _aged(source, 1)

    assert _remove(source) == 0

    assert not Event.objects.exists()


def test_batches_follow_each_other_until_the_time_is_over(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "BATCH", 2)
    for _ in range(5):
        _aged(source, 31)

    assert _remove(source, seconds=0.0) == 0
    assert _remove(source) == 5


def test_another_brand_keeps_its_own(source: Source) -> None:
    _aged(SourceFactory(), 31)

    assert _remove(source) == 0


def test_every_brand_has_its_night(source: Source) -> None:
    for owner in (source, SourceFactory()):
        DeliveryFactory(source=owner, created_at=datetime(2020, 1, 1, tzinfo=UTC))

    remove_deliveries()

    assert not Delivery.objects.exists()


def test_what_is_pushed_again_after_that_is_stored_no_second_time(source: Source) -> None:
    body = body_of(mention(1, published_at="2026-01-04T09:15:00Z"))
    said: dict[str, Any] = {"source": source, "external_id": "msg_1", "body": body}
    receive_delivery(**said, now=NOW - timedelta(days=31))
    _remove(source)

    again, is_known = receive_delivery(**said, now=NOW)

    assert (is_known, again.accepted, again.duplicates) == (False, 0, 1)
