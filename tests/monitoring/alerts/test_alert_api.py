"""Alerts over the API: read, taken on, settled, judged."""

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, Role
from crisisapi.events.models import Event
from incidents.services.circles import draw_circle
from monitoring.models import Mention
from tests.checks import problem_of, queries_of
from tests.factories.accounts import MemberFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.monitoring import (
    AlertFactory,
    AuthorFactory,
    MentionFactory,
    QueryFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db

ALERTS = "/api/v1/alerts/"


@pytest.fixture
def responding(client_of: Any, brand: Brand) -> APIClient:
    client: APIClient = client_of(MemberFactory(brand=brand, role=Role.RESPONDER).user)
    return client


def _ids(client: APIClient, **asked: str) -> set[str]:
    return {row["id"] for row in client.get(ALERTS, asked).json()["results"]}


def test_alerts_are_listed_with_what_they_say_the_newest_first(
    api: APIClient, brand: Brand
) -> None:
    older = AlertFactory(rule__brand=brand, rule__name="Kettles")
    newer = AlertFactory(rule__brand=brand)
    AlertFactory()

    rows = api.get(ALERTS).json()["results"]

    assert [row["id"] for row in rows] == [str(newer.pk), str(older.pk)]
    assert rows[1]["said"] == "Kettles: 340 mentions an hour, usually up to 24."
    assert api.get(ALERTS, headers={"Accept-Language": "he"}).json()["results"][1]["said"]


def test_an_alert_tells_what_it_comes_of(api: APIClient, brand: Brand) -> None:
    mention = MentionFactory(source__brand=brand, author_key=7, author_handle="dana")
    AuthorFactory(brand=brand, key=7, is_known=True)
    alert = AlertFactory(
        rule__brand=brand, terms=["handle"], author_keys=[7, 8], example_ids=[str(mention.pk)]
    )
    joined = AlertFactory(rule__brand=brand, first=alert)

    told = api.get(f"{ALERTS}{alert.pk}/").json()

    assert (told["observed"], told["usual"], told["limit"]) == (340, 24, 60)
    assert told["terms"] == ["handle"]
    assert [one["account"]["handle"] for one in told["authors"]] == ["dana"]
    assert [one["text"] for one in told["examples"]] == [mention.text]
    assert [one["id"] for one in told["joined"]] == [str(joined.pk)]


def test_what_is_gone_is_shown_no_more(api: APIClient, brand: Brand) -> None:
    mention = MentionFactory(source__brand=brand, author_key=7, author_handle="dana")
    AuthorFactory(brand=brand, key=7, is_known=True)
    alert = AlertFactory(rule__brand=brand, author_keys=[7], example_ids=[str(mention.pk)])
    Mention.objects.filter(pk=mention.pk).update(removed_at=timezone.now(), text="")

    told = api.get(f"{ALERTS}{alert.pk}/").json()

    assert (told["authors"], told["examples"]) == ([], [])


def test_examples_are_read_in_the_order_they_were_chosen(api: APIClient, brand: Brand) -> None:
    source = SourceFactory(brand=brand)
    chosen = [str(MentionFactory(source=source).pk) for _time in range(4)][::-1]
    alert = AlertFactory(rule__brand=brand, example_ids=chosen)

    examples = api.get(f"{ALERTS}{alert.pk}/").json()["examples"]

    assert [one["id"] for one in examples] == chosen


def test_an_alert_is_taken_on_with_those_that_joined_it(
    responding: APIClient, brand: Brand
) -> None:
    alert = AlertFactory(rule__brand=brand)
    joined = AlertFactory(rule__brand=brand, first=alert)

    response = responding.post(f"{ALERTS}{alert.pk}/acknowledge/", headers={"If-Match": '"v1"'})

    told = response.json()
    assert (response.status_code, told["status"]) == (200, "acknowledged")
    assert told["acknowledged_by"]
    assert [one["status"] for one in told["joined"]] == ["acknowledged"]
    acknowledged = Event.objects.filter(verb="alert.acknowledged")
    assert {event.object_id for event in acknowledged} == {alert.pk, joined.pk}


def test_an_alert_is_resolved_as_a_true_alarm(responding: APIClient, brand: Brand) -> None:
    alert = AlertFactory(rule__brand=brand)

    told = responding.post(f"{ALERTS}{alert.pk}/resolve/", {"reason": "Answered."}).json()

    assert (told["status"], told["reason"]) == ("resolved", "Answered.")
    assert told["verdict"] == "true_alarm"


def test_an_alert_is_dismissed_with_a_reason_as_a_false_alarm(
    responding: APIClient, brand: Brand
) -> None:
    address = f"{ALERTS}{AlertFactory(rule__brand=brand).pk}/dismiss/"

    assert "reason" in problem_of(responding.post(address), 400, "invalid")["errors"]
    told = responding.post(address, {"reason": "A raffle."}).json()

    assert (told["status"], told["verdict"]) == ("dismissed", "false_alarm")


def test_what_is_settled_is_settled_once(responding: APIClient, brand: Brand) -> None:
    alert = AlertFactory(rule__brand=brand, status="resolved")

    for act in ("acknowledge", "resolve"):
        problem_of(responding.post(f"{ALERTS}{alert.pk}/{act}/"), 409, "alert_settled")


def test_a_verdict_can_be_given_later_and_changed(responding: APIClient, brand: Brand) -> None:
    alert = AlertFactory(rule__brand=brand, status="resolved", verdict="true_alarm")

    told = responding.post(f"{ALERTS}{alert.pk}/verdict/", {"verdict": "false_alarm"}).json()

    assert (told["verdict"], told["version"]) == ("false_alarm", 2)
    assert Event.objects.get(verb="alert.judged").data["before"] == "true_alarm"


def test_an_act_names_the_version_it_read(responding: APIClient, brand: Brand) -> None:
    alert = AlertFactory(rule__brand=brand)

    response = responding.post(
        f"{ALERTS}{alert.pk}/verdict/", {"verdict": "true_alarm"}, headers={"If-Match": '"v3"'}
    )

    problem_of(response, 412, "stale_version")


def test_a_viewer_reads_alerts_and_settles_none(client_of: Any, brand: Brand) -> None:
    alert = AlertFactory(rule__brand=brand)
    viewer = client_of(MemberFactory(brand=brand, role=Role.VIEWER).user)

    assert viewer.get(f"{ALERTS}{alert.pk}/").status_code == 200
    problem_of(viewer.post(f"{ALERTS}{alert.pk}/acknowledge/"), 403)


def test_the_alert_of_a_restricted_incident_is_not_there(api: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)
    first = AlertFactory(rule__brand=brand)
    alert = AlertFactory(rule__brand=brand, incident=incident, first=first)
    assert api.get(f"{ALERTS}{first.pk}/").json()["joined"]

    incident.visibility = "restricted"
    incident.save()
    draw_circle(incident)

    problem_of(api.get(f"{ALERTS}{alert.pk}/"), 404)
    assert api.get(f"{ALERTS}{first.pk}/").json()["joined"] == []


def test_alerts_are_found_by_what_they_are_and_where_they_stand(
    api: APIClient, brand: Brand
) -> None:
    query, incident = QueryFactory(brand=brand), IncidentFactory(brand=brand)
    other = AlertFactory(rule__brand=brand, ended_at=timezone.now(), status="dismissed")
    alert = AlertFactory(
        rule__brand=brand, rule__watched="reach", query=query, incident=incident, first=other
    )
    other.verdict = "false_alarm"
    other.save()

    for asked in (
        {"rule": alert.rule_id},
        {"query": query.pk},
        {"incident": incident.pk},
        {"first": other.pk},
        {"watched": "reach"},
        {"status": "open"},
        {"is_going_on": "true"},
        {"is_first": "false"},
        {"is_judged": "false"},
    ):
        assert _ids(api, **asked) == {str(alert.pk)}, asked
    for asked in ({"verdict": "false_alarm"}, {"is_first": "true"}, {"is_judged": "true"}):
        assert _ids(api, **asked) == {str(other.pk)}, asked


def test_one_alert_and_thirty_take_as_many_statements(api: APIClient, brand: Brand) -> None:
    AlertFactory(rule__brand=brand)
    few = queries_of(api, ALERTS)
    AlertFactory.create_batch(29, rule__brand=brand)

    assert len(queries_of(api, ALERTS)) == len(few)
