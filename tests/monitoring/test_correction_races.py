"""A correction at the moment of a reading: whoever is later sees the other."""

import threading
from datetime import UTC, datetime
from threading import Event

import pytest
from django.db import connection, transaction

from crisisapi.common.actors import SYSTEM
from monitoring.models import Mention
from monitoring.selectors.recount import find_differences
from monitoring.services.analysis import analyse_batch
from monitoring.services.corrections import Verdict, correct_mention
from monitoring.services.deliveries import receive_delivery
from monitoring.services.rereadings import ask_reanalysis, reread_next
from tests.factories.monitoring import SourceFactory
from tests.monitoring.pushing import body_of, mention
from tests.monitoring.readers import contrary_analyser

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def _is_waiting(pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [pid])
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize("rereads", [False, True], ids=["first reading", "re-analysis"])
def test_a_correction_waits_for_a_reading_and_wins(*, rereads: bool) -> None:
    source = SourceFactory()
    body = body_of(mention(1, text="terrible kettle"))
    receive_delivery(source=source, external_id="a", body=body, now=NOW)
    if rereads:
        analyse_batch(now=NOW)
        ask_reanalysis(brand=source.brand, actor=SYSTEM, now=NOW)
    row = Mention.objects.get()
    pids: list[int] = []
    begun, done = Event(), Event()

    def correct() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pids.append(cursor.fetchone()[0])
            begun.set()
            correct_mention(mention=row, verdict=Verdict("neutral"), actor=SYSTEM, now=NOW)
        finally:
            done.set()
            connection.close()

    with contrary_analyser(), transaction.atomic():
        assert (reread_next if rereads else analyse_batch)(now=NOW, limit=5)
        threading.Thread(target=correct).start()
        begun.wait()
        while not done.is_set() and not _is_waiting(pids[0]):
            pass
        assert not done.is_set()
    done.wait()

    row.refresh_from_db()
    assert (row.sentiment, row.analyser) == ("neutral", "contrary/1")
    assert row.overruled is not None
    assert row.overruled["sentiment"] == "positive"
    assert find_differences(source.brand_id) == []
