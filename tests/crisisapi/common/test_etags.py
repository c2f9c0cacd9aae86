"""Two people, one object: nobody overwrites what they have not seen."""

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand
from incidents.models import Goal, Incident
from tests.checks import problem_of
from tests.factories.incidents import GoalFactory, IncidentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(brand: Brand) -> str:
    incident: Incident = IncidentFactory(brand=brand)
    return f"/api/v1/incidents/{incident.pk}/"


def test_an_edit_needs_the_version_it_is_based_on(api: APIClient, path: str) -> None:
    response = api.patch(path, {"title": "New"})

    problem_of(response, 428, "precondition_required")


@pytest.mark.parametrize("tag", ['"v2"', '"v0"', '"x"', "v1", "1", '"v1', "", '"v99999999999"'])
def test_an_edit_of_another_version_is_refused(api: APIClient, path: str, tag: str) -> None:
    response = api.patch(path, {"title": "New"}, headers={"if-match": tag})

    problem_of(response, 412, "stale_version")


def test_an_edit_of_the_version_read_goes_through(api: APIClient, path: str) -> None:
    read = api.get(path)

    response = api.patch(path, {"title": "New"}, headers={"if-match": read["ETag"]})

    assert response.json()["version"] == 2
    assert response["ETag"] == api.get(path)["ETag"] != read["ETag"]


@pytest.mark.parametrize("tag", ['"v1"', 'W/"v1"', "*", ' "v1" '])
def test_the_version_alone_is_enough(api: APIClient, path: str, tag: str) -> None:
    response = api.patch(path, {"title": "New"}, headers={"if-match": tag})

    assert response.status_code == 200


def test_the_second_of_two_edits_is_refused(api: APIClient, path: str) -> None:
    tag = api.get(path)["ETag"]
    api.patch(path, {"title": "First"}, headers={"if-match": tag})

    response = api.patch(path, {"title": "Second"}, headers={"if-match": tag})

    problem_of(response, 412)
    assert Incident.objects.get().title == "First"


def test_a_change_of_state_may_name_the_version_too(api: APIClient, path: str) -> None:
    response = api.post(f"{path}respond/", headers={"if-match": '"v7"'})

    problem_of(response, 412)


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_what_is_known_is_not_sent_again(api: APIClient, path: str, form: str) -> None:
    tag = api.get(path)["ETag"]

    response = api.get(path, headers={"if-none-match": form.format(tag)})

    assert (response.status_code, response.content, response["ETag"]) == (304, b"", tag)


def test_what_is_shown_of_it_has_a_tag_of_its_own(api: APIClient, path: str) -> None:
    tag = api.get(path)["ETag"]

    response = api.get(f"{path}?fields=title", headers={"if-none-match": tag})

    assert response.json() == {"title": "Kettle handles crack"}


def test_a_measurement_is_news_though_nobody_edited(api: APIClient, brand: Brand) -> None:
    goal = GoalFactory(incident__brand=brand)
    path = f"/api/v1/goals/{goal.pk}/"
    tag = api.get(path)["ETag"]
    Goal.objects.update(current=0.5)

    response = api.get(path, headers={"if-none-match": tag})

    assert response.json()["current"] == 0.5
    assert api.patch(path, {"title": "x"}, headers={"if-match": tag}).status_code == 200
