"""Similar incidents, and their lessons that come with a new one."""

from datetime import UTC, datetime
from typing import Any

import pytest

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from crisisapi.events.models import Event
from incidents.models import Incident, Lesson, RecalledLesson
from incidents.selectors.recalled_lessons import recalled_for
from incidents.selectors.similar import comparable_to, similar_incidents
from incidents.services.incidents import open_incident
from incidents.services.merging import merge_incident
from tests.factories.accounts import BrandFactory
from tests.factories.incidents import IncidentFactory, LessonFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 3, 4, 12, tzinfo=UTC)


def _past(brand: Brand, **said: Any) -> Incident:
    plain = {"title": "ידיות של קומקום נסדקות", "kind": "product_safety", "status": "closed"}
    return IncidentFactory(brand=brand, **{**plain, **said})


def _lesson(incident: Incident, status: str = "adopted") -> Lesson:
    return LessonFactory(incident=incident, status=status)


def _open(brand: Brand, **said: Any) -> Incident:
    plain = {"title": "הקומקום נסדק בידית", "kind": "product_safety"}
    return open_incident(brand=brand, actor=SYSTEM, now=NOW, **{**plain, **said})


def _recalled(incident: Incident) -> list[Lesson]:
    return [one.lesson for one in recalled_for(incident)]


@pytest.mark.parametrize("status", ["accepted", "adopted", "verified"])
def test_what_was_agreed_on_comes_with_a_similar_incident(brand: Brand, status: str) -> None:
    lesson = _lesson(_past(brand), status)

    opened = _open(brand)

    assert _recalled(opened) == [lesson]
    event = Event.objects.get(verb="incident.lessons_recalled")
    assert (event.incident_id, event.data) == (opened.pk, {"lessons": [str(lesson.pk)]})


@pytest.mark.parametrize("status", ["proposed", "rejected"])
def test_what_was_not_agreed_on_does_not(brand: Brand, status: str) -> None:
    _lesson(_past(brand), status)

    assert _recalled(_open(brand)) == []
    assert not Event.objects.filter(verb="incident.lessons_recalled").exists()


def test_what_is_not_similar_brings_no_lesson(brand: Brand) -> None:
    _lesson(_past(brand, title="Strike at the warehouse", kind="labour"))

    assert _recalled(_open(brand)) == []


def test_another_brands_lessons_stay_there(brand: Brand) -> None:
    _lesson(_past(BrandFactory()))

    assert _recalled(_open(brand)) == []


def test_the_best_proven_comes_first(brand: Brand) -> None:
    past = _past(brand)
    accepted, verified = _lesson(past, "accepted"), _lesson(past, "verified")
    for _ in range(9):
        _lesson(past, "adopted")

    found = _recalled(_open(brand))

    assert len(found) == 10
    assert verified in found
    assert accepted not in found


def test_why_it_came_is_kept_with_it(brand: Brand) -> None:
    _lesson(_past(brand))

    recalled = RecalledLesson.objects.get(incident=_open(brand))

    assert 0.25 <= recalled.score <= 1
    assert {reason["code"] for reason in recalled.reasons} >= {"shared_words", "same_kind"}


def test_the_event_tells_nothing_of_what_is_restricted(brand: Brand) -> None:
    hidden = _lesson(_past(brand, visibility="restricted"))

    opened = _open(brand)

    assert _recalled(opened) == [hidden]
    assert not Event.objects.filter(verb="incident.lessons_recalled").exists()


def test_a_lesson_that_became_ones_own_by_a_merge_is_not_recalled(brand: Brand) -> None:
    past = _past(brand, status="learning")
    _lesson(past)
    opened = _open(brand)

    merge_incident(
        incident=past,
        into=opened,
        reason="The same again",
        actor=SYSTEM,
        now=NOW,
        expected_version=None,
    )

    assert _recalled(opened) == []


def test_drills_are_compared_with_drills_alone(brand: Brand) -> None:
    drill, live = _past(brand, mode="drill"), _past(brand)

    of_live = comparable_to(IncidentFactory(brand=brand))
    of_drill = comparable_to(IncidentFactory(brand=brand, mode="drill"))

    assert drill not in of_live
    assert {drill, live} <= set(of_drill)


def test_comparing_takes_one_query(brand: Brand, django_assert_num_queries: Any) -> None:
    for _ in range(12):
        _past(brand)
    incident = _past(brand)

    with django_assert_num_queries(1):
        found = similar_incidents(incident, comparable_to(incident))

    assert len(found) == 10
    assert incident not in [similar for similar, _match in found]
