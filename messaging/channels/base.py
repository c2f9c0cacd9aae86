"""What a way to the public does."""

from dataclasses import dataclass
from typing import Literal, Protocol

from messaging.models import Publication

Result = Literal["published", "awaiting_person", "failed", "unknown"]


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended.

    `failed` only when it is certain that nothing reached the public; when it is not, `unknown`.
    """

    result: Result
    url: str = ""
    external_id: str = ""
    instructions: str = ""
    error: str = ""


class Publisher(Protocol):
    """Publishes through channels of one kind."""

    def publish(self, publication: Publication) -> Outcome:
        """Attempt it once, outside of any transaction; every call it makes has a timeout."""
