"""Analysing in batches: shared between workers, all or nothing, counted once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from monitoring.models import BucketDelta, Mention, Source
from monitoring.rules.incoming import as_json
from monitoring.selectors.recount import find_differences
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import receive_delivery
from tests.monitoring.pushing import mention

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def _receive(source: Source, number: int) -> None:
    body = as_json([mention(n) for n in range(number)])
    receive_delivery(source=source, external_id="msg_1", body=body, now=NOW)


def _waiting() -> int:
    return Mention.objects.filter(analysed_at=None).count()


def test_a_mention_is_given_its_language_and_its_sentiment(source: Source) -> None:
    body = as_json([mention(1, text="בושה, הקומקום נסדק", language="")])
    receive_delivery(source=source, external_id="1", body=body, now=NOW)

    assert analyse_batch(now=NOW) == 1

    row = Mention.objects.get()
    assert (row.language, row.sentiment, row.analysed_at) == ("he", "negative", NOW)
    assert row.sentiment_score is not None
    assert row.sentiment_score < 0
    assert row.analyser.startswith("reading/")


def test_a_batch_takes_no_more_than_its_limit_the_oldest_first(source: Source) -> None:
    _receive(source, 5)

    assert analyse_batch(now=NOW, limit=3) == 3

    oldest = Mention.objects.order_by("id").values_list("analysed_at", flat=True)
    assert list(oldest) == [NOW, NOW, NOW, None, None]


def test_nothing_waiting_is_nothing_done(source: Source) -> None:
    _receive(source, 3)
    analyse_batch(now=NOW)
    counted = BucketDelta.objects.count()

    assert analyse_batch(now=NOW) == 0
    assert BucketDelta.objects.count() == counted


@contextmanager
def _held_by_another(limit: int) -> Iterator[None]:
    """Lock the first rows in another transaction, as a busy worker does."""
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                list(Mention.objects.order_by("id").select_for_update()[:limit])
                locked.set()
                done.wait(20)
        finally:
            connection.close()

    worker = threading.Thread(target=hold)
    worker.start()
    assert locked.wait(20)
    yield
    done.set()
    worker.join()


@pytest.mark.django_db(transaction=True)
def test_rows_another_worker_holds_are_skipped_and_found_later(source: Source) -> None:
    _receive(source, 10)

    with _held_by_another(4):
        assert analyse_batch(now=NOW) == 6
        assert analyse_batch(now=NOW) == 0

    assert analyse_batch(now=NOW) == 4
    assert find_differences(source.brand_id) == []


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_fails_leaves_all_waiting_and_none_counted(source: Source) -> None:
    _receive(source, 10)
    counted = BucketDelta.objects.count()
    with connection.cursor() as cursor:
        # Refuses the last step of the batch, when every mention is already marked.
        cursor.execute(
            "ALTER TABLE monitoring_bucketdelta "
            "ADD CONSTRAINT no_analysis CHECK (analysed = 0) NOT VALID"
        )
    try:
        with pytest.raises(DatabaseError):
            analyse_batch(now=NOW)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE monitoring_bucketdelta DROP CONSTRAINT no_analysis")

    assert (_waiting(), BucketDelta.objects.count()) == (10, counted)
    assert analyse_batch(now=NOW) == 10
    assert find_differences(source.brand_id) == []
