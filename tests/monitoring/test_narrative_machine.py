"""Whatever happens to mentions, in any order: narratives count what a recount says."""

from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from crisisapi.common.actors import SYSTEM
from monitoring.models import Mention, Placement, Rereading, Wording
from monitoring.rules.forgetting import erased_id
from monitoring.selectors.narrative_recount import find_miscounted
from monitoring.services.analysis import analyse_batch
from monitoring.services.corrections import Verdict, correct_mention
from monitoring.services.deliveries import receive_delivery
from monitoring.services.grouping import group_batch
from monitoring.services.removing import remove_mentions
from monitoring.services.rereadings import ask_reanalysis, reread_next
from monitoring.services.shielding import forget_mentions
from tests.factories.monitoring import SourceFactory
from tests.machines import DatabaseMachine, walk
from tests.monitoring.pushing import body_of, mention
from tests.monitoring.readers import contrary_analyser
from tests.monitoring.rules.narratives.stories import STORIES

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
TEXTS = [
    *STORIES["handle"][:3],
    f"RT @dana: {STORIES['handle'][0]}",
    *STORIES["refund"][:3],
    *STORIES["ידית"][:2],
    "😡",
    "",
    "https://news.example.org/kettle",
]
numbers = st.integers(0, 11)
limits = st.integers(1, 12)
items = st.fixed_dictionaries({"number": numbers, "text": st.sampled_from(TEXTS)})


class WorkerDied(Exception):
    """Killed before the commit."""


class NarrativeMachine(DatabaseMachine):
    """One brand, whose mentions come, change, go, and are read and placed."""

    @initialize()
    def begin(self) -> None:
        self.analysers = ExitStack()
        self.source = SourceFactory()
        self.brand = self.source.brand
        self.deliveries = 0
        self._arrive([{"number": at, "text": text} for at, text in enumerate(TEXTS)], revision=1)
        self.read(limit=12)
        self.place(limit=12)

    def teardown(self) -> None:
        self.analysers.close()
        super().teardown()

    @rule(batch=st.lists(items, min_size=1, max_size=6), is_edit=st.booleans())
    def arrive(self, batch: list[dict[str, Any]], *, is_edit: bool) -> None:
        self._arrive(batch, revision=self.deliveries + 2 if is_edit else 0)

    def _arrive(self, batch: list[dict[str, Any]], *, revision: int) -> None:
        self.deliveries += 1
        sent = [
            mention(
                item["number"],
                text=item["text"],
                published_at=(NOW + timedelta(minutes=3 * item["number"], seconds=7)).isoformat(),
                author={"handle": f"teller{item['number'] % 4}"},
                revision=revision,
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
        if not Mention.objects.filter(external_id=erased_id(key, f"post-{number}")).exists():
            forget_mentions(rows, key=key, now=NOW)

    @rule(limit=limits)
    def read(self, limit: int) -> None:
        analyse_batch(now=NOW, limit=limit)

    @rule(limit=limits)
    def place(self, limit: int) -> None:
        group_batch(brand_id=self.brand.pk, now=NOW, limit=limit)

    @rule(limit=limits)
    def die_while_placing(self, limit: int) -> None:
        with suppress(WorkerDied), transaction.atomic():
            group_batch(brand_id=self.brand.pk, now=NOW, limit=limit)
            raise WorkerDied

    @rule(data=st.data(), sentiment=st.sampled_from(["positive", "negative"]))
    @precondition(lambda self: self._standing().exists())
    def correct(self, data: st.DataObject, sentiment: str) -> None:
        row = data.draw(st.sampled_from(list(self._standing().order_by("pk"))))
        correct_mention(mention=row, verdict=Verdict(sentiment), actor=SYSTEM, now=NOW)

    @rule()
    @precondition(lambda _self: not Rereading.objects.open().exists())
    def reanalyse(self) -> None:
        self.analysers.close()
        self.analysers.enter_context(contrary_analyser())
        ask_reanalysis(brand=self.brand, actor=SYSTEM, now=NOW)
        reread_next(now=NOW, limit=99)

    def _standing(self) -> Any:
        rows = Mention.objects.filter(brand=self.brand, analysed_at__isnull=False)
        return rows.filter(removed_at=None)

    @invariant()
    def what_is_counted_is_what_a_recount_says(self) -> None:
        assert find_miscounted(self.brand.pk) == []

    @invariant()
    def every_mention_that_was_read_has_a_place_or_waits_for_one(self) -> None:
        placed = Placement.objects.values("mention_id")
        assert not self._standing().exclude(pk__in=placed).exists()

    @invariant()
    def nothing_is_known_of_words_that_are_gone(self) -> None:
        if Placement.objects.filter(is_due=True).exists():
            return
        said = Mention.objects.filter(removed_at=None).values("placement__wording_id")
        silent = Wording.objects.exclude(pk__in=said.exclude(placement__wording=None))
        assert set(silent.values_list("exact", "minima")) <= {(None, b"")}


def test_any_course_of_mentions_is_counted_exactly() -> None:
    walk(NarrativeMachine)
