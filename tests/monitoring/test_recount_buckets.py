"""Recounting by hand."""

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from monitoring.models import Bucket, BucketDelta, BucketTotal, Mention, QueryMatch, Sketch, Source
from monitoring.rules.hyperloglog import sketch_of
from monitoring.rules.incoming import as_json
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import receive_delivery
from monitoring.services.rollups import fold_buckets
from monitoring.services.sketches import fold_sketches
from tests.factories.accounts import BrandFactory
from tests.factories.monitoring import MentionFactory, QueryFactory
from tests.monitoring.pushing import mention

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _mentions(source: Source) -> None:
    body = as_json([mention(n, likes=2, author={"handle": f"person{n}"}) for n in range(3)])
    receive_delivery(source=source, external_id="1", body=body, now=datetime.now(UTC))


def _run(**options: Any) -> str:
    out = StringIO()
    call_command("recount_buckets", stdout=out, **options)
    return out.getvalue()


def test_exact_rollups_are_said_to_be(source: Source) -> None:
    BrandFactory(slug="tapuz")

    assert _run() == "rimon: the rollups are exact.\ntapuz: the rollups are exact.\n"
    assert _run(brand="rimon") == "rimon: the rollups are exact.\n"


def test_every_difference_is_printed_and_the_command_fails(source: Source) -> None:
    BucketDelta.objects.update(likes=5)
    out = StringIO()

    with pytest.raises(CommandError, match="6 counts"):
        call_command("recount_buckets", stdout=out)

    assert out.getvalue().splitlines() == [
        "rimon: 2026-03-04 09:15Z, 300 s, x: likes 5, recounted 6",
        "rimon: 2026-03-04 09:15Z, 300 s, in all: likes 5, recounted 6",
        "rimon: 2026-03-04 09:00Z, 3600 s, x: likes 5, recounted 6",
        "rimon: 2026-03-04 09:00Z, 3600 s, in all: likes 5, recounted 6",
        "rimon: 2026-03-04 00:00Z, 86400 s, x: likes 5, recounted 6",
        "rimon: 2026-03-04 00:00Z, 86400 s, in all: likes 5, recounted 6",
    ]


def test_an_unknown_brand_is_named(source: Source) -> None:
    with pytest.raises(CommandError, match="no brand nobody"):
        _run(brand="nobody")


def _spoil(source: Source) -> None:
    """Make wrong what can be: counts of every width, the list of a query, sketches."""
    query = QueryFactory(brand=source.brand, expression="kettle")
    Mention.objects.update(query_ids=[query.pk], author_key=7)
    QueryMatch.objects.create(query=query, mention=_strange(source), published_at=NOON)
    Bucket.objects.filter(width=300).update(likes=F("likes") + 2)
    Bucket.objects.filter(width=86400).update(reach=F("reach") + 5)
    BucketTotal.objects.filter(width=3600).update(negative=F("negative") + 3)
    Sketch.objects.update(sketch=sketch_of([1, 2, 3]))


def _strange(source: Source) -> Mention:
    return MentionFactory(source=source, external_id="strange", published_at=NOON, author_key=9)


def test_a_repair_makes_everything_what_the_mentions_say(source: Source) -> None:
    while analyse_batch(now=NOON) or fold_buckets() or fold_sketches():
        pass
    _spoil(source)

    told = _run(repair=True)

    assert told.endswith("rimon: repaired, 0 left.\n")
    assert "rows in the lists of queries" in told
    assert _run() == "rimon: the rollups are exact.\n"
    assert Bucket.objects.get(width=86400, query=None, language="en").mentions == 3


def test_a_repair_of_what_is_exact_changes_nothing(source: Source) -> None:
    while analyse_batch(now=NOON) or fold_buckets() or fold_sketches():
        pass
    before = _rollups()

    assert _run(repair=True) == "rimon: the rollups are exact.\n"

    assert _rollups() == before


def _rollups() -> list[Any]:
    return [row for rows in (Bucket, BucketTotal) for row in rows.objects.order_by("pk").values()]


@pytest.mark.parametrize("width", [300, 3600, 86400])
def test_a_total_that_is_not_the_sum_of_its_parts_is_found_and_repaired(
    source: Source, width: int
) -> None:
    while analyse_batch(now=NOON) or fold_buckets():
        pass
    BucketTotal.objects.filter(width=width, query=None).update(mentions=F("mentions") - 1)

    [told, repaired] = _run(repair=True).splitlines()

    assert told.endswith(f"Z, {width} s, in all: mentions 2, recounted 3")
    assert repaired == "rimon: repaired, 0 left."


def test_a_total_that_is_missing_is_found_and_repaired(source: Source) -> None:
    while analyse_batch(now=NOON) or fold_buckets():
        pass
    BucketTotal.objects.all().delete()

    told = _run(repair=True)

    assert told.count("in all: mentions 0, recounted 3") == 3
    assert told.endswith("rimon: repaired, 0 left.\n")
