"""Opening incidents, changing them, and moving them through their lifecycle."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import InvalidInput, StaleVersion
from crisisapi.events.models import Event
from incidents.models import Incident, Status
from incidents.services import incidents as services
from tests.factories.accounts import BrandFactory
from tests.factories.incidents import IncidentFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
# What each move asks of the status, and where it leads, as the lifecycle is drawn.
MOVES = {
    services.start_response: ({"triage"}, "responding"),
    services.start_monitoring: ({"responding"}, "monitoring"),
    services.start_recovery: ({"monitoring"}, "recovering"),
    services.start_learning: ({"recovering"}, "learning"),
    services.close_incident: ({"learning"}, "closed"),
    services.decline_incident: ({"triage"}, "declined"),
    services.reopen_incident: (
        {"monitoring", "recovering", "learning", "closed", "declined"},
        "responding",
    ),
}


def _change(**more: Any) -> dict[str, Any]:
    return {"actor": SYSTEM, "now": NOW, "expected_version": None, "reason": "because", **more}


def test_an_incident_opens_in_triage_with_an_event(brand: Brand, responder: User) -> None:
    actor = Actor("user", responder.pk)

    incident = services.open_incident(brand=brand, title="Handles crack", actor=actor, now=NOW)

    event = Event.objects.get(object_id=incident.pk)
    assert (incident.status, incident.started_at, incident.opened_at) == ("triage", NOW, NOW)
    assert (event.verb, event.incident_id, event.actor_id, event.occurred_at) == (
        "incident.opened",
        incident.pk,
        responder.pk,
        NOW,
    )


def test_references_count_per_brand_and_year(brand: Brand) -> None:
    other, next_year = BrandFactory(), NOW.replace(year=2027)

    references = [
        services.open_incident(brand=which, title="x", actor=SYSTEM, now=now).reference
        for which, now in [(brand, NOW), (brand, NOW), (other, NOW), (brand, next_year)]
    ]

    assert references == ["INC-2026-0001", "INC-2026-0002", "INC-2026-0001", "INC-2027-0001"]


@pytest.mark.django_db(transaction=True)
def test_references_are_unique_and_gapless_when_many_open_at_once(brand: Brand) -> None:
    together = Barrier(6)

    def open_one(_: int) -> str:
        try:
            together.wait(timeout=60)
            return services.open_incident(brand=brand, title="x", actor=SYSTEM, now=NOW).reference
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        references = sorted(pool.map(open_one, range(6)))

    assert references == [f"INC-2026-{number:04d}" for number in range(1, 7)]
    positions = Event.objects.order_by("position").values_list("position", flat=True)
    assert list(positions) == list(range(1, len(positions) + 1))


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.__name__)
def test_a_move_starts_only_where_the_lifecycle_says(status: str, move: Any) -> None:
    sources, result = MOVES[move]
    other = IncidentFactory() if status == "merged" else None
    incident = IncidentFactory(status=status, merged_into=other, started_at=NOW - timedelta(days=1))

    if status in sources:
        moved = move(incident=incident, **_change())
        event = Event.objects.filter(object_id=incident.pk).latest("position")
        assert (moved.status, moved.status_reason, moved.version) == (result, "because", 2)
        assert event.data.items() >= {"from": status, "to": result, "reason": "because"}.items()
    else:
        with pytest.raises(services.WrongStatus):
            move(incident=incident, **_change())
        assert not Event.objects.exists()


@pytest.mark.parametrize("move", [services.decline_incident, services.reopen_incident])
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_leaving_the_path_needs_a_reason(move: Any, reason: str) -> None:
    sources, _result = MOVES[move]
    incident = IncidentFactory(status=min(sources))

    with pytest.raises(services.ReasonMissing):
        move(incident=incident, **_change(reason=reason))


def test_an_end_ends_the_counting_and_a_reopening_resumes_it() -> None:
    incident = IncidentFactory(status="learning", started_at=NOW - timedelta(days=1))

    closed = services.close_incident(incident=incident, **_change())
    assert closed.ended_at == NOW

    assert services.reopen_incident(incident=incident, **_change()).ended_at is None


def test_the_first_response_is_the_one_that_counts() -> None:
    incident = IncidentFactory(started_at=NOW - timedelta(days=1))
    services.start_response(incident=incident, **_change())
    services.start_monitoring(incident=incident, **_change())

    reopened = services.reopen_incident(incident=incident, **_change(now=NOW + timedelta(hours=1)))

    assert reopened.responded_at == NOW


def test_a_change_tells_what_was_and_what_is(brand: Brand) -> None:
    incident = IncidentFactory(brand=brand, title="Old")

    services.change_incident(
        incident=incident,
        actor=SYSTEM,
        now=timezone.now(),
        expected_version=1,
        title="New",
        severity=incident.severity,
        legitimacy="attack",
    )

    assert Event.objects.get().data["changed"] == {
        "title": {"from": "Old", "to": "New"},
        "legitimacy": {"from": "unknown", "to": "attack"},
    }


def test_a_change_of_nothing_leaves_no_trace() -> None:
    incident = IncidentFactory()

    same = services.change_incident(
        incident=incident, actor=SYSTEM, now=NOW, expected_version=1, title=incident.title
    )

    assert same.version == 1
    assert not Event.objects.exists()


def test_a_change_of_another_version_is_refused() -> None:
    with pytest.raises(StaleVersion):
        services.change_incident(
            incident=IncidentFactory(), actor=SYSTEM, now=NOW, expected_version=2, title="x"
        )


def test_only_a_member_leads(brand: Brand, stranger: User) -> None:
    with pytest.raises(InvalidInput) as refusal:
        services.open_incident(brand=brand, title="x", actor=SYSTEM, now=NOW, lead=stranger)

    assert set(refusal.value.errors) == {"lead"}


def test_talk_does_not_begin_in_the_future(brand: Brand) -> None:
    late = NOW + timedelta(seconds=1)

    with pytest.raises(InvalidInput):
        services.open_incident(brand=brand, title="x", actor=SYSTEM, now=NOW, started_at=late)
    with pytest.raises(InvalidInput):
        services.change_incident(
            incident=IncidentFactory(brand=brand),
            actor=SYSTEM,
            now=NOW,
            expected_version=None,
            started_at=late,
        )


@pytest.mark.parametrize("row", [{"status": "lost"}, {"severity": 5}, {"ended_at": NOW}])
def test_the_database_itself_refuses_what_makes_no_sense(row: dict[str, Any]) -> None:
    incident = IncidentFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(**row)
