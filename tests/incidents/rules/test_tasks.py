"""The steps of a task, and what a promise has come to."""

from datetime import UTC, datetime, timedelta

import pytest

from incidents.rules.tasks import MOVES, RESULT, VERB, possible_moves, public_state

DUE = datetime(2026, 6, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_every_step_has_a_result_and_a_verb() -> None:
    assert MOVES.keys() == RESULT.keys() == VERB.keys()


def test_what_is_over_can_only_be_reopened() -> None:
    assert possible_moves("done") == possible_moves("cancelled") == ["reopen"]
    assert possible_moves("blocked") == ["start", "finish", "cancel"]


@pytest.mark.parametrize(
    ("status", "in_time", "afterwards"),
    [
        ("open", "open", "late"),
        ("in_progress", "open", "late"),
        ("blocked", "open", "late"),
        ("done", "kept", "kept_late"),
        ("cancelled", "withdrawn", "broken"),
    ],
)
def test_a_promise_is_judged_by_its_time(status: str, in_time: str, afterwards: str) -> None:
    assert public_state(status=status, due_at=DUE, ended_at=DUE) == in_time
    assert public_state(status=status, due_at=DUE, ended_at=DUE + SECOND) == afterwards
