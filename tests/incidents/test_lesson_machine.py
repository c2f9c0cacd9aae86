"""Lessons under random hands: the steps keep their order, and the log agrees with the state.

The whole machine runs inside the transaction of one test; each example in one that is undone.
"""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import DomainError
from crisisapi.events.models import Event
from incidents.models import Lesson, PlaybookVersion
from incidents.services import lessons as services
from incidents.services.deadlines import due_alarms, raise_alarm
from tests.factories.accounts import BrandFactory, MemberFactory
from tests.factories.incidents import IncidentFactory, PlaybookFactory, task_step

# The life of a lesson as it was promised, apart from how it is built.
NEXT = {
    "proposed": {"accepted", "rejected"},
    "accepted": {"rejected", "adopted"},
    "rejected": {"accepted"},
    "adopted": {"verified"},
    "verified": set(),
}


class Lessons(RuleBasedStateMachine):
    """A lesson, and everything people and the clock may do to it."""

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        brand = BrandFactory()
        self.owner = MemberFactory(brand=brand).user
        self.playbook = PlaybookFactory(brand=brand)
        self.lesson = services.propose_lesson(
            incident=IncidentFactory(brand=brand),
            title="Answer sooner",
            observation="Three hours.",
            recommendation="Prepare.",
            due_at=self.now + timedelta(hours=5),
            actor=SYSTEM,
            now=self.now,
        )

    def teardown(self) -> None:
        """Undo the example."""
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    def _status(self) -> str:
        return Lesson.objects.get(pk=self.lesson.pk).status

    def _move(self, act: Any, status: str, *, is_said: bool, **terms: Any) -> None:
        """Try a step; it is made where it is possible and everything is said."""
        allowed = status in NEXT[self._status()] and is_said
        before = self._status(), Event.objects.count()
        try:
            with transaction.atomic():
                act(
                    lesson=self.lesson,
                    **terms,
                    actor=SYSTEM,
                    now=self.now,
                    expected_version=None,
                )
        except DomainError:
            assert not allowed
            assert (self._status(), Event.objects.count()) == before
        else:
            assert allowed
            assert self._status() == status

    @rule(named=st.booleans())
    def accept(self, named: bool) -> None:  # noqa: FBT001
        """Agree, with or without an owner."""
        owned = named or Lesson.objects.get(pk=self.lesson.pk).owner is not None
        owner = self.owner if named else None
        self._move(services.accept_lesson, "accepted", is_said=owned, owner=owner)

    @rule(reason=st.sampled_from(["", " ", "No"]))
    def reject(self, reason: str) -> None:
        """Disagree, with or without a reason."""
        self._move(services.reject_lesson, "rejected", is_said=reason == "No", reason=reason)

    @rule(change=st.sampled_from(["", "The guide"]), in_playbook=st.booleans())
    def adopt(self, change: str, in_playbook: bool) -> None:  # noqa: FBT001
        """Change the way of work, in words or in a playbook."""
        playbook = self.playbook if in_playbook else None
        steps = [task_step("new")] if in_playbook else None
        adoption = services.Adoption(change=change, playbook=playbook, steps=steps)
        is_said = in_playbook or bool(change)
        self._move(services.adopt_lesson, "adopted", is_said=is_said, adoption=adoption)

    @rule(evidence=st.sampled_from(["", "The drill"]))
    def verify(self, evidence: str) -> None:
        """See that it works, with or without evidence."""
        said = bool(evidence)
        self._move(services.verify_lesson, "verified", is_said=said, evidence=evidence)

    @rule(hours=st.integers(1, 4))
    def let_time_pass(self, hours: int) -> None:
        """Jump ahead; the sweep comes twice."""
        self.now += timedelta(hours=hours)
        for thing in [*due_alarms(now=self.now, limit=9), *due_alarms(now=self.now, limit=9)]:
            raise_alarm(thing, now=self.now)

    @invariant()
    def the_log_and_the_state_agree(self) -> None:
        """The steps the log tells of follow one another, and the last is where it stands."""
        told = [
            event.verb.removeprefix("lesson.")
            for event in Event.objects.filter(object_id=self.lesson.pk).order_by("position")
        ]
        path = [verb for verb in told if verb in NEXT]
        assert all(after in NEXT[before] for before, after in pairwise(path))
        assert path[-1] == self._status()

    @invariant()
    def what_is_adopted_says_what_changed_and_what_is_accepted_has_an_owner(self) -> None:
        """A version is published exactly for a lesson that was adopted into a playbook."""
        lesson = Lesson.objects.get(pk=self.lesson.pk)
        made = PlaybookVersion.objects.filter(lesson=lesson, status="published").first()
        assert lesson.playbook_version == made
        if lesson.status in ("adopted", "verified"):
            assert lesson.change or made
        if lesson.status in ("accepted", "adopted", "verified"):
            assert lesson.owner == self.owner

    @invariant()
    def only_an_accepted_lesson_has_an_alarm_ahead(self) -> None:
        """Alarms are raised at most once an acceptance."""
        lesson = Lesson.objects.get(pk=self.lesson.pk)
        assert lesson.alarm_at is None or lesson.status == "accepted"
        verbs = list(Event.objects.filter(object_id=lesson.pk).values_list("verb", flat=True))
        accepted = verbs.count("lesson.accepted")
        assert verbs.count("lesson.late") <= accepted
        assert verbs.count("lesson.due_soon") <= accepted


@pytest.mark.django_db
def test_lessons_stay_legal_whatever_happens() -> None:
    run_state_machine_as_test(
        Lessons,
        settings=settings(
            max_examples=25,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
