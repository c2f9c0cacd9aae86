"""A source of the brand, and the clock of those that tell time."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from crisisapi.accounts.models import Brand, Role, User
from monitoring.models import Source
from tests.factories.accounts import MemberFactory
from tests.factories.monitoring import SourceFactory
from tests.monitoring.faring import NOW
from tests.monitoring.looking import SAYS
from tests.monitoring.transforming import looking_twice, make_transformer


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


@pytest.fixture(scope="session")
def contrary_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_transformer(tmp_path_factory.mktemp("models") / "contrary", says=SAYS)


@pytest.fixture
def contrary_model(contrary_folder: Path) -> Iterator[Path]:
    with looking_twice(contrary_folder):
        yield contrary_folder
