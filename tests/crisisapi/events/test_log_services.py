"""The event log: chained, append-only, verifiable."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from crisisapi.events.models import Event
from crisisapi.events.services.log import record_event

pytestmark = pytest.mark.django_db


def _record(brand: Brand, number: int) -> Event:
    return record_event(
        brand_id=brand.pk,
        verb="brand.changed",
        instance=brand,
        actor=SYSTEM,
        now=timezone.now(),
        data={"number": number, "share": 0.25, "text": "קומקום"},
    )


def _tamper(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)


def test_each_event_carries_the_hash_of_the_one_before(brand: Brand) -> None:
    first, second = _record(brand, 1), _record(brand, 2)

    assert (second.position, second.previous_hash) == (first.position + 1, first.hash)


def test_an_untouched_chain_verifies(brand: Brand) -> None:
    for number in range(3):
        _record(brand, number)
    out = StringIO()

    call_command("verify_events", brand=brand.slug, stdout=out)

    assert "rimon: 3 events hold" in out.getvalue()


@pytest.mark.parametrize(
    ("sql", "where"),
    [
        ("UPDATE events_event SET data = '{\"number\": 9}' WHERE position = 2", "broken at 2"),
        ("UPDATE events_event SET verb = 'x' WHERE position = 3", "broken at 3"),
        ("DELETE FROM events_event WHERE position = 2", "broken at 2"),
        ("DELETE FROM events_event WHERE position = 3", "broken at 3"),
    ],
)
def test_the_first_broken_link_is_named(brand: Brand, sql: str, where: str) -> None:
    for number in range(3):
        _record(brand, number)
    _tamper(sql)

    with pytest.raises(CommandError, match=where):
        call_command("verify_events", stdout=StringIO())


@pytest.mark.parametrize(
    "change", ["UPDATE events_event SET verb = 'x'", "DELETE FROM events_event"]
)
def test_the_database_refuses_to_change_the_log(brand: Brand, change: str) -> None:
    _record(brand, 1)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(change)
