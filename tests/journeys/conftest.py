"""The people of the journeys: each speaks to the API alone."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from crisisapi.accounts.models import User
from tests.journeys.callers import Caller
from tests.journeys.speaking import Speaking, speaking

START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def noa(client_of: Callable[[User], APIClient], responder: User) -> Caller:
    """A responder."""
    return Caller(client_of(responder))


@pytest.fixture
def daniel(client_of: Callable[[User], APIClient], approver: User) -> Caller:
    """An approver."""
    return Caller(client_of(approver))


@pytest.fixture
def boss(client_of: Callable[[User], APIClient], manager: User) -> Caller:
    """A manager."""
    return Caller(client_of(manager))


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands until it is moved."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def platforms(boss: Caller, settings: Any) -> Iterator[Speaking]:
    """Four platforms on this machine, and channels that lead there."""
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True
    settings.OUTBOUND_PATIENCE_SECONDS = 0.5
    with speaking(boss) as running:
        yield running
