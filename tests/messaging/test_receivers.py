"""A fact is refuted: what rests on it must not go out, whatever happens at the same time."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from crisisapi.accounts.models import User
from crisisapi.events.models import Event
from incidents.models import Fact, FactStatus, Incident
from incidents.services.facts import confirm_fact, refute_fact
from messaging.models import Channel, Message
from messaging.services.approvals import FactNotConfirmed, approve_message
from messaging.services.messages import change_message
from messaging.services.publications import publish_message, record_publication
from tests.factories.incidents import FactFactory
from tests.factories.messaging import MessageFactory, PublicationFactory

By = Callable[..., dict[str, Any]]


@pytest.fixture
def fact(incident: Incident) -> Fact:
    return FactFactory(incident=incident, status=FactStatus.CONFIRMED, evidence="Lab")


def message_on(fact: Fact, status: str) -> Message:
    return MessageFactory(incident=fact.incident, status=status, facts=[fact])


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["approved", "failed"])
def test_a_refuted_fact_takes_the_approval_back(
    fact: Fact, responder: User, by: By, status: str
) -> None:
    message = message_on(fact, status)

    refute_fact(fact=fact, reason="No", **by(responder))

    message.refresh_from_db()
    event = Event.objects.get(verb="message.approval_withdrawn")
    assert (message.status, message.approved_hash, message.version) == ("draft", "", 2)
    assert message.status_reason
    assert (event.object_id, event.data["cause"]) == (message.pk, "fact_not_confirmed")


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["draft", "in_review", "published", "withdrawn"])
def test_other_messages_stay_what_they_are(
    fact: Fact, responder: User, by: By, status: str
) -> None:
    message = message_on(fact, status)

    refute_fact(fact=fact, reason="No", **by(responder))

    message.refresh_from_db()
    assert message.status == status


@pytest.mark.django_db
def test_messages_on_other_facts_keep_their_approval(fact: Fact, responder: User, by: By) -> None:
    other = message_on(FactFactory(incident=fact.incident, status="confirmed"), "approved")

    refute_fact(fact=fact, reason="No", **by(responder))

    other.refresh_from_db()
    assert other.status == "approved"


@pytest.mark.django_db
def test_a_confirmed_fact_takes_nothing_back(fact: Fact, responder: User, by: By) -> None:
    message = message_on(fact, "approved")
    Fact.objects.update(status=FactStatus.UNCONFIRMED)

    confirm_fact(fact=fact, **by(responder))

    message.refresh_from_db()
    assert message.status == "approved"


@pytest.mark.django_db
def test_what_waits_to_be_published_is_cancelled(fact: Fact, responder: User, by: By) -> None:
    publication = PublicationFactory(message=message_on(fact, "publishing"))

    refute_fact(fact=fact, reason="No", **by(responder))

    publication.refresh_from_db()
    assert publication.status == "cancelled"
    assert publication.message.status == "draft"


@pytest.mark.django_db
def test_what_a_person_may_have_posted_is_unknown_until_they_say(
    fact: Fact, responder: User, by: By
) -> None:
    publication = PublicationFactory(
        message=message_on(fact, "publishing"), status="awaiting_person"
    )

    refute_fact(fact=fact, reason="No", **by(responder))

    publication.refresh_from_db()
    assert (publication.status, publication.message.status) == ("unknown", "publishing")
    recorded = record_publication(
        publication=publication, url="https://x.example/1", **by(responder)
    )
    assert recorded.status == "published"


@pytest.fixture
def in_background() -> Any:
    """Run a service in a transaction of its own, as another request would."""
    pool = ThreadPoolExecutor(1)

    def run(service: Callable[..., Any], **arguments: Any) -> Any:
        def call() -> Any:
            try:
                return service(**arguments)
            finally:
                connection.close()

        future = pool.submit(call)
        # Long enough to get as far as it can before the lock it waits for.
        time.sleep(0.3)
        return future

    yield run
    pool.shutdown()


@pytest.mark.django_db(transaction=True)
def test_an_approval_waits_for_a_refutation_under_way(
    fact: Fact, responder: User, approver: User, by: By, in_background: Any
) -> None:
    message = message_on(fact, "in_review")

    with transaction.atomic():
        refute_fact(fact=fact, reason="No", **by(responder))
        approving = in_background(approve_message, message=message, revision=1, **by(approver))

    with pytest.raises(FactNotConfirmed):
        approving.result(10)


@pytest.mark.django_db(transaction=True)
def test_a_refutation_takes_back_an_approval_under_way(
    fact: Fact, responder: User, approver: User, by: By, in_background: Any
) -> None:
    message = message_on(fact, "in_review")

    with transaction.atomic():
        approve_message(message=message, revision=1, **by(approver))
        refuting = in_background(refute_fact, fact=fact, reason="No", **by(responder))
    refuting.result(10)

    message.refresh_from_db()
    assert message.status == "draft"


@pytest.mark.django_db(transaction=True)
def test_a_refutation_stops_a_publication_asked_for_meanwhile(
    fact: Fact, channel: Channel, responder: User, approver: User, by: By, in_background: Any
) -> None:
    message = message_on(fact, "approved")

    with transaction.atomic():
        publish_message(message=message, channels=[channel], **by(approver))
        refuting = in_background(refute_fact, fact=fact, reason="No", **by(responder))
    refuting.result(10)

    message.refresh_from_db()
    assert (message.status, message.publications.get().status) == ("draft", "cancelled")


@pytest.mark.django_db(transaction=True)
def test_rewording_and_refuting_do_not_deadlock(
    fact: Fact, responder: User, by: By, in_background: Any
) -> None:
    message = message_on(fact, "approved")
    other = FactFactory(incident=fact.incident, status="confirmed")

    with transaction.atomic():
        change_message(message=message, facts=[other], **by(responder))
        refuting = in_background(refute_fact, fact=fact, reason="No", **by(responder))
        change_message(message=message, facts=[fact, other], **by(responder))

    refuting.result(10)
    message.refresh_from_db()
    assert message.status == "draft"
