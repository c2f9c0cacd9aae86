"""Stakeholders, where they stand, and how they came to."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import Involvement, Stakeholder, StanceChange
from incidents.models.stakeholder import Strategy
from incidents.services.stakeholders import StanceNote, add_stakeholder, change_stakeholder
from incidents.services.standing import IncidentMerged
from tests.factories.incidents import IncidentFactory, StakeholderFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHANGE: dict[str, Any] = {"actor": SYSTEM, "now": NOW, "expected_version": None}


def test_a_change_of_stance_is_told_and_kept(responder: User) -> None:
    stakeholder = StakeholderFactory(stance="neutral")

    change_stakeholder(
        stakeholder=stakeholder,
        stance="hostile",
        stance_note=StanceNote("Called for a boycott"),
        **CHANGE | {"actor": Actor("user", responder.pk)},
    )

    kept = StanceChange.objects.get()
    assert Event.objects.get().data == {
        "fields": ["stance"],
        "stance": {"from": "neutral", "to": "hostile"},
    }
    assert (kept.before, kept.after, kept.note, kept.by, kept.created_at) == (
        "neutral",
        "hostile",
        "Called for a boycott",
        responder,
        NOW,
    )


def test_a_stance_that_has_to_do_with_an_incident_is_told_with_it(brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)

    change_stakeholder(
        stakeholder=StakeholderFactory(brand=brand),
        stance="critical",
        stance_note=StanceNote(incident=incident),
        **CHANGE,
    )

    assert StanceChange.objects.get().incident == incident
    assert Event.objects.get().incident_id == incident.pk


def test_the_same_stance_again_is_no_history() -> None:
    change_stakeholder(stakeholder=StakeholderFactory(stance="neutral"), stance="neutral", **CHANGE)

    assert not StanceChange.objects.exists()


def test_a_note_wants_a_new_stance() -> None:
    with pytest.raises(InvalidInput) as refusal:
        change_stakeholder(
            stakeholder=StakeholderFactory(), stance_note=StanceNote("x"), name="y", **CHANGE
        )

    assert set(refusal.value.errors) == {"stance"}


@pytest.mark.parametrize("of_other_brand", [True, False])
def test_a_stance_has_to_do_with_an_incident_that_stands(of_other_brand: bool) -> None:  # noqa: FBT001
    stakeholder = StakeholderFactory()
    brand = stakeholder.brand
    merged = IncidentFactory(brand=brand, status="merged", merged_into=IncidentFactory(brand=brand))
    incident = IncidentFactory() if of_other_brand else merged

    with pytest.raises(InvalidInput if of_other_brand else IncidentMerged):
        change_stakeholder(
            stakeholder=stakeholder,
            stance="critical",
            stance_note=StanceNote(incident=incident),
            **CHANGE,
        )


def test_who_is_added_with_incidents_is_involved_in_them(brand: Brand) -> None:
    first, second = IncidentFactory(brand=brand), IncidentFactory(brand=brand)

    stakeholder = add_stakeholder(
        brand=brand, name="x", incidents=[first, second, first], actor=SYSTEM, now=NOW
    )

    assert set(Involvement.objects.values_list("stakeholder", "incident")) == {
        (stakeholder.pk, first.pk),
        (stakeholder.pk, second.pk),
    }
    verbs = list(Event.objects.order_by("position").values_list("verb", flat=True))
    assert verbs == ["stakeholder.added", "involvement.begun", "involvement.begun"]


def test_incidents_and_owner_are_of_the_brand(brand: Brand, stranger: User) -> None:
    foreign = IncidentFactory()

    with pytest.raises(InvalidInput) as incidents:
        add_stakeholder(brand=brand, name="x", incidents=[foreign], actor=SYSTEM, now=NOW)
    with pytest.raises(InvalidInput) as owner:
        add_stakeholder(brand=brand, name="x", owner=stranger, actor=SYSTEM, now=NOW)

    assert set(incidents.value.errors) == {"incidents"}
    assert set(owner.value.errors) == {"owner"}


def test_flaws_of_contacts_are_told_at_their_place(brand: Brand) -> None:
    contacts = [{"kind": "email", "value": "a@b.example"}, {"kind": "email", "value": "nobody"}]

    with pytest.raises(InvalidInput) as refusal:
        add_stakeholder(brand=brand, name="x", contacts=contacts, actor=SYSTEM, now=NOW)

    [sentence] = refusal.value.errors["contacts.1.value"]
    assert "press@example.org" in str(sentence)


def test_stakeholders_are_found_by_how_to_treat_them() -> None:
    for influence, interest in [(5, 5), (5, 1), (1, 5), (1, 1)]:
        StakeholderFactory(influence=influence, interest=interest)

    found = {
        strategy: [one.strategy for one in Stakeholder.objects.all().treated(strategy)]
        for strategy in Strategy.values
    }

    assert found == {strategy: [strategy] for strategy in Strategy.values}


@pytest.mark.parametrize("row", [{"interest": 0}, {"interest": 6}, {"influence": 6}])
def test_the_database_keeps_to_the_scale(row: dict[str, int]) -> None:
    StakeholderFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Stakeholder.objects.update(**row)
