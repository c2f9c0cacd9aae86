"""API keys: shown once, stored as a hash, limited to their scopes, rotated without a gap."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import ApiKey, Brand, Scope, User
from crisisapi.accounts.services.api_keys import create_api_key, rotate_api_key
from crisisapi.common.actors import Actor
from crisisapi.events.models import Event
from tests.checks import codes_of, problem_of
from tests.clients import bearing
from tests.factories.accounts import BrandFactory
from tests.factories.incidents import IncidentFactory

pytestmark = pytest.mark.django_db

KEYS, INCIDENTS = "/api/v1/api-keys/", "/api/v1/incidents/"
READ, WRITE = Scope.INCIDENTS_READ, Scope.INCIDENTS_WRITE


@pytest.fixture
def keeper(client_of: Any, manager: User) -> APIClient:
    """The client of a manager."""
    client: APIClient = client_of(manager)
    return client


def _made(keeper: APIClient, *scopes: str, **fields: Any) -> dict[str, Any]:
    response = keeper.post(KEYS, {"name": "CI", "scopes": scopes or [READ], **fields})
    assert response.status_code == 201, response.content
    body: dict[str, Any] = response.json()
    return body


def test_a_key_is_shown_once_and_stored_as_a_hash(keeper: APIClient) -> None:
    made = _made(keeper)

    key = ApiKey.objects.get()
    assert made["key"].startswith(key.prefix)
    assert made["key"] not in str(vars(key))
    assert "key" not in keeper.get(f"{KEYS}{key.pk}/").json()
    assert made["key"] not in keeper.get(KEYS).content.decode()


def test_making_a_key_is_an_event_without_the_secret(keeper: APIClient, manager: User) -> None:
    made = _made(keeper)

    event = Event.objects.get()
    assert (event.verb, event.actor_id) == ("api_key.created", manager.pk)
    assert event.data["prefix"] == made["prefix"]
    assert made["key"] not in str(event.data)


def test_a_key_does_what_its_scopes_say_and_no_more(keeper: APIClient, brand: Brand) -> None:
    client = bearing(_made(keeper, READ)["key"])
    incident = IncidentFactory(brand=brand)

    assert client.get(f"{INCIDENTS}{incident.pk}/").status_code == 200
    problem_of(client.post(INCIDENTS, {"title": "x"}), 403, "permission_denied")
    problem_of(client.get("/api/v1/events/"), 403)
    problem_of(client.get(KEYS), 403)


def test_what_a_key_does_is_done_in_its_name(keeper: APIClient) -> None:
    made = _made(keeper, WRITE, Scope.EVENTS_READ)
    client = bearing(made["key"])

    incident = client.post(INCIDENTS, {"title": "x"}).json()

    event = client.get(f"/api/v1/events/?object_id={incident['id']}").json()["results"][0]
    assert event["actor"] == {"kind": "api_key", "id": made["id"], "name": "CI"}


def test_a_key_of_one_brand_sees_nothing_of_another(keeper: APIClient) -> None:
    client = bearing(_made(keeper, *Scope.values)["key"])
    theirs = IncidentFactory(brand=BrandFactory(slug="other"))

    problem_of(client.get(f"{INCIDENTS}{theirs.pk}/"), 404)
    problem_of(client.post(f"{INCIDENTS}{theirs.pk}/respond/"), 404)
    refused = client.post(INCIDENTS, {"title": "x", "brand": "other"})
    assert codes_of(problem_of(refused, 400)) == {"brand": ["does_not_exist"]}
    assert client.get(INCIDENTS).json()["results"] == []
    assert [row["slug"] for row in client.get("/api/v1/brands/").json()["results"]] == ["rimon"]


def test_a_key_dies_on_time(keeper: APIClient) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    client = bearing(_made(keeper, expires_at=tomorrow.isoformat())["key"])
    assert client.get(INCIDENTS).status_code == 200

    with time_machine.travel(tomorrow + timedelta(seconds=1)):
        response = client.get(INCIDENTS)

    problem_of(response, 401, "authentication_failed")


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"scopes": []}, {"scopes": ["empty"]}),
        ({"scopes": ["everything"]}, {"scopes.0": ["invalid_choice"]}),
        ({"scopes": "incidents:read"}, {"scopes": ["not_a_list"]}),
        ({"expires_at": "2020-01-01T00:00:00Z"}, {"expires_at": ["invalid"]}),
        ({"name": ""}, {"name": ["blank"]}),
        ({"brand": "other"}, {"brand": ["does_not_exist"]}),
        ({"secret_hash": "x"}, {"secret_hash": ["unknown_field"]}),
    ],
)
def test_a_senseless_key_is_refused(
    keeper: APIClient, fields: dict[str, Any], codes: dict[str, list[str]]
) -> None:
    response = keeper.post(KEYS, {"name": "CI", "scopes": [READ], **fields})

    assert codes_of(problem_of(response, 400)) == codes


def test_a_rotated_key_works_on_for_a_while(keeper: APIClient) -> None:
    old = _made(keeper)

    new = keeper.post(f"{KEYS}{old['id']}/rotate/", {"overlap_hours": 2}).json()

    assert (new["replaces"], new["scopes"]) == (old["id"], old["scopes"])
    for hours, status in [(1, 200), (3, 401)]:
        with time_machine.travel(timezone.now() + timedelta(hours=hours)):
            assert bearing(old["key"]).get(INCIDENTS).status_code == status
            assert bearing(new["key"]).get(INCIDENTS).status_code == 200


def test_a_successor_lives_as_long_as_the_key_was_made_for(brand: Brand, manager: User) -> None:
    now = timezone.now()
    actor = Actor("user", manager.pk)
    old, _secret = create_api_key(
        brand=brand, name="CI", scopes=[READ], actor=actor, now=now, expires_at=now + timedelta(90)
    )
    late = now + timedelta(days=89)
    new, _secret = rotate_api_key(
        key=old, overlap=timedelta(hours=24), actor=actor, now=late, expected_version=None
    )

    assert new.expires_at == late + timedelta(days=90)


def test_rotating_to_nothing_ends_the_old_key_at_once(keeper: APIClient) -> None:
    old = _made(keeper)

    keeper.post(f"{KEYS}{old['id']}/rotate/", {"overlap_hours": 0})

    assert bearing(old["key"]).get(INCIDENTS).status_code == 401


@pytest.mark.parametrize("first", ["rotate", "revoke"])
def test_a_key_is_rotated_or_revoked_once(keeper: APIClient, first: str) -> None:
    path = f"{KEYS}{_made(keeper)['id']}/"
    keeper.post(f"{path}{first}/", {})

    response = keeper.post(f"{path}rotate/", {})

    problem_of(response, 409, "api_key_revoked")


def test_an_expired_key_has_no_successor(keeper: APIClient) -> None:
    path = f"{KEYS}{_made(keeper)['id']}/"
    ApiKey.objects.update(expires_at=timezone.now())

    problem_of(keeper.post(f"{path}rotate/", {}), 409, "api_key_revoked")


def test_a_revoked_key_is_dead_at_once(keeper: APIClient) -> None:
    made = _made(keeper)

    response = keeper.post(f"{KEYS}{made['id']}/revoke/")

    assert response.json()["revoked_at"]
    assert bearing(made["key"]).get(INCIDENTS).status_code == 401
    assert Event.objects.filter(verb="api_key.revoked").exists()


@pytest.mark.parametrize("hours", [-1, 721, "1e400", 10**30, "soon", None])
def test_an_overlap_out_of_bounds_is_refused(keeper: APIClient, hours: Any) -> None:
    response = keeper.post(f"{KEYS}{_made(keeper)['id']}/rotate/", {"overlap_hours": hours})

    assert "overlap_hours" in problem_of(response, 400)["errors"]


def test_use_is_noted_to_the_minute(keeper: APIClient) -> None:
    client = bearing(_made(keeper)["key"])
    start = timezone.now()
    noted = []

    for seconds in (0, 30, 61):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            client.get(INCIDENTS)
        noted.append(ApiKey.objects.get().last_used_at)

    assert noted == [start, start, start + timedelta(seconds=61)]


def test_a_viewer_may_not_see_the_keys_of_the_brand(client_of: Any, viewer: User) -> None:
    problem_of(client_of(viewer).get(KEYS), 403, "permission_denied")
