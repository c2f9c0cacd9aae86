"""Queries: saved with every refusal that makes sense, and following their incidents."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput, StaleVersion
from crisisapi.events.models import Event
from incidents.models import Incident
from incidents.services.merging import merge_incident
from monitoring.models import Query, QueryKind
from monitoring.services.queries import add_query, change_query
from tests.factories.incidents import IncidentFactory
from tests.factories.monitoring import QueryFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 9, 8, tzinfo=UTC)


def _add(brand: Brand, **fields: Any) -> Query:
    said = {"name": "Kettles", "expression": "kettle OR קומקום", **fields}
    return add_query(brand=brand, actor=SYSTEM, now=NOW, **said)


def _change(query: Query, **fields: Any) -> Query:
    return change_query(query=query, actor=SYSTEM, now=NOW, expected_version=None, **fields)


def _events(query: Query) -> list[str]:
    return list(Event.objects.filter(object_id=query.pk).values_list("verb", flat=True))


@pytest.fixture
def incident(brand: Brand) -> Incident:
    return IncidentFactory(brand=brand)


def test_a_query_is_saved_and_told_of(brand: Brand) -> None:
    query = _add(brand)

    event = Event.objects.get(object_id=query.pk)
    assert event.verb == "query.added"
    assert event.data["expression"] == "kettle OR קומקום"


def test_an_expression_that_cannot_be_read_is_refused_with_its_places(brand: Brand) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _add(brand, expression="(kettle OR colour:red")

    (sentence,) = refusal.value.errors["expression"]
    assert "Character 12" in str(sentence)
    assert "colour" in str(sentence)


def test_a_name_is_used_once_in_a_brand(brand: Brand) -> None:
    _add(brand)

    with pytest.raises(InvalidInput) as refusal:
        _add(brand)

    assert set(refusal.value.errors) == {"name"}


def test_a_change_is_told_of_with_what_changed(brand: Brand) -> None:
    query = _add(brand)

    changed = _change(query, expression="kettle", name="Kettles")

    assert changed.version == 2
    assert Event.objects.get(verb="query.changed").data["fields"] == ["expression"]


def test_a_change_of_nothing_leaves_no_trace(brand: Brand) -> None:
    query = _add(brand)

    assert _change(query, name="Kettles").version == 1
    assert _events(query) == ["query.added"]


def test_a_query_that_somebody_else_changed_is_not_overwritten(brand: Brand) -> None:
    query = _add(brand)

    with pytest.raises(StaleVersion):
        change_query(query=query, actor=SYSTEM, now=NOW, expected_version=7, name="Lids")


def test_only_a_query_of_an_incident_names_one(brand: Brand, incident: Incident) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _add(brand, incident=incident)

    assert set(refusal.value.errors) == {"incident"}


def test_a_query_of_an_incident_has_to_name_it(brand: Brand) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _add(brand, kind=QueryKind.INCIDENT)

    assert set(refusal.value.errors) == {"incident"}


def test_an_incident_of_another_brand_is_refused(brand: Brand) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _add(brand, kind=QueryKind.INCIDENT, incident=IncidentFactory())

    assert set(refusal.value.errors) == {"incident"}


def test_an_incident_has_one_active_query(brand: Brand, incident: Incident) -> None:
    resting = _add(brand, kind=QueryKind.INCIDENT, incident=incident, is_active=False)
    _add(brand, kind=QueryKind.INCIDENT, incident=incident, name="Others")

    with pytest.raises(InvalidInput) as refusal:
        _change(resting, is_active=True)

    assert set(refusal.value.errors) == {"incident"}


def _merge(incident: Incident, into: Incident) -> None:
    merge_incident(
        incident=incident,
        into=into,
        reason="One story",
        actor=SYSTEM,
        now=NOW + timedelta(days=400),
        expected_version=None,
    )


def test_a_query_follows_its_incident_into_another(brand: Brand, incident: Incident) -> None:
    query = QueryFactory(brand=brand, kind="incident", incident=IncidentFactory(brand=brand))

    _merge(query.incident, incident)

    query.refresh_from_db()
    assert query.incident == incident
    assert query.is_active


def test_a_query_rests_where_the_incident_has_one(brand: Brand, incident: Incident) -> None:
    kept = QueryFactory(brand=brand, kind="incident", incident=incident)
    query = QueryFactory(brand=brand, kind="incident", incident=IncidentFactory(brand=brand))

    _merge(query.incident, incident)

    query.refresh_from_db()
    kept.refresh_from_db()
    assert not query.is_active
    assert kept.is_active
    assert _events(query) == ["query.changed"]
