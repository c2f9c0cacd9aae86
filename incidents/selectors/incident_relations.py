"""What incidents have to do with each other."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from incidents.models import IncidentRelation

if TYPE_CHECKING:
    from crisisapi.accounts.callers import Caller


def relations_of(
    incident_ids: Iterable[UUID], *, caller: "Caller"
) -> dict[UUID, list[IncidentRelation]]:
    """Return the relations of each incident the caller may see, in one query; oldest first."""
    found: dict[UUID, list[IncidentRelation]] = {pk: [] for pk in incident_ids}
    relations = IncidentRelation.objects.current().visible_to(caller)
    ends = Q(first_id__in=list(found)) | Q(second_id__in=list(found))
    for relation in relations.filter(ends).select_related("first", "second").order_by("id"):
        for end in (relation.first_id, relation.second_id):
            if end in found:
                found[end].append(relation)
    return found
