"""Reviews, as clients see them."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from tests.checks import codes_of, problem_of, queries_of
from tests.factories.incidents import IncidentFactory, ReviewFactory

pytestmark = pytest.mark.django_db

REVIEWS = "/api/v1/reviews/"


def test_a_review_is_drafted_written_completed_and_reopened(
    api: APIClient, client_of: Any, approver: User, brand: Brand
) -> None:
    boss = client_of(approver)
    incident = IncidentFactory(brand=brand, status="learning")

    made = api.post(REVIEWS, {"incident": str(incident.pk)})
    path = made["Location"]
    words = {"summary": "ידיות נסדקו", "went_badly": "The first reply."}
    written = api.patch(path, words, headers={"if-match": made["ETag"]})
    completed = boss.post(f"{path}complete/")
    refused = api.patch(path, {"summary": "x"}, headers={"if-match": "*"})
    reopened = boss.post(f"{path}reopen/", {"reason": "New figures"})
    refreshed = api.post(f"{path}refresh/")

    assert set(made.json()["record"]) >= {"moments", "counts", "statuses", "messages", "metrics"}
    assert written.json()["summary"] == "ידיות נסדקו"
    assert (completed.json()["status"], completed.json()["completed_by"]) == (
        "completed",
        str(approver.pk),
    )
    problem_of(refused, 409, "review_completed")
    assert reopened.json()["status_reason"] == "New figures"
    assert refreshed.json()["summary"] == "ידיות נסדקו"


def test_an_incident_is_reviewed_once(api: APIClient, brand: Brand) -> None:
    review = ReviewFactory(incident__brand=brand)

    response = api.post(REVIEWS, {"incident": str(review.incident_id)})

    problem_of(response, 409, "review_exists")


def test_what_is_missing_is_told_at_its_field(client_of: Any, approver: User, brand: Brand) -> None:
    review = ReviewFactory(incident__brand=brand, incident__status="closed")

    response = client_of(approver).post(f"{REVIEWS}{review.pk}/complete/")

    assert set(codes_of(problem_of(response, 400))) == {"summary", "recommendations"}


def test_the_record_is_not_written_by_people(api: APIClient, brand: Brand) -> None:
    path = f"{REVIEWS}{ReviewFactory(incident__brand=brand).pk}/"

    response = api.patch(path, {"record": {}}, headers={"if-match": "*"})

    assert codes_of(problem_of(response, 400)) == {"record": ["unknown_field"]}


def test_an_older_version_is_not_changed(api: APIClient, brand: Brand) -> None:
    path = f"{REVIEWS}{ReviewFactory(incident__brand=brand, version=2).pk}/"

    problem_of(api.patch(path, {"summary": "x"}, headers={"if-match": '"v1"'}), 412)


def test_a_list_costs_the_same_for_one_and_thirty(api: APIClient, brand: Brand) -> None:
    ReviewFactory(incident__brand=brand)
    few = len(queries_of(api, REVIEWS))
    for _ in range(29):
        ReviewFactory(incident__brand=brand)

    assert len(queries_of(api, REVIEWS)) == few
