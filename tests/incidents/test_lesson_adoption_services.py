"""Lessons seen through: owned, due, adopted into a playbook, verified."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import Lesson
from incidents.services import lessons as services
from incidents.services.deadlines import due_alarms, raise_alarm
from incidents.services.playbooks import draft_version, published_version
from tests.factories.accounts import MemberFactory
from tests.factories.incidents import (
    IncidentFactory,
    LessonFactory,
    PlaybookFactory,
    PlaybookVersionFactory,
    task_step,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
CHANGE: dict[str, Any] = {**BY, "expected_version": None}
WORDS: dict[str, Any] = {"title": "x", "observation": "y", "recommendation": "z"}


@pytest.fixture
def accepted(brand: Brand) -> Lesson:
    owner = MemberFactory(brand=brand).user
    lesson: Lesson = LessonFactory(incident__brand=brand, status="accepted", owner=owner)
    return lesson


def _verbs() -> list[str]:
    return list(Event.objects.order_by("position").values_list("verb", flat=True))


def test_nobody_accepts_a_lesson_that_nobody_owns(brand: Brand, responder: User) -> None:
    lesson = LessonFactory(incident__brand=brand)

    with pytest.raises(InvalidInput) as refusal:
        services.accept_lesson(lesson=lesson, **CHANGE)
    accepted = services.accept_lesson(lesson=lesson, owner=responder, **CHANGE)

    assert list(refusal.value.errors) == ["owner"]
    assert (accepted.status, accepted.owner) == ("accepted", responder)


def test_an_accepted_lesson_keeps_an_owner(accepted: Lesson) -> None:
    with pytest.raises(InvalidInput) as refusal:
        services.change_lesson(lesson=accepted, owner=None, **CHANGE)

    assert list(refusal.value.errors) == ["owner"]


def test_only_an_accepted_lesson_warns(brand: Brand, responder: User) -> None:
    due = NOW + timedelta(days=10)
    lesson = services.propose_lesson(
        incident=IncidentFactory(brand=brand), owner=responder, due_at=due, **WORDS, **BY
    )
    assert list(due_alarms(now=due, limit=9)) == []

    services.accept_lesson(lesson=lesson, **CHANGE)
    [warned] = due_alarms(now=due - timedelta(hours=1), limit=9)
    raise_alarm(warned, now=due - timedelta(hours=1))
    raise_alarm(warned, now=due)

    assert _verbs()[-2:] == ["lesson.due_soon", "lesson.late"]


@pytest.mark.parametrize("end", ["adopt", "reject"])
def test_a_lesson_that_came_to_an_end_warns_no_more(accepted: Lesson, end: str) -> None:
    services.change_lesson(lesson=accepted, due_at=NOW + timedelta(days=1), **CHANGE)

    if end == "adopt":
        adoption = services.Adoption(change="The guide")
        services.adopt_lesson(lesson=accepted, adoption=adoption, **CHANGE)
    else:
        services.reject_lesson(lesson=accepted, reason="No", **CHANGE)

    assert list(due_alarms(now=NOW + timedelta(days=9), limit=9)) == []


def test_a_lesson_is_due_in_the_future(accepted: Lesson) -> None:
    with pytest.raises(InvalidInput) as refusal:
        services.change_lesson(lesson=accepted, due_at=NOW, **CHANGE)

    assert list(refusal.value.errors) == ["due_at"]


def test_adopting_into_a_playbook_publishes_its_next_version(
    brand: Brand, accepted: Lesson
) -> None:
    playbook = PlaybookFactory(brand=brand)
    before = PlaybookVersionFactory(playbook=playbook, status="published", number=1)
    adoption = services.Adoption(playbook=playbook, add_step=task_step("second-reader"))

    adopted = services.adopt_lesson(lesson=accepted, adoption=adoption, **CHANGE)

    version = adopted.playbook_version
    assert version == published_version(playbook)
    assert version is not None
    assert (version.number, version.lesson, version.note) == (2, accepted, accepted.title)
    assert [step["key"] for step in version.steps] == ["call-the-factory", "second-reader"]
    before.refresh_from_db()
    assert before.status == "retired"
    assert _verbs() == ["playbookversion.retired", "playbookversion.published", "lesson.adopted"]


def test_a_draft_in_the_making_is_left_alone(brand: Brand, accepted: Lesson) -> None:
    playbook = PlaybookFactory(brand=brand)
    draft = draft_version(playbook=playbook, steps=[task_step("draft")], **BY)
    adoption = services.Adoption(playbook=playbook, steps=[task_step("new")], change="Anew")

    adopted = services.adopt_lesson(lesson=accepted, adoption=adoption, **CHANGE)

    draft.refresh_from_db()
    assert (draft.status, draft.steps[0]["key"]) == ("draft", "draft")
    assert adopted.playbook_version is not None
    assert (adopted.playbook_version.number, adopted.playbook_version.note) == (2, "Anew")


def test_a_wrong_adoption_says_where(brand: Brand, accepted: Lesson) -> None:
    playbook = PlaybookFactory(brand=brand)
    PlaybookVersionFactory(playbook=playbook, status="published", number=1)
    step = task_step("b")
    wrong = {
        "change": services.Adoption(change=" "),
        "playbook": services.Adoption(playbook=PlaybookFactory(), add_step=step),
        "steps": services.Adoption(playbook=playbook),
        "add_step.after": services.Adoption(
            playbook=playbook, add_step=task_step("b", after=["x"])
        ),
        "steps.0.title": services.Adoption(playbook=playbook, steps=[task_step("b", title="")]),
    }

    found = {}
    for field, adoption in wrong.items():
        with pytest.raises(InvalidInput) as refusal:
            services.adopt_lesson(lesson=accepted, adoption=adoption, **CHANGE)
        found[field] = list(refusal.value.errors)

    assert found == {field: [field] for field in wrong}
    both = services.Adoption(playbook=playbook, steps=[step], add_step=step)
    with pytest.raises(InvalidInput):
        services.adopt_lesson(lesson=accepted, adoption=both, **CHANGE)
    assert not Event.objects.exists()


def test_a_lesson_is_verified_with_what_shows_it() -> None:
    lesson = LessonFactory(status="adopted")

    with pytest.raises(InvalidInput) as refusal:
        services.verify_lesson(lesson=lesson, evidence=" ", **CHANGE)

    assert list(refusal.value.errors) == ["evidence"]
