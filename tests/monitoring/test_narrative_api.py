"""The resources of narratives and claims."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from monitoring.models import Mention, Narrative
from monitoring.services.narrating import refresh_next
from tests.checks import problem_of, queries_of
from tests.factories.incidents import FactFactory, IncidentFactory
from tests.factories.monitoring import ClaimFactory, NarrativeFactory, SourceFactory
from tests.monitoring.rules.narratives.stories import STORIES
from tests.monitoring.telling import tell

pytestmark = pytest.mark.django_db

URL = "/api/v1/narratives/"
CLAIMS = "/api/v1/claims/"
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def team(client_of: Callable[[User], APIClient], responder: User) -> APIClient:
    return client_of(responder)


@pytest.fixture
def told(brand: Brand) -> Narrative:
    """One narrative in eight texts, of which the first was said three times."""
    first = STORIES["handle"][0]
    tell(SourceFactory(brand=brand), *STORIES["handle"], f"RT @dana: {first}", first.upper())
    while refresh_next(now=NOW + timedelta(minutes=30)):
        pass
    return Narrative.objects.get()


def test_narratives_are_listed_the_fastest_first(team: APIClient, brand: Brand) -> None:
    slow = NarrativeFactory(brand=brand, velocity=3)
    fast = NarrativeFactory(brand=brand, velocity=300)

    found = team.get(URL).json()

    assert [row["id"] for row in found["results"]] == [str(fast.pk), str(slow.pk)]


def test_a_narrative_tells_its_words_and_how_it_moves(team: APIClient, told: Narrative) -> None:
    row = team.get(f"{URL}{told.pk}/").json()

    assert "handle" in [term["word"] for term in row["terms"]]
    assert (row["mentions"], row["texts"], row["authors"]) == (10, 8, 10)
    assert (row["state"], row["evidence"], row["coordination"]) == ("emerging", "unknown", None)


def test_near_duplicates_are_one_text_with_copies(team: APIClient, told: Narrative) -> None:
    found = team.get(f"{URL}{told.pk}/texts/", {"limit": "2"}).json()["texts"]

    assert [one["copies"] for one in found] == [3, 1]
    assert found[0]["mention"]["text"] == STORIES["handle"][0]


def test_the_mentions_of_a_narrative_are_listed_every_one(team: APIClient, told: Narrative) -> None:
    found = team.get("/api/v1/mentions/", {"narrative": str(told.pk)}).json()

    assert len(found["results"]) == 10


def test_the_course_of_a_narrative_has_no_gaps(team: APIClient, told: Narrative) -> None:
    found = team.get(f"{URL}{told.pk}/series/", {"bucket": "5m"}).json()

    assert [one["mentions"] for one in found["series"]] == [5, 5]


def test_what_is_gone_is_shown_by_a_copy_that_is_still_there(
    team: APIClient, told: Narrative
) -> None:
    Mention.objects.filter(text=STORIES["handle"][0]).update(text="", removed_at=NOW)

    found = team.get(f"{URL}{told.pk}/texts/", {"limit": "1"}).json()["texts"]

    assert found[0]["copies"] == 3
    assert found[0]["mention"]["text"].startswith("RT @dana")


def test_a_narrative_is_named_and_given_to_an_incident(team: APIClient, brand: Brand) -> None:
    narrative = NarrativeFactory(brand=brand)
    incident = IncidentFactory(brand=brand)

    response = team.patch(
        f"{URL}{narrative.pk}/",
        {"name": "Cracked handles", "incident": str(incident.pk)},
        format="json",
        headers={"if-match": '"v1"'},
    )

    assert response.status_code == 200
    assert (response.json()["name"], response.json()["version"]) == ("Cracked handles", 2)
    assert team.get(URL, {"incident": str(incident.pk)}).json()["results"] != []


def test_a_change_of_what_has_changed_since_is_refused(team: APIClient, brand: Brand) -> None:
    narrative = NarrativeFactory(brand=brand, version=2)

    response = team.patch(
        f"{URL}{narrative.pk}/", {"name": "x"}, format="json", headers={"if-match": '"v1"'}
    )

    problem_of(response, 412)


def test_a_new_claim_is_written_down_with_the_fact_that_answers_it(
    team: APIClient, brand: Brand
) -> None:
    narrative = NarrativeFactory(brand=brand)
    fact = FactFactory(incident__brand=brand, status="confirmed")
    body = {"statement": "Every handle cracks.", "fact": str(fact.pk)}

    response = team.post(f"{URL}{narrative.pk}/claim/", body, format="json")

    shown = team.get(f"{CLAIMS}{response.json()['claim']}/").json()
    assert response.json()["incident"] == str(fact.incident_id)
    assert (shown["statement"], shown["fact_status"]) == ("Every handle cracks.", "confirmed")


@pytest.mark.parametrize("body", [{}, {"claim": None, "statement": "Every handle cracks."}])
def test_a_claim_is_named_or_written_not_both(
    team: APIClient, brand: Brand, body: dict[str, object]
) -> None:
    narrative = NarrativeFactory(brand=brand)

    response = team.post(f"{URL}{narrative.pk}/claim/", body, format="json")

    problem_of(response, 400)


def test_claims_are_listed_by_whether_a_fact_answers_them(team: APIClient, brand: Brand) -> None:
    ClaimFactory(incident__brand=brand)
    fact = FactFactory(incident__brand=brand)
    answered = ClaimFactory(incident=fact.incident, fact=fact)

    found = team.get(CLAIMS, {"is_answered": "true"}).json()

    assert [row["id"] for row in found["results"]] == [str(answered.pk)]


def test_merged_narratives_are_counted_in_the_one_that_goes_on(
    team: APIClient, brand: Brand
) -> None:
    narrative = NarrativeFactory(brand=brand, mentions=5)
    other = NarrativeFactory(brand=brand, mentions=7)

    response = team.post(f"{URL}{narrative.pk}/merge/", {"into": str(other.pk)}, format="json")

    assert (response.json()["id"], response.json()["mentions"]) == (str(other.pk), 12)
    assert [row["id"] for row in team.get(URL).json()["results"]] == [str(other.pk)]


def test_a_list_costs_the_same_queries_for_one_and_for_thirty(
    team: APIClient, brand: Brand
) -> None:
    NarrativeFactory(brand=brand)
    one = queries_of(team, URL)
    for _ in range(29):
        NarrativeFactory(brand=brand)

    assert len(queries_of(team, URL)) == len(one)


def test_narratives_of_another_brand_are_not_there(team: APIClient) -> None:
    narrative = NarrativeFactory()

    problem_of(team.get(f"{URL}{narrative.pk}/"), 404)
