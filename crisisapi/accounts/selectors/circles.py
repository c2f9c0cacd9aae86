"""Who may read what a circle is drawn around."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from crisisapi.accounts.models import Circle, Member, Role


def readers_among(
    people: Iterable[UUID | str], *, brand_id: UUID, subject_id: UUID | None
) -> list[UUID]:
    """Return those of the people who are active members and, where a circle is drawn, in it."""
    members = Member.objects.filter(
        brand_id=brand_id, user_id__in=list(people), user__is_active=True
    )
    circle = Circle.objects.filter(subject_id=subject_id).first() if subject_id else None
    if circle is not None:
        members = members.filter(Q(role=Role.MANAGER) | Q(user__in=circle.readers.all()))
    return list(members.order_by("user_id").values_list("user_id", flat=True))
