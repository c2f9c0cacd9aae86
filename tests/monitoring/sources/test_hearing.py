"""What is read of a stream ahead of storing it: bounded in lines and in bytes."""

from collections.abc import Callable, Iterator
from hashlib import sha256

import pytest

from monitoring.sources import hearing
from monitoring.sources.hearing import reading


def _ahead(line: bytes, count: int) -> tuple[int, int]:
    """Return how many lines came, and how many at most were read that nobody had taken."""
    read = taken = most = 0

    def lines(_is_over: Callable[[], bool]) -> Iterator[bytes]:
        nonlocal read
        for _line in range(count):
            read += 1
            yield line

    with reading(lines) as heard:
        for _one in heard.lines(lambda _came: True):
            # Whoever reads has time to run ahead.
            sha256(bytes(2_000_000)).digest()
            most = max(most, read - taken)
            taken += 1
    return taken, most


@pytest.mark.parametrize(
    ("size", "most"),
    [(1_000_000, 4), (5_000_000, 1), (1, 10)],
    ids=["bytes", "one larger than all", "lines"],
)
def test_no_more_is_read_ahead_than_may_wait(
    monkeypatch: pytest.MonkeyPatch, size: int, most: int
) -> None:
    monkeypatch.setattr(hearing, "BYTES_WAITING", 4_000_000)
    monkeypatch.setattr(hearing, "LINES_WAITING", 10)

    taken, ahead = _ahead(b"x" * size, 40)

    assert taken == 40
    # One is in the hands of who takes it, one of who reads.
    assert ahead <= most + 2


def test_whoever_has_had_enough_lets_the_reader_go() -> None:
    def lines(is_over: Callable[[], bool]) -> Iterator[bytes]:
        while not is_over():
            yield b"x" * 5_000_000

    with reading(lines) as heard:
        next(heard.lines(lambda _came: True))
    heard.thread.join(30)

    assert not heard.thread.is_alive()
