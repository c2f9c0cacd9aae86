"""Listing mentions: quickly, by keyset, and only one's own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, Role, User
from monitoring.models import Mention, Source
from tests.checks import codes_of, problem_of, queries_of
from tests.factories.accounts import BrandFactory, MemberFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.monitoring import MentionFactory, SourceFactory

pytestmark = pytest.mark.django_db

MENTIONS = "/api/v1/mentions/"
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def _said(source: Source, number: int = 1, **fields: Any) -> list[Mention]:
    """Return mentions said a minute apart, the first the latest."""
    return [
        MentionFactory(source=source, **{"published_at": NOON - timedelta(minutes=place), **fields})
        for place in range(number)
    ]


def _ids(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


def _ids_of(mentions: list[Mention]) -> list[str]:
    return [str(mention.pk) for mention in mentions]


def test_the_list_and_the_single_mention_show_the_same(api: APIClient, source: Source) -> None:
    _said(source, text="הידית נסדקה 😡", language="he", sentiment="negative", sentiment_score=-0.7)
    _said(source, published_at=NOON - timedelta(days=1, microseconds=7), analysed_at=NOON)

    rows = api.get(MENTIONS).json()["results"]

    assert rows == [api.get(f"{MENTIONS}{row['id']}/").json() for row in rows]
    assert rows[0]["brand"] == "rimon"
    assert rows[0]["published_at"] == "2026-03-04T12:00:00Z"


def test_pages_follow_each_other_without_gap_or_repetition(api: APIClient, source: Source) -> None:
    mentions = _said(source, 5) + _said(source, 3, published_at=NOON - timedelta(days=1))

    found, address = [], f"{MENTIONS}?page_size=3"
    while address:
        page = api.get(address)
        found += _ids(page)
        address = page.json()["next"]

    assert found[:5] == _ids_of(mentions[:5])
    assert sorted(found) == sorted(_ids_of(mentions))


@pytest.mark.parametrize(
    "fields", [{"platform": "news"}, {"language": "ar"}, {"sentiment": "negative"}]
)
def test_a_filter_finds_its_mentions_and_no_others(
    api: APIClient, source: Source, fields: dict[str, Any]
) -> None:
    _said(source, 2)
    wanted = _said(source, **fields)

    assert _ids(api.get(MENTIONS, fields)) == _ids_of(wanted)


def test_a_stretch_of_time_holds_its_start_and_not_its_end(api: APIClient, source: Source) -> None:
    mentions = _said(source, 4)

    found = api.get(
        MENTIONS,
        {"published_from": "2026-03-04T13:58:00+02:00", "published_before": "2026-03-04T12:00:00Z"},
    )

    assert _ids(found) == _ids_of(mentions[1:3])


def test_an_incident_has_the_mentions_of_its_brand_while_it_lasts(
    api: APIClient, source: Source
) -> None:
    mentions = _said(source, 5)
    incident = IncidentFactory(
        brand=source.brand,
        started_at=NOON - timedelta(minutes=3),
        ended_at=NOON - timedelta(minutes=1),
        status="closed",
    )
    _said(SourceFactory())

    assert _ids(api.get(MENTIONS, {"incident": str(incident.pk)})) == _ids_of(mentions[2:4])


def test_an_incident_that_lasts_has_what_is_said_until_now(api: APIClient, source: Source) -> None:
    mentions = _said(source, 5)
    incident = IncidentFactory(brand=source.brand, started_at=NOON - timedelta(minutes=3))

    assert _ids(api.get(MENTIONS, {"incident": str(incident.pk)})) == _ids_of(mentions[:4])


def test_an_incident_one_may_not_see_is_no_choice(api: APIClient) -> None:
    theirs = IncidentFactory()

    response = api.get(MENTIONS, {"incident": str(theirs.pk)})

    assert codes_of(problem_of(response, 400, "invalid"))["incident"] == ["invalid_choice"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("sentiment=sad", "sentiment"),
        ("published_from=yesterday", "published_from"),
        ("incident=x", "incident"),
        ("platforms=x", "platforms"),
        ("fields=colour", "fields"),
        ("platform=a%00b", "platform"),
        ("brand=a%00b", "brand"),
    ],
)
def test_a_wrong_question_is_refused_by_name(api: APIClient, query: str, field: str) -> None:
    response = api.get(f"{MENTIONS}?{query}")

    assert list(codes_of(problem_of(response, 400))) == [field]


def test_fields_trims_the_rows(api: APIClient, source: Source) -> None:
    (mention,) = _said(source)

    rows = api.get(f"{MENTIONS}?fields=text,brand,source").json()["results"]

    assert rows == [{"text": mention.text, "brand": "rimon", "source": str(source.pk)}]


def test_a_stranger_sees_nothing(
    source: Source, client_of: Callable[[User], APIClient], stranger: User
) -> None:
    (mention,) = _said(source)
    client = client_of(stranger)

    assert _ids(client.get(MENTIONS)) == []
    assert _ids(client.get(MENTIONS, {"brand": "rimon"})) == []
    problem_of(client.get(f"{MENTIONS}{mention.pk}/"), 404)


def test_nobody_writes_a_mention(api: APIClient, source: Source) -> None:
    (mention,) = _said(source)

    problem_of(api.post(MENTIONS, {}), 405)
    problem_of(api.patch(f"{MENTIONS}{mention.pk}/", {}), 405)
    problem_of(api.delete(f"{MENTIONS}{mention.pk}/"), 405)


def test_thirty_mentions_take_as_many_queries_as_one(api: APIClient, source: Source) -> None:
    _said(source)
    one = queries_of(api, MENTIONS)
    _said(source, 29)

    assert len(queries_of(api, MENTIONS)) == len(one)
    assert not any("count(" in query.lower() or "offset" in query.lower() for query in one)


@pytest.fixture
def both(source: Source, responder: User) -> list[Mention]:
    """Mentions of two brands of one person, taking turns."""
    other = SourceFactory(brand=BrandFactory(slug="tapuz"))
    MemberFactory(user=responder, brand=other.brand, role=Role.VIEWER)
    return [
        mention
        for place in range(4)
        for which in (source, other)
        for mention in _said(which, published_at=NOON - timedelta(minutes=place))
    ]


def test_mentions_of_several_brands_come_in_one_order(api: APIClient, both: list[Mention]) -> None:
    found, address = [], f"{MENTIONS}?page_size=3"
    while address:
        page = api.get(address)
        found += page.json()["results"]
        address = page.json()["next"]

    assert sorted(row["id"] for row in found) == sorted(_ids_of(both))
    assert [row["published_at"] for row in found] == sorted(
        (row["published_at"] for row in found), reverse=True
    )
    assert {row["brand"] for row in found} == {"rimon", "tapuz"}


def test_one_of_several_brands_is_asked_for_by_its_slug(
    api: APIClient, both: list[Mention], brand: Brand
) -> None:
    mine = [mention for mention in both if mention.brand_id == brand.pk]

    assert _ids(api.get(MENTIONS, {"brand": "rimon"})) == _ids_of(mine)


def test_the_index_of_each_brand_is_walked(api: APIClient, both: list[Mention]) -> None:
    """One condition on several brands would read and sort all their mentions."""
    (listing,) = [query for query in queries_of(api, MENTIONS) if "monitoring_mention" in query]

    assert listing.count("LIMIT 51") == 3
