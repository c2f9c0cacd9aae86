"""The course of an alert: numbers, and a picture in either language."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from monitoring.models import Alert, Source
from monitoring.services.watching import sweep_rules
from tests.checks import problem_of
from tests.factories.monitoring import AlertFactory, AlertRuleFactory
from tests.monitoring.alarming import NOW, say, usual_talk, watch
from tests.monitoring.rules.charts.drawn import SVG, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_of: Callable[[User], APIClient], viewer: User) -> APIClient:
    return client_of(viewer)


def _storm(brand: Brand, source: Source, **fields: Any) -> Alert:
    usual_talk(brand)
    AlertRuleFactory(brand=brand, name="Kettles", **fields)
    say(source, 120)
    (alert,) = watch()
    return alert


def _asked(client: APIClient, alert: Alert, path: str, **terms: Any) -> Any:
    hours = terms.pop("hours", 0)
    with time_machine.travel(NOW + timedelta(hours=hours), tick=False):
        response = client.get(f"/api/v1/alerts/{alert.pk}/{path}", terms)
    assert response.status_code == 200, response.content
    return response


def _tree(response: Any) -> ElementTree.Element:
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own drawing


def test_the_series_of_an_alert_has_what_was_seen_when_it_began(
    client: APIClient, brand: Brand, source: Source
) -> None:
    alert = _storm(brand, source)

    course = _asked(client, alert, "series/").json()

    assert course["unit"] == "mentions_an_hour"
    assert len(course["series"]) == 24 * 12 + 1
    *_before, last = course["series"]
    told = (last["observed"], last["usual"], last["limit"])
    assert told == (alert.observed, alert.usual, alert.limit)
    assert all(one["observed"] <= one["limit"] for one in _before)


def test_a_series_ends_hours_after_the_alert_did(
    client: APIClient, brand: Brand, source: Source
) -> None:
    alert = _storm(brand, source)
    sweep_rules(now=NOW + timedelta(hours=12))
    alert.refresh_from_db()
    assert alert.ended_at is not None

    course = _asked(client, alert, "series/", hours=40).json()

    until = alert.ended_at + timedelta(hours=3)
    assert course["until"] == until.isoformat().replace("+00:00", "Z")


def test_what_goes_on_is_shown_for_two_days(
    client: APIClient, brand: Brand, source: Source
) -> None:
    alert = _storm(brand, source)

    course = _asked(client, alert, "series/", hours=24 * 9).json()

    assert len(course["series"]) == 3 * 24 * 12


@pytest.mark.parametrize("watched", ["silence", "author"])
def test_of_silence_and_authors_the_mentions_of_an_hour_are_shown(
    client: APIClient, brand: Brand, source: Source, watched: str
) -> None:
    usual_talk(brand)
    alert = AlertFactory(
        rule__brand=brand, rule__watched=watched, started_at=NOW, unit="reach_an_hour"
    )
    say(source, 30)

    course = _asked(client, alert, "series/").json()

    assert course["unit"] == "mentions_an_hour"
    last = course["series"][-1]
    assert last["observed"] >= 30
    assert (last["usual"], last["limit"]) == (None, None)


@pytest.mark.parametrize("language", ["en", "he"])
def test_the_chart_has_its_band_and_marks_in_either_language(
    client: APIClient, brand: Brand, source: Source, language: str
) -> None:
    alert = _storm(brand, source)
    sweep_rules(now=NOW + timedelta(hours=12))

    tree = _tree(_asked(client, alert, "chart.svg", lang=language, hours=12))

    assert sum(path.get("fill-opacity") == "0.2" for path in tree.iter(f"{SVG}path")) == 1
    said = " ".join(texts(tree))
    assert "Kettles" in said
    assert ("1) " in said, "2) " in said) == (True, True)


def test_the_chart_of_a_number_that_people_set_shows_the_number(
    client: APIClient, brand: Brand, source: Source
) -> None:
    alert = _storm(
        brand, source, watched="threshold", measure="mentions", at_least=50, window_minutes=60
    )

    said = texts(_tree(_asked(client, alert, "chart.svg")))

    assert "limit" in said
    assert any("mentions in 60 minutes" in one for one in said)
    assert not any("band" in one for one in said)


def test_the_chart_is_a_picture_too(client: APIClient, brand: Brand) -> None:
    alert = AlertFactory(rule__brand=brand, started_at=NOW)

    response = _asked(client, alert, "chart.png", width=400, height=300, scale=1)

    assert response["Content-Type"] == "image/png"
    sides = (response.content[16:20], response.content[20:24])
    assert [int.from_bytes(side) for side in sides] == [400, 300]


def test_terms_that_are_not_there_are_refused(client: APIClient, brand: Brand) -> None:
    alert = AlertFactory(rule__brand=brand, started_at=NOW)

    response = client.get(f"/api/v1/alerts/{alert.pk}/chart.svg", {"colour": "red"})

    assert "colour" in problem_of(response, 400)["errors"]
