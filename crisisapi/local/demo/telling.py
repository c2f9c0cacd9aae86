"""Telling the story: deliveries and steps in order, from where they were left."""

import time
from collections.abc import Callable
from typing import Any

import httpx
from rich.console import Console

from crisisapi.local.demo.everyday_steps import everyday_steps
from crisisapi.local.demo.feed import Feed, serve_feed
from crisisapi.local.demo.incident_steps import incident_steps
from crisisapi.local.demo.lesson_steps import learning_steps
from crisisapi.local.demo.listening import Listening
from crisisapi.local.demo.mailbox import Mailbox
from crisisapi.local.demo.message_steps import message_steps
from crisisapi.local.demo.pace import Pace
from crisisapi.local.demo.place import Place
from crisisapi.local.demo.preparing_steps import preparing_steps
from crisisapi.local.demo.public_steps import public_steps
from crisisapi.local.demo.screen import Screen
from crisisapi.local.demo.service import API, RefusedByService, Service
from crisisapi.local.demo.source_steps import source_steps
from crisisapi.local.demo.stakeholder_steps import stakeholder_steps
from crisisapi.local.demo.step import APPROVER, RESPONDER, Step
from crisisapi.local.demo.story import Batch, batches, crisis
from crisisapi.local.demo.summary import counts, summary
from crisisapi.local.demo.team_steps import team_steps

SECONDS = 50.0
_TIMEOUT_SECONDS = 30.0
_WORKER_SECONDS = 90.0
# The beat asks for a measurement every half minute.
_GOALS_SECONDS = 40.0
_POLL_SECONDS = 0.3

Pause = Callable[[float], None]


def play(
    *,
    base_url: str,
    prepared: dict[str, Any],
    seconds: float = SECONDS,
    console: Console | None = None,
    pause: Pause = time.sleep,
    transport: httpx.BaseTransport | None = None,
    mailbox: Mailbox | None = None,
) -> None:
    """Tell the story in so many seconds, or the rest of it where an earlier play broke off.

    `prepared` is what `manage.py prepare_demo` answered. A story told to its end is not told
    again. Without a mailbox nobody subscribes: the mail that asks for a confirmation is not read.
    """
    console = console or Console(highlight=False, markup=False, soft_wrap=True)
    # Without the proxies of the environment: the service is on this machine.
    client = httpx.Client(
        base_url=base_url, timeout=_TIMEOUT_SECONDS, transport=transport, trust_env=False
    )
    with client:
        service = Service(client, tokens=prepared["tokens"], pause=pause)
        place = Place(service, brand=prepared["brand"], source=prepared["source"])
        steps = [step for step in _steps(crisis()) if mailbox or not step.is_mailed]
        if place.is_told(steps):
            incident = f"{base_url}{API}/incidents/{place.known.ids['incident']}/"
            console.print(f"The example crisis was told before: {incident}")
            return
        _tell(steps, service, place, console, prepared, Pace(seconds, pause=pause), mailbox)
        told = {"story": crisis(), "brand": prepared["brand"], "base_url": base_url}
        for name, result in summary(service, place.known, mailbox=mailbox, **told):
            console.print(f"{name:<29}{result}")


def _tell(
    steps: list[Step],
    service: Service,
    place: Place,
    console: Console,
    prepared: dict[str, Any],
    pace: Pace,
    mailbox: Mailbox | None,
) -> None:
    story, said = crisis(), batches()
    total = sum(len(batch.mentions) for batch in said)
    with (
        Screen(console, phases=story["phases"], total=total) as screen,
        serve_feed(story["feed"], place.known.at) as feed,
    ):
        teller = _Teller(service, place, screen, prepared, pace, mailbox, feed)
        # What was said up to a minute comes before what is done in it.
        teller.tell(sorted([*said, *steps], key=lambda part: part.minute))
        teller.wait_for_workers(total)


def _steps(story: dict[str, Any]) -> list[Step]:
    told = (preparing_steps, incident_steps, team_steps, stakeholder_steps)
    said = (message_steps, public_steps, everyday_steps, learning_steps, source_steps)
    steps = [step for steps_of in (*told, *said) for step in steps_of(story)]
    return sorted(steps, key=lambda step: step.minute)


