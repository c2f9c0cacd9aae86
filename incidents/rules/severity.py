"""Severity computed from signals by rules that a brand may write itself."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from incidents.rules.flaws import Flaw
from incidents.rules.reasons import Reason

# Ordered, the worst last. "unknown" has no place in either: no condition holds of it.
HARM = ("none", "possible", "injuries", "deaths")
LEGAL = ("none", "possible", "proceedings")
SCALES = {"harm": HARM, "legal": LEGAL}
# The most each number can be; every one is at least 0.
#   volume_ratio    mentions of the last hour against the brand's mean per hour before
#   negative_share  negative mentions of those whose sentiment is known, last 24 hours
#   reach           people reached, last 24 hours
#   press           mentions in the press, last 24 hours
MOST = {"volume_ratio": 1e6, "negative_share": 1.0, "reach": 1e12, "press": 1e9}
SIGNALS = (*MOST, *SCALES)

LEAST_SEVERE = 4
RULES_LIMIT, CONDITIONS_LIMIT = 40, len(SIGNALS)

Rules = Sequence[Mapping[str, Any]]
Signals = Mapping[str, float | str | None]


def _rule(severity: int, **when: float | str) -> dict[str, Any]:
    conditions = [{"signal": name, "at_least": value} for name, value in when.items()]
    return {"severity": severity, "when": conditions}


def default_severity_rules() -> list[dict[str, Any]]:
    """Return a new copy of the rules of a brand that has none of its own."""
    return [
        _rule(1, harm="deaths"),
        _rule(1, harm="injuries", volume_ratio=3),
        _rule(1, volume_ratio=10, negative_share=0.6),
        _rule(1, press=10, negative_share=0.6),
        _rule(2, harm="injuries"),
        _rule(2, harm="possible", volume_ratio=3),
        _rule(2, volume_ratio=5, negative_share=0.5),
        _rule(2, press=3, negative_share=0.5),
        _rule(2, legal="proceedings"),
        _rule(3, harm="possible"),
        _rule(3, legal="possible"),
        _rule(3, volume_ratio=2, negative_share=0.4),
        _rule(3, press=1),
    ]


def compute_severity(rules: Rules, signals: Signals) -> tuple[int | None, list[Reason]]:
    """Return the worst severity of any rule all of whose conditions hold, and why.

    Without one it is the least severe. None while nothing at all is known. What is unknown and
    could have made it worse is among the reasons.
    """
    if all(_known(signals, name) is None for name in SIGNALS):
        return None, []
    held = [rule for rule in rules if _holds(rule, signals)]
    severity: int = min((rule["severity"] for rule in held), default=LEAST_SEVERE)
    deciding = [rule for rule in held if rule["severity"] == severity]
    missing = [Reason("unknown", {"signal": name}) for name in _missing(rules, signals, severity)]
    return severity, [*(_holding(deciding, signals) or [Reason("none_holds")]), *missing]


def _holding(deciding: Rules, signals: Signals) -> list[Reason]:
    """Return each condition of the deciding rules once, a number at its highest bar."""
    bars: dict[str, Any] = {}
    for rule in deciding:
        for condition in rule["when"]:
            name, least = condition["signal"], condition["at_least"]
            rank = SCALES[name].index(least) if name in SCALES else least
            bars[name] = max(bars.get(name, (rank, least)), (rank, least))
    return [
        Reason("holds", {"signal": name, "value": signals[name], "at_least": least})
        for name, (_rank, least) in bars.items()
    ]


def _known(signals: Signals, name: str) -> float | str | None:
    value = signals.get(name)
    return None if value == "unknown" else value


def _holds(rule: Mapping[str, Any], signals: Signals) -> bool:
    return all(_reaches(condition, signals) for condition in rule["when"])


def _reaches(condition: Mapping[str, Any], signals: Signals) -> bool:
    name, least = condition["signal"], condition["at_least"]
    value = _known(signals, name)
    if value is None:
        return False
    scale = SCALES.get(name)
    if scale is not None:
        return scale.index(str(value)) >= scale.index(least)
    return float(value) >= float(least)


def _missing(rules: Rules, signals: Signals, severity: int) -> list[str]:
    """Name the unknown signals that alone keep a worse rule from holding."""
    found: list[str] = []
    for rule in rules:
        if rule["severity"] >= severity:
            continue
        failing = [one["signal"] for one in rule["when"] if not _reaches(one, signals)]
        if all(_known(signals, name) is None for name in failing):
            found += failing
    return list(dict.fromkeys(found))


def flaws_of_rules(said: Any) -> Iterator[Flaw]:
    """Yield what is wrong with `[{severity, when: [{signal, at_least}]}]`."""
    if not isinstance(said, list) or len(said) > RULES_LIMIT:
        yield Flaw((), "rules_shape", {"most": RULES_LIMIT})
        return
    for place, rule in enumerate(said):
        yield from _flaws_of_rule((str(place),), rule)


def _flaws_of_rule(path: tuple[str, ...], rule: Any) -> Iterator[Flaw]:
    if not isinstance(rule, Mapping):
        yield Flaw(path, "rule_shape")
        return
    severity, when = rule.get("severity"), rule.get("when")
    yield from _flaws_of_names(path, rule, ("severity", "when"))
    if type(severity) is not int or severity not in (1, 2, 3, 4):
        yield Flaw((*path, "severity"), "severity")
    if not isinstance(when, list) or not 1 <= len(when) <= CONDITIONS_LIMIT:
        yield Flaw((*path, "when"), "when_shape", {"most": CONDITIONS_LIMIT})
        return
    for place, condition in enumerate(when):
        yield from _flaws_of_condition((*path, "when", str(place)), condition)


def _flaws_of_condition(path: tuple[str, ...], condition: Any) -> Iterator[Flaw]:
    if not isinstance(condition, Mapping):
        yield Flaw(path, "condition_shape")
        return
    yield from _flaws_of_names(path, condition, ("signal", "at_least"))
    name, least = condition.get("signal"), condition.get("at_least")
    if not isinstance(name, str) or name not in SIGNALS:
        yield Flaw((*path, "signal"), "signal", {"choices": ", ".join(SIGNALS)})
    elif name in SCALES:
        if least not in SCALES[name][1:]:
            yield Flaw((*path, "at_least"), "choice", {"choices": ", ".join(SCALES[name][1:])})
    elif not _is_number(least, MOST[name]):
        yield Flaw((*path, "at_least"), "number", {"most": f"{MOST[name]:,.0f}"})


def _flaws_of_names(
    path: tuple[str, ...], said: Mapping[str, Any], known: tuple[str, ...]
) -> Iterator[Flaw]:
    for name in said:
        if name not in known:
            yield Flaw((*path, str(name)), "name", {"choices": ", ".join(known)})


def _is_number(value: Any, most: float) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and 0 < value <= most
