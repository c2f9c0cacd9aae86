"""Rules tried over the API: what they would have raised, and how long before people knew."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import time_machine
from django.core.management import call_command
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, Role, User
from incidents.services.circles import draw_circle
from monitoring.models import AlertRule, BucketDelta
from tests.checks import problem_of
from tests.factories.accounts import BrandFactory, MemberFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.monitoring import AlertRuleFactory, QueryFactory
from tests.monitoring.alarming import FIVE, NOW, usual_talk

pytestmark = pytest.mark.django_db

UNSAVED = "/api/v1/alert-rules/backtest/"
START = datetime(2026, 2, 1, tzinfo=UTC)
STORM = NOW.replace(minute=0) - timedelta(days=3)
BURST = {"watched": "burst"}


@pytest.fixture
def client(client_of: Any, viewer: User) -> APIClient:
    found: APIClient = client_of(viewer)
    return found


def _rows(days: int = 12) -> list[dict[str, Any]]:
    counts = np.random.default_rng(1).poisson(5, days * 288)
    for at in (8, 10):
        counts[at * 288 : at * 288 + 12] += 90
    return [
        {"timestamp": (START + place * FIVE).isoformat(), "value": int(count)}
        for place, count in enumerate(counts)
    ]


def _stored(brand: Brand) -> None:
    """Have talk stored with a storm three days ago."""
    usual_talk(brand, days=30)
    BucketDelta.objects.bulk_create(
        BucketDelta(
            brand=brand, platform="x", language="en", started_at=STORM + place * FIVE, mentions=60
        )
        for place in range(12)
    )


def _tried(client: APIClient, path: str, **asked: Any) -> Any:
    with time_machine.travel(NOW, tick=False):
        response = client.post(path, asked, format="json")
    assert response.status_code == 200, response.content
    return response.json()


def _of(rule: AlertRule) -> str:
    return f"/api/v1/alert-rules/{rule.pk}/backtest/"


def _errors(response: Any) -> dict[str, str]:
    problem = problem_of(response, 400, "invalid")
    return {field: errors[0]["message"] for field, errors in problem["errors"].items()}


def test_a_rule_is_tried_over_stored_talk_at_several_sensitivities(
    client: APIClient, brand: Brand
) -> None:
    _stored(brand)
    rule = AlertRuleFactory(brand=brand, alarms_a_week=0.1)

    told = _tried(client, _of(rule), days=7, sensitivities=[0.5, 2])

    assert [one["alarms_a_week"] for one in told["results"]] == [0.1, 0.5, 2]
    assert [one["is_present"] for one in told["results"]] == [True, False, False]
    assert told["weeks"] == pytest.approx(1, abs=0.01)
    for result in told["results"]:
        (fired,) = result["fired"]
        assert STORM <= datetime.fromisoformat(fired["started_at"]) < STORM + 3 * FIVE
        assert fired["usual"] < fired["limit"] < fired["observed"] < fired["highest"]
        assert result["false_alarms"] is None


def test_incidents_tell_what_was_right_and_how_early_it_was(
    client: APIClient, brand: Brand
) -> None:
    _stored(brand)
    incident = IncidentFactory(
        brand=brand, started_at=STORM, opened_at=STORM + timedelta(hours=2), ended_at=NOW
    )
    IncidentFactory(brand=brand, started_at=STORM, mode="drill")
    IncidentFactory(started_at=STORM)

    told = _tried(client, UNSAVED, **BURST, days=7, sensitivities=[], incidents=True)

    assert [one["id"] for one in told["incidents"]] == [str(incident.pk)]
    (result,) = told["results"]
    assert (result["found"], result["false_alarms"]) == (1, 0)
    assert result["fired"][0]["incident"] == str(incident.pk)
    assert 100 <= result["lead_minutes"] <= 120


def test_an_alert_about_no_incident_is_a_false_alarm(client: APIClient, brand: Brand) -> None:
    _stored(brand)

    told = _tried(client, UNSAVED, **BURST, days=7, sensitivities=[], incidents=True)

    (result,) = told["results"]
    assert (result["found"], result["false_alarms"]) == (0, 1)
    assert result["false_alarms_a_week"] == pytest.approx(1, abs=0.02)


def test_incidents_that_the_caller_may_not_see_tell_nothing(
    client: APIClient, brand: Brand
) -> None:
    _stored(brand)
    draw_circle(IncidentFactory(brand=brand, started_at=STORM, visibility="restricted"))

    told = _tried(client, UNSAVED, **BURST, days=7, incidents=True)

    assert told["incidents"] == []


def test_a_series_raises_what_the_command_raises(
    client: APIClient, brand: Brand, tmp_path: Path
) -> None:
    rows = _rows()
    path, output = tmp_path / "in.csv", tmp_path / "out.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["timestamp", "value"])
        writer.writeheader()
        writer.writerows(rows)
    call_command("backtest", "--input", path, "--output", output, "--alarms-a-week", "2")
    with output.open(newline="") as file:
        alerts = [row for row in csv.DictReader(file) if row["is_alert"] == "1"]

    told = _tried(client, UNSAVED, **BURST, series=rows, alarms_a_week=2, sensitivities=[])

    fired = told["results"][0]["fired"]
    assert len(alerts) >= 2
    raised = [datetime.fromisoformat(one["started_at"]) for one in fired]
    assert raised == [datetime.fromisoformat(row["timestamp"]) for row in alerts]
    assert [one["unusual"] for one in fired] == [float(row["anomaly_score"]) for row in alerts]


def test_the_file_of_the_command_is_taken_as_it_is(client: APIClient, brand: Brand) -> None:
    rows, rule = _rows(), AlertRuleFactory(brand=brand)
    file = io.StringIO()
    writer = csv.DictWriter(file, ["timestamp", "value"])
    writer.writeheader()
    writer.writerows(rows)

    response = client.post(_of(rule), file.getvalue().encode(), content_type="text/csv")

    assert response.status_code == 200, response.content
    assert response.json() == _tried(client, _of(rule), series=rows)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"time,count\n2026-03-04,1\n", "The first line has to name the columns"),
        (b"timestamp,value\n\xff\xfe,1\n", "This is no CSV file in UTF-8."),
    ],
)
def test_a_file_that_is_none_is_refused(
    client: APIClient, brand: Brand, body: bytes, said: str
) -> None:
    rule = AlertRuleFactory(brand=brand)

    response = client.post(_of(rule), body, content_type="text/csv")

    assert problem_of(response, 400)["detail"].startswith(said)


@pytest.mark.parametrize(
    ("asked", "field", "said"),
    [
        ({"series": []}, "series", "Give at least one row."),
        ({"series": ["x"]}, "series", "Give a list of objects"),
        ({"series": [{"timestamp": "soon", "value": 1}]}, "series", "row 1: “soon” is no time"),
        ({"series": [{"timestamp": "2026-03-04", "value": {}}]}, "series", "row 1: “{}” is no num"),
        ({"days": 91}, "days", "Ensure this value is less than or equal to 90."),
        ({"sensitivities": [1] * 9}, "sensitivities", "Ensure this field has no more than 8"),
        ({"watched": "silence"}, "watched", "Single authors and silence cannot be tried"),
        ({"watched": "threshold"}, "measure", "Say what is compared"),
        (
            {"watched": "reach", "series": [{"timestamp": "2026-03-04", "value": 1}]},
            "series",
            "A series tells numbers of mentions.",
        ),
    ],
)
def test_what_cannot_be_tried_is_refused_in_words(
    client: APIClient, brand: Brand, asked: dict[str, Any], field: str, said: str
) -> None:
    errors = _errors(client.post(UNSAVED, BURST | asked, format="json"))

    assert errors[field].startswith(said)


def test_a_series_of_years_is_refused(client: APIClient, brand: Brand) -> None:
    ends = ["2020-01-01T00:00:00Z", "2026-01-01T00:00:00Z"]
    rows = [{"timestamp": end, "value": 1} for end in ends]

    errors = _errors(client.post(UNSAVED, BURST | {"series": rows}, format="json"))

    assert errors["series"].startswith("The series is longer than 35040 times")


def test_more_rows_than_are_read_are_refused(client: APIClient, brand: Brand) -> None:
    rows = [{"timestamp": "2026-01-01", "value": 1}] * 35_041

    errors = _errors(client.post(UNSAVED, BURST | {"series": rows}, format="json"))

    assert errors["series"] == "Give at most 35040 rows."


def test_what_is_wrong_with_a_series_is_said_in_hebrew(client: APIClient, brand: Brand) -> None:
    body = BURST | {"series": [{"timestamp": "soon", "value": 1}]}

    response = client.post(UNSAVED, body, format="json", headers={"Accept-Language": "he"})

    assert "soon" in _errors(response)["series"]


def test_a_number_that_people_set_stands_alone(client: APIClient, brand: Brand) -> None:
    terms = {"watched": "threshold", "measure": "mentions", "at_least": 500, "window_minutes": 60}

    told = _tried(client, UNSAVED, **terms, series=_rows())

    (result,) = told["results"]
    assert (result["alarms_a_week"], result["sensitivity"]) == (None, "")
    assert result["alerts"] == 2
    assert told["unit"] == "mentions"


def test_a_query_of_another_brand_is_not_tried(
    client: APIClient, brand: Brand, viewer: User
) -> None:
    elsewhere = BrandFactory()
    MemberFactory(brand=elsewhere, user=viewer, role=Role.VIEWER)
    body = BURST | {"brand": brand.slug, "query": str(QueryFactory(brand=elsewhere).pk)}

    errors = _errors(client.post(UNSAVED, body, format="json"))

    assert errors["query"] == "This query belongs to another brand."


def test_nothing_is_stored_by_trying(client: APIClient, brand: Brand) -> None:
    _tried(client, UNSAVED, **BURST, series=_rows())

    assert not AlertRule.objects.exists()
