"""Packs are read strictly; what is wrong with one is said by rule and key."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from messaging.rules.language.check import check
from messaging.rules.language.examples import broken_examples
from messaging.rules.language.packs import BadPack, builtin_packs, load_pack, merge

RULE = """
[[rule]]
id = "brand.kettle"
category = "brand"
severity = "warning"
patterns = ["boiler"]
reason = { en = "We say kettle.", he = "אצלנו אומרים קומקום." }
suggestion = { en = "Write kettle.", he = "כדאי לכתוב קומקום." }
replacement = "kettle"
fires = ["The boiler is hot."]
silent = ["The kettle is hot."]
"""
HEAD = 'id = "rimon"\nversion = "3"\nlanguage = "en"\n'


def _refusal(text: str) -> BadPack:
    with pytest.raises(BadPack) as caught:
        load_pack(text)
    return caught.value


def test_a_pack_says_its_id_version_language_and_rules() -> None:
    pack = load_pack(HEAD + RULE)

    assert (pack.id, pack.version, pack.language) == ("rimon", "3", "en")
    assert [rule.id for rule in pack.rules] == ["brand.kettle"]
    assert broken_examples(pack) == []


def test_both_languages_have_the_same_rules_but_for_address() -> None:
    ids = {
        language: {rule.id for rule in pack.rules if rule.category != "address"}
        for language, pack in builtin_packs().items()
    }

    assert ids["en"] == ids["he"]


def test_every_rule_of_words_has_four_examples_of_either_kind() -> None:
    poor = [
        (pack.language, rule.id)
        for pack in builtin_packs().values()
        for rule in pack.rules
        if rule.kind != "measured" and min(len(rule.fires), len(rule.silent)) < 4
    ]

    assert poor == []


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('severity = "warning"', 'severity = "grave"', "severity"),
        ('category = "brand"', 'category = "mood"', "category"),
        ('patterns = ["boiler"]', "patterns = []", "patterns"),
        ('patterns = ["boiler"]', 'patterns = ["..3 boiler"]', "patterns"),
        ('patterns = ["boiler"]', 'patterns = ["(boiler"]', "patterns"),
        ('patterns = ["boiler"]', 'patterns = ["b*"]', "patterns"),
        ('patterns = ["boiler"]', 'patterns = ["*r"]', "patterns"),
        ('patterns = ["boiler"]', 'patterns = ["*er!$nobody"]', "patterns"),
        ('patterns = ["boiler"]', 'patterns = ["boiler!$nobody"]', "patterns"),
        ('patterns = ["boiler"]', 'patterns = ["$nobody boiler"]', "patterns"),
        ('patterns = ["boiler"]', 'patterns = ["boiler ..99 hot"]', "patterns"),
        ('fires = ["The boiler is hot."]', "", "fires"),
        ('replacement = "kettle"', 'remplacement = "kettle"', "remplacement"),
        ('he = "אצלנו אומרים קומקום."', 'fr = "x"', "reason.fr"),
        ('id = "brand.kettle"', 'id = "Brand Kettle"', "id"),
        ('patterns = ["boiler"]', 'kind = "measured"\nmeasure = "eval"', "measure"),
        ('patterns = ["boiler"]', 'patterns = ["boiler"]\napplies_to = ["party"]', "applies_to"),
    ],
)
def test_a_slip_in_a_rule_is_named(old: str, new: str, key: str) -> None:
    refusal = _refusal(HEAD + RULE.replace(old, new))

    assert refusal.key == key
    assert refusal.rule


@pytest.mark.parametrize(
    "text",
    ["not toml", HEAD + "colour = 1\n" + RULE, HEAD + RULE + RULE, HEAD + "[words]\na = [1]"],
)
def test_a_pack_that_cannot_be_read_is_refused(text: str) -> None:
    assert str(_refusal(text))


def test_an_example_that_does_not_fire_is_named() -> None:
    pack = load_pack(HEAD + RULE.replace("The boiler is hot.", "The pot is hot."))

    assert [(each.rule, each.example, each.should_fire) for each in broken_examples(pack)] == [
        ("brand.kettle", "The pot is hot.", True)
    ]


@pytest.mark.parametrize(
    ("text", "times"),
    [("We closed it.", 1), ("We needed it.", 0), ("We saw the red bed.", 0)],
)
def test_an_ending_is_found_but_for_the_words_of_a_list(text: str, times: int) -> None:
    lists = '[words]\nidle = ["needed"]\n'
    rule = RULE.replace('patterns = ["boiler"]', 'patterns = ["we ..3 *ed!$idle"]')
    pack = load_pack(HEAD + lists + rule)

    assert len(check(text, language="en", purpose="update", packs=[pack])) == times


def _rules(text: str, *packs: Any, purpose: str = "update") -> dict[str, str]:
    found = check(text, language="en", purpose=purpose, packs=packs)
    return {each.rule: each.severity for each in found}


def test_a_brand_adds_rules_switches_some_off_and_weighs_others() -> None:
    text = "The boiler claims are baseless. Mistakes were made."
    base = builtin_packs()["en"]

    pack = merge(base, load_pack(HEAD + RULE), ["passive.evasion"], {"denial.dismissal": "error"})
    found = _rules(text, pack)

    assert "passive.evasion" in _rules(text, base)
    assert "passive.evasion" not in found
    assert (found["brand.kettle"], found["denial.dismissal"]) == ("warning", "error")


def test_a_pack_extends_only_its_own_language() -> None:
    with pytest.raises(BadPack):
        merge(builtin_packs()["he"], load_pack(HEAD + RULE))


def test_what_is_said_inside_the_house_is_left_alone() -> None:
    assert _rules("The allegations are baseless.", builtin_packs()["en"], purpose="internal") == {}


def test_the_purpose_decides_what_is_missed_and_how_gravely() -> None:
    text = "The goods have been exchanged."
    pack = builtin_packs()["en"]

    assert _rules(text, pack, purpose="apology")["apology.missing"] == "error"
    assert _rules(text, pack, purpose="holding")["next-update.missing"] == "warning"
    assert _rules(text, pack, purpose="update")["next-update.missing"] == "hint"
    assert _rules(text, pack, purpose="faq").keys() == {"inviting.missing"}


def test_the_page_about_the_checks_shows_a_pack_that_works_and_names_every_rule() -> None:
    page = Path(settings.BASE_DIR, "docs", "language-checks.md").read_text(encoding="utf-8")

    example = load_pack(page.split("```toml\n")[1].split("```")[0])

    assert broken_examples(example) == []
    ids = {rule.id for pack in builtin_packs().values() for rule in pack.rules}
    assert {rule_id for rule_id in ids if f"`{rule_id}`" not in page} == set()


@pytest.mark.parametrize(
    "line", ["a = " + "9" * 5_000, ".".join(["a"] * 150_000) + " = 1", '"a".' * 50_000 + "a = 1"]
)
def test_a_pack_that_would_cost_the_reader_much_is_refused_at_once(line: str) -> None:
    assert "TOML" in str(_refusal(HEAD + line)) or "12 parts" in str(_refusal(HEAD + line))
