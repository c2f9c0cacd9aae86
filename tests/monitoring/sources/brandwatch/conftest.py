"""Brandwatch on this machine, and a clock that stands still."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from monitoring.models import Source
from tests.monitoring.sources.brandwatch.asking import NOW, a_source
from tests.platforms.brandwatch import FakeBrandwatch
from tests.servers import FakeServer, serving


@pytest.fixture
def brandwatch() -> FakeBrandwatch:
    return FakeBrandwatch()


@pytest.fixture
def server(brandwatch: FakeBrandwatch) -> Iterator[FakeServer]:
    with serving(brandwatch.answer) as fake:
        yield fake


@pytest.fixture
def source(server: FakeServer) -> Source:
    return a_source(server)


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _clock(clock: time_machine.Traveller) -> None:
    """Stand still."""
