"""Random ways to the public: each post at most once, none lost, none told wrong."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import DomainError
from crisisapi.events.selectors.chain import check_chain
from messaging.models import Message, Publication, PublicationPart
from messaging.rules.parts import status_of
from messaging.services.attempts import begin_attempt, give_up_attempts
from messaging.services.claims import GIVE_UP_AFTER
from messaging.services.performing import due_parts
from messaging.services.publications import (
    cancel_publication,
    fail_publication,
    record_publication,
)
from messaging.services.retries import retry_publication
from messaging.services.withdrawals import record_withdrawal, withdraw_publication
from tests.factories.accounts import BrandFactory
from tests.factories.incidents import IncidentFactory
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


class Delivery(DatabaseMachine):
    """Threads of three posts and single ones, to a receiver that recognises nothing."""

    server: FakeServer

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

    @rule(number=st.integers(0, 1))
    def a_person_looks_and_says_what_is_there(self, number: int) -> None:
        undecided = self._pick(number).parts.filter(status="unknown").first()
        if undecided is None:
            return
        if self._was_posted(undecided):
            found = {"url": "https://rimon.example/1", "external_id": str(undecided.pk)}
            self._try(record_publication, number, **found)
        else:
            self._try(fail_publication, number, reason="It is not there.")

    @rule(number=st.integers(0, 1))
    def a_person_sends_again_what_they_know_is_not_out(self, number: int) -> None:
        unknown = self._pick(number).parts.filter(status="unknown")
        if not any(self._was_posted(part) for part in unknown):
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
    def no_status_lies(self) -> None:
        for part in PublicationPart.objects.all():
            if part.status in ("published", "withdrawing", "withdrawn"):
                assert self._was_posted(part), part.status
            if part.status in ("failed", "cancelled", "pending"):
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
    settings.CHANNELS_ALLOW_PRIVATE_HOSTS = True

    walk(Delivery)
