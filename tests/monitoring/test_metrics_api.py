"""Metrics: exact at any moment, aligned, honest about what they cannot know."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, Role, User
from incidents.models import Incident
from monitoring.models import BucketDelta, Mention, Source
from monitoring.rules.counts import EMOTION_COUNTS_FROM, EMOTIONS, INTENTS
from monitoring.rules.incoming import as_json
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import receive_delivery
from monitoring.services.rollups import fold_buckets
from tests.checks import codes_of, problem_of, queries_of
from tests.factories.accounts import BrandFactory, MemberFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.monitoring import SourceFactory
from tests.monitoring.pushing import mention

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 12, 2, 30, tzinfo=UTC)
START = datetime(2026, 3, 4, 9, 7, tzinfo=UTC)
TEXTS = {
    "negative": "terrible, dangerous kettle!",
    "positive": "אני אוהב את הקומקום, מצוין",
    "neutral": "The shop opens on Sunday",
}


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def incident(brand: Brand) -> Incident:
    return IncidentFactory(brand=brand, started_at=START, opened_at=START)


def _receive(source: Source, *mentions: dict[str, Any], name: str = "msg_1") -> None:
    receive_delivery(
        source=source, external_id=name, body=as_json(list(mentions)), now=datetime.now(UTC)
    )


def _settle() -> None:
    while analyse_batch(now=NOW) or fold_buckets():
        pass


def _metrics(client: APIClient, incident: Incident, **query: str) -> dict[str, Any]:
    response = client.get(f"/api/v1/incidents/{incident.pk}/metrics/", query)
    assert response.status_code == 200, response.content
    body: dict[str, Any] = response.json()
    return body


def _recounted(rows: list[Mention]) -> dict[str, int]:
    """Count raw rows in Python, as somebody who never saw the rollups would."""
    sentiments = Counter(row.sentiment for row in rows)
    likes = sum(row.likes for row in rows)
    comments = sum(row.comments for row in rows)
    shares = sum(row.shares for row in rows)
    return {
        "mentions": len(rows),
        "analysed": len([row for row in rows if row.analysed_at]),
        "positive": sentiments["positive"],
        "neutral": sentiments["neutral"],
        "negative": sentiments["negative"],
        "unknown": sentiments["unknown"],
        "likes": likes,
        "comments": comments,
        "shares": shares,
        "engagement": likes + comments + shares,
        "reach": sum(row.reach for row in rows),
        **{
            name: len([row for row in rows if row.emotions.get(name, 0) >= EMOTION_COUNTS_FROM])
            for name in EMOTIONS
        },
        **{name: len([row for row in rows if name in row.intents]) for name in INTENTS},
    }


def _counts(shown: dict[str, Any]) -> dict[str, Any]:
    aside = {"negative_share", "platform", "language", "started_at", "unique_authors"}
    counted = {name: value for name, value in shown.items() if name not in aside}
    return {**counted.pop("emotions"), **counted.pop("intents"), **counted}


def _language(row: Mention) -> str:
    return row.language if row.analysed_at else ""


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _assert_equal_to_a_recount(body: dict[str, Any], source: Source) -> None:
    since, until = _time(body["since"]), _time(body["until"])
    rows = list(
        Mention.objects.filter(
            brand_id=source.brand_id, published_at__gte=since, published_at__lt=until
        )
    )
    width = {"5m": timedelta(minutes=5), "1h": timedelta(hours=1), "1d": timedelta(days=1)}[
        body["bucket"]
    ]
    assert _counts(body["totals"]) == _recounted(rows)
    assert {part["platform"]: _counts(part) for part in body["platforms"]} == {
        name: _recounted([row for row in rows if row.platform == name])
        for name in {row.platform for row in rows}
    }
    assert {part["language"]: _counts(part) for part in body["languages"]} == {
        name: _recounted([row for row in rows if _language(row) == name])
        for name in {_language(row) for row in rows}
    }
    assert [_time(part["started_at"]) for part in body["series"]] == [
        since + place * width for place in range(int((until - since) / width))
    ]
    for part in body["series"]:
        at = _time(part["started_at"])
        assert _counts(part) == _recounted(
            [row for row in rows if at <= row.published_at < at + width]
        )


def test_an_incident_without_mentions_has_a_series_of_zeros(
    api: APIClient, incident: Incident
) -> None:
    body = _metrics(api, incident)

    assert (body["since"], body["until"]) == ("2026-03-04T09:05:00Z", "2026-03-04T12:05:00Z")
    assert (body["bucket"], len(body["series"]), body["platforms"]) == ("5m", 36, [])
    assert set(_counts(body["totals"]).values()) == {0}
    assert body["totals"]["negative_share"] is None


@pytest.mark.parametrize("bucket", ["5m", "1h", "1d"])
def test_counts_are_exact_before_during_and_after_analysis_and_folding(
    api: APIClient, incident: Incident, source: Source, bucket: str
) -> None:
    batch = [
        mention(
            n,
            text=list(TEXTS.values())[n % 3],
            platform=["x", "news"][n % 2],
            published_at=(START + timedelta(minutes=2 * n)).isoformat(),
            likes=n,
            shares=1,
            reach=100,
        )
        for n in range(60)
    ]

    _receive(source, *batch)
    assert BucketDelta.objects.exists()
    _assert_equal_to_a_recount(_metrics(api, incident, bucket=bucket), source)
    analyse_batch(now=NOW, limit=20)
    fold_buckets(limit=7)
    _assert_equal_to_a_recount(_metrics(api, incident, bucket=bucket), source)
    _settle()
    assert not BucketDelta.objects.exists()
    _assert_equal_to_a_recount(_metrics(api, incident, bucket=bucket), source)


items = st.fixed_dictionaries(
    {
        "number": st.integers(0, 40),
        "text": st.sampled_from([*TEXTS.values(), "", "12345"]),
        "platform": st.sampled_from(["x", "facebook", "news"]),
        "minutes": st.integers(-400, 300),
        "likes": st.integers(0, 10**11),
        "reach": st.integers(0, 1000),
    }
)


@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    batches=st.lists(st.tuples(st.lists(items, max_size=60), st.booleans()), max_size=4),
    bucket=st.sampled_from(["5m", "1h", "1d"]),
)
def test_any_batches_in_any_order_count_as_a_recount_does(
    api: APIClient,
    incident: Incident,
    batches: list[tuple[list[dict[str, Any]], bool]],
    bucket: str,
) -> None:
    source = SourceFactory(brand=incident.brand)
    for place, (batch, folds) in enumerate(batches):
        _receive(
            source,
            *(
                mention(
                    item["number"],
                    text=item["text"],
                    platform=item["platform"],
                    published_at=(START + timedelta(minutes=item["minutes"])).isoformat(),
                    likes=item["likes"],
                    reach=item["reach"],
                )
                for item in batch
            ),
            name=f"msg_{place}",
        )
        analyse_batch(now=NOW, limit=13)
        if folds:
            fold_buckets()

    _assert_equal_to_a_recount(_metrics(api, incident, bucket=bucket), source)


def test_only_one_platform_is_counted_when_asked(
    api: APIClient, incident: Incident, source: Source
) -> None:
    _receive(source, mention(1, platform="x", likes=3), mention(2, platform="news", likes=5))

    body = _metrics(api, incident, platform="news")

    assert (body["totals"]["mentions"], body["totals"]["likes"]) == (1, 5)
    assert [part["platform"] for part in body["platforms"]] == ["news"]
    assert sum(part["mentions"] for part in body["series"]) == 1


def test_the_share_of_negative_mentions_carries_its_interval(
    api: APIClient, incident: Incident, source: Source
) -> None:
    texts = [TEXTS["negative"]] * 15 + [TEXTS["positive"]] * 133
    _receive(source, *(mention(n, text=text) for n, text in enumerate(texts)))
    _settle()

    share = _metrics(api, incident)["totals"]["negative_share"]

    # Newcombe (1998), table I: 15 of 148.
    assert {name: round(value, 4) for name, value in share.items()} == {
        "value": 0.1014,
        "low": 0.0624,
        "high": 0.1605,
    }


def test_a_bucket_that_began_before_the_incident_is_counted_whole(
    api: APIClient, incident: Incident, source: Source
) -> None:
    _receive(
        source,
        mention(1, published_at="2026-03-04T09:04:59Z"),
        mention(2, published_at="2026-03-04T09:05:00Z"),
        mention(3, published_at="2026-03-04T12:04:59Z"),
        mention(4, published_at="2026-03-04T12:05:00Z"),
    )

    assert _metrics(api, incident)["totals"]["mentions"] == 2
    assert _metrics(api, incident, bucket="1h")["totals"]["mentions"] == 4


def test_a_closed_incident_counts_no_more(api: APIClient, brand: Brand, source: Source) -> None:
    closed = IncidentFactory(
        brand=brand,
        started_at=START,
        ended_at=START + timedelta(hours=1),
        status="closed",
    )
    _receive(
        source,
        mention(1, published_at="2026-03-04T10:06:00Z"),
        mention(2, published_at="2026-03-04T10:11:00Z"),
    )

    body = _metrics(api, closed)

    assert (body["until"], body["totals"]["mentions"]) == ("2026-03-04T10:10:00Z", 1)


@pytest.mark.parametrize(
    ("days", "bucket"), [(0.5, "5m"), (1, "5m"), (1.1, "1h"), (30, "1h"), (31, "1d"), (1900, "1d")]
)
def test_the_length_of_the_incident_chooses_the_bucket(
    api: APIClient, brand: Brand, days: float, bucket: str
) -> None:
    incident = IncidentFactory(brand=brand, started_at=NOW - timedelta(days=days))

    assert _metrics(api, incident)["bucket"] == bucket


def test_more_buckets_than_anybody_reads_are_refused(api: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand, started_at=NOW - timedelta(days=8))

    response = api.get(f"/api/v1/incidents/{incident.pk}/metrics/?bucket=5m")

    assert list(codes_of(problem_of(response, 400))) == ["bucket"]


@pytest.mark.parametrize(
    ("query", "field"),
    [("buckets=1h", "buckets"), ("bucket=2h", "bucket"), ("platform=X!", "platform")],
)
def test_a_wrong_question_about_an_incident_is_refused_by_name(
    api: APIClient, incident: Incident, query: str, field: str
) -> None:
    response = api.get(f"/api/v1/incidents/{incident.pk}/metrics/?{query}")

    assert list(codes_of(problem_of(response, 400))) == [field]


def test_the_incident_of_another_brand_is_not_there(
    incident: Incident, client_of: Callable[[User], APIClient], stranger: User
) -> None:
    problem_of(client_of(stranger).get(f"/api/v1/incidents/{incident.pk}/metrics/"), 404)


def test_mentions_of_another_brand_are_not_counted(api: APIClient, incident: Incident) -> None:
    _receive(SourceFactory(), mention(1))
    assert _metrics(api, incident)["totals"]["mentions"] == 0


def test_reading_costs_as_many_queries_for_many_mentions_as_for_none(
    api: APIClient, incident: Incident, source: Source
) -> None:
    path = f"/api/v1/incidents/{incident.pk}/metrics/"
    none = queries_of(api, path)
    _receive(source, *(mention(n) for n in range(300)))

    assert len(queries_of(api, path)) == len(none)
    assert not any("monitoring_mention" in query for query in queries_of(api, path))


def test_a_brand_has_the_last_day_by_default(api: APIClient, source: Source) -> None:
    _receive(
        source,
        mention(1, published_at="2026-03-03T12:00:00Z"),
        mention(2, published_at="2026-03-03T11:59:59Z"),
    )

    body = api.get("/api/v1/metrics/").json()

    assert (body["since"], body["until"]) == ("2026-03-03T12:00:00Z", "2026-03-04T12:05:00Z")
    assert (body["bucket"], body["totals"]["mentions"]) == ("5m", 1)


def test_a_brand_has_any_stretch_of_time(api: APIClient, source: Source) -> None:
    _receive(source, *(mention(n, text=TEXTS["negative"]) for n in range(4)))
    _settle()

    body = api.get(
        "/api/v1/metrics/",
        {"brand": "rimon", "since": "2026-02-01T00:00:00+02:00", "until": "2026-03-05T00:00:00Z"},
    ).json()

    assert (body["bucket"], body["since"]) == ("1d", "2026-01-31T00:00:00Z")
    _assert_equal_to_a_recount(body, source)
    assert body["totals"]["negative"] == 4


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"since": "2026-03-04T12:00:00Z", "until": "2026-03-04T12:00:00Z"}, "since"),
        ({"since": "2026-03-05T12:00:00Z"}, "since"),
        ({"since": "yesterday"}, "since"),
        ({"until": "9999-12-31T23:59:59Z", "since": "9999-12-31T22:00:00Z"}, "until"),
        ({"until": "0001-01-01T00:00:00Z"}, "until"),
        ({"since": "0001-01-01T00:00:00Z"}, "bucket"),
        ({"since": "2025-01-01T00:00:00Z", "bucket": "1h"}, "bucket"),
        ({"brand": "other"}, "brand"),
        ({"incident": "1"}, "incident"),
        ({"page_size": "1"}, "page_size"),
    ],
)
def test_a_wrong_question_about_a_brand_is_refused_by_name(
    api: APIClient, stranger: User, query: dict[str, str], field: str
) -> None:
    response = api.get("/api/v1/metrics/", query)

    assert list(codes_of(problem_of(response, 400))) == [field]


def test_a_person_of_several_brands_names_one(
    api: APIClient, source: Source, responder: User
) -> None:
    other = BrandFactory(slug="tapuz")
    MemberFactory(user=responder, brand=other, role=Role.VIEWER)
    _receive(SourceFactory(brand=other), mention(1))

    assert list(codes_of(problem_of(api.get("/api/v1/metrics/"), 400))) == ["brand"]
    assert api.get("/api/v1/metrics/?brand=tapuz").json()["totals"]["mentions"] == 1
