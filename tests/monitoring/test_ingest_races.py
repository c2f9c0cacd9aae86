"""Two connections that store the same posts at once: each counted once, none waits for ever."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection, transaction

from monitoring.models import GonePost, Source
from monitoring.selectors.recount import find_differences
from monitoring.services.deliveries import receive_delivery
from tests.factories.monitoring import SourceFactory
from tests.monitoring.x_pages import NOW, Ledger, Said, id_of, page, stored

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 4


def a_source() -> Source:
    made: Source = SourceFactory(kind="x", platform="x", secret="")
    return made


def receive(source: Source, name: str, body: bytes) -> None:
    receive_delivery(source=source, external_id=name, body=body, now=NOW)


def _pages(chance: random.Random) -> list[tuple[list[Said], list[int]]]:
    """Return pages on both sides of what is copied, with growth, edits and removals."""
    return [
        (
            [
                # The text follows from the version: which of two equal ones came first is chance.
                Said(
                    number, revision := chance.randrange(3), f"Version {revision}", _counts(chance)
                )
                for number in chance.sample(range(70), chance.choice([5, 30, 60]))
            ],
            chance.sample(range(70), 2) if chance.random() < 0.3 else [],
        )
        for _page in range(10)
    ]


def _counts(chance: random.Random) -> Any:
    return tuple(chance.randrange(4) for _counter in range(4))


def _at_once(acts: list[Callable[[], None]]) -> None:
    together = Barrier(len(acts))

    def run(act: Callable[[], None]) -> None:
        try:
            together.wait()
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(run, act) for act in acts]:
            done.result()


def test_pages_that_arrive_over_several_connections_are_counted_once() -> None:
    source, chance = a_source(), random.Random(5)
    parts = [_pages(chance) for _thread in range(THREADS)]

    def deliver(thread: int) -> None:
        for number, (said, removed) in enumerate(parts[thread]):
            receive(source, f"{thread} {number}", page(said, removed))

    _at_once([lambda thread=thread: deliver(thread) for thread in range(THREADS)])  # type: ignore[misc]

    everything = [(said, removed) for part in parts for said, removed in part]
    ledger = Ledger()
    for said, removed in everything:
        ledger.hear(said, removed)
    assert find_differences(source.brand_id) == []
    found = stored(source)
    assert {key: one.counts for key, one in found.items()} == {
        key: one.counts for key, one in ledger.posts.items()
    }
    # Whenever a removal came, it has the last word; who was first decides which version was known.
    gone = {id_of(number) for _said, removed in everything for number in removed}
    assert {key for key, one in found.items() if one.is_removed} == gone & found.keys()
    assert all(not one.text for one in found.values() if one.is_removed)
    for key in found.keys() - gone:
        assert (found[key].revision, found[key].text) == (
            ledger.posts[key].revision,
            ledger.posts[key].text,
        )


@pytest.mark.parametrize("is_removal_first", [True, False])
def test_a_removal_beside_its_post_wins_whichever_is_stored_first(
    *, is_removal_first: bool
) -> None:
    source = a_source()
    bodies = [page([Said(1, text="It smokes")]), page([], [1])]
    first, second = reversed(bodies) if is_removal_first else bodies
    waits, done = Event(), Event()

    def store_second() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pids.append(cursor.fetchone()[0])
            waits.set()
            receive(source, "second", second)
        finally:
            done.set()
            connection.close()

    pids: list[int] = []
    with transaction.atomic():
        receive(source, "first", first)
        threading.Thread(target=store_second).start()
        waits.wait()
        while not done.is_set() and not _is_waiting(pids[0]):
            pass
        # It waits for our end: else neither would know of the other.
        assert not done.is_set()
    done.wait()

    assert [one.is_removed for one in stored(source).values()] == [True]
    assert not GonePost.objects.exists()
    assert find_differences(source.brand_id) == []


def _is_waiting(pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [pid])
        return bool(cursor.fetchone()[0])
