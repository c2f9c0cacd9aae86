"""Whatever happens to mentions and queries, in any order: the rollups are what a recount says."""

from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from crisisapi.common.actors import SYSTEM
from monitoring.models import Mention, Query, QueryMatch, Rereading, SketchDelta
from monitoring.rules.forgetting import erased_id
from monitoring.rules.queries import Reading, compile_query
from monitoring.rules.windows import HOUR, align
from monitoring.selectors.author_recount import find_false_authors
from monitoring.selectors.authors import read_author_total, read_authors
from monitoring.selectors.recount import count_false_matches, find_differences
from monitoring.selectors.sketch_recount import find_false_sketches
from monitoring.services.analysis import analyse_batch
from monitoring.services.author_counts import fold_authors
from monitoring.services.corrections import Verdict, correct_mention, undo_correction
from monitoring.services.deliveries import receive_delivery
from monitoring.services.removing import remove_mentions
from monitoring.services.rereadings import (
    ask_backfill,
    ask_reanalysis,
    drop_backfills,
    reread_next,
)
from monitoring.services.rollups import fold_buckets
from monitoring.services.shielding import forget_mentions
from monitoring.services.sketches import fold_sketches
from tests.factories.monitoring import QueryFactory, SourceFactory
from tests.machines import DatabaseMachine, walk
from tests.monitoring.pushing import body_of, mention
from tests.monitoring.readers import contrary_analyser, document_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
START = NOW - timedelta(hours=30)
TEXTS = [
    "the kettle broke, terrible and dangerous!",
    "הקומקום נשבר, בושה",
    "תודה רבה על קומקום מצוין",
    "great kettle, thank you",
    "does the shop open on Sunday?",
    "",
]
EXPRESSIONS = [
    "kettle",
    "קומקום",
    "kettle OR shop",
    "sentiment:negative",
    "NOT kettle",
    "emotion:hope OR author:dana",
    "lang:he",
    "platform:news kettle",
]
numbers = st.integers(0, 9)
limits = st.integers(1, 9)
items = st.fixed_dictionaries(
    {
        "number": numbers,
        "text": st.sampled_from(TEXTS),
        "language": st.sampled_from(["", "", "he", "en"]),
        "author": st.sampled_from(["", "dana", "avi", "noa"]),
        "likes": st.integers(0, 9),
        "reach": st.integers(0, 99),
    }
)


class WorkerDied(Exception):
    """Killed before the commit."""


