"""The matrix of Situational Crisis Communication Theory (Coombs 2007), cell by cell."""

import itertools
from typing import Any

import pytest

from incidents.models import (
    CrisisHistory,
    Harm,
    Kind,
    Legitimacy,
    PriorReputation,
    Responsibility,
)
from incidents.rules.response_strategy import (
    STEPS,
    STRATEGIES,
    Advice,
    Situation,
    advise,
    suggested_responsibility,
)


def _situation(**said: Any) -> Situation:
    plain = {
        "kind": "service_failure",
        "legitimacy": "concern",
        "responsibility": "accidental",
        "crisis_history": "none",
        "prior_reputation": "neutral",
        "harm": "none",
        "has_facts_against_us": False,
        "has_unjudged_facts": False,
    }
    return Situation(**{**plain, **said})


def _advice(**said: Any) -> Advice:
    return advise(_situation(**said))


def _codes(advice: Advice) -> set[str]:
    return {reason.code for reason in advice.reasons}


# responsibility, history, reputation: effective cluster, strategy.
MATRIX = [
    ("victim", "none", "neutral", "victim", "inform"),
    ("victim", "none", "favourable", "victim", "inform"),
    ("victim", "unknown", "unknown", "victim", "inform"),
    ("victim", "similar", "neutral", "accidental", "diminish"),
    ("victim", "none", "unfavourable", "accidental", "diminish"),
    ("victim", "similar", "unfavourable", "accidental", "diminish"),
    ("accidental", "none", "neutral", "accidental", "diminish"),
    ("accidental", "none", "favourable", "accidental", "diminish"),
    ("accidental", "unknown", "unknown", "accidental", "diminish"),
    ("accidental", "similar", "neutral", "preventable", "rebuild"),
    ("accidental", "similar", "favourable", "preventable", "rebuild"),
    ("accidental", "none", "unfavourable", "preventable", "rebuild"),
    ("preventable", "none", "favourable", "preventable", "rebuild"),
    ("preventable", "similar", "unfavourable", "preventable", "rebuild"),
]


@pytest.mark.parametrize(("responsibility", "history", "reputation", "cluster", "strategy"), MATRIX)
def test_the_strategy_follows_from_responsibility_and_its_intensifiers(
    responsibility: str, history: str, reputation: str, cluster: str, strategy: str
) -> None:
    advice = _advice(
        responsibility=responsibility, crisis_history=history, prior_reputation=reputation
    )

    assert (advice.cluster, advice.strategy) == (cluster, strategy)


# kind, legitimacy, facts against us: strategy of a victim without intensifiers.
DENIALS = [
    ("misinformation", "attack", False, "deny"),
    ("misinformation", "unknown", False, "deny"),
    ("service_failure", "attack", False, "deny"),
    ("misinformation", "concern", False, "inform"),
    ("misinformation", "mixed", False, "inform"),
    ("misinformation", "attack", True, "inform"),
    ("service_failure", "attack", True, "inform"),
    ("service_failure", "unknown", False, "inform"),
]


@pytest.mark.parametrize(("kind", "legitimacy", "facts", "strategy"), DENIALS)
def test_only_what_is_unfounded_is_denied(
    kind: str,
    legitimacy: str,
    facts: bool,  # noqa: FBT001
    strategy: str,
) -> None:
    advice = _advice(
        responsibility="victim", kind=kind, legitimacy=legitimacy, has_facts_against_us=facts
    )

    assert advice.strategy == strategy


@pytest.mark.parametrize("responsibility", ["accidental", "preventable"])
def test_an_attack_with_a_part_of_ours_in_it_is_not_denied(responsibility: str) -> None:
    advice = _advice(responsibility=responsibility, legitimacy="attack", kind="misinformation")

    assert advice.strategy in {"diminish", "rebuild"}


def test_a_rumour_is_denied_even_after_similar_crises() -> None:
    advice = _advice(
        responsibility="victim",
        kind="misinformation",
        legitimacy="attack",
        crisis_history="similar",
    )

    assert advice.strategy == "deny"


