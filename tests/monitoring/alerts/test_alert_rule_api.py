"""Alert rules over the API: what is watched, and who answers for it."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, Role, User
from crisisapi.events.models import Event
from incidents.services.circles import draw_circle
from monitoring.models import AlertRule
from tests.checks import problem_of, queries_of
from tests.factories.accounts import BrandFactory, MemberFactory
from tests.factories.incidents import IncidentFactory, PlaybookFactory, PlaybookVersionFactory
from tests.factories.monitoring import AlertFactory, AlertRuleFactory, QueryFactory

pytestmark = pytest.mark.django_db

RULES = "/api/v1/alert-rules/"
SHARE = {
    "name": "Angry",
    "watched": "threshold",
    "measure": "negative_share",
    "at_least": 0.4,
    "window_minutes": 60,
    "least_mentions": 20,
}


@pytest.fixture
def managing(client_of: Any, manager: User) -> APIClient:
    client: APIClient = client_of(manager)
    return client


def _errors(response: Any) -> dict[str, list[str]]:
    problem = problem_of(response, 400, "invalid")
    return {
        field: [one["message"] for one in errors] for field, errors in problem["errors"].items()
    }


def test_a_manager_watches_what_a_query_finds(managing: APIClient, brand: Brand) -> None:
    query = QueryFactory(brand=brand)
    body = {"name": "Kettles", "watched": "burst", "query": str(query.pk), "alarms_a_week": 2}

    response = managing.post(RULES, body, format="json")

    assert response.status_code == 201
    rule = AlertRule.objects.get(brand=brand)
    assert response["Location"].endswith(f"/alert-rules/{rule.pk}/")
    assert rule.query == query
    assert response.json()["sensitivity"] == "At most about 2 false alarms a week."
    assert response.json()["precision"] is None
    event = Event.objects.get(verb="alert_rule.added")
    assert (event.object_id, event.data["name"]) == (rule.pk, "Kettles")


def test_a_number_that_people_set_is_watched(managing: APIClient, brand: Brand) -> None:
    response = managing.post(RULES, SHARE, format="json")

    assert response.status_code == 201
    assert response.json()["sensitivity"] == ""


def test_a_viewer_reads_rules_and_makes_none(client_of: Any, brand: Brand) -> None:
    rule = AlertRuleFactory(brand=brand)
    viewer = client_of(MemberFactory(brand=brand, role=Role.VIEWER).user)

    assert [row["id"] for row in viewer.get(RULES).json()["results"]] == [str(rule.pk)]
    problem_of(viewer.post(RULES, SHARE, format="json"), 403)


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"measure": None}, "measure", "Say what is compared"),
        ({"at_least": None}, "at_least", "Give the number that raises an alert, above 0."),
        ({"at_least": 0}, "at_least", "Give the number that raises an alert, above 0."),
        ({"at_least": 40}, "at_least", "A share lies between 0 and 1"),
        ({"window_minutes": None}, "window_minutes", "Say within how many minutes."),
        ({"least_mentions": None}, "least_mentions", "Say of how many mentions at least"),
        ({"measure": "mentions"}, "least_mentions", "Only a share asks for this."),
        ({"watched": "burst"}, "measure", "Only a number that people set asks for this."),
    ],
)
def test_numbers_that_make_no_sense_are_refused_at_their_field(
    managing: APIClient, brand: Brand, change: dict[str, Any], field: str, said: str
) -> None:
    body = {name: value for name, value in (SHARE | change).items() if value is not None}

    errors = _errors(managing.post(RULES, body, format="json"))

    assert errors[field][0].startswith(said)
    assert not AlertRule.objects.exists()


def test_a_name_is_taken_once_in_a_brand(managing: APIClient, brand: Brand) -> None:
    AlertRuleFactory(brand=brand, name="Angry")
    AlertRuleFactory(name="Calm")

    assert _errors(managing.post(RULES, SHARE, format="json")) == {
        "name": ["The brand has an alert rule of this name."]
    }
    assert managing.post(RULES, SHARE | {"name": "Calm"}, format="json").status_code == 201


def test_a_query_at_rest_or_of_another_brand_is_refused(
    managing: APIClient, brand: Brand, manager: User
) -> None:
    resting = QueryFactory(brand=brand, is_active=False)
    elsewhere = BrandFactory()
    MemberFactory(brand=elsewhere, user=manager, role=Role.MANAGER)
    theirs = QueryFactory(brand=elsewhere)
    body = {"name": "Kettles", "watched": "burst", "brand": brand.slug}

    said = [
        _errors(managing.post(RULES, body | {"query": str(query.pk)}, format="json"))["query"][0]
        for query in (resting, theirs)
    ]

    assert said[0].startswith("This query is at rest.")
    assert said[1] == "This query belongs to another brand."


def test_a_playbook_has_to_be_published(managing: APIClient, brand: Brand) -> None:
    playbook = PlaybookFactory(brand=brand)
    body = {"name": "Kettles", "watched": "burst", "playbook": str(playbook.pk)}

    errors = _errors(managing.post(RULES, body, format="json"))

    assert errors == {"playbook": ["No version of this playbook was published yet."]}
    PlaybookVersionFactory(playbook=playbook, status="published")
    assert managing.post(RULES, body, format="json").status_code == 201


def test_a_rule_is_made_less_sensitive(managing: APIClient, brand: Brand) -> None:
    rule = AlertRuleFactory(brand=brand)
    at = {"If-Match": '"v1"'}

    response = managing.patch(
        f"{RULES}{rule.pk}/", {"alarms_a_week": 0.5}, format="json", headers=at
    )

    assert response.json()["sensitivity"] == "At most about one false alarm in 2 weeks."
    assert Event.objects.get(verb="alert_rule.changed").data["fields"] == ["alarms_a_week"]


def test_a_change_of_nothing_leaves_no_trace(managing: APIClient, brand: Brand) -> None:
    rule = AlertRuleFactory(brand=brand)
    at = {"If-Match": '"v1"'}

    response = managing.patch(f"{RULES}{rule.pk}/", {"name": rule.name}, format="json", headers=at)

    assert response.json()["version"] == 1
    assert not Event.objects.filter(verb="alert_rule.changed").exists()


def test_what_a_rule_looks_for_stays(managing: APIClient, brand: Brand) -> None:
    rule = AlertRuleFactory(brand=brand)
    at = {"If-Match": '"v1"'}

    response = managing.patch(f"{RULES}{rule.pk}/", {"watched": "reach"}, format="json", headers=at)

    assert _errors(response) == {"watched": ["There is no such field here."]}


def test_a_change_names_the_version_it_read(managing: APIClient, brand: Brand) -> None:
    rule = AlertRuleFactory(brand=brand)
    at = {"If-Match": '"v7"'}

    response = managing.patch(f"{RULES}{rule.pk}/", {"name": "X"}, format="json", headers=at)

    problem_of(response, 412, "stale_version")


def test_a_rule_of_a_resting_query_rests_on(managing: APIClient, brand: Brand) -> None:
    query = QueryFactory(brand=brand, is_active=False)
    rule = AlertRuleFactory(brand=brand, query=query, is_active=False)
    address, at = f"{RULES}{rule.pk}/", {"If-Match": '"v1"'}

    waking = managing.patch(address, {"is_active": True}, format="json", headers=at)

    assert _errors(waking)["query"][0].startswith("This query is at rest.")
    assert managing.patch(address, {"name": "X"}, format="json", headers=at).status_code == 200


def test_precision_is_the_share_of_true_alarms_among_judged_ones(
    api: APIClient, brand: Brand
) -> None:
    rule = AlertRuleFactory(brand=brand)
    for day, verdict in enumerate(["true_alarm", "true_alarm", "false_alarm", ""], start=1):
        AlertFactory(rule=rule, verdict=verdict, started_at=f"2026-03-0{day}T09:00Z")
    AlertFactory(rule__brand=brand, verdict="false_alarm")

    precision = api.get(f"{RULES}{rule.pk}/").json()["precision"]

    assert (precision["true_alarms"], precision["judged"]) == (2, 3)
    assert precision["value"] == pytest.approx(2 / 3)
    assert precision["low"] < 2 / 3 < precision["high"]


def _judged(rule: AlertRule, *marks: tuple[float, str]) -> None:
    for day, (peak, verdict) in enumerate(marks, start=1):
        at = f"2026-03-{day:02}T09:00Z"
        AlertFactory(
            rule=rule, verdict=verdict, started_at=at, ended_at=at, unusual=0.86, most_unusual=peak
        )


def test_a_sensitivity_is_suggested_that_spares_false_alarms(api: APIClient, brand: Brand) -> None:
    rule = AlertRuleFactory(brand=brand, alarms_a_week=1)
    _judged(rule, *[(0.99, "true_alarm")] * 4, *[(0.87, "false_alarm")] * 2)

    suggestion = api.get(f"{RULES}{rule.pk}/").json()["suggestion"]

    assert (suggestion["alarms_a_week"], suggestion["reason"]) == (0.5, "spares_false")
    assert suggestion["sentence"].startswith("It would have spared 2 false alarms")


@pytest.mark.parametrize(
    ("opened", "reason"),
    [
        ({}, "missed"),
        ({"mode": "drill"}, "fits"),
        ({"mode": "retrospective"}, "fits"),
        ({"visibility": "restricted"}, "fits"),
        ({"status": "declined"}, "fits"),
        ({"started_at": "2026-02-01T09:00Z"}, "fits"),
        ({"started_at": "2026-03-06T08:00Z", "opened_at": "2026-03-06T08:30Z"}, "fits"),
    ],
)
def test_a_bolder_sensitivity_is_suggested_where_a_crisis_was_missed(
    api: APIClient, brand: Brand, opened: dict[str, str], reason: str
) -> None:
    rule = AlertRuleFactory(brand=brand, alarms_a_week=1)
    AlertRule.objects.update(created_at="2026-03-01T09:00Z")
    _judged(rule, *[(0.9, "true_alarm")] * 4, (0.99, "false_alarm"))
    at = {"started_at": "2026-03-20T09:00Z", "opened_at": "2026-03-20T09:40Z"}
    IncidentFactory(brand=brand, **at | opened)
    IncidentFactory(**at)

    suggestion = api.get(f"{RULES}{rule.pk}/").json()["suggestion"]

    assert suggestion["reason"] == reason
    assert suggestion["alarms_a_week"] == (2 if reason == "missed" else None)


def test_a_crisis_that_another_rule_told_of_was_not_missed(api: APIClient, brand: Brand) -> None:
    rule, other = AlertRuleFactory(brand=brand), AlertRuleFactory(brand=brand, watched="reach")
    AlertRule.objects.update(created_at="2026-03-01T09:00Z")
    _judged(rule, *[(0.9, "true_alarm")] * 4, (0.99, "false_alarm"))
    at = "2026-03-20T09:00Z"
    AlertFactory(rule=other, incident=IncidentFactory(brand=brand, started_at=at, opened_at=at))

    assert api.get(f"{RULES}{rule.pk}/").json()["suggestion"]["reason"] == "fits"


def test_few_verdicts_ask_for_more(api: APIClient, brand: Brand) -> None:
    rule = AlertRuleFactory(brand=brand)
    _judged(rule, (0.9, "false_alarm"), (0.9, ""), (0.99, "true_alarm"))
    AlertFactory(rule=rule, verdict="true_alarm", started_at="2026-03-30T09:00Z")

    suggestion = api.get(f"{RULES}{rule.pk}/").json()["suggestion"]

    assert (suggestion["alarms_a_week"], suggestion["to_mark"]) == (None, 3)
    assert suggestion["sentence"].startswith("Say of 3 more alerts")


def test_what_people_set_has_no_suggestion(api: APIClient, brand: Brand) -> None:
    rule = AlertRuleFactory(
        brand=brand, watched="threshold", measure="mentions", at_least=9, window_minutes=60
    )

    assert api.get(f"{RULES}{rule.pk}/").json()["suggestion"] is None


def test_the_rule_of_a_restricted_incident_is_not_there(api: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)
    query = QueryFactory(brand=brand, kind="incident", incident=incident)
    rule = AlertRuleFactory(brand=brand, query=query)
    assert api.get(f"{RULES}{rule.pk}/").status_code == 200

    incident.visibility = "restricted"
    incident.save()
    draw_circle(incident)

    problem_of(api.get(f"{RULES}{rule.pk}/"), 404)


def test_rules_are_found_by_what_they_watch(api: APIClient, brand: Brand) -> None:
    rule = AlertRuleFactory(brand=brand, query=QueryFactory(brand=brand), watched="reach")
    AlertRuleFactory(brand=brand, is_active=False)

    for asked in ({"query": str(rule.query_id)}, {"watched": "reach"}, {"is_active": "true"}):
        found = api.get(RULES, asked).json()["results"]
        assert [row["id"] for row in found] == [str(rule.pk)]


def test_one_rule_and_thirty_take_as_many_statements(api: APIClient, brand: Brand) -> None:
    AlertFactory(rule__brand=brand, verdict="true_alarm")
    few = queries_of(api, RULES)
    for rule in AlertRuleFactory.create_batch(29, brand=brand):
        AlertFactory(rule=rule, verdict="true_alarm")

    assert len(queries_of(api, RULES)) == len(few)
