"""Totals of all platforms and languages: folded beside the buckets, and read in their place."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crisisapi.accounts.models import Brand
from monitoring.models import Bucket, BucketDelta, BucketTotal, Query
from monitoring.rules.windows import DAY, FIVE_MINUTES, HOUR, Window
from monitoring.selectors.metrics import read_counts, read_metrics, read_series, read_totals
from monitoring.selectors.series import read_counts_by_bucket
from monitoring.services.rollups import fold_buckets
from tests.factories.monitoring import QueryFactory

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 4, tzinfo=UTC)
ONE_DAY = Window(START, START + DAY, FIVE_MINUTES)
PARTS = [("x", "he"), ("x", "en"), ("news", "he"), ("news", "")]


def _say(
    brand: Brand, query: Query | None = None, *, minutes: int = 0, times: int = 1, **counts: int
) -> None:
    """Count the same on each platform, in each language."""
    at = START + timedelta(minutes=minutes)
    BucketDelta.objects.bulk_create(
        BucketDelta(
            brand=brand, query=query, platform=platform, language=language, started_at=at, **counts
        )
        for platform, language in PARTS
        for _time in range(times)
    )


def _talk(brand: Brand, query: Query | None = None) -> None:
    """Some of a day, half of it folded."""
    for minutes in (0, 5, 65, 600):
        _say(brand, query, minutes=minutes, mentions=2, analysed=1, negative=1, reach=minutes)
    fold_buckets()
    for minutes in (5, 10, 1435):
        _say(brand, query, minutes=minutes, times=2, mentions=1, analysed=1, reach=7)


def test_a_bucket_has_one_total_whatever_its_platforms_and_languages(brand: Brand) -> None:
    _say(brand, mentions=3, reach=5)
    _say(brand, minutes=5, mentions=1)

    fold_buckets()

    totals = BucketTotal.objects.order_by("width", "started_at")
    assert list(totals.values_list("width", "mentions", "reach")) == [
        (300, 12, 20),
        (300, 4, 0),
        (3600, 16, 20),
        (86400, 16, 20),
    ]


def test_what_is_in_another_language_now_changes_no_total(brand: Brand) -> None:
    _say(brand, mentions=1)
    fold_buckets()
    before = list(BucketTotal.objects.order_by("pk").values())
    for language, change in (("he", -1), ("ar", 1)):
        BucketDelta.objects.create(
            brand=brand, platform="x", language=language, started_at=START, mentions=change
        )

    fold_buckets()

    assert list(BucketTotal.objects.order_by("pk").values()) == before
    assert not Bucket.objects.filter(platform="x", language="he").exists()


def test_a_total_in_which_nothing_is_left_is_dropped(brand: Brand) -> None:
    query = QueryFactory(brand=brand)
    _say(brand, query, mentions=1)
    _say(brand, query, minutes=5, mentions=1)
    fold_buckets()

    _say(brand, query, mentions=-1)
    fold_buckets()

    kept = BucketTotal.objects.order_by("width").values_list("width", "mentions")
    assert list(kept) == [(300, 4), (3600, 4), (86400, 4)]


@pytest.mark.parametrize("of_query", [False, True])
def test_totals_and_parts_say_the_same(brand: Brand, *, of_query: bool) -> None:
    query = QueryFactory(brand=brand) if of_query else None
    _talk(brand, QueryFactory(brand=brand))
    _talk(brand, query)
    asked: dict[str, Any] = {"brand_id": brand.pk, "query_id": query.pk if query else None}

    for width in (FIVE_MINUTES, HOUR, DAY):
        metrics = read_metrics(window=Window(START, START + DAY, width), **asked)
        series = read_series(window=metrics.window, **asked)

        assert metrics.totals == read_counts(window=metrics.window, **asked)
        assert metrics.totals == read_totals(window=metrics.window, **asked).counts
        assert metrics.totals == sum((counts for _at, counts in series[1:]), series[0][1])
        assert series == [row for row in metrics.series if row[1].mentions]
        assert metrics.totals.mentions == 56


@pytest.mark.parametrize("part", [{"platform": "x"}, {"language": "he"}])
def test_a_part_is_not_answered_with_the_total(brand: Brand, part: dict[str, str]) -> None:
    _talk(brand)
    asked: dict[str, Any] = {"brand_id": brand.pk, "window": ONE_DAY, **part}

    counts, metrics = read_counts(**asked), read_metrics(**asked)

    assert counts == metrics.totals
    assert counts.mentions == sum(row.mentions for _at, row in metrics.series) == 28


@pytest.mark.parametrize("of_query", [False, True])
@pytest.mark.parametrize("width", [FIVE_MINUTES, HOUR])
def test_arrays_hold_what_the_series_says(
    brand: Brand, width: timedelta, *, of_query: bool
) -> None:
    query = QueryFactory(brand=brand) if of_query else None
    query_id = query.pk if query else None
    _talk(brand, QueryFactory(brand=brand))
    _talk(brand, query)
    window = Window(START, START + DAY, width)

    arrays = read_counts_by_bucket(brand.pk, query_id, window)

    series = read_metrics(brand_id=brand.pk, query_id=query_id, window=window).series
    for name in ("mentions", "positive", "neutral", "negative", "reach"):
        said = [getattr(counts, name) for _at, counts in series]
        assert np.array_equal(getattr(arrays, name), said)


def test_arrays_of_silence_are_zeros(brand: Brand) -> None:
    arrays = read_counts_by_bucket(brand.pk, None, ONE_DAY)

    assert arrays.mentions.tolist() == arrays.reach.tolist() == [0] * 288


def test_the_series_of_all_reads_no_platform(brand: Brand) -> None:
    _talk(brand)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        read_series(brand_id=brand.pk, window=ONE_DAY)
        read_counts(brand_id=brand.pk, window=ONE_DAY)

    assert len(queries) == 2
    assert not [row for row in queries if "monitoring_bucket " in row["sql"]]
