"""Nudges: after the commit, one for a storm, and never anybody's trouble."""

import socket
import threading
from collections.abc import Iterator

import pytest
import redis
from django.conf import LazySettings
from django.db import transaction

from crisisapi.common import nudges
from crisisapi.common.nudges import PENDING_SECONDS, nudge, nudge_taken
from crisisapi.common.tasks import purge_kept_answers as task

pytestmark = pytest.mark.django_db(transaction=True)

QUEUE = "celery"
KEY = f"nudge:{task.name}"


@pytest.fixture(autouse=True)
def _no_break(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget a break that an earlier test made, and the one this test makes."""
    monkeypatch.setattr(nudges, "_broken_until", 0.0)


@pytest.fixture
def server(settings: LazySettings) -> Iterator[redis.Redis]:
    """The real server, without nudges of ours in it."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.delete(KEY, QUEUE)
        yield client
        client.delete(KEY, QUEUE)


def test_a_nudge_is_sent_after_the_commit_and_not_before(server: redis.Redis) -> None:
    with transaction.atomic():
        nudge(task)
        before = server.llen(QUEUE)

    assert (before, server.llen(QUEUE)) == (0, 1)


def test_what_is_rolled_back_nudges_nobody(server: redis.Redis) -> None:
    with transaction.atomic():
        nudge(task)
        transaction.set_rollback(True)

    assert server.llen(QUEUE) == 0


def test_a_storm_is_one_nudge_until_it_is_taken(server: redis.Redis) -> None:
    for _ in range(30):
        nudge(task)
    assert server.llen(QUEUE) == 1

    nudge_taken(task.name)
    nudge(task)

    assert server.llen(QUEUE) == 2


def test_a_nudge_nobody_took_is_sent_again_after_a_while(server: redis.Redis) -> None:
    nudge(task)

    left = server.ttl(KEY)

    assert isinstance(left, int)
    assert 0 < left <= PENDING_SECONDS


@pytest.fixture
def silence(settings: LazySettings) -> Iterator[list[None]]:
    """A server that hangs up on everybody; yields an item for each who called."""
    calls: list[None] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            while True:
                try:
                    caller, _address = listener.accept()
                except OSError:
                    return
                calls.append(None)
                caller.close()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        settings.REDIS_URL = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        yield calls
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_without_redis_nothing_is_raised_and_nobody_calls_again_for_a_while(
    silence: list[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    nudge(task)
    called = len(silence)

    nudge(task)

    assert called > 0
    assert len(silence) == called
    monkeypatch.setattr(nudges, "_broken_until", 0.0)
    nudge(task)
    assert len(silence) > called


def test_a_task_starts_without_redis(silence: list[None], caplog: pytest.LogCaptureFixture) -> None:
    nudge_taken(task.name)

    assert "nudge.not_cleared" in caplog.text
