"""Pulling the plug while sources are asked and listened to: everything arrives, once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitoring.tasks import fetch_sources
from tests.monitoring.scripted import Platform, line
from tests.processes.service import (
    PATIENCE_SECONDS,
    Service,
    flush_redis,
    service_on_a_new_database,
)
from tests.servers import FakeServer, Reply, serving

# The service works on a copy of the database that this sets up.
pytestmark = pytest.mark.django_db

LEASE_SECONDS = 5
# A listener has to be gone before a container is killed.
STOP_SECONDS = 10.0
# Far longer than the test takes: whoever waited for it would still wait at its end.
LONG_SECONDS = 600
COUNTS = [3_000, pytest.param(50_000, marks=pytest.mark.slow)]

_ADD_SOURCE = """
from tests.factories.accounts import BrandFactory
from tests.factories.monitoring import SourceFactory
settings = {{"base_url": "{url}", "mode": "{mode}"}}
for _ in range({count}):
    SourceFactory(brand=BrandFactory(), kind="scripted", settings=settings, secret="")
"""
_PUSH = """
from django.utils import timezone
from monitoring.services.deliveries import receive_delivery
from crisisapi.accounts.models import Brand
from tests.factories.monitoring import SourceFactory
body = b'{"mentions": [{"id": "1", "text": "Mine broke"}]}'
source = SourceFactory(brand=Brand.objects.first(), slug="pushed")
receive_delivery(source=source, external_id="m", body=body, now=timezone.now())
"""
_STORED = "SELECT count(*) FROM monitoring_mention"
_WAITING = "SELECT count(*) FROM monitoring_mention WHERE analysed_at IS NULL"
_UNFOLDED = "SELECT count(*) FROM monitoring_bucketdelta"
_COUNTED = "SELECT coalesce(sum({}), 0) FROM monitoring_bucket WHERE width = 300"
_HELD = "SELECT count(*) FROM monitoring_intake WHERE leased_until > now()"
# Stops a worker inside of the transaction that stores a page, until it is killed.
_STOP_IN_STORING = """
CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$;
CREATE TRIGGER dawdle BEFORE UPDATE ON monitoring_delivery FOR EACH ROW EXECUTE FUNCTION dawdle()
"""
_GO_ON = "DROP TRIGGER dawdle ON monitoring_delivery; DROP FUNCTION dawdle()"


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as running:
        yield running


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with service_on_a_new_database(tmp_path) as running:
        running.environment |= {
            "OUTBOUND_ALLOW_PRIVATE_HOSTS": "true",
            "OUTBOUND_PATIENCE_SECONDS": str(LONG_SECONDS),
            "SOURCE_LEASE_SECONDS": str(LEASE_SECONDS),
        }
        running.through = ["scripted"]
        running.hurried = fetch_sources
        yield running


def _listen_to(service: Service, server: FakeServer, mode: str = "", *, count: int = 1) -> None:
    added = _ADD_SOURCE.format(url=server.url, mode=mode, count=count)
    service.run("shell", "--no-imports", "-c", added)


def _is_settled(service: Service, count: int) -> bool:
    left = service.number(_WAITING) + service.number(_UNFOLDED)
    return service.number(_STORED) == count and left == 0


def _patience(count: int) -> float:
    return PATIENCE_SECONDS + count / 100


def _assert_exact(service: Service, count: int) -> None:
    assert service.number(_STORED) == count
    assert service.number(_COUNTED.format("mentions")) == count
    assert service.number(_COUNTED.format("analysed")) == count
    likes = sum(number % 7 for number in range(count))
    assert service.number(_COUNTED.format("likes")) == likes


@pytest.mark.parametrize("count", COUNTS)
def test_killed_while_it_catches_up_two_others_bring_all_once(
    service: Service, server: FakeServer, count: int
) -> None:
    platform = Platform(server, count=count, page=count // 50)
    _listen_to(service, server)

    worker = service.start_worker()
    service.wait_for(lambda: service.number(_STORED) >= count // 5, "nothing came")
    service.change(_STOP_IN_STORING)
    service.kill_asleep(worker, "nobody stores")
    service.change(_GO_ON)
    flush_redis()
    stored = service.number(_STORED)

    assert count // 5 <= stored < count, "the plug was not pulled half-way"
    service.start_worker()
    service.start_worker()
    service.wait_for(
        lambda: _is_settled(service, count), "it was not taken up", seconds=_patience(count)
    )
    _assert_exact(service, count)
    afters = [int(one.query["after"]) for one in server.seen]
    # Two workers never asked for the same page, but the one that was not stored.
    assert len(afters) - len(set(afters)) <= 1
    assert platform.most_at_once == 1


def test_platforms_that_hang_do_not_delay_the_analysis(
    service: Service, server: FakeServer
) -> None:
    platform = Platform(server, count=10)
    platform.seconds = LONG_SECONDS
    _listen_to(service, server, count=3)
    service.start_worker("-Q", "sources")
    service.start_worker("-Q", "celery,live")
    service.wait_for(lambda: len(server.seen) == 2, "they were not asked")

    service.run("shell", "--no-imports", "-c", _PUSH)

    service.wait_for(lambda: _is_settled(service, 1), "the analysis waits for platforms")
    assert len(server.seen) == 2, "those who ask still hang"


@pytest.mark.parametrize("count", COUNTS)
def test_a_listener_that_is_killed_is_followed_by_another(
    service: Service, server: FakeServer, count: int
) -> None:
    Platform(server, count=count)
    half = count // 2
    server.then(Reply(stream=server.held_open(b"".join(map(line, range(half))))))
    _listen_to(service, server, mode="stream")
    service.start_worker()

    listener = service.start_command("listen")
    service.wait_for(
        lambda: service.number(_STORED) == half, "nothing came", seconds=_patience(count)
    )
    service.kill(listener)
    flush_redis()
    service.start_command("listen")
    service.start_command("listen")

    service.wait_for(
        lambda: _is_settled(service, count), "nobody took over", seconds=_patience(count)
    )
    _assert_exact(service, count)
    assert [one.query["after"] for one in server.seen] == ["-1", str(half - 1)]


def test_a_listener_that_is_asked_to_stop_gives_its_streams_back(
    service: Service, server: FakeServer
) -> None:
    Platform(server, count=10)
    _listen_to(service, server, mode="stream")
    listener = service.start_command("listen")
    service.wait_for(lambda: service.number(_STORED) == 10, "nothing came")

    code = service.stop_softly(listener, within=STOP_SECONDS)

    assert code == 0
    assert service.number(_HELD) == 0
    assert service.number("SELECT sum(failures) FROM monitoring_intake") == 0


def test_a_stream_that_only_beats_is_not_taken_over(service: Service, server: FakeServer) -> None:
    _listen_to(service, server, mode="stream")

    def beats() -> Iterator[bytes]:
        while not server.is_over.wait(0.5):
            yield b"\r\n"

    server.then(Reply(stream=beats()))
    service.start_command("listen")
    service.start_command("listen")
    service.wait_for(lambda: service.number(_HELD) == 1, "nobody listens")
    lasts = "SELECT extract(epoch FROM leased_until - attempted_at)::int FROM monitoring_intake"

    service.wait_for(lambda: service.number(lasts) > 2 * LEASE_SECONDS, "it was not renewed")

    assert len(server.seen) == 1
