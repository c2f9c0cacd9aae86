"""Second looks between everything else that happens to mentions: counts are what a recount says."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from monitoring.models import LookReason, Mention, SecondLook
from monitoring.services.analysers import AND
from monitoring.services.looks_due import look_again
from monitoring.services.second_looks import look_next, remove_old_looks
from tests.machines import walk
from tests.monitoring.test_reading_machine import NOW, TEXTS, ReadingMachine, limits, numbers
from tests.monitoring.transforming import looking_twice, make_transformer

pytestmark = pytest.mark.django_db

# Otherwise than the first look sees it, wherever it can tell.
SAYS = {
    **dict.fromkeys(("the", "broke", "terrible", "הקומקום", "נשבר", "בושה"), 2),
    **dict.fromkeys(("great", "thank", "you", "תודה", "רבה", "קומקום"), 0),
    **dict.fromkeys(("does", "shop", "open"), 1),
}


class LookingMachine(ReadingMachine):
    """The machine of reading, and a model that looks again, is swapped and taken away."""

    models: tuple[Path, ...] = ()

    @initialize(texts=st.permutations(TEXTS))
    def begin(self, texts: list[str]) -> None:
        """Begin with a model, where some were looked at already."""
        super().begin(texts)
        self.now = NOW
        self.model = looking_twice(self.models[0])
        self.model.__enter__()
        self.raise_an_alert([0, 1, 2, 3])
        self.look(limit=3)

    def teardown(self) -> None:
        self.model.__exit__(None, None, None)
        super().teardown()

    @rule(place=st.integers(0, 2))
    def set_a_model(self, place: int) -> None:
        self.model.__exit__(None, None, None)
        self.model = looking_twice(self.models[place - 1] if place else "")
        self.model.__enter__()
        self.analysers.close()

    @rule(which=st.lists(numbers, max_size=4))
    def raise_an_alert(self, which: list[int]) -> None:
        found = Mention.objects.filter(external_id__in=[f"post-{number}" for number in which])
        look_again(found.values_list("pk", flat=True), LookReason.ALERT, now=self.now)

    @rule(limit=limits)
    @precondition(lambda _self: bool(settings.TRANSFORMER_MODEL))
    def look(self, limit: int) -> None:
        self._time_passes()
        look_next(now=self.now, limit=limit)

    @rule(limit=limits)
    @precondition(lambda _self: bool(settings.TRANSFORMER_MODEL))
    def die_while_looking(self, limit: int) -> None:
        self._time_passes()
        with transaction.atomic():
            look_next(now=self.now, limit=limit)
            transaction.set_rollback(True)
        due = SecondLook.objects.due().filter(claimed_until=None)
        ids = list(due.order_by("pk").values_list("pk", flat=True)[:limit])
        due.filter(pk__in=ids).update(claims=1, claimed_until=self.now)

    @rule()
    def remove_what_is_over(self) -> None:
        remove_old_looks(now=self.now)

    @invariant()
    def what_is_gone_is_looked_at_by_nobody(self) -> None:
        kept = SecondLook.objects.filter(mention__removed_at__isnull=False)
        assert not kept.exclude(finished_at=None).exists()

    @invariant()
    def whoever_judged_is_named(self) -> None:
        looked: Any = SecondLook.objects.exclude(finished_at=None).exclude(sentiment="")
        for row in looked.filter(mention__corrected_at=None).select_related("mention"):
            if AND in row.mention.analyser:
                assert row.mention.sentiment == row.sentiment
                assert row.mention.analyser.endswith(row.analyser)

    def _time_passes(self) -> None:
        self.now += timedelta(minutes=6)


def test_any_course_of_second_looks_is_counted_exactly(tmp_path: Path) -> None:
    turned = {word: 2 - output for word, output in SAYS.items()}
    LookingMachine.models = (
        make_transformer(tmp_path / "contrary", says=SAYS),
        make_transformer(tmp_path / "turned", says=turned),
    )

    walk(LookingMachine)

    assert not SecondLook.objects.exists()
