"""Queries over the API: saved, reviewed as they are typed, tried before they are saved."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, Role, User
from incidents.services.circles import draw_circle
from monitoring.models import Query, Source
from monitoring.selectors import query_preview
from tests.checks import problem_of, queries_of
from tests.factories.accounts import MemberFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.monitoring import MentionFactory, QueryFactory

pytestmark = pytest.mark.django_db

QUERIES = "/api/v1/queries/"
EXPRESSION = "(kettle OR קומקום) AND crack*"


@pytest.fixture
def managing(client_of: Any, manager: User) -> APIClient:
    client: APIClient = client_of(manager)
    return client


def _said(source: Source, *texts: str, **fields: Any) -> None:
    """Store mentions said an hour apart, the first the latest."""
    for place, text in enumerate(texts, 1):
        published_at = timezone.now() - timedelta(hours=place)
        MentionFactory(source=source, text=text, published_at=published_at, **fields)


def test_a_manager_saves_a_query(managing: APIClient, brand: Brand) -> None:
    body = {"name": "Cracked", "expression": EXPRESSION, "kind": "topic"}

    response = managing.post(QUERIES, body, format="json")

    assert response.status_code == 201
    query = Query.objects.get(brand=brand)
    assert response["Location"].endswith(f"/queries/{query.pk}/")
    assert response.json()["expression"] == EXPRESSION
    assert query.is_active


def test_an_expression_that_cannot_be_read_is_refused(managing: APIClient, brand: Brand) -> None:
    response = managing.post(QUERIES, {"name": "Half", "expression": "(kettle"}, format="json")

    problem = problem_of(response, 400, "invalid")
    assert list(problem["errors"]) == ["expression"]


def test_a_change_names_the_version_it_read(managing: APIClient, brand: Brand) -> None:
    query = QueryFactory(brand=brand)
    at = {"If-Match": '"v7"'}

    response = managing.patch(f"{QUERIES}{query.pk}/", {"name": "Lids"}, format="json", headers=at)

    problem_of(response, 412, "stale_version")


def test_a_query_is_put_to_rest(managing: APIClient, brand: Brand) -> None:
    query = QueryFactory(brand=brand)
    at = {"If-Match": '"v1"'}

    response = managing.patch(
        f"{QUERIES}{query.pk}/", {"is_active": False}, format="json", headers=at
    )

    assert response.json()["is_active"] is False
    assert response.json()["expression"] == query.expression


def test_the_query_of_a_restricted_incident_is_not_there(
    api: APIClient, brand: Brand, client_of: Any
) -> None:
    incident = IncidentFactory(brand=brand)
    query = QueryFactory(brand=brand, kind="incident", incident=incident)
    assert api.get(f"{QUERIES}{query.pk}/").status_code == 200

    incident.visibility = "restricted"
    incident.save()
    draw_circle(incident)

    problem_of(api.get(f"{QUERIES}{query.pk}/"), 404)


def test_one_query_and_thirty_take_as_many_statements(api: APIClient, brand: Brand) -> None:
    QueryFactory(brand=brand)
    few = queries_of(api, QUERIES)
    QueryFactory.create_batch(29, brand=brand)

    assert len(queries_of(api, QUERIES)) == len(few)


def test_queries_are_found_by_kind_and_incident(api: APIClient, brand: Brand) -> None:
    query = QueryFactory(brand=brand, kind="incident", incident=IncidentFactory(brand=brand))
    QueryFactory(brand=brand)

    for asked in ({"kind": "incident"}, {"incident": str(query.incident_id)}):
        found = api.get(QUERIES, asked).json()["results"]
        assert [row["id"] for row in found] == [str(query.pk)]


def test_what_is_typed_is_explained_and_written_out(api: APIClient) -> None:
    answer = api.post(f"{QUERIES}validate/", {"expression": EXPRESSION}, format="json").json()

    assert answer["valid"]
    assert answer["normalised"] == EXPRESSION
    assert "“crack*”" in answer["explained"]


def test_every_mistake_has_its_place_and_a_sentence(api: APIClient) -> None:
    said = {"expression": "lang:klingon *ettle"}

    answer = api.post(f"{QUERIES}validate/", said, format="json").json()

    assert not answer["valid"]
    places = [(one["code"], one["start"], one["end"]) for one in answer["errors"]]
    assert places == [("bad_value", 5, 12), ("early_wildcard", 13, 19)]
    assert all(one["sentence"] for one in answer["errors"])


def test_a_trial_says_how_much_is_found_and_shows_where(api: APIClient, source: Source) -> None:
    _said(source, "Sunny day", "My kettle cracked", "הקומקום crackled", "A kettle")

    body = {"expression": EXPRESSION, "days": 2}
    answer = api.post(f"{QUERIES}preview/", body, format="json").json()

    assert (answer["mentions"], answer["read"], answer["matched"]) == (4, 4, 2)
    assert answer["share"]["low"] < 0.5 < answer["share"]["high"]
    assert answer["per_day"]["value"] == 1
    marked = [_marked(example) for example in answer["examples"]]
    assert marked == [["kettle", "cracked"], ["הקומקום", "crackled"]]


def _marked(example: dict[str, Any]) -> list[str]:
    return [example["excerpt"][mark["start"] : mark["end"]] for mark in example["marks"]]


def test_a_trial_leaves_out_what_is_older_removed_or_of_others(
    api: APIClient, source: Source
) -> None:
    _said(source, "kettle cracked", removed_at=timezone.now())
    MentionFactory(text="kettle cracked")
    longer = timezone.now() - timedelta(days=3)
    MentionFactory(source=source, text="kettle cracked", published_at=longer)

    body = {"expression": EXPRESSION, "days": 2}
    answer = api.post(f"{QUERIES}preview/", body, format="json").json()

    assert answer["read"] == 0
    assert answer["share"] is None


def test_a_trial_of_many_reads_the_newest(
    api: APIClient, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_preview, "READ", 2)
    _said(source, "kettle cracked", "a kettle", "kettle cracked")

    answer = api.post(f"{QUERIES}preview/", {"expression": EXPRESSION}, format="json").json()

    assert (answer["read"], answer["matched"]) == (2, 1)


def test_a_trial_asks_what_the_analysis_found(api: APIClient, source: Source) -> None:
    _said(source, "Why?", emotions={"anger": 0.8, "fear": 0.1}, intents=["asks"])

    for expression, matched in (("emotion:anger intent:asks", 1), ("emotion:fear", 0)):
        answer = api.post(f"{QUERIES}preview/", {"expression": expression}, format="json").json()
        assert answer["matched"] == matched


def test_a_trial_of_long_texts_reads_fewer(
    api: APIClient, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_preview, "ALL_CHARACTERS", 50)
    _said(source, *["My kettle cracked yesterday"] * 3)

    answer = api.post(f"{QUERIES}preview/", {"expression": EXPRESSION}, format="json").json()

    assert (answer["mentions"], answer["read"]) == (1, 1)


def test_a_long_text_is_shown_around_what_was_found(api: APIClient, source: Source) -> None:
    _said(source, "lid " * 500 + "kettle cracked" + " lid" * 500)

    answer = api.post(f"{QUERIES}preview/", {"expression": EXPRESSION}, format="json").json()

    (example,) = answer["examples"]
    assert len(example["excerpt"]) == query_preview.EXCERPT
    assert _marked(example) == ["kettle", "cracked"]


def test_a_trial_of_what_cannot_be_read_is_refused(api: APIClient, brand: Brand) -> None:
    response = api.post(f"{QUERIES}preview/", {"expression": "kettle AND"}, format="json")

    assert list(problem_of(response, 400, "invalid")["errors"]) == ["expression"]


def test_a_viewer_tries_and_does_not_save(client_of: Any, brand: Brand) -> None:
    viewer = client_of(MemberFactory(brand=brand, role=Role.VIEWER).user)

    assert viewer.post(f"{QUERIES}validate/", {"expression": "x1"}).status_code == 200
    problem_of(viewer.post(QUERIES, {"name": "A", "expression": "x1"}), 403)
