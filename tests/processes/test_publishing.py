"""Pulling the plug while posts leave: each gets out once, and none is told wrong.

A worker is killed (-9) at each step of an attempt. The receiver counts what it has read.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from messaging.tasks import perform_publications
from tests.messaging.outward import Receiver
from tests.processes.service import Service, flush_redis, service_on_a_new_database
from tests.servers import FakeServer, Reply, Seen, serving

# The service works on a copy of the database that this sets up.
pytestmark = pytest.mark.django_db

_PUBLISH = """
from django.utils import timezone
from tests.factories.accounts import BrandFactory
from tests.factories.incidents import IncidentFactory
from tests.messaging.outward import a_channel, a_thread
class At:
    url = "{url}"
incident = IncidentFactory(brand=BrandFactory())
channel = a_channel(incident.brand, At, is_idempotent="{is_idempotent}")
a_thread(incident, channel, "One.", now=timezone.now())
"""
# Stops a worker inside of its transaction, as if it were slow there, until it is killed.
_STOP_IN = """
CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$;
CREATE TRIGGER dawdle BEFORE UPDATE ON messaging_publicationpart FOR EACH ROW
WHEN (NEW.status = '{status}') EXECUTE FUNCTION dawdle()
"""
_GO_ON = "DROP TRIGGER dawdle ON messaging_publicationpart; DROP FUNCTION dawdle()"
_LATER = """
UPDATE messaging_publicationpart SET attempted_at = attempted_at - interval '10 minutes',
    next_attempt_at = next_attempt_at - interval '10 minutes'
"""
_BOTH_ARE = """
SELECT count(*) FROM messaging_publication JOIN messaging_publicationpart p ON p.publication_id =
messaging_publication.id WHERE messaging_publication.status = p.status AND p.status = '{}'
"""


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as running:
        yield running


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with service_on_a_new_database(tmp_path) as running:
        running.environment["OUTBOUND_ALLOW_PRIVATE_HOSTS"] = "true"
        running.hurried = perform_publications
        yield running


def _ask_for(service: Service, server: FakeServer, *, is_idempotent: bool = False) -> None:
    said = _PUBLISH.format(url=server.url, is_idempotent=str(is_idempotent).lower())
    service.run("shell", "--no-imports", "-c", said)


def _is(service: Service, status: str) -> Callable[[], bool]:
    return lambda: service.number(_BOTH_ARE.format(status)) == 1


def _kill_in(service: Service, status: str) -> None:
    """Start a worker, let it come to the moment before a status is written, and kill it there."""
    service.change(_STOP_IN.format(status=status))
    worker = service.start_worker()
    service.kill_asleep(worker, f"nobody came to {status}")
    service.change(_GO_ON)
    flush_redis()  # nor is anything left of what the dead worker was nudged to do


def test_killed_before_its_claim_another_worker_sends_it(
    service: Service, server: FakeServer
) -> None:
    receiver = Receiver(server)
    _ask_for(service, server)

    _kill_in(service, "attempting")

    assert server.seen == []
    service.start_worker()
    service.wait_for(_is(service, "published"), "it was not sent")
    assert len(receiver.posted) == len(server.seen) == 1


def test_killed_while_the_receiver_answers_it_is_unknown_and_not_sent_again(
    service: Service, server: FakeServer
) -> None:
    receiver = Receiver(server)
    server.then(Reply(201, seconds=600, does=True))
    _ask_for(service, server)

    worker = service.start_worker()
    service.wait_for(lambda: len(receiver.posted) == 1, "nothing was read")
    service.kill(worker)
    service.change(_LATER)
    service.start_worker()

    service.wait_for(_is(service, "unknown"), "it is not shown as unknown")
    service.change(_LATER)
    waits = "SELECT count(*) FROM messaging_publication WHERE waits_on_person"
    service.wait_for(lambda: service.number(waits) == 1, "nobody is asked")
    assert len(receiver.posted) == len(server.seen) == 1


def test_killed_before_the_answer_is_recorded_it_is_unknown_and_not_sent_again(
    service: Service, server: FakeServer
) -> None:
    receiver = Receiver(server)
    _ask_for(service, server)

    _kill_in(service, "published")
    service.change(_LATER)
    service.start_worker()

    service.wait_for(_is(service, "unknown"), "it is not shown as unknown")
    time.sleep(1)
    assert len(receiver.posted) == len(server.seen) == 1


def test_killed_before_the_answer_is_recorded_a_receiver_of_repetitions_clears_it_up(
    service: Service, server: FakeServer
) -> None:
    posted: set[str] = set()

    def once(seen: Seen) -> Reply:
        posted.add(seen.headers["webhook-id"])
        return Reply(200, {"id": "7", "url": "https://rimon.example/7"})

    server.answer = once
    _ask_for(service, server, is_idempotent=True)

    _kill_in(service, "published")
    service.change(_LATER)
    service.start_worker()
    service.wait_for(_is(service, "unknown"), "it is not shown as unknown")
    service.change(_LATER)

    service.wait_for(_is(service, "published"), "it was not cleared up")
    assert (len(server.seen), len(posted)) == (2, 1)


def test_killed_after_the_record_nothing_happens_again(
    service: Service, server: FakeServer
) -> None:
    receiver = Receiver(server)
    _ask_for(service, server)
    worker = service.start_worker()
    service.wait_for(_is(service, "published"), "it was not sent")

    service.kill(worker)
    service.change(_LATER)
    service.start_worker()
    time.sleep(3)

    assert _is(service, "published")()
    assert len(receiver.posted) == 1
