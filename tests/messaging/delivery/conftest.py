"""A receiver on this machine that counts, and what is sent to it."""

from collections.abc import Iterator
from typing import Any

import pytest

from crisisapi.accounts.models import Brand
from incidents.models import Incident
from messaging.models import Channel, Publication
from tests.messaging.conftest import NOW
from tests.messaging.outward import Receiver, a_channel, a_thread
from tests.servers import FakeServer, serving


@pytest.fixture(autouse=True)
def _loopback_is_called(settings: Any) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as running:
        yield running


@pytest.fixture
def receiver(server: FakeServer) -> Receiver:
    return Receiver(server)


@pytest.fixture
def website(brand: Brand, receiver: Receiver) -> Channel:
    return a_channel(brand, receiver.server)


@pytest.fixture
def post(incident: Incident, website: Channel) -> Publication:
    return a_thread(incident, website, now=NOW)


@pytest.fixture
def thread(incident: Incident, website: Channel) -> Publication:
    return a_thread(incident, website, "One.", "Two.", "Three.", now=NOW)
