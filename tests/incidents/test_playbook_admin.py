"""The admin of playbooks, runs and reviews: through services, mistakes at their place."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from crisisapi.accounts.models import User
from crisisapi.events.models import Event
from incidents.models import Playbook, PlaybookRun, PlaybookVersion, Review
from tests.factories.accounts import BrandFactory, UserFactory
from tests.factories.incidents import (
    IncidentFactory,
    LessonFactory,
    PlaybookFactory,
    PlaybookVersionFactory,
    ReviewFactory,
    RunStepFactory,
    task_step,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(db: Any) -> User:
    user: User = UserFactory(is_staff=True, is_superuser=True)
    return user


@pytest.fixture
def desk(root: User) -> Client:
    """The browser of somebody who runs the service."""
    client = Client()
    client.force_login(root)
    return client


def _act(desk: Client, thing: Any, action: str, reason: str = "") -> None:
    page = reverse(f"admin:incidents_{thing._meta.model_name}_changelist")
    body = {"action": action, "_selected_action": str(thing.pk), "reason": reason, "index": "0"}
    assert desk.post(page, body).status_code == 302
    thing.refresh_from_db()


def test_a_playbook_is_made_with_its_triggers(desk: Client) -> None:
    inline = {f"versions-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    body = {
        "brand": str(BrandFactory().pk),
        "name": "Danger",
        "is_active": "on",
        "on_opening": "apply",
        "kinds": ["legal", "labour"],
        "words": "קומקום\nkettle handle",
        **inline,
    }

    response = desk.post(reverse("admin:incidents_playbook_add"), body)

    assert response.status_code == 302, response.context["adminform"].form.errors
    playbook = Playbook.objects.get()
    assert (playbook.kinds, playbook.words) == (["legal", "labour"], ["קומקום", "kettle handle"])
    assert Event.objects.filter(verb="playbook.created").exists()


def test_a_mistake_in_the_steps_is_shown_at_the_steps(desk: Client) -> None:
    draft = PlaybookVersionFactory()
    steps = [task_step("a"), task_step("b", after=["c"])]

    response = desk.post(
        reverse("admin:incidents_playbookversion_change", args=[draft.pk]),
        {"steps": json.dumps(steps), "note": ""},
    )

    [error] = response.context["adminform"].form.errors["steps"]
    assert error.startswith("steps.1.after: ")
    assert PlaybookVersion.objects.get().version == 1


def test_a_draft_is_changed_and_published(desk: Client, root: User) -> None:
    draft = PlaybookVersionFactory()
    page = reverse("admin:incidents_playbookversion_change", args=[draft.pk])

    desk.post(page, {"steps": json.dumps([task_step("new")]), "note": "Why"})
    _act(desk, draft, "publish_version")

    assert ([step["key"] for step in draft.steps], draft.note) == (["new"], "Why")
    assert (draft.status, draft.published_by) == ("published", root)


def test_a_published_version_has_no_form(desk: Client) -> None:
    version = PlaybookVersionFactory(status="published")

    page = desk.get(reverse("admin:incidents_playbookversion_change", args=[version.pk]))

    assert list(page.context["adminform"].form.fields) == []


def test_a_playbook_is_applied_by_hand_and_cancelled(desk: Client) -> None:
    playbook = PlaybookFactory()
    PlaybookVersionFactory(playbook=playbook, status="published")
    incident = IncidentFactory(brand=playbook.brand)
    inline = {f"steps-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    body = {"incident": str(incident.pk), "playbook": str(playbook.pk), **inline}

    response = desk.post(reverse("admin:incidents_playbookrun_add"), body)

    assert response.status_code == 302, response.context["adminform"].form.errors
    run = PlaybookRun.objects.get()
    _act(desk, run, "cancel_run")
    assert run.state == "waiting"
    _act(desk, run, "cancel_run", "False alarm")
    assert (run.state, run.reason) == ("cancelled", "False alarm")


def test_a_step_is_decided_by_an_action(desk: Client, root: User) -> None:
    step = RunStepFactory()

    _act(desk, step, "choose_option", "maybe")
    assert step.state == "waiting"
    _act(desk, step, "choose_option", "yes")

    assert (step.state, step.outcome, step.ended_by) == ("done", "yes", root)


def test_a_review_is_drafted_and_completed(desk: Client) -> None:
    incident = IncidentFactory(status="closed")

    desk.post(reverse("admin:incidents_review_add"), {"incident": str(incident.pk)})
    review = Review.objects.get()
    page = reverse("admin:incidents_review_change", args=[review.pk])
    desk.post(page, {"summary": "What happened", "went_well": "The answer"})
    _act(desk, review, "complete_review")

    assert (review.status, review.summary) == ("completed", "What happened")
    assert "moments" in review.record


def test_a_completed_review_has_no_form(desk: Client) -> None:
    review = ReviewFactory(status="completed", completed_at="2026-03-01T12:00:00Z")

    page = desk.get(reverse("admin:incidents_review_change", args=[review.pk]))

    assert list(page.context["adminform"].form.fields) == []


def test_a_lesson_is_adopted_and_verified_by_actions(desk: Client) -> None:
    lesson = LessonFactory(status="accepted")

    _act(desk, lesson, "adopt_lesson")
    assert lesson.status == "accepted"
    _act(desk, lesson, "adopt_lesson", "The guide says so")
    _act(desk, lesson, "verify_lesson", "Held in the drill")

    assert (lesson.status, lesson.change) == ("verified", "The guide says so")
    assert lesson.evidence == "Held in the drill"
