"""The resource of response effects."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from tests.checks import problem_of, queries_of
from tests.factories.messaging import PublicationFactory
from tests.factories.monitoring import ResponseEffectFactory
from tests.monitoring.storming import tell_storm

pytestmark = pytest.mark.django_db

URL = "/api/v1/response-effects/"


@pytest.fixture
def team(client_of: Callable[[User], APIClient], responder: User) -> APIClient:
    return client_of(responder)


def test_an_effect_is_told_with_its_interval_and_in_words(team: APIClient, brand: Brand) -> None:
    _, publication, until = tell_storm(brand)

    with time_machine.travel(until + timedelta(minutes=5), tick=False):
        response = team.post(URL, {"publication": str(publication.pk)}, format="json")

    told = response.json()
    assert response.status_code == 201
    assert told["verdict"] == "no_clear_effect"
    assert told["volume"]["relative"]["low"] < 0 < told["volume"]["relative"]["high"]
    assert told["reasons"][0]["sentence"] == "What came is what might have come without it."


def test_the_sentences_are_in_hebrew_too(team: APIClient, brand: Brand) -> None:
    effect = ResponseEffectFactory(publication__message__incident__brand=brand)

    told = team.get(f"{URL}{effect.pk}/", headers={"accept-language": "he"}).json()

    assert told["reasons"][0]["code"] == "within_usual"


def test_what_is_not_out_is_refused(team: APIClient, brand: Brand) -> None:
    publication = PublicationFactory(message__incident__brand=brand)

    response = team.post(URL, {"publication": str(publication.pk)}, format="json")

    problem_of(response, 409)


def test_effects_are_listed_by_incident_and_by_whether_they_are_the_latest(
    team: APIClient, brand: Brand
) -> None:
    effect = ResponseEffectFactory(publication__message__incident__brand=brand)
    ResponseEffectFactory(
        publication=effect.publication, number=0, superseded_at=effect.measured_at
    )
    ResponseEffectFactory(publication__message__incident__brand=brand)
    incident = effect.publication.message.incident_id

    found = team.get(URL, {"incident": str(incident), "is_current": "true"}).json()

    assert [row["id"] for row in found["results"]] == [str(effect.pk)]


def test_a_list_costs_the_same_queries_for_one_and_for_thirty(
    team: APIClient, brand: Brand
) -> None:
    ResponseEffectFactory(publication__message__incident__brand=brand)
    one = queries_of(team, URL)
    for _ in range(29):
        ResponseEffectFactory(publication__message__incident__brand=brand)

    assert len(queries_of(team, URL)) == len(one)


def test_effects_of_another_brand_are_not_there(team: APIClient) -> None:
    effect = ResponseEffectFactory()

    problem_of(team.get(f"{URL}{effect.pk}/"), 404)
