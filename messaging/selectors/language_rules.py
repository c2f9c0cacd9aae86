"""The rules of language that apply to the texts of a brand, as lists show them."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from messaging.rules.language.computed import ComputedRule, computed_rules
from messaging.rules.language.findings import Severity, Text
from messaging.rules.language.rule import Rule
from messaging.selectors.language_packs import InForce, rules_in_force


@dataclass(frozen=True)
class RuleInForce:
    """A rule of one language; `pack` is the built-in one, "incident", or the id of a brand's."""

    id: str
    language: str
    category: str
    severity: Severity
    reason: Text
    suggestion: Text
    purposes: tuple[str, ...]
    fires: tuple[str, ...]
    silent: tuple[str, ...]
    pack: str


def list_rules(brand_id: UUID, *, language: str = "") -> list[RuleInForce]:
    """Return the rules in force by language and id, in one query; an empty language is any."""
    force = rules_in_force(brand_id)
    rows = [
        row
        for pack in force.packs
        if language in ("", pack.language)
        for row in (
            *(_of_pack(rule, force) for rule in pack.rules),
            *_computed(pack.language, force),
        )
    ]
    return sorted(rows, key=lambda row: (row.language, row.id))


def _of_pack(rule: Rule, force: InForce) -> RuleInForce:
    return RuleInForce(
        id=rule.id,
        language=rule.language,
        category=rule.category,
        severity=rule.severity,
        reason=rule.reason,
        suggestion=rule.suggestion,
        purposes=tuple(sorted(rule.applies_to)),
        fires=rule.fires,
        silent=rule.silent,
        pack=force.origin_of(rule.id, rule.language) or rule.language,
    )


def _computed(language: str, force: InForce) -> Iterator[RuleInForce]:
    disabled, severities = force.disabled(language), force.severities(language)
    for rule in computed_rules():
        if rule.id not in disabled:
            yield _of_incident(rule, language, severities.get(rule.id, rule.severity))


def _of_incident(rule: ComputedRule, language: str, severity: Severity) -> RuleInForce:
    return RuleInForce(
        id=rule.id,
        language=language,
        category=rule.category,
        severity=severity,
        reason=rule.reason,
        suggestion=rule.suggestion,
        purposes=(),
        fires=(),
        silent=(),
        pack="incident",
    )
