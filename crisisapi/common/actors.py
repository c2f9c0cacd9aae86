"""Who does something: a person, an API key, or the service itself."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

ActorKind = Literal["user", "api_key", "system"]


@dataclass(frozen=True)
class Actor:
    """The one an event names as its doer; `id` is None for the service itself."""

    kind: ActorKind
    id: UUID | None = None

    @property
    def person_id(self) -> UUID | None:
        """The id of the person who acts; None for an API key or the service."""
        return self.id if self.kind == "user" else None


SYSTEM = Actor("system")