class _Teller:
    def __init__(
        self,
        service: Service,
        place: Place,
        screen: Screen,
        prepared: dict[str, Any],
        pace: Pace,
        mailbox: Mailbox | None,
        feed: Feed,
    ) -> None:
        self._service = service
        self._place = place
        self._screen = screen
        self._prepared = prepared
        self._pace = pace
        self._mailbox = mailbox
        self._listening = Listening(service, place.known, feed, self._wait)

    def tell(self, parts: list[Batch | Step]) -> None:
        """Deliver and do, in order, what was not delivered and done before."""
        self._place.read()
        known = self._place.known
        known.ids |= {name: self._prepared[name] for name in ("playbook", "starter")}
        for person in (RESPONDER, APPROVER):
            known.ids[person] = self._service.get(person, "/me/")["id"]
        for part in parts:
            is_new = not self._place.has(part)
            self._listening.come_to(part.minute)
            if is_new:
                self._pace.wait_for(part.minute)
                self._screen.come_to(part.minute)
            if isinstance(part, Batch):
                self._deliver(part, is_new=is_new)
            elif is_new:
                self._do(part)
            elif part.is_fed and part.makes:
                self._listening.find_again()

    def wait_for_workers(self, total: int) -> None:
        """Wait until every mention is analysed and every goal measured, but not for ever.

        A story taken up days later leaves nothing that a goal could be measured by.
        """
        self._screen.note("The workers finish … · העיבוד מסתיים …")
        self._wait(lambda: self._are_analysed(total))
        self._wait(self._are_measured, seconds=_GOALS_SECONDS)

    def _deliver(self, batch: Batch, *, is_new: bool) -> None:
        self._screen.hear(batch.mentions)
        if is_new:
            delivery = self._place.id_of(batch)
            source, secret = self._prepared["source"], self._prepared["secret"]
            self._service.push(source, secret, delivery, batch.body(self._place.known))

    def _do(self, step: Step) -> None:
        path = step.address(self._place.known)
        if step.waits_for:
            self._wait_for_status(step, path.rsplit("/", 2)[0] + "/")
        detail = self._ask(step, path)
        if step.is_mailed:
            self._confirm(step)
        if step.makes and not self._place.learn(step):
            raise RefusedByService(f"The log knows nothing of {step.verb} after {path}")
        if step.is_fed:
            detail = self._listening.look(step, key=self._key(step))
        self._screen.show(step.who, step.verb, step.told)
        if step.is_scene:
            self._screen.scene(step.minute, step.told, detail)

    def _ask(self, step: Step, path: str) -> str:
        """Send the request of a step; return why it was refused, where it had to be."""
        body = step.body(self._place.known)
        if step.refusal:
            problem = self._service.refused(step.who, path, body, code=step.refusal)
            return str(next(iter(problem["errors"].values()))[0]["message"])
        if step.method == "PATCH":
            self._service.patch(step.who, path, body)
        else:
            self._service.post(step.who, path, body, key=self._key(step))
        return ""

    def _key(self, step: Step) -> str:
        # The feed of another play is served elsewhere, so that asking for it is not the same.
        return f"{self._place.prefix}:{step.key}" + step.is_fed * f":{self._listening.address}"

    def _confirm(self, step: Step) -> None:
        """Open the link that came by mail, and press its button."""
        address = step.body(self._place.known)["address"]
        mailbox = self._mailbox
        if mailbox is None or not self._wait(lambda: bool(mailbox.link_to(address, "/confirm/"))):
            raise RefusedByService(f"No mail came to {address}; is the worker up?")
        self._service.press(mailbox.link_to(address, "/confirm/"))

    def _wait_for_status(self, step: Step, path: str) -> None:
        def has_it() -> bool:
            return bool(self._service.get(step.who, path)["status"] == step.waits_for)

        if not self._wait(has_it):
            raise RefusedByService(f"{path} is not {step.waits_for}; is the worker up?")

    def _wait(self, is_done: Callable[[], bool], *, seconds: float = _WORKER_SECONDS) -> bool:
        end = time.monotonic() + seconds
        while not (done := is_done()) and time.monotonic() < end:
            self._pace.pause(_POLL_SECONDS)
        return done

    def _are_analysed(self, total: int) -> bool:
        found = counts(self._service, self._place.known, self._prepared["brand"])
        return bool(found["analysed"] == found["mentions"] >= total)

    def _are_measured(self) -> bool:
        incident = self._place.known.ids["incident"]
        goals = self._service.rows(RESPONDER, "/goals/", incident=incident)
        return all(goal["measured_at"] for goal in goals)
