"""The ledger of facts."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from crisisapi.accounts.models import User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import Fact, Incident
from incidents.services.facts import (
    FactDecided,
    FactSuperseded,
    change_fact,
    confirm_fact,
    refute_fact,
    state_fact,
    supersede_fact,
)
from incidents.services.standing import IncidentMerged
from tests.factories.incidents import EvidenceFactory, FactFactory, IncidentFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _change(actor: Actor = SYSTEM, **more: Any) -> dict[str, Any]:
    return {"actor": actor, "now": NOW, "expected_version": None, **more}


def _superseded() -> Fact:
    fact = FactFactory(status="confirmed", evidence="Lab")
    supersede_fact(fact=fact, statement="Only series K2-4 cracks.", **_change())
    fact.refresh_from_db()
    return fact


def test_a_statement_starts_unconfirmed() -> None:
    incident = IncidentFactory()

    fact = state_fact(incident=incident, statement="It cracks.", actor=SYSTEM, now=NOW)

    assert (fact.status, fact.brand_id, fact.holds) == ("unconfirmed", incident.brand_id, False)
    assert Event.objects.get().incident_id == incident.pk


def test_nothing_is_stated_of_an_incident_that_was_merged() -> None:
    other = IncidentFactory()
    incident: Incident = IncidentFactory(brand=other.brand, status="merged", merged_into=other)

    with pytest.raises(IncidentMerged):
        state_fact(incident=incident, statement="It cracks.", actor=SYSTEM, now=NOW)


@pytest.mark.parametrize(
    ("decide", "status", "verb"),
    [(confirm_fact, "confirmed", "fact.confirmed"), (refute_fact, "false", "fact.refuted")],
)
def test_a_decision_names_who_when_and_why(
    responder: User, decide: Any, status: str, verb: str
) -> None:
    fact = decide(
        fact=FactFactory(), **_change(Actor("user", responder.pk), evidence="Lab report 7")
    )

    assert (fact.status, fact.decided_by, fact.decided_at, fact.evidence) == (
        status,
        responder,
        NOW,
        "Lab report 7",
    )
    assert Event.objects.get().verb == verb


@pytest.mark.parametrize(
    ("before", "decide", "after"),
    [("confirmed", refute_fact, "false"), ("false", confirm_fact, "confirmed")],
)
def test_a_decision_is_turned_round_with_a_reason(before: str, decide: Any, after: str) -> None:
    fact = FactFactory(status=before, evidence="Rumour")

    with pytest.raises(InvalidInput) as refusal:
        decide(fact=fact, **_change(reason=" "))
    turned = decide(fact=fact, **_change(reason="The laboratory erred"))

    assert set(refusal.value.errors) == {"reason"}
    assert (turned.status, turned.status_reason) == (after, "The laboratory erred")
    assert Event.objects.get().data == {"before": before, "reason": "The laboratory erred"}


def test_the_same_decision_twice_counts_once() -> None:
    fact = confirm_fact(fact=FactFactory(evidence="Lab"), **_change())

    assert confirm_fact(fact=fact, **_change()).version == 2
    assert Event.objects.count() == 1


def test_the_same_decision_with_more_evidence_is_a_change_of_evidence() -> None:
    fact = confirm_fact(fact=FactFactory(evidence="Lab"), **_change())

    again = confirm_fact(fact=fact, **_change(evidence="Lab, second report"))

    assert again.evidence == "Lab, second report"
    assert Event.objects.latest("position").verb == "fact.changed"


def test_nothing_is_confirmed_that_nothing_shows() -> None:
    with pytest.raises(InvalidInput) as refusal:
        confirm_fact(fact=FactFactory(evidence=" "), **_change())

    assert set(refusal.value.errors) == {"evidence"}
    assert not Event.objects.exists()


def test_an_attached_piece_is_evidence_enough_a_withdrawn_one_is_not() -> None:
    withdrawn = EvidenceFactory(withdrawn_at=NOW)
    standing = EvidenceFactory()

    with pytest.raises(InvalidInput):
        confirm_fact(fact=withdrawn.fact, **_change())

    assert confirm_fact(fact=standing.fact, **_change()).holds


def test_a_confirmed_fact_keeps_evidence() -> None:
    fact = FactFactory(status="confirmed", evidence="Lab")

    with pytest.raises(InvalidInput) as refusal:
        change_fact(fact=fact, **_change(evidence=""))

    assert set(refusal.value.errors) == {"evidence"}


def test_what_is_refuted_needs_no_evidence() -> None:
    assert refute_fact(fact=FactFactory(), **_change()).status == "false"


@pytest.mark.parametrize("status", ["confirmed", "false"])
def test_the_wording_of_a_decided_fact_stays(status: str) -> None:
    fact = FactFactory(status=status)

    with pytest.raises(FactDecided):
        change_fact(fact=fact, **_change(statement="Something else."))
    assert change_fact(fact=fact, **_change(evidence="More")).evidence == "More"


def test_an_unconfirmed_statement_may_be_reworded() -> None:
    change_fact(fact=FactFactory(), **_change(statement="It cracks when hot."))

    assert Fact.objects.get().statement == "It cracks when hot."


def test_a_new_fact_takes_the_place_of_an_old_one() -> None:
    old = FactFactory(status="confirmed", evidence="Lab")

    new = supersede_fact(fact=old, statement="Only K2-4 cracks.", evidence="Lab 8", **_change())

    old.refresh_from_db()
    assert (new.status, new.supersedes, new.evidence) == ("unconfirmed", old, "Lab 8")
    assert (old.superseded_by, old.holds, old.status) == (new, False, "confirmed")
    told = [(event.verb, event.object_id) for event in Event.objects.order_by("position")]
    assert told == [("fact.stated", new.pk), ("fact.superseded", old.pk)]


def test_a_fact_that_says_the_same_supersedes_nothing() -> None:
    fact = FactFactory()

    with pytest.raises(InvalidInput) as refusal:
        supersede_fact(fact=fact, statement=fact.statement, **_change())

    assert set(refusal.value.errors) == {"statement"}


@pytest.mark.parametrize(
    ("service", "more"),
    [
        (change_fact, {"evidence": "More"}),
        (confirm_fact, {"evidence": "More"}),
        (refute_fact, {"reason": "No"}),
        (supersede_fact, {"statement": "Something else."}),
    ],
)
def test_a_superseded_fact_is_left_alone(service: Any, more: dict[str, Any]) -> None:
    fact = _superseded()

    with pytest.raises(FactSuperseded) as refusal:
        service(fact=fact, **_change(**more))

    assert "Only series K2-4 cracks." in str(refusal.value.detail)


def test_no_fact_supersedes_itself() -> None:
    fact = FactFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Fact.objects.filter(pk=fact.pk).update(superseded_by=fact)
