"""Lessons and their steps."""

from datetime import UTC, datetime
from typing import Any

import pytest

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import LessonStatus
from incidents.services import lessons
from tests.factories.accounts import MemberFactory
from tests.factories.incidents import IncidentFactory, LessonFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHANGE: dict[str, Any] = {"actor": SYSTEM, "now": NOW, "expected_version": None}
STEPS: dict[Any, Any] = {
    lessons.accept_lesson: ({"proposed", "rejected"}, "accepted", {}),
    lessons.reject_lesson: ({"proposed", "accepted"}, "rejected", {}),
    lessons.adopt_lesson: (
        {"accepted"},
        "adopted",
        {"adoption": lessons.Adoption(change="The guide says so now.")},
    ),
    lessons.verify_lesson: ({"adopted"}, "verified", {"evidence": "Held in the drill."}),
}


@pytest.mark.parametrize("status", LessonStatus.values)
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_a_step_starts_only_where_it_should(brand: Brand, status: str, step: Any) -> None:
    sources, result, said = STEPS[step]
    owner = MemberFactory(brand=brand).user
    lesson = LessonFactory(incident__brand=brand, status=status, owner=owner)

    if status in sources:
        assert step(lesson=lesson, reason="because", **said, **CHANGE).status == result
        assert Event.objects.get().verb == f"lesson.{result}"
    else:
        with pytest.raises(lessons.LessonNotThere):
            step(lesson=lesson, reason="because", **said, **CHANGE)


def test_a_rejection_says_why() -> None:
    with pytest.raises(InvalidInput):
        lessons.reject_lesson(lesson=LessonFactory(), reason=" ", **CHANGE)


def test_only_a_member_owns_a_lesson(brand: Brand, stranger: User) -> None:
    incident = IncidentFactory(brand=brand)
    words = {"title": "x", "observation": "y", "recommendation": "z"}

    with pytest.raises(InvalidInput):
        lessons.propose_lesson(incident=incident, actor=SYSTEM, now=NOW, owner=stranger, **words)
    with pytest.raises(InvalidInput):
        lessons.change_lesson(lesson=LessonFactory(incident=incident), owner=stranger, **CHANGE)
