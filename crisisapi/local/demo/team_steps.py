"""The steps of the team: roles, shift notes, the run of the playbook, what was promised."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from crisisapi.local.demo.step import RESPONDER, Body, Step, new, run_step, run_task, says
from crisisapi.local.demo.story import Known, both

# What is done to a step of the run: the event it leaves, and how its words are called.
_DECIDED = {"choose": ("runstep.done", "option"), "skip": ("runstep.skipped", "reason")}


def team_steps(story: dict[str, Any]) -> Iterator[Step]:
    """Yield how the team shares the work and does it, in no order."""
    yield Step(
        minute=story["acknowledged"]["minute"],
        who=RESPONDER,
        verb="incident.acknowledged",
        subject="incident",
        path="/incidents/{incident}/acknowledge/",
        told=story["acknowledged"]["told"],
    )
    yield from (_role(role) for role in story["roles"])
    yield from (_shift_note(note) for note in story["shift_notes"])
    yield from (_of_run(part) for part in story["run"])
    published = {one["message"]: one for one in story["publications"]}
    for commitment in story["commitments"]:
        yield from _commitment(commitment, published)


def _role(role: dict[str, Any]) -> Step:
    person = role["person"]
    return new(
        role,
        verb="assignment.begun",
        subject=f"role-{role['role']}",
        path="/assignments/",
        body=lambda known: {
            "incident": known.ids["incident"],
            "person": known.ids[person],
            "role": role["role"],
        },
        sign=says(role=role["role"]),
        within="incident",
    )


def _shift_note(note: dict[str, Any]) -> Step:
    text = both(note["text"], "\n\n")
    return new(
        note,
        verb="shift_note.written",
        subject=f"shift-note-{note['minute']}",
        path="/shift-notes/",
        body=lambda known: {"incident": known.ids["incident"], "text": text},
        sign=says(text=text),
        told=note["text"],
    )


def _of_run(part: dict[str, Any]) -> Step:
    if part["act"] == "finish":
        subject = run_task(part["step"])
        verb, path, fields = "task.finished", "/tasks/", {"evidence": both(part["told"])}
    else:
        subject = run_step(part["step"])
        verb, name = _DECIDED[part["act"]]
        path, fields = "/run-steps/", {name: part.get(name) or both(part["told"])}
    return Step(
        minute=part["minute"],
        who=RESPONDER,
        verb=verb,
        subject=subject,
        path=path + "{" + subject + "}/" + part["act"] + "/",
        body=lambda _known: fields,
        told=part["told"],
    )


def _commitment(commitment: dict[str, Any], published: dict[str, dict[str, Any]]) -> Iterator[Step]:
    title = both(commitment["title"])
    subject = f"commitment-{commitment['key']}"
    yield new(
        commitment,
        verb="task.promised",
        subject=subject,
        path="/tasks/promise/",
        body=_promise(commitment, published[commitment["message"]]),
        sign=says(title=title),
        told=commitment["title"],
    )
    if "kept_by" in commitment:
        evidence = published[commitment["kept_by"]]["url"]
        yield Step(
            minute=commitment["kept_minute"],
            who=RESPONDER,
            verb="task.finished",
            subject=subject,
            path="/tasks/{" + subject + "}/finish/",
            body=lambda _known: {"evidence": evidence},
            told=commitment["title"],
        )


def _promise(commitment: dict[str, Any], publication: dict[str, Any]) -> Body:
    fields = {
        "title": both(commitment["title"]),
        "promise": both(commitment["promise"], "\n\n"),
        "promised_in": publication["url"],
        "department": commitment.get("department", ""),
    }
    hours = timedelta(hours=commitment["hours"])

    def body(known: Known) -> dict[str, Any]:
        # Due on the clock of those who read it, not on the story's.
        due_at = datetime.now(UTC).replace(microsecond=0) + hours
        return fields | {
            "incident": known.ids["incident"],
            "owner": known.ids[RESPONDER],
            "promised_at": known.at(publication["minute"]),
            "due_at": due_at.isoformat(),
        }

    return body
