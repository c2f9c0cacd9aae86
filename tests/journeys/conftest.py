"""The people of the journeys: each speaks to the API alone."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import User
from tests.journeys.callers import Caller


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
