"""A source of the brand, and the clock of those that tell time."""

from collections.abc import Iterator

import pytest
import time_machine

from crisisapi.accounts.models import Brand, Role, User
from monitoring.models import Source
from tests.factories.accounts import MemberFactory
from tests.factories.monitoring import SourceFactory
from tests.monitoring.faring import NOW


@pytest.fixture
def source(brand: Brand) -> Source:
    return SourceFactory(brand=brand, slug="listening")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def manager_of_brand(brand: Brand) -> User:
    user: User = MemberFactory(brand=brand, role=Role.MANAGER).user
    MemberFactory(brand=brand, role=Role.APPROVER)
    return user
