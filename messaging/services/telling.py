"""Whom the events of messages and publications concern, and what a whole team is told of."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Circle, Member, Role
from crisisapi.accounts.selectors.members import managers_of, members_in
from crisisapi.common.sentences import reason_in
from crisisapi.events.models import Event
from incidents.models import Incident, IncidentRole, add_sentences
from incidents.models.incident import Mode
from incidents.services.notifications import notify
from incidents.services.telling import holders_of
from messaging.models import Message, Publication
from messaging.selectors.audience import opens_the_pile

_BACK_TO_AUTHOR = {
    "message.rejected",
    "message.changes_requested",
    "message.approval_withdrawn",
}
_TO_REVIEW = {"message.submitted", "message.reviewed", "review_round.reminded"}
_IN_TROUBLE = {
    "publication.failed",
    "publication.unknown",
    "publication.awaiting_person",
    "publication.held",
}
_BRAKE = {"hold.raised", "hold.lifted"}
_TOLD = _BACK_TO_AUTHOR | _TO_REVIEW | _IN_TROUBLE | {"message.flagged", "message.glass_broken"}
_QUESTIONS = {"question.asked", "question.routed"}
_SOURCES = {"source.failing", "source.silent", "source.recovered", "source.heard_again"}
_ALERTS = {"alert.raised", "alert.late", "alert.subsided"}
_TEMPLATES_DUE = {"template.due_soon", "template.late"}
_TEAM_MESSAGES = {
    "message.submitted",
    "message.approved",
    "message.glass_broken",
    "message.published",
    "message.partially_published",
    "message.failed",
    "message.flagged",
    "message.approval_withdrawn",
}
_TEAM_INCIDENTS = {"incident.opened", "incident.acknowledged", "incident.people_notified"}

add_sentences(
    {
        "message.submitted": _("%(reference)s: a message waits for review, “%(title)s”."),
        "message.reviewed": _("%(reference)s: a message waits for review, “%(title)s”."),
        "review_round.reminded": _("%(reference)s: a review still waits for you, “%(title)s”."),
        "message.changes_requested": _("%(reference)s: a message needs changes, “%(title)s”."),
        "message.glass_broken": _(
            "%(reference)s: a message was approved without review, look at it: “%(title)s”."
        ),
        "message.approved": _("%(reference)s: a message was approved, “%(title)s”."),
        "message.rejected": _("%(reference)s: a message came back to you, “%(title)s”."),
        "message.approval_withdrawn": _(
            "%(reference)s: a message has lost its approval, “%(title)s”."
        ),
        "message.published": _("%(reference)s: a message is out, “%(title)s”."),
        "message.partially_published": _(
            "%(reference)s: a message is out in part only, “%(title)s”."
        ),
        "message.failed": _("%(reference)s: a message did not get out, “%(title)s”."),
        "message.flagged": _("%(reference)s: a fact fell under a public message, “%(title)s”."),
        "publication.failed": _("%(reference)s: “%(title)s” did not get out on %(channel)s."),
        "publication.unknown": _(
            "%(reference)s: nobody knows whether “%(title)s” is out on %(channel)s. Look there."
        ),
        "publication.held": _("%(reference)s: “%(title)s” is held back on %(channel)s."),
        "hold.raised": _("The brake is pulled: %(reason)s"),
        "hold.lifted": _("The brake is released: %(reason)s"),
        "question.asked": _("Questions of the audience wait to be looked through."),
        "question.routed": _("A question of the audience was passed to you."),
        "publication.awaiting_person": _("%(reference)s: post “%(title)s” on %(channel)s."),
    }
)


def tell_concerned(event: Event) -> None:
    """Notify those whom an event of this floor concerns, but not of what they did themselves."""
    people: Iterable[Any]
    if event.verb in _BRAKE:
        people, details = managers_of(event.brand_id), {"reason": event.data["reason"]}
    elif event.verb in _QUESTIONS:
        people, details = _askable(event), {}
    elif event.verb in _TOLD and event.incident_id is not None:
        people, details = _concerned(event, event.incident_id)
    else:
        return
    told = {str(person) for person in people if person} - {str(event.actor_id)}
    if told:
        notify(told, event=event, details=details)


def tell_of_templates(event: Event) -> None:
    """Tell the managers of a brand that a template is to be looked at again."""
    if event.verb not in _TEMPLATES_DUE:
        return
    if people := managers_of(event.brand_id):
        notify(people, event=event, details={"title": event.data["title"]})


def told_to_teams(event: Event) -> Mapping[str, Any] | None:
    """Return what the sentence for a whole team is made of, None for what teams are not told.

    Nothing of a restricted incident, nor of a drill, is told to a team.
    """
    said = _of_itself(event)
    if event.incident_id is None:
        return said
    is_closed = Circle.objects.filter(subject_id=event.incident_id).exists()
    incident = Incident.objects.get(pk=event.incident_id)
    if is_closed or incident.mode == Mode.DRILL:
        return None
    said = said or _said_to_teams(event, incident)
    return None if said is None else {"reference": incident.reference, **said}


def _of_itself(event: Event) -> Mapping[str, Any] | None:
    """Return what an event says without its incident; None for one that needs it."""
    if event.verb in _BRAKE:
        return {"reason": event.data["reason"]}
    if event.verb in _SOURCES:
        return _of_source(event)
    if event.verb in _ALERTS and not event.data.get("first"):
        return dict(event.data["said"])
    return None


def _of_source(event: Event) -> Mapping[str, Any] | None:
    """Return what is told of a source by the floor above; None where it had not failed before."""
    if event.data.get("before", "failing") != "failing" and event.verb == "source.recovered":
        return None
    told = ("name", "hours", "usual")
    said = {name: event.data[name] for name in told if name in event.data}
    return said | ({"reason": reason_in(event.data)} if "reason" in event.data else {})


def _said_to_teams(event: Event, incident: Incident) -> Mapping[str, Any] | None:
    if event.verb in _TEAM_MESSAGES:
        return {"title": Message.objects.get(pk=event.object_id).title}
    if event.verb in _IN_TROUBLE:
        return _of_publication(event)[1]
    if event.verb in _TEAM_INCIDENTS:
        return {"title": incident.title}
    if event.verb.startswith("incident.") and "to" in event.data:
        return {"verb": "incident.moved", "status": event.data["to"]}
    changed = event.data.get("changed", {}) if event.verb == "incident.changed" else {}
    if "severity" in changed:
        return {"verb": "incident.severity", "severity": changed["severity"]["to"]}
    return None


def _concerned(event: Event, incident_id: UUID) -> tuple[Iterable[Any], dict[str, Any]]:
    reference = Incident.objects.get(pk=incident_id).reference
    if event.verb in _IN_TROUBLE:
        publication, details = _of_publication(event)
        speakers = holders_of(incident_id, [IncidentRole.COMMUNICATIONS_LEAD])
        return [publication.requested_by_id, *speakers], {"reference": reference, **details}
    message = Message.objects.get(pk=event.data.get("message", event.object_id))
    details = {"reference": reference, "title": message.title}
    if event.verb in _TO_REVIEW:
        return event.data.get("asked") or waited_on(event), details
    if event.verb == "message.glass_broken":
        return managers_of(event.brand_id), details
    if event.verb == "message.flagged":
        speakers = holders_of(incident_id, [IncidentRole.COMMUNICATIONS_LEAD])
        return [message.author_id, message.approved_by_id, *speakers], details
    return [message.author_id], details


def _askable(event: Event) -> list[UUID | str]:
    """Return whom a question waits on; for new ones once, until all of them were looked at."""
    if event.verb == "question.asked" and not opens_the_pile(event.object_id):
        return []
    return waited_on(event)


def waited_on(event: Event) -> list[UUID | str]:
    """Return the people something waits on since an event: a person, a department, or a role."""
    waiting = event.data.get("waits_on") or {}
    if waiting.get("person"):
        return [waiting["person"]]
    if waiting.get("department"):
        return [*members_in(event.brand_id, waiting["department"])]
    if not waiting.get("role"):
        return []
    least = Role(waiting["role"]).rank
    roles = [role for role in Role if role.rank >= least]
    members = Member.objects.filter(brand_id=event.brand_id, role__in=roles)
    return list(members.values_list("user_id", flat=True))


def _of_publication(event: Event) -> tuple[Publication, dict[str, str]]:
    rows = Publication.objects.select_related("message", "channel")
    publication = rows.get(pk=event.object_id)
    return publication, {"title": publication.message.title, "channel": publication.channel.name}
