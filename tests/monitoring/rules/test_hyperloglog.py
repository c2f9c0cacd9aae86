"""Sketches: the same authors give the same bytes, and the error is the one that is stated."""

import hashlib
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.rules.hyperloglog import (
    EMPTY,
    EXACT_LIMIT,
    STANDARD_ERROR,
    count_distinct,
    merge,
    sketch_of,
)


def _hashes(first: int, count: int, salt: int = 0) -> list[int]:
    return [
        int.from_bytes(hashlib.blake2b(f"{salt}:{n}".encode(), digest_size=8).digest())
        for n in range(first, first + count)
    ]


parts = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=5)


@settings(deadline=None)
@given(parts=parts, seed=st.randoms(use_true_random=False))
def test_the_same_authors_give_the_same_bytes_in_any_order_and_parts(
    parts: list[tuple[int, int]], seed: object
) -> None:
    everybody = [one for first, count in parts for one in _hashes(first, count)]
    shuffled = list(everybody)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]

    merged = merge(sketch_of(_hashes(first, count)) for first, count in parts)

    assert merged == sketch_of(everybody) == sketch_of(shuffled)
    assert merge([merged, merged]) == merged


@pytest.mark.parametrize("count", [0, 1, EXACT_LIMIT])
def test_few_are_counted_exactly(count: int) -> None:
    found = count_distinct(sketch_of(_hashes(0, count)))

    assert (found.count, found.low, found.high) == (count, count, count)


def test_one_more_than_the_limit_is_an_estimate_with_its_interval() -> None:
    found = count_distinct(sketch_of(_hashes(0, EXACT_LIMIT + 1)))

    assert found.low <= EXACT_LIMIT + 1 <= found.high
    assert found.low < found.high


@pytest.mark.parametrize("count", [250, 2_000, 6_000, 12_000, 60_000])
def test_the_error_is_as_small_as_stated_and_there_is_no_bias(count: int) -> None:
    errors = [
        count_distinct(sketch_of(_hashes(0, count, salt))).count / count - 1 for salt in range(12)
    ]

    # Twelve draws: their mean lies within three standard errors of the mean.
    assert abs(statistics.mean(errors)) < 3 * STANDARD_ERROR / 12**0.5
    assert statistics.pstdev(errors) < 1.7 * STANDARD_ERROR


def test_signed_and_unsigned_hashes_are_the_same() -> None:
    assert sketch_of([-1, -(2**63)]) == sketch_of([2**64 - 1, 2**63])


def test_the_rarest_hashes_are_registered() -> None:
    zeros = [register << 53 for register in range(2048)]

    assert count_distinct(sketch_of(zeros)).count > 10**15
    assert sketch_of([]) == EMPTY == merge([])


def test_a_sketch_never_takes_more_than_its_registers() -> None:
    assert len(sketch_of(_hashes(0, 5_000))) == 1536
    assert len(sketch_of(_hashes(0, EXACT_LIMIT))) < 1536
