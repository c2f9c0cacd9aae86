"""Messages: written, changed, reviewed, withdrawn."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from crisisapi.accounts.models import User
from crisisapi.common.actors import Actor
from crisisapi.common.errors import InvalidInput, StaleVersion
from crisisapi.events.models import Event
from incidents.models import FactStatus, Incident
from messaging.models import Message, MessageRevision, MessageStatus, ReviewDecision
from messaging.services.approvals import (
    FactNotConfirmed,
    approve_message,
    reject_message,
)
from messaging.services.decisions import FourEyes
from messaging.services.messages import (
    change_message,
    submit_message,
    withdraw_message,
    write_message,
)
from messaging.services.steps import WrongStatus
from tests.factories.incidents import FactFactory, IncidentFactory
from tests.factories.messaging import MessageFactory
from tests.messaging.conftest import NOW

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]
WORDS: dict[str, Any] = {
    "title": "What we know",
    "body": "We stopped selling it.",
    "purpose": "update",
    "language": "en",
}


def verbs_of(message: Message) -> list[str]:
    events = Event.objects.filter(object_id=message.pk).order_by("position")
    return list(events.values_list("verb", flat=True))


def write(incident: Incident, user: User, **fields: Any) -> Message:
    actor = Actor("user", user.pk)
    return write_message(incident=incident, **WORDS | fields, actor=actor, now=NOW)


@pytest.fixture
def message(incident: Incident, responder: User) -> Message:
    return write(incident, responder)


@pytest.fixture
def in_review(message: Message, responder: User, by: By) -> Message:
    return submit_message(message=message, **by(responder))


@pytest.fixture
def approved(in_review: Message, approver: User, by: By) -> Message:
    return approve_message(message=in_review, revision=1, **by(approver))


def test_a_new_message_is_a_draft_of_its_author(message: Message, responder: User) -> None:
    assert (message.status, message.author, message.revision) == ("draft", responder, 1)
    assert verbs_of(message) == ["message.written"]


def test_a_draft_of_a_key_has_no_author_and_the_event_names_the_key(incident: Incident) -> None:
    key = Actor("api_key", uuid4())

    message = write_message(incident=incident, **WORDS, actor=key, now=NOW)

    event = Event.objects.get(object_id=message.pk)
    assert (message.author, event.actor_kind, event.actor_id) == (None, "api_key", key.id)


def test_the_first_revision_keeps_wording_and_facts(incident: Incident, responder: User) -> None:
    fact = FactFactory(incident=incident, statement="It cracks.")

    message = write(incident, responder, facts=[fact])

    revision = message.revisions.get()
    assert (revision.number, revision.body, revision.author) == (1, WORDS["body"], responder)
    assert revision.facts == [
        {"id": str(fact.pk), "statement": "It cracks.", "status": "unconfirmed"}
    ]


def test_a_fact_of_another_incident_is_refused(incident: Incident, responder: User) -> None:
    elsewhere = FactFactory(incident=IncidentFactory(brand=incident.brand))

    with pytest.raises(InvalidInput) as refused:
        write(incident, responder, facts=[elsewhere])

    assert set(refused.value.errors) == {"facts"}


def test_a_new_wording_is_a_new_revision(message: Message, approver: User, by: By) -> None:
    changed = change_message(message=message, body="Other.", reason="Clearer.", **by(approver))

    revision = changed.revisions.get(number=2)
    assert (changed.revision, changed.version) == (2, message.version + 1)
    assert (revision.body, revision.author, revision.reason) == ("Other.", approver, "Clearer.")


def test_other_facts_are_a_new_wording(message: Message, responder: User, by: By) -> None:
    fact = FactFactory(incident=message.incident)

    changed = change_message(message=message, facts=[fact], **by(responder))

    assert (changed.revision, list(changed.facts.all())) == (2, [fact])


def test_another_audience_is_no_new_wording(approved: Message, responder: User, by: By) -> None:
    changed = change_message(message=approved, audience="media", **by(responder))

    assert (changed.audience, changed.revision, changed.status) == ("media", 1, "approved")


def test_the_same_wording_again_changes_nothing(message: Message, responder: User, by: By) -> None:
    changed = change_message(message=message, **WORDS, facts=[], **by(responder))

    assert (changed.version, verbs_of(message)) == (1, ["message.written"])


def test_a_change_of_another_version_is_refused(message: Message, responder: User, by: By) -> None:
    with pytest.raises(StaleVersion):
        change_message(message=message, body="Other.", **by(responder, expected_version=2))


def test_the_database_refuses_to_rewrite_a_revision(message: Message) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        MessageRevision.objects.update(body="We never said that.")


def test_submitting_puts_a_draft_into_review(in_review: Message) -> None:
    assert (in_review.status, in_review.submitted_at) == ("in_review", NOW)
    assert verbs_of(in_review)[-1] == "message.submitted"


@pytest.mark.parametrize("status", sorted(set(MessageStatus.values) - {MessageStatus.DRAFT.value}))
def test_only_a_draft_is_submitted(
    incident: Incident, responder: User, by: By, status: str
) -> None:
    message = MessageFactory(incident=incident, status=status)

    with pytest.raises(WrongStatus):
        submit_message(message=message, **by(responder))


def test_somebody_else_approves(in_review: Message, approver: User, by: By) -> None:
    approved = approve_message(message=in_review, revision=1, comment="Fine.", **by(approver))

    assert (approved.status, approved.approved_by, approved.approved_at) == (
        "approved",
        approver,
        NOW,
    )
    assert approved.approved_hash == approved.revisions.get().wording_hash
    assert verbs_of(approved)[-1] == "message.approved"


def test_an_approval_is_kept_as_a_decision(approved: Message, approver: User) -> None:
    decision = approved.decisions.get()

    assert (decision.decision, decision.revision, decision.reviewer) == ("approved", 1, approver)


def test_the_database_refuses_to_change_a_decision(approved: Message) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ReviewDecision.objects.all().delete()


def test_nobody_approves_what_they_wrote(incident: Incident, approver: User, by: By) -> None:
    message = submit_message(message=write(incident, approver), **by(approver))

    with pytest.raises(FourEyes):
        approve_message(message=message, revision=1, **by(approver))


def test_nobody_approves_what_they_worded_anew(message: Message, approver: User, by: By) -> None:
    change_message(message=message, body="Mine.", **by(approver))
    submit_message(message=message, **by(approver))

    with pytest.raises(FourEyes):
        approve_message(message=message, revision=2, **by(approver))


def test_who_worded_the_same_before_does_not_approve_it(
    message: Message, approver: User, manager: User, by: By
) -> None:
    change_message(message=message, body="Mine.", **by(approver))
    change_message(message=message, body="Not mine.", **by(manager))
    change_message(message=message, body="Mine.", **by(manager))
    submit_message(message=message, **by(manager))

    with pytest.raises(FourEyes):
        approve_message(message=message, revision=4, **by(approver))


def test_an_author_does_not_approve_what_another_worded_anew(
    incident: Incident, approver: User, manager: User, by: By
) -> None:
    message = write(incident, approver)
    change_message(message=message, body="Not mine.", **by(manager))
    submit_message(message=message, **by(manager))

    with pytest.raises(FourEyes):
        approve_message(message=message, revision=2, **by(approver))


def test_who_worded_an_earlier_revision_only_may_approve(
    message: Message, approver: User, manager: User, by: By
) -> None:
    change_message(message=message, body="Mine.", **by(approver))
    change_message(message=message, body="Not mine.", **by(manager))
    submit_message(message=message, **by(manager))

    assert approve_message(message=message, revision=3, **by(approver)).status == "approved"


def test_only_a_person_approves(in_review: Message) -> None:
    key = Actor("api_key", uuid4())

    with pytest.raises(FourEyes):
        approve_message(message=in_review, revision=1, actor=key, now=NOW, expected_version=None)


def test_a_wording_not_read_is_not_approved(
    in_review: Message, responder: User, approver: User, by: By
) -> None:
    change_message(message=in_review, body="Other.", **by(responder))
    submit_message(message=in_review, **by(responder))

    with pytest.raises(StaleVersion):
        approve_message(message=in_review, revision=1, **by(approver))


@pytest.mark.parametrize("status", ["unconfirmed", "false"])
def test_a_fact_not_confirmed_blocks_approval_and_is_named(
    incident: Incident, approver: User, by: By, status: str
) -> None:
    good = FactFactory(incident=incident, status=FactStatus.CONFIRMED)
    bad = FactFactory(incident=incident, status=status, statement="It is fixed.")
    message = MessageFactory(incident=incident, status="in_review", facts=[good, bad])

    with pytest.raises(FactNotConfirmed) as refused:
        approve_message(message=message, revision=1, **by(approver))

    assert list(refused.value.errors) == [f"facts.{bad.pk}"]
    assert "It is fixed." in str(refused.value.errors[f"facts.{bad.pk}"][0])


def test_confirmed_facts_do_not_block_approval(incident: Incident, approver: User, by: By) -> None:
    fact = FactFactory(incident=incident, status=FactStatus.CONFIRMED)
    message = MessageFactory(incident=incident, status="in_review", facts=[fact])

    assert approve_message(message=message, revision=1, **by(approver)).status == "approved"


@pytest.mark.parametrize("status", ["draft", "approved", "rejected", "published", "withdrawn"])
@pytest.mark.parametrize("review", [approve_message, reject_message])
def test_only_a_message_in_review_is_decided_on(
    incident: Incident, approver: User, by: By, review: Callable[..., Message], status: str
) -> None:
    message = MessageFactory(incident=incident, status=status)
    words = {"reason": "No."} if review is reject_message else {}

    with pytest.raises(WrongStatus):
        review(message=message, revision=1, **words, **by(approver))


def test_a_rejection_says_why(in_review: Message, approver: User, by: By) -> None:
    rejected = reject_message(message=in_review, revision=1, reason="Too long.", **by(approver))

    assert (rejected.status, rejected.status_reason) == ("rejected", "Too long.")
    assert rejected.decisions.get().comment == "Too long."
    assert verbs_of(rejected)[-1] == "message.rejected"


def test_a_rejection_without_a_reason_is_refused(
    in_review: Message, approver: User, by: By
) -> None:
    with pytest.raises(InvalidInput):
        reject_message(message=in_review, revision=1, reason=" ", **by(approver))


def test_a_rejected_message_worded_anew_is_a_draft(
    in_review: Message, responder: User, approver: User, by: By
) -> None:
    reject_message(message=in_review, revision=1, reason="Too long.", **by(approver))

    changed = change_message(message=in_review, body="Short.", **by(responder))

    assert changed.status == "draft"
    assert "message.approval_withdrawn" not in verbs_of(changed)


def test_a_new_wording_takes_the_approval_back(approved: Message, responder: User, by: By) -> None:
    changed = change_message(message=approved, body="Other.", **by(responder))

    changed.refresh_from_db()
    assert (changed.status, changed.approved_hash, changed.approved_by, changed.approved_at) == (
        "draft",
        "",
        None,
        None,
    )
    assert verbs_of(changed)[-2:] == ["message.changed", "message.approval_withdrawn"]


def test_a_new_wording_ends_the_review(in_review: Message, responder: User, by: By) -> None:
    changed = change_message(message=in_review, title="Other", **by(responder))

    assert (changed.status, verbs_of(changed)[-1]) == ("draft", "message.approval_withdrawn")


@pytest.mark.parametrize(
    "status", ["publishing", "published", "partially_published", "withdrawn", "superseded"]
)
def test_what_is_public_or_over_does_not_change(
    incident: Incident, responder: User, by: By, status: str
) -> None:
    message = MessageFactory(incident=incident, status=status)

    with pytest.raises(WrongStatus):
        change_message(message=message, body="Other.", **by(responder))


def test_a_withdrawn_message_has_no_approval(approved: Message, responder: User, by: By) -> None:
    withdrawn = withdraw_message(message=approved, reason="Too late.", **by(responder))

    assert (withdrawn.status, withdrawn.approved_hash) == ("withdrawn", "")
    assert verbs_of(withdrawn)[-1] == "message.withdrawn"


def test_the_database_knows_no_approval_without_a_hash(approved: Message) -> None:
    with pytest.raises(IntegrityError, match="messaging_message_approved"), transaction.atomic():
        Message.objects.filter(pk=approved.pk).update(approved_hash="")


def test_the_database_knows_no_author_who_approves(approved: Message) -> None:
    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        Message.objects.filter(pk=approved.pk).update(approved_by=approved.author_id)
