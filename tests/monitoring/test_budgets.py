"""Budgets of calls: never exceeded, one source at a time, whoever asks from wherever."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction

from monitoring.models import CallBudget, Intake, Source
from monitoring.services.budgets import BudgetInUse, holding, pause_budget, spend_aside
from monitoring.services.fetching import fetch_source
from monitoring.services.intakes import LEASE, LeaseLost, claim_intake
from monitoring.sources.base import Account, Budget
from monitoring.sources.brandwatch import PROVIDER
from monitoring.sources.http import SourceFault
from tests.factories.monitoring import SourceFactory
from tests.locks import let_somebody_wait
from tests.platforms.brandwatch import FakeBrandwatch
from tests.servers import FakeServer, Reply, Seen, serving

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
BUDGET = Budget("tests:client", 3, 600)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True


def a_source(server: FakeServer, query: str, brand: Any = None) -> Source:
    source: Source = SourceFactory(
        kind="brandwatch",
        secret="",
        settings={"project_id": "7", "query_ids": query, "api_base": server.url},
        credentials={"username": "ella@rimon.example", "password": "s3cret-password"},
        **({"brand": brand} if brand else {}),
    )
    return source


def fetch(source: Source) -> bool:
    Intake.objects.filter(source=source).update(due_at=NOW - timedelta(hours=1))
    return fetch_source(source.pk)


def at_once(*works: Callable[[], None]) -> None:
    """Do works in threads of their own; raises the first of what they raise."""
    raised: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - raised again below
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_call_more_than_the_budget_counted_at_the_server() -> None:
    brandwatch = FakeBrandwatch()
    brandwatch.limit = 1_000
    with serving(brandwatch.answer) as server:
        sources = [a_source(server, str(number)) for number in range(3)]

        def ask_and_ask() -> None:
            for turn in range(60):
                fetch(sources[turn % len(sources)])
                if len(brandwatch.calls) > 30:
                    return

        at_once(ask_and_ask, ask_and_ask)
        # How many of their turns met the other one asking is up to the machine.
        for turn in range(60):
            fetch(sources[turn % len(sources)])

    assert len(brandwatch.calls) == 30
    intakes = Intake.objects.filter(error_code="budget_used_up")
    assert {one.state for one in intakes} == {"degraded"}
    assert {one.due_at for one in intakes} <= {
        NOW - timedelta(hours=1),
        NOW + timedelta(seconds=5),
        NOW + timedelta(seconds=630),
    }


@pytest.mark.django_db(transaction=True)
def test_of_two_that_take_a_source_at_once_one_gets_it() -> None:
    source = SourceFactory(kind="brandwatch")
    Intake.objects.filter(source=source).update(due_at=NOW)
    second: list[Intake | None] = []
    other = threading.Thread(target=lambda: second.append(_claimed_aside(source)))

    with transaction.atomic():
        first = claim_intake(source.pk, now=NOW)
        other.start()
        let_somebody_wait()
    other.join()

    assert first is not None
    assert second == [None]


def _claimed_aside(source: Source) -> Intake | None:
    try:
        return claim_intake(source.pk, now=NOW)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_while_one_source_of_a_client_asks_another_one_waits() -> None:
    brandwatch = FakeBrandwatch()
    asked: list[bool] = []

    def answer(seen: Seen) -> Reply:
        at_once(lambda: asked.append(fetch(other)))
        return brandwatch.answer(seen)

    with serving(answer) as server:
        source, other = a_source(server, "77"), a_source(server, "78")

        assert fetch(source)

    waiting = Intake.objects.get(source=other)
    assert asked == [False, False]
    assert (waiting.state, waiting.lease) == ("active", None)
    assert waiting.due_at == NOW + timedelta(seconds=5)
    assert len(brandwatch.calls) == 2


@pytest.mark.django_db(transaction=True)
def test_the_last_call_is_had_by_one_of_many() -> None:
    outcomes: list[str] = []

    def spend() -> None:
        for _turn in range(5):
            try:
                spend_aside(BUDGET)
                outcomes.append("")
            except SourceFault as fault:
                outcomes.append(fault.code)

    at_once(*[spend] * 4)

    assert sorted(outcomes) == [""] * 3 + ["budget_used_up"] * 17


@pytest.mark.django_db
def test_a_call_counts_until_the_window_has_passed_it(clock: time_machine.Traveller) -> None:
    waits = []
    for _turn in range(3):
        spend_aside(BUDGET)
        clock.shift(100)

    with pytest.raises(SourceFault) as raised:
        spend_aside(BUDGET)
    waits.append(raised.value.retry_after)
    clock.shift(300)
    spend_aside(BUDGET)
    with pytest.raises(SourceFault) as raised:
        spend_aside(BUDGET)
    waits.append(raised.value.retry_after)

    assert waits == [300, 100]
    assert len(CallBudget.objects.get().spent) == 3


@pytest.mark.django_db
def test_a_holder_that_was_killed_is_missed_after_its_lease(
    clock: time_machine.Traveller,
) -> None:
    killed = holding(BUDGET, now=NOW)
    killed.__enter__()

    with pytest.raises(BudgetInUse), holding(BUDGET, now=NOW + LEASE - timedelta(seconds=1)):
        pass
    clock.shift(LEASE)
    with holding(BUDGET, now=NOW + LEASE) as spend:
        spend()

    assert CallBudget.objects.get().lease is None


@pytest.mark.django_db
def test_a_holder_that_wakes_up_too_late_neither_calls_nor_frees(
    clock: time_machine.Traveller,
) -> None:
    late = holding(BUDGET, now=NOW)
    spend_late = late.__enter__()
    clock.shift(LEASE)

    with holding(BUDGET, now=NOW + LEASE):
        with pytest.raises(LeaseLost):
            spend_late()
        late.__exit__(None, None, None)

        kept = CallBudget.objects.get()
        assert kept.lease is not None
        assert kept.spent == []


@pytest.mark.django_db
def test_each_call_renews_the_lease(clock: time_machine.Traveller) -> None:
    with holding(BUDGET, now=NOW) as spend:
        clock.shift(LEASE - timedelta(seconds=1))
        spend()

        assert CallBudget.objects.get().leased_until == NOW + 2 * LEASE - timedelta(seconds=1)


@pytest.mark.django_db
def test_a_pause_holds_for_all_of_a_budget_and_ends(clock: time_machine.Traveller) -> None:
    with holding(BUDGET, now=NOW):
        pause_budget(BUDGET, until=NOW + timedelta(seconds=120))

    with pytest.raises(BudgetInUse) as busy, holding(BUDGET, now=NOW):
        pass
    with pytest.raises(SourceFault) as raised:
        spend_aside(BUDGET)
    clock.shift(120)
    with holding(BUDGET, now=NOW + timedelta(seconds=120)) as spend:
        spend()

    assert busy.value.until == NOW + timedelta(seconds=120)
    assert (raised.value.code, raised.value.retry_after) == ("rate_limited", 120)


def test_sources_of_a_client_share_a_budget_that_names_nobody() -> None:
    def budget_of(username: str, **settings: str) -> Budget | None:
        return PROVIDER.budget(Account(settings=settings, credentials={"username": username}))

    one = budget_of("Ella@rimon.example", query_ids="1")
    assert one == budget_of("ella@rimon.example", query_ids="2")
    assert one != budget_of("noa@rimon.example")
    assert budget_of("ella@x", client_id="9") == budget_of("noa@x", client_id="9") != one
    assert one is not None
    assert "ella" not in one.key
    assert (one.calls, one.seconds) == (30, 630)


@pytest.mark.django_db
def test_calls_that_were_kept_one_by_one_go_on_counting_and_back(
    clock: time_machine.Traveller,
) -> None:
    migration = import_module("monitoring.migrations.0009_calls_counted_together").Migration
    (change,) = migration.operations
    one_by_one = [(NOW - timedelta(seconds=ago)).isoformat() for ago in (500, 20, 10)]
    CallBudget.objects.create(key=BUDGET.key, spent=one_by_one)
    CallBudget.objects.create(key="tests:nothing", spent=[])

    with connection.cursor() as cursor:
        cursor.execute(change.sql)
    with pytest.raises(SourceFault) as raised:
        spend_aside(BUDGET)
    clock.shift(100)
    spend_aside(BUDGET)
    together = CallBudget.objects.get(key=BUDGET.key).spent
    with connection.cursor() as cursor:
        cursor.execute(change.reverse_sql)

    assert raised.value.retry_after == 100
    assert [count for _at, count in together] == [1, 1, 1]
    apart = CallBudget.objects.order_by("key").values_list("spent", flat=True)
    assert list(apart) == [[*one_by_one[1:], (NOW + timedelta(seconds=100)).isoformat()], []]
