"""Who belongs where."""

from crisisapi.accounts.models import Brand, Member, User


def is_member(person: User | None, brand: Brand) -> bool:
    """Say whether the person belongs to the brand; nobody (None) does."""
    return person is None or Member.objects.filter(user=person, brand=brand).exists()