class ReadingMachine(DatabaseMachine):
    """One brand, whose mentions come, grow, change, go, and are read and read again."""

    @initialize(texts=st.permutations(TEXTS))
    def begin(self, texts: list[str]) -> None:
        """Begin where most is at stake: everything is read, matched and folded."""
        self.analysers = ExitStack()
        self.source = SourceFactory()
        self.brand = self.source.brand
        self.deliveries = 0
        for expression in ("kettle", "NOT kettle"):
            self.make_query(expression)
        self._arrive(
            [
                {
                    "number": number,
                    "text": texts[number % len(texts)],
                    "language": "",
                    "author": ["dana", "avi", "noa"][number % 3],
                    "likes": 1,
                    "reach": 1,
                }
                for number in range(8)
            ],
            revision=1,
        )
        self.read(limit=9)
        self.fold(limit=100)

    def teardown(self) -> None:
        self.analysers.close()
        super().teardown()

    @rule(batch=st.lists(items, min_size=1, max_size=6))
    def arrive(self, batch: list[dict[str, Any]]) -> None:
        self._arrive(batch, revision=0)

    @rule(batch=st.lists(items, min_size=1, max_size=6))
    def edit(self, batch: list[dict[str, Any]]) -> None:
        self._arrive(batch, revision=self.deliveries + 2)

    def _arrive(self, batch: list[dict[str, Any]], *, revision: int) -> None:
        self.deliveries += 1
        sent = [
            mention(
                item["number"],
                text=item["text"],
                # A post keeps its place: its time and platform belong to it.
                platform=["x", "news"][item["number"] % 2],
                published_at=(START + timedelta(minutes=item["number"] * 171)).isoformat(),
                language=item["language"],
                author={"handle": item["author"]},
                revision=revision,
                likes=item["likes"],
                reach=item["reach"],
            )
            for item in batch
        ]
        name = f"msg_{self.deliveries}"
        receive_delivery(source=self.source, external_id=name, body=body_of(*sent), now=NOW)

    @rule(number=numbers)
    def remove(self, number: int) -> None:
        remove_mentions([f"post-{number}"], source=self.source, now=NOW)

    @rule(number=numbers)
    def forget(self, number: int) -> None:
        known = Mention.objects.filter(source=self.source, external_id=f"post-{number}")
        rows = list(known.values_list("pk", "external_id"))
        key = "key of this brand"
        # What comes again is shielded before it is stored, and never forgotten twice.
        if not Mention.objects.filter(external_id=erased_id(key, f"post-{number}")).exists():
            forget_mentions(rows, key=key, now=NOW)

    @rule(limit=limits)
    def read(self, limit: int) -> None:
        analyse_batch(now=NOW, limit=limit)

    @rule(limit=limits, rereads=st.booleans())
    def die_while_reading(self, limit: int, *, rereads: bool) -> None:
        with suppress(WorkerDied), transaction.atomic():
            (reread_next if rereads else analyse_batch)(now=NOW, limit=limit)
            raise WorkerDied

    @rule(limit=st.sampled_from([2, 9, 100]))
    def fold(self, limit: int) -> None:
        fold_buckets(limit=limit)
        fold_sketches(limit=limit)
        fold_authors(now=NOW, limit=limit)

    @rule(expression=st.sampled_from(EXPRESSIONS))
    def make_query(self, expression: str) -> None:
        query = QueryFactory(brand=self.brand, expression=expression)
        ask_backfill(query=query, actor=SYSTEM, now=NOW)

    @rule(data=st.data(), expression=st.sampled_from(EXPRESSIONS))
    @precondition(lambda self: Query.objects.filter(brand=self.brand).exists())
    def change_query(self, data: st.DataObject, expression: str) -> None:
        query = self._one_of(data, Query.objects.filter(brand=self.brand))
        query.expression, query.is_active, query.version = expression, True, query.version + 1
        query.save()
        ask_backfill(query=query, actor=SYSTEM, now=NOW)

    @rule(data=st.data())
    @precondition(lambda self: Query.objects.active().filter(brand=self.brand).exists())
    def deactivate_query(self, data: st.DataObject) -> None:
        query = self._one_of(data, Query.objects.active().filter(brand=self.brand))
        query.is_active, query.version = False, query.version + 1
        query.save()
        drop_backfills(query=query, now=NOW)

    @rule(limit=limits)
    def reread(self, limit: int) -> None:
        reread_next(now=NOW, limit=limit)

    @rule(is_contrary=st.booleans(), language=st.sampled_from(["", "", "he"]))
    @precondition(lambda _self: Rereading.objects.open().filter(query=None).count() < 5)
    def reanalyse(self, *, is_contrary: bool, language: str) -> None:
        self.analysers.close()
        if is_contrary:
            self.analysers.enter_context(contrary_analyser())
        ask_reanalysis(brand=self.brand, actor=SYSTEM, now=NOW, language=language)

    @rule(
        data=st.data(),
        sentiment=st.sampled_from(["positive", "negative", "unknown"]),
        language=st.sampled_from(["", "he"]),
        emotions=st.sampled_from([None, [], ["hope"]]),
    )
    @precondition(lambda self: self._read_rows().filter(removed_at=None).exists())
    def correct(
        self, data: st.DataObject, sentiment: str, language: str, emotions: list[str] | None
    ) -> None:
        row = self._one_of(data, self._read_rows().filter(removed_at=None))
        verdict = Verdict(sentiment, language=language, emotions=emotions)
        correct_mention(mention=row, verdict=verdict, actor=SYSTEM, now=NOW)

    @rule(data=st.data())
    @precondition(lambda self: self._read_rows().exclude(corrected_at=None).exists())
    def undo_a_correction(self, data: st.DataObject) -> None:
        row = self._one_of(data, self._read_rows().exclude(corrected_at=None))
        undo_correction(mention=row, actor=SYSTEM, now=NOW)

    @invariant()
    def rollups_are_what_a_recount_says(self) -> None:
        assert find_differences(self.brand.pk) == []
        assert count_false_matches(self.brand.pk) == 0
        assert find_false_sketches(self.brand.pk) == []
        assert find_false_authors(self.brand.pk) == set()

    @invariant()
    def queries_that_are_not_waited_for_found_what_they_should(self) -> None:
        if Rereading.objects.open().filter(brand=self.brand).exists():
            return
        rows = list(self._read_rows().filter(removed_at=None))
        for query in Query.objects.active().filter(brand=self.brand):
            tree = compile_query(query.expression)
            found = {row.pk for row in rows if query.pk in row.query_ids}
            assert found == {row.pk for row in rows if tree.matches(Reading(document_of(row)))}

    @invariant()
    def few_authors_are_counted_exactly(self) -> None:
        if SketchDelta.objects.filter(brand=self.brand, is_stale=True).exists():
            return
        window = align(START, NOW, HOUR)
        for query_id in (None, *Query.objects.values_list("pk", flat=True)):
            rows = Mention.objects.filter(brand=self.brand, author_key__isnull=False)
            heard = rows if query_id is None else rows.filter(query_ids__contains=[query_id])
            authors = read_authors(brand_id=self.brand.pk, query_id=query_id, window=window)
            assert authors.total.count == len({row.author_key for row in heard})
            total = read_author_total(brand_id=self.brand.pk, query_id=query_id, window=window)
            assert total == authors.total

    def _read_rows(self) -> Any:
        return Mention.objects.filter(brand=self.brand, analysed_at__isnull=False)

    def _one_of(self, data: st.DataObject, rows: Any) -> Any:
        return data.draw(st.sampled_from(list(rows.order_by("pk"))))


def test_any_course_of_mentions_and_queries_is_counted_exactly() -> None:
    walk(ReadingMachine)

    assert not QueryMatch.objects.exists()
