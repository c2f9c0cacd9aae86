"""Who belongs where."""

from uuid import UUID

from crisisapi.accounts.models import Brand, Member, Role, User


def is_member(person: User | None, brand: Brand) -> bool:
    """Say whether the person belongs to the brand; nobody (None) does."""
    return person is None or Member.objects.filter(user=person, brand=brand).exists()


def managers_of(brand_id: UUID) -> list[UUID]:
    """Return the people who manage a brand."""
    managers = Member.objects.filter(brand_id=brand_id, role=Role.MANAGER)
    return list(managers.values_list("user_id", flat=True))


def members_in(brand_id: UUID, department: str) -> list[UUID]:
    """Return the people of a brand who sit in a department."""
    members = Member.objects.filter(brand_id=brand_id, department=department)
    return list(members.values_list("user_id", flat=True))
