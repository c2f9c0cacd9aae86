"""Reading one rule of a pack."""

from collections.abc import Mapping
from typing import cast

from messaging.rules.language.findings import SEVERITIES, Severity, Text
from messaging.rules.language.measures import MEASURES
from messaging.rules.language.pack_values import BadPack, Table
from messaging.rules.language.patterns import LONGEST_PATTERN, BadPattern, Pattern, parse
from messaging.rules.language.rule import CATEGORIES, KINDS, PUBLIC_PURPOSES, PURPOSES, Kind, Rule

MOST_PATTERNS, MOST_EXAMPLES, MOST_GROUPS = 150, 60, 6
LONGEST_SENTENCE, LONGEST_EXAMPLE = 400, 4000
LARGEST_SETTING = 10_000
_PATTERN_KEYS = ("patterns", "unless", "unless_near", "unless_text")
_KEYS = (
    *("id", "category", "severity", "severity_for", "kind", "applies_to", "measure", "settings"),
    *_PATTERN_KEYS,
    *("quotes", "groups", "reason", "suggestion", "replacement", "fires", "silent"),
)

Lists = Mapping[str, tuple[str, ...]]


def read_rule(table: Table, number: int, *, language: str, pack: str, lists: Lists) -> Rule:
    """Read the `number`-th rule of a pack; raises `BadPack`."""
    table.rule = str(table.values.get("id", number))
    table.allow(*_KEYS)
    rule = Rule(
        id=table.name("id"),
        category=table.one_of("category", CATEGORIES),
        severity=_severity(table, "severity"),
        language=language,
        pack=pack,
        kind=cast("Kind", table.one_of("kind", KINDS, "words")),
        reason=_readers(table.table("reason")),
        suggestion=_readers(table.table("suggestion")),
        applies_to=_purposes(table),
        severity_for=_severities(table.table("severity_for")),
        **{key: _patterns(table, key, lists) for key in _PATTERN_KEYS},
        quotes=_groups(table.table("quotes"), lists),
        groups=_groups(table.table("groups"), lists),
        replacement=table.text("replacement", LONGEST_SENTENCE, ""),
        measure=table.text("measure", 40, ""),
        settings=_settings(table.table("settings")),
        fires=table.texts("fires", MOST_EXAMPLES, LONGEST_EXAMPLE),
        silent=table.texts("silent", MOST_EXAMPLES, LONGEST_EXAMPLE),
    )
    _require_whole(rule, table)
    return rule


def _require_whole(rule: Rule, table: Table) -> None:
    if rule.kind in ("words", "missing") and not rule.patterns:
        raise table.refuse("patterns", "at least one pattern is needed")
    if rule.kind == "mixed" and len(rule.groups) < 2:
        raise table.refuse("groups", "at least two groups are needed")
    if rule.kind == "measured" and rule.measure not in MEASURES:
        raise table.refuse("measure", f"one of {', '.join(sorted(MEASURES))} is needed")
    if rule.measure and rule.kind != "measured":
        raise table.refuse("measure", "only rules of kind measured have one")
    if not rule.fires or not rule.silent:
        raise table.refuse("fires", "examples that fire and examples that are silent are needed")


def _severity(table: Table, key: str) -> Severity:
    return cast("Severity", table.one_of(key, SEVERITIES))


def _severities(table: Table) -> dict[str, Severity]:
    table.allow(*PURPOSES)
    return {purpose: _severity(table, purpose) for purpose in table.values}


def _readers(table: Table) -> Text:
    table.allow("en", "he")
    return {reader: table.text(reader, LONGEST_SENTENCE) for reader in ("en", "he")}


def _purposes(table: Table) -> frozenset[str]:
    named = table.texts("applies_to", len(PURPOSES), 20)
    unknown = set(named) - set(PURPOSES)
    if unknown:
        raise table.refuse("applies_to", f"there is no purpose {min(unknown)}")
    return frozenset(named or PUBLIC_PURPOSES)


def _patterns(table: Table, key: str, lists: Lists) -> tuple[Pattern, ...]:
    sources = table.texts(key, MOST_PATTERNS, LONGEST_PATTERN)
    return tuple(_pattern(table, key, source, lists) for source in sources)


def _pattern(table: Table, key: str, source: str, lists: Lists) -> Pattern:
    try:
        return parse(source, lists)
    except BadPattern as error:
        raise table.refuse(key, f"{source!r}: {error}") from error


def _groups(table: Table, lists: Lists) -> dict[str, tuple[Pattern, ...]]:
    if len(table.values) > MOST_GROUPS:
        raise BadPack(table.rule, table.path.rstrip("."), f"more than {MOST_GROUPS} groups")
    return {name: _patterns(table, name, lists) for name in table.values}


def _settings(table: Table) -> dict[str, int | tuple[str, ...]]:
    return {key: _setting(table, key) for key in table.values}


def _setting(table: Table, key: str) -> int | tuple[str, ...]:
    value = table.values[key]
    if isinstance(value, list):
        return table.texts(key, 100, 60)
    if type(value) is not int or not 0 <= value <= LARGEST_SETTING:
        raise table.refuse(key, f"a whole number from 0 to {LARGEST_SETTING} is needed")
    return value
