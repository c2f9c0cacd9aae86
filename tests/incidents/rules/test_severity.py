"""Severity from signals: the worst rule that holds, and what could not be judged."""

from typing import Any

import pytest

from incidents.rules.severity import (
    SIGNALS,
    compute_severity,
    default_severity_rules,
    flaws_of_rules,
)

CALM: dict[str, Any] = {
    "volume_ratio": 1.0,
    "negative_share": 0.1,
    "reach": 100,
    "press": 0,
    "harm": "none",
    "legal": "none",
}


def _severity(**signals: Any) -> int | None:
    return compute_severity(default_severity_rules(), {**CALM, **signals})[0]


def _reasons(**signals: Any) -> list[tuple[str, Any]]:
    _severity_found, reasons = compute_severity(default_severity_rules(), {**CALM, **signals})
    return [(reason.code, reason.params.get("signal")) for reason in reasons]


@pytest.mark.parametrize(
    ("signals", "severity"),
    [
        ({}, 4),
        ({"harm": "deaths"}, 1),
        ({"harm": "injuries"}, 2),
        ({"harm": "injuries", "volume_ratio": 3.0}, 1),
        ({"harm": "possible"}, 3),
        ({"volume_ratio": 10.0, "negative_share": 0.6}, 1),
        ({"volume_ratio": 9.99, "negative_share": 0.6}, 2),
        ({"volume_ratio": 10.0, "negative_share": 0.39}, 4),
        ({"legal": "proceedings"}, 2),
        ({"press": 1}, 3),
    ],
)
def test_the_worst_rule_that_holds_wins(signals: dict[str, Any], severity: int) -> None:
    assert _severity(**signals) == severity


def test_a_rule_holds_only_when_all_its_conditions_do() -> None:
    rules = [
        {
            "severity": 1,
            "when": [
                {"signal": "reach", "at_least": 1000},
                {"signal": "press", "at_least": 2},
            ],
        }
    ]

    assert compute_severity(rules, {**CALM, "reach": 1000, "press": 1})[0] == 4
    assert compute_severity(rules, {**CALM, "reach": 1000, "press": 2})[0] == 1


def test_while_nothing_is_known_nothing_is_computed() -> None:
    assert compute_severity(default_severity_rules(), {"harm": "unknown"}) == (None, [])


def test_what_is_unknown_holds_nothing_and_is_said_where_it_could_matter() -> None:
    reasons = _reasons(volume_ratio=None, negative_share=0.7)

    assert ("unknown", "volume_ratio") in reasons
    assert reasons[0] == ("none_holds", None)


def test_what_is_unknown_and_could_not_matter_is_not_said() -> None:
    assert _reasons(volume_ratio=None, harm="deaths") == [("holds", "harm")]


def test_unknown_harm_could_always_matter() -> None:
    assert ("unknown", "harm") in _reasons(harm="unknown")


def test_without_rules_it_is_the_least_severe() -> None:
    severity, reasons = compute_severity([], CALM)

    assert severity == 4
    assert [reason.code for reason in reasons] == ["none_holds"]


def test_the_defaults_are_without_flaw() -> None:
    assert list(flaws_of_rules(default_severity_rules())) == []


def _rule(**condition: Any) -> list[Any]:
    return [{"severity": 1, "when": [condition]}]


@pytest.mark.parametrize(
    ("said", "path", "code"),
    [
        ({}, (), "rules_shape"),
        ([1], ("0",), "rule_shape"),
        ([{"severity": 5, "when": [{"signal": "press", "at_least": 1}]}], "0.severity", "severity"),
        ([{"severity": True, "when": [{"signal": "press", "at_least": 1}]}], "0.severity", None),
        ([{"severity": [1], "when": [{"signal": "press", "at_least": 1}]}], "0.severity", None),
        ([{"severity": 1, "when": []}], "0.when", "when_shape"),
        ([{"severity": 1}], "0.when", "when_shape"),
        ([{"severity": 1, "when": ["press"]}], "0.when.0", "condition_shape"),
        (_rule(signal="noise", at_least=1), "0.when.0.signal", "signal"),
        (_rule(signal=["press"], at_least=1), "0.when.0.signal", "signal"),
        (_rule(signal="press", at_least="many"), "0.when.0.at_least", "number"),
        (_rule(signal="press", at_least=0), "0.when.0.at_least", "number"),
        (_rule(signal="press", at_least=float("nan")), "0.when.0.at_least", "number"),
        (_rule(signal="negative_share", at_least=1.5), "0.when.0.at_least", "number"),
        (_rule(signal="harm", at_least="none"), "0.when.0.at_least", "choice"),
        (_rule(signal="legal", at_least=["possible"]), "0.when.0.at_least", "choice"),
        (_rule(signal="legal", at_least=2), "0.when.0.at_least", "choice"),
        (_rule(signal="press", at_least=1, at_most=2), "0.when.0.at_most", "name"),
    ],
)
def test_a_flaw_is_named_at_its_place(said: Any, path: Any, code: str | None) -> None:
    (flaw,) = flaws_of_rules(said)

    assert flaw.path == (tuple(path.split(".")) if isinstance(path, str) else path)
    assert code is None or flaw.code == code


def test_every_signal_can_be_asked_for() -> None:
    asked = {condition["signal"] for rule in default_severity_rules() for condition in rule["when"]}

    assert asked <= set(SIGNALS)
