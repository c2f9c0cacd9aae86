"""Platforms beside each other: one that takes its time delays no other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from messaging.tasks import perform_publications
from tests.messaging.outward import Receiver
from tests.processes.service import Service, service_on_a_new_database
from tests.servers import Reply, serving

# The service works on a copy of the database that this sets up.
pytestmark = pytest.mark.django_db

# Far longer than the test takes: whoever waited for it would still wait at its end.
SLOW_SECONDS = 600
_PUBLISH = """
from django.utils import timezone
from tests.factories.accounts import BrandFactory
from tests.factories.incidents import IncidentFactory
from tests.messaging.outward import a_channel, a_thread
class At:
    def __init__(self, url):
        self.url = url
incident = IncidentFactory(brand=BrandFactory())
for url in {urls}:
    a_thread(incident, a_channel(incident.brand, At(url)), "One.", now=timezone.now())
"""
_PUBLISHED = "SELECT count(*) FROM messaging_publication WHERE status = 'published'"
_STILL_ATTEMPTED = "SELECT count(*) FROM messaging_publication WHERE status = 'attempting'"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with service_on_a_new_database(tmp_path) as running:
        running.environment |= {
            "OUTBOUND_ALLOW_PRIVATE_HOSTS": "true",
            "OUTBOUND_PATIENCE_SECONDS": str(SLOW_SECONDS),
        }
        running.hurried = perform_publications
        yield running


def test_three_channels_are_out_while_the_fourth_is_still_silent(service: Service) -> None:
    with serving() as slow, serving() as a, serving() as b, serving() as c:
        for server in (slow, a, b, c):
            Receiver(server)
        slow.then(Reply(201, {"id": "1", "url": "https://rimon.example/1"}, seconds=SLOW_SECONDS))
        urls = [server.url for server in (slow, a, b, c)]
        service.run("shell", "--no-imports", "-c", _PUBLISH.format(urls=urls))

        service.start_worker()
        service.wait_for(lambda: len(slow.seen) == 1, "nobody went to the slow one")
        service.wait_for(lambda: service.number(_PUBLISHED) == 3, "the others wait")

        assert service.number(_STILL_ATTEMPTED) == 1
