"""The floor as its clients see it: each noun made, read, changed, refused, listed cheaply."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from tests.checks import codes_of, problem_of, queries_of
from tests.factories.accounts import MemberFactory
from tests.factories.incidents import (
    FactFactory,
    GoalFactory,
    IncidentFactory,
    LessonFactory,
    StakeholderFactory,
)

pytestmark = pytest.mark.django_db

API = "/api/v1/"
NOUNS: dict[str, Any] = {
    "facts": FactFactory,
    "goals": GoalFactory,
    "incidents": IncidentFactory,
    "lessons": LessonFactory,
    "stakeholders": StakeholderFactory,
}


def _made(noun: str, brand: Brand) -> Any:
    own = "incident__brand" if noun in {"facts", "goals", "lessons"} else "brand"
    return NOUNS[noun](**{own: brand})


def _bodies(brand: Brand) -> dict[str, dict[str, Any]]:
    incident = str(IncidentFactory(brand=brand).pk)
    deadline = (timezone.now() + timedelta(days=1)).isoformat()
    return {
        "facts": {"incident": incident, "statement": "הידיות נסדקות", "evidence": "מעבדה"},
        "goals": {
            "incident": incident,
            "title": "Calm",
            "metric": "mentions.negative_share",
            "baseline": 0.8,
            "target": 0.3,
            "deadline": deadline,
        },
        "incidents": {"title": "קומקומים נסדקים", "severity": 1, "kind": "product_safety"},
        "lessons": {
            "incident": incident,
            "title": "Answer within the hour",
            "observation": "It took three.",
            "recommendation": "Prepare.",
        },
        "stakeholders": {
            "name": "המועצה לצרכנות",
            "kind": "regulator",
            "influence": 5,
            "languages": ["he"],
            "incidents": [incident],
        },
    }


@pytest.mark.parametrize("noun", NOUNS)
def test_what_is_made_reads_back_as_it_was_said(api: APIClient, brand: Brand, noun: str) -> None:
    body = _bodies(brand)[noun]

    made = api.post(f"{API}{noun}/", body)

    assert made.status_code == 201, made.content
    read = api.get(made["Location"])
    assert read.json() == made.json()
    assert {name: read.json()[name] for name in body if name != "deadline"} == {
        name: value for name, value in body.items() if name != "deadline"
    }
    assert read.json()["brand"] == brand.slug


@pytest.mark.parametrize("noun", NOUNS)
def test_an_empty_edit_changes_nothing(api: APIClient, brand: Brand, noun: str) -> None:
    path = f"{API}{noun}/{_made(noun, brand).pk}/"

    response = api.patch(path, {}, headers={"if-match": '"v1"'})

    assert (response.status_code, response.json()["version"]) == (200, 1)


@pytest.mark.parametrize("noun", NOUNS)
def test_nothing_is_ever_deleted(api: APIClient, brand: Brand, noun: str) -> None:
    path = f"{API}{noun}/{_made(noun, brand).pk}/"

    problem_of(api.delete(path, headers={"if-match": "*"}), 405)


@pytest.mark.parametrize("noun", NOUNS)
def test_a_stranger_finds_nothing(client_of: Any, brand: Brand, stranger: User, noun: str) -> None:
    client, path = client_of(stranger), f"{API}{noun}/{_made(noun, brand).pk}/"

    problem_of(client.get(path), 404)
    problem_of(client.patch(path, {}, headers={"if-match": "*"}), 404)
    assert client.get(f"{API}{noun}/").json()["results"] == []


@pytest.mark.parametrize("noun", ["facts", "goals", "lessons"])
def test_nothing_is_added_to_the_incident_of_another(
    client_of: Any, brand: Brand, stranger: User, noun: str
) -> None:
    response = client_of(stranger).post(f"{API}{noun}/", _bodies(brand)[noun])

    assert codes_of(problem_of(response, 400)) == {"incident": ["does_not_exist"]}


@pytest.mark.parametrize("noun", NOUNS)
def test_a_list_costs_the_same_for_one_and_thirty(api: APIClient, brand: Brand, noun: str) -> None:
    _made(noun, brand)
    few = len(queries_of(api, f"{API}{noun}/"))
    for _ in range(29):
        _made(noun, brand)

    assert len(queries_of(api, f"{API}{noun}/")) == few


def test_the_timeline_costs_the_same_for_one_and_thirty(api: APIClient, brand: Brand) -> None:
    incident = api.post(f"{API}incidents/", {"title": "x"}).json()["id"]
    path = f"{API}incidents/{incident}/timeline/"
    few = len(queries_of(api, path))
    for number in range(30):
        api.post(f"{API}facts/", {"incident": incident, "statement": f"Fact {number}"})

    assert len(queries_of(api, path)) == few
    newest = api.get(path).json()["results"][0]
    assert (newest["verb"], newest["data"]) == ("fact.stated", {"statement": "Fact 29"})


def test_an_incident_lives_its_life(api: APIClient) -> None:
    made = api.post(f"{API}incidents/", {"title": "x"}).json()
    path = f"{API}incidents/{made['id']}/"
    seen = [made["status"]]

    for move in ["respond", "monitor", "recover", "learn", "close"]:
        assert move in api.get(path).json()["possible_actions"]
        seen.append(api.post(f"{path}{move}/").json()["status"])
    seen.append(api.post(f"{path}reopen/", {"reason": "It is back"}).json()["status"])

    assert seen == [
        "triage",
        "responding",
        "monitoring",
        "recovering",
        "learning",
        "closed",
        "responding",
    ]


def test_an_impossible_move_is_a_conflict_that_says_why(api: APIClient, brand: Brand) -> None:
    response = api.post(f"{API}incidents/{IncidentFactory(brand=brand).pk}/close/")

    document = problem_of(response, 409, "wrong_status")
    assert "learning" in document["detail"]


@pytest.mark.parametrize("body", [{}, {"reason": " "}, {"reason": None}, {"reason": "x" * 2_001}])
def test_declining_says_why(api: APIClient, brand: Brand, body: dict[str, Any]) -> None:
    path = f"{API}incidents/{IncidentFactory(brand=brand).pk}/decline/"

    assert list(codes_of(problem_of(api.post(path, body), 400))) == ["reason"]


def test_incidents_are_filtered(api: APIClient, brand: Brand, responder: User) -> None:
    for status in ["triage", "closed", "declined"]:
        IncidentFactory(brand=brand, status=status, lead=responder, severity=1)
    IncidentFactory(brand=brand, severity=4)

    def statuses(query: str) -> list[str]:
        rows = api.get(f"{API}incidents/?{query}").json()["results"]
        return sorted(row["status"] for row in rows)

    found = {
        query: statuses(query)
        for query in [
            f"lead={responder.pk}&active=true",
            "active=false",
            "severity=4",
            "status=triage&status=closed&severity=1",
            "brand=other",
        ]
    }

    assert list(found.values()) == [
        ["triage"],
        ["closed", "declined"],
        ["triage"],
        ["closed", "triage"],
        [],
    ]


def test_a_goal_shows_its_way(api: APIClient, brand: Brand) -> None:
    goal = GoalFactory(incident__brand=brand, baseline=1.0, target=0.0, current=0.75)

    body = api.get(f"{API}goals/{goal.pk}/").json()

    assert (body["unit"], body["better"], body["progress"]) == ("share", "lower", 0.25)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"target": "NaN"}, "target"),
        ({"target": "-Infinity", "metric": "mentions.count"}, "target"),
        ({"baseline": "Infinity", "metric": "mentions.count"}, "baseline"),
        ({"baseline": 10**400}, "baseline"),
        ({"target": 0.9}, "target"),
        ({"metric": "mentions.mood"}, "metric"),
        ({"deadline": "2020-01-01T00:00:00Z"}, "deadline"),
    ],
)
def test_a_senseless_goal_is_refused(
    api: APIClient, brand: Brand, fields: dict[str, Any], field: str
) -> None:
    response = api.post(f"{API}goals/", _bodies(brand)["goals"] | fields)

    document = problem_of(response, 400)
    assert list(document.get("errors", {field: ()})) == [field]


def test_a_viewer_looks_and_does_not_touch(client_of: Any, viewer: User, brand: Brand) -> None:
    client, path = client_of(viewer), f"{API}incidents/{IncidentFactory(brand=brand).pk}/"

    assert client.get(path).status_code == 200
    problem_of(client.post(f"{path}respond/"), 403)
    problem_of(client.post(f"{API}incidents/", {"title": "x"}), 403)


def test_a_person_of_two_brands_may_not_mix_them(api: APIClient, responder: User) -> None:
    elsewhere = MemberFactory(user=responder, role="responder").brand
    theirs = IncidentFactory(brand=elsewhere)
    mine = StakeholderFactory(brand=responder.memberships.exclude(brand=elsewhere).get().brand)

    response = api.post(
        f"{API}involvements/", {"stakeholder": str(mine.pk), "incident": str(theirs.pk)}
    )

    assert codes_of(problem_of(response, 400)) == {"stakeholder": ["invalid"]}
