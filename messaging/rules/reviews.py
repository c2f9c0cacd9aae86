"""Reviews: who is asked in which order, when a stage is passed, which policy applies.

A stage is `{"name", "who": [party, …], "rule": "any" | "all" | "at_least", "count"}`, a party an
object with at least one of `role` (that role or a higher one), `department` and `member` (the id
of a person); a person is meant when everything the party names is true of them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from incidents.rules.flaws import Flaw

ROLES = ("viewer", "responder", "approver", "manager")
DEPARTMENTS = (
    "marketing",
    "pr",
    "legal",
    "hr",
    "support",
    "executive",
    "operations",
    "other",
)
RULES = ("any", "all", "at_least")
STAGES_LIMIT, PARTIES_LIMIT, NAME_LENGTH = 8, 10, 80
_STAGE_NAMES = ("name", "who", "rule", "count")
_PARTY_NAMES = ("role", "department", "member")

Party = Mapping[str, str]
Stage = Mapping[str, Any]


@dataclass(frozen=True)
class Reviewer:
    """Somebody who reviews, as they were when they did."""

    person: str
    role: str
    department: str


def default_stages() -> list[dict[str, Any]]:
    """Return a new copy of the stages of a brand without a policy: one approver."""
    return [{"name": "", "who": [{"role": "approver"}], "rule": "any", "count": 1}]


def is_meant(party: Party, reviewer: Reviewer) -> bool:
    """Say whether everything the party names is true of the reviewer."""
    least = party.get("role")
    return (
        (least is None or ROLES.index(reviewer.role) >= ROLES.index(least))
        and party.get("department") in (None, reviewer.department)
        and party.get("member") in (None, reviewer.person)
    )


def is_asked(stage: Stage, reviewer: Reviewer) -> bool:
    """Say whether the stage asks the reviewer."""
    return any(is_meant(party, reviewer) for party in stage["who"])


def is_passed(stage: Stage, approvals: Sequence[Reviewer]) -> bool:
    """Say whether those who approved are enough; each person counts once, for one party."""
    asked = _once(stage, approvals)
    if stage["rule"] == "all":
        return len(_served(stage["who"], asked)) == len(stage["who"])
    least = stage["count"] if stage["rule"] == "at_least" else 1
    return len(asked) >= least


def awaited(stage: Stage, approvals: Sequence[Reviewer]) -> Party:
    """Return the party whose word is missing, the first named of several."""
    parties: Sequence[Party] = stage["who"]
    served = _served(parties, _once(stage, approvals)) if stage["rule"] == "all" else set()
    return next((party for at, party in enumerate(parties) if at not in served), parties[0])


def applies(
    policy: Mapping[str, Collection[Any]], *, purpose: str, kind: str, severity: int
) -> bool:
    """Say whether a policy is for such a message; what it leaves empty is for everything."""
    said = {"purposes": purpose, "kinds": kind, "severities": severity}
    return all(not policy[name] or value in policy[name] for name, value in said.items())


def flaws_of_stages(stages: object) -> Iterator[Flaw]:
    """Yield what is wrong with stages that people wrote, and where."""
    if not isinstance(stages, list) or not 1 <= len(stages) <= STAGES_LIMIT:
        yield Flaw((), "stages_shape", {"most": STAGES_LIMIT})
        return
    for place, stage in enumerate(stages):
        yield from _flaws_of_stage(stage, (str(place),))


def _flaws_of_stage(stage: object, path: tuple[str, ...]) -> Iterator[Flaw]:
    if not isinstance(stage, dict) or not {"name", "who", "rule"} <= set(stage):
        yield Flaw(path, "stage_shape")
        return
    for name in set(stage) - set(_STAGE_NAMES):
        yield Flaw((*path, str(name)[:80]), "name", {"choices": ", ".join(_STAGE_NAMES)})
    name = stage["name"]
    if not isinstance(name, str) or not 0 < len(name.strip()) <= NAME_LENGTH or "\0" in name:
        yield Flaw((*path, "name"), "stage_name", {"most": NAME_LENGTH})
    if stage["rule"] not in RULES:
        yield Flaw((*path, "rule"), "choice", {"choices": ", ".join(RULES)})
    count = stage.get("count", 1)
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= PARTIES_LIMIT:
        yield Flaw((*path, "count"), "count", {"most": PARTIES_LIMIT})
    yield from _flaws_of_parties(stage["who"], (*path, "who"))


def _flaws_of_parties(parties: object, path: tuple[str, ...]) -> Iterator[Flaw]:
    if not isinstance(parties, list) or not 1 <= len(parties) <= PARTIES_LIMIT:
        yield Flaw(path, "who_shape", {"most": PARTIES_LIMIT})
        return
    for place, party in enumerate(parties):
        here = (*path, str(place))
        if not isinstance(party, dict) or not party or set(party) - set(_PARTY_NAMES):
            yield Flaw(here, "party_shape")
            continue
        if party.get("role", ROLES[0]) not in ROLES:
            yield Flaw((*here, "role"), "choice", {"choices": ", ".join(ROLES)})
        if party.get("department", DEPARTMENTS[0]) not in DEPARTMENTS:
            yield Flaw((*here, "department"), "choice", {"choices": ", ".join(DEPARTMENTS)})
        if "member" in party and not _is_id(party["member"]):
            yield Flaw((*here, "member"), "member")


def _is_id(value: object) -> bool:
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False


def _once(stage: Stage, approvals: Sequence[Reviewer]) -> list[Reviewer]:
    """Return those of the approvals that count, one of each person."""
    asked = {one.person: one for one in approvals if is_asked(stage, one)}
    return list(asked.values())


def _served(parties: Sequence[Party], reviewers: Sequence[Reviewer]) -> set[int]:
    """Return the places of the parties that have spoken: as many as can be, a person for one.

    Augmenting paths (Kuhn, 1955): a person who could speak for two parties speaks for the one
    that nobody else can speak for.
    """
    speaker: dict[int, int] = {}

    def place(who: int, tried: set[int]) -> bool:
        for at, party in enumerate(parties):
            if at in tried or not is_meant(party, reviewers[who]):
                continue
            tried.add(at)
            if at not in speaker or place(speaker[at], tried):
                speaker[at] = who
                return True
        return False

    for who in range(len(reviewers)):
        place(who, set())
    return set(speaker)
