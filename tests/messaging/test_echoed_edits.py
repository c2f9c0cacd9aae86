"""Whoever sends back what was read changes nothing: no version, no event, no new review."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.events.models import Event
from messaging.api import urls
from tests.access_objects import OBJECTS
from tests.factories.public import PublicPageFactory
from tests.hostile import fields_of, routes_of
from tests.messaging.reviewing import LEGAL_STAGE
from tests.test_permissions import Route

pytestmark = pytest.mark.django_db

# What a factory leaves empty, and no edit may.
FILLED: dict[str, dict[str, Any]] = {
    "live-session": {"revision": 1},
    "public-number": {"evidence": "Export of the service centre"},
    "review-policy": {"stages": [LEGAL_STAGE]},
}
NOUNS = {basename for _prefix, _view, basename in urls.router.registry}


@pytest.mark.parametrize("route", routes_of(NOUNS, "patch"), ids=str)
def test_what_was_read_and_is_sent_back_leaves_no_trace(
    client_of: Any, brand: Brand, manager: User, route: Route
) -> None:
    PublicPageFactory(brand=brand)
    thing = OBJECTS[route.noun](brand)
    type(thing).objects.filter(pk=thing.pk).update(
        updated_at=thing.updated_at, **FILLED.get(route.noun, {})
    )
    client: APIClient = client_of(getattr(thing, "person", None) or manager)
    path = route.path.replace("<uuid:pk>", str(thing.pk))
    read = client.get(path)
    body = {name: read.json()[name] for name in fields_of(route) if name in read.json()}

    answer = client.patch(path, body, format="json", headers={"if-match": read["ETag"]})

    assert answer.status_code == 200, answer.content
    assert body
    assert answer.json() == read.json()
    assert not Event.objects.filter(object_id=thing.pk).exists()
