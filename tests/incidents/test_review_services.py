"""Reviews: drafted from the log, written, completed, reopened."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import InvalidInput, StaleVersion
from crisisapi.events.models import Event
from incidents.models import Incident
from incidents.services import reviews as services
from incidents.services.facts import confirm_fact, state_fact
from incidents.services.incidents import open_incident, start_monitoring, start_response
from incidents.services.standing import IncidentMerged
from incidents.services.tasks import add_task
from tests.factories.incidents import GoalFactory, IncidentFactory, LessonFactory, ReviewFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
CHANGE: dict[str, Any] = {**BY, "expected_version": None}


def _later(minutes: int) -> dict[str, Any]:
    return {"actor": SYSTEM, "now": NOW + timedelta(minutes=minutes)}


@pytest.fixture
def incident(brand: Brand) -> Incident:
    """An incident of two hours, told by the log."""
    opened = open_incident(brand=brand, title="Handles crack", **BY)
    start_response(incident=opened, **_later(30), expected_version=None)
    return start_monitoring(incident=opened, **_later(90), expected_version=None)


def test_a_draft_says_what_the_log_says(incident: Incident) -> None:
    fact = state_fact(incident=incident, statement="They crack.", evidence="Lab", **_later(95))
    confirm_fact(fact=fact, **_later(96), expected_version=None)
    add_task(incident=incident, title="Call", **_later(97))
    goal = GoalFactory(incident=incident)
    lesson = LessonFactory(incident=incident)

    record = services.draft_review(incident=incident, **_later(120)).record

    assert [(row["status"], row["seconds"]) for row in record["statuses"]] == [
        ("triage", 1_800),
        ("responding", 3_600),
        ("monitoring", 1_800),
    ]
    assert [moment["verb"] for moment in record["moments"]] == [
        "incident.opened",
        "incident.acknowledged",
        "incident.response_started",
        "clock.met",
        "incident.monitoring_started",
        "fact.confirmed",
    ]
    assert record["counts"]["fact.stated"] == 1
    assert [row["id"] for row in record["goals"]] == [str(goal.pk)]
    assert record["goals"][0]["baseline"] == 0.8
    assert [row["id"] for row in record["lessons"]] == [str(lesson.pk)]
    assert record["tasks"] == [{"kind": "task", "status": "open", "count": 1}]


def test_it_says_on_whom_the_incident_waited(incident: Incident) -> None:
    add_task(incident=incident, title="Call", department="legal", **_later(100))

    record = services.draft_review(incident=incident, **_later(120)).record

    assert record["waiting"]["department"] == {"legal": 1_200}


def test_the_floor_above_adds_the_talk(incident: Incident) -> None:
    record = services.draft_review(incident=incident, **_later(120)).record

    assert record["metrics"]["totals"]["mentions"] == 0
    assert record["metrics"]["peak"] is None


def test_an_incident_has_one_review(incident: Incident) -> None:
    services.draft_review(incident=incident, **BY)

    with pytest.raises(services.ReviewExists):
        services.draft_review(incident=incident, **BY)


def test_an_incident_that_was_merged_is_reviewed_where_it_goes_on(brand: Brand) -> None:
    into = IncidentFactory(brand=brand)
    merged = IncidentFactory(brand=brand, status="merged", merged_into=into)

    with pytest.raises(IncidentMerged):
        services.draft_review(incident=merged, **BY)


def test_reading_anew_leaves_the_words_of_people(incident: Incident) -> None:
    review = services.draft_review(incident=incident, **_later(100))
    services.change_review(review=review, summary="Handles cracked.", **CHANGE)
    add_task(incident=incident, title="Call", **_later(110))

    fresh = services.refresh_review(review=review, **_later(120), expected_version=2)

    assert (fresh.summary, fresh.recorded_at) == ("Handles cracked.", NOW + timedelta(minutes=120))
    assert fresh.record["counts"]["task.added"] == 1
    assert "metrics" in fresh.record


def test_a_review_is_completed_with_a_summary_and_a_finding() -> None:
    review = ReviewFactory(incident__status="learning", summary=" ")

    with pytest.raises(InvalidInput) as refusal:
        services.complete_review(review=review, **CHANGE)

    assert set(refusal.value.errors) == {"summary", "recommendations"}


@pytest.mark.parametrize("finding", ["went_well", "went_badly", "recommendations"])
@pytest.mark.parametrize("status", ["recovering", "learning", "closed"])
def test_any_finding_will_do(approver: User, status: str, finding: str) -> None:
    review = ReviewFactory(incident__status=status, summary="x", **{finding: "y"})

    completed = services.complete_review(
        review=review, actor=Actor("user", approver.pk), now=NOW, expected_version=1
    )

    assert (completed.status, completed.completed_at) == ("completed", NOW)
    assert completed.completed_by == approver


@pytest.mark.parametrize("status", ["triage", "responding", "monitoring", "declined"])
def test_it_is_too_early_to_complete(status: str) -> None:
    review = ReviewFactory(incident__status=status, summary="x", went_well="y")

    with pytest.raises(services.TooEarly):
        services.complete_review(review=review, **CHANGE)


def test_what_is_completed_stands_until_it_is_reopened() -> None:
    review = ReviewFactory(
        incident__status="closed", status="completed", completed_at=NOW, summary="x", went_well="y"
    )

    for service in (
        lambda: services.change_review(review=review, summary="z", **CHANGE),
        lambda: services.refresh_review(review=review, **CHANGE),
        lambda: services.complete_review(review=review, **CHANGE),
    ):
        with pytest.raises(services.ReviewCompleted):
            service()
    reopened = services.reopen_review(review=review, reason="New facts", **CHANGE)

    assert (reopened.status, reopened.status_reason) == ("draft", "New facts")
    assert services.change_review(review=reopened, summary="z", **CHANGE).summary == "z"


def test_reopening_says_why_and_only_of_what_is_completed() -> None:
    with pytest.raises(InvalidInput):
        services.reopen_review(review=ReviewFactory(), reason=" ", **CHANGE)
    with pytest.raises(services.ReviewNotCompleted):
        services.reopen_review(review=ReviewFactory(), reason="x", **CHANGE)


def test_a_change_of_nothing_leaves_no_trace() -> None:
    review = ReviewFactory(summary="x")

    services.change_review(review=review, summary="x", **CHANGE)

    assert not Event.objects.exists()


def test_an_older_version_is_not_changed() -> None:
    review = ReviewFactory()
    services.change_review(review=review, summary="x", **CHANGE)

    with pytest.raises(StaleVersion):
        services.change_review(review=review, summary="y", **BY, expected_version=1)
