"""The same POST twice does one thing and gets one answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, Role, Scope, User
from crisisapi.accounts.services.api_keys import create_api_key
from crisisapi.accounts.services.sign_in import issue_access_token
from crisisapi.common.actors import SYSTEM
from crisisapi.common.models import IdempotentAnswer
from crisisapi.common.tasks import purge_kept_answers
from crisisapi.events.models import Event
from incidents.models import Incident
from tests.checks import codes_of, problem_of
from tests.factories.accounts import MemberFactory
from tests.factories.incidents import IncidentFactory

pytestmark = pytest.mark.django_db

INCIDENTS = "/api/v1/incidents/"


def _open(client: APIClient, title: str = "x", key: str = "key-1") -> Any:
    return client.post(INCIDENTS, {"title": title}, headers={"idempotency-key": key})


def test_a_repetition_gets_the_first_answer_and_has_no_effect(api: APIClient) -> None:
    first = _open(api)

    second = _open(api)

    assert second.content == first.content
    assert (second.status_code, second["ETag"], second["Location"]) == (
        201,
        first["ETag"],
        first["Location"],
    )
    assert second["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Incident.objects.count() == Event.objects.filter(object_type="incident").count() == 1


def test_without_a_key_each_post_counts(api: APIClient) -> None:
    for _ in range(2):
        api.post(INCIDENTS, {"title": "x"})

    assert Incident.objects.count() == 2


def test_a_key_is_good_for_one_request_only(api: APIClient) -> None:
    _open(api)

    response = _open(api, title="y")

    problem_of(response, 409, "idempotency_key_reused")


def test_a_key_is_good_for_one_path_only(api: APIClient, brand: Brand) -> None:
    one, two = IncidentFactory(brand=brand), IncidentFactory(brand=brand)
    header = {"idempotency-key": "key-1"}
    api.post(f"{INCIDENTS}{one.pk}/respond/", headers=header)

    response = api.post(f"{INCIDENTS}{two.pk}/respond/", headers=header)

    problem_of(response, 409, "idempotency_key_reused")


def test_a_change_of_state_is_repeated_too(api: APIClient, brand: Brand) -> None:
    path = f"{INCIDENTS}{IncidentFactory(brand=brand).pk}/respond/"
    first = api.post(path, headers={"idempotency-key": "key-1"})

    second = api.post(path, headers={"idempotency-key": "key-1"})

    assert (first.status_code, second.status_code) == (200, 200)
    assert second.content == first.content


def test_a_refusal_is_not_kept(api: APIClient) -> None:
    refused = _open(api, title="")

    accepted = _open(api, title="x")

    assert (refused.status_code, accepted.status_code) == (400, 201)


def test_each_caller_has_keys_of_their_own(api: APIClient, client_of: Any, manager: User) -> None:
    _open(api)

    response = _open(client_of(manager), title="y")

    assert response.status_code == 201


def test_a_person_is_the_same_by_cookie_and_by_token(api: APIClient, responder: User) -> None:
    _token, secret = issue_access_token(
        user=responder, lifetime=timedelta(hours=1), now=timezone.now()
    )
    _open(api)

    response = _open(APIClient(headers={"authorization": f"Bearer {secret}"}))

    assert response["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_of_strange_length_is_refused(api: APIClient, key: str) -> None:
    response = _open(api, key=key)

    assert codes_of(problem_of(response, 400)) == {"Idempotency-Key": ["invalid"]}


def test_nobody_may_claim_a_key() -> None:
    response = _open(APIClient())

    problem_of(response, 401)
    assert not IdempotentAnswer.objects.exists()


def test_a_kept_secret_is_not_readable_in_the_database(client_of: Any, manager: User) -> None:
    response = client_of(manager).post(
        "/api/v1/api-keys/",
        {"name": "Continuous integration", "scopes": [Scope.EVENTS_READ]},
        headers={"idempotency-key": "key-1"},
    )

    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM common_idempotentanswer")
        stored = cursor.fetchone()[0]
    assert response.json()["key"] not in stored
    assert "Continuous integration" not in stored


def test_answers_are_forgotten_after_a_day(api: APIClient) -> None:
    _open(api)
    IdempotentAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))

    purge_kept_answers()

    assert "Idempotent-Replayed" not in _open(api)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_have_one_effect(brand: Brand) -> None:
    person = MemberFactory(brand=brand, role=Role.RESPONDER).user
    _token, secret = issue_access_token(
        user=person, lifetime=timedelta(hours=1), now=timezone.now()
    )
    together = Barrier(4)

    def ask(_: int) -> Any:
        try:
            client = APIClient(headers={"authorization": f"Bearer {secret}"})
            together.wait(timeout=60)
            return _open(client)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, range(4)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer for answer in answers) == 3
    assert Incident.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_waits_behind_a_refusal_gets_a_chance(brand: Brand) -> None:
    _key, secret = create_api_key(
        brand=brand,
        name="CI",
        scopes=[Scope.INCIDENTS_WRITE],
        actor=SYSTEM,
        now=timezone.now(),
    )
    together = Barrier(2)

    def ask(title: str) -> int:
        try:
            client = APIClient(headers={"authorization": f"Bearer {secret}"})
            together.wait(timeout=60)
            return int(_open(client, title=title).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(ask, ["", "x"]))

    assert answers[0] in {400, 409}
    assert answers[1] == 201
