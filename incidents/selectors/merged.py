"""What was merged into an incident."""

from uuid import UUID

from incidents.models import Incident


def with_merged(incident_id: UUID) -> list[UUID]:
    """Return the ids of an incident and of all that were merged into it: one story."""
    merged = Incident.objects.filter(merged_into=incident_id).order_by("pk")
    return [incident_id, *merged.values_list("pk", flat=True)]
