"""What sweeps and reads cost beside thousands of tasks, clocks and runs, and what opening costs.

Everything is asked in this process, so that the queries of each answer can be counted. A sweep
has nothing due: what it costs is what finding nothing costs, every ten seconds of the year.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from benchmarks.scenery import Tenant, make_mentions, make_tenant
from benchmarks.stage import Stage, say
from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from crisisapi.events.services.log import record_event
from incidents.models import (
    Clock,
    ClockState,
    Incident,
    Playbook,
    PlaybookRun,
    PlaybookVersion,
    RunState,
    RunStep,
    StepState,
    Task,
)
from incidents.services.deadlines import due_alarms
from incidents.services.incidents import open_incident
from incidents.tasks import advance_runs, raise_alarms

_STEPS: list[dict[str, Any]] = [
    {
        "key": key,
        "kind": kind,
        "title": key,
        "instructions": "",
        "after": [],
        "when": {},
        "role": "",
        "department": "",
        **terms,
    }
    for key, kind, terms in (
        ("call", "task", {"due_minutes": 60}),
        ("decide", "decision", {"options": ["yes", "no"]}),
        ("rest", "wait", {"minutes": 600}),
    )
]


def main(_stage: Stage, options: list[str]) -> None:
    """Fill, ask, and print the medians with the number of queries."""
    parser = argparse.ArgumentParser(prog="incidents")
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--incidents", type=int, default=500)
    parser.add_argument("--tasks", type=int, default=20_000)
    parser.add_argument("--clocks", type=int, default=5_000)
    parser.add_argument("--runs", type=int, default=2_000)
    parser.add_argument("--events", type=int, default=5_000)
    terms = parser.parse_args(options)
    tenant = make_tenant("rimon")
    incidents = _open(tenant.brand, terms.incidents)
    _opening(tenant.brand, terms.times)
    _fill(tenant.brand, incidents, terms)
    _tell(incidents[0], terms.events)
    _sweeps(terms.times)
    _reads(tenant, incidents[0], terms.times)


def _open(brand: Brand, count: int) -> list[Incident]:
    """Open incidents as they come in, each with a text of its own."""
    texts = [mention["text"] for mention in make_mentions(count)]
    began_at = timezone.now() - timedelta(days=700)
    return [
        open_incident(
            brand=brand,
            title=text[:80],
            summary=text * 2,
            actor=SYSTEM,
            now=began_at + timedelta(days=number),
        )
        for number, text in enumerate(texts)
    ]


def _opening(brand: Brand, times: int) -> None:
    """Measure opening, without and with a playbook that begins by itself."""
    texts = iter([mention["text"] for mention in make_mentions(3 * times, seed=1)])

    def opened() -> Incident:
        text = next(texts)
        now = timezone.now()
        return open_incident(brand=brand, title=text[:80], summary=text, actor=SYSTEM, now=now)

    _measure("open an incident", opened, times)
    _playbook(brand)
    _measure("open one with a playbook of three steps", opened, times)
    held: list[float] = []
    with _holding(held):
        for _ in range(times // 2):
            opened()
    say(f"{'the chain is held':45} {1000 * statistics.median(held):8.1f} ms")


@contextmanager
def _holding(held: list[float]) -> Any:
    """Note from the first lock of a chain to each commit how long it took."""
    began: list[float] = []

    def note(execute: Callable[..., Any], query: str, *rest: Any) -> Any:
        if "events_chainhead" in query and "FOR UPDATE" in query and not began:
            began.append(time.perf_counter())
            connection.on_commit(lambda: held.append(time.perf_counter() - began.pop()))
        return execute(query, *rest)

    with connection.execute_wrapper(note):
        yield


def _playbook(brand: Brand) -> PlaybookVersion:
    playbook = Playbook.objects.create(
        brand=brand, name="Danger", least_severity=4, on_opening="apply"
    )
    return PlaybookVersion.objects.create(
        brand=brand,
        playbook=playbook,
        number=1,
        status="published",
        published_at=timezone.now(),
        steps=_STEPS,
    )


def _fill(brand: Brand, incidents: list[Incident], terms: argparse.Namespace) -> None:
    """Make what waits: nothing of it is due for weeks."""
    later = timezone.now() + timedelta(days=30)
    common = {"brand": brand, "due_at": later, "alarm_at": later - timedelta(days=1)}
    some = [incidents[number % len(incidents)] for number in range(terms.tasks)]
    _store(Task(incident=one, title=f"Task of {one.reference}", **common) for one in some)
    # A clock of a kind runs once in an incident, so those that wait for an alarm are stopped ones.
    clock = {"kind": "acknowledge", "state": ClockState.MET, "stopped_at": timezone.now()}
    _store(
        Clock(incident=one, started_at=one.opened_at, **clock, **common)
        for one in some[: terms.clocks]
    )
    _runs(brand, some[: terms.runs], later)


def _runs(brand: Brand, incidents: list[Incident], later: datetime) -> None:
    version = PlaybookVersion.objects.get()
    common = {"brand": brand, "started_at": timezone.now()}
    runs = [
        PlaybookRun(
            incident=one,
            playbook_id=version.playbook_id,
            playbook_version=version,
            state=RunState.WAITING,
            **common,
        )
        for one in incidents
    ]
    _store(runs)
    _store(
        RunStep(
            run=run,
            incident_id=run.incident_id,
            key=terms["key"],
            position=position,
            kind=terms["kind"],
            title=terms["title"],
            terms=terms,
            state=StepState.RUNNING if terms["kind"] == "wait" else StepState.WAITING,
            wake_at=later if terms["kind"] == "wait" else None,
            **common,
        )
        for run in runs
        for position, terms in enumerate(version.steps)
    )


def _store(rows: Iterable[models.Model]) -> None:
    listed = list(rows)
    type(listed[0])._default_manager.bulk_create(listed, batch_size=2_000)


@transaction.atomic
def _tell(incident: Incident, count: int) -> None:
    """Let much happen in one incident, a good part of it waiting for somebody."""
    now = timezone.now() - timedelta(days=2)
    for number in range(count):
        waits_on = (
            {"person": None, "department": "legal", "role": None} if number % 4 == 1 else None
        )
        record_event(
            brand_id=incident.brand_id,
            incident_id=incident.pk,
            verb="task.changed",
            instance=incident,
            actor=SYSTEM,
            now=now + timedelta(seconds=30 * number),
            data={"waits_on": waits_on} if number % 2 else {"fields": ["title"]},
        )


def _sweeps(times: int) -> None:
    while any(due_alarms(now=timezone.now(), limit=1)):
        raise_alarms()
    _plain("VACUUM ANALYZE")
    _measure("sweep for alarms, nothing due", raise_alarms, times)
    _measure("sweep for runs, nothing due", advance_runs, times)


def _reads(tenant: Tenant, incident: Incident, times: int) -> None:
    client = APIClient(SERVER_NAME="localhost", headers={"authorization": f"Bearer {tenant.token}"})
    for path in (
        "incidents/?page_size=50",
        "tasks/?late=true",
        "tasks/?page_size=50",
        "workload/",
        f"incidents/{incident.pk}/",
        f"incidents/{incident.pk}/waiting/",
        f"incidents/{incident.pk}/timeline/?page_size=50",
        f"incidents/{incident.pk}/advice/",
        f"incidents/{incident.pk}/similar/",
        "clocks/?page_size=50",
        "playbook-runs/?page_size=50",
    ):
        shown = "GET /" + path.replace(str(incident.pk), "{id}")
        _measure(shown, partial(_get, client, f"/api/v1/{path}"), times)


def _get(client: APIClient, path: str) -> None:
    response = client.get(path)
    if response.status_code != 200:
        raise RuntimeError(response.content.decode())


def _measure(what: str, act: Callable[[], object], times: int) -> None:
    """Print the median time of an act, and its queries."""
    queries: list[str] = []
    with connection.execute_wrapper(partial(_noting, queries)):
        act()
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        spent.append(time.perf_counter() - began)
    median, most = statistics.median(spent), max(spent)
    say(f"{what:45} {1000 * median:8.1f} ms (most {1000 * most:.1f})  {len(queries):3} queries")


def _noting(queries: list[str], execute: Callable[..., Any], query: str, *rest: Any) -> Any:
    queries.append(query)
    return execute(query, *rest)


def _plain(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
