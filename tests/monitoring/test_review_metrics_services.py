"""What a review learns of the talk."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from incidents.models import Incident
from incidents.services.reviews import draft_review, refresh_review
from monitoring.models import BucketDelta
from monitoring.rules.windows import HOUR, Window
from monitoring.selectors.metrics import read_series
from monitoring.services.review_metrics import metrics_of
from monitoring.services.signals import read_signals
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import MessageFactory

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
NOW = START + timedelta(hours=6)


@pytest.fixture
def incident(brand: Brand) -> Incident:
    """An incident of six hours: loud before ten, calmer after."""
    hours = [(0, 10, 8), (1, 40, 36), (2, 30, 15), (3, 20, 5), (4, 10, 1)]
    for hour, mentions, negative in hours:
        BucketDelta.objects.create(
            brand=brand,
            platform="x",
            started_at=START + timedelta(hours=hour),
            mentions=mentions,
            analysed=mentions,
            negative=negative,
            neutral=mentions - negative,
        )
    found: Incident = IncidentFactory(brand=brand, started_at=START)
    return found


def test_totals_and_the_worst_hour(incident: Incident) -> None:
    found = metrics_of(incident, now=NOW)

    assert (found["totals"]["mentions"], found["totals"]["negative"]) == (110, 65)
    assert found["peak"] == {"started_at": START + timedelta(hours=1), "mentions": 40}
    assert found["before_first_publication"] is None


def test_the_talk_before_and_after_the_first_message(incident: Incident) -> None:
    spoken = START + timedelta(hours=2, minutes=10)
    for minutes in (0, 90):
        at = spoken + timedelta(minutes=minutes)
        MessageFactory(incident=incident, status="published", published_at=at)

    found = metrics_of(incident, now=NOW)

    assert found["first_published_at"] == spoken
    assert found["before_first_publication"]["negative_share"] == 0.88
    assert found["before_first_publication"]["mentions"] == 50
    assert found["after_first_publication"]["negative_share"] == 0.2


def test_a_review_carries_them_and_reads_them_anew(brand: Brand, incident: Incident) -> None:
    by: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
    review = draft_review(incident=incident, **by)
    assert review.record["metrics"]["totals"]["mentions"] == 110

    BucketDelta.objects.filter(brand=brand, mentions=40).update(mentions=41)
    fresh = refresh_review(review=review, **by, expected_version=None)

    assert fresh.record["metrics"]["totals"]["mentions"] == 111
    assert fresh.record["counts"] == {"review.drafted": 1}


def test_the_series_of_a_century_names_only_what_was_said(brand: Brand, incident: Incident) -> None:
    window = Window(datetime(1900, 1, 1, tzinfo=UTC), NOW, HOUR)

    series = read_series(brand_id=brand.pk, window=window)

    assert [at for at, _ in series] == [START + HOUR * hour for hour in range(5)]
    assert sum(counts.mentions for _, counts in series) == 110


def test_a_crisis_of_long_ago_is_measured_like_any_other(brand: Brand) -> None:
    long_ago = IncidentFactory(brand=brand, started_at=datetime(1900, 1, 1, tzinfo=UTC))

    found = metrics_of(long_ago, now=NOW)
    signals = read_signals(long_ago, now=NOW)

    assert (found["totals"]["mentions"], found["peak"]) == (0, None)
    assert signals["volume_ratio"] is None
