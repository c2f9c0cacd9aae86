"""Receiving deliveries: kept, stored once, counted once."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from crisisapi.common.actors import SYSTEM
from monitoring.models import Delivery, Mention, Source
from monitoring.rules.incoming import as_json
from monitoring.rules.windows import align
from monitoring.selectors.metrics import Counts, read_metrics
from monitoring.selectors.recount import find_differences
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import (
    DeliveryConflict,
    SourcePaused,
    receive_delivery,
    replay_delivery,
)
from monitoring.services.rollups import fold_buckets
from tests.factories.monitoring import SourceFactory
from tests.monitoring.pushing import mention

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
DAY = align(NOW - timedelta(days=1), NOW + timedelta(days=1), timedelta(minutes=5))


@pytest.fixture
def source() -> Source:
    return SourceFactory()


def _receive(source: Source, *mentions: dict[str, Any], external_id: str = "msg_1") -> Delivery:
    delivery, _again = receive_delivery(
        source=source, external_id=external_id, body=as_json(list(mentions)), now=NOW
    )
    return delivery


def _totals(source: Source) -> Counts:
    return read_metrics(brand_id=source.brand_id, window=DAY).totals


@pytest.mark.parametrize("size", [1, 49, 50, 300])
def test_a_batch_of_any_size_is_stored_and_counted(source: Source, size: int) -> None:
    delivery = _receive(source, *(mention(n, likes=2, reach=10) for n in range(size)))

    assert (delivery.status, delivery.accepted) == ("processed", size)
    assert Mention.objects.filter(source=source).count() == size
    assert _totals(source) == Counts(mentions=size, likes=2 * size, reach=10 * size)


@pytest.mark.parametrize("size", [3, 80])
def test_a_mention_sent_again_changes_nothing(source: Source, size: int) -> None:
    batch = [mention(n, likes=5) for n in range(size)]
    _receive(source, *batch)

    again = _receive(source, *batch, external_id="msg_2")

    assert (again.accepted, again.duplicates, again.updated) == (0, size, 0)
    assert _totals(source) == Counts(mentions=size, likes=5 * size)


@pytest.mark.parametrize("size", [3, 80])
def test_engagement_that_grew_is_counted_once(source: Source, size: int) -> None:
    _receive(source, *(mention(n, likes=5, shares=1) for n in range(size)))

    grown = [mention(n, likes=9, shares=0) for n in range(size)]
    again = _receive(source, *grown, external_id="msg_2")

    assert (again.accepted, again.updated) == (0, size)
    assert _totals(source) == Counts(mentions=size, likes=9 * size, shares=size)
    assert find_differences(source.brand_id) == []


def test_a_mention_twice_in_one_batch_is_stored_once_with_its_most_engagement(
    source: Source,
) -> None:
    delivery = _receive(source, mention(1, likes=1), mention(1, likes=7), mention(1, likes=3))

    assert (delivery.accepted, delivery.duplicates) == (1, 2)
    assert _totals(source) == Counts(mentions=1, likes=7)


def test_the_same_id_of_two_sources_is_two_mentions(source: Source) -> None:
    other = SourceFactory(brand=source.brand)
    _receive(source, mention(1))

    assert _receive(other, mention(1)).accepted == 1


def test_bad_items_are_refused_one_by_one_with_their_place(source: Source) -> None:
    delivery = _receive(
        source,
        mention(0),
        {"id": "no-text"},
        mention(2, text="a\x00b"),
        mention(3, likes=-1),
        mention(4, published_at="2026-03-04T09:15:00"),
        mention(5, published_at="2026-03-09T09:15:00Z"),
        mention(6, platform="No Spaces"),
        mention(7),
    )

    assert delivery.accepted == 2
    assert [(item["index"], item["code"]) for item in delivery.rejections] == [
        (1, "invalid_item"),
        (2, "nul_character"),
        (3, "invalid_item"),
        (4, "invalid_item"),
        (5, "published_in_future"),
        (6, "invalid_item"),
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "malformed_json"),
        (b'{"mentions": [{"id": "1", "te', "malformed_json"),
        (b"[]", "invalid_envelope"),
        (b'{"posts": []}', "invalid_envelope"),
        (b'{"mentions": ["\xff"]}', "invalid_utf8"),
        (b'{"mentions": ' + b"[" * 100_000, "malformed_json"),
        (b'{"mentions": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", "malformed_json"),
    ],
)
def test_a_body_that_cannot_be_read_is_kept_as_failed(
    source: Source, body: bytes, code: str
) -> None:
    delivery, _again = receive_delivery(source=source, external_id="msg_1", body=body, now=NOW)

    kept = Delivery.objects.get(pk=delivery.pk)
    assert (kept.status, kept.error_code, bytes(kept.body)) == ("failed", code, body)


def test_a_repeated_delivery_is_the_one_before(source: Source) -> None:
    first = _receive(source, mention(1))

    again, repeated = receive_delivery(
        source=source, external_id="msg_1", body=as_json([mention(1)]), now=NOW
    )

    assert (again.pk, again.accepted, repeated) == (first.pk, 1, True)


def test_the_same_id_with_other_bytes_is_a_conflict(source: Source) -> None:
    _receive(source, mention(1))

    with pytest.raises(DeliveryConflict):
        _receive(source, mention(2))


def test_a_paused_source_takes_nothing(source: Source) -> None:
    source.is_active = False

    with pytest.raises(SourcePaused):
        _receive(source, mention(1))


def test_a_replay_changes_nothing_that_is_known(source: Source) -> None:
    delivery = _receive(source, *(mention(n) for n in range(60)))

    replayed = replay_delivery(delivery=delivery, actor=SYSTEM, now=NOW)

    assert (replayed.status, replayed.accepted, replayed.duplicates) == ("processed", 0, 60)
    assert _totals(source) == Counts(mentions=60)


def test_a_mention_without_a_time_is_counted_when_it_was_received(source: Source) -> None:
    _receive(source, mention(1, published_at=None))

    assert Mention.objects.get(source=source).published_at == NOW


def test_folding_and_analysing_keep_the_rollups_equal_to_a_recount(source: Source) -> None:
    texts = ["אני אוהב את הקומקום", "terrible, awful kettle!", "the kettle is 1.7 litres"]
    for number in range(4):
        batch = [
            mention(n, text=texts[n % 3], platform="news" if n % 2 else "x", likes=n)
            for n in range(number * 30, number * 30 + 60)
        ]
        _receive(source, *batch, external_id=f"msg_{number}")
        fold_buckets(limit=3)
        analyse_batch(now=NOW, limit=25)

    while analyse_batch(now=NOW, limit=25) or fold_buckets():
        pass

    totals = _totals(source)
    assert find_differences(source.brand_id) == []
    assert (totals.mentions, totals.analysed) == (150, 150)
    assert totals.negative >= 50


def test_a_recount_finds_a_difference(source: Source) -> None:
    _receive(source, mention(1))
    Mention.objects.filter(source=source).update(likes=3)

    widths = {difference.width for difference in find_differences(source.brand_id)}

    assert widths == {300, 3600, 86400}


@pytest.mark.django_db(transaction=True)
def test_overlapping_batches_at_the_same_time_count_each_mention_once() -> None:
    source = SourceFactory()
    errors: list[Exception] = []

    def send(worker: int) -> None:
        try:
            for turn in range(6):
                batch = [mention(n, likes=turn + worker) for n in range(turn * 20, turn * 20 + 90)]
                _receive(source, *batch, external_id=f"msg_{worker}_{turn}")
                analyse_batch(now=NOW, limit=40)
                fold_buckets()
        except Exception as error:  # noqa: BLE001 - reported by the assertion below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert Mention.objects.filter(source=source).count() == 190
    assert find_differences(source.brand_id) == []