def test_why_a_rumour_is_not_denied_is_said() -> None:
    rumour = {"responsibility": "victim", "kind": "misinformation"}

    assert "no_denial_of_a_concern" in _codes(_advice(**rumour, legitimacy="concern"))
    assert "no_denial_against_facts" in _codes(
        _advice(**rumour, legitimacy="attack", has_facts_against_us=True)
    )
    unjudged = _advice(**rumour, legitimacy="attack", has_unjudged_facts=True)
    assert "no_denial_unjudged_facts" in _codes(unjudged)
    assert "bearing" in unjudged.missing


def _all_situations() -> list[Situation]:
    values = itertools.product(
        ["misinformation", "product_safety"],
        Legitimacy.values,
        Responsibility.values,
        CrisisHistory.values,
        PriorReputation.values,
        Harm.values,
        [False, True],
        [False, True],
    )
    return [Situation(*one) for one in values]


ALL = _all_situations()


def test_denial_is_never_mixed_with_what_accepts_a_part() -> None:
    for situation in ALL:
        advice = advise(situation)
        if advice.strategy == "deny":
            assert set(advice.avoid) == {"diminish", "rebuild"}
            assert not {"diminish", "rebuild"} & set(advice.steps)
        elif advice.strategy:
            assert advice.avoid == ("deny",)
            assert "deny" not in advice.steps


def test_a_concern_or_a_confirmed_fact_is_never_denied() -> None:
    for situation in ALL:
        if situation.legitimacy in ("concern", "mixed") or situation.has_facts_against_us:
            assert advise(situation).strategy != "deny"


def test_safety_comes_first_wherever_there_may_be_harm() -> None:
    for situation in ALL:
        steps = advise(situation).steps
        assert ("instruct" in steps) == (situation.harm != "none")
        assert list(steps) == sorted(steps, key=STEPS.index)
        assert "adjust" in steps


def test_a_supplement_never_stands_alone_and_nobody_asks_for_pity_over_the_hurt() -> None:
    for situation in ALL:
        advice = advise(situation)
        if advice.supplements:
            assert advice.strategy is not None
            assert advice.steps[-1] == "bolster"
        if situation.harm in ("injuries", "deaths"):
            assert not {"victimage", "ingratiation"} & set(advice.supplements)


def test_without_responsibility_there_is_no_strategy_and_the_field_is_named() -> None:
    advice = _advice(responsibility="unknown", harm="possible", prior_reputation="favourable")

    assert (advice.cluster, advice.strategy, advice.supplements) == (None, None, ())
    assert advice.steps == ("instruct", "adjust")
    assert advice.missing == ("responsibility",)


def test_what_moves_the_cluster_is_among_the_reasons() -> None:
    advice = _advice(crisis_history="similar", prior_reputation="unfavourable")

    assert _codes(advice) == {
        "cluster_accidental",
        "history_similar",
        "reputation_unfavourable",
        "treated_as_preventable",
        "strategy_rebuild",
    }


def test_every_strategy_of_the_theory_can_come_out() -> None:
    found = {advise(situation).strategy for situation in ALL}

    assert found == {*STRATEGIES, None}


@pytest.mark.parametrize(
    ("kind", "cluster"),
    [
        ("misinformation", "victim"),
        ("product_safety", "accidental"),
        ("data_breach", "accidental"),
        ("executive_conduct", "preventable"),
        ("discrimination", "preventable"),
        ("labour", "preventable"),
    ],
)
def test_a_kind_suggests_a_responsibility(kind: str, cluster: str) -> None:
    suggested = suggested_responsibility(kind)

    assert suggested is not None
    assert suggested[0] == cluster


def test_only_the_other_kind_suggests_nothing() -> None:
    assert [kind for kind in Kind.values if suggested_responsibility(kind) is None] == ["other"]
