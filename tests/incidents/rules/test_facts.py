"""Which decision on a fact is possible, and which needs a reason or evidence."""

import pytest

from incidents.rules.facts import DECISIONS, is_correction, needs_evidence


@pytest.mark.parametrize(
    ("before", "after", "is_possible", "corrects"),
    [
        ("unconfirmed", "confirmed", True, False),
        ("unconfirmed", "false", True, False),
        ("confirmed", "false", True, True),
        ("false", "confirmed", True, True),
        ("confirmed", "confirmed", False, False),
        ("false", "false", False, False),
    ],
)
def test_the_table_of_decisions(
    before: str,
    after: str,
    is_possible: bool,  # noqa: FBT001
    corrects: bool,  # noqa: FBT001
) -> None:
    assert (before in DECISIONS[after], is_correction(before, after)) == (is_possible, corrects)


def test_only_a_confirmation_needs_evidence() -> None:
    found = {status: needs_evidence(status) for status in ("unconfirmed", "confirmed", "false")}

    assert found == {"unconfirmed": False, "confirmed": True, "false": False}
