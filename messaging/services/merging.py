"""Two incidents become one: what is said about the one is said about the other."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from crisisapi.common.actors import SYSTEM
from incidents.models import Incident
from messaging.models import (
    Hold,
    KeyMessage,
    LiveSession,
    MediaAsset,
    Message,
    Poll,
    PublicIncident,
    PublicNumber,
    Question,
    SuccessStory,
)
from messaging.services.public_incidents import merge_into, move_public_incident, take_off
from messaging.services.public_updates import move_updates


def move_messages(*, from_incident: UUID, into: UUID | str) -> int:
    """Move every message with all that is its own, and what else belongs to the incident.

    Return how many messages there were. Wording, approval and version stay: what was said does
    not change with the incident it is said about. Runs with the chain locked, in the transaction
    that merges.
    """
    for model in (KeyMessage, SuccessStory, MediaAsset, Poll, Question, LiveSession):
        model._default_manager.filter(incident_id=from_incident).update(incident_id=into)
    Hold.objects.filter(incident_id=from_incident).update(incident_id=into)
    return Message.objects.filter(incident_id=from_incident).update(incident_id=into)


def move_public_parts(*, from_incident: UUID, into: UUID | str, now: datetime) -> None:
    """Let what the public is told go on there; readers of the merged one are led to the other.

    Nothing of it is shown any more where the other incident is restricted.
    """
    move_updates(from_incident=from_incident, into=into)
    PublicNumber.objects.filter(incident_id=from_incident).update(incident_id=into)
    there = PublicIncident.objects.filter(incident_id=into, merged_into=None).first()
    for public in PublicIncident.objects.filter(incident_id=from_incident):
        if there is None or public.merged_into_id is not None:
            move_public_incident(public, into=into, now=now)
            there = there or public
        else:
            merge_into(public, there, into=into, now=now)
    if there is not None and there.is_public and Incident.objects.get(pk=into).is_restricted:
        reason = _("It was merged into an incident that is restricted.")
        take_off(there, reason=reason, actor=SYSTEM, now=now)
