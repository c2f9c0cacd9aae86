"""Schedules: messages that wait for their time, moved, called off, missed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from crisisapi.accounts.models import User
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import FactStatus, Incident
from incidents.services.facts import refute_fact
from messaging.models import Channel, Message, Publication
from messaging.services.attempts import begin_attempt
from messaging.services.messages import change_message, withdraw_message
from messaging.services.performing import due_parts
from messaging.services.publications import publish_message
from messaging.services.schedules import NotScheduled, reschedule_message, unschedule_message
from tests.factories.incidents import FactFactory
from tests.factories.messaging import ChannelFactory, MessageFactory
from tests.messaging.conftest import NOW

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]
LATER = NOW + timedelta(hours=6)


@pytest.fixture
def scheduled(incident: Incident, channel: Channel, approver: User, by: By) -> Message:
    message = MessageFactory(incident=incident, status="approved")
    return publish_message(message=message, channels=[channel], publish_at=LATER, **by(approver))


def _due(at: Any) -> list[Any]:
    return due_parts(now=at, limit=10)


def test_a_scheduled_message_waits_for_its_time(scheduled: Message) -> None:
    publication = scheduled.publications.get()

    assert (scheduled.status, publication.status) == ("scheduled", "pending")
    assert _due(LATER - timedelta(seconds=1)) == []
    assert _due(LATER) == [publication.parts.get().pk]
    assert Event.objects.filter(verb="message.scheduled").count() == 1


def test_nobody_claims_it_before_its_time(scheduled: Message) -> None:
    publication = scheduled.publications.get()

    early = begin_attempt(part_id=publication.parts.get().pk, now=LATER - timedelta(seconds=1))

    assert early is None
    publication.refresh_from_db()
    assert publication.status == "pending"


def test_at_its_time_it_is_on_its_way(scheduled: Message) -> None:
    publication = scheduled.publications.get()

    begin_attempt(part_id=publication.parts.get().pk, now=LATER)

    publication.refresh_from_db()
    scheduled.refresh_from_db()
    assert (publication.status, scheduled.status) == ("attempting", "publishing")


@pytest.mark.parametrize("minutes", [0, -1, 60 * 24 * 367])
def test_a_time_that_is_past_or_too_far_is_refused(
    incident: Incident, channel: Channel, approver: User, by: By, minutes: int
) -> None:
    message = MessageFactory(incident=incident, status="approved")

    with pytest.raises(InvalidInput) as refused:
        publish_message(
            message=message,
            channels=[channel],
            publish_at=NOW + timedelta(minutes=minutes),
            **by(approver),
        )

    assert set(refused.value.errors) == {"publish_at"}


def test_a_missed_time_waits_for_a_person(scheduled: Message, settings: Any) -> None:
    settings.SCHEDULE_GRACE_MINUTES = 10
    publication = scheduled.publications.get()

    begun = begin_attempt(part_id=publication.parts.get().pk, now=LATER + timedelta(minutes=11))

    publication.refresh_from_db()
    scheduled.refresh_from_db()
    assert begun is None
    assert (publication.status, publication.held_because) == ("held", "late")
    assert scheduled.status == "on_hold"
    held = Event.objects.get(verb="publication.held")
    assert (held.data["cause"], held.data["waits_on"]["role"]) == ("late", "approver")


def test_a_little_late_is_not_missed(scheduled: Message, settings: Any) -> None:
    settings.SCHEDULE_GRACE_MINUTES = 10
    publication = scheduled.publications.get()

    assert begin_attempt(part_id=publication.parts.get().pk, now=LATER + timedelta(minutes=10))


def test_another_time_moves_everything_that_waits(
    scheduled: Message, approver: User, by: By
) -> None:
    sooner = NOW + timedelta(hours=1)

    reschedule_message(message=scheduled, publish_at=sooner, **by(approver))

    told = Event.objects.get(verb="publication.rescheduled")
    assert scheduled.publications.get().not_before == sooner
    assert told.data["from"] > told.data["to"]


def test_the_same_time_again_leaves_no_trace(scheduled: Message, approver: User, by: By) -> None:
    same = reschedule_message(message=scheduled, publish_at=LATER, **by(approver))

    assert same.version == scheduled.version
    assert not Event.objects.filter(verb="publication.rescheduled").exists()


def test_what_is_called_off_stays_approved(scheduled: Message, approver: User, by: By) -> None:
    called_off = unschedule_message(message=scheduled, reason="Not today", **by(approver))

    publication = scheduled.publications.get()
    assert (called_off.status, publication.status) == ("approved", "cancelled")
    assert _due(LATER) == []


def test_nothing_scheduled_nothing_to_call_off(incident: Incident, approver: User, by: By) -> None:
    message = MessageFactory(incident=incident, status="approved")

    with pytest.raises(NotScheduled):
        unschedule_message(message=message, **by(approver))


def test_a_new_wording_takes_approval_and_schedule(
    scheduled: Message, responder: User, by: By
) -> None:
    changed = change_message(message=scheduled, body="Other words.", **by(responder))

    assert (changed.status, changed.approved_hash) == ("draft", "")
    assert scheduled.publications.get().status == "cancelled"


def test_a_withdrawn_message_does_not_leave(scheduled: Message, responder: User, by: By) -> None:
    withdrawn = withdraw_message(message=scheduled, reason="No", **by(responder))

    assert withdrawn.status == "withdrawn"
    assert scheduled.publications.get().status == "cancelled"


def test_a_refuted_fact_pulls_a_scheduled_message_back(
    incident: Incident, channel: Channel, approver: User, responder: User, by: By
) -> None:
    fact = FactFactory(incident=incident, status=FactStatus.CONFIRMED, evidence="Lab")
    message = MessageFactory(incident=incident, status="approved", facts=[fact])
    other = ChannelFactory(brand=incident.brand)
    publish_message(message=message, channels=[channel, other], publish_at=LATER, **by(approver))

    refute_fact(fact=fact, reason="No", **by(responder))

    message.refresh_from_db()
    assert (message.status, message.approved_hash) == ("draft", "")
    statuses = Publication.objects.filter(message=message).values_list("status", flat=True)
    assert set(statuses) == {"cancelled"}
    assert _due(LATER) == []
