"""Two incidents become one: what is said about the one is said about the other."""

from uuid import UUID

from messaging.models import Hold, MediaAsset, Message


def move_messages(*, from_incident: UUID, into: UUID | str) -> int:
    """Move every message with all that is its own, every hold and picture; return how many.

    Wording, approval and version stay: what was said does not change with the incident it is
    said about. Runs with the chain locked, in the transaction that merges.
    """
    MediaAsset.objects.filter(incident_id=from_incident).update(incident_id=into)
    Hold.objects.filter(incident_id=from_incident).update(incident_id=into)
    return Message.objects.filter(incident_id=from_incident).update(incident_id=into)
