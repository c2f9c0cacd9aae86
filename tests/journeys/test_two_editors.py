"""Two people edit the same thing at once: the second is told, and loses nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from tests.checks import problem_of
from tests.factories.incidents import (
    FactFactory,
    GoalFactory,
    IncidentFactory,
    InvolvementFactory,
    LessonFactory,
    PlaybookVersionFactory,
    ReviewFactory,
    StakeholderFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db

# What is edited, and the field both change.
EDITED: dict[str, tuple[Callable[[Brand], Any], str]] = {
    "facts": (lambda brand: FactFactory(incident__brand=brand), "evidence"),
    "goals": (lambda brand: GoalFactory(incident__brand=brand), "title"),
    "incidents": (lambda brand: IncidentFactory(brand=brand), "summary"),
    "involvements": (lambda brand: InvolvementFactory(incident__brand=brand), "needs"),
    "lessons": (lambda brand: LessonFactory(incident__brand=brand), "recommendation"),
    "playbook-versions": (
        lambda brand: PlaybookVersionFactory(playbook__brand=brand, status="draft"),
        "note",
    ),
    "reviews": (lambda brand: ReviewFactory(incident__brand=brand), "summary"),
    "stakeholders": (lambda brand: StakeholderFactory(brand=brand), "notes"),
    "tasks": (lambda brand: TaskFactory(incident__brand=brand), "description"),
}


@pytest.mark.parametrize("noun", EDITED)
def test_the_second_is_told_and_loses_nothing(
    client_of: Callable[[User], APIClient],
    brand: Brand,
    responder: User,
    approver: User,
    noun: str,
) -> None:
    make, field = EDITED[noun]
    path = f"/api/v1/{noun}/{make(brand).pk}/"
    noa, daniel = client_of(responder), client_of(approver)
    seen_by_noa, seen_by_daniel = noa.get(path)["ETag"], daniel.get(path)["ETag"]

    first = noa.patch(path, {field: "From Noa"}, headers={"if-match": seen_by_noa})
    second = daniel.patch(path, {field: "מדניאל"}, headers={"if-match": seen_by_daniel})

    assert first.status_code == 200, first.content
    problem_of(second, 412, "stale_version")
    read = daniel.get(path)
    assert read.json()[field] == "From Noa"
    again = daniel.patch(path, {field: "From both"}, headers={"if-match": read["ETag"]})
    assert (again.status_code, again.json()[field]) == (200, "From both")
