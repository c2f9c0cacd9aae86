"""The ledger of facts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from crisisapi.accounts.models import User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.events.models import Event
from incidents.models import Fact
from incidents.services.facts import FactDecided, change_fact, confirm_fact, refute_fact, state_fact
from tests.factories.incidents import FactFactory, IncidentFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _change(actor: Actor = SYSTEM, **more: Any) -> dict[str, Any]:
    return {"actor": actor, "now": NOW, "expected_version": None, **more}


def test_a_statement_starts_unconfirmed() -> None:
    incident = IncidentFactory()

    fact = state_fact(incident=incident, statement="It cracks.", actor=SYSTEM, now=NOW)

    assert (fact.status, fact.brand_id, fact.is_confirmed) == (
        "unconfirmed",
        incident.brand_id,
        False,
    )
    assert Event.objects.get().incident_id == incident.pk


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


def test_a_decision_may_be_turned_round() -> None:
    fact = confirm_fact(fact=FactFactory(evidence="Rumour"), **_change())

    refuted = refute_fact(fact=fact, **_change())

    assert (refuted.status, refuted.evidence) == ("false", "Rumour")
    assert Event.objects.latest("position").data == {"before": "confirmed"}


def test_the_same_decision_twice_counts_once() -> None:
    fact = confirm_fact(fact=FactFactory(), **_change())

    assert confirm_fact(fact=fact, **_change()).version == 2
    assert Event.objects.count() == 1


@pytest.mark.parametrize("status", ["confirmed", "false"])
def test_the_wording_of_a_decided_fact_stays(status: str) -> None:
    fact = FactFactory(status=status)

    with pytest.raises(FactDecided):
        change_fact(fact=fact, **_change(statement="Something else."))
    assert change_fact(fact=fact, **_change(evidence="More")).evidence == "More"


def test_an_unconfirmed_statement_may_be_reworded() -> None:
    change_fact(fact=FactFactory(), **_change(statement="It cracks when hot."))

    assert Fact.objects.get().statement == "It cracks when hot."
