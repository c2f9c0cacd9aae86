"""Pulling the plug while a post is taken down: it ends gone, and is never told gone while there.

Taking down may be repeated: after a kill the platform is asked once more.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from messaging.tasks import perform_publications
from tests.messaging.outward import Receiver
from tests.processes.service import Service, flush_redis, service_on_a_new_database
from tests.servers import FakeServer, Reply, serving

# The service works on a copy of the database that this sets up.
pytestmark = pytest.mark.django_db

_TAKE_DOWN = """
from django.utils import timezone
from crisisapi.common.actors import SYSTEM
from messaging.services.withdrawals import withdraw_publication
from tests.factories.accounts import BrandFactory
from tests.factories.incidents import IncidentFactory
from tests.messaging.outward import a_channel, a_thread, work
class At:
    url = "{url}"
incident = IncidentFactory(brand=BrandFactory())
post = a_thread(incident, a_channel(incident.brand, At), "One.", now=timezone.now())
work(timezone.now())
withdraw_publication(
    publication=post, reason="Wrong.", actor=SYSTEM, now=timezone.now(), expected_version=None
)
"""
# Stops a worker inside of its transaction, as if it were slow there, until it is killed.
_STOP_WHEN = """
CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$;
CREATE TRIGGER dawdle BEFORE UPDATE ON messaging_publicationpart FOR EACH ROW
WHEN ({moment}) EXECUTE FUNCTION dawdle()
"""
_GO_ON = "DROP TRIGGER dawdle ON messaging_publicationpart; DROP FUNCTION dawdle()"
_LATER = "UPDATE messaging_publicationpart SET next_attempt_at = now() WHERE status = 'withdrawing'"
_ARE = "SELECT count(*) FROM messaging_publication WHERE status = '{}'"


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as running:
        yield running


@pytest.fixture
def service(tmp_path: Path, server: FakeServer) -> Iterator[Service]:
    with service_on_a_new_database(tmp_path) as running:
        running.environment["OUTBOUND_ALLOW_PRIVATE_HOSTS"] = "true"
        running.hurried = perform_publications
        yield running


def _ask_for(service: Service, server: FakeServer) -> Receiver:
    """Publish a post and ask for it to be taken down; nobody works yet."""
    receiver = Receiver(server)
    service.run("shell", "--no-imports", "-c", _TAKE_DOWN.format(url=server.url))
    assert (len(receiver.posted), _are(service, "withdrawing")) == (1, 1)
    return receiver


def _are(service: Service, status: str) -> int:
    return service.number(_ARE.format(status))


def _kill_when(service: Service, moment: str) -> None:
    """Start a worker, let it come to the moment before a row is written, and kill it there."""
    service.change(_STOP_WHEN.format(moment=moment))
    worker = service.start_worker()
    service.kill_asleep(worker, "nobody came there")
    service.change(_GO_ON)
    flush_redis()


def _let_another_finish(service: Service) -> None:
    assert _are(service, "withdrawing") == 1
    service.change(_LATER)
    service.start_worker()
    service.wait_for(lambda: _are(service, "withdrawn") == 1, "it is not taken down")


def test_killed_before_its_claim_another_worker_takes_it_down(
    service: Service, server: FakeServer
) -> None:
    receiver = _ask_for(service, server)

    _kill_when(service, "NEW.looks > OLD.looks")

    assert receiver.taken_down == []
    _let_another_finish(service)
    assert receiver.taken_down == receiver.posted


def test_killed_while_the_platform_answers_it_is_asked_again(
    service: Service, server: FakeServer
) -> None:
    receiver = _ask_for(service, server)
    server.then(Reply(204, seconds=600, does=True))

    worker = service.start_worker()
    service.wait_for(lambda: len(receiver.taken_down) == 1, "nothing was asked")
    service.kill(worker)
    flush_redis()

    _let_another_finish(service)
    assert receiver.taken_down == receiver.posted * 2


def test_killed_before_the_answer_is_recorded_it_is_asked_again(
    service: Service, server: FakeServer
) -> None:
    receiver = _ask_for(service, server)

    _kill_when(service, "NEW.status = 'withdrawn'")

    _let_another_finish(service)
    assert (receiver.taken_down, len(receiver.posted)) == (receiver.posted * 2, 1)
