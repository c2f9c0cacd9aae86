"""How a run of a playbook goes on: which step starts, which is skipped, what the run is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

StepState = Literal["pending", "running", "waiting", "done", "skipped", "failed"]
RunState = Literal["pending", "running", "waiting", "done", "failed", "cancelled"]

SETTLED: frozenset[str] = frozenset({"done", "skipped"})
OPEN_STEPS: frozenset[str] = frozenset({"pending", "running", "waiting", "failed"})
OPEN_RUNS: frozenset[str] = frozenset({"pending", "running", "waiting", "failed"})

# From which states of a step each action of a person is possible, where the kind allows it.
STEP_MOVES: dict[str, frozenset[str]] = {
    "approve": frozenset({"waiting"}),
    "decline": frozenset({"waiting"}),
    "choose": frozenset({"waiting"}),
    "supply": frozenset({"waiting"}),
    "skip": frozenset({"pending", "running", "waiting", "failed"}),
    "retry": frozenset({"failed"}),
}


@dataclass(frozen=True)
class Standing:
    """What the plan looks at of a step: its state, what it follows, on which choices it hangs."""

    key: str
    state: str
    after: Sequence[str] = ()
    when: Mapping[str, str] | None = None
    outcome: str = ""


@dataclass(frozen=True)
class Next:
    """What moves now; nothing does when both are empty."""

    start: list[str]
    skip: list[str]

    @property
    def is_nothing(self) -> bool:
        """Whether nothing moves."""
        return not self.start and not self.skip


def next_steps(steps: Collection[Standing]) -> Next:
    """Return the pending steps whose turn has come: to start, or to skip for a choice not made.

    A step's turn comes when every step it follows is done or skipped.
    """
    by_key = {step.key: step for step in steps}
    ready = [
        step
        for step in steps
        if step.state == "pending" and all(by_key[key].state in SETTLED for key in step.after)
    ]
    starting = [step for step in ready if _holds(step, by_key)]
    skipping = [step for step in ready if not _holds(step, by_key)]
    return Next([step.key for step in starting], [step.key for step in skipping])


def unmet_choices(step: Standing, steps: Iterable[Standing]) -> list[tuple[str, str]]:
    """Return the choices (decision, option) a step hangs on that were not made."""
    outcomes = {one.key: one.outcome for one in steps}
    return [(key, option) for key, option in (step.when or {}).items() if outcomes[key] != option]


def state_of_run(states: Collection[str]) -> RunState:
    """Return what a run is, from the states of its steps.

    Failed while a step is (somebody has to retry or skip it), waiting while somebody is waited
    for, running while only time has to pass, done when nothing is left.
    """
    still: tuple[RunState, ...] = ("failed", "waiting", "running", "pending")
    for state in still:
        if state in states:
            return state
    return "done"


def _holds(step: Standing, by_key: Mapping[str, Standing]) -> bool:
    return not unmet_choices(step, by_key.values())


# What a person may do to a step of each kind, beside skipping and retrying.
_KIND_MOVES: dict[str, list[str]] = {
    "approval": ["approve", "decline"],
    "decision": ["choose"],
    "message": ["supply"],
}


def possible_step_moves(*, kind: str, state: str, follows_message: bool) -> list[str]:
    """Return what may be done to a step; one that follows a message is approved there.

    `follows_message`: its message is there, whether it drafts it or has to approve it.
    """
    own = [] if follows_message else _KIND_MOVES.get(kind, [])
    return [move for move in [*own, "skip", "retry"] if state in STEP_MOVES[move]]
