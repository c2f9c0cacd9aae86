"""What the steps of a playbook may say, and in what order they can run.

Steps are plain JSON. Every mistake is a `Problem`: where it is (`2.after`), what it is (a code
that a service turns into a sentence), and the values of that sentence.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from incidents.rules.step_fields import COMMON, KINDS, OWN, Field

Step = Mapping[str, Any]

STEPS_LIMIT = 100
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEY_LENGTH = 40


@dataclass(frozen=True)
class Problem:
    """One mistake."""

    path: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


def problems_of(steps: Any) -> list[Problem]:
    """Return every mistake; an empty list means that the steps can be run.

    The order is looked at only when each step is right by itself.
    """
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        return [Problem("", "not_a_list")]
    if not 1 <= len(steps) <= STEPS_LIMIT:
        return [Problem("", "how_many", {"most": STEPS_LIMIT})]
    found = [
        problem for place, step in enumerate(steps) for problem in _of_step(place, step)
    ] or _repeated(steps)
    return found or _unknown(steps) or _circles(steps) or list(_references(steps))


def complete(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Return steps without mistakes in full: every field of their kind, in one order."""
    return [
        {
            name: step.get(name, known.default())
            for name, known in {**COMMON, **OWN[step["kind"]]}.items()
        }
        for step in steps
    ]


def before_of(steps: Sequence[Step]) -> dict[str, set[str]]:
    """Return by key the keys of all steps that come before, near and far."""
    near = {step["key"]: list(step.get("after", [])) for step in steps}
    found: dict[str, set[str]] = {}
    for key, first in near.items():
        seen: set[str] = set()
        todo = list(first)
        while todo:
            one = todo.pop()
            if one not in seen:
                seen.add(one)
                todo += near.get(one, [])
        found[key] = seen
    return found


def _of_step(place: int, step: Step) -> Iterator[Problem]:
    key, kind = step.get("key"), step.get("kind")
    if not isinstance(key, str) or len(key) > _KEY_LENGTH or not _KEY.fullmatch(key):
        yield Problem(f"{place}.key", "key", {"most": _KEY_LENGTH})
    if not isinstance(kind, str) or kind not in KINDS:
        yield Problem(f"{place}.kind", "choice", {"known": ", ".join(KINDS)})
        return
    known: dict[str, Field] = {**COMMON, **OWN[kind]}
    for name in step:
        if name not in known:
            yield Problem(f"{place}.{name}", "unknown_field", {"known": ", ".join(known)})
    for name, shape in known.items():
        if name in ("key", "kind"):
            continue
        yield from (
            Problem(f"{place}.{name}", code, values) for code, values in shape.faults(step, name)
        )


def _repeated(steps: Sequence[Step]) -> list[Problem]:
    seen: dict[str, int] = {}
    found = []
    for place, step in enumerate(steps):
        if step["key"] in seen:
            found.append(Problem(f"{place}.key", "key_taken", {"step": seen[step["key"]]}))
        seen.setdefault(step["key"], place)
    return found


def _unknown(steps: Sequence[Step]) -> list[Problem]:
    keys = {step["key"] for step in steps}
    return [
        Problem(f"{place}.after", "no_such_step", {"key": key, "known": ", ".join(sorted(keys))})
        for place, step in enumerate(steps)
        for key in step.get("after", [])
        if key not in keys
    ]


def _circles(steps: Sequence[Step]) -> list[Problem]:
    before = before_of(steps)
    for place, step in enumerate(steps):
        if step["key"] in before[step["key"]]:
            way = " → ".join(_circle(steps, step["key"]))
            return [Problem(f"{place}.after", "circle", {"way": way})]
    return []


def _circle(steps: Sequence[Step], start: str) -> list[str]:
    """Return the shortest way from a step back to itself, in the order of running."""
    near = {step["key"]: list(step.get("after", [])) for step in steps}
    ways = [[start]]
    while True:
        longer: list[list[str]] = []
        for way in ways:
            for key in near[way[0]]:
                if key == start:
                    return [start, *way]
                longer.append([key, *way])
        ways = list({way[0]: way for way in reversed(longer)}.values())


def _references(steps: Sequence[Step]) -> Iterator[Problem]:
    by_key = {step["key"]: step for step in steps}
    before = before_of(steps)
    for place, step in enumerate(steps):
        earlier = before[step["key"]]
        for key, option in step.get("when", {}).items():
            yield from _condition(place, key, option, by_key, earlier)
        of = step.get("of", "")
        if of and (of not in earlier or by_key[of]["kind"] != "message"):
            known = sorted(one for one in earlier if by_key[one]["kind"] == "message")
            yield Problem(f"{place}.of", "no_message_before", {"known": ", ".join(known) or "-"})


def _condition(
    place: int, key: str, option: str, by_key: Mapping[str, Step], earlier: set[str]
) -> Iterator[Problem]:
    if key not in earlier or by_key[key]["kind"] != "decision":
        known = sorted(one for one in earlier if by_key[one]["kind"] == "decision")
        yield Problem(f"{place}.when", "no_decision_before", {"known": ", ".join(known) or "-"})
    elif option not in by_key[key]["options"]:
        options = ", ".join(by_key[key]["options"])
        yield Problem(f"{place}.when", "no_such_option", {"key": key, "known": options})
