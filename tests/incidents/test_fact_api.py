"""Facts over HTTP: superseding, correcting, finding those that stand."""

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand
from tests.checks import codes_of, problem_of, queries_of
from tests.factories.incidents import FactFactory

pytestmark = pytest.mark.django_db

PATH = "/api/v1/facts/"


def test_a_fact_is_superseded(api: APIClient, brand: Brand) -> None:
    old = FactFactory(incident__brand=brand)

    made = api.post(f"{PATH}{old.pk}/supersede/", {"statement": "Only K2-4 cracks."})

    assert made.status_code == 201, made.content
    assert (made.json()["supersedes"], made.json()["superseded_by"]) == (str(old.pk), None)
    shown = api.get(f"{PATH}{old.pk}/").json()
    assert (shown["superseded_by"], shown["supersedes"]) == (made.json()["id"], None)
    problem_of(api.post(f"{PATH}{old.pk}/confirm/", {"evidence": "Lab"}), 409, "fact_superseded")


def test_a_fact_nothing_shows_is_refused_at_the_field(api: APIClient, brand: Brand) -> None:
    response = api.post(f"{PATH}{FactFactory(incident__brand=brand).pk}/confirm/", {})

    assert set(codes_of(problem_of(response, 400))) == {"evidence"}


def test_a_correction_says_why(api: APIClient, brand: Brand) -> None:
    path = f"{PATH}{FactFactory(incident__brand=brand, status='confirmed').pk}/refute/"

    assert set(codes_of(problem_of(api.post(path, {}), 400))) == {"reason"}
    turned = api.post(path, {"reason": "The laboratory erred."}).json()
    assert (turned["status"], turned["status_reason"]) == ("false", "The laboratory erred.")


def test_facts_that_stand_are_found(api: APIClient, brand: Brand) -> None:
    new = FactFactory(incident__brand=brand)
    FactFactory(incident=new.incident, superseded_by=new)

    def found(query: str) -> list[str | None]:
        return [row["superseded_by"] for row in api.get(f"{PATH}?{query}").json()["results"]]

    assert found("superseded=false") == [None]
    assert found("superseded=true") == [str(new.pk)]


def test_a_list_of_superseded_facts_costs_no_more(api: APIClient, brand: Brand) -> None:
    def supersede() -> None:
        new = FactFactory(incident__brand=brand)
        FactFactory(incident=new.incident, superseded_by=new)

    supersede()
    few = len(queries_of(api, PATH))
    for _ in range(10):
        supersede()

    assert len(queries_of(api, PATH)) == few
