"""How long to wait: longer each time, never less than asked, the same for the same key."""

from uuid import UUID, uuid4

import pytest

from messaging.rules.backoff import ATTEMPTS, JITTER, LONGEST, PUBLISH, wait_before

KEY = UUID("019eabee-9440-7001-bdea-7770f7ecff7a")


@pytest.mark.parametrize("tries", range(1, ATTEMPTS))
def test_a_wait_is_its_step_and_up_to_a_quarter_more(tries: int) -> None:
    step = PUBLISH[tries - 1]

    assert step <= wait_before(PUBLISH, tries, key=KEY) < step * (1 + JITTER)


def test_after_the_last_step_it_stays_at_it() -> None:
    assert wait_before(PUBLISH, 50, key=KEY) >= PUBLISH[-1]


def test_it_can_be_foreseen_and_differs_from_key_to_key() -> None:
    assert wait_before(PUBLISH, 3, key=KEY) == wait_before(PUBLISH, 3, key=KEY)
    assert len({wait_before(PUBLISH, 3, key=uuid4()) for _ in range(20)}) == 20


@pytest.mark.parametrize(
    ("asked", "least"), [(0.0, PUBLISH[0]), (90.0, 90.0), (10 * LONGEST, LONGEST)]
)
def test_what_the_platform_asks_for_is_respected_up_to_a_day(asked: float, least: float) -> None:
    wait = wait_before(PUBLISH, 1, key=KEY, retry_after=asked)

    assert least <= wait <= max(least, PUBLISH[0] * (1 + JITTER))
