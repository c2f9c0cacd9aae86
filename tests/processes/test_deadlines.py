"""Pulling the plug while time passes: each step starts once, each clock warns and is late once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Task

from incidents.tasks import advance_runs, raise_alarms
from tests.processes.service import Process, Service, flush_redis, service_on_a_new_database

# The service works on a copy of the database that this sets up.
pytestmark = pytest.mark.django_db

INCIDENTS = 40
CLOCKS = 3 * INCIDENTS

_OPEN_INCIDENTS = f"""
from django.utils import timezone
from crisisapi.common.actors import SYSTEM
from incidents.services.incidents import open_incident
from tests.factories.accounts import BrandFactory
from tests.factories.incidents import task_step
from tests.incidents.playbooks import playbook_of, wait_of
brand = BrandFactory()
steps = [
    task_step("ask"),
    wait_of("pause", minutes=600),
    task_step("call", after=["pause"]),
    wait_of("breathe", "pause", minutes=600),
    task_step("report", after=["breathe"]),
]
playbook_of(brand, *steps, on_opening="apply", least_severity=4)
for number in range({INCIDENTS}):
    open_incident(brand=brand, title=f"Leak {{number}}", actor=SYSTEM, now=timezone.now())
"""

# The rows are told that the time has come.
_WARN = "UPDATE incidents_clock SET alarm_at = now() WHERE alarm = 'none'"
_RUN_OUT = """
UPDATE incidents_clock
SET started_at = started_at - interval '1 day', due_at = now(), alarm_at = now()
"""
_END_WAITS = "UPDATE incidents_runstep SET wake_at = now() WHERE state = 'running'"

_TOLD = "SELECT count(*) FROM events_event WHERE verb = '{}'"
_NOT_TOLD_ONCE = """
SELECT count(*) FROM incidents_clock c, (VALUES ('clock.due_soon'), ('clock.late')) AS told (verb)
WHERE (SELECT count(*) FROM events_event e WHERE e.object_id = c.id AND e.verb = told.verb) <> 1
"""
_NOT_STARTED_ONCE = """
SELECT count(*) FROM incidents_runstep s WHERE s.attempt <> 1 OR 1 <>
    (SELECT count(*) FROM events_event e WHERE e.object_id = s.id AND e.verb = 'runstep.started')
"""
_TASKS_OF_STEPS = """
SELECT count(DISTINCT t.id) FROM incidents_task t JOIN incidents_runstep s ON s.object_id = t.id
"""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with service_on_a_new_database(tmp_path) as running:
        running.run("shell", "--no-imports", "-c", _OPEN_INCIDENTS)
        yield running


def _told(service: Service, verb: str) -> int:
    return service.number(_TOLD.format(verb))


def _wait_until_told(service: Service, verb: str, times: int) -> None:
    service.wait_for(lambda: _told(service, verb) >= times, f"{verb} was not told {times} times")


def _sweep(*sweeps: Task) -> None:
    """Send each sweep twice in a row, so that both processes of the worker do the same at once."""
    for sweep in sweeps:
        sweep.delay()
        sweep.delay()


def _pull_the_plug(service: Service, worker: Process, verb: str, *, before: int) -> Process:
    """Kill the worker as soon as some more is told, lose Redis, and start another worker."""
    _wait_until_told(service, verb, _told(service, verb) + 5)
    service.kill(worker)
    flush_redis()
    assert _told(service, verb) < before, "the plug was not pulled half-way"
    return service.start_worker()


def test_time_that_passes_while_everything_breaks_is_told_once(service: Service) -> None:
    worker = service.start_worker()
    service.change(_WARN)
    service.change(_END_WAITS)
    _sweep(raise_alarms, advance_runs)
    worker = _pull_the_plug(service, worker, "clock.due_soon", before=CLOCKS)
    _wait_until_told(service, "clock.due_soon", CLOCKS)
    _wait_until_told(service, "runstep.started", 4 * INCIDENTS)

    service.change(_RUN_OUT)
    service.change(_END_WAITS)
    _sweep(advance_runs, raise_alarms)
    _wait_until_told(service, "runstep.started", 4 * INCIDENTS + 1)
    flush_redis()
    _pull_the_plug(service, worker, "runstep.started", before=5 * INCIDENTS)
    _wait_until_told(service, "clock.late", CLOCKS)
    _wait_until_told(service, "runstep.started", 5 * INCIDENTS)

    assert service.number(_NOT_TOLD_ONCE) == 0
    assert service.number(_NOT_STARTED_ONCE) == 0
    assert _told(service, "runstep.done") == 2 * INCIDENTS, "a wait ended twice"
    assert service.number(_TASKS_OF_STEPS) == 3 * INCIDENTS
    assert service.number("SELECT count(*) FROM incidents_task") == 3 * INCIDENTS
    service.run("verify_events")
