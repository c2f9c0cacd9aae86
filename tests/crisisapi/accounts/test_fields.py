"""References in bodies: only what the caller may see, in one query however many."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand
from tests.factories.incidents import IncidentFactory

pytestmark = pytest.mark.django_db


def _queries_for(api: APIClient, incidents: list[str]) -> int:
    with CaptureQueriesContext(connection) as queries:
        response = api.post(
            "/api/v1/stakeholders/", {"name": "A", "incidents": incidents}, format="json"
        )
    assert response.status_code == 201, response.content
    return sum('incidents_incident" WHERE' in query["sql"] for query in queries.captured_queries)


def test_many_references_are_read_in_one_query(api: APIClient, brand: Brand) -> None:
    ids = [str(incident.pk) for incident in IncidentFactory.create_batch(12, brand=brand)]

    assert _queries_for(api, ids) == _queries_for(api, ids[:1])


@pytest.mark.parametrize(
    ("incidents", "code"),
    [
        ("one", "not_a_list"),
        ({"a": 1}, "not_a_list"),
        ([1], "does_not_exist"),
        (["x"], "does_not_exist"),
        ([None], "does_not_exist"),
        ([str(uuid.uuid4())], "does_not_exist"),
        ([str(uuid.uuid4())] * 201, "too_many"),
    ],
)
def test_references_that_make_no_sense_are_refused(
    api: APIClient, incidents: object, code: str
) -> None:
    response = api.post(
        "/api/v1/stakeholders/", {"name": "A", "incidents": incidents}, format="json"
    )

    assert response.status_code == 400
    assert response.json()["errors"]["incidents"][0]["code"] == code


def test_an_object_of_another_brand_cannot_be_named(api: APIClient) -> None:
    foreign = IncidentFactory()

    response = api.post(
        "/api/v1/stakeholders/", {"name": "A", "incidents": [str(foreign.pk)]}, format="json"
    )

    assert response.json()["errors"]["incidents"][0]["code"] == "does_not_exist"
