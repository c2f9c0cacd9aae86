"""Reading packs from TOML, strictly, and putting packs together."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from messaging.rules.language.findings import Severity
from messaging.rules.language.pack_values import BadPack, Table
from messaging.rules.language.patterns import BadPattern, parse
from messaging.rules.language.rule import Pack, Rule
from messaging.rules.language.rule_tables import read_rule

__all__ = ["BadPack", "builtin_packs", "load_pack", "merge"]

LONGEST_PACK = 400_000
# The parser takes the square of the length of a dotted key; no pack needs a long one.
LONGEST_KEY = 12
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+"""
_LONG_KEY = re.compile(rf"(?<![\w-])(?:{_PART}){{{LONGEST_KEY}}}")
MOST_RULES, MOST_LISTS, MOST_WORDS = 200, 100, 400
BUILTIN = Path(__file__).parent / "builtin"


def load_pack(text: str) -> Pack:
    """Read a pack; raises `BadPack`, which names the rule and the key."""
    if len(text) > LONGEST_PACK:
        raise BadPack("", "", f"longer than {LONGEST_PACK} characters")
    if _LONG_KEY.search(text):
        raise BadPack("", "", f"a key of more than {LONGEST_KEY} parts")
    try:
        document = tomllib.loads(text)
    # A number of thousands of digits is a ValueError, not a TOMLDecodeError.
    except (ValueError, RecursionError) as error:
        raise BadPack("", "", f"not TOML: {error}") from error
    return _pack(Table("", document))


@cache
def builtin_packs() -> Mapping[str, Pack]:
    """Return the packs that come with the service, by language."""
    packs = [load_pack(path.read_text(encoding="utf-8")) for path in sorted(BUILTIN.glob("*.toml"))]
    return {pack.language: pack for pack in packs}


def merge(
    base: Pack,
    extra: Pack | None = None,
    disabled: Iterable[str] = (),
    severities: Mapping[str, Severity] | None = None,
) -> Pack:
    """Return the base with the extra's rules added, an extra rule replacing that of its id.

    `disabled` rules are left out, `severities` put in place of a rule's own for every purpose.
    Ids that no rule has are passed over. Raises `BadPack` when the languages differ.
    """
    if extra and extra.language != base.language:
        raise BadPack("", "language", f"{extra.language} cannot extend {base.language}")
    rules = {rule.id: rule for pack in (base, extra) if pack for rule in pack.rules}
    for rule_id in disabled:
        rules.pop(rule_id, None)
    for rule_id, severity in (severities or {}).items():
        if rule_id in rules:
            rules[rule_id] = replace(rules[rule_id], severity=severity, severity_for={})
    version = f"{base.version}+{extra.id}.{extra.version}" if extra else base.version
    return Pack(base.id, version, base.language, tuple(rules.values()))


def _pack(table: Table) -> Pack:
    table.allow("id", "version", "language", "words", "rule")
    language = table.one_of("language", ("he", "en"))
    pack_id = table.name("id")
    lists = _lists(table.table("words"))
    rules: dict[str, Rule] = {}
    for number, entry in enumerate(table.tables("rule", MOST_RULES)):
        rule = read_rule(entry, number, language=language, pack=pack_id, lists=lists)
        if rule.id in rules:
            raise BadPack(rule.id, "id", "two rules of one id")
        rules[rule.id] = rule
    return Pack(pack_id, table.text("version", 20), language, tuple(rules.values()))


def _lists(table: Table) -> dict[str, tuple[str, ...]]:
    if len(table.values) > MOST_LISTS:
        raise BadPack("", "words", f"more than {MOST_LISTS} lists")
    lists = {name: table.texts(name, MOST_WORDS, 60) for name in table.values}
    for name in lists:
        _try(name, lists)
    return lists


def _try(name: str, lists: dict[str, tuple[str, ...]]) -> None:
    try:
        parse(f"${name} probe", lists)
    except BadPattern as error:
        raise BadPack("", f"words.{name}", str(error)) from error
