"""An incident of the brand, and what a service wants to know of a step."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import Actor
from incidents.models import Incident
from messaging.models import Channel
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import ChannelFactory

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
