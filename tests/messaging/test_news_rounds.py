"""Who is told before whom, and that a target that hangs keeps nobody else waiting."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Event

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from crisisapi.accounts.models import Brand
from messaging.models import OutgoingNotification
from messaging.services.news import BATCH, brands_with_news, spread_news
from messaging.services.news_composing import compose_due
from messaging.services.news_sending import awaits_failing, send_due
from messaging.tasks import tell_failing, tell_news
from tests.factories.events import record
from tests.factories.incidents import IncidentFactory
from tests.messaging.alerting import SAID, a_receiver, tell_alert, work
from tests.servers import FakeServer, Reply, Seen, serving
from tests.threads import turn_of_another_worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _may_call_this_machine(settings: LazySettings) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as fake:
        yield fake


def _turns_held() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        (count,) = cursor.fetchone()
    return int(count)


def _types(server: FakeServer) -> list[str]:
    return [seen.json()["type"] for seen in server.seen]


def test_a_target_is_told_while_another_one_hangs(brand: Brand, server: FakeServer) -> None:
    now = timezone.now()
    is_told, was_told_meanwhile = Event(), []

    def hang(_seen: Seen) -> Reply:
        was_told_meanwhile.append(is_told.wait(10))
        return Reply(504)

    def take(_seen: Seen) -> Reply:
        is_told.set()
        return Reply(204)

    with serving(hang) as hanging, serving(take) as healthy:
        a_receiver(brand, hanging)
        tell_alert(brand, now=now - timedelta(minutes=1))
        spread_news(brand_id=brand.pk, now=now - timedelta(minutes=1))
        a_receiver(brand, healthy)
        tell_alert(brand, now=now)

        work(brand, now)

        assert (was_told_meanwhile, len(healthy.seen)) == ([True], 1)


def test_what_another_worker_waits_for_is_left_to_it(brand: Brand, server: FakeServer) -> None:
    now = timezone.now()
    with serving() as hanging:
        stuck = a_receiver(brand, hanging)
        a_receiver(brand, server)
        tell_alert(brand, now=now)

        with turn_of_another_worker(stuck.pk):
            work(brand, now)
        meanwhile = (len(hanging.seen), len(server.seen))
        send_due(clock=lambda: now)

        assert (meanwhile, len(hanging.seen)) == ((0, 1), 1)


def test_a_target_hears_the_most_urgent_first(brand: Brand, server: FakeServer) -> None:
    now = timezone.now()
    a_receiver(brand, server)
    for verb in ("alert.subsided", "alert.late"):
        early = now - timedelta(minutes=1)
        tell_alert(brand, now=early, verb=verb, incident=IncidentFactory(brand=brand))
    spread_news(brand_id=brand.pk, now=now - timedelta(minutes=1))
    tell_alert(brand, now=now)

    work(brand, now)

    assert _types(server) == ["alert.raised", "alert.late", "alert.subsided"]


def test_of_many_targets_that_with_an_alert_is_told_first(brand: Brand, server: FakeServer) -> None:
    now = timezone.now()
    for _ in range(3):
        a_receiver(brand, server, kinds={"alert": "never"})
    record_at = now - timedelta(minutes=1)
    tell_alert(brand, now=record_at, verb="source.silent", hours="6", usual="20")
    spread_news(brand_id=brand.pk, now=record_at)
    compose_due(now=now - timedelta(seconds=30))
    a_receiver(brand, server, kinds={"source": "never"})
    tell_alert(brand, now=now)
    spread_news(brand_id=brand.pk, now=now)
    compose_due(now=now)

    send_due(clock=lambda: now, at_once=1)

    assert _types(server) == ["alert.raised", *["source.silent"] * 3]


def test_one_that_does_not_answer_is_asked_once_and_the_rest_waits(
    brand: Brand, server: FakeServer
) -> None:
    now = timezone.now()
    a_receiver(brand, server)
    server.then(Reply(503))
    for _ in range(3):
        tell_alert(brand, now=now, incident=IncidentFactory(brand=brand))
    work(brand, now)
    before = len(server.seen)

    work(brand, now, after=timedelta(seconds=31))

    assert (before, len(server.seen)) == (1, 4)
    assert set(OutgoingNotification.objects.values_list("status", flat=True)) == {"sent"}


def test_who_failed_last_time_is_left_to_workers_that_may_wait(
    brand: Brand, server: FakeServer
) -> None:
    with serving() as failing:
        a_receiver(brand, failing, failing_since=timezone.now())
        a_receiver(brand, server)
        tell_alert(brand, now=timezone.now())

        tell_news()
        before = (len(server.seen), len(failing.seen), awaits_failing(now=timezone.now()))
        tell_failing()

        after = (len(server.seen), len(failing.seen), awaits_failing(now=timezone.now()))
    assert (before, after) == ((1, 0, True), (1, 1, False))


def test_who_was_heard_again_is_told_with_the_others(brand: Brand, server: FakeServer) -> None:
    a_receiver(brand, server, failing_since=timezone.now())
    for _ in range(2):
        tell_alert(brand, now=timezone.now())
        tell_news()
        tell_failing()

    tell_alert(brand, now=timezone.now())
    tell_news()

    assert len(server.seen) == 3


def test_one_that_asked_for_a_pause_is_told_nothing_before_it_is_over(
    brand: Brand, server: FakeServer
) -> None:
    now = timezone.now()
    a_receiver(brand, server)
    server.then(Reply(429, headers={"Retry-After": "120"}))
    for _ in range(2):
        tell_alert(brand, now=now, incident=IncidentFactory(brand=brand))
    work(brand, now)

    work(brand, now, after=timedelta(seconds=119))

    assert len(server.seen) == 1


def test_what_cannot_be_worded_keeps_nothing_else_waiting(
    brand: Brand, server: FakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    now = timezone.now()
    target = a_receiver(brand, server)
    wordless = {"kind": SAID["kind"]}
    tell_alert(brand, now=now, incident=IncidentFactory(brand=brand), said=wordless)
    tell_alert(brand, now=now)

    work(brand, now)

    caplog.clear()
    target.refresh_from_db()
    pending, sent = OutgoingNotification.objects.order_by("status")
    assert "A fault of ours" in pending.last_error
    assert (pending.status, sent.status, len(server.seen)) == ("pending", "sent", 1)
    assert target.failing_since is None


@pytest.mark.parametrize("status", [204, 503, 410])
def test_turns_are_ended_whatever_came_of_it(brand: Brand, server: FakeServer, status: int) -> None:
    now = timezone.now()
    a_receiver(brand, server)
    server.answer = lambda _seen: Reply(status)
    tell_alert(brand, now=now)

    work(brand, now)

    assert (len(server.seen), _turns_held()) == (1, 0)


def test_nothing_new_is_begun_once_the_time_is_over(brand: Brand, server: FakeServer) -> None:
    now = timezone.now()
    a_receiver(brand, server)
    for _ in range(2):
        tell_alert(brand, now=now, incident=IncidentFactory(brand=brand))
    spread_news(brand_id=brand.pk, now=now)
    compose_due(now=now)

    send_due(clock=lambda: now, is_over=lambda: True)

    assert (len(server.seen), _turns_held()) == (1, 0)


def test_a_long_log_is_read_to_its_end_in_one_go(brand: Brand, server: FakeServer) -> None:
    a_receiver(brand, server)
    for _ in range(BATCH):
        record(brand)
    tell_alert(brand, now=timezone.now())

    tell_news()

    assert (_types(server), brands_with_news()) == (["alert.raised"], [])
