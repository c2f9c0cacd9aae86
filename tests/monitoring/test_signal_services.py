"""Measuring the signals of incidents from what was pushed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from incidents.models import Incident
from monitoring.models import BucketDelta, Source
from monitoring.rules.signals import volume_ratio
from monitoring.services.signals import incidents_to_measure, measure_signals, read_signals
from monitoring.tasks import measure_incident_signals
from tests.factories.incidents import IncidentFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
START = NOW - timedelta(hours=10)


@pytest.fixture
def incident(source: Source) -> Incident:
    return IncidentFactory(brand=source.brand, started_at=START)


def _talk(
    incident: Incident, at: datetime, mentions: int, platform: str = "x", **more: int
) -> None:
    """Count mentions in the rollups."""
    minute = at.replace(minute=at.minute - at.minute % 5, second=0)
    BucketDelta.objects.create(
        brand=incident.brand, started_at=minute, platform=platform, mentions=mentions, **more
    )


@pytest.mark.parametrize(
    ("latest", "hours", "earlier", "earlier_hours", "ratio"),
    [
        (20, 1.0, 480, 240.0, 10.0),
        (20, 1.0, 24, 240.0, 20.0),  # less than one an hour counts as one
        (5, 0.25, 48, 24.0, 2.5),  # a quarter of an hour is not blown up
        (20, 2.0, 48, 24.0, 5.0),
        (20, 1.0, 480, 23.9, None),
        (0, 1.0, 48, 24.0, 0.0),
    ],
)
def test_the_volume_is_measured_against_the_usual(
    latest: int, hours: float, earlier: int, earlier_hours: float, ratio: float | None
) -> None:
    found = volume_ratio(latest=latest, hours=hours, earlier=earlier, earlier_hours=earlier_hours)

    assert found == (None if ratio is None else pytest.approx(ratio))


def test_the_last_hour_is_set_against_the_weeks_before(incident: Incident) -> None:
    _talk(incident, START - timedelta(hours=48), 96)
    _talk(incident, NOW - timedelta(hours=5), 500)
    _talk(incident, NOW - timedelta(minutes=30), 12)

    assert read_signals(incident, now=NOW)["volume_ratio"] == 6.0


def test_a_brand_hardly_known_has_no_usual_volume(incident: Incident) -> None:
    _talk(incident, START - timedelta(hours=20), 96)
    _talk(incident, NOW - timedelta(minutes=30), 12)

    assert read_signals(incident, now=NOW)["volume_ratio"] is None


def test_talk_older_than_four_weeks_does_not_count(incident: Incident) -> None:
    _talk(incident, START - timedelta(days=30), 10_000)
    _talk(incident, START - timedelta(days=2), 48)
    _talk(incident, NOW - timedelta(minutes=30), 12)

    assert read_signals(incident, now=NOW)["volume_ratio"] == 12.0


def test_sentiment_reach_and_press_are_of_the_last_day(incident: Incident) -> None:
    Incident.objects.filter(pk=incident.pk).update(started_at=NOW - timedelta(days=3))
    incident.refresh_from_db()
    _talk(incident, NOW - timedelta(days=2), 50, reach=9_999, negative=50)
    _talk(incident, NOW - timedelta(hours=3), 4, reach=600, positive=1, negative=3)
    _talk(incident, NOW - timedelta(hours=2), 2, platform="News", reach=400)
    _talk(incident, NOW - timedelta(hours=2), 7, platform="blog")

    signals = read_signals(incident, now=NOW)

    assert (signals["negative_share"], signals["reach"], signals["press"]) == (0.75, 1000, 2)


def test_without_a_mention_the_sentiment_is_not_known(incident: Incident) -> None:
    signals = read_signals(incident, now=NOW)

    assert (signals["negative_share"], signals["reach"], signals["press"]) == (None, 0, 0)


def test_measuring_computes_the_severity(incident: Incident) -> None:
    _talk(incident, NOW - timedelta(minutes=30), 10, platform="news", negative=8, positive=2)

    measured = measure_signals(incident=incident, now=NOW)

    assert (measured.computed_severity, measured.signals_at) == (1, NOW)


def test_only_talk_that_goes_on_is_measured(incident: Incident) -> None:
    for said in ({"status": "closed"}, {"status": "declined"}, {"mode": "retrospective"}):
        IncidentFactory(brand=incident.brand, **said)
    drill = IncidentFactory(brand=incident.brand, mode="drill", signals_at=NOW)

    assert incidents_to_measure(limit=10) == [incident, drill]
    assert incidents_to_measure(limit=1) == [incident]


def test_the_worker_measures_every_active_incident(incident: Incident) -> None:
    other: Any = IncidentFactory()

    measure_incident_signals()

    for one in (incident, other):
        one.refresh_from_db()
        assert one.signals_at is not None
