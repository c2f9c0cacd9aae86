"""Targets of clocks: complete, in whole minutes, faster the worse it is."""

from typing import Any

import pytest

from incidents.rules.clock_targets import (
    CLOCK_KINDS,
    DEFAULT_TARGETS,
    MOST_MINUTES,
    default_clock_targets,
    flaws_of_targets,
)


def _changed(severity: str, **minutes: Any) -> dict[str, Any]:
    targets = default_clock_targets()
    targets[severity] |= minutes
    return targets


def test_the_defaults_are_without_flaw_and_faster_the_worse_it_is() -> None:
    assert list(flaws_of_targets(default_clock_targets())) == []
    for clock in CLOCK_KINDS:
        minutes = [DEFAULT_TARGETS[severity][clock] for severity in (1, 2, 3, 4)]
        assert minutes == sorted(minutes)


def test_a_copy_of_the_defaults_is_ones_own() -> None:
    default_clock_targets()["1"]["acknowledge"] = 999

    assert default_clock_targets()["1"]["acknowledge"] == DEFAULT_TARGETS[1]["acknowledge"]


@pytest.mark.parametrize("minutes", [0, -5, 1.5, True, "5", None, MOST_MINUTES + 1])
def test_minutes_are_whole_and_within_bounds(minutes: object) -> None:
    (flaw,) = flaws_of_targets(_changed("2", acknowledge=minutes))

    assert (flaw.path, flaw.code) == (("2", "acknowledge"), "minutes")


def test_every_flaw_is_named_at_its_place() -> None:
    targets = _changed("1", lunch=5) | {"5": {}, "3": "soon"}
    del targets["4"]["update_cadence"]

    flaws = {(flaw.path, flaw.code) for flaw in flaws_of_targets(targets)}

    assert flaws == {
        (("5",), "severity"),
        (("1", "lunch"), "clock"),
        (("3",), "targets_row"),
        (("4", "update_cadence"), "minutes"),
    }


def test_something_else_than_an_object_is_one_flaw() -> None:
    assert [flaw.code for flaw in flaws_of_targets([])] == ["targets_shape"]
