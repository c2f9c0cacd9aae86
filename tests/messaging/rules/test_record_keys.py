"""Record keys: the same in every attempt, valid, sorted, and apart."""

import re
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from messaging.rules.record_keys import made_at, tid_of

# atproto.com/specs/tid
VALID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
KEY = UUID("01932f00-0000-7000-8000-000000000001")


@given(st.uuids(), st.integers(1, 500))
def test_a_key_is_valid_and_stays_the_same(key: UUID, number: int) -> None:
    assert VALID.fullmatch(tid_of(key, number))
    assert tid_of(key, number) == tid_of(UUID(str(key)), number)


def test_pieces_of_one_moment_differ_and_sort() -> None:
    keys = [tid_of(UUID(int=KEY.int + number), number) for number in range(1, 26)]

    assert sorted(set(keys)) == keys


def test_a_key_says_when_it_was_made() -> None:
    assert made_at(KEY) == datetime(2024, 11, 15, 8, 45, 49, 440_000, tzinfo=UTC)
    assert made_at(UUID("9f4b2c1a-0000-4000-8000-000000000001")) is None
