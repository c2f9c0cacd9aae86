"""Who is asking, and for which brands they may do what."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast
from uuid import UUID

from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from crisisapi.accounts.models import ApiKey, Member, Role, User
from crisisapi.common.actors import Actor


@dataclass(frozen=True)
class Caller:
    """A person with a role in each of their brands, or an API key of one brand."""

    who: User | ApiKey
    roles: Mapping[UUID, Role]

    @property
    def brand_ids(self) -> list[UUID]:
        """The brands the caller belongs to."""
        return [self.who.brand_id] if isinstance(self.who, ApiKey) else list(self.roles)

    @property
    def is_person(self) -> bool:
        """Whether a person asks, not a key."""
        return not isinstance(self.who, ApiKey)

    @property
    def managed_brand_ids(self) -> list[UUID]:
        """The brands the caller manages."""
        return [pk for pk, role in self.roles.items() if role == Role.MANAGER]

    @property
    def actor(self) -> Actor:
        """The caller as events name it."""
        return Actor("api_key" if isinstance(self.who, ApiKey) else "user", self.who.pk)

    def limited_to(self, access: "Access") -> "Caller":
        """Return the caller with only the brands in which they have the role."""
        if isinstance(self.who, ApiKey):
            return self
        enough = {pk: role for pk, role in self.roles.items() if access.suffices(role)}
        return replace(self, roles=enough)

    def may(self, brand_id: UUID, access: "Access") -> bool:
        """Say whether the caller has the role, or the scope, in this brand."""
        if isinstance(self.who, ApiKey):
            return brand_id == self.who.brand_id and access.opens_to(self.who)
        role = self.roles.get(brand_id)
        return role is not None and access.role is not None and access.suffices(role)


# Asked of a key instead of a scope where any key may.
ANY_SCOPE = "*"


@dataclass(frozen=True)
class Access:
    """What an action asks: a least role of a person, a scope of a key (None: no key may).

    A `role` of None lets any signed-in person in; the view decides what is theirs.
    """

    role: Role | None
    scope: str | None = None

    def suffices(self, role: Role) -> bool:
        """Say whether the role is enough."""
        return self.role is None or role.rank >= self.role.rank

    def opens_to(self, key: ApiKey) -> bool:
        """Say whether the key has the scope."""
        return self.scope == ANY_SCOPE or self.scope in key.scopes


def who_asks(request: Request) -> User | ApiKey | None:
    """Return the person or the key of a request, None for nobody."""
    return cast("User | ApiKey | None", request.user)


def caller_of(request: Request) -> Caller:
    """Return the caller of a request, its roles read once."""
    known: Caller | None = getattr(request, "_caller", None)
    if known is None:
        who = who_asks(request)
        if who is None:
            raise NotAuthenticated
        known = Caller(who, _roles(who))
        request._caller = known  # type: ignore[attr-defined]
    return known


def _roles(who: User | ApiKey) -> dict[UUID, Role]:
    if isinstance(who, ApiKey):
        return {}
    memberships = Member.objects.filter(user=who).values_list("brand_id", "role")
    return {brand_id: Role(role) for brand_id, role in memberships}
