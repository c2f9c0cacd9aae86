"""Runs of playbooks: what starts when, what waits, what ends."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import Incident, Notification, PlaybookRun, RunStep, Task
from incidents.services import playbook_runs as services
from incidents.services import run_steps
from incidents.services.playbooks import draft_version, publish_version
from incidents.services.tasks import cancel_task, finish_task
from tests.factories.accounts import MemberFactory
from tests.factories.incidents import (
    AssignmentFactory,
    IncidentFactory,
    PlaybookFactory,
    task_step,
)
from tests.incidents.playbooks import decision_of, playbook_of, step_of, wait_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
CHANGE: dict[str, Any] = {**BY, "expected_version": None}

Start = Callable[..., PlaybookRun]


@pytest.fixture
def incident(brand: Brand) -> Incident:
    found: Incident = IncidentFactory(brand=brand, started_at=NOW - timedelta(days=1))
    return found


@pytest.fixture
def start(brand: Brand, incident: Incident) -> Start:
    """Run a playbook of these steps in the incident."""

    def run(*steps: dict[str, Any]) -> PlaybookRun:
        playbook = playbook_of(brand, *steps)
        return services.start_run(incident=incident, playbook=playbook, **BY)

    return run


@pytest.fixture
def person(approver: User) -> dict[str, Any]:
    return {"actor": Actor("user", approver.pk), "now": NOW, "expected_version": None}


def _states(run: PlaybookRun) -> dict[str, str]:
    return dict(run.steps.order_by("position").values_list("key", "state"))


def _state(run: PlaybookRun) -> str:
    return PlaybookRun.objects.get(pk=run.pk).state


def _told(key: str) -> list[str]:
    events = Event.objects.filter(object_type="runstep", data__key=key).order_by("position")
    return [event.verb.removeprefix("runstep.") for event in events]


def test_what_follows_nothing_starts_and_the_rest_waits_its_turn(start: Start) -> None:
    run = start(decision_of("stop"), wait_of("rest", "stop"), task_step("call"))

    assert _states(run) == {"stop": "waiting", "rest": "pending", "call": "waiting"}
    assert run.state == "waiting"
    assert Event.objects.filter(verb="playbookrun.waiting").count() == 1


def test_a_run_waits_only_for_time_then_it_is_running(start: Start) -> None:
    assert start(wait_of("rest")).state == "running"


def test_a_task_step_gives_a_task_to_who_has_the_role(
    brand: Brand, incident: Incident, start: Start
) -> None:
    lead = AssignmentFactory(incident=incident, role="lead").person

    run = start(task_step("call", role="lead", department="legal", due_minutes=30))

    task = Task.objects.get()
    assert (task.owner, task.department) == (lead, "legal")
    assert (task.due_at, run.steps.get().object_id) == (NOW + timedelta(minutes=30), task.pk)


def test_the_step_is_done_when_its_task_is(start: Start, person: dict[str, Any]) -> None:
    run = start(task_step("call"), task_step("tell", after=["call"]))

    finish_task(task=Task.objects.get(), **person)

    assert _states(run) == {"call": "done", "tell": "waiting"}
    assert run.steps.get(key="call").ended_by_id == person["actor"].id
    assert _told("call") == ["started", "done"]


def test_a_cancelled_task_skips_the_step(start: Start) -> None:
    run = start(task_step("call"))

    cancel_task(task=Task.objects.get(), reason="Closed today", **CHANGE)

    assert (_states(run), _state(run)) == ({"call": "skipped"}, "done")


def test_the_choice_says_which_way_it_goes(start: Start, person: dict[str, Any]) -> None:
    run = start(
        decision_of("stop"),
        wait_of("recall", "stop", when={"stop": "yes"}),
        wait_of("sell", "stop", when={"stop": "no"}),
    )

    run_steps.choose_option(step=run.steps.get(key="stop"), option="yes", **person)

    assert _states(run) == {"stop": "done", "recall": "running", "sell": "skipped"}
    assert run.steps.get(key="stop").outcome == "yes"
    assert "stop: no" in run.steps.get(key="sell").reason


def test_only_an_option_is_chosen_and_only_by_a_person(
    start: Start, person: dict[str, Any]
) -> None:
    step = start(decision_of("stop")).steps.get()

    with pytest.raises(InvalidInput) as refusal:
        run_steps.choose_option(step=step, option="maybe", **person)
    with pytest.raises(run_steps.NotForThisKind):
        run_steps.choose_option(step=step, option="yes", **CHANGE)

    assert "yes, no" in str(refusal.value.errors["option"][0])


def test_a_notification_tells_roles_and_departments(
    brand: Brand, incident: Incident, start: Start
) -> None:
    lead = AssignmentFactory(incident=incident, role="lead").person
    lawyer = MemberFactory(brand=brand, department="legal").user
    MemberFactory(brand=brand, department="hr")

    run = start(
        step_of("tell", "notification", text="Go", to={"roles": ["lead"], "departments": ["legal"]})
    )

    told = Notification.objects.filter(text="Go").values_list("recipient_id", flat=True)
    assert set(told) == {lead.pk, lawyer.pk}
    assert run.state == "done"
    assert _told("tell") == ["started", "done"]


def test_a_notification_to_nobody_fails_and_can_be_retried(
    incident: Incident, start: Start
) -> None:
    run = start(step_of("tell", "notification", text="Go", to={"roles": ["lead"]}))
    assert (_states(run), run.state) == ({"tell": "failed"}, "failed")

    AssignmentFactory(incident=incident, role="lead")
    run_steps.retry_step(step=run.steps.get(), **CHANGE)

    assert (_states(run), _state(run)) == ({"tell": "done"}, "done")
    assert _told("tell") == ["started", "failed", "retried", "started", "done"]
    assert run.steps.get().attempt == 2


def test_an_approval_is_given_or_declined_by_a_person(start: Start, person: dict[str, Any]) -> None:
    run = start(
        step_of("ok", "approval", of=""), step_of("too", "approval", of=""), wait_of("w", "ok")
    )

    run_steps.approve_step(step=run.steps.get(key="ok"), comment="Good", **person)
    declined = run_steps.decline_step(step=run.steps.get(key="too"), reason="Too early", **person)

    assert _states(run) == {"ok": "done", "too": "failed", "w": "running"}
    assert (declined.reason, _state(run)) == ("Too early", "failed")
    with pytest.raises(run_steps.NotForThisKind):
        run_steps.approve_step(step=declined, **CHANGE)


def test_a_step_that_waits_says_on_whom(incident: Incident, start: Start) -> None:
    lead = AssignmentFactory(incident=incident, role="lead").person

    start(step_of("ok", "approval", of="", role="lead", department="legal"), wait_of("w"))

    [started] = Event.objects.filter(verb="runstep.started", data__kind="approval")
    assert started.data["waits_on"] == {
        "person": str(lead.pk),
        "department": "legal",
        "role": "approver",
    }
    [timer] = Event.objects.filter(verb="runstep.started", data__kind="wait")
    assert "waits_on" not in timer.data


def test_time_passes_and_the_step_is_done_once(start: Start) -> None:
    run = start(wait_of("rest"), task_step("call", after=["rest"]))
    step, later = run.steps.get(key="rest"), NOW + timedelta(minutes=10)
    assert run_steps.due_steps(now=later - timedelta(seconds=1), limit=9) == []
    assert run_steps.due_steps(now=later, limit=9) == [step.pk]

    woken = [run_steps.wake_step(step_id=step.pk, now=later) for _ in range(2)]

    assert woken[1] is None
    assert _states(run) == {"rest": "done", "call": "waiting"}
    assert Task.objects.count() == 1


def test_a_skipped_step_lets_the_run_go_on(start: Start) -> None:
    run = start(decision_of("stop"), wait_of("rest", "stop"))

    run_steps.skip_step(step=run.steps.get(key="stop"), reason="Clear already", **CHANGE)

    assert _states(run) == {"stop": "skipped", "rest": "running"}


@pytest.mark.parametrize("action", ["approve", "choose", "supply", "retry", "skip"])
def test_nothing_happens_to_a_step_that_is_done(
    start: Start, person: dict[str, Any], action: str
) -> None:
    steps = {
        "approve": step_of("x", "approval", of=""),
        "choose": decision_of("x"),
        "supply": step_of("x", "message", template="t", language="he", values={}),
        "retry": wait_of("x"),
        "skip": wait_of("x"),
    }
    step = start(steps[action], wait_of("last")).steps.get(key="x")
    RunStep.objects.filter(pk=step.pk).update(state="done")
    acts: dict[str, Callable[[], object]] = {
        "approve": lambda: run_steps.approve_step(step=step, **person),
        "choose": lambda: run_steps.choose_option(step=step, option="yes", **person),
        "supply": lambda: run_steps.supply_values(step=step, values={"a": "b"}, **person),
        "retry": lambda: run_steps.retry_step(step=step, **person),
        "skip": lambda: run_steps.skip_step(step=step, reason="x", **person),
    }

    with pytest.raises(run_steps.StepNotThere):
        acts[action]()


def test_each_kind_has_its_own_actions(start: Start, person: dict[str, Any]) -> None:
    step = start(wait_of("rest")).steps.get()

    with pytest.raises(run_steps.NotForThisKind):
        run_steps.approve_step(step=step, **person)
    with pytest.raises(run_steps.NotForThisKind):
        run_steps.choose_option(step=step, option="yes", **person)
    with pytest.raises(run_steps.NotForThisKind):
        run_steps.supply_values(step=step, values={"a": "b"}, **person)


def test_a_cancelled_run_leaves_its_steps_and_keeps_what_they_made(start: Start) -> None:
    run = start(task_step("call"), decision_of("stop"), wait_of("rest", "stop"))

    cancelled = services.cancel_run(run=run, reason="Another way", **CHANGE)

    assert set(_states(run).values()) == {"skipped"}
    assert (cancelled.state, cancelled.ended_at) == ("cancelled", NOW)
    assert Task.objects.get().status == "open"
    with pytest.raises(services.RunOver):
        services.cancel_run(run=run, reason="Again", **CHANGE)
    with pytest.raises(services.RunOver):
        run_steps.retry_step(step=run.steps.get(key="call"), **CHANGE)


def test_a_playbook_runs_once_at_a_time_in_an_incident(brand: Brand, incident: Incident) -> None:
    playbook = playbook_of(brand, wait_of("rest"))
    run = services.start_run(incident=incident, playbook=playbook, **BY)

    with pytest.raises(services.RunStands):
        services.start_run(incident=incident, playbook=playbook, **BY)
    services.cancel_run(run=run, reason="x", **CHANGE)

    assert services.start_run(incident=incident, playbook=playbook, **BY).state == "running"


def test_what_cannot_run_says_why(brand: Brand, incident: Incident) -> None:
    inactive = playbook_of(brand, wait_of("rest"), is_active=False)
    over = IncidentFactory(brand=brand, status="closed")
    tries = [
        (services.PlaybookInactive, incident, inactive),
        (services.NothingPublished, incident, PlaybookFactory(brand=brand)),
        (services.IncidentOver, over, playbook_of(brand, wait_of("rest"))),
        (InvalidInput, incident, PlaybookFactory()),
    ]

    for refusal, where, playbook in tries:
        with pytest.raises(refusal):
            services.start_run(incident=where, playbook=playbook, **BY)


def test_a_run_keeps_the_version_it_began_with(start: Start) -> None:
    run = start(decision_of("stop"), task_step("call", after=["stop"]))
    draft = draft_version(playbook=run.playbook, steps=[wait_of("other")], **BY)

    publish_version(playbook_version=draft, **CHANGE)
    run_steps.skip_step(step=run.steps.get(key="stop"), reason="x", **CHANGE)

    assert _states(run) == {"stop": "skipped", "call": "waiting"}
    assert run.playbook_version.number == 1


def test_advancing_twice_changes_nothing(start: Start) -> None:
    run = start(task_step("call"), decision_of("stop"), wait_of("rest"))
    events = Event.objects.count()

    services.advance_run(run=run, now=NOW)
    services.advance_run(run=run, now=NOW)

    assert (Event.objects.count(), Task.objects.count()) == (events, 1)


def test_a_start_that_breaks_off_leaves_nothing_and_can_be_done_again(
    brand: Brand, incident: Incident
) -> None:
    playbook = playbook_of(brand, task_step("call"), wait_of("rest"))

    with transaction.atomic():
        services.start_run(incident=incident, playbook=playbook, **BY)
        transaction.set_rollback(True)
    assert (PlaybookRun.objects.count(), Task.objects.count(), Event.objects.count()) == (0, 0, 0)
    run = services.start_run(incident=incident, playbook=playbook, **BY)

    assert (_states(run), Task.objects.count()) == ({"call": "waiting", "rest": "running"}, 1)


def test_a_step_for_nobody_in_particular_waits_on_the_lead(
    incident: Incident, start: Start
) -> None:
    run = start(decision_of("stop"))
    lead = AssignmentFactory(incident=incident, role="lead").person
    run_steps.skip_step(step=run.steps.get(), reason="x", **CHANGE)

    start(decision_of("again"))

    told = Event.objects.filter(verb="runstep.started").order_by("position")
    assert [event.data["waits_on"] for event in told] == [
        {"person": None, "department": None, "role": "lead"},
        {"person": str(lead.pk), "department": None, "role": None},
    ]
