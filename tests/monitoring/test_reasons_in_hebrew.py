"""What goes wrong at sources, read in Hebrew: by API, in the admin, and as a notification."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import gettext, override
from rest_framework.test import APIClient

from crisisapi.accounts.models import User
from monitoring.models import Delivery, Source
from tests.factories.accounts import UserFactory
from tests.factories.monitoring import SourceFactory
from tests.monitoring.faring import known_source
from tests.monitoring.pushing import body_of, mention, push

pytestmark = pytest.mark.django_db

HEBREW = {"Accept-Language": "he"}
NOT_JSON = "The body is not valid JSON: %(error)s"


@pytest.fixture
def x(brand: Any) -> Source:
    return known_source(brand)


@pytest.fixture
def desk() -> Client:
    client = Client(headers=HEBREW)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def reader(client_of: Callable[[User], APIClient], manager_of_brand: User) -> Callable[..., Any]:
    """Return what reads a path as the manager of the brand does, in Hebrew."""
    client = client_of(manager_of_brand)

    def read(path: str, **payload: str) -> Any:
        if payload:
            return client.post(path, payload, headers=HEBREW).json()
        return client.get(path, headers=HEBREW).json()

    return read


def hebrew(say: str, **params: object) -> str:
    """Return a sentence as it stands in the catalogue."""
    with override("he"):
        return gettext(say) % params if params else gettext(say)


def test_a_failing_source_and_its_delivery_are_told_of_in_hebrew_everywhere(
    x: Source, reader: Callable[..., Any], desk: Client
) -> None:
    for number in range(3):
        push(x, b"{", message_id=f"bad-{number}")
    delivery = Delivery.objects.filter(source=x).latest("id")
    reason = hebrew(NOT_JSON, error="Input data was truncated")

    (notified,) = reader("/api/v1/notifications/")["results"]
    told = hebrew(
        "The source %(name)s is not heard: %(reason)s", name="\u2068X\u2069", reason=reason
    )
    assert notified["sentence"] == told
    assert reason in " ".join(reader(f"/api/v1/sources/{x.pk}/")["intake"]["in_words"])
    assert reader(f"/api/v1/deliveries/{delivery.pk}/")["error_detail"] == reason
    assert reason in desk.get(f"/admin/monitoring/source/{x.pk}/change/").content.decode()
    assert reason in desk.get(f"/admin/monitoring/delivery/{delivery.pk}/change/").content.decode()


def test_items_that_were_refused_say_why_in_hebrew(
    x: Source, reader: Callable[..., Any], desk: Client
) -> None:
    body = body_of(
        mention(1), {"id": "x"}, {"id": "y"}, mention(2, published_at="1970-01-01T00:00:00Z")
    )
    missing = hebrew("Object missing required field `%(field)s`", field="text")
    early = hebrew("published_at is before %(year)s.", year=1990)

    answered = push(x, body, headers=HEBREW).json()
    previewed = reader(f"/api/v1/sources/{x.pk}/preview/", payload=body.decode())
    shown = reader(f"/api/v1/deliveries/{answered['delivery']}/")
    page = desk.get(f"/admin/monitoring/delivery/{answered['delivery']}/change/").content.decode()

    reasons = [(1, missing), (2, missing), (3, early)]
    assert [(one["index"], one["reason"]) for one in answered["rejected"]] == reasons
    assert [(one["index"], one["reason"]) for one in previewed["rejected"]] == reasons
    assert [(one["index"], one["reason"]) for one in shown["rejections"]] == reasons
    assert f'<p>{missing} <code dir="ltr">invalid_item</code> <bdi>1, 2</bdi></p>' in page


def test_whoever_pushes_hears_in_hebrew_what_is_wrong(
    x: Source, reader: Callable[..., Any]
) -> None:
    unread = push(x, b"\xff", headers=HEBREW).json()
    unsigned = push(x, b"{}", signed=b"{ }", message_id="2", headers=HEBREW).json()
    previewed = reader(f"/api/v1/sources/{x.pk}/preview/", payload="{")

    assert unread["detail"] == hebrew(
        "The body is not UTF-8: %(error)s.", error="invalid start byte"
    )
    assert unsigned["detail"] == hebrew("The signature does not fit these bytes.")
    assert previewed["error_detail"] == hebrew(NOT_JSON, error="Input data was truncated")


def test_one_delivery_is_read_in_each_language(x: Source, api: APIClient) -> None:
    delivery = push(x, b"{", headers=HEBREW).json()["delivery"]

    shown = api.get(f"/api/v1/deliveries/{delivery}/").json()

    assert shown["error_detail"] == "The body is not valid JSON: Input data was truncated"


def test_a_reason_that_was_stored_before_it_had_an_id_stays_as_it_is(
    brand: Any, api: APIClient
) -> None:
    source = SourceFactory(brand=brand)
    delivery = push(source, body_of({"id": "x"})).json()["delivery"]
    old = [{"index": 0, "code": "invalid_item", "reason": "Object missing a field"}]
    Delivery.objects.update(rejections=old)

    assert api.get(f"/api/v1/deliveries/{delivery}/").json()["rejections"] == old
