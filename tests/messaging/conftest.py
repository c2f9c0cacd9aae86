"""An incident of the brand, and what a service wants to know of a step."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.accounts.services.api_keys import create_api_key
from crisisapi.common.actors import SYSTEM, Actor
from incidents.models import Incident
from messaging.models import Channel, Message
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import ChannelFactory, MessageFactory
from tests.messaging.reviewing import person

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


@pytest.fixture
def incident(brand: Brand) -> Incident:
    return IncidentFactory(brand=brand)


@pytest.fixture
def channel(brand: Brand) -> Channel:
    return ChannelFactory(brand=brand, name="Rimon on X", platform="x")


@pytest.fixture
def by() -> Callable[..., dict[str, Any]]:
    """Return actor, now and expected_version of a step a person takes."""

    def make(user: User, *, now: datetime = NOW, expected_version: int | None = None) -> dict:
        return {
            "actor": Actor("user", user.pk),
            "now": now,
            "expected_version": expected_version,
        }

    return make


@pytest.fixture
def key_client(brand: Brand) -> Callable[..., APIClient]:
    """Return a client with an API key of `brand`."""

    def make(*scopes: str) -> APIClient:
        _key, secret = create_api_key(
            brand=brand, name="Robot", scopes=scopes, actor=SYSTEM, now=timezone.now()
        )
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        return client

    return make


def post(client: APIClient, path: str, **body: Any) -> Any:
    """POST a JSON body to a path below the version."""
    return client.post(f"/api/v1/{path}", body, format="json")


def patch(client: APIClient, path: str, *, version: int = 1, **body: Any) -> Any:
    """PATCH a version of an object with a JSON body."""
    return client.patch(
        f"/api/v1/{path}", body, format="json", headers={"If-Match": f'"v{version}"'}
    )


@pytest.fixture
def lior(brand: Brand) -> User:
    return person(brand, "legal")


@pytest.fixture
def noa(brand: Brand) -> User:
    return person(brand, "pr", "approver")


@pytest.fixture
def draft(incident: Incident, responder: User) -> Message:
    return MessageFactory(incident=incident, author=responder, purpose="update")
