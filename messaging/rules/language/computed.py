"""The rules that are computed from the incident, not looked up in packs: posture, consistency."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from messaging.rules.language.findings import Finding, Severity, Text
from messaging.rules.language.posture_wordings import PLACES
from messaging.rules.language.wordings import SORTS, worded

PLACEHOLDER = "placeholder"


@dataclass(frozen=True)
class ComputedRule:
    """A rule as lists show it: `severity` is the gravest it may have."""

    id: str
    category: str
    severity: Severity
    reason: Text
    suggestion: Text


_POSTURES: Mapping[str, tuple[str, Severity]] = {
    "posture.avoided": ("avoided_deny", "error"),
    "posture.missing": ("missing_apology", "warning"),
    "posture.mixed": ("mixed", "warning"),
    "posture.supplement": ("unfit", "hint"),
    "posture.supplement_alone": ("alone", "warning"),
    "posture.unneeded": ("unneeded", "warning"),
}


def computed_rules() -> list[ComputedRule]:
    """Return the rules by id; where a rule has several sentences, one of them."""
    postures = [
        ComputedRule(rule, "posture", severity, _open(PLACES[name].reason), PLACES[name].suggestion)
        for rule, (name, severity) in _POSTURES.items()
    ]
    differences = {worded(sort).rule: worded(sort) for sort in SORTS}
    return sorted(
        postures
        + [
            ComputedRule(rule, "consistency", _gravest(rule), _open(said.reason), said.suggestion)
            for rule, said in differences.items()
        ],
        key=lambda rule: rule.id,
    )


def overridden(
    findings: Iterable[Finding], disabled: frozenset[str], severities: Mapping[str, Severity]
) -> list[Finding]:
    """Return computed findings as a brand wants them: some left out, some graver or lighter."""
    return [
        replace(finding, severity=severities.get(finding.rule, finding.severity))
        for finding in findings
        if finding.rule not in disabled
    ]


def _gravest(rule: str) -> Severity:
    return "warning" if rule == "consistency.promise" else "error"


def _open(sentence: Text) -> Text:
    """Return a sentence with dots where it names what was found."""
    blanks = ("{here}", "{there}", "{source}", "{posture}")
    shown = dict(sentence)
    for blank in blanks:
        shown = {language: text.replace(blank, "…") for language, text in shown.items()}
    return shown
