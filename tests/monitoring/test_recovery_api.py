"""Recovery of an incident over the API."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from tests.checks import problem_of
from tests.factories.incidents import IncidentFactory
from tests.monitoring.storming import SCENE, tell_storm

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_of: Callable[[User], APIClient], viewer: User) -> APIClient:
    return client_of(viewer)


def test_a_storm_is_told_by_its_distance_and_its_end(client: APIClient, brand: Brand) -> None:
    incident, _, until = tell_storm(brand, replace(SCENE, horizon=2))

    with time_machine.travel(until + timedelta(seconds=30), tick=False):
        told = client.get(f"/api/v1/incidents/{incident.pk}/recovery/").json()

    assert told["state"] == "storm"
    assert told["volume"]["distance"] > told["band"]
    assert 0 < told["expected"]["low"] <= told["expected"]["middle"] <= told["expected"]["high"]
    assert told["hours_so_far"] == pytest.approx(11, abs=0.1)


def test_an_incident_without_a_past_cannot_be_told(client: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)

    told = client.get(f"/api/v1/incidents/{incident.pk}/recovery/").json()

    assert told["state"] == "cannot_tell"
    assert told["volume"] is None


def test_the_recovery_of_another_brand_is_not_there(client: APIClient) -> None:
    problem_of(client.get(f"/api/v1/incidents/{IncidentFactory().pk}/recovery/"), 404)
