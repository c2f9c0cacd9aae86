"""What a hold covers, and when a time was missed."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from messaging.rules.holds import Brake, Load, covers, is_missed

X, PRESS, CRISIS, OTHER = (uuid4() for _ in range(4))
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("brake", "load", "is_covered"),
    [
        (Brake(frozenset()), Load(X, OTHER), True),
        (Brake(frozenset([X])), Load(X, OTHER), True),
        (Brake(frozenset([X])), Load(PRESS, OTHER), False),
        (Brake(frozenset(), CRISIS), Load(X, OTHER), True),
        (Brake(frozenset(), CRISIS), Load(X, CRISIS), False),
        (Brake(frozenset(), CRISIS, spares_incident=False), Load(X, CRISIS), True),
        (Brake(frozenset(), CRISIS, is_drill=True), Load(X, OTHER), False),
        (Brake(frozenset(), CRISIS, is_drill=True), Load(X, OTHER, is_drill=True), True),
        (Brake(frozenset()), Load(X, OTHER, is_drill=True), True),
    ],
)
def test_a_hold_covers_its_channels_but_not_its_own_incident(
    brake: Brake, load: Load, *, is_covered: bool
) -> None:
    assert covers(brake, load) is is_covered


@pytest.mark.parametrize(
    ("late_by", "missed"),
    [(None, False), (-60, False), (0, False), (15 * 60, False), (15 * 60 + 1, True)],
)
def test_a_time_is_missed_when_the_grace_is_over(late_by: int | None, *, missed: bool) -> None:
    not_before = None if late_by is None else NOON - timedelta(seconds=late_by)

    assert is_missed(not_before=not_before, now=NOON, grace=timedelta(minutes=15)) is missed
