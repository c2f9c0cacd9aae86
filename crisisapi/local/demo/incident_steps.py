"""The steps of the incident itself: opening, assessment, moves, goals and facts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from crisisapi.local.demo.step import RESPONDER, Body, Step, constant, new, says
from crisisapi.local.demo.story import Known, both

_MOVED = {
    "respond": "incident.response_started",
    "monitor": "incident.monitoring_started",
    "recover": "incident.recovery_started",
    "learn": "incident.learning_started",
    "close": "incident.closed",
}
_ASSESSMENT = (
    *("kind", "legitimacy", "responsibility", "severity", "audiences"),
    *("harm", "legal_exposure", "crisis_history", "prior_reputation"),
)
_DECISIONS = {"confirmed": ("confirm", "fact.confirmed"), "false": ("refute", "fact.refuted")}


def incident_steps(story: dict[str, Any]) -> Iterator[Step]:
    """Yield what happens to the incident and what belongs to it, in no order."""
    yield _opening(story)
    yield from (move_step(move) for move in story["status_moves"])
    yield from (_assessment(update) for update in story["assessment_updates"])
    yield from (_goal(goal) for goal in story["goals"])
    for fact in story["facts"]:
        yield from _fact(fact)


def incident_fields(incident: dict[str, Any], brand: str) -> dict[str, Any]:
    """Return what the API is told of an incident of the story as it opens."""
    said = {name: incident[name] for name in _ASSESSMENT if name in incident}
    return {
        "brand": brand,
        "title": both(incident["title"]),
        "summary": both(incident["summary"], "\n\n"),
        "cause": both(incident["cause"]),
        **said,
    }


def move_step(move: dict[str, Any], *, subject: str = "incident", who: str = RESPONDER) -> Step:
    """Return a step of the lifecycle of an incident."""
    return Step(
        minute=move["minute"],
        who=who,
        verb=_MOVED[move["move"]],
        subject=subject,
        path="/incidents/{" + subject + "}/" + move["move"] + "/",
        body=constant(reason=both(move["reason"])),
        told=move["reason"],
    )


def _opening(story: dict[str, Any]) -> Step:
    incident = story["incident"]
    expected = both(incident["expected_reaction"], "\n\n")
    fields = incident_fields(incident, story["brand"]["slug"]) | {"expected_reaction": expected}
    return new(
        incident,
        verb="incident.opened",
        subject="incident",
        path="/incidents/",
        body=lambda known: fields | {"started_at": known.at(0), "lead": known.ids[RESPONDER]},
        sign=says(title=fields["title"]),
    )


def _assessment(update: dict[str, Any]) -> Step:
    name = next(name for name in update if name not in ("minute", "told"))
    said = update[name]
    value = both(said, "\n\n") if isinstance(said, dict) else said
    return Step(
        minute=update["minute"],
        who=RESPONDER,
        verb="incident.changed",
        subject="incident",
        path="/incidents/{incident}/",
        method="PATCH",
        body=constant(**{name: value}),
        sign=lambda _known, data: data["changed"].get(name, {}).get("to") == value,
        told=update.get("told", said),
    )


def _goal(goal: dict[str, Any]) -> Step:
    fields = {
        "title": both(goal["name"]),
        **{name: goal[name] for name in ("metric", "baseline", "target")},
    }
    hours = timedelta(hours=goal["hours"])

    def body(known: Known) -> dict[str, Any]:
        # The deadline stands on the clock of the workers who measure, not on the story's.
        deadline = datetime.now(UTC).replace(microsecond=0) + hours
        return fields | {"incident": known.ids["incident"], "deadline": deadline.isoformat()}

    return new(
        goal,
        verb="goal.set",
        subject=goal["metric"],
        path="/goals/",
        body=body,
        # The log keeps fractions as text.
        sign=says(metric=goal["metric"], target=str(goal["target"])),
        told=goal["name"],
    )


def _fact(fact: dict[str, Any]) -> Iterator[Step]:
    statement = both(fact["statement"])
    fields = {name: fact[name] for name in ("bearing", "evidence")} | {"statement": statement}
    yield new(
        fact,
        verb="fact.stated",
        subject=fact["key"],
        path="/facts/",
        body=_of_incident(fields),
        sign=says(statement=statement),
        told=fact["statement"],
    )
    if "link" in fact:
        yield _link(fact)
    if fact["status"] in _DECISIONS:
        action, verb = _DECISIONS[fact["status"]]
        yield Step(
            minute=fact["minute"],
            who=RESPONDER,
            verb=verb,
            subject=fact["key"],
            path="/facts/{" + fact["key"] + "}/" + action + "/",
            told=fact["statement"],
        )


def _link(fact: dict[str, Any]) -> Step:
    title = both(fact["link"]["title"])
    return new(
        fact,
        verb="evidence.attached",
        subject=f"evidence-{fact['key']}",
        path="/evidence/",
        body=lambda known: {
            "fact": known.ids[fact["key"]],
            "title": title,
            "url": fact["link"]["url"],
        },
        sign=says(title=title),
        told=fact["link"]["title"],
    )


def _of_incident(fields: dict[str, Any]) -> Body:
    return lambda known: fields | {"incident": known.ids["incident"]}
