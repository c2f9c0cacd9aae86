"""The steps on the floor of incidents: opening, moves, stakeholders, goals, facts, lessons."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from crisisapi.local.demo.step import APPROVER, RESPONDER, Body, Sign, Step, constant, says
from crisisapi.local.demo.story import Known, Text, both

_MOVED = {
    "respond": "incident.response_started",
    "monitor": "incident.monitoring_started",
    "recover": "incident.recovery_started",
    "learn": "incident.learning_started",
}
_DECISIONS = {"confirmed": ("confirm", "fact.confirmed"), "false": ("refute", "fact.refuted")}


def incident_steps(story: dict[str, Any]) -> Iterator[Step]:
    """Yield what happens to the incident and what belongs to it, in no order."""
    yield _opening(story)
    yield from (_move(move) for move in story["status_moves"])
    yield from (_assessment(update) for update in story["assessment_updates"])
    brand = story["brand"]["slug"]
    yield from (_stakeholder(stakeholder, brand) for stakeholder in story["stakeholders"])
    yield from (_goal(goal) for goal in story["goals"])
    for fact in story["facts"]:
        yield from _fact(fact)
    for lesson in story["lessons"]:
        yield from _lesson(lesson)


def _opening(story: dict[str, Any]) -> Step:
    incident = story["incident"]
    title = both(incident["title"])
    paragraphs = (incident["summary"], incident["expected_reaction"])
    fields = {
        "brand": story["brand"]["slug"],
        "title": title,
        "summary": "\n\n".join(text[code] for code in ("en", "he") for text in paragraphs),
        "cause": both(incident["cause"]),
        **_parts(incident, "kind", "legitimacy", "responsibility", "severity"),
    }
    return Step(
        minute=incident["minute"],
        who=RESPONDER,
        verb="incident.opened",
        subject="incident",
        path="/incidents/",
        body=lambda known: fields | {"started_at": known.at(0), "lead": known.ids[RESPONDER]},
        sign=says(title=title),
        makes=True,
        told=incident["title"],
    )


def _move(move: dict[str, Any]) -> Step:
    return Step(
        minute=move["minute"],
        who=RESPONDER,
        verb=_MOVED[move["move"]],
        subject="incident",
        path="/incidents/{incident}/" + move["move"] + "/",
        body=constant(reason=both(move["reason"])),
        told=move["reason"],
    )


def _assessment(update: dict[str, Any]) -> Step:
    name = next(name for name in update if name != "minute")
    text = both(update[name], "\n\n")
    return Step(
        minute=update["minute"],
        who=RESPONDER,
        verb="incident.changed",
        subject="incident",
        path="/incidents/{incident}/",
        method="PATCH",
        body=constant(**{name: text}),
        sign=lambda _known, data: data["changed"].get(name, {}).get("to") == text,
        told=update[name],
    )


def _stakeholder(stakeholder: dict[str, Any], brand: str) -> Step:
    name = both(stakeholder["name"])
    fields = {
        "brand": brand,
        "name": name,
        "languages": [stakeholder["language"]],
        "notes": both(stakeholder["needs"]),
        **_parts(stakeholder, "kind", "influence", "stance"),
    }
    return _new(
        stakeholder,
        verb="stakeholder.added",
        subject=f"stakeholder-{stakeholder['kind']}",
        path="/stakeholders/",
        body=lambda known: fields | {"incidents": [known.ids["incident"]]},
        sign=says(name=name),
        told=stakeholder["name"],
    )


def _goal(goal: dict[str, Any]) -> Step:
    fields = {"title": both(goal["name"]), **_parts(goal, "metric", "baseline", "target")}
    hours = timedelta(hours=goal["hours"])

    def body(known: Known) -> dict[str, Any]:
        # The deadline stands on the clock of the workers who measure, not on the story's.
        deadline = datetime.now(UTC).replace(microsecond=0) + hours
        return fields | {"incident": known.ids["incident"], "deadline": deadline.isoformat()}

    return _new(
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
    fields = {"statement": statement, "evidence": fact["evidence"]}
    yield _new(
        fact,
        verb="fact.stated",
        subject=fact["key"],
        path="/facts/",
        body=_of_incident(fields),
        sign=says(statement=statement),
        told=fact["statement"],
    )
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


def _lesson(lesson: dict[str, Any]) -> Iterator[Step]:
    title = both(lesson["title"])
    subject = f"lesson-{lesson['minute']}"
    fields = {
        "title": title,
        "observation": both(lesson["what_happened"], "\n\n"),
        "recommendation": both(lesson["recommendation"], "\n\n"),
    }
    yield _new(
        lesson,
        verb="lesson.proposed",
        subject=subject,
        path="/lessons/",
        body=lambda known: _of_incident(fields)(known) | {"owner": known.ids[RESPONDER]},
        sign=says(title=title),
        told=lesson["title"],
    )
    yield Step(
        minute=lesson["accepted_minute"],
        who=APPROVER,
        verb="lesson.accepted",
        subject=subject,
        path="/lessons/{" + subject + "}/accept/",
        told=lesson["title"],
    )


def _new(
    entry: dict[str, Any], *, verb: str, subject: str, path: str, body: Body, sign: Sign, told: Text
) -> Step:
    return Step(
        minute=entry["minute"],
        who=RESPONDER,
        verb=verb,
        subject=subject,
        path=path,
        body=body,
        sign=sign,
        makes=True,
        told=told,
    )


def _of_incident(fields: dict[str, Any]) -> Body:
    return lambda known: fields | {"incident": known.ids["incident"]}


def _parts(entry: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: entry[name] for name in names}
