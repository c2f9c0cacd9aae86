"""A post that comes the moment it is forgotten: whoever is later knows of the other."""

import threading
from datetime import UTC, datetime
from threading import Event

import pytest
from django.db import connection, transaction

from crisisapi.common.actors import SYSTEM
from monitoring.models import Delivery, Mention
from monitoring.selectors.recount import find_differences
from monitoring.services.deliveries import receive_delivery
from monitoring.services.erasing import erase_next
from monitoring.services.erasures import Author, request_erasure
from tests.factories.monitoring import SourceFactory
from tests.monitoring.pushing import body_of, mention

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def _is_waiting(pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [pid])
        return bool(cursor.fetchone()[0])


def test_a_post_that_comes_again_while_it_is_erased_waits_and_stays_erased() -> None:
    source = SourceFactory()
    body = body_of(mention(1, text="terrible", author={"handle": "rotem_47"}))
    receive_delivery(source=source, external_id="a", body=body, now=NOW)
    author = Author("x", handle="rotem_47")
    request_erasure(brand=source.brand, author=author, reason="17", actor=SYSTEM, now=NOW)
    pids: list[int] = []
    begun, done = Event(), Event()

    def receive_again() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pids.append(cursor.fetchone()[0])
            begun.set()
            receive_delivery(source=source, external_id="b", body=body, now=NOW)
        finally:
            done.set()
            connection.close()

    with transaction.atomic():
        erase_next(now=NOW)
        threading.Thread(target=receive_again).start()
        begun.wait()
        while not done.is_set() and not _is_waiting(pids[0]):
            pass
        assert not done.is_set()
    done.wait()

    assert Mention.objects.get().text == ""
    assert b"terrible" not in bytes(Delivery.objects.get(external_id="b").body)
    assert find_differences(source.brand_id) == []
