"""The steps beside the crisis: everyday posts, and the brake that holds them back meanwhile."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from crisisapi.local.demo.drafting_steps import drafting_steps
from crisisapi.local.demo.message_steps import publication_steps, request_step, review_steps
from crisisapi.local.demo.step import APPROVER, MANAGER, RESPONDER, Body, Step, constant, new, says
from crisisapi.local.demo.story import Known, both

EVERYDAY, _HOLD = "everyday", "hold"
_DECIDED = {"release": "publication.released", "drop": "publication.cancelled"}


def everyday_steps(story: dict[str, Any]) -> Iterator[Step]:
    """Yield how everyday posts are planned, held back and decided on, in no order."""
    everyday, brand = story["everyday"], story["brand"]["slug"]
    yield from _routine(everyday, brand)
    for message in everyday["messages"]:
        yield from drafting_steps({**message, "incident": EVERYDAY}, story["product"], {})
        yield from review_steps(message)
    for publication in everyday["publications"]:
        yield from publication_steps(publication)
    yield from (_planned(planned) for planned in everyday["planned"])
    yield from _brake(everyday["hold"], brand)
    yield from (_decision(decision) for decision in everyday["decisions"])


def _routine(everyday: dict[str, Any], brand: str) -> Iterator[Step]:
    """Open the incident that everyday posts belong to, so that the brake stops them too."""
    title = both(everyday["title"])
    yield Step(
        minute=everyday["minute"],
        who=MANAGER,
        verb="incident.opened",
        subject=EVERYDAY,
        path="/incidents/",
        body=constant(brand=brand, title=title, kind="other", severity=4),
        sign=says(title=title),
        makes=True,
        told=everyday["title"],
    )
    yield Step(
        minute=everyday["minute"],
        who=RESPONDER,
        verb="incident.acknowledged",
        subject=EVERYDAY,
        path="/incidents/{" + EVERYDAY + "}/acknowledge/",
        told=everyday["title"],
    )


def _planned(planned: dict[str, Any]) -> Step:
    return request_step(planned, planned["told"], more=_in_hours(planned["hours"]))


def _in_hours(hours: float) -> Body:
    """Return the time to leave, on the clock of the workers, who know nothing of the story's."""

    def body(_known: Known) -> dict[str, Any]:
        leaving_at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=hours)
        return {"publish_at": leaving_at.isoformat()}

    return body


def _brake(hold: dict[str, Any], brand: str) -> Iterator[Step]:
    reason = both(hold["reason"])
    yield new(
        hold,
        verb="hold.raised",
        subject=_HOLD,
        path="/holds/",
        body=lambda known: {"brand": brand, "incident": known.ids["incident"], "reason": reason},
        within="incident",
        is_scene=True,
    )
    yield Step(
        minute=hold["lifted_minute"],
        who=APPROVER,
        verb="hold.lifted",
        subject=_HOLD,
        path="/holds/{" + _HOLD + "}/lift/",
        body=constant(reason=both(hold["lifted"])),
        told=hold["lifted"],
        is_scene=True,
    )


def _decision(decision: dict[str, Any]) -> Step:
    subject = f"{decision['message']}-{decision['channel']}"
    return Step(
        minute=decision["minute"],
        who=APPROVER,
        verb=_DECIDED[decision["act"]],
        subject=subject,
        path="/publications/{" + subject + "}/" + decision["act"] + "/",
        body=constant(reason=both(decision["told"])),
        told=decision["told"],
        is_scene=True,
    )
