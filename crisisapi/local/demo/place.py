"""How far the story is told: read from the service's own log, which forgets nothing."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from crisisapi.local.demo.service import Service
from crisisapi.local.demo.step import RESPONDER, Event, Step, is_of_run, run_step, run_task
from crisisapi.local.demo.story import Batch, Known, beginning

_DELIVERY = re.compile(r"example-(\d{8}T\d{4})-(\d{3})")


class Place:
    """What was done and delivered by this play or an earlier one.

    Events and deliveries stay as they are, whatever people rename or change afterwards.
    """

    def __init__(self, service: Service, *, brand: str, source: str) -> None:
        self._service = service
        self._brand = brand
        self._source = source
        self._events: list[Event] = []
        self._delivered: set[str] = set()
        self.known = Known(beginning(datetime.now(UTC)))

    @property
    def prefix(self) -> str:
        """What begins every key and delivery of this story: it says when minute 0 was."""
        return f"example-{self.known.began_at:%Y%m%dT%H%M}"

    def id_of(self, batch: Batch) -> str:
        """Return the id under which a batch is delivered."""
        return f"{self.prefix}-{batch.number:03d}"

    def is_told(self, steps: Sequence[Step]) -> bool:
        """Say whether the last step was done; asks for few events, however long the log is."""
        last = steps[-1]
        made = {"incident", last.subject}
        needed = [step for step in steps if step.makes and step.subject in made]
        return all(self.learn(step) for step in [*needed, last])

    def read(self) -> None:
        """Read all that was done and delivered; an earlier play says when minute 0 was."""
        self._events = list(self._service.rows(RESPONDER, "/events/", brand=self._brand))
        for row in self._service.rows(RESPONDER, "/deliveries/", source=self._source):
            if match := _DELIVERY.fullmatch(row["external_id"]):
                self._delivered.add(row["external_id"])
                began_at = datetime.strptime(match[1], "%Y%m%dT%H%M")  # noqa: DTZ007
                self.known.began_at = began_at.replace(tzinfo=UTC)

    def has(self, part: Batch | Step) -> bool:
        """Say whether an earlier play did it; learns the id of what a step made."""
        if isinstance(part, Batch):
            return self.id_of(part) in self._delivered
        if any(map(is_of_run, part.asks_for - self.known.ids.keys())):
            self._learn_run()
        return self._found(part, self._events)

    def learn(self, step: Step) -> bool:
        """Ask the log whether a step was done, and learn the id of what it made."""
        events = self._service.rows(RESPONDER, "/events/", brand=self._brand, verb=step.verb)
        return self._found(step, events)

    def _learn_run(self) -> None:
        """Learn the ids of the steps of the playbook's run, and of the tasks they made."""
        incident = self.known.ids.get("incident")
        if incident is None:
            return
        # The newest first: of two runs the one that began by itself stays known.
        for row in self._service.rows(RESPONDER, "/run-steps/", incident=incident):
            self.known.ids[run_step(row["key"])] = row["id"]
            if row["object_type"] == "task":
                self.known.ids[run_task(row["key"])] = row["object_id"]

    def _found(self, step: Step, events: Iterable[Event]) -> bool:
        event = step.find(events, self.known)
        if event is not None:
            self.known.ids[step.subject] = event["object_id"]
        return event is not None
