"""Random ways to the public: each post at most once, none lost, none told wrong."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import DomainError
from crisisapi.events.selectors.chain import check_chain
from incidents.models import FactStatus
from incidents.services.facts import refute_fact
from messaging.channels.base import Outcome
from messaging.models import Hold, Message, Publication, PublicationPart
from messaging.rules.parts import status_of
from messaging.services.approvals import hash_of
from messaging.services.attempts import (
    attempt_part,
    begin_attempt,
    end_attempt,
    give_up_attempts,
)
from messaging.services.claims import GIVE_UP_AFTER, Claim
from messaging.services.holds import Scope, lift_hold, raise_hold
from messaging.services.performing import due_parts
from messaging.services.publications import (
    cancel_publication,
    fail_publication,
    record_publication,
)
from messaging.services.releases import drop_publication, release_publication
from messaging.services.retries import retry_publication
from messaging.services.withdrawals import record_withdrawal, withdraw_publication
from tests.factories.accounts import BrandFactory
from tests.factories.incidents import FactFactory, IncidentFactory
from tests.machines import DatabaseMachine, walk
from tests.messaging.conftest import NOW
from tests.messaging.outward import Receiver, a_channel, a_thread, work
from tests.servers import FakeServer, Reply

pytestmark = pytest.mark.django_db

MISBEHAVIOUR = [
    Reply(400),
    Reply(429, headers={"Retry-After": "30"}),
    Reply(500),
    Reply(500, does=True),
    Reply(502, body="<html>Bad gateway</html>"),
    Reply(cut="before_reading"),
    Reply(cut="after_reading"),
    Reply(cut="after_reading", does=True),
    Reply(201, {"id": "x"}, cut="in_answer", does=True),
]


def _rest_on_a_fact(publication: Publication) -> None:
    """Let a message rest on a fact of its own, approved like that."""
    message = publication.message
    fact = FactFactory(incident=message.incident, status=FactStatus.CONFIRMED)
    message.facts.set([fact])
    message.approved_hash = publication.wording_hash = hash_of(message)
    message.save(update_fields=["approved_hash"])
    publication.save(update_fields=["wording_hash"])


class Delivery(DatabaseMachine):
    """Threads of three posts and single ones, to a receiver that recognises nothing.

    `in_hand` are answers that a worker has and did not tell yet, `sealed` what was out of each
    publication when nothing more of it was to leave.
    """

    server: FakeServer
    in_hand: list[tuple[Claim, Outcome]]
    held: Hold | None
    sealed: dict[UUID, list[str]]

    @initialize()
    def begin(self) -> None:
        self.now = NOW
        self.brand = BrandFactory()
        self.server = FakeServer()
        self.server.start()
        self.receiver = Receiver(self.server)
        incident = IncidentFactory(brand=self.brand)
        channel = a_channel(self.brand, self.server)
        self.threads = [
            a_thread(incident, channel, *texts, now=self.now)
            for texts in (["One.", "Two.", "Three."], ["Alone."])
        ]
        for thread in self.threads:
            _rest_on_a_fact(thread)
        self.in_hand, self.held, self.held_at = [], None, 0
        self.sealed = {}

    def teardown(self) -> None:
        if hasattr(self, "server"):
            self.server.stop()
        super().teardown()

    def _pick(self, number: int) -> Publication:
        thread = self.threads[number % len(self.threads)]
        thread.refresh_from_db()
        return thread

    def _try(self, service: Any, number: int, **more: Any) -> None:
        step = {"actor": SYSTEM, "now": self.now, "expected_version": None, **more}
        try:
            service(publication=self._pick(number), **step)
        except DomainError:
            return

    def _was_posted(self, part: PublicationPart) -> bool:
        return str(part.pk) in self.receiver.posted

    def _is_seen(self, part: PublicationPart) -> bool:
        """Say whether a person who looks finds it; what only just arrived is not shown yet."""
        return self._was_posted(part) and not self._is_in_hand(part)

    def _is_in_hand(self, part: PublicationPart) -> bool:
        return any(claim.part.pk == part.pk for claim, _outcome in self.in_hand)

    def _out_of(self, publication: Publication) -> list[str]:
        keys = {str(pk) for pk in publication.parts.values_list("pk", flat=True)}
        return [key for key in self.receiver.posted if key in keys]

    @rule(reply=st.sampled_from([None, None, *MISBEHAVIOUR]), seconds=st.sampled_from([0, 40, 900]))
    def a_worker_comes(self, reply: Reply | None, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.server.script.clear()
        if reply:
            self.server.then(reply)
        work(self.now)

    @rule()
    def a_worker_is_killed_after_its_claim(self) -> None:
        for part_id in due_parts(now=self.now, limit=1):
            begin_attempt(part_id=part_id, now=self.now)

    @rule()
    def the_sweep_comes_much_later(self) -> None:
        self.now += GIVE_UP_AFTER + timedelta(seconds=1)
        give_up_attempts(now=self.now)

    @rule(reply=st.sampled_from([None, *MISBEHAVIOUR]))
    def a_worker_gets_an_answer_and_is_slow_to_tell(self, reply: Reply | None) -> None:
        self.server.script.clear()
        if reply:
            self.server.then(reply)
        waiting = PublicationPart.objects.due(now=self.now).filter(status="pending")
        for part_id in waiting.values_list("pk", flat=True)[:1]:
            done = attempt_part(part_id, now=self.now)
            self.in_hand += [done] if done else []

    @rule()
    def the_slow_worker_tells(self) -> None:
        while self.in_hand:
            claim, outcome = self.in_hand.pop(0)
            end_attempt(claim=claim, outcome=outcome, now=self.now)

    @rule()
    def the_brake_is_pulled(self) -> None:
        if self.held is None:
            scope = Scope(allows_incident_messages=False)
            said: dict[str, Any] = {
                "scope": scope,
                "reason": "Wait.",
                "actor": SYSTEM,
                "now": self.now,
            }
            self.held = raise_hold(brand=self.brand, **said)
            self.held_at = len(self.receiver.posted)

    @rule()
    def the_brake_is_lifted(self) -> None:
        if self.held is not None:
            said: dict[str, Any] = {"reason": "Go on.", "expected_version": None, "now": self.now}
            lift_hold(hold=self.held, actor=SYSTEM, **said)
            self.held = None

    @rule(number=st.integers(0, 1))
    def what_was_held_is_released(self, number: int) -> None:
        self._try(release_publication, number)

    @rule(number=st.integers(0, 1))
    def what_was_held_is_dropped(self, number: int) -> None:
        self._try(drop_publication, number, reason="Too late.")

    @rule(number=st.integers(0, 5))
    def its_fact_is_refuted(self, number: int) -> None:
        """Seldom, for nothing leaves after it."""
        if number >= len(self.threads) or self.threads[number].pk in self.sealed:
            return
        thread = self._pick(number)
        step = {"actor": SYSTEM, "now": self.now, "expected_version": None}
        refute_fact(fact=thread.message.facts.get(), reason="Tests were clean.", **step)
        self.sealed[thread.pk] = self._out_of(thread)

    @rule(number=st.integers(0, 1))
    def a_person_looks_and_says_what_is_there(self, number: int) -> None:
        undecided = self._pick(number).parts.filter(status="unknown").first()
        if undecided is None:
            return
        if self._is_seen(undecided):
            found = {"url": "https://rimon.example/1", "external_id": str(undecided.pk)}
            self._try(record_publication, number, **found)
        else:
            self._try(fail_publication, number, reason="It is not there.")

    @rule(number=st.integers(0, 1))
    def a_person_sends_again_what_they_know_is_not_out(self, number: int) -> None:
        missing = self._pick(number).parts.filter(status__in=["unknown", "failed", "cancelled"])
        if not any(self._was_posted(part) for part in missing):
            self._try(retry_publication, number, reason="It is not there.")

    @rule(number=st.integers(0, 1))
    def a_person_cancels(self, number: int) -> None:
        self._try(cancel_publication, number)

    @rule(number=st.integers(0, 1))
    def a_person_withdraws(self, number: int) -> None:
        self._try(withdraw_publication, number, reason="Wrong.")

    @rule(number=st.integers(0, 1))
    def a_person_took_it_down(self, number: int) -> None:
        publication = self._pick(number)
        if publication.status == "withdrawing":
            out = publication.parts.filter(status="withdrawing")
            self.receiver.taken_down += [str(part.pk) for part in out]
        self._try(record_withdrawal, number)

    @invariant()
    def nothing_gets_out_twice(self) -> None:
        assert len(self.receiver.posted) == len(set(self.receiver.posted))

    @invariant()
    def nothing_leaves_while_the_brake_is_pulled(self) -> None:
        assert self.held is None or len(self.receiver.posted) == self.held_at

    @invariant()
    def nothing_leaves_that_rests_on_what_is_false(self) -> None:
        for thread in self.threads:
            out = self._out_of(thread)
            assert out == self.sealed.get(thread.pk, out)

    @invariant()
    def what_is_held_waits_for_a_person_alone(self) -> None:
        for publication in Publication.objects.filter(status="held"):
            assert None not in (publication.held_at, publication.held_for_id)
            assert not publication.parts.filter(next_attempt_at__isnull=False).exists()

    @invariant()
    def no_status_lies(self) -> None:
        for part in PublicationPart.objects.all():
            if part.status in ("published", "withdrawing", "withdrawn"):
                assert self._was_posted(part), part.status
            is_said_not_to_be = part.status in ("failed", "cancelled", "pending") or (
                part.status == "held" and not part.may_be_out
            )
            if is_said_not_to_be and not self._is_in_hand(part):
                assert not self._was_posted(part), part.status
            if part.status == "withdrawn":
                assert str(part.pk) in self.receiver.taken_down

    @invariant()
    def nothing_is_lost(self) -> None:
        """What is open is due, waits for the post before it, or waits on a person."""
        for publication in Publication.objects.filter(status__in=["pending", "unknown"]):
            due = publication.parts.filter(next_attempt_at__isnull=False)
            assert due.exists() or publication.waits_on_person

    @invariant()
    def posts_of_a_thread_keep_their_order(self) -> None:
        for publication in Publication.objects.all():
            keys = [
                str(pk) for pk in publication.parts.order_by("number").values_list("pk", flat=True)
            ]
            out = [key for key in self.receiver.posted if key in keys]
            assert out == keys[: len(out)]

    @invariant()
    def a_publication_stands_where_its_parts_stand(self) -> None:
        for publication in Publication.objects.all():
            parts = [part.status for part in publication.parts.all()]
            assert publication.status == status_of(parts)

    @invariant()
    def a_message_never_says_more_than_is_out(self) -> None:
        for message in Message.objects.filter(status="published"):
            assert {row.status for row in message.publications.all()} <= {
                "published",
                "withdrawing",
            }

    @invariant()
    def the_chain_holds(self) -> None:
        assert check_chain(self.brand).broken is None


def test_no_walk_gets_a_post_out_twice_or_tells_it_wrong(settings: Any) -> None:
    settings.OUTBOUND_ALLOW_PRIVATE_HOSTS = True

    walk(Delivery)
