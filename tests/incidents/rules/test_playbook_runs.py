"""How a run goes on."""

import pytest

from incidents.rules.playbook_runs import Standing, next_steps, state_of_run, unmet_choices


def test_a_step_starts_when_all_it_follows_is_done_or_skipped() -> None:
    steps = [
        Standing("a", "done"),
        Standing("b", "skipped"),
        Standing("c", "waiting"),
        Standing("d", "pending", after=["a", "b"]),
        Standing("e", "pending", after=["a", "c"]),
        Standing("f", "pending"),
    ]

    assert next_steps(steps).start == ["d", "f"]


@pytest.mark.parametrize("state", ["pending", "running", "waiting", "failed"])
def test_a_step_waits_for_one_that_has_not_ended(state: str) -> None:
    steps = [Standing("a", state, after=["x"]), Standing("x", "waiting")]

    assert next_steps([*steps, Standing("b", "pending", after=["a"])]).is_nothing


def test_a_step_for_another_choice_is_skipped() -> None:
    steps = [
        Standing("stop", "done", outcome="yes"),
        Standing("sell", "pending", after=["stop"], when={"stop": "no"}),
        Standing("recall", "pending", after=["stop"], when={"stop": "yes"}),
    ]

    coming = next_steps(steps)

    assert (coming.start, coming.skip) == (["recall"], ["sell"])
    assert unmet_choices(steps[1], steps) == [("stop", "no")]


def test_a_skipped_decision_chose_nothing() -> None:
    steps = [
        Standing("stop", "skipped"),
        Standing("recall", "pending", after=["stop"], when={"stop": "yes"}),
    ]

    assert next_steps(steps).skip == ["recall"]


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ({"done", "skipped"}, "done"),
        ({"done", "failed", "waiting"}, "failed"),
        ({"waiting", "running", "pending"}, "waiting"),
        ({"running", "pending", "done"}, "running"),
        ({"pending"}, "pending"),
    ],
)
def test_a_run_is_what_its_steps_make_it(states: set[str], state: str) -> None:
    assert state_of_run(states) == state
