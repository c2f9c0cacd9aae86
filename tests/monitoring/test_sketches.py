"""Unique authors: folded, made anew where somebody left, the same as a recount."""

from datetime import UTC, datetime, timedelta

import pytest

from crisisapi.common.actors import SYSTEM
from monitoring.models import Mention, Sketch, SketchDelta, Source, Width
from monitoring.rules.hyperloglog import count_distinct
from monitoring.rules.windows import DAY, FIVE_MINUTES, HOUR, align
from monitoring.selectors.authors import read_authors
from monitoring.selectors.sketch_recount import find_false_sketches
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import receive_delivery
from monitoring.services.queries import change_query
from monitoring.services.rereadings import reread_next
from monitoring.services.sketches import fold_sketches
from tests.factories.monitoring import QueryFactory
from tests.monitoring.pushing import body_of, mention

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
START = NOW - timedelta(hours=3)


def _said(source: Source, count: int, *, people: int, name: str = "msg_1") -> None:
    sent = [
        mention(
            number,
            published_at=(START + timedelta(seconds=40 * number)).isoformat(),
            author={"handle": f"{name}-{number % people}"},
        )
        for number in range(count)
    ]
    receive_delivery(source=source, external_id=name, body=body_of(*sent), now=NOW)
    while analyse_batch(now=NOW):
        pass


def _fold() -> None:
    while fold_sketches():
        pass


def test_people_are_counted_once_before_and_after_folding(source: Source) -> None:
    _said(source, 60, people=7)
    window = align(START, NOW, HOUR)

    before = read_authors(brand_id=source.brand_id, window=window)
    _fold()
    after = read_authors(brand_id=source.brand_id, window=window)

    assert before == after
    assert before.total.count == 7
    assert not SketchDelta.objects.exists()


@pytest.mark.parametrize("width", [FIVE_MINUTES, HOUR, DAY])
def test_every_width_has_its_own_people(source: Source, width: timedelta) -> None:
    _said(source, 60, people=7)
    _fold()

    authors = read_authors(brand_id=source.brand_id, window=align(START, NOW, width))

    seconds = int(width.total_seconds())
    folded = Sketch.objects.filter(width=seconds, query=None).order_by("started_at")
    assert [found.count for found in authors.series.values()] == [
        count_distinct(bytes(row.sketch)).count for row in folded
    ]
    assert authors.total.count == 7


def test_sketches_are_byte_for_byte_what_a_recount_makes(source: Source) -> None:
    QueryFactory(brand=source.brand, expression="kettle")
    _said(source, 500, people=400)
    fold_sketches(limit=3)

    assert find_false_sketches(source.brand_id) == []
    _fold()
    assert find_false_sketches(source.brand_id) == []
    Sketch.objects.filter(width=Width.HOUR).update(sketch=b"12345678")
    assert {key.width for key in find_false_sketches(source.brand_id)} == {3600}


def test_people_leave_a_query_that_does_not_find_them_any_more(source: Source) -> None:
    query = QueryFactory(brand=source.brand, expression="kettle")
    _said(source, 30, people=5)
    _fold()

    change_query(query=query, actor=SYSTEM, now=NOW, expected_version=None, expression="teapot")
    while reread_next(now=NOW):
        pass
    _fold()

    window = align(START, NOW, HOUR)
    found = read_authors(brand_id=source.brand_id, query_id=query.pk, window=window)
    assert (found.total.count, found.series) == (0, {})
    assert not Sketch.objects.filter(query=query).exists()
    assert read_authors(brand_id=source.brand_id, window=window).total.count == 5


def test_a_mention_without_an_author_is_nobodys(source: Source) -> None:
    body = body_of(mention(1), mention(2, author={"name": "Somebody"}))
    receive_delivery(source=source, external_id="msg_1", body=body, now=NOW)
    analyse_batch(now=NOW)

    assert set(Mention.objects.values_list("author_key", flat=True)) == {None}
    assert not SketchDelta.objects.exists()


def test_an_account_is_one_by_its_id_whatever_its_name(source: Source) -> None:
    body = body_of(
        mention(1, author={"id": "7", "handle": "dana"}),
        mention(2, author={"id": "7", "handle": "dana_new"}),
        mention(3, author={"handle": "Avi"}),
        mention(4, author={"handle": "@avi"}),
        mention(5, author={"id": "7"}, platform="news"),
    )
    receive_delivery(source=source, external_id="msg_1", body=body, now=NOW)
    analyse_batch(now=NOW)

    keys = dict(Mention.objects.values_list("external_id", "author_key"))
    assert keys["post-1"] == keys["post-2"]
    assert keys["post-3"] == keys["post-4"]
    assert len(set(keys.values())) == 3
