"""Charts of an incident over the API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from monitoring.models import BucketDelta, QueryKind
from monitoring.rules.windows import FIVE_MINUTES, bucket_start
from monitoring.selectors.charts import CHARTS
from tests.checks import problem_of
from tests.clients import with_key
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import PublicationFactory
from tests.factories.monitoring import QueryFactory, ResponseEffectFactory
from tests.monitoring.rules.charts.drawn import SVG, texts
from tests.monitoring.storming import tell_storm

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_of: Callable[[User], APIClient], viewer: User) -> APIClient:
    return client_of(viewer)


def _path(incident: Any, name: str, ending: str = "svg") -> str:
    return f"/api/v1/incidents/{incident.pk}/charts/{name}.{ending}"


def _tree(response: Any) -> ElementTree.Element:
    assert response.status_code == 200, response.content
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own drawing


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("language", ["en", "he"])
def test_each_chart_is_drawn_in_both_languages(
    client: APIClient, brand: Brand, name: str, language: str
) -> None:
    incident, publication, until = tell_storm(brand)
    ResponseEffectFactory(publication=publication, brand=brand)
    QueryFactory(brand=brand, name="Kettles")

    with time_machine.travel(until, tick=False):
        response = client.get(_path(incident, name), headers={"Accept-Language": language})

    tree = _tree(response)
    assert response["Content-Type"] == "image/svg+xml"
    assert tree.find(f"{SVG}title") is not None
    assert any(incident.reference in said for said in texts(tree))


def test_a_chart_as_a_picture_has_the_size_that_was_asked_for(
    client: APIClient, brand: Brand
) -> None:
    incident = IncidentFactory(brand=brand)

    asked = {"width": 400, "height": 300, "scale": 2}
    response = client.get(_path(incident, "volume", "png"), asked)

    assert response["Content-Type"] == "image/png"
    assert response.content[:8] == b"\x89PNG\r\n\x1a\n"
    sides = (response.content[16:20], response.content[20:24])
    assert [int.from_bytes(side) for side in sides] == [800, 600]


def test_a_picture_is_never_larger_than_memory_likes(client: APIClient, brand: Brand) -> None:
    asked = {"width": 2400, "height": 1600, "scale": 3}
    response = client.get(_path(IncidentFactory(brand=brand), "volume", "png"), asked)

    sides = (response.content[16:20], response.content[20:24])
    width, height = (int.from_bytes(side) for side in sides)
    assert 7_000_000 < width * height <= 8_010_000


def test_the_language_can_be_said_where_headers_cannot(client: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)

    tree = _tree(client.get(_path(incident, "volume"), {"lang": "he"}))

    titles = [node for node in tree.iter(f"{SVG}text") if node.attrib.get("font-weight") == "700"]
    assert titles[0].attrib["text-anchor"] == "end"


def test_a_drill_says_that_it_is_one(client: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand, mode="drill")

    tree = _tree(client.get(_path(incident, "volume")))

    assert "This is a drill" in " ".join(texts(tree))


def test_what_was_published_is_marked(client: APIClient, brand: Brand) -> None:
    incident, publication, until = tell_storm(brand)
    PublicationFactory(
        message=publication.message,
        status="published",
        published_at=until - timedelta(minutes=1),
    )

    with time_machine.travel(until, tick=False):
        said = " ".join(texts(_tree(client.get(_path(incident, "volume")))))

    assert said.count(f") \u2068{publication.message.title}\u2069") == 1


def test_what_has_been_counted_is_what_is_shown(client: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)
    QueryFactory(brand=brand, kind=QueryKind.INCIDENT, incident=incident)
    BucketDelta.objects.create(
        brand=brand,
        query=incident.queries.get(),
        platform="facebook",
        started_at=bucket_start(incident.started_at, FIVE_MINUTES),
        mentions=1_234,
        analysed=1_000,
        negative=400,
        neutral=600,
    )
    with time_machine.travel(incident.started_at + timedelta(minutes=20), tick=False):
        tree = _tree(client.get(_path(incident, "platforms")))

    assert "Facebook" in texts(tree)


def test_who_has_the_chart_is_told_that_nothing_changed(client: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand, status="closed")
    incident.ended_at = incident.started_at + timedelta(hours=2)
    incident.save()
    etag = client.get(_path(incident, "volume"))["ETag"]

    again = client.get(_path(incident, "volume"), headers={"If-None-Match": etag})

    assert again.status_code == 304
    assert "private" in again["Cache-Control"]


def test_nothing_in_a_chart_can_run(client: APIClient, brand: Brand) -> None:
    incident = IncidentFactory(brand=brand, title="<script>alert(1)</script>")

    response = client.get(_path(incident, "volume"))

    assert b"<script" not in response.content
    assert "sandbox" in response["Content-Security-Policy"]


def test_a_chart_that_there_is_not_is_refused_with_those_there_are(
    client: APIClient, brand: Brand
) -> None:
    document = problem_of(client.get(_path(IncidentFactory(brand=brand), "pie")), 400)

    assert "share-of-voice" in document["errors"]["name"][0]["message"]


@pytest.mark.parametrize("terms", [{"width": 9_999}, {"height": 1}, {"lang": "xx"}, {"size": 1}])
def test_a_size_that_nobody_draws_is_refused(
    client: APIClient, brand: Brand, terms: dict[str, Any]
) -> None:
    document = problem_of(client.get(_path(IncidentFactory(brand=brand), "volume"), terms), 400)

    assert set(document["errors"]) == set(terms)


def test_a_key_that_reads_metrics_may_draw(brand: Brand) -> None:
    client = with_key(brand, "metrics:read")

    response = client.get(_path(IncidentFactory(brand=brand), "volume"))

    assert response.status_code == 200


def test_the_chart_of_another_brand_is_not_there(client: APIClient) -> None:
    problem_of(client.get(_path(IncidentFactory(), "volume")), 404)
