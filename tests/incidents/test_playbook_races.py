"""Runs moved on by several at once: everything happens once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connection

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from crisisapi.events.models import Event
from incidents.models import Incident, PlaybookRun, Task
from incidents.services.merging import merge_incident
from incidents.services.playbook_runs import RunStands, advance_run, start_run
from incidents.services.run_steps import wake_step
from incidents.tasks import advance_runs
from tests.factories.incidents import IncidentFactory, task_step
from tests.incidents.playbooks import playbook_of, wait_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
HANDS = 4


def _at_once(act: Callable[[], Any]) -> list[Any]:
    together = Barrier(HANDS)

    def one(_: int) -> Any:
        try:
            together.wait(timeout=60)
            return act()
        except RunStands as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(one, range(HANDS)))


def _started() -> int:
    return Event.objects.filter(verb="runstep.started", data__kind="task").count()


@pytest.mark.django_db(transaction=True)
def test_a_time_that_passed_moves_the_run_on_once(brand: Brand) -> None:
    playbook = playbook_of(brand, wait_of("rest"), task_step("call", after=["rest"]))
    run = start_run(incident=IncidentFactory(brand=brand), playbook=playbook, **BY)
    step, later = run.steps.get(key="rest"), NOW + timedelta(minutes=10)

    woken = _at_once(lambda: wake_step(step_id=step.pk, now=later))

    assert len([one for one in woken if one is not None]) == 1
    assert (Task.objects.count(), _started()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_playbook_applied_by_many_at_once_runs_once(brand: Brand) -> None:
    playbook = playbook_of(brand, task_step("call"))
    incident = IncidentFactory(brand=brand)

    runs = _at_once(lambda: start_run(incident=incident, playbook=playbook, **BY))

    assert len([one for one in runs if isinstance(one, PlaybookRun)]) == 1
    assert (PlaybookRun.objects.count(), Task.objects.count(), _started()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_run_advanced_by_many_at_once_starts_each_step_once(brand: Brand) -> None:
    playbook = playbook_of(brand, task_step("call"), wait_of("rest"))
    run = start_run(incident=IncidentFactory(brand=brand), playbook=playbook, **BY)
    events = Event.objects.count()

    _at_once(lambda: advance_run(run=run, now=NOW))

    assert (Event.objects.count(), Task.objects.count()) == (events, 1)


@pytest.mark.django_db
def test_the_worker_finds_what_has_waited_long_enough(brand: Brand) -> None:
    playbook = playbook_of(brand, wait_of("rest"), wait_of("longer", minutes=20))
    run = start_run(incident=IncidentFactory(brand=brand), playbook=playbook, **BY)

    with time_machine.travel(NOW + timedelta(minutes=15), tick=False):
        advance_runs()
        advance_runs()

    states = dict(run.steps.values_list("key", "state"))
    assert states == {"rest": "done", "longer": "running"}
    assert Event.objects.filter(verb="runstep.done").count() == 1


@pytest.mark.django_db
def test_a_run_goes_on_in_the_incident_its_own_is_merged_into(brand: Brand) -> None:
    began = {"brand": brand, "started_at": NOW - timedelta(days=1)}
    merged, into = IncidentFactory(**began), IncidentFactory(**began)
    playbook = playbook_of(brand, wait_of("rest"), task_step("call", after=["rest"]))
    runs = [start_run(incident=one, playbook=playbook, **BY) for one in (merged, into)]

    merge_incident(
        incident=merged, into=into, reason="The same kettle", expected_version=None, **BY
    )
    for run in runs:
        wake_step(step_id=run.steps.get(key="rest").pk, now=NOW + timedelta(minutes=10))

    assert set(Task.objects.values_list("incident", flat=True)) == {into.pk}
    assert Task.objects.count() == 2
    assert Incident.objects.get(pk=merged.pk).playbook_runs.count() == 0
