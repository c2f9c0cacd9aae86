"""Names of those who did something."""

from collections.abc import Iterable
from uuid import UUID

from crisisapi.accounts.models import ApiKey, User


def names_of(actors: Iterable[tuple[str, UUID | None]]) -> dict[UUID, str]:
    """Return the display name of each actor (kind, id), in at most two queries."""
    wanted = set(actors)
    users = {pk for kind, pk in wanted if kind == "user" and pk}
    keys = {pk for kind, pk in wanted if kind == "api_key" and pk}
    found: dict[UUID, str] = {}
    if users:
        found |= {user.pk: user.display_name for user in User.objects.filter(pk__in=users)}
    if keys:
        found |= dict(ApiKey.objects.filter(pk__in=keys).values_list("pk", "name"))
    return found
