"""A fact falls after a message that rests on it became public."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from crisisapi.accounts.models import Brand, User
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import Fact, FactStatus, Incident
from incidents.services.evidence import withdraw_evidence
from incidents.services.facts import change_fact, refute_fact, supersede_fact
from messaging.models import Message
from messaging.services.approvals import FactNotConfirmed, approve_message
from messaging.services.flags import NotFlagged, clear_flag
from messaging.services.messages import change_message, write_message
from tests.checks import problem_of
from tests.factories.incidents import EvidenceFactory, FactFactory
from tests.factories.messaging import MessageFactory, PublicationFactory

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]
FALLS: list[tuple[Any, dict[str, str], str]] = [
    (refute_fact, {"reason": "It was another kettle"}, "fact_refuted"),
    (supersede_fact, {"statement": "Only K2-4 cracks."}, "fact_superseded"),
    (change_fact, {"evidence": "Another report"}, "fact_changed"),
]


@pytest.fixture
def fact(incident: Incident) -> Fact:
    return FactFactory(incident=incident, status=FactStatus.CONFIRMED, evidence="Lab")


def _on(fact: Fact, status: str = "published") -> Message:
    return MessageFactory(incident=fact.incident, status=status, facts=[fact])


@pytest.mark.parametrize("status", ["publishing", "published", "partially_published"])
@pytest.mark.parametrize(("fall", "more", "reason"), FALLS)
def test_what_is_public_is_flagged(
    fact: Fact, responder: User, by: By, status: str, fall: Any, more: Any, reason: str
) -> None:
    message = _on(fact, status)

    fall(fact=fact, **more, **by(responder))

    message.refresh_from_db()
    event = Event.objects.get(verb="message.flagged")
    assert (message.flag_reason, message.flagged_fact, message.version) == (reason, fact, 2)
    assert (event.object_id, event.data) == (message.pk, {"fact": str(fact.pk), "cause": reason})


@pytest.mark.parametrize("status", ["draft", "in_review", "approved", "withdrawn", "superseded"])
def test_what_is_not_public_is_not_flagged(
    fact: Fact, responder: User, by: By, status: str
) -> None:
    message = _on(fact, status)

    refute_fact(fact=fact, reason="No", **by(responder))

    message.refresh_from_db()
    assert not message.is_flagged


def test_lost_evidence_flags_too(fact: Fact, responder: User, by: By) -> None:
    message = _on(fact)
    evidence = EvidenceFactory(fact=fact, incident=fact.incident)

    withdraw_evidence(evidence=evidence, reason="Another kettle", **by(responder))

    message.refresh_from_db()
    assert message.flag_reason == "fact_changed"


def test_a_worse_fall_takes_the_place_of_a_lesser_and_not_the_other_way(
    fact: Fact, responder: User, by: By
) -> None:
    message = _on(fact)

    change_fact(fact=fact, evidence="Another report", **by(responder))
    refute_fact(fact=fact, reason="No", **by(responder))
    change_fact(fact=fact, evidence="A third report", **by(responder))

    message.refresh_from_db()
    assert (message.flag_reason, message.version) == ("fact_refuted", 3)


def test_a_superseded_fact_takes_the_approval_back(fact: Fact, responder: User, by: By) -> None:
    message = _on(fact, "approved")

    supersede_fact(fact=fact, statement="Only K2-4 cracks.", **by(responder))

    message.refresh_from_db()
    assert (message.status, message.approved_hash) == ("draft", "")


def test_nothing_is_approved_that_rests_on_a_superseded_fact(
    fact: Fact, responder: User, approver: User, by: By
) -> None:
    message = _on(fact, "in_review")
    supersede_fact(fact=fact, statement="Only K2-4 cracks.", **by(responder))

    with pytest.raises(FactNotConfirmed) as refusal:
        approve_message(message=message, revision=1, **by(approver))

    assert "Only K2-4 cracks." in str(refusal.value.errors[f"facts.{fact.pk}"][0])


def test_no_message_is_written_on_a_superseded_fact(
    fact: Fact, incident: Incident, responder: User, by: By
) -> None:
    new = supersede_fact(fact=fact, statement="Only K2-4 cracks.", **by(responder))
    fact.refresh_from_db()
    words: dict[str, Any] = {"title": "x", "purpose": "update", "language": "en", "body": "y"}
    said = by(responder)
    draft = MessageFactory(incident=incident)

    with pytest.raises(InvalidInput) as written:
        write_message(
            incident=incident, facts=[fact], actor=said["actor"], now=said["now"], **words
        )
    with pytest.raises(InvalidInput):
        change_message(message=draft, facts=[fact], **said)

    assert str(new.pk) in str(written.value.errors["facts"][0])


def test_what_did_not_get_out_after_all_is_flagged_no_more(
    fact: Fact, responder: User, by: By
) -> None:
    message = _on(fact, "publishing")
    publication = PublicationFactory(message=message)
    change_fact(fact=fact, evidence="Another report", **by(responder))

    refute_fact(fact=fact, reason="No", **by(responder))

    message.refresh_from_db()
    publication.refresh_from_db()
    assert (publication.status, message.status, message.is_flagged) == ("cancelled", "draft", False)


def test_an_approver_clears_a_flag_and_says_why(
    client_of: Callable[[User], APIClient],
    brand: Brand,
    fact: Fact,
    responder: User,
    approver: User,
    by: By,
) -> None:
    message = _on(fact)
    refute_fact(fact=fact, reason="No", **by(responder))
    client, path = client_of(approver), f"/api/v1/messages/{message.pk}/clear-flag/"
    flagged = client.get("/api/v1/messages/?flagged=true").json()["results"]

    problem_of(client.post(path, {}), 400)
    cleared = client.post(path, {"reason": "Corrected in public"})

    assert [row["id"] for row in flagged] == [str(message.pk)]
    assert (cleared.json()["flagged_at"], cleared.json()["flag_reason"]) == (None, None)
    assert client.get("/api/v1/messages/?flagged=true").json()["results"] == []
    assert Event.objects.latest("position").data == {
        "fact": str(fact.pk),
        "cause": "fact_refuted",
        "reason": "Corrected in public",
    }
    problem_of(client.post(path, {"reason": "again"}), 409, "not_flagged")


def test_there_is_nothing_to_clear_without_a_flag(fact: Fact, approver: User, by: By) -> None:
    with pytest.raises(NotFlagged):
        clear_flag(message=_on(fact), reason="x", **by(approver))
