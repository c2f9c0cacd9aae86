"""The example brand has a crisis behind it, told by the same services as any other."""

from datetime import UTC, datetime, timedelta

import pytest

from crisisapi.events.models import Event
from incidents.models import Goal, Incident, Lesson, Review
from messaging.models import Publication
from monitoring.models import Mention, Narrative, ResponseEffect
from monitoring.selectors.narrative_recount import find_miscounted
from monitoring.services.demo import prepare_example, prepare_past
from monitoring.services.recovery import read_recovery

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_a_past_crisis_was_answered_measured_and_learnt_of_once() -> None:
    prepare_example(now=NOW)

    incident = prepare_past(now=NOW)

    assert incident is not None
    incident.refresh_from_db()
    assert incident.status == "closed"
    assert not Mention.objects.filter(analysed_at=None).exists()
    effects = ResponseEffect.objects.order_by("number")
    assert [effect.milestone for effect in effects] == [60, 360, 1440, 4320]
    assert effects.latest("number").verdict == "helped"
    assert Publication.objects.get().status == "published"
    decided = Event.objects.filter(verb__in=("message.submitted", "message.approved"))
    assert decided.values("actor_id").distinct().count() == 2
    assert read_recovery(incident, now=NOW)["state"] == "recovered"
    assert Goal.objects.get().state == "achieved"
    assert (Lesson.objects.get().status, Review.objects.get().status) == ("accepted", "completed")
    largest = Narrative.objects.order_by("-mentions")[0]
    assert (largest.incident_id, largest.mentions >= 50) == (incident.pk, True)
    assert find_miscounted(incident.brand_id) == []
    assert not Event.objects.filter(occurred_at__gt=NOW).exists()
    events = Event.objects.count()
    assert prepare_past(now=NOW + timedelta(days=1)) is None
    assert (Incident.objects.count(), Event.objects.count()) == (1, events)
