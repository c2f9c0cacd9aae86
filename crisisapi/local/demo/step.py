"""One request of a player, and the event of the log that shows it was done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from crisisapi.local.demo.story import Known, Text

MANAGER, RESPONDER, APPROVER = "admin", "noa", "daniel"

Event = dict[str, Any]
Body = Callable[[Known], dict[str, Any]]
Sign = Callable[[Known, dict[str, Any]], bool]


def constant(**fields: Any) -> Body:
    """Return a body that needs to know nothing."""
    return lambda _known: fields


def says(**fields: Any) -> Sign:
    """Recognise an event by some of its data."""
    return lambda _known, data: all(data.get(name) == value for name, value in fields.items())


NOTHING = constant()
ANYTHING = says()


@dataclass(frozen=True, kw_only=True)
class Step:
    """One request of a player.

    `subject` names what it makes or changes. `sign` recognises its event by the data, where the
    id of the object is not known yet or not enough.
    """

    minute: float
    who: str
    verb: str
    subject: str
    path: str
    told: Text
    body: Body = NOTHING
    sign: Sign = ANYTHING
    makes: bool = False
    method: str = "POST"
    # The status its object must have reached first, by the work of others.
    waits_for: str = ""

    @property
    def key(self) -> str:
        """What tells it from every other step."""
        return f"{self.verb}:{self.subject}:{self.minute:g}"

    def address(self, known: Known) -> str:
        """Return the path of its request."""
        return self.path.format_map(known.ids)

    def find(self, events: Iterable[Event], known: Known) -> Event | None:
        """Return the event that shows that it was done, None when it was not."""
        if not self.makes and self.subject not in known.ids:
            return None
        return next((event for event in events if self._is_of(event, known)), None)

    def _is_of(self, event: Event, known: Known) -> bool:
        is_same = self.makes or event["object_id"] == known.ids[self.subject]
        return is_same and event["verb"] == self.verb and self.sign(known, event["data"])
