"""Random reviews, schedules and brakes: nothing leaves that was not agreed to, or under a hold."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import DomainError
from crisisapi.events.selectors.chain import check_chain
from messaging.models import Hold, Publication, PublicationPart, ReviewDecision, ReviewRound
from messaging.services import approvals, messages, releases, schedules
from messaging.services.attempts import begin_attempt
from messaging.services.holds import Scope, lift_hold, raise_hold
from messaging.services.publications import publish_message
from tests.factories.accounts import BrandFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import ChannelFactory, MessageFactory
from tests.machines import DatabaseMachine, walk
from tests.messaging.conftest import NOW
from tests.messaging.reviewing import person, two_stages


class Desk(DatabaseMachine):
    """One message, two stages, two channels, a brake."""

    @initialize()
    def begin(self) -> None:
        self.brand, self.now = BrandFactory(), NOW
        two_stages(self.brand)
        author = person(self.brand, "marketing")
        self.people = [author, person(self.brand, "legal"), person(self.brand, "pr", "approver")]
        self.message = MessageFactory(
            incident=IncidentFactory(brand=self.brand), author=author, title="News", body="News."
        )
        self.channels = [ChannelFactory(brand=self.brand) for _ in range(2)]

    def _try(self, service: Callable[..., Any], who: int = 2, **said: Any) -> Any:
        self.now += timedelta(minutes=3)
        actor = Actor("user", self.people[who].pk)
        try:
            return service(actor=actor, now=self.now, expected_version=None, **said)
        except DomainError as refusal:
            return refusal

    @rule(text=st.sampled_from(["News.", "Other news."]))
    def word(self, text: str) -> None:
        self._try(messages.change_message, 0, message=self.message, body=text)

    @rule()
    def submit(self) -> None:
        self._try(messages.submit_message, 0, message=self.message)

    @rule(who=st.integers(0, 2))
    def approve(self, who: int) -> None:
        self.message.refresh_from_db()
        revision = self.message.revision
        self._try(approvals.approve_message, who, message=self.message, revision=revision)

    @rule()
    def request_changes(self) -> None:
        self.message.refresh_from_db()
        said = {"revision": self.message.revision, "reason": "Shorter"}
        self._try(approvals.request_changes, message=self.message, **said)

    @rule(at=st.integers(0, 1), minutes=st.sampled_from([None, 5, 60]))
    def publish(self, at: int, minutes: int | None) -> None:
        later = self.now + timedelta(minutes=3 + minutes) if minutes else None
        channels = [self.channels[at]]
        self._try(publish_message, message=self.message, channels=channels, publish_at=later)

    @rule()
    def unschedule(self) -> None:
        self._try(schedules.unschedule_message, message=self.message)

    @rule(at=st.integers(0, 2))
    def pull(self, at: int) -> None:
        scope = Scope(channels=self.channels[at : at + 1])
        raise_hold(brand=self.brand, scope=scope, reason="Stop", actor=SYSTEM, now=self.now)

    @rule()
    def lift(self) -> None:
        for hold in Hold.objects.standing().filter(brand=self.brand)[:1]:
            self._try(lift_hold, hold=hold, reason="Over")

    @rule(drops=st.booleans())
    def decide(self, drops: bool) -> None:  # noqa: FBT001
        for held in Publication.objects.filter(brand=self.brand, status="held")[:1]:
            if drops:
                self._try(releases.drop_publication, publication=held, reason="No")
            else:
                self._try(releases.release_publication, publication=held)

    @rule(minutes=st.sampled_from([1, 10, 70]))
    def work(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        for part in PublicationPart.objects.filter(publication__brand=self.brand).order_by("id"):
            claim = begin_attempt(part_id=part.pk, now=self.now)
            if claim is not None:
                self._check_claim(part.publication_id)

    def _check_claim(self, publication_id: Any) -> None:
        publication = Publication.objects.select_related("message").get(pk=publication_id)
        message = publication.message
        holds = Hold.objects.standing().filter(brand=self.brand).prefetch_related("channels")
        for hold in holds:
            named = {channel.pk for channel in hold.channels.all()}
            assert named
            assert publication.channel_id not in named
        assert publication.not_before is None or publication.not_before <= self.now
        assert publication.wording_hash == message.approved_hash == approvals.hash_of(message)
        rounds = ReviewRound.objects.filter(message=message, outcome="approved")
        agreed = rounds.filter(wording_hash=publication.wording_hash).order_by("-closed_at")[0]
        said = ReviewDecision.objects.filter(round=agreed, decision="approved")
        assert set(said.values_list("stage", flat=True)) == {0, 1}
        reviewers = set(said.values_list("reviewer_id", flat=True))
        assert len(reviewers) == 2
        assert self.people[0].pk not in reviewers

    @invariant()
    def nothing_is_in_two_rounds(self) -> None:
        if hasattr(self, "message"):
            assert ReviewRound.objects.open().filter(message=self.message).count() <= 1

    def teardown(self) -> None:
        if hasattr(self, "brand"):
            assert check_chain(self.brand).broken is None
        super().teardown()


@pytest.mark.django_db
def test_nothing_leaves_without_every_stage_or_under_a_hold() -> None:
    walk(Desk)
