"""Mentions that keep coming in while something else is measured."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.load import Connection, signed_push
from benchmarks.scenery import Tenant, bodies_of, make_mentions
from benchmarks.stage import Stage


@contextmanager
def stream(stage: Stage, tenant: Tenant, rate: int) -> Iterator[None]:
    """Push `rate` mentions a second, in ten batches, until the block ends."""
    done = threading.Event()
    faults: list[int] = []

    def push() -> None:
        number, due = 0, time.monotonic()
        with Connection(stage.port) as connection:
            while not done.is_set():
                number, due = number + 1, due + 0.1
                [body] = bodies_of(make_mentions(rate // 10, seed=1000 + number), rate // 10)
                status, _ = connection.ask(
                    signed_push(tenant.source, f"stream-{rate}-{number}", body)
                )
                if status != 202:
                    faults.append(status)
                done.wait(max(0.0, due - time.monotonic()))

    thread = threading.Thread(target=push, daemon=True)
    if rate:
        thread.start()
    try:
        yield
    finally:
        done.set()
        if rate:
            thread.join()
    if faults:
        raise AssertionError(f"The stream was refused: {faults[:5]}")
