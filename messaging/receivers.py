"""What this floor hears from the log."""

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from crisisapi.common.actors import Actor
from crisisapi.events.models import Event
from crisisapi.events.signals import event_recorded
from incidents.models.incident import Visibility
from messaging.models import FlagReason
from messaging.services.answering import drop_answers, move_answers, publish_answers
from messaging.services.flags import flag_resting_on
from messaging.services.hold_rules import pull_by_rules
from messaging.services.merging import move_messages, move_public_parts
from messaging.services.public_incidents import take_off_restricted
from messaging.services.public_pages import touch_page
from messaging.services.refutations import stop_resting_on
from messaging.services.revising import supersede_revised
from messaging.services.step_messages import draft_for_step
from messaging.services.telling import tell_of_templates

# What happens to a fact: the flag it raises on what is public.
_FLAGS = {
    "fact.refuted": FlagReason.FACT_REFUTED,
    "fact.superseded": FlagReason.FACT_SUPERSEDED,
    "fact.changed": FlagReason.FACT_CHANGED,
}
_FALLS = ("fact.refuted", "fact.superseded")


@receiver(event_recorded, dispatch_uid="messaging.stop_refuted")
def stop_refuted(*, event: Event, **_: Any) -> None:
    """Stop what rests on a fact that fell, flag what is public; in the same transaction."""
    what: dict[str, Any] = {
        "fact_id": event.object_id,
        "brand_id": event.brand_id,
        "now": event.occurred_at,
    }
    if event.verb in _FALLS:
        stop_resting_on(**what)
    if event.verb in _FLAGS and event.data.get("fields") != ["bearing"]:
        flag_resting_on(**what, reason=_FLAGS[event.verb])


@receiver(event_recorded, dispatch_uid="messaging.flag_withdrawn_evidence")
def flag_withdrawn_evidence(*, event: Event, **_: Any) -> None:
    """Flag what is public and rests on a fact that lost a piece of its evidence."""
    if event.verb == "evidence.withdrawn" and event.data["fact"]:
        flag_resting_on(
            fact_id=UUID(event.data["fact"]),
            brand_id=event.brand_id,
            now=event.occurred_at,
            reason=FlagReason.FACT_CHANGED,
        )


@receiver(event_recorded, dispatch_uid="messaging.follow_merged")
def follow_merged(*, event: Event, **_: Any) -> None:
    """Let the messages of a merged incident go on where it goes on."""
    if event.verb == "incident.merged":
        move_messages(from_incident=event.object_id, into=event.data["into"])
        move_public_parts(
            from_incident=event.object_id, into=event.data["into"], now=event.occurred_at
        )


# Events of the floor below after which a public page may show something else.
_SHOWN = ("task.", "goal.", "brand.")


@receiver(event_recorded, dispatch_uid="messaging.touch_public_page")
def touch_public_page(*, event: Event, **_: Any) -> None:
    """Tell caches when a promise, a goal or the brand itself changed."""
    if event.verb.startswith(_SHOWN):
        touch_page(brand_id=event.brand_id, now=event.occurred_at)


@receiver(event_recorded, dispatch_uid="messaging.hide_restricted")
def hide_restricted(*, event: Event, **_: Any) -> None:
    """Take an incident off the public page in the moment it is restricted."""
    changed = event.data.get("changed", {}) if event.verb == "incident.changed" else {}
    if changed.get("visibility", {}).get("to") == Visibility.RESTRICTED:
        actor = Actor(event.actor_kind, event.actor_id)  # type: ignore[arg-type]  # one of three
        take_off_restricted(incident_id=event.object_id, actor=actor, now=event.occurred_at)


@receiver(event_recorded, dispatch_uid="messaging.draft_for_playbooks")
def draft_for_playbooks(*, event: Event, **_: Any) -> None:
    """Draft the message that a step of a playbook asks for, once it is known what it says."""
    if event.verb in ("runstep.started", "runstep.supplied") and event.data["kind"] == "message":
        actor = Actor(event.actor_kind, event.actor_id)  # type: ignore[arg-type]  # one of three
        draft_for_step(step_id=event.object_id, actor=actor, now=event.occurred_at)


@receiver(event_recorded, dispatch_uid="messaging.tell_of_templates")
def tell_managers(*, event: Event, **_: Any) -> None:
    """Tell the managers of templates to be looked at again."""
    tell_of_templates(event)


@receiver(event_recorded, dispatch_uid="messaging.pull_the_brake")
def pull_the_brake(*, event: Event, **_: Any) -> None:
    """Raise holds by the rules of the brand when an incident becomes severe enough."""
    if event.object_type == "incident" and event.incident_id and _tells_severity(event):
        pull_by_rules(incident_id=event.incident_id, now=event.occurred_at)


def _tells_severity(event: Event) -> bool:
    told = {*event.data, *event.data.get("changed", {})}
    return bool(told & {"severity", "kind"}) or event.verb == "incident.reopened"


@receiver(event_recorded, dispatch_uid="messaging.supersede_revised")
def supersede_what_it_revises(*, event: Event, **_: Any) -> None:
    """Let a public message give way to the one that revises it, once that is public."""
    if event.verb in ("message.published", "message.partially_published"):
        supersede_revised(message_id=event.object_id, now=event.occurred_at)


@receiver(event_recorded, dispatch_uid="messaging.follow_answers")
def follow_answers(*, event: Event, **_: Any) -> None:
    """Let questions follow the message that answers them: public, replaced, or never said."""
    what: dict[str, Any] = {"message_id": event.object_id, "now": event.occurred_at}
    if event.verb in ("message.published", "message.partially_published"):
        publish_answers(**what)
    elif event.verb == "message.superseded":
        move_answers(**what, into=UUID(event.data["superseded_by"]))
    elif event.verb == "message.withdrawn":
        drop_answers(**what)
