"""Who a stage asks, when it is passed, which policy applies, what is wrong with stages."""

from typing import Any
from uuid import uuid4

import pytest

from crisisapi.accounts.models import Department, Role
from messaging.rules.reviews import (
    DEPARTMENTS,
    ROLES,
    Reviewer,
    applies,
    awaited,
    default_stages,
    flaws_of_stages,
    is_asked,
    is_passed,
)

NOA = Reviewer("noa", "approver", "pr")
LIOR = Reviewer("lior", "responder", "legal")
DANA = Reviewer("dana", "manager", "legal")
LEGAL, PR, APPROVER = {"department": "legal"}, {"department": "pr"}, {"role": "approver"}
HER = str(uuid4())


def _stage(*who: dict[str, str], rule: str = "any", count: int = 1) -> dict[str, Any]:
    return {"name": "Legal and PR", "who": list(who), "rule": rule, "count": count}


def test_roles_and_departments_are_those_of_members() -> None:
    assert list(ROLES) == Role.values
    assert list(DEPARTMENTS) == Department.values


@pytest.mark.parametrize(
    ("party", "reviewer", "asked"),
    [
        (APPROVER, NOA, True),
        (APPROVER, DANA, True),
        (APPROVER, LIOR, False),
        (LEGAL, LIOR, True),
        (LEGAL, NOA, False),
        ({"role": "approver", "department": "legal"}, LIOR, False),
        ({"role": "approver", "department": "legal"}, DANA, True),
        ({"member": "noa"}, NOA, True),
        ({"member": "noa"}, DANA, False),
    ],
)
def test_a_party_means_those_of_whom_everything_is_true(
    party: dict[str, str], reviewer: Reviewer, *, asked: bool
) -> None:
    assert is_asked(_stage(party), reviewer) is asked


@pytest.mark.parametrize(
    ("stage", "approvals", "passed"),
    [
        (_stage(LEGAL, PR), [], False),
        (_stage(LEGAL, PR), [NOA], True),
        (_stage(LEGAL, PR, rule="all"), [NOA], False),
        (_stage(LEGAL, PR, rule="all"), [NOA, LIOR], True),
        (_stage(LEGAL, PR, rule="all"), [DANA, LIOR], False),
        # Dana could speak for both; Noa only for the approver.
        (_stage(APPROVER, LEGAL, rule="all"), [DANA, NOA], True),
        (_stage(APPROVER, LEGAL, rule="all"), [DANA], False),
        (_stage(LEGAL, rule="at_least", count=2), [LIOR], False),
        (_stage(LEGAL, rule="at_least", count=2), [LIOR, LIOR], False),
        (_stage(LEGAL, rule="at_least", count=2), [LIOR, NOA], False),
        (_stage(LEGAL, rule="at_least", count=2), [LIOR, DANA], True),
    ],
)
def test_a_stage_is_passed_when_enough_of_those_asked_agree(
    stage: dict[str, Any], approvals: list[Reviewer], *, passed: bool
) -> None:
    assert is_passed(stage, approvals) is passed


def test_the_word_that_is_missing_is_awaited() -> None:
    stage = _stage(LEGAL, PR, rule="all")

    assert awaited(stage, []) == LEGAL
    assert awaited(stage, [LIOR]) == PR
    assert awaited(_stage(PR, LEGAL), []) == PR


@pytest.mark.parametrize(
    ("filters", "applied"),
    [
        ({}, True),
        ({"purposes": ["apology"]}, True),
        ({"purposes": ["holding"]}, False),
        ({"kinds": ["data_breach"]}, False),
        ({"severities": [1, 2]}, True),
        ({"purposes": ["apology"], "severities": [4]}, False),
    ],
)
def test_a_policy_applies_where_nothing_it_names_differs(
    filters: dict[str, Any], *, applied: bool
) -> None:
    policy = {"purposes": [], "kinds": [], "severities": []} | filters

    assert applies(policy, purpose="apology", kind="product_safety", severity=2) is applied


@pytest.mark.parametrize(
    ("stages", "path", "code"),
    [
        ([], (), "stages_shape"),
        ("legal", (), "stages_shape"),
        ([{"who": [LEGAL]}], ("0",), "stage_shape"),
        ([_stage(LEGAL) | {"name": " "}], ("0", "name"), "stage_name"),
        ([_stage(LEGAL) | {"name": 7}], ("0", "name"), "stage_name"),
        ([_stage(LEGAL) | {"rule": "some"}], ("0", "rule"), "choice"),
        ([_stage(LEGAL) | {"rule": ["any"]}], ("0", "rule"), "choice"),
        ([_stage(LEGAL) | {"count": 0}], ("0", "count"), "count"),
        ([_stage(LEGAL) | {"count": True}], ("0", "count"), "count"),
        ([_stage(LEGAL) | {"colour": "red"}], ("0", "colour"), "name"),
        ([_stage()], ("0", "who"), "who_shape"),
        ([_stage({})], ("0", "who", "0"), "party_shape"),
        ([_stage({"team": "legal"})], ("0", "who", "0"), "party_shape"),
        ([_stage({"role": "boss"})], ("0", "who", "0", "role"), "choice"),
        ([_stage({"department": "law"})], ("0", "who", "0", "department"), "choice"),
        ([_stage({"member": "dana"})], ("0", "who", "0", "member"), "member"),
        ([_stage(LEGAL), _stage({"role": 3})], ("1", "who", "0", "role"), "choice"),  # type: ignore[dict-item]
    ],
)
def test_a_flaw_is_found_at_its_place(stages: Any, path: tuple[str, ...], code: str) -> None:
    assert [(flaw.path, flaw.code) for flaw in flaws_of_stages(stages)] == [(path, code)]


def test_good_stages_have_no_flaw() -> None:
    named = default_stages()[0] | {"name": "Approver"}

    assert list(flaws_of_stages([_stage(LEGAL, {"member": HER}, rule="all"), named])) == []


@pytest.mark.parametrize("stages", [[[]], [None], [{"name": "x", "who": {}, "rule": "any"}]])
def test_whatever_json_holds_is_refused_without_a_crash(stages: Any) -> None:
    assert list(flaws_of_stages(stages))
