"""A Facebook Page to listen to, and the Graph API of the tests behind it."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from monitoring.models import Intake, Source
from tests.factories.monitoring import SourceFactory
from tests.monitoring.sources.meta.graph_server import (
    CREDENTIALS,
    NOW,
    Graph,
)
from tests.servers import FakeServer, serving


@pytest.fixture
def graph() -> Graph:
    graph = Graph()
    graph.lists = {"100/feed": [], "100/tagged": []}
    return graph


@pytest.fixture
def server(graph: Graph) -> Iterator[FakeServer]:
    with serving(graph.answer) as fake:
        yield fake


@pytest.fixture
def source(server: FakeServer) -> Source:
    made = SourceFactory(
        kind="facebook",
        platform="facebook",
        settings={"page_id": "100", "api_base": server.url},
        credentials=dict(CREDENTIALS),
        secret="",
    )
    Intake.objects.filter(source=made).update(due_at=NOW)
    return made


@pytest.fixture
def clock(settings: Any) -> Iterator[Any]:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock
