"""Response policies, and the severity that is computed by them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.errors import InvalidInput
from crisisapi.events.models import Event
from incidents.models import Incident, ResponsePolicy
from incidents.rules.clock_targets import default_clock_targets
from incidents.rules.severity import default_severity_rules
from incidents.services.incidents import change_incident, open_incident
from incidents.services.response_policies import (
    PolicyExists,
    change_response_policy,
    set_response_policy,
)
from incidents.services.severity import record_signals
from tests.factories.accounts import BrandFactory
from tests.factories.incidents import IncidentFactory, ResponsePolicyFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
BY_PRESS = [{"severity": 1, "when": [{"signal": "press", "at_least": 1}]}]
SIGNALS: dict[str, float | None] = {
    "volume_ratio": 6.0,
    "negative_share": 0.55,
    "reach": 1000,
    "press": 2,
}


def _set(brand: Brand, **fields: Any) -> ResponsePolicy:
    return set_response_policy(brand=brand, actor=SYSTEM, now=NOW, **fields)


def _change(policy: ResponsePolicy, **fields: Any) -> ResponsePolicy:
    return change_response_policy(
        policy=policy, actor=SYSTEM, now=NOW, expected_version=None, **fields
    )


def _measured(incident: Incident, **signals: float | None) -> Incident:
    return record_signals(incident=incident, signals={**SIGNALS, **signals}, now=NOW)


def test_what_is_left_out_is_a_copy_of_the_defaults(brand: Brand) -> None:
    policy = _set(brand, severity_rules=BY_PRESS)

    assert policy.severity_rules == BY_PRESS
    assert policy.clock_targets == default_clock_targets()
    assert Event.objects.get().verb == "response_policy.set"


def test_a_brand_has_one_policy(brand: Brand) -> None:
    _set(brand)

    with pytest.raises(PolicyExists):
        _set(brand)


def test_every_flaw_is_named_at_its_place(brand: Brand) -> None:
    rules = [*default_severity_rules(), {"severity": 2, "when": [{"signal": "harm"}]}]
    targets = default_clock_targets()
    targets["3"]["acknowledge"] = 0
    place = f"severity_rules.{len(rules) - 1}.when.0.at_least"

    with pytest.raises(InvalidInput) as refused:
        _set(brand, severity_rules=rules, clock_targets=targets)

    said = {field: str(texts[0]) for field, texts in refused.value.errors.items()}
    assert said == {
        place: "Give one of: possible, injuries, deaths.",
        "clock_targets.3.acknowledge": "Give a whole number of minutes from 1 to 43200.",
    }
    assert not ResponsePolicy.objects.exists()


def test_a_change_tells_what_was_before(brand: Brand) -> None:
    policy = _set(brand)

    changed = _change(policy, severity_rules=BY_PRESS)

    told = Event.objects.get(verb="response_policy.changed").data["changed"]
    assert (changed.version, set(told)) == (2, {"severity_rules"})
    assert told["severity_rules"]["to"] == BY_PRESS
    assert len(told["severity_rules"]["from"]) == len(default_severity_rules())


def test_a_change_of_nothing_leaves_no_trace() -> None:
    policy = ResponsePolicyFactory()

    assert _change(policy, clock_targets=default_clock_targets()).version == 1
    assert not Event.objects.exists()


def test_a_measurement_computes_the_severity_beside_the_one_people_set(brand: Brand) -> None:
    incident = IncidentFactory(brand=brand, severity=3)

    measured = _measured(incident)

    assert (measured.severity, measured.computed_severity, measured.severity_differs) == (
        3,
        2,
        True,
    )
    assert (measured.version, measured.signals_at) == (1, NOW)
    event = Event.objects.get()
    assert event.verb == "incident.severity_computed"
    assert (event.data["from"], event.data["to"]) == (None, 2)


def test_the_same_severity_again_is_no_event(brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)
    _measured(incident)

    measured = _measured(incident, reach=5000)

    assert measured.signals["reach"] == 5000
    assert Event.objects.count() == 1


def test_what_is_over_is_measured_no_more(brand: Brand) -> None:
    measured = _measured(IncidentFactory(brand=brand, status="closed"))

    assert (measured.signals, measured.signals_at) == ({}, None)


def test_people_judging_the_harm_move_the_computed_severity(brand: Brand, responder: User) -> None:
    incident = IncidentFactory(brand=brand)
    actor = Actor("user", responder.pk)

    changed = change_incident(
        incident=incident, harm="deaths", actor=actor, now=NOW, expected_version=None
    )

    assert (changed.computed_severity, changed.version) == (1, 2)
    verbs = Event.objects.order_by("position").values_list("verb", "actor_id")
    assert list(verbs) == [
        ("incident.changed", responder.pk),
        ("incident.severity_computed", responder.pk),
    ]


def test_an_edit_of_something_else_computes_nothing(brand: Brand) -> None:
    incident = IncidentFactory(brand=brand)

    change_incident(incident=incident, title="New", actor=SYSTEM, now=NOW, expected_version=None)

    assert [event.verb for event in Event.objects.all()] == ["incident.changed"]


def test_harm_known_at_the_opening_counts_at_once(brand: Brand) -> None:
    incident = open_incident(brand=brand, title="Kettle", harm="injuries", actor=SYSTEM, now=NOW)

    assert incident.computed_severity == 2


def test_other_rules_are_applied_to_active_incidents_of_the_brand(brand: Brand) -> None:
    active, over = IncidentFactory(brand=brand), IncidentFactory(brand=brand)
    elsewhere = IncidentFactory(brand=BrandFactory())
    for incident in (active, over, elsewhere):
        _measured(incident)
    Incident.objects.filter(pk=over.pk).update(status="closed")

    _set(brand, severity_rules=BY_PRESS)

    found = dict(Incident.objects.values_list("pk", "computed_severity"))
    assert found == {active.pk: 1, over.pk: 2, elsewhere.pk: 2}


def test_audiences_are_kinds_of_stakeholders_each_once(brand: Brand) -> None:
    for audiences in (["aliens"], ["media", "media"], "media", [["media"]]):
        with pytest.raises(InvalidInput) as refused:
            open_incident(brand=brand, title="K", audiences=audiences, actor=SYSTEM, now=NOW)
        assert set(refused.value.errors) == {"audiences"}


def test_audiences_are_kept_in_the_order_given(brand: Brand) -> None:
    audiences = ["media", "customers"]

    opened = open_incident(brand=brand, title="K", audiences=audiences, actor=SYSTEM, now=NOW)

    assert opened.audiences == audiences
