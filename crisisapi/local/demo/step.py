"""One request of a player, and the event of the log that shows it was done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from string import Formatter
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


def run_step(key: str) -> str:
    """Return how a step of the playbook's run is called among the known ids."""
    return f"step-{key}"


def run_task(key: str) -> str:
    """Return how the task is called that a step of the playbook's run made."""
    return f"task-{key}"


def is_of_run(name: str) -> bool:
    """Say whether it is something that the service made as it ran the playbook."""
    return name.startswith(("step-", "task-"))


NOTHING = constant()
ANYTHING = says()


@dataclass(frozen=True, kw_only=True)
class Step:
    """One request of a player.

    `subject` names what it makes or changes. `sign` recognises its event by the data, where the
    id of the object is not known yet or not enough; `within` names the incident of the event,
    where others may have such events too.

    A step with a `refusal` has to be refused with that code; its event is that of the step which
    puts it right. Steps that name the same `request` are done by one request together.
    """

    minute: float
    who: str
    verb: str
    subject: str
    path: str
    told: Text
    body: Body = NOTHING
    sign: Sign = ANYTHING
    within: str = ""
    makes: bool = False
    method: str = "POST"
    # The status its object must have reached first, by the work of others.
    waits_for: str = ""
    refusal: str = ""
    request: str = ""
    # A link in a mail has to be followed before it is done.
    is_mailed: bool = False
    # It is about the feed that the player serves.
    is_fed: bool = False
    # Told to everybody who watches, not only where there is a terminal.
    is_scene: bool = False

    @property
    def key(self) -> str:
        """What tells its request from every other one."""
        return self.request or f"{self.verb}:{self.subject}:{self.minute:g}"

    @property
    def asks_for(self) -> set[str]:
        """Names of everything whose id it needs to be done, or to be found in the log."""
        in_path = {name for _, name, _, _ in Formatter().parse(self.path) if name}
        return (in_path | {self.within, "" if self.makes else self.subject}) - {""}

    def address(self, known: Known) -> str:
        """Return the path of its request."""
        return self.path.format_map(known.ids)

    def find(self, events: Iterable[Event], known: Known) -> Event | None:
        """Return the event that shows that it was done, None when it was not."""
        needed = {self.within, "" if self.makes else self.subject} - {""}
        if not needed <= known.ids.keys():
            return None
        return next((event for event in events if self._is_of(event, known)), None)

    def _is_of(self, event: Event, known: Known) -> bool:
        is_same = self.makes or event["object_id"] == known.ids[self.subject]
        is_there = not self.within or event["incident"] == known.ids[self.within]
        is_it = is_same and is_there and event["verb"] == self.verb
        return is_it and self.sign(known, event["data"])


def new(
    entry: dict[str, Any],
    *,
    verb: str,
    subject: str,
    path: str,
    body: Body,
    sign: Sign = ANYTHING,
    within: str = "",
    told: Text | None = None,
    request: str = "",
    is_scene: bool = False,
) -> Step:
    """Return the step that makes what an entry of the story tells of."""
    return Step(
        minute=entry["minute"],
        who=RESPONDER,
        verb=verb,
        subject=subject,
        path=path,
        body=body,
        sign=sign,
        within=within,
        makes=True,
        told=told or entry.get("told") or entry["title"],
        request=request,
        is_scene=is_scene,
    )
