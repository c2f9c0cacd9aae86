"""Publications: asked for, attempted, recorded, settled."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from crisisapi.accounts.models import User
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import Fact, FactStatus, Incident
from messaging.channels import Outcome, way_for
from messaging.models import Channel, Message, Publication
from messaging.services.approvals import FactNotConfirmed
from messaging.services.attempts import begin_attempt, end_attempt, give_up_attempts
from messaging.services.claims import GIVE_UP_AFTER, claim_of, load_part
from messaging.services.performing import perform_part
from messaging.services.publications import (
    AlreadyPublished,
    NotApproved,
    WordingChanged,
    cancel_publication,
    fail_publication,
    publish_message,
    record_publication,
)
from messaging.services.steps import WrongStatus
from tests.factories.incidents import FactFactory, IncidentFactory
from tests.factories.messaging import ChannelFactory, MessageFactory, PublicationFactory
from tests.messaging.conftest import NOW

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]
URL = "https://x.example/rimon/1"


def verbs_of(instance: Message | Publication) -> list[str]:
    events = Event.objects.filter(object_id=instance.pk).order_by("position")
    return list(events.values_list("verb", flat=True))


def perform(publication: Publication) -> Publication:
    perform_part(part_id=publication.parts.get().pk, clock=timezone.now)
    publication.refresh_from_db()
    return publication


def end(publication: Publication, outcome: Outcome) -> None:
    """Let an outcome of the last attempt come in."""
    part = load_part(publication.parts.get().pk)
    claim = claim_of(part, way_for(part.publication), number=part.attempts)
    end_attempt(claim=claim, outcome=outcome, now=NOW)


def begin(publication: Publication) -> None:
    begun = begin_attempt(part_id=publication.parts.get().pk, now=NOW)
    assert begun is not None


@pytest.fixture
def message(incident: Incident) -> Message:
    return MessageFactory(incident=incident, status="approved")


@pytest.fixture
def awaiting(message: Message, channel: Channel, approver: User, by: By) -> Publication:
    publish_message(message=message, channels=[channel], **by(approver))
    return perform(message.publications.get())


def test_publishing_asks_for_one_publication_a_channel(
    message: Message, channel: Channel, approver: User, by: By
) -> None:
    other = ChannelFactory(brand=message.brand)

    published = publish_message(message=message, channels=[channel, other], **by(approver))

    rows = published.publications.all()
    assert published.status == "publishing"
    assert {(row.channel, row.status, row.requested_by) for row in rows} == {
        (channel, "pending", approver),
        (other, "pending", approver),
    }
    assert {row.wording_hash for row in rows} == {message.approved_hash}
    assert Event.objects.filter(verb="publication.requested").count() == 2


def test_a_channel_named_twice_is_published_to_once(
    message: Message, channel: Channel, approver: User, by: By
) -> None:
    publish_message(message=message, channels=[channel, channel], **by(approver))

    assert message.publications.count() == 1


@pytest.mark.parametrize("status", ["draft", "in_review", "rejected", "withdrawn", "superseded"])
def test_a_message_without_approval_is_not_published(
    incident: Incident, channel: Channel, approver: User, by: By, status: str
) -> None:
    message = MessageFactory(incident=incident, status=status)

    with pytest.raises(NotApproved):
        publish_message(message=message, channels=[channel], **by(approver))


def test_another_wording_than_the_approved_one_is_not_published(
    message: Message, channel: Channel, approver: User, by: By
) -> None:
    Message.objects.filter(pk=message.pk).update(body="Smuggled past the services.")

    with pytest.raises(WordingChanged):
        publish_message(message=message, channels=[channel], **by(approver))


def test_a_fact_added_past_the_services_is_not_published(
    message: Message, channel: Channel, approver: User, by: By
) -> None:
    message.facts.add(FactFactory(incident=message.incident, status=FactStatus.CONFIRMED))

    with pytest.raises(WordingChanged):
        publish_message(message=message, channels=[channel], **by(approver))


def test_a_message_on_a_fact_not_confirmed_is_not_published(
    incident: Incident, channel: Channel, approver: User, by: By
) -> None:
    fact = FactFactory(incident=incident, status=FactStatus.FALSE)
    message = MessageFactory(incident=incident, status="approved", facts=[fact])

    with pytest.raises(FactNotConfirmed):
        publish_message(message=message, channels=[channel], **by(approver))


def test_an_inactive_or_foreign_channel_is_refused(
    message: Message, approver: User, by: By
) -> None:
    inactive = ChannelFactory(brand=message.brand, is_active=False)

    for channels in ([inactive], [ChannelFactory()], []):
        with pytest.raises(InvalidInput) as refused:
            publish_message(message=message, channels=channels, **by(approver))
        assert set(refused.value.errors) == {"channels"}


def test_a_message_goes_to_a_channel_once(
    awaiting: Publication, message: Message, channel: Channel, approver: User, by: By
) -> None:
    with pytest.raises(AlreadyPublished):
        publish_message(message=message, channels=[channel], **by(approver))


def test_the_database_knows_one_standing_publication_a_channel(awaiting: Publication) -> None:
    with pytest.raises(IntegrityError, match="messaging_publication_once"), transaction.atomic():
        PublicationFactory(message=awaiting.message, channel=awaiting.channel)


def test_a_manual_channel_hands_the_message_to_a_person(awaiting: Publication) -> None:
    assert (awaiting.status, awaiting.attempts) == ("awaiting_person", 1)
    assert "Rimon on X" in awaiting.instructions
    assert verbs_of(awaiting) == ["publication.requested", "publication.awaiting_person"]


def test_a_publication_is_attempted_once(awaiting: Publication) -> None:
    perform(awaiting)

    assert awaiting.attempts == 1


def test_nothing_of_a_drill_leaves_the_house(
    brand: Any, channel: Channel, approver: User, by: By
) -> None:
    message = MessageFactory(incident=IncidentFactory(brand=brand, mode="drill"), status="approved")
    publish_message(message=message, channels=[channel], **by(approver))

    publication = perform(message.publications.get())

    message.refresh_from_db()
    assert (publication.status, publication.instructions) == ("published", "")
    assert (message.status, message.published_at) == ("published", publication.published_at)


def test_what_may_not_go_out_any_more_is_cancelled_before_the_attempt(
    message: Message, channel: Channel, approver: User, by: By
) -> None:
    publish_message(message=message, channels=[channel], **by(approver))
    Message.objects.filter(pk=message.pk).update(body="Smuggled past the services.")

    publication = perform(message.publications.get())

    assert (publication.status, publication.attempts) == ("cancelled", 0)
    assert publication.last_error


def test_a_person_is_not_told_to_post_what_was_refuted_meanwhile(
    incident: Incident, channel: Channel, approver: User, by: By
) -> None:
    fact = FactFactory(incident=incident, status=FactStatus.CONFIRMED)
    message = MessageFactory(incident=incident, status="approved", facts=[fact])
    publish_message(message=message, channels=[channel], **by(approver))
    begin(message.publications.get())
    Fact.objects.update(status=FactStatus.FALSE)

    end(message.publications.get(), Outcome("awaiting_person"))

    message.refresh_from_db()
    assert message.publications.get().status == "cancelled"
    assert (message.status, message.approved_hash) == ("draft", "")


def test_an_attempt_without_an_end_is_unknown_after_five_minutes(
    message: Message, channel: Channel, approver: User, by: By
) -> None:
    publish_message(message=message, channels=[channel], **by(approver))
    begin(message.publications.get())

    give_up_attempts(now=NOW + GIVE_UP_AFTER)
    assert message.publications.get().status == "attempting"
    give_up_attempts(now=NOW + GIVE_UP_AFTER + timedelta(seconds=1))

    publication = perform(message.publications.get())
    assert (publication.status, publication.attempts) == ("unknown", 1)
    assert verbs_of(publication)[-1] == "publication.unknown"


def test_an_outcome_that_comes_late_ends_the_uncertainty(message: Message) -> None:
    publication = PublicationFactory(
        message=MessageFactory(incident=message.incident, status="publishing"), status="unknown"
    )

    end(publication, Outcome("published", url=URL))

    publication.refresh_from_db()
    assert (publication.status, publication.url) == ("published", URL)


def test_an_outcome_does_not_undo_what_a_person_recorded(
    awaiting: Publication, responder: User, by: By
) -> None:
    record_publication(publication=awaiting, url=URL, **by(responder))

    end(awaiting, Outcome("failed", error="Too late."))

    awaiting.refresh_from_db()
    assert (awaiting.status, awaiting.url) == ("published", URL)


def test_a_person_records_what_they_posted(awaiting: Publication, responder: User, by: By) -> None:
    posted_at = NOW - timedelta(minutes=3)

    published = record_publication(
        publication=awaiting, url=URL, posted_at=posted_at, **by(responder)
    )

    message = Message.objects.get()
    assert (published.status, published.url, published.published_by) == (
        "published",
        URL,
        responder,
    )
    assert published.published_at == message.published_at == posted_at
    assert message.status == "published"
    assert verbs_of(published)[-1] == "publication.published"
    assert verbs_of(message)[-1] == "message.published"


@pytest.mark.parametrize(
    "url", ["ftp://x.example/1", "javascript:alert(1)", "x.example/1", "https://", "http:///x", ""]
)
def test_only_addresses_of_the_web_are_recorded(
    awaiting: Publication, responder: User, by: By, url: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        record_publication(publication=awaiting, url=url, **by(responder))

    assert set(refused.value.errors) == {"url"}


def test_nothing_was_posted_in_the_future(awaiting: Publication, responder: User, by: By) -> None:
    later = NOW + timedelta(seconds=1)

    with pytest.raises(InvalidInput) as refused:
        record_publication(publication=awaiting, url=URL, posted_at=later, **by(responder))

    assert set(refused.value.errors) == {"posted_at"}


@pytest.mark.parametrize("status", ["pending", "attempting", "published", "failed", "cancelled"])
def test_a_person_records_only_what_is_theirs_or_unknown(
    message: Message, responder: User, by: By, status: str
) -> None:
    publication = PublicationFactory(message=message, status=status)

    with pytest.raises(WrongStatus):
        record_publication(publication=publication, url=URL, **by(responder))
    with pytest.raises(WrongStatus):
        fail_publication(publication=publication, reason="No.", **by(responder))


@pytest.mark.parametrize("status", ["attempting", "unknown", "published", "failed", "cancelled"])
def test_what_may_be_out_is_not_cancelled(
    message: Message, approver: User, by: By, status: str
) -> None:
    publication = PublicationFactory(message=message, status=status)

    with pytest.raises(WrongStatus):
        cancel_publication(publication=publication, **by(approver))


def test_a_message_that_failed_everywhere_failed(
    awaiting: Publication, responder: User, by: By
) -> None:
    failed = fail_publication(
        publication=awaiting, reason="The account is locked.", **by(responder)
    )

    message = Message.objects.get()
    assert (failed.status, failed.last_error) == ("failed", "The account is locked.")
    assert (message.status, message.published_at) == ("failed", None)
    assert verbs_of(message)[-1] == "message.failed"


def test_a_failed_publication_may_be_tried_again_by_a_person(
    awaiting: Publication, channel: Channel, approver: User, responder: User, by: By
) -> None:
    fail_publication(publication=awaiting, reason="The account is locked.", **by(responder))
    later = NOW + timedelta(minutes=1)
    publish_message(message=awaiting.message, channels=[channel], **by(approver, now=later))
    again = perform(Publication.objects.get(status="pending"))

    record_publication(publication=again, url=URL, **by(responder, now=later))

    assert Message.objects.get().status == "published"


def test_a_message_out_on_one_channel_of_two_is_published_in_part(
    message: Message, channel: Channel, approver: User, responder: User, by: By
) -> None:
    other = ChannelFactory(brand=message.brand)
    publish_message(message=message, channels=[channel, other], **by(approver))
    first, second = [perform(row) for row in message.publications.order_by("id")]

    record_publication(publication=first, url=URL, **by(responder))
    message.refresh_from_db()
    assert (message.status, message.published_at) == ("publishing", NOW)
    fail_publication(publication=second, reason="No.", **by(responder))

    message.refresh_from_db()
    assert message.status == "partially_published"


def test_a_cancelled_channel_does_not_count(
    message: Message, channel: Channel, approver: User, responder: User, by: By
) -> None:
    other = ChannelFactory(brand=message.brand)
    publish_message(message=message, channels=[channel, other], **by(approver))
    first, second = [perform(row) for row in message.publications.order_by("id")]

    record_publication(publication=first, url=URL, **by(responder))
    cancel_publication(publication=second, **by(approver))

    message.refresh_from_db()
    assert message.status == "published"


def test_a_message_cancelled_everywhere_is_approved_as_before(
    awaiting: Publication, approver: User, by: By
) -> None:
    cancelled = cancel_publication(publication=awaiting, reason="Not now.", **by(approver))

    message = Message.objects.get()
    assert (cancelled.status, cancelled.last_error) == ("cancelled", "Not now.")
    assert (message.status, message.approved_hash) == ("approved", awaiting.wording_hash)
    assert verbs_of(message)[-1] == "message.publication_cancelled"


def test_a_message_may_go_to_another_channel_later(
    awaiting: Publication, approver: User, responder: User, by: By
) -> None:
    record_publication(publication=awaiting, url=URL, **by(responder))
    other = ChannelFactory(brand=awaiting.brand)

    message = publish_message(message=awaiting.message, channels=[other], **by(approver))

    assert (message.status, message.published_at) == ("publishing", NOW)
