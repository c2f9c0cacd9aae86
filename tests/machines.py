"""State machines of Hypothesis on the real database: each example is rolled back."""

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

# Enough to meet every pair of calls; the full suite has to stay quick. To look for the shortest
# walk that fails takes minutes with a database: add Phase.shrink by hand where it is wanted.
QUICK = settings(
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    max_examples=12,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class DatabaseMachine(RuleBasedStateMachine):
    """Random calls in a transaction that leaves nothing behind."""

    def __init__(self) -> None:
        super().__init__()
        self._transaction = transaction.atomic()
        self._transaction.__enter__()

    def teardown(self) -> None:
        """Forget what the example did."""
        transaction.set_rollback(True)
        self._transaction.__exit__(None, None, None)


def walk(machine: type[DatabaseMachine]) -> None:
    """Let Hypothesis make random calls; raises with those that break an invariant."""
    run_state_machine_as_test(machine, settings=QUICK)
