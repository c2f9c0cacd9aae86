"""The steps before the crisis: a policy, a playbook that begins by itself, a past incident."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from crisisapi.local.demo.incident_steps import incident_fields, move_step
from crisisapi.local.demo.lesson_steps import lesson_steps
from crisisapi.local.demo.step import APPROVER, MANAGER, Body, Step, constant, says
from crisisapi.local.demo.story import Known, both

PAST = "past"


def preparing_steps(story: dict[str, Any]) -> Iterator[Step]:
    """Yield what is prepared, in no order; the playbook itself comes with the service."""
    yield _policy(story["policy"], story["brand"]["slug"])
    yield _switched_on(story["playbook"])
    yield from _past(story["past"], story["brand"]["slug"])


def _policy(policy: dict[str, Any], brand: str) -> Step:
    return Step(
        minute=policy["minute"],
        who=MANAGER,
        verb="response_policy.set",
        subject="policy",
        path="/response-policies/",
        body=constant(brand=brand, clock_targets=policy["clock_targets"]),
        makes=True,
        told=policy["told"],
    )


def _switched_on(playbook: dict[str, Any]) -> Step:
    return Step(
        minute=playbook["minute"],
        who=APPROVER,
        verb="playbook.changed",
        subject="playbook",
        path="/playbooks/{playbook}/",
        method="PATCH",
        body=constant(on_opening="apply"),
        told=playbook["told"],
    )


def _past(past: dict[str, Any], brand: str) -> Iterator[Step]:
    title = both(past["title"])
    minute = past["minute"]
    yield Step(
        minute=minute,
        who=MANAGER,
        verb="incident.opened",
        subject=PAST,
        path="/incidents/",
        body=_as_it_was(past, brand),
        sign=says(title=title),
        makes=True,
        told=past["title"],
    )
    moved = {"minute": minute, "reason": past["reason"]}
    for move in past["moves"]:
        yield move_step({**moved, "move": move}, subject=PAST, who=MANAGER)
    lesson = {**past["lesson"], "minute": minute, "accepted_minute": minute}
    yield from lesson_steps(lesson, incident=PAST)
    yield move_step({**moved, "move": "close"}, subject=PAST, who=MANAGER)


def _as_it_was(past: dict[str, Any], brand: str) -> Body:
    fields = incident_fields(past, brand) | {
        "summary": both(past["summary"], "\n\n"),
        "mode": "retrospective",
    }
    before = timedelta(days=past["days_before"])

    def body(known: Known) -> dict[str, Any]:
        return fields | {"started_at": (known.began_at - before).isoformat()}

    return body
