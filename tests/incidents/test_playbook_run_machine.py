"""Runs of random playbooks under random hands: no illegal state, and the log agrees with it.

The whole machine runs inside the transaction of one test; each example in one that is undone.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import DomainError
from crisisapi.events.models import Event
from incidents.models import PlaybookRun, RunStep, Task
from incidents.services import run_steps
from incidents.services.assignments import assign_lead
from incidents.services.playbook_runs import advance_run, cancel_run, start_run
from incidents.services.tasks import cancel_task, finish_task
from tests.factories.accounts import BrandFactory, MemberFactory
from tests.factories.incidents import IncidentFactory, task_step
from tests.incidents.playbooks import decision_of, playbook_of, step_of, wait_of

KINDS = ["task", "decision", "wait", "approval", "notification"]
# What a step is after the last thing the log told of it.
AFTER = {"done": "done", "skipped": "skipped", "failed": "failed", "retried": "pending"}


@st.composite
def graphs(draw: Any) -> list[dict[str, Any]]:
    """Draw steps that follow any of those before them, some hanging on a choice."""
    steps: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 6))):
        key, kind = f"s{number}", draw(st.sampled_from(KINDS))
        after = sorted(draw(st.sets(st.sampled_from([one["key"] for one in steps] or [""]))) - {""})
        step = _step(key, kind, after)
        decisions = [one for one in after if steps[int(one[1:])]["kind"] == "decision"]
        if decisions and draw(st.booleans()):
            step["when"] = {decisions[0]: draw(st.sampled_from(["yes", "no"]))}
        steps.append(step)
    return steps


def _step(key: str, kind: str, after: list[str]) -> dict[str, Any]:
    if kind == "task":
        return task_step(key, after=after)
    if kind == "decision":
        return decision_of(key, *after)
    if kind == "wait":
        return wait_of(key, *after)
    if kind == "approval":
        return step_of(key, "approval", *after, of="")
    return step_of(key, "notification", *after, text="Go", to={"roles": ["lead"]})


any_step = st.integers(0, 5)


class Runs(RuleBasedStateMachine):
    """A run, and everything people, tasks and the clock may do to it."""

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        self.brand = BrandFactory()
        self.person = MemberFactory(brand=self.brand, role="approver").user
        self.incident = IncidentFactory(brand=self.brand, started_at=self.now)
        self.run: Any = None

    def teardown(self) -> None:
        """Undo the example."""
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize(steps=graphs())
    def begin(self, steps: list[dict[str, Any]]) -> None:
        """Apply the playbook."""
        playbook = playbook_of(self.brand, *steps)
        self.run = start_run(incident=self.incident, playbook=playbook, actor=SYSTEM, now=self.now)

    def _by(self) -> dict[str, Any]:
        actor = Actor("user", self.person.pk)
        return {"actor": actor, "now": self.now, "expected_version": None}

    def _pick(self, number: int) -> RunStep:
        steps = list(self.run.steps.order_by("position"))
        found: RunStep = steps[number % len(steps)]
        return found

    def _try(self, act: Any, step: RunStep, *, allowed: bool, **terms: Any) -> None:
        """Do it; it must succeed where it is allowed, and change nothing elsewhere."""
        events = Event.objects.count()
        try:
            with transaction.atomic():
                act(step=step, **terms, **self._by())
        except DomainError:
            assert not allowed
            assert Event.objects.count() == events
        else:
            assert allowed

    def _waits(self, step: RunStep, kind: str) -> bool:
        return step.kind == kind and step.state == "waiting"

    @rule(number=any_step, option=st.sampled_from(["yes", "no", "maybe"]))
    def choose(self, number: int, option: str) -> None:
        """Decide, or try to."""
        step = self._pick(number)
        allowed = self._waits(step, "decision") and option != "maybe"
        self._try(run_steps.choose_option, step, allowed=allowed, option=option)

    @rule(number=any_step)
    def approve(self, number: int) -> None:
        """Agree, or try to."""
        step = self._pick(number)
        self._try(run_steps.approve_step, step, allowed=self._waits(step, "approval"))

    @rule(number=any_step)
    def decline(self, number: int) -> None:
        """Disagree, or try to."""
        step = self._pick(number)
        allowed = self._waits(step, "approval")
        self._try(run_steps.decline_step, step, allowed=allowed, reason="No")

    @rule(number=any_step)
    def skip(self, number: int) -> None:
        """Leave a step out, or try to."""
        step = self._pick(number)
        allowed = step.state not in ("done", "skipped")
        self._try(run_steps.skip_step, step, allowed=allowed, reason="Not needed")

    @rule(number=any_step)
    def retry(self, number: int) -> None:
        """Try again what failed, or try to."""
        step = self._pick(number)
        self._try(run_steps.retry_step, step, allowed=step.state == "failed")

    @rule(is_done=st.booleans())
    def end_a_task(self, is_done: bool) -> None:  # noqa: FBT001
        """Finish or cancel the oldest open task, whatever became of its step."""
        task = Task.objects.filter(status="open").order_by("created_at", "id").first()
        if task is not None and is_done:
            finish_task(task=task, **self._by())
        elif task is not None:
            cancel_task(task=task, reason="No", **self._by())

    @rule(minutes=st.sampled_from([1, 10, 60]))
    def let_time_pass(self, minutes: int) -> None:
        """Jump ahead; the sweep comes twice."""
        self.now += timedelta(minutes=minutes)
        for step_id in run_steps.due_steps(now=self.now, limit=99) * 2:
            run_steps.wake_step(step_id=step_id, now=self.now)

    @rule()
    def advance(self) -> None:
        """Move on what has moved on already."""
        events = Event.objects.count()
        advance_run(run=self.run, now=self.now)
        assert Event.objects.count() == events

    @rule()
    def appoint_a_lead(self) -> None:
        """Give notifications somebody to reach."""
        assign_lead(incident=self.incident, person=self.person, actor=SYSTEM, now=self.now)

    @precondition(lambda self: self.run is not None)
    @rule(really=st.integers(0, 7))
    def cancel(self, really: int) -> None:
        """Stop the run, seldom."""
        standing = PlaybookRun.objects.get(pk=self.run.pk).is_standing
        if really == 0 and standing:
            cancel_run(run=self.run, reason="Stop", **self._by())

    @invariant()
    def nothing_is_started_before_its_turn_nor_left_behind(self) -> None:
        """What a step follows and hangs on is settled when it has begun, and only then."""
        steps = {step.key: step for step in self.run.steps.all()} if self.run else {}
        for step in steps.values():
            free = all(steps[key].state in ("done", "skipped") for key in step.terms["after"])
            when = step.terms["when"].items()
            if step.attempt:
                assert free
                assert all(steps[key].outcome == option for key, option in when)
            assert not (free and step.state == "pending")

    @invariant()
    def the_run_is_what_its_steps_make_it(self) -> None:
        """One of the states, from the worst to the best."""
        if self.run is None:
            return
        run = PlaybookRun.objects.get(pk=self.run.pk)
        states = set(run.steps.values_list("state", flat=True))
        if states <= {"done", "skipped"}:
            assert run.state in ("done", "cancelled")
            assert run.ended_at is not None
        else:
            assert run.state == next(
                one for one in ("failed", "waiting", "running") if one in states
            )

    @invariant()
    def the_log_and_the_state_agree(self) -> None:
        """Each attempt was started once, and the last event of a step says what it is."""
        if self.run is None:
            return
        tasks = 0
        for step in self.run.steps.all():
            events = Event.objects.filter(object_id=step.pk).order_by("position")
            verbs = [event.verb.removeprefix("runstep.") for event in events]
            attempts = [event.data["attempt"] for event in events if event.verb.endswith("started")]
            assert attempts == list(range(1, step.attempt + 1))
            tasks += len(attempts) if step.kind == "task" else 0
            last = verbs[-1] if verbs else ""
            begun = "running" if step.kind == "wait" else "waiting"
            assert step.state == (begun if last == "started" else AFTER.get(last, "pending"))
        assert Task.objects.filter(incident=self.incident).count() == tasks

    @invariant()
    def the_log_tells_what_the_run_is(self) -> None:
        """The last event of the run names its state."""
        if self.run is None:
            return
        last = Event.objects.filter(object_id=self.run.pk).order_by("-position").first()
        assert last is not None
        assert last.verb == f"playbookrun.{PlaybookRun.objects.get(pk=self.run.pk).state}"


@pytest.mark.django_db
def test_runs_stay_legal_whatever_happens() -> None:
    run_state_machine_as_test(
        Runs,
        settings=settings(
            max_examples=20,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
