"""How fast we want to be: minutes until each clock of an incident has run out, by severity."""

from collections.abc import Iterator, Mapping
from typing import Any

from incidents.rules.flaws import Flaw

CLOCK_KINDS = ("acknowledge", "first_approval", "first_publication", "update_cadence")
SEVERITIES = (1, 2, 3, 4)

# Minutes. The first hour decides who tells the story (the "golden hour" of crisis manuals), so
# at the worst severity the first publication is due within it, and an update every hour.
DEFAULT_TARGETS: dict[int, dict[str, int]] = {
    1: {"acknowledge": 5, "first_approval": 30, "first_publication": 60, "update_cadence": 60},
    2: {"acknowledge": 15, "first_approval": 60, "first_publication": 120, "update_cadence": 120},
    3: {"acknowledge": 30, "first_approval": 180, "first_publication": 360, "update_cadence": 480},
    4: {
        "acknowledge": 120,
        "first_approval": 720,
        "first_publication": 1440,
        "update_cadence": 1440,
    },
}

LEAST_MINUTES, MOST_MINUTES = 1, 30 * 24 * 60


def default_clock_targets() -> dict[str, dict[str, int]]:
    """Return a copy of the default targets as JSON has them: minutes by severity and clock."""
    return {str(severity): dict(minutes) for severity, minutes in DEFAULT_TARGETS.items()}


def flaws_of_targets(said: Any) -> Iterator[Flaw]:
    """Yield what is wrong with `{severity: {clock: minutes}}`; every target must be named."""
    if not isinstance(said, Mapping):
        yield Flaw((), "targets_shape")
        return
    for name in said:
        if name not in map(str, SEVERITIES):
            yield Flaw((str(name),), "severity")
    for severity in map(str, SEVERITIES):
        yield from _flaws_of_row(severity, said.get(severity))


def _flaws_of_row(severity: str, row: Any) -> Iterator[Flaw]:
    clocks = {"choices": ", ".join(CLOCK_KINDS)}
    if not isinstance(row, Mapping):
        yield Flaw((severity,), "targets_row", clocks)
        return
    for name in row:
        if name not in CLOCK_KINDS:
            yield Flaw((severity, str(name)), "clock", clocks)
    for clock in CLOCK_KINDS:
        if not _is_minutes(row.get(clock)):
            bounds = {"least": LEAST_MINUTES, "most": MOST_MINUTES}
            yield Flaw((severity, clock), "minutes", bounds)


def _is_minutes(value: Any) -> bool:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return is_whole and LEAST_MINUTES <= value <= MOST_MINUTES
