"""What the intake reads, counted in rows: time is no matter for tests."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from monitoring.models import Source
from monitoring.services.deliveries import receive_delivery
from tests.factories.monitoring import SourceFactory
from tests.monitoring.pushing import body_of, mention

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def _rows_read() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT idx_tup_fetch + seq_tup_read FROM pg_stat_xact_user_tables"
            " WHERE relname = 'monitoring_mention'"
        )
        row = cursor.fetchone()
    return int(row[0])


def _received(source: Source, name: str, count: int, likes: int = 0) -> int:
    body = body_of(*(mention(number, likes=likes) for number in range(count)))
    delivery, _ = receive_delivery(source=source, external_id=name, body=body, now=NOW)
    return delivery.updated


def test_growth_in_a_source_newer_than_the_statistics_reads_its_own_rows_only() -> None:
    _received(SourceFactory(), "old", 1000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE monitoring_mention")
    source = SourceFactory()
    _received(source, "new", 1000)

    before = _rows_read()
    updated = _received(source, "again", 60, likes=3)

    assert updated == 60
    assert _rows_read() - before < 1000
