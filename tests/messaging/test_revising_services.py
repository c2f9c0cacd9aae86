"""What was said is revised, never overwritten."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError

from crisisapi.accounts.models import User
from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import Incident
from incidents.services.facts import supersede_fact
from messaging.models import Message
from messaging.services.messages import withdraw_message
from messaging.services.revising import AlreadyRevised, revise_message
from messaging.services.steps import WrongStatus, record_step
from tests.factories.accounts import UserFactory
from tests.factories.incidents import FactFactory
from tests.factories.messaging import KeyMessageFactory, MessageFactory
from tests.messaging.conftest import NOW

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]


@pytest.fixture
def public(incident: Incident) -> Message:
    made: Message = MessageFactory(
        incident=incident, status="published", facts=[FactFactory(incident=incident)]
    )
    made.key_messages.set([KeyMessageFactory(incident=incident)])
    return made


def revise(message: Message, by: dict[str, Any], **fields: Any) -> Message:
    said = {"purpose": "correction", "reason": "We know more.", **fields}
    return revise_message(message=message, **said, **by)


def out(message: Message, status: str = "published") -> None:
    """Let a message reach the public, as its publications would."""
    Message.objects.filter(pk=message.pk).update(
        status=status, approved_hash="x", approved_by=UserFactory(), approved_at=NOW
    )
    message.refresh_from_db()
    record_step(message, f"message.{status}", SYSTEM, NOW)


def test_a_revision_begins_with_what_was_said(public: Message, responder: User, by: By) -> None:
    draft = revise(public, by(responder))

    assert (draft.status, draft.revises, draft.purpose) == ("draft", public, "correction")
    assert (draft.title, draft.body, draft.audience) == (public.title, public.body, "customers")
    assert list(draft.facts.all()) == list(public.facts.all())
    assert list(draft.key_messages.all()) == list(public.key_messages.all())
    assert draft.revisions.get().reason == "We know more."


def test_a_superseded_fact_gives_way_to_its_successor(
    public: Message, responder: User, by: By
) -> None:
    old = public.facts.get()
    new = supersede_fact(fact=old, statement="More series are affected.", **by(responder))

    draft = revise(public, by(responder))

    assert list(draft.facts.all()) == [new]


@pytest.mark.parametrize("status", ["published", "partially_published"])
def test_the_old_one_gives_way_once_the_new_one_is_public(
    public: Message, responder: User, by: By, status: str
) -> None:
    draft = revise(public, by(responder))
    Message.objects.filter(pk=public.pk).update(
        flagged_at=NOW, flag_reason="fact_changed", flagged_fact=public.facts.get()
    )

    out(draft, status)

    public.refresh_from_db()
    assert (public.status, public.superseded_by) == ("superseded", draft)
    assert (public.status_reason, public.is_flagged) == ("We know more.", False)
    event = Event.objects.get(object_id=public.pk, verb="message.superseded")
    assert event.data == {"superseded_by": str(draft.pk), "flag": "fact_changed"}


def test_nothing_gives_way_to_a_draft(public: Message, responder: User, by: By) -> None:
    revise(public, by(responder))

    public.refresh_from_db()
    assert (public.status, public.superseded_by) == ("published", None)


def test_what_was_still_on_its_way_gives_way_when_it_is_out(
    public: Message, responder: User, by: By
) -> None:
    draft = revise(public, by(responder))
    Message.objects.filter(pk=public.pk).update(status="publishing")
    out(draft)
    public.refresh_from_db()
    assert public.status == "publishing"

    out(public)

    public.refresh_from_db()
    assert (public.status, public.superseded_by) == ("superseded", draft)


@pytest.mark.parametrize("status", ["draft", "in_review", "approved", "publishing", "failed"])
def test_only_what_is_public_is_revised(
    incident: Incident, responder: User, by: By, status: str
) -> None:
    with pytest.raises(WrongStatus):
        revise(MessageFactory(incident=incident, status=status), by(responder))


def test_two_people_do_not_revise_the_same(public: Message, responder: User, by: By) -> None:
    draft = revise(public, by(responder))

    with pytest.raises(AlreadyRevised):
        revise(public, by(responder))
    withdraw_message(message=draft, reason="No need.", **by(responder))

    assert revise(public, by(responder)).revises == public


def test_a_revision_says_why(public: Message, responder: User, by: By) -> None:
    with pytest.raises(InvalidInput) as refused:
        revise(public, by(responder), reason=" ")

    assert set(refused.value.errors) == {"reason"}


def test_the_database_knows_no_superseded_message_without_a_successor(public: Message) -> None:
    with pytest.raises(IntegrityError, match="messaging_message_superseded"):
        Message.objects.filter(pk=public.pk).update(status="superseded")
