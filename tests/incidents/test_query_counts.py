"""Every list of the floor costs the same for one row and thirty, all relations filled in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, Role, User
from incidents.api.urls import router
from incidents.models import Incident
from tests.checks import queries_of
from tests.factories.accounts import BrandFactory, MemberFactory
from tests.factories.incidents import (
    AssignmentFactory,
    ClockFactory,
    CommitmentFactory,
    ContactEntryFactory,
    EvidenceFactory,
    FactFactory,
    GoalFactory,
    GoalMeasurementFactory,
    IncidentFactory,
    IncidentRelationFactory,
    InvolvementFactory,
    LessonFactory,
    NotificationFactory,
    PlaybookFactory,
    PlaybookRunFactory,
    PlaybookVersionFactory,
    RecalledLessonFactory,
    ResponsePolicyFactory,
    ReviewFactory,
    RunStepFactory,
    ShiftNoteFactory,
    StakeholderFactory,
    StanceChangeFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db

API = "/api/v1/"
Make = Callable[[Incident, User], Any]


def _person(incident: Incident) -> User:
    return MemberFactory(brand=incident.brand).user


def _past(incident: Incident, **fields: Any) -> Incident:
    made: Incident = IncidentFactory(brand=incident.brand, **fields)
    return made


def _assignment(incident: Incident, _: User) -> None:
    AssignmentFactory(incident=incident, taken_over_from=AssignmentFactory(incident=incident))


def _evidence(incident: Incident, _: User) -> None:
    people = {"added_by": _person(incident), "withdrawn_by": _person(incident)}
    EvidenceFactory(incident=incident, **people)
    task = TaskFactory(incident=incident)
    EvidenceFactory(incident=incident, fact=None, task=task, **people)


def _fact(incident: Incident, _: User) -> None:
    after = FactFactory(incident=incident, decided_by=_person(incident))
    old = FactFactory(incident=incident, superseded_by=after, decided_by=_person(incident))
    EvidenceFactory(incident=incident, fact=old)


def _goal(incident: Incident, _: User) -> None:
    GoalMeasurementFactory(goal=GoalFactory(incident=incident, current=0.5))


def _incident(incident: Incident, _: User) -> None:
    ended = {"status": "merged", "merged_into": incident, "ended_at": timezone.now()}
    people = {"lead": _person(incident), "acknowledged_by": _person(incident)}
    reasons = [{"code": "none_holds", "params": {}}]
    made = _past(incident, **people, severity_reasons=reasons, audiences=["customer"])
    IncidentRelationFactory(first=made, second=_past(incident, **ended, **people))
    AssignmentFactory(incident=made)


def _involvement(incident: Incident, _: User) -> None:
    owner = _person(incident)
    made = InvolvementFactory(incident=incident, stakeholder__owner=owner)
    ContactEntryFactory(incident=incident, stakeholder=made.stakeholder, by=owner)


def _lesson(incident: Incident, _: User) -> None:
    version = PlaybookVersionFactory(playbook__brand=incident.brand, status="published")
    LessonFactory(
        incident=_past(incident), owner=_person(incident), playbook_version=version, change="All"
    )


def _notification(incident: Incident, reader: User) -> None:
    NotificationFactory(incident=_past(incident), recipient=reader)


def _playbook(incident: Incident, _: User) -> None:
    playbook = PlaybookFactory(brand=incident.brand)
    first = PlaybookVersionFactory(playbook=playbook, status="published")
    PlaybookVersionFactory(playbook=playbook, based_on=first)


def _version(incident: Incident, _: User) -> None:
    playbook = PlaybookFactory(brand=incident.brand)
    PlaybookVersionFactory(
        playbook=playbook,
        based_on=PlaybookVersionFactory(playbook=playbook, status="retired"),
        lesson=LessonFactory(incident=incident),
        published_by=_person(incident),
        status="published",
    )


def _run(incident: Incident, _: User) -> None:
    run = PlaybookRunFactory(incident=_past(incident), started_by=_person(incident))
    RunStepFactory(run=run, state="done", ended_by=_person(incident), ended_at=timezone.now())
    RunStepFactory(run=run)


def _policy(_: Incident, reader: User) -> None:
    brand: Brand = BrandFactory()
    MemberFactory(brand=brand, user=reader, role=Role.MANAGER)
    ResponsePolicyFactory(brand=brand)


def _review(incident: Incident, _: User) -> None:
    ReviewFactory(incident=_past(incident), completed_by=_person(incident))


def _stakeholder(incident: Incident, _: User) -> None:
    contacts = [{"kind": "email", "value": "council@example.org", "label": ""}]
    made = StakeholderFactory(brand=incident.brand, owner=_person(incident), contacts=contacts)
    InvolvementFactory(incident=incident, stakeholder=made)
    InvolvementFactory(incident=_past(incident), stakeholder=made)


def _task(incident: Incident, _: User) -> None:
    over = {"status": "done", "done_at": timezone.now(), "ended_at": timezone.now()}
    people = {"owner": _person(incident), "done_by": _person(incident)}
    EvidenceFactory(incident=incident, fact=None, task=TaskFactory(incident=incident, **people))
    CommitmentFactory(incident=_past(incident), **people, **over)


LISTS: dict[str, Make] = {
    "assignments": _assignment,
    "clocks": lambda incident, _: ClockFactory(incident=_past(incident)),
    "contact-entries": _involvement,
    "evidence": _evidence,
    "facts": _fact,
    "goals": _goal,
    "incidents": _incident,
    "involvements": _involvement,
    "lessons": _lesson,
    "notifications": _notification,
    "playbook-runs": _run,
    "playbook-versions": _version,
    "playbooks": _playbook,
    "response-policies": _policy,
    "reviews": _review,
    "run-steps": _run,
    "shift-notes": lambda incident, _: ShiftNoteFactory(incident=incident),
    "stakeholders": _stakeholder,
    "tasks": _task,
}


def _like(incident: Incident, _: User) -> None:
    _past(incident, status="closed", ended_at=timezone.now(), lead=_person(incident))


def _recalled(incident: Incident, _: User) -> None:
    lesson = LessonFactory(incident=_past(incident), owner=_person(incident))
    RecalledLessonFactory(incident=incident, lesson=lesson)


def _waited_for(incident: Incident, _: User) -> None:
    late = timezone.now() - timedelta(days=1)
    TaskFactory(incident=incident, owner=_person(incident), due_at=late)
    CommitmentFactory(incident=incident, owner=_person(incident), department="legal")
    AssignmentFactory(incident=incident, role="observer")


# Below an incident; `workload` is about the brand.
DETAILS: dict[str, Make] = {
    "incidents/{}/advice/": _fact,
    "incidents/{}/lessons/": _recalled,
    "incidents/{}/playbooks/": _playbook,
    "incidents/{}/similar/": _like,
    "incidents/{}/timeline/": _waited_for,
    "incidents/{}/waiting/": _waited_for,
    "incidents/{}/": _incident,
    "workload/": _waited_for,
}


def _involve(them: Any) -> None:
    InvolvementFactory(incident__brand=them.brand, stakeholder=them)


def test_every_list_of_the_floor_is_counted_here() -> None:
    assert {prefix for prefix, *_ in router.registry} == set(LISTS)


@pytest.mark.parametrize("noun", LISTS)
def test_a_list_costs_the_same_for_one_and_thirty(
    client_of: Any, brand: Brand, manager: User, noun: str
) -> None:
    client, incident = client_of(manager), IncidentFactory(brand=brand)
    LISTS[noun](incident, manager)
    few = _cost(client, f"{API}{noun}/?page_size=200")

    for _ in range(29):
        LISTS[noun](incident, manager)

    rows = client.get(f"{API}{noun}/?page_size=200").json()["results"]
    assert len(rows) >= 30
    assert _cost(client, f"{API}{noun}/?page_size=200") == few


@pytest.mark.parametrize("path", DETAILS)
def test_what_is_read_of_an_incident_costs_the_same_for_one_and_thirty(
    client_of: Any, brand: Brand, manager: User, path: str
) -> None:
    client, incident = client_of(manager), IncidentFactory(brand=brand)
    DETAILS[path](incident, manager)
    few = _cost(client, API + path.format(incident.pk))

    for _ in range(29):
        DETAILS[path](incident, manager)

    assert _cost(client, API + path.format(incident.pk)) == few


@pytest.mark.parametrize(
    ("path", "one", "more"),
    [
        ("goals/{}/measurements/", GoalFactory, lambda goal: GoalMeasurementFactory(goal=goal)),
        (
            "stakeholders/{}/stances/",
            StakeholderFactory,
            lambda them: StanceChangeFactory(incident__brand=them.brand, stakeholder=them),
        ),
        ("stakeholders/{}/", StakeholderFactory, _involve),
        ("playbook-runs/{}/", PlaybookRunFactory, lambda run: RunStepFactory(run=run)),
    ],
)
def test_what_is_read_of_one_object_costs_the_same_for_one_and_thirty(
    client_of: Any, path: str, one: Any, more: Callable[[Any], Any]
) -> None:
    thing = one()
    client = client_of(MemberFactory(brand=thing.brand, role=Role.MANAGER).user)
    more(thing)
    few = _cost(client, API + path.format(thing.pk))

    for _ in range(29):
        more(thing)

    assert _cost(client, API + path.format(thing.pk)) == few


def _cost(client: APIClient, path: str) -> int:
    return len(queries_of(client, path))
