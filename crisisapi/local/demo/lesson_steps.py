"""The steps that keep what was learned: lessons, and the review they stand beside."""

from collections.abc import Iterator
from typing import Any

from crisisapi.local.demo.step import APPROVER, RESPONDER, Step, constant, new, says
from crisisapi.local.demo.story import both

_REVIEW = "review"
_WORDS = ("summary", "went_well", "went_badly", "causes", "recommendations")


def learning_steps(story: dict[str, Any]) -> Iterator[Step]:
    """Yield the lessons and the review, whose completion is the end of the story."""
    for lesson in story["lessons"]:
        yield from lesson_steps(lesson)
    yield from _review(story["review"])


def lesson_steps(lesson: dict[str, Any], *, incident: str = "incident") -> Iterator[Step]:
    """Yield how a lesson is proposed and accepted, and adopted into the playbook if it is."""
    title = both(lesson["title"])
    subject = f"lesson-{incident}-{abs(lesson['minute'])}"
    fields = {
        "title": title,
        "observation": both(lesson["what_happened"], "\n\n"),
        "recommendation": both(lesson["recommendation"], "\n\n"),
    }
    yield new(
        lesson,
        verb="lesson.proposed",
        subject=subject,
        path="/lessons/",
        body=lambda known: (
            fields | {"incident": known.ids[incident], "owner": known.ids[RESPONDER]}
        ),
        sign=says(title=title),
    )
    yield _decided(lesson, subject, "accept", "lesson.accepted")
    if adopted := lesson.get("adopted"):
        change = {"change": both(adopted["change"]), "add_step": adopted["add_step"]}
        yield _decided(lesson, subject, "adopt", "lesson.adopted", **change)


def _decided(lesson: dict[str, Any], subject: str, action: str, verb: str, **fields: Any) -> Step:
    return Step(
        minute=lesson["accepted_minute"],
        who=APPROVER,
        verb=verb,
        subject=subject,
        path="/lessons/{" + subject + "}/" + action + "/",
        body=lambda known: fields | ({"playbook": known.ids["playbook"]} if fields else {}),
        told=lesson["title"],
    )


def _review(review: dict[str, Any]) -> Iterator[Step]:
    yield new(
        review,
        verb="review.drafted",
        subject=_REVIEW,
        path="/reviews/",
        body=lambda known: {"incident": known.ids["incident"]},
        within="incident",
    )
    words = {name: both(review[name], "\n\n") for name in _WORDS}
    completed = review["completed_minute"]
    path = "/reviews/{review}/"
    yield _reviewed(review, review["minute"], "review.changed", path, **words)
    # What was accepted and adopted since it was drafted belongs into its record.
    yield _reviewed(review, completed, "review.refreshed", path + "refresh/")
    yield _reviewed(review, completed, "review.completed", path + "complete/")


def _reviewed(review: dict[str, Any], minute: float, verb: str, path: str, **words: str) -> Step:
    return Step(
        minute=minute,
        who=APPROVER,
        verb=verb,
        subject=_REVIEW,
        path=path,
        method="PATCH" if words else "POST",
        body=constant(**words),
        told=review["told"],
    )
