"""Holds and their rules, releases and drops, through the API."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from incidents.models import Incident
from messaging.models import Channel
from tests.checks import problem_of
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import (
    MessageFactory,
    PublicationFactory,
)
from tests.messaging.conftest import patch, post

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], APIClient]


def test_a_tone_deaf_post_is_stopped_looked_at_and_dropped(
    brand: Brand,
    incident: Incident,
    channel: Channel,
    responder: User,
    approver: User,
    client_of: ClientOf,
) -> None:
    routine = IncidentFactory(brand=brand, kind="other", severity=4)
    message = MessageFactory(incident=routine, status="approved", title="Tea for two, hot as ever")
    approves, responds = client_of(approver), client_of(responder)
    evening = (timezone.now() + timedelta(hours=6)).isoformat()
    scheduled = post(
        approves, f"messages/{message.pk}/publish/", channels=[channel.pk], publish_at=evening
    )
    assert scheduled.json()["status"] == "scheduled"

    hold = post(responds, "holds/", incident=incident.pk, reason="Scalded").json()
    held = approves.get("/api/v1/publications/", {"held_for": hold["id"], "status": "held"})

    publication = held.json()["results"][0]
    assert (publication["message"], publication["held_because"]) == (str(message.pk), "hold")
    assert approves.get(f"/api/v1/messages/{message.pk}/").json()["status"] == "on_hold"
    refused = post(approves, f"publications/{publication['id']}/release/")
    problem_of(refused, 409, "hold_stands")
    lifted = post(approves, f"holds/{hold['id']}/lift/", reason="The recall is out.")
    assert lifted.json()["lifted_by"] == str(approver.pk)
    dropped = post(approves, f"publications/{publication['id']}/drop/", reason="Not this week.")
    assert dropped.json()["status"] == "cancelled"
    again = post(approves, f"publications/{publication['id']}/drop/", reason="Not this week.")
    problem_of(again, 409, "not_held")


def test_the_schedule_is_shown_by_the_clock_of_the_brand(
    brand: Brand, approver: User, client_of: ClientOf
) -> None:
    """Israel leaves summer time on 2026-10-25 at 02:00."""
    moments = ["2026-10-24T22:30:00Z", "2026-10-24T23:30:00Z", "2026-10-25T06:00:00Z"]
    publications = [
        PublicationFactory(message__incident__brand=brand, not_before=moment) for moment in moments
    ]

    shown = [
        client_of(approver).get(f"/api/v1/publications/{row.pk}/").json()["not_before_local"]
        for row in publications
    ]

    assert shown == [
        "2026-10-25T01:30:00+03:00",
        "2026-10-25T01:30:00+02:00",
        "2026-10-25T08:00:00+02:00",
    ]


def test_a_time_without_offset_is_refused(
    incident: Incident, channel: Channel, approver: User, client_of: ClientOf
) -> None:
    message = MessageFactory(incident=incident, status="approved")

    response = post(
        client_of(approver),
        f"messages/{message.pk}/publish/",
        channels=[channel.pk],
        publish_at="2026-12-01T09:00:00",
    )

    assert set(problem_of(response, 400, "invalid")["errors"]) == {"publish_at"}


def test_a_schedule_is_moved_and_called_off(
    incident: Incident, channel: Channel, approver: User, client_of: ClientOf
) -> None:
    message = MessageFactory(incident=incident, status="approved")
    client, path = client_of(approver), f"messages/{message.pk}"
    tomorrow = timezone.now() + timedelta(days=1)
    post(client, f"{path}/publish/", channels=[channel.pk], publish_at=tomorrow.isoformat())

    moved = post(client, f"{path}/reschedule/", publish_at=(tomorrow + timedelta(1)).isoformat())
    called_off = post(client, f"{path}/unschedule/", reason="By hand")

    assert (moved.status_code, called_off.json()["status"]) == (200, "approved")
    problem_of(post(client, f"{path}/unschedule/"), 409, "not_scheduled")


def test_a_rule_is_made_and_changed(brand: Brand, manager: User, client_of: ClientOf) -> None:
    client = client_of(manager)

    made = post(client, "hold-rules/", name="Disaster", severity=1, kinds=["product_safety"])
    changed = patch(client, f"hold-rules/{made.json()['id']}/", severity=2)

    assert (made.status_code, changed.json()["severity"]) == (201, 2)
    problem_of(post(client, "hold-rules/", name="Disaster"), 409, "hold_rule_exists")
    stale = patch(client, f"hold-rules/{made.json()['id']}/", severity=3)
    problem_of(stale, 412, "stale_version")


def test_an_unknown_kind_of_incident_is_refused(
    brand: Brand, manager: User, client_of: ClientOf
) -> None:
    response = post(client_of(manager), "hold-rules/", name="Disaster", kinds=["earthquake"])

    assert "kinds.0" in problem_of(response, 400, "invalid")["errors"]
