"""Every rule does what its examples say."""

import pytest

from messaging.rules.language.examples import broken_examples
from messaging.rules.language.packs import builtin_packs
from messaging.rules.language.rule import Pack, Rule

PACKS = list(builtin_packs().values())
RULES = [rule for pack in PACKS for rule in pack.rules]


def _alone(rule: Rule) -> Pack:
    return Pack(rule.pack, "test", rule.language, (rule,))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.language}-{rule.id}")
def test_the_examples_of_a_rule_fire_and_keep_silent_as_they_say(rule: Rule) -> None:
    assert broken_examples(_alone(rule)) == []
