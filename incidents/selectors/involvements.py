"""Who is involved where, as far as a caller may see."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from incidents.models import Involvement, Stakeholder

if TYPE_CHECKING:
    from crisisapi.accounts.callers import Caller


def seen_involvements(caller: "Caller") -> "Prefetch[str, QuerySet[Involvement], str]":
    """Return what puts the current involvements a caller may see on stakeholders, as `seen`."""
    current = Involvement.objects.current().visible_to(caller).order_by("created_at", "id")
    return Prefetch("involvements", queryset=current, to_attr="seen")


def involved_in(
    stakeholders: QuerySet[Stakeholder], incident_id: UUID, caller: "Caller"
) -> QuerySet[Stakeholder]:
    """Return those involved in an incident now, none where the caller may not know."""
    current = Involvement.objects.current().visible_to(caller).filter(incident_id=incident_id)
    return stakeholders.filter(Exists(current.filter(stakeholder=OuterRef("pk"))))
