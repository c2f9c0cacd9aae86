"""Everything at once: pushes, readers, changed queries, rereadings and folding, in threads."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from crisisapi.common.actors import SYSTEM
from monitoring.models import Mention, Query, Source
from monitoring.rules.queries import Reading, compile_query
from monitoring.selectors.recount import count_false_matches, find_differences
from monitoring.selectors.sketch_recount import find_false_sketches
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import receive_delivery
from monitoring.services.queries import add_query, change_query
from monitoring.services.rereadings import ask_reanalysis, reread_next
from monitoring.services.rollups import fold_buckets
from monitoring.services.sketches import fold_sketches
from tests.monitoring.pushing import body_of, mention
from tests.monitoring.readers import document_of
from tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
TEXTS = ["terrible kettle", "הקומקום נשבר", "great shop", "tea for two?"]
EXPRESSIONS = ["kettle", "קומקום OR shop", "NOT kettle", "sentiment:negative"]
ROUNDS = 12


def _push(source: Source, seed: int) -> None:
    chance = random.Random(seed)
    for turn in range(ROUNDS):
        sent = [
            mention(
                number,
                text=chance.choice(TEXTS),
                published_at=(NOW - timedelta(minutes=7 * number)).isoformat(),
                author={"handle": f"person{number % 9}"},
                revision=turn,
                likes=turn,
            )
            for number in sorted(chance.sample(range(60), 25))
        ]
        name = f"msg_{seed}_{turn}"
        receive_delivery(source=source, external_id=name, body=body_of(*sent), now=NOW)


def _read() -> None:
    for _turn in range(3 * ROUNDS):
        analyse_batch(now=NOW, limit=20)


def _change(query: Query) -> None:
    for turn in range(ROUNDS):
        expression = EXPRESSIONS[turn % len(EXPRESSIONS)]
        fields = {"expression": expression, "is_active": turn % 5 != 3}
        current = Query.objects.get(pk=query.pk)
        change_query(query=current, actor=SYSTEM, now=NOW, expected_version=None, **fields)
        reread_next(now=NOW, limit=15)


def _reread() -> None:
    for _turn in range(3 * ROUNDS):
        reread_next(now=NOW, limit=15)


def _fold() -> None:
    for _turn in range(2 * ROUNDS):
        fold_buckets(limit=50)
        fold_sketches(limit=50)


def test_all_at_once_are_counted_exactly(source: Source) -> None:
    fields = {"name": "Kettles", "expression": "kettle"}
    query = add_query(brand=source.brand, actor=SYSTEM, now=NOW, **fields)
    other = add_query(
        brand=source.brand, actor=SYSTEM, now=NOW, name="Tea", expression="tea OR shop"
    )
    ask_reanalysis(brand=source.brand, actor=SYSTEM, now=NOW)

    faults = together(
        lambda: _push(source, 1),
        lambda: _push(source, 2),
        _read,
        _read,
        lambda: _change(query),
        _reread,
        _fold,
    )

    assert faults == []
    assert find_differences(source.brand_id) == []
    assert count_false_matches(source.brand_id) == 0
    while analyse_batch(now=NOW) or reread_next(now=NOW) or fold_buckets() or fold_sketches():
        pass
    assert find_differences(source.brand_id) == []
    assert find_false_sketches(source.brand_id) == []
    rows = list(Mention.objects.all())
    for active in Query.objects.active().filter(pk__in=[query.pk, other.pk]):
        tree = compile_query(active.expression)
        found = {row.pk for row in rows if active.pk in row.query_ids}
        assert found == {row.pk for row in rows if tree.matches(Reading(document_of(row)))}
