"""What is wrong with the steps of a playbook, and where."""

from typing import Any

import pytest

from crisisapi.accounts.models import Department
from incidents.models import IncidentRole, StepKind
from incidents.rules.playbook_steps import STEPS_LIMIT, Problem, complete, problems_of
from incidents.rules.step_fields import DEPARTMENTS, KINDS, ROLES


def _task(key: str, *after: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": "task", "title": key, "after": list(after), **more}


def _decision(key: str = "stop") -> dict[str, Any]:
    return {"key": key, "kind": "decision", "title": "Stop?", "options": ["yes", "no"]}


def _message(key: str = "hold") -> dict[str, Any]:
    return {"key": key, "kind": "message", "title": "m", "template": "holding", "language": "he"}


def _approval(of: str, *after: str) -> dict[str, Any]:
    return {"key": "ok", "kind": "approval", "title": "OK", "of": of, "after": list(after)}


def _wrong(steps: Any) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in problems_of(steps)]


def test_the_choices_are_those_of_the_models() -> None:
    assert list(ROLES) == IncidentRole.values
    assert list(DEPARTMENTS) == Department.values
    assert list(KINDS) == StepKind.values


def test_right_steps_of_every_kind_have_no_mistakes() -> None:
    steps = [
        _decision(),
        _task("call", "stop", when={"stop": "yes"}, due_minutes=30, role="lead"),
        _message(),
        _approval("hold", "hold"),
        {
            "key": "tell",
            "kind": "notification",
            "title": "t",
            "text": "x",
            "to": {"roles": ["lead"]},
        },
        {"key": "rest", "kind": "wait", "title": "w", "minutes": 5, "after": ["tell"]},
    ]

    assert problems_of(steps) == []
    assert problems_of(complete(steps)) == []


@pytest.mark.parametrize("steps", [None, {}, "steps", [1], [[]]])
def test_anything_else_than_a_list_of_objects_is_refused(steps: Any) -> None:
    assert _wrong(steps) == [("", "not_a_list")]


def test_there_are_one_to_a_hundred_steps() -> None:
    assert _wrong([]) == [("", "how_many")]
    assert _wrong([_task(f"t-{n}") for n in range(STEPS_LIMIT)]) == []
    assert _wrong([_task(f"t-{n}") for n in range(STEPS_LIMIT + 1)]) == [("", "how_many")]


@pytest.mark.parametrize(
    ("step", "wrong"),
    [
        ({"kind": "task", "title": "x"}, [("0.key", "key")]),
        (_task("Ä"), [("0.key", "key")]),
        (_task("a" * 41), [("0.key", "key")]),
        ({"key": "a", "kind": "dance", "title": "x"}, [("0.kind", "choice")]),
        ({"key": "a", "kind": ["task"], "title": "x"}, [("0.kind", "choice")]),
        ({"key": "a", "kind": "task"}, [("0.title", "needed")]),
        (_task("a", title=" "), [("0.title", "text")]),
        (_task("a", title="x\0"), [("0.title", "text")]),
        (_task("a", minutes=3), [("0.minutes", "unknown_field")]),
        (_task("a", due_minutes=True), [("0.due_minutes", "minutes")]),
        (_task("a", due_minutes=0), [("0.due_minutes", "minutes")]),
        (_task("a", role="king"), [("0.role", "choice")]),
        (_task("a", "b", "b"), [("0.after", "keys_repeated")]),
        (_task("a", after="b"), [("0.after", "keys")]),
        (_task("a", when=["b"]), [("0.when", "texts")]),
        ({**_message(), "language": "Hebrew"}, [("0.language", "language")]),
        ({**_message(), "template": "No Slug"}, [("0.template", "template_name")]),
        ({**_decision(), "options": ["yes"]}, [("0.options", "options")]),
        ({**_decision(), "options": ["yes", "yes"]}, [("0.options", "options")]),
        ({**_decision(), "options": ["yes", 2]}, [("0.options", "options")]),
        ({"key": "w", "kind": "wait", "title": "w"}, [("0.minutes", "needed")]),
        (
            {"key": "n", "kind": "notification", "title": "n", "text": "x", "to": {"roles": []}},
            [("0.to", "recipients")],
        ),
        (
            {"key": "n", "kind": "notification", "title": "n", "text": "x", "to": {"roles": ["x"]}},
            [("0.to", "recipients")],
        ),
    ],
)
def test_a_wrong_field_is_named_at_its_place(step: Any, wrong: list[tuple[str, str]]) -> None:
    assert _wrong([step]) == wrong


def test_keys_are_different() -> None:
    assert problems_of([_task("a"), _task("a")]) == [Problem("1.key", "key_taken", {"step": 0})]


def test_steps_follow_steps_that_are_there() -> None:
    assert problems_of([_task("a"), _task("b", "c")]) == [
        Problem("1.after", "no_such_step", {"key": "c", "known": "a, b"})
    ]


@pytest.mark.parametrize(
    ("steps", "place", "way"),
    [
        ([_task("a", "a")], 0, "a → a"),
        ([_task("a", "b"), _task("b", "a")], 0, "a → b → a"),
        ([_task("x"), _task("a", "c"), _task("b", "a"), _task("c", "b", "x")], 1, "a → b → c → a"),
    ],
)
def test_a_circle_is_told_in_the_order_of_running(steps: Any, place: int, way: str) -> None:
    assert problems_of(steps) == [Problem(f"{place}.after", "circle", {"way": way})]


def test_a_choice_is_one_of_a_decision_before() -> None:
    near = [_decision(), _task("a", "stop", when={"stop": "yes"})]
    far = [_decision(), _task("a", "stop"), _task("b", "a", when={"stop": "no"})]
    not_before = [_decision(), _task("a", when={"stop": "yes"})]
    no_decision = [_task("a"), _task("b", "a", when={"a": "yes"})]
    no_option = [_decision(), _task("a", "stop", when={"stop": "maybe"})]

    assert [_wrong(near), _wrong(far)] == [[], []]
    assert _wrong(not_before) == [("1.when", "no_decision_before")]
    assert _wrong(no_decision) == [("1.when", "no_decision_before")]
    assert problems_of(no_option) == [
        Problem("1.when", "no_such_option", {"key": "stop", "known": "yes, no"})
    ]


def test_an_approval_is_of_a_message_before() -> None:
    assert _wrong([_message(), _approval("hold", "hold")]) == []
    assert _wrong([_message(), _approval("hold")]) == [("1.of", "no_message_before")]
    assert _wrong([_task("a"), _approval("a", "a")]) == [("1.of", "no_message_before")]


def test_what_is_left_out_is_filled_in() -> None:
    [step] = complete([{"title": "x", "kind": "task", "key": "a"}])

    assert step == {
        "key": "a",
        "kind": "task",
        "title": "x",
        "instructions": "",
        "after": [],
        "when": {},
        "role": "",
        "department": "",
        "due_minutes": None,
    }
