"""Tasks: each does its work, and nothing more when it runs twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from crisisapi.common.actors import SYSTEM
from incidents.services.goals import set_goal
from monitoring.models import Bucket, BucketDelta, Mention, Source
from monitoring.rules.incoming import as_json
from monitoring.selectors.recount import find_differences
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import receive_delivery
from monitoring.tasks import analyse_mentions, fold_deltas, measure_goals, recount_buckets
from tests.factories.incidents import IncidentFactory
from tests.monitoring.pushing import mention

pytestmark = pytest.mark.django_db


def _receive(source: Source, number: int) -> None:
    body = as_json([mention(n) for n in range(number)])
    receive_delivery(source=source, external_id="msg_1", body=body, now=datetime.now(UTC))


def _buckets() -> list[Any]:
    return list(Bucket.objects.order_by("id").values())


def test_what_waits_is_analysed_and_folded_once(source: Source) -> None:
    _receive(source, 700)

    analyse_mentions()
    first = _buckets()
    analyse_mentions()

    assert not Mention.objects.filter(analysed_at=None).exists()
    assert not BucketDelta.objects.exists()
    assert _buckets() == first
    assert find_differences(source.brand_id) == []


def test_what_a_rolled_back_batch_left_is_analysed_by_the_next_run(source: Source) -> None:
    _receive(source, 10)
    with transaction.atomic():
        analyse_batch(now=timezone.now(), limit=4)
        transaction.set_rollback(True)

    analyse_mentions()

    assert Mention.objects.exclude(analysed_at=None).count() == 10
    assert find_differences(source.brand_id) == []


def test_folding_leaves_no_delta_and_changes_no_count(source: Source) -> None:
    _receive(source, 20)

    fold_deltas()
    first = _buckets()
    fold_deltas()

    assert not BucketDelta.objects.exists()
    assert sum(bucket["mentions"] for bucket in first if bucket["width"] == 300) == 20
    assert _buckets() == first


def test_every_goal_that_is_due_is_measured_and_no_other(source: Source) -> None:
    now = timezone.now()
    incident = IncidentFactory(brand=source.brand)
    due, later = (
        set_goal(
            incident=incident,
            title="Calm the talk",
            metric="mentions.count",
            baseline=20,
            target=10,
            deadline=now + timedelta(days=1),
            actor=SYSTEM,
            now=now + timedelta(minutes=minutes),
        )
        for minutes in (-1, 10)
    )

    measure_goals()
    measure_goals()

    due.refresh_from_db()
    later.refresh_from_db()
    assert (due.current, due.state) == (0, "achieved")
    assert (later.current, later.state) == (None, "unmeasured")


def test_a_recount_without_difference_is_silent(source: Source) -> None:
    _receive(source, 20)

    recount_buckets()


def test_a_recount_with_a_difference_is_an_error_in_the_log(
    source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    _receive(source, 20)
    BucketDelta.objects.update(likes=7)

    recount_buckets()

    assert "rollups.differ" in caplog.text
    caplog.clear()
