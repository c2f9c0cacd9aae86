"""Reading again: in batches, past nobody, and never twice in effect."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from monitoring.models import Mention, Query, QueryMatch, Rereading, RereadingState, Source
from monitoring.selectors.recount import count_false_matches, find_differences
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import receive_delivery
from monitoring.services.queries import add_query, change_query
from monitoring.services.rereadings import (
    OPEN_LIMIT,
    QueryNotActive,
    TooManyRereadings,
    ask_backfill,
    ask_reanalysis,
    reread_batch,
    reread_next,
)
from tests.factories.monitoring import QueryFactory
from tests.monitoring.pushing import body_of, mention
from tests.monitoring.readers import contrary_analyser

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
START = NOW - timedelta(hours=4)


def _receive(source: Source, count: int, **fields: Any) -> None:
    sent = [
        mention(number, published_at=(START + timedelta(minutes=number)).isoformat(), **fields)
        for number in range(count)
    ]
    receive_delivery(source=source, external_id="msg_1", body=body_of(*sent), now=NOW)


def _read(source: Source, count: int, **fields: Any) -> None:
    _receive(source, count, **fields)
    while analyse_batch(now=NOW):
        pass


def _backfill(brand: Brand, expression: str = "kettle", **range_: datetime) -> Rereading:
    query = QueryFactory(brand=brand, expression=expression)
    return ask_backfill(query=query, actor=SYSTEM, now=NOW, **range_)


def _found() -> list[str]:
    rows = QueryMatch.objects.order_by("published_at")
    return list(rows.values_list("mention__external_id", flat=True))


def _assert_exact(brand_id: Any) -> None:
    assert find_differences(brand_id) == []
    assert count_false_matches(brand_id) == 0


def test_a_backfill_begins_with_the_newest_and_says_how_far_it_is(source: Source) -> None:
    _read(source, 10)
    rereading = _backfill(source.brand)

    assert reread_next(now=NOW, limit=4)

    rereading.refresh_from_db()
    assert (rereading.state, rereading.total, rereading.done) == ("running", 10, 4)
    assert rereading.cursor_at == START + timedelta(minutes=6)
    assert _found() == ["post-6", "post-7", "post-8", "post-9"]
    _assert_exact(source.brand_id)


def test_a_backfill_is_done_when_all_is_matched_and_the_log_tells(source: Source) -> None:
    _read(source, 5)
    rereading = _backfill(source.brand)

    while reread_next(now=NOW, limit=2):
        pass

    rereading.refresh_from_db()
    assert (rereading.state, rereading.done, rereading.changed) == ("done", 5, 5)
    verbs = Event.objects.filter(object_id=rereading.pk).order_by("position")
    assert list(verbs.values_list("verb", flat=True)) == ["rereading.requested", "rereading.done"]


def test_only_what_was_said_in_the_range_is_matched(source: Source) -> None:
    _read(source, 6)
    _backfill(source.brand, since=START + timedelta(minutes=1), until=START + timedelta(minutes=3))

    while reread_next(now=NOW):
        pass

    assert _found() == ["post-1", "post-2"]


def test_a_new_query_finds_what_was_heard_before_it(source: Source) -> None:
    _read(source, 3)
    fields = {"name": "Kettles", "expression": "kettle"}
    query = add_query(brand=source.brand, actor=SYSTEM, now=NOW, **fields)

    while reread_next(now=NOW):
        pass

    assert list(Mention.objects.values_list("query_ids", flat=True)) == [[query.pk]] * 3


def test_a_changed_expression_supersedes_its_backfill_and_finds_anew(source: Source) -> None:
    _read(source, 3)
    first = _backfill(source.brand)
    reread_next(now=NOW, limit=2)
    query = Query.objects.get()

    change_query(query=query, actor=SYSTEM, now=NOW, expected_version=None, expression="teapot")
    while reread_next(now=NOW):
        pass

    first.refresh_from_db()
    assert first.state == RereadingState.SUPERSEDED
    assert _found() == []
    _assert_exact(source.brand_id)


def test_a_query_put_to_rest_keeps_what_it_found_and_finds_no_more(source: Source) -> None:
    _read(source, 2)
    _backfill(source.brand)
    reread_next(now=NOW, limit=1)
    query = Query.objects.get()

    change_query(query=query, actor=SYSTEM, now=NOW, expected_version=None, is_active=False)

    assert not reread_next(now=NOW)
    assert _found() == ["post-1"]
    with pytest.raises(QueryNotActive):
        ask_backfill(query=Query.objects.get(), actor=SYSTEM, now=NOW)


def test_another_analyser_reads_anew_and_takes_back_what_the_first_counted(source: Source) -> None:
    _read(source, 3, text="terrible kettle", language="en")

    with contrary_analyser():
        rereading = ask_reanalysis(brand=source.brand, actor=SYSTEM, now=NOW)
        while reread_next(now=NOW):
            pass

    row = Mention.objects.first()
    assert row is not None
    assert (row.sentiment, row.analyser, row.emotions) == (
        "positive",
        "contrary/1",
        {"hope": 0.9, "joy": 0.2},
    )
    rereading.refresh_from_db()
    assert (rereading.analyser, rereading.changed) == ("contrary/1", 3)
    _assert_exact(source.brand_id)


def test_what_the_present_analyser_has_read_is_left_alone(source: Source) -> None:
    _read(source, 3, author={"handle": "dana"})
    rereading = ask_reanalysis(brand=source.brand, actor=SYSTEM, now=NOW)

    while reread_next(now=NOW):
        pass

    rereading.refresh_from_db()
    assert (rereading.done, rereading.changed) == (3, 0)


def test_a_persons_correction_survives_a_re_analysis(source: Source) -> None:
    _read(source, 1, text="terrible kettle")
    Mention.objects.update(corrected_at=NOW, overruled={"sentiment": "negative"})

    with contrary_analyser():
        ask_reanalysis(brand=source.brand, actor=SYSTEM, now=NOW)
        while reread_next(now=NOW):
            pass

    row = Mention.objects.get()
    assert (row.sentiment, row.analyser) == ("negative", "contrary/1")


def test_the_declared_language_outlives_the_reading(source: Source) -> None:
    _read(source, 1, text="kettle", language="nl")

    row = Mention.objects.get()
    assert (row.language, row.source_language) == ("nl", "nl")


def test_a_range_that_ends_before_it_begins_is_refused(brand: Brand) -> None:
    with pytest.raises(InvalidInput) as refusal:
        ask_reanalysis(brand=brand, actor=SYSTEM, now=NOW, since=NOW, until=START)

    assert list(refusal.value.errors) == ["since"]


def test_enough_re_analyses_wait_at_once(brand: Brand) -> None:
    for _ in range(OPEN_LIMIT):
        ask_reanalysis(brand=brand, actor=SYSTEM, now=NOW)

    with pytest.raises(TooManyRereadings):
        ask_reanalysis(brand=brand, actor=SYSTEM, now=NOW)


@contextmanager
def _held(external_id: str) -> Iterator[None]:
    """Lock one mention in another transaction, as whoever changes it does."""
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                list(Mention.objects.filter(external_id=external_id).select_for_update())
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
def test_a_batch_ends_in_front_of_a_mention_that_somebody_holds(source: Source) -> None:
    _read(source, 6)
    rereading = _backfill(source.brand)

    with _held("post-3"):
        assert reread_batch(rereading_id=rereading.pk, now=NOW)
        assert not reread_batch(rereading_id=rereading.pk, now=NOW)
        assert _found() == ["post-4", "post-5"]

    assert reread_batch(rereading_id=rereading.pk, now=NOW)
    assert len(_found()) == 6
    _assert_exact(source.brand_id)


@pytest.mark.django_db(transaction=True)
def test_a_rereading_that_a_worker_is_at_is_left_to_it(source: Source) -> None:
    _read(source, 2)
    rereading = _backfill(source.brand)
    locked, done = threading.Event(), threading.Event()

    def work() -> None:
        try:
            with transaction.atomic():
                reread_batch(rereading_id=rereading.pk, now=NOW, limit=1)
                locked.set()
                done.wait(20)
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    assert locked.wait(20)
    left_alone = reread_next(now=NOW)
    done.set()
    worker.join()

    assert not left_alone
    while reread_next(now=NOW):
        pass
    rereading.refresh_from_db()
    assert (rereading.state, rereading.done) == ("done", 2)
    _assert_exact(source.brand_id)
