"""Tasks and commitments: given, passed on, done; what was promised stays."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import InvalidInput, StaleVersion
from crisisapi.events.models import Event
from incidents.models import Incident, Task, TaskStatus
from incidents.rules.tasks import MOVES, RESULT
from incidents.services import tasks
from incidents.services.deadlines import raise_alarm
from incidents.services.standing import IncidentMerged
from tests.factories.incidents import CommitmentFactory, IncidentFactory, TaskFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 9, 12, tzinfo=UTC)
SOON = NOW + timedelta(hours=10)
CHANGE: dict[str, Any] = {"actor": SYSTEM, "now": NOW, "expected_version": None}
STEPS: dict[str, Any] = {
    "start": tasks.start_task,
    "block": tasks.block_task,
    "finish": tasks.finish_task,
    "cancel": tasks.cancel_task,
    "reopen": tasks.reopen_task,
}


@pytest.fixture
def incident(brand: Brand) -> Incident:
    return IncidentFactory(brand=brand)


def _task(incident: Incident, **fields: Any) -> Task:
    return tasks.add_task(incident=incident, title="Call", actor=SYSTEM, now=NOW, **fields)


def _commitment(incident: Incident, **fields: Any) -> Task:
    said = {"promise": "Every kettle is exchanged.", "due_at": SOON, **fields}
    return tasks.make_commitment(incident=incident, actor=SYSTEM, now=NOW, **said)


def _last() -> Event:
    return Event.objects.order_by("position").last()  # type: ignore[return-value]


def test_a_task_waits_on_its_owner(incident: Incident, responder: User) -> None:
    task = _task(incident, owner=responder, due_at=SOON)

    event = Event.objects.get()
    assert (event.verb, event.object_id, event.incident_id) == ("task.added", task.pk, incident.pk)
    assert event.data["waits_on"] == {"person": str(responder.pk), "department": None, "role": None}
    assert (task.due_at, task.alarm_at) == (SOON, SOON - timedelta(hours=2))


def test_what_nobody_was_given_waits_on_the_lead(incident: Incident) -> None:
    _task(incident)

    assert Event.objects.get().data["waits_on"] == {
        "person": None,
        "department": None,
        "role": "lead",
    }


def test_nothing_is_due_before_it_is_given(incident: Incident) -> None:
    with pytest.raises(InvalidInput) as refused:
        _task(incident, due_at=NOW)

    assert refused.value.errors == {"due_at": ["Give a time to come."]}
    assert not Task.objects.exists()


def test_only_a_member_owns_a_task(incident: Incident, stranger: User) -> None:
    with pytest.raises(InvalidInput) as refused:
        _task(incident, owner=stranger)

    assert list(refused.value.errors) == ["owner"]


def test_nothing_is_added_to_what_was_merged(brand: Brand, incident: Incident) -> None:
    merged = IncidentFactory(brand=brand, status="merged", merged_into=incident)

    with pytest.raises(IncidentMerged):
        _task(merged)


@pytest.mark.parametrize("status", TaskStatus.values)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_starts_only_where_it_should(incident: Incident, status: str, step: str) -> None:
    over = {"ended_at": NOW} if status in {"done", "cancelled"} else {}
    done = {"done_at": NOW} if status == "done" else {}
    task = TaskFactory(incident=incident, status=status, **over, **done)

    if status in MOVES[step]:
        assert STEPS[step](task=task, reason="because", **CHANGE).status == RESULT[step]
        assert Event.objects.get().data["from"] == status
    else:
        with pytest.raises(tasks.TaskNotThere):
            STEPS[step](task=task, reason="because", **CHANGE)


@pytest.mark.parametrize("step", ["block", "cancel", "reopen"])
def test_a_step_back_says_why(incident: Incident, step: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        STEPS[step](task=TaskFactory(incident=incident), reason=" ", **CHANGE)

    assert list(refused.value.errors) == ["reason"]


def test_what_is_done_names_who_did_it_and_warns_no_more(
    incident: Incident, responder: User
) -> None:
    task = _task(incident, due_at=SOON)
    by = CHANGE | {"actor": Actor("user", responder.pk)}

    done = tasks.finish_task(task=task, **by)

    assert (done.done_by, done.done_at, done.alarm_at) == (responder, NOW, None)
    assert (_last().data["late"], _last().data["waits_on"]) == (False, None)


def test_what_is_done_too_late_says_so(incident: Incident) -> None:
    task = _task(incident, due_at=SOON)

    tasks.finish_task(task=task, **CHANGE | {"now": SOON + timedelta(seconds=1)})

    assert _last().data["late"] is True


def test_a_reopened_task_is_done_no_more_and_warns_again(incident: Incident) -> None:
    task = tasks.finish_task(task=_task(incident, due_at=SOON), **CHANGE)

    open_again = tasks.reopen_task(task=task, reason="Not in Haifa", **CHANGE)

    assert (open_again.status, open_again.done_at, open_again.ended_at) == ("open", None, None)
    assert open_again.alarm_at is not None
    assert _last().data["waits_on"]["role"] == "lead"


def test_blocking_leaves_the_deadline_and_whom_it_waits_on(incident: Incident) -> None:
    task = _task(incident, due_at=SOON)

    blocked = tasks.block_task(task=task, reason="No van", **CHANGE)

    assert blocked.alarm_at == task.alarm_at
    assert "waits_on" not in _last().data


def test_passing_a_task_on_moves_the_waiting(incident: Incident, responder: User) -> None:
    task = _task(incident, department="legal")

    passed = tasks.change_task(task=task, owner=responder, department="", **CHANGE)

    assert (passed.owner, passed.department, passed.version) == (responder, "", 2)
    assert (_last().verb, _last().data["waits_on"]["person"]) == (
        "task.reassigned",
        str(responder.pk),
    )


def test_a_change_of_nothing_leaves_no_trace(incident: Incident) -> None:
    task = TaskFactory(incident=incident)

    assert tasks.change_task(task=task, title=task.title, **CHANGE).version == 1
    assert not Event.objects.exists()


def test_another_due_time_warns_anew(incident: Incident) -> None:
    task = _task(incident, due_at=SOON)
    raise_alarm(task, now=SOON)

    moved = tasks.change_task(
        task=task, due_at=SOON + timedelta(days=1), **CHANGE | {"now": SOON + timedelta(hours=1)}
    )

    assert (moved.alarm, moved.is_late) == ("none", False)
    assert moved.alarm_at is not None


def test_a_stale_change_is_refused(incident: Incident) -> None:
    with pytest.raises(StaleVersion):
        tasks.change_task(
            task=TaskFactory(incident=incident), title="x", **CHANGE | {"expected_version": 7}
        )


def test_what_is_over_does_not_change(incident: Incident) -> None:
    done = tasks.finish_task(task=_task(incident), **CHANGE)

    with pytest.raises(tasks.TaskOver):
        tasks.change_task(task=done, title="New", **CHANGE)


def test_a_task_is_not_shown_in_public(incident: Incident) -> None:
    with pytest.raises(InvalidInput) as refused:
        tasks.change_task(task=_task(incident), is_public=True, **CHANGE)

    assert list(refused.value.errors) == ["is_public"]


def test_a_commitment_is_public_and_told_word_for_word(incident: Incident) -> None:
    made = _commitment(incident, promised_in="https://example.org/statement")

    event = Event.objects.get()
    assert (made.title, made.promised_at, made.is_public) == (
        "Every kettle is exchanged.",
        NOW,
        True,
    )
    assert (event.verb, event.data["promise"]) == ("task.promised", "Every kettle is exchanged.")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"promise": " "}, "promise"),
        ({"promised_at": NOW + timedelta(minutes=1)}, "promised_at"),
        ({"due_at": NOW}, "due_at"),
    ],
)
def test_a_senseless_commitment_is_refused(
    incident: Incident, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        _commitment(incident, **fields)

    assert list(refused.value.errors) == [field]


@pytest.mark.parametrize("fields", [{"promise": "Some."}, {"due_at": SOON + timedelta(days=9)}])
def test_what_was_promised_stands(incident: Incident, fields: dict[str, Any]) -> None:
    with pytest.raises(tasks.PromiseStands):
        tasks.change_task(task=_commitment(incident), **fields, **CHANGE)


def test_a_commitment_is_kept_only_with_evidence(incident: Incident) -> None:
    made = _commitment(incident)

    with pytest.raises(InvalidInput) as refused:
        tasks.finish_task(task=made, evidence=" ", **CHANGE)
    kept = tasks.finish_task(task=made, evidence="Report of the shops", **CHANGE)

    assert list(refused.value.errors) == ["evidence"]
    assert (kept.status, kept.evidence, kept.public_state) == (
        "done",
        "Report of the shops",
        "kept",
    )


def test_a_promise_is_late_when_its_time_has_passed(incident: Incident) -> None:
    made = _commitment(incident)

    with time_machine.travel(SOON + timedelta(seconds=1), tick=False):
        late = made.public_state
    with time_machine.travel(NOW, tick=False):
        in_time = made.public_state

    assert (in_time, late) == ("open", "late")


def test_the_database_knows_no_commitment_without_words() -> None:
    with pytest.raises(IntegrityError, match="incidents_commitment_promised"):
        CommitmentFactory(promise="")
