"""X on this machine, and a source that searches it."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from monitoring.models import Source
from tests.monitoring.sources.fake_x import NOW, FakeX
from tests.monitoring.sources.x.asking import a_source
from tests.servers import FakeServer, serving


@pytest.fixture
def fake() -> FakeX:
    return FakeX()


@pytest.fixture
def server(fake: FakeX, settings: Any) -> Iterator[FakeServer]:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True
    with serving(fake.answer) as server, time_machine.travel(NOW, tick=False):
        yield server


@pytest.fixture
def source(server: FakeServer, db: None) -> Source:
    return a_source(server, mode="search", query="kettle")
