import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.intervals import share


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(part: int, whole: int, low: float, high: float) -> None:
    found = share(part, whole)

    assert found is not None
    assert found.value == part / whole
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_nothing_counted_is_no_share() -> None:
    assert share(0, 0) is None


@given(st.integers(1, 10**9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_within_bounds(counted: tuple[int, int]) -> None:
    found = share(*counted)

    assert found is not None
    assert 0 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1


@given(st.integers(1, 1000), st.integers(2, 50))
def test_more_evidence_makes_the_interval_narrower(part: int, times: int) -> None:
    few, many = share(part, 2 * part), share(times * part, 2 * times * part)

    assert few is not None
    assert many is not None
    assert many.high - many.low < few.high - few.low
