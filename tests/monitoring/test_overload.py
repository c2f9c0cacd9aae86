"""Overload: the intake says when to come back, and takes nothing half."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction

from messaging.rules.signing import new_webhook_secret
from monitoring.models import Delivery, Mention, Source
from monitoring.selectors.recount import find_differences
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import receive_delivery
from monitoring.services.overload import BEHIND_FROM, GATE, Gate, IntakeBusy
from monitoring.sources import PROVIDERS
from monitoring.sources.webhook import WebhookProvider
from tests.factories.monitoring import SourceFactory
from tests.monitoring.pushing import body_of, mention, push

pytestmark = pytest.mark.django_db


class _Platform(WebhookProvider):
    """Pushes with a secret of its own making, and repeats nothing."""

    kind = "platform"
    has_own_secret = False


@pytest.fixture
def hurried() -> Iterator[None]:
    seconds, GATE.seconds = GATE.seconds, 0.0
    yield
    GATE.seconds = seconds


def fall_behind(source: Source, count: int = BEHIND_FROM) -> None:
    """Let mentions wait for the analysis for ten minutes."""
    body = body_of(*(mention(number) for number in range(count)))
    at = datetime.now(UTC) - timedelta(minutes=10)
    receive_delivery(source=source, external_id="msg_0", body=body, now=at)


def refused(response: Any, status: int, code: str) -> int:
    """Return the seconds to wait that a refusal names."""
    assert (response.status_code, response.json()["code"]) == (status, code)
    return int(response.headers["Retry-After"])


@pytest.mark.usefixtures("hurried")
def test_with_all_places_taken_a_push_is_asked_to_come_back(source: Source) -> None:
    with ExitStack() as others:
        for _ in range(3):
            others.enter_context(GATE.passed())
        response = push(source, body_of(mention(1)))
        later = refused(response, 429, "intake_busy")

    assert 1 <= later <= 3
    assert not Delivery.objects.exists()
    assert push(source, body_of(mention(1))).status_code == 202


def test_a_place_is_given_back_whatever_happens() -> None:
    gate = Gate(1, seconds=0.0)

    with pytest.raises(ZeroDivisionError), gate.passed():
        raise ZeroDivisionError

    with gate.passed(), pytest.raises(IntakeBusy), gate.passed():
        pass


def test_behind_with_the_analysis_integrators_are_asked_to_wait(source: Source) -> None:
    fall_behind(source)
    body = body_of(mention(5000))

    later = refused(push(source, body), 429, "intake_behind")
    while analyse_batch(now=datetime.now(UTC)):
        pass
    cache.clear()
    again = push(source, body)

    assert 20 <= later <= 40
    assert again.json()["accepted"] == 1
    assert Mention.objects.count() == BEHIND_FROM + 1
    assert find_differences(source.brand_id) == []


def test_a_few_that_wait_long_are_no_overload(source: Source) -> None:
    fall_behind(source, BEHIND_FROM - 1)

    assert push(source, body_of(mention(5000))).status_code == 202


def test_many_that_wait_for_a_moment_are_no_overload(source: Source, settings: Any) -> None:
    settings.INTAKE_BACKLOG_SECONDS = 900
    fall_behind(source)

    assert push(source, body_of(mention(5000))).status_code == 202


def test_what_platforms_push_is_taken_all_the_same(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PROVIDERS, "platform", _Platform())
    platform = SourceFactory(brand=source.brand, kind="platform", secret=new_webhook_secret())
    fall_behind(source)

    assert push(platform, body_of(mention(1))).status_code == 202


def test_a_stranger_learns_nothing_of_the_load(source: Source) -> None:
    fall_behind(source)

    response = push(source, body_of(mention(1)), secret=new_webhook_secret())

    assert response.status_code == 401


@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_too_long_is_not_waited_for(
    source: Source, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.INTAKE_PATIENCE_SECONDS = 1
    body, held, release = body_of(mention(1)), Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            receive_delivery(source=source, external_id="msg_1", body=body, now=datetime.now(UTC))
            held.set()
            release.wait()
            transaction.set_rollback(True)
        connection.close()

    other = Thread(target=hold)
    other.start()
    held.wait()
    response = push(source, body)
    release.set()
    other.join()

    assert response.status_code == 503
    assert response.headers["Retry-After"]
    caplog.clear()
    assert push(source, body).json()["accepted"] == 1
    assert Delivery.objects.count() == Mention.objects.count() == 1
