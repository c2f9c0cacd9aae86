"""Several workers in one test: threads with a connection each."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

from messaging.services.turns import turn_at


def together(*acts: Callable[[], object]) -> list[BaseException]:
    """Act in a thread each; return what went wrong."""
    faults: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        try:
            act()
        except BaseException as fault:  # noqa: BLE001 - told to the test
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


@contextmanager
def turn_of_another_worker(what: UUID) -> Iterator[None]:
    """Let another worker have the turn at a channel or target, until the end of the block."""
    has_it, is_over = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with turn_at(what):
                has_it.set()
                is_over.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        assert has_it.wait(10)
        try:
            yield
        finally:
            is_over.set()
            holding.result()
