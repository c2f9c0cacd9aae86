"""Errors of the language checks keep a message from review and approval."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import User
from crisisapi.common.actors import Actor
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import FactStatus, Incident
from messaging.models import Message, MessageStatus
from messaging.services.approvals import approve_message
from messaging.services.findings import Acceptance, FindingsStand
from messaging.services.messages import submit_message
from tests.checks import problem_of, queries_of
from tests.factories.accounts import ApiKeyFactory
from tests.factories.incidents import FactFactory
from tests.factories.messaging import MessageFactory, VariantFactory
from tests.messaging.conftest import NOW, post

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]
BLAME = "Customers should have read the manual before use."
ACCEPTED = Acceptance(["blame.customer"], "The court's own words, quoted.")


@pytest.fixture
def blaming(incident: Incident, responder: User) -> Message:
    return MessageFactory(incident=incident, author=responder, body=f"We know. {BLAME}")


def in_review(message: Message) -> Message:
    message.status = MessageStatus.IN_REVIEW
    message.save(update_fields=["status"])
    return message


def test_findings_name_the_part_and_count_from_there(api: APIClient, incident: Incident) -> None:
    message = MessageFactory(
        incident=incident, title=f"👩‍👩‍👧 {BLAME}", body=f"Hello. {BLAME}", purpose="update"
    )

    answer = api.get(f"/api/v1/messages/{message.pk}/findings/").json()

    found = [one for one in answer["findings"] if one["rule"] == "blame.customer"]
    assert [one["part"] for one in found] == ["title", "body"]
    for one in found:
        text = getattr(message, one["part"])
        assert text[one["start"] : one["end"]] == one["quote"]
        assert one["quote"].startswith("Customers should have")


def test_a_message_is_not_held_against_itself(api: APIClient, incident: Incident) -> None:
    message = MessageFactory(
        incident=incident, body="15 customers were hurt.", status=MessageStatus.PUBLISHED
    )
    other = MessageFactory(incident=incident, body="12 customers were hurt.")

    own = api.get(f"/api/v1/messages/{message.pk}/findings/").json()
    others = api.get(f"/api/v1/messages/{other.pk}/findings/").json()

    assert "consistency.number" not in {one["rule"] for one in own["findings"]}
    assert "consistency.number" in {one["rule"] for one in others["findings"]}


def test_a_variant_is_checked_too_and_named(
    api: APIClient, incident: Incident, responder: User, by: By
) -> None:
    message = MessageFactory(incident=incident, author=responder, body="We are here to help.")
    variant = VariantFactory(message=message, text=BLAME)

    answer = api.get(f"/api/v1/messages/{message.pk}/findings/").json()

    found = [one for one in answer["findings"] if one["rule"] == "blame.customer"]
    assert [(one["part"], one["variant"]) for one in found] == [("body", str(variant.pk))]
    assert BLAME[found[0]["start"] : found[0]["end"]] == found[0]["quote"]
    with pytest.raises(FindingsStand):
        submit_message(message=message, **by(responder))


def test_a_short_variant_need_not_say_everything(api: APIClient, incident: Incident) -> None:
    message = MessageFactory(incident=incident)
    VariantFactory(message=message, text="Hello.")

    answer = api.get(f"/api/v1/messages/{message.pk}/findings/").json()

    assert not [one for one in answer["findings"] if one["variant"] and one["start"] == one["end"]]


def test_the_queries_do_not_grow_with_variants(api: APIClient, incident: Incident) -> None:
    message = MessageFactory(incident=incident)
    VariantFactory(message=message)
    path = f"/api/v1/messages/{message.pk}/findings/"
    few = queries_of(api, path)
    VariantFactory.create_batch(5, message=message)

    assert len(queries_of(api, path)) == len(few)


def test_an_error_keeps_a_draft_from_review(blaming: Message, responder: User, by: By) -> None:
    with pytest.raises(FindingsStand) as refused:
        submit_message(message=blaming, **by(responder))

    (sentence,) = refused.value.errors["findings.blame.customer"]
    assert str(sentence).startswith("“Customers should have")
    assert "(body, 9-" in str(sentence)
    blaming.refresh_from_db()
    assert blaming.status == MessageStatus.DRAFT


def test_warnings_keep_nothing_back_and_are_counted(
    incident: Incident, responder: User, by: By
) -> None:
    MessageFactory(
        incident=incident, body="A refund within 48 hours.", status=MessageStatus.PUBLISHED
    )
    message = MessageFactory(incident=incident, author=responder, body="A refund within 5 days.")

    submit_message(message=message, **by(responder))

    event = Event.objects.get(verb="message.submitted")
    assert event.data["findings"]["warning"] >= 1
    assert event.data["findings"]["error"] == 0


def test_a_person_lets_an_error_stand_and_says_why(
    blaming: Message, responder: User, approver: User, by: By
) -> None:
    submitted = submit_message(message=blaming, **by(responder), acceptance=ACCEPTED)

    approve_message(message=submitted, revision=1, **by(approver), acceptance=ACCEPTED)

    event = Event.objects.get(verb="message.approved")
    decision = blaming.decisions.get()
    assert event.data["accepted_findings"] == ["blame.customer"]
    assert (decision.accepted_findings, decision.accepted_reason) == (
        ["blame.customer"],
        "The court's own words, quoted.",
    )


def test_what_the_author_accepted_the_approver_accepts_anew(
    blaming: Message, approver: User, by: By
) -> None:
    with pytest.raises(FindingsStand):
        approve_message(message=in_review(blaming), revision=1, **by(approver))


def test_an_acceptance_needs_a_reason(blaming: Message, responder: User, by: By) -> None:
    with pytest.raises(InvalidInput) as refused:
        submit_message(
            message=blaming, **by(responder), acceptance=Acceptance(["blame.customer"], " ")
        )

    assert list(refused.value.errors) == ["accept_reason"]


def test_gaps_cannot_be_accepted(incident: Incident, responder: User, by: By) -> None:
    message = MessageFactory(incident=incident, author=responder, body="We know of {number}.")
    acceptance = Acceptance(["placeholder.unfilled"], "It is fine.")

    with pytest.raises(FindingsStand) as refused:
        submit_message(message=message, **by(responder), acceptance=acceptance)

    assert list(refused.value.errors) == ["findings.placeholder.unfilled"]


def test_a_key_lets_nothing_stand(blaming: Message) -> None:
    key = ApiKeyFactory(brand=blaming.brand)

    with pytest.raises(InvalidInput) as refused:
        submit_message(
            message=blaming,
            actor=Actor("api_key", key.pk),
            now=NOW,
            expected_version=None,
            acceptance=ACCEPTED,
        )

    assert list(refused.value.errors) == ["accept_findings"]


def test_a_fact_that_speaks_against_it_keeps_it_from_approval(
    incident: Incident, approver: User, by: By
) -> None:
    FactFactory(incident=incident, statement="12 customers were hurt", status=FactStatus.CONFIRMED)
    message = MessageFactory(
        incident=incident, body="15 customers were hurt.", status=MessageStatus.IN_REVIEW
    )

    with pytest.raises(FindingsStand) as refused:
        approve_message(message=message, revision=1, **by(approver))

    assert "findings.consistency.number" in refused.value.errors


def test_the_refusal_is_a_conflict_with_places(
    client_of: Callable[[User], APIClient], responder: User, blaming: Message
) -> None:
    client = client_of(responder)

    refused = post(client, f"messages/{blaming.pk}/submit/")
    accepted = post(
        client,
        f"messages/{blaming.pk}/submit/",
        accept_findings=["blame.customer"],
        accept_reason="The court's own words, quoted.",
    )

    document = problem_of(refused, 409, "findings_stand")
    assert list(document["errors"]) == ["findings.blame.customer"]
    assert (accepted.status_code, accepted.json()["status"]) == (200, "in_review")
