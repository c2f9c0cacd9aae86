"""Times in bodies and queries name their offset."""

from typing import Any

import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


def _codes(response: Any, field: str) -> list[str]:
    assert response.status_code == 400, response.content
    return [error["code"] for error in response.json()["errors"][field]]


@pytest.mark.parametrize("said", ["2026-03-04T09:15:00", "2026-03-04 09:15"])
def test_a_time_without_an_offset_is_refused(api: APIClient, said: str) -> None:
    response = api.post("/api/v1/incidents/", {"title": "A", "started_at": said}, format="json")

    assert _codes(response, "started_at") == ["no_offset"]


def test_a_time_with_an_offset_is_kept(api: APIClient) -> None:
    said = "2026-03-04T09:15:00+02:00"

    response = api.post("/api/v1/incidents/", {"title": "A", "started_at": said}, format="json")

    assert response.json()["started_at"] == "2026-03-04T07:15:00Z"


def test_a_window_of_metrics_names_its_offset_too(api: APIClient) -> None:
    response = api.get("/api/v1/metrics/", {"since": "2026-03-04T09:15:00"})

    assert _codes(response, "since") == ["no_offset"]
