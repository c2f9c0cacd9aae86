"""Playbooks begin with an incident, and end with it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM, Actor
from incidents.models import Incident, PlaybookRun, Task
from incidents.services import playbook_runs as services
from incidents.services.incidents import (
    close_incident,
    decline_incident,
    open_incident,
    start_response,
)
from tests.factories.incidents import (
    IncidentFactory,
    task_step,
)
from tests.incidents.playbooks import decision_of, playbook_of, wait_of

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


def _states(run: PlaybookRun) -> dict[str, str]:
    return dict(run.steps.order_by("position").values_list("key", "state"))


def _state(run: PlaybookRun) -> str:
    return PlaybookRun.objects.get(pk=run.pk).state


def test_an_incident_opens_with_the_playbooks_it_calls_for(brand: Brand, responder: User) -> None:
    fits = {"kinds": ["product_safety"], "words": ["קומקום"], "on_opening": "apply"}
    playbook_of(brand, task_step("call", role="lead"), **fits)
    playbook_of(brand, wait_of("rest"), **fits | {"words": ["תנור"]})
    playbook_of(brand, wait_of("rest"), **fits | {"on_opening": "suggest"})
    playbook_of(brand, wait_of("rest"), on_opening="apply")
    playbook_of(brand, wait_of("rest"), **fits | {"is_active": False})
    actor = Actor("user", responder.pk)

    incident = open_incident(
        brand=brand,
        title="הקומקומים: ידית הקומקום נסדקת",
        kind="product_safety",
        lead=responder,
        actor=actor,
        now=NOW,
    )

    run = PlaybookRun.objects.get()
    assert (run.incident, run.started_by) == (incident, responder)
    assert [match["trigger"] for match in run.matches] == ["kind", "word"]
    assert Task.objects.get().owner == responder


def test_looking_back_starts_no_playbook(brand: Brand) -> None:
    playbook_of(brand, wait_of("rest"), on_opening="apply", kinds=["legal"])

    open_incident(brand=brand, title="x", kind="legal", mode="retrospective", **BY)

    assert not PlaybookRun.objects.exists()


@pytest.mark.parametrize("end", ["decline", "close"])
def test_the_end_of_an_incident_ends_its_runs(incident: Incident, start: Start, end: str) -> None:
    run = start(decision_of("stop"))

    if end == "decline":
        decline_incident(incident=incident, reason="A hoax", **CHANGE)
    else:
        Incident.objects.filter(pk=incident.pk).update(status="learning")
        close_incident(incident=incident, **CHANGE)

    assert (_state(run), _states(run)) == ("cancelled", {"stop": "skipped"})


def test_another_move_leaves_them_alone(incident: Incident, start: Start) -> None:
    run = start(decision_of("stop"))

    start_response(incident=incident, **CHANGE)

    assert _state(run) == "waiting"
