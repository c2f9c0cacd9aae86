"""However mentions arrive, what is raised is what the counts say in the end."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from monitoring.models import Alert, AlertRule, Mention, Touch
from monitoring.rules.detection.judging import judge
from monitoring.selectors.watched import read_counted
from monitoring.services.judging import terms_of
from monitoring.services.removing import remove_mentions
from monitoring.services.rollups import fold_buckets
from monitoring.services.watching import sweep_rules, watch_next
from tests.factories.monitoring import AlertRuleFactory, SourceFactory
from tests.machines import DatabaseMachine, walk
from tests.monitoring.alarming import FIVE, NOW, say, usual_talk, watch

pytestmark = pytest.mark.django_db


class WorkerDied(Exception):
    """The plug was pulled."""


class ArrivalMachine(DatabaseMachine):
    """Mentions that come late, grow fewer, and are judged by workers that may die."""

    @initialize(days=st.sampled_from([0, 1, 15]))
    def begin(self, days: int) -> None:
        """Have a brand watched, which was heard for so many days."""
        self.now = NOW
        self.source = SourceFactory()
        self.has_shrunk = False
        usual_talk(self.source.brand, days=days)
        AlertRuleFactory(brand=self.source.brand, cool_down_minutes=5)

    @rule(minutes=st.integers(0, 300), number=st.sampled_from([1, 10, 150]))
    def say(self, minutes: int, number: int) -> None:
        """Hear of what was said so long ago."""
        say(self.source, number, at=self.now, said=self.now - timedelta(minutes=minutes))

    @rule()
    def remove_some(self) -> None:
        """Count fewer: posts are deleted where they were written."""
        gone = Mention.objects.filter(removed_at=None).values_list("external_id", flat=True)[:20]
        if gone:
            remove_mentions(list(gone), source=self.source, now=self.now)
            self.has_shrunk = True

    @rule()
    def fold(self) -> None:
        """Fold what was counted."""
        fold_buckets()

    @rule(minutes=st.integers(1, 20))
    def wait(self, minutes: int) -> None:
        """Let time pass once all was judged, since what is old is no news."""
        self.judge()
        self.now += timedelta(minutes=minutes)

    @rule()
    def judge(self) -> None:
        """Judge all that was touched."""
        watch(self.now)
        assert not Touch.objects.exists()
        assert self.has_shrunk or Alert.objects.exists() or not self._is_over()

    @rule()
    def sweep(self) -> None:
        """Look for what is over."""
        sweep_rules(now=self.now)

    @rule()
    def die(self) -> None:
        """Lose the worker while it judges; nothing of what it did is left."""
        before = Alert.objects.count(), Touch.objects.count()
        try:
            with transaction.atomic():
                watch_next(now=self.now)
                raise WorkerDied
        except WorkerDied:
            assert (Alert.objects.count(), Touch.objects.count()) == before

    @invariant()
    def one_at_a_time(self) -> None:
        """One alert goes on at most, and none begins before the last one has ended."""
        alerts = list(Alert.objects.order_by("started_at"))
        for alert, following in pairwise(alerts):
            assert alert.ended_at is not None
            assert following.started_at >= alert.started_at + FIVE
        assert all(NOW - timedelta(hours=12) <= alert.started_at <= self.now for alert in alerts)

    def _is_over(self) -> bool:
        counted = read_counted(brand_id=self.source.brand_id, query=None, now=self.now)
        judged = judge(terms_of(AlertRule.objects.get()), counted)
        since = counted.place(NOW - timedelta(hours=5))
        return judged.first_over(since) is not None


def test_what_is_raised_is_what_the_counts_say() -> None:
    walk(ArrivalMachine)
