"""The examples of a pack, run as its tests."""

from collections.abc import Iterator
from typing import NamedTuple

from messaging.rules.language.check import check
from messaging.rules.language.rule import PURPOSES, Pack, Rule


class BrokenExample(NamedTuple):
    """An example that does not do what its rule says of it."""

    rule: str
    example: str
    should_fire: bool


def broken_examples(pack: Pack) -> list[BrokenExample]:
    """Return the examples that should fire and do not, or should be silent and are not."""
    return [broken for rule in pack.rules for broken in _broken(rule)]


def _broken(rule: Rule) -> Iterator[BrokenExample]:
    alone = Pack(rule.pack, "examples", rule.language, (rule,))
    purpose = min(rule.applies_to, key=PURPOSES.index)
    for should_fire, examples in ((True, rule.fires), (False, rule.silent)):
        for example in examples:
            found = check(example, language=rule.language, purpose=purpose, packs=[alone])
            if bool(found) != should_fire:
                yield BrokenExample(rule.id, example, should_fire)
